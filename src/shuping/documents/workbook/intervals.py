"""The sheets on how certain ranks are: intervals, probabilities of places, who is ahead of whom - for sampling error,
and in sheets of their own for other choices.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shuping.documents import wording
from shuping.documents.certainty import (
    KINDS,
    GroupRanks,
    Kind,
    RankRange,
    certainty_of,
    level_text,
    quantile_columns,
    top_columns,
)
from shuping.documents.workbook.pens import SHADE, width
from shuping.documents.workbook.sheet import HEAD_ROW, Book, Column, Page

LARGEST = 100
"""Matrices of more units than this are left to places.csv and ahead.csv."""
_ENDS: dict[Kind, tuple[str, str]] = {
    "sampling": ("rank_low", "rank_high"),
    "choices": ("range_low", "range_high"),
}
_COLUMNS = {"rank_low": "low", "range_low": "low", "rank_high": "high", "range_high": "high", "rank_median": "median"}
PALE, DARK = "#ffffff", "#6fa3d0"
"""The ends of the colours of probabilities: figures stay readable on both, and in print."""


def write_intervals(book: Book) -> None:
    """Write the sheets of each kind that something is known of; nothing where nothing was simulated."""
    known = certainty_of(book.result)
    for kind in KINDS:
        groups = [ranks for ranks in known.values() if ranks.kind == kind]
        if groups:
            _write_table(book, kind, groups)
            _write_places(book, kind, groups)
            _write_ahead(book, kind, groups)


def _write_table(book: Book, kind: Kind, groups: Sequence[GroupRanks]) -> None:
    names = _fields(book, kind, groups)
    page = book.page(f"intervals_{kind}", [_column(book, name, groups) for name in names], remark=_remark(book, kind))
    row = HEAD_ROW + 1
    for ranks in groups:
        row = _band(book, page, row, ranks, len(names), groups)
        for unit in ranks.units:
            for column, name in enumerate(names):
                _field(book, page, (row, column), unit, name)
            row += 1
    row = _bands_in_words(book, page, row, len(names), groups) if kind == "sampling" else row
    failed = max(ranks.failed for ranks in groups)
    if failed:
        page.merge((row + 1, 0, row + 1, len(names) - 1), book.words.say("failed_draws", failed=str(failed)),
                   book.pens.bare(text_wrap=True))  # fmt: skip
    page.finish()


def _remark(book: Book, kind: Kind) -> str:
    asked = book.rulebook.uncertainty
    level, draws = level_text(asked.interval), str(asked.draws)
    key = "intervals_remark_not_shrunk" if kind == "sampling" and not asked.shrink else f"intervals_remark_{kind}"
    return book.words.both(lambda lang: type(book.words)(lang).say(key, level=level, draws=draws), " / ")


def _fields(book: Book, kind: Kind, groups: Sequence[GroupRanks]) -> list[str]:
    found = ["rank", "unit", *(["unit_en"] if book.both_names else []), *_ENDS[kind], "rank_median"]
    found += ["band"] if kind == "sampling" else []
    found += quantile_columns(groups[0]) + [f"top_{k}" for k in top_columns(groups[0])]
    return found + (["grade", "grade_holds"] if any(ranks.graded for ranks in groups) else [])


def _column(book: Book, name: str, groups: Sequence[GroupRanks]) -> Column:
    say = book.words.say
    if name in ("unit", "unit_en"):
        units = [unit.unit for ranks in groups for unit in ranks.units]
        texts = [book.name(unit, "en" if name == "unit_en" else None) for unit in units]
        return Column(say(name), width([*texts, say(name)], least=12, most=32))
    if name.startswith("top_"):
        return Column(say("top_places", k=name.removeprefix("top_")), 10)
    if name.startswith("q_"):
        return Column(say("rank_quantile", share=f"{float(name.removeprefix('q_')) * 100:g}%"), 10)
    return Column(say(name), {"grade": 17, "grade_holds": 12}.get(name, 9))


def _band(book: Book, page: Page, row: int, ranks: GroupRanks, columns: int, groups: Sequence[GroupRanks]) -> int:
    """Write a group's title where there are several groups; return the next row."""
    if len(book.groups) == 1 and len(groups) == 1:
        return row
    page.merge((row, 0, row, columns - 1), book.group(ranks.group), book.pens.band)
    return row + 1


def _field(book: Book, page: Page, at: tuple[int, int], unit: RankRange, name: str) -> None:
    pens = book.pens
    if name in ("unit", "unit_en"):
        page.text(*at, book.name(unit.unit, "en" if name == "unit_en" else None), pens.text)
    elif name == "grade":
        page.text(*at, "" if unit.row["grade"] is None else book.grade(unit.row["grade"]), pens.centered)
    elif name == "band":
        page.text(*at, unit.row["band"] or "", pens.centered)
    elif name == "grade_holds" or name.startswith("top_"):
        page.number(*at, unit.row[name], pens.number("0.0%"))
    else:
        key = _COLUMNS.get(name, name)
        page.number(*at, unit.row[key], pens.pen(align="center", num_format="General"))


def _bands_in_words(book: Book, page: Page, row: int, columns: int, groups: Sequence[GroupRanks]) -> int:
    """Write below the table which units cannot be told apart, and by what rule; return the next row."""
    said = [line for ranks in groups for line in _bands(book, ranks)]
    if not said:
        return row
    share = level_text(book.rulebook.uncertainty.ahead)
    for number, text in enumerate([book.words.line("bands_rule", share=share), *said], 1):
        page.merge((row + number, 0, row + number, columns - 1), text, book.pens.bare(text_wrap=True, bold=number == 1))
    return row + len(said) + 1


def _bands(book: Book, ranks: GroupRanks) -> Iterator[str]:
    for band in ranks.bands():
        units = [unit.unit for unit in band]

        def line(lang: str, band: Sequence[RankRange] = band, units: Sequence[str] = units) -> str:
            between = "、" if lang == "zh" else ", "
            names = between.join(wording.unit_name(book.result, unit, lang) for unit in units)
            group = wording.group_title(book.rulebook, ranks.group, lang)
            places = {"first": str(band[0].rank), "last": str(band[-1].rank)}
            return type(book.words)(lang).say("band_line", group=group, units=names, **places)

        yield book.words.both(line)


def _write_places(book: Book, kind: Kind, groups: Sequence[GroupRanks]) -> None:
    """Write the probability of every place, units as rows."""
    shown = [ranks for ranks in groups if len(ranks.units) <= LARGEST]
    if not shown:
        return
    most = max(max(ranks.last, len(ranks.units)) for ranks in shown)
    heads = [str(place) for place in range(1, most + 1)]
    page, first = _matrix_page(book, f"places_{kind}", shown, heads)
    row = HEAD_ROW + 1
    for ranks in shown:
        row = _band(book, page, row, ranks, first + most, groups)
        start, last = row, max(ranks.last, len(ranks.units))
        for unit in ranks.units:
            _head_cells(book, page, row, unit)
            for place in range(1, last + 1):
                page.number(row, first + place - 1, unit.places.get(place), book.pens.number("0.0%", align="center"))
            row += 1
        _colour(page, (start, first, row - 1, first + last - 1))
    page.finish()


def _write_ahead(book: Book, kind: Kind, groups: Sequence[GroupRanks]) -> None:
    """Write with which probability each unit is ahead of each other; columns by the other's published rank."""
    shown = [ranks for ranks in groups if ranks.ahead and len(ranks.units) <= LARGEST]
    if not shown:
        return
    most = max(len(ranks.units) for ranks in shown)
    page, first = _matrix_page(book, f"ahead_{kind}", shown, [""] * most)
    row = HEAD_ROW + 1
    for ranks in shown:
        row = _band(book, page, row, ranks, first + most, groups)
        shade = book.pens.pen(bold=True, align="center", bg_color=SHADE)
        for column in range(first):
            page.text(row, column, book.words.line("behind_rank") if column == first - 1 else "", shade)
        for column, other in enumerate(ranks.units, first):
            page.number(row, column, other.rank, shade)
        start, row = row + 1, row + 1
        for unit in ranks.units:
            _head_cells(book, page, row, unit)
            _ahead_row(book, page, (row, first), unit, ranks)
            row += 1
        _colour(page, (start, first, row - 1, first + len(ranks.units) - 1))
    page.finish()


def _ahead_row(book: Book, page: Page, at: tuple[int, int], unit: RankRange, ranks: GroupRanks) -> None:
    """Write one unit's row; in bold and framed where neither is ahead for certain enough."""
    row, first = at
    enough = float(book.rulebook.uncertainty.ahead)
    for column, other in enumerate(ranks.units, first):
        if other is unit:
            page.text(row, column, wording.NOTHING, book.pens.pen(align="center"))
            continue
        share, back = ranks.ahead[unit.unit, other.unit], ranks.ahead[other.unit, unit.unit]
        near = ranks.kind == "sampling" and max(share, back) < enough
        frame = {"bold": True, "border": 2, "border_color": "#1f2328"} if near else {}
        page.number(row, column, share, book.pens.number("0.0%", **{"align": "center", **frame}))


def _matrix_page(book: Book, key: str, groups: Sequence[GroupRanks], heads: Sequence[str]) -> tuple[Page, int]:
    """Return a sheet with the units' columns and one for each head, and the first of the latter."""
    names = ["rank", "unit", *(["unit_en"] if book.both_names else [])]
    columns = [_column(book, name, groups) for name in names] + [Column(head, 7) for head in heads]
    remark = book.words.both(lambda lang: type(book.words)(lang).say(f"{key}_remark"), " / ")
    return book.page(key, columns, remark=remark), len(names)


def _head_cells(book: Book, page: Page, row: int, unit: RankRange) -> None:
    for column, name in enumerate(["rank", "unit", *(["unit_en"] if book.both_names else [])]):
        _field(book, page, (row, column), unit, name)


def _colour(page: Page, area: tuple[int, int, int, int]) -> None:
    """Colour probabilities from 0 (paper) to 1."""
    scale = {"type": "2_color_scale", "min_type": "num", "max_type": "num", "min_value": 0, "max_value": 1}
    page.sheet.conditional_format(*area, {**scale, "min_color": PALE, "max_color": DARK})

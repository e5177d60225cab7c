"""How certain the ranks are, arranged for the HTML report: for each group and kind a table of intervals, the bands in
words, and two matrices. The two kinds never share a table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, sqrt

from shuping.documents import wording
from shuping.documents.certainty import (
    GroupRanks,
    Kind,
    RankRange,
    chance_text,
    level_text,
    rank_text_of,
    top_columns,
)
from shuping.documents.report_groups import GroupView, Pair, Standing
from shuping.rulebook.model import Rulebook
from shuping.values.rounding import show_short

WITH_FIGURES = 25
"""Matrices of up to so many units are tables of figures; larger ones are drawn."""
DRAWN = 100
"""Matrices of more units than this are left to the tables of the result folder."""
FEWEST = 3
"""Fewer units have their probabilities in the table of intervals."""
STEPS = 5
"""Shades of a matrix."""


@dataclass(frozen=True, slots=True)
class RangeRow:
    """One unit's line: texts of its interval and probabilities; places for the drawing."""

    standing: Standing
    interval: str
    median: str
    low: int
    high: int
    middle: float | None
    rank: int
    holds: str
    top: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a matrix: its figure in percent (empty where it never came out), its shade (0 to ``STEPS``), and
    whether the two units cannot be told apart.
    """

    text: str
    shade: int
    near: bool = False


@dataclass(frozen=True, slots=True)
class Matrix:
    """Units as rows in the published order; ``heads``: what the columns are called."""

    heads: tuple[str, ...]
    names: tuple[Pair, ...]
    """The units of the columns; empty where columns are places."""
    rows: tuple[tuple[Standing, tuple[Cell, ...]], ...]
    peak: str = "100%"
    """What the strongest shade stands for."""

    @property
    def drawn(self) -> bool:
        """Whether the matrix is a drawing instead of a table of figures."""
        return len(self.rows) > WITH_FIGURES


@dataclass(frozen=True, slots=True)
class KindView:
    """One group under one kind."""

    kind: Kind
    rows: tuple[RangeRow, ...]
    places: int
    level: str
    times: str
    ahead: str
    draws: int
    failed: int
    shrunk: bool
    graded: bool
    top: tuple[int, ...]
    compared: bool
    bands: tuple[tuple[Pair, tuple[Standing, ...]], ...]
    heat: Matrix | None
    pairs: Matrix | None


@dataclass(frozen=True, slots=True)
class GroupRanksView:
    """A group of which something is known: its kinds, sampling first."""

    group: GroupView
    kinds: tuple[KindView, ...]


def arrange_ranks(
    book: Rulebook, groups: Sequence[GroupView], known: Mapping[tuple[str, Kind], GroupRanks]
) -> tuple[GroupRanksView, ...]:
    """Return the groups of which something is known, in the report's order."""
    found = []
    for group in groups:
        rows = {row.unit: row for row in group.rows}
        kinds = tuple(_kind(book, known[key], rows) for key in known if key[0] == group.id)
        if kinds:
            found.append(GroupRanksView(group, kinds))
    return tuple(found)


def _kind(book: Rulebook, ranks: GroupRanks, rows: Mapping[str, Standing]) -> KindView:
    asked = book.uncertainty
    top = tuple(k for k in top_columns(ranks) if k < len(ranks.units))
    shown = FEWEST <= len(ranks.units) <= DRAWN
    return KindView(
        kind=ranks.kind,
        rows=tuple(_row(unit, rows[unit.unit], top) for unit in ranks.units),
        places=max(ranks.last, len(ranks.units)),
        level=level_text(asked.interval),
        times=show_short(asked.interval * 100, 2),
        ahead=level_text(asked.ahead),
        draws=ranks.draws,
        failed=ranks.failed,
        shrunk=asked.shrink,
        graded=ranks.graded,
        top=top,
        compared=bool(ranks.ahead) or len(ranks.units) == 1,
        bands=tuple((band_places(band), tuple(rows[unit.unit] for unit in band)) for band in ranks.bands()),
        heat=_heat(ranks, rows) if shown else None,
        pairs=_pairs(ranks, rows, float(asked.ahead)) if shown and ranks.ahead else None,
    )


def _row(unit: RankRange, standing: Standing, top: Sequence[int]) -> RangeRow:
    return RangeRow(
        standing=standing,
        interval=unit.interval,
        median=rank_text_of(unit.row["median"]),
        low=unit.low,
        high=unit.high,
        middle=unit.row["median"],
        rank=unit.rank,
        holds=chance_text(unit.row["grade_holds"]),
        top=tuple(chance_text(unit.row[f"top_{k}"]) for k in top),
    )


def band_places(band: Sequence[RankRange]) -> Pair:
    """Return the published places of a band (``ranks 3 to 5``)."""
    first, last = band[0].rank, band[-1].rank
    if first == last:
        return Pair(f"并列第{first}名", f"rank {first}, shared")
    return Pair(f"第{first}至第{last}名", f"ranks {first} to {last}")


def _heat(ranks: GroupRanks, rows: Mapping[str, Standing]) -> Matrix:
    """Return the probabilities of places. In a drawing the strongest shade is that of the likeliest place of all, and
    shades follow the square root: spread over many places, every probability is small.
    """
    places = range(1, max(ranks.last, len(ranks.units)) + 1)
    peak = max(share for unit in ranks.units for share in unit.places.values())
    drawn = len(ranks.units) > WITH_FIGURES

    def cell(share: float) -> Cell:
        return _cell(share, False, sqrt(share / peak) if drawn else share)

    return Matrix(
        tuple(map(str, places)),
        (),
        tuple((rows[unit.unit], tuple(cell(unit.places.get(place, 0.0)) for place in places)) for unit in ranks.units),
        chance_text(peak),
    )


def _pairs(ranks: GroupRanks, rows: Mapping[str, Standing], enough: float) -> Matrix:
    def cell(one: RankRange, other: RankRange) -> Cell:
        if one is other:
            return Cell(wording.NOTHING, 0)
        share, back = ranks.ahead[one.unit, other.unit], ranks.ahead[other.unit, one.unit]
        return _cell(share, ranks.kind == "sampling" and max(share, back) < enough)

    return Matrix(
        tuple(str(unit.rank) for unit in ranks.units),
        tuple(rows[unit.unit].name for unit in ranks.units),
        tuple((rows[one.unit], tuple(cell(one, other) for other in ranks.units)) for one in ranks.units),
    )


def _cell(share: float, near: bool, strength: float | None = None) -> Cell:
    """Return a cell with its figure and its shade; ``strength`` (0 to 1): that of the shade, by default the share."""
    if share <= 0:
        return Cell("", 0, near)
    step = ceil(STEPS * (share if strength is None else strength) - 1e-9)
    return Cell(chance_text(share).rstrip("%"), min(STEPS, max(1, step)), near)


def unit_sentences(book: Rulebook, known: Mapping[tuple[str, Kind], GroupRanks]) -> dict[str, tuple[Pair, ...]]:
    """Return what is said on each unit's page of its rank, one sentence a kind."""
    found: dict[str, tuple[Pair, ...]] = {}
    for ranks in known.values():
        for unit in ranks.units:
            said = Pair(_sentence(book, ranks, unit, "zh"), _sentence(book, ranks, unit, "en"))
            found[unit.unit] = (*found.get(unit.unit, ()), said)
    return found


def _sentence(book: Rulebook, ranks: GroupRanks, mine: RankRange, lang: str) -> str:
    level = level_text(book.uncertainty.interval)
    words = _UNIT[ranks.kind][lang]
    said = [words.format(level=level, low=mine.low, high=mine.high, median=rank_text_of(mine.row["median"]))]
    if mine.row["grade_holds"] is not None and mine.row["grade_holds"] < 1:
        shares = sorted(mine.grades.items(), key=lambda item: list(book.grades).index(item[0]))
        texts = (f"{wording.grade_title(book, grade, lang)} {chance_text(share)}" for grade, share in shares)
        said.append(_UNIT[f"grades_{ranks.kind}"][lang].format(grades=("、" if lang == "zh" else ", ").join(texts)))
    return ("；" if lang == "zh" else "; ").join(said) + ("。" if lang == "zh" else ".")


_UNIT: dict[str, dict[str, str]] = {
    "sampling": {
        "zh": "抽样误差：名次区间第{low}至第{high}名（{level}），中位数{median}",
        "en": "Sampling error: rank {low} to {high} ({level} interval), median {median}",
    },
    "choices": {
        "zh": "换其他选择：名次多在第{low}至第{high}名之间（居中{level}，不保证包含什么），中位数{median}",
        "en": "Other choices: mostly rank {low} to {high} (the middle {level}; it promises nothing), median {median}",
    },
    "grades_sampling": {"zh": "各等次的概率：{grades}", "en": "probability of each grade: {grades}"},
    "grades_choices": {"zh": "得到各等次的比例：{grades}", "en": "share of each grade: {grades}"},
}

"""Survey estimates and sample plans in the terminal, in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from shuping.documents.wording import measure_title, missing_words, period_label
from shuping.errors import Lang, sentence
from shuping.records.folder import Folder
from shuping.rulebook.model import Measure
from shuping.rulebook.survey_model import Fieldwork
from shuping.values.rounding import show

if TYPE_CHECKING:
    from rich.table import Table


def _word(key: str, lang: Lang, **params: Any) -> str:
    return sentence(f"documents.survey-{key}", lang).format_map(params)


def estimate_tables(folder: Folder, estimates: pl.DataFrame, lang: Lang) -> Iterator[Table]:
    """Yield a table of estimates per measure."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    names = folder.register
    for name, rows in _by_measure(estimates):
        measure = folder.rulebook.measures[name]
        compared = bool(rows["before"].is_not_null().any())
        plain = rows.filter((pl.col("n_eff") - pl.col("n")).abs() + (pl.col("deff") - 1).abs() > 1e-9).is_empty()
        heads = ["unit", "value", "n", "interval", *([] if plain else ["n_eff", "deff"])]
        heads += ["previous", "change", "verdict"] if compared else []
        title = _word("title", lang, measure=measure_title(folder.rulebook, name, lang), level=_level(measure))
        table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
        for head in heads:
            side: Literal["left", "right"] = "left" if head in ("unit", "verdict") else "right"
            least = 15 if head == "verdict" else None  # the longest word of a verdict
            table.add_column(_word(head, lang), justify=side, overflow="fold", min_width=least)
        for row in rows.iter_rows(named=True):
            unit = names.units[row["unit"]]
            shown = [unit.label(lang), *_figures(row, measure, lang)[: 3 if plain else 5]]
            table.add_row(*shown, *(_change(row, measure, lang) if compared else ()))
        yield table


def _by_measure(frame: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    for (name,), rows in frame.partition_by("measure", as_dict=True, maintain_order=True).items():
        yield str(name), rows


def _level(measure: Measure) -> str:
    return show(measure.level * 100, 1).removesuffix(".0")


def _figures(row: Mapping[str, Any], measure: Measure, lang: Lang) -> list[str]:
    if row["value"] is None:
        return [missing_words(row["missing"], lang), str(row["n"]), "", "", ""]
    shown = _number(Fraction(row["value"]), measure)
    ends = _ends(row["low"], row["high"], measure)
    return [shown, str(row["n"]), ends, _float(row["n_eff"], 1), _float(row["deff"], 2)]


def _change(row: Mapping[str, Any], measure: Measure, lang: Lang) -> list[str]:
    if row["previous"] is None:
        return ["", "", ""]
    old = _number(Fraction(row["previous"]), measure)
    if row["change"] is None:
        return [old, "", ""]
    rose = "rose" if row["change"] > 0 else "fell"
    return [old, _gap(row, measure), _word(rose if row["distinguishable"] else "no-change", lang)]


def _gap(row: Mapping[str, Any], measure: Measure) -> str:
    """Return a difference with its interval below it."""
    ends = f"{_signed(row['change_low'], measure)}…{_signed(row['change_high'], measure)}"
    return f"{_signed(row['change'], measure)}\n({ends})"


def difference_tables(folder: Folder, differences: pl.DataFrame, lang: Lang) -> Iterator[Table]:
    """Yield a table per measure of each unit's difference from one of them."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    for name, rows in _by_measure(differences):
        measure, units = folder.rulebook.measures[name], folder.register.units
        params = {"unit": units[rows["against"][0]].label(lang), "level": _level(measure)}
        title = _word("against", lang, measure=measure_title(folder.rulebook, name, lang), **params)
        table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
        for head in ("unit", "difference", "verdict"):
            table.add_column(_word(head, lang), justify="right" if head == "difference" else "left", overflow="fold")
        for row in rows.filter(pl.col("change").is_not_null()).iter_rows(named=True):
            above = "above" if row["change"] > 0 else "below"
            verdict = _word(above if row["distinguishable"] else "no-difference", lang)
            table.add_row(units[row["unit"]].label(lang), _gap(row, measure), verdict)
        yield table


def _percentage(measure: Measure) -> bool:
    return bool(measure.share) and not measure.is_total


def _number(value: Fraction, measure: Measure) -> str:
    """Return a value with one decimal of a percentage, or the measure's own decimals."""
    if _percentage(measure):
        return show(value * 100, measure.places if measure.percent else 1) + "%"
    return show(value, min(measure.places, 2))


def _ends(low: float | None, high: float | None, measure: Measure) -> str:
    if low is None or high is None:
        return "—"
    ends = (_number(Fraction(end).limit_denominator(10**9), measure) for end in (low, high))
    least, most = ends
    return f"{least.removesuffix('%')}–{most}"


def _signed(value: float, measure: Measure) -> str:
    text = _number(Fraction(value).limit_denominator(10**9), measure).removesuffix("%")
    return text if text.startswith("-") or not Fraction(text) else f"+{text}"


def _float(value: float | None, places: int) -> str:
    return "" if value is None else show(Fraction(value).limit_denominator(10**9), places)


def cell_tables(folder: Folder, cells: pl.DataFrame, lang: Lang) -> Iterator[Table]:
    """Yield a table of the breakdown per measure; suppressed cells say so and show nothing."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    for name, rows in _by_measure(cells):
        measure = folder.rulebook.measures[name]
        title = _word("by", lang, measure=measure_title(folder.rulebook, name, lang), by=rows["by"][0])
        table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
        for head in ("unit", "cell", "value", "n", "interval"):
            side: Literal["left", "right"] = "left" if head in ("unit", "cell") else "right"
            table.add_column(_word(head, lang), justify=side, overflow="fold")
        for row in rows.iter_rows(named=True):
            unit = folder.register.units[row["unit"]]
            shown = [unit.label(lang), _part(folder, measure, row, lang)]
            if row["suppressed"] is not None:
                table.add_row(*shown, _word("suppressed", lang), "", "")
                continue
            ends = _ends(row["low"], row["high"], measure)
            table.add_row(*shown, _number(Fraction(row["value"]), measure), str(row["n"]), ends)
        yield table


def _part(folder: Folder, measure: Measure, row: Mapping[str, Any], lang: Lang) -> str:
    """Return the title of a part: of an option of the question, or of a stratum."""
    survey = folder.rulebook.surveys[measure.survey or ""]
    options = survey.questions.get(row["by"])
    if options is not None:
        return options[row["cell"]].get(lang)
    stratum = survey.design.strata.get(row["cell"]) if survey.design is not None else None
    return stratum.title.get(lang) if stratum is not None and stratum.title is not None else str(row["cell"])


def fieldwork_text(folder: Folder, period: str, fieldwork: Mapping[str, Fieldwork], lang: Lang) -> str:
    """Return how asking went, one sentence a survey."""
    lines = []
    for name, found in fieldwork.items():
        title = folder.rulebook.surveys[name].title
        parts = [_word("completed", lang, count=found.completed)]
        if found.dialled is not None and found.response_rate is not None:
            parts.append(_word("response", lang, count=found.dialled, rate=show(found.response_rate * 100, 1)))
        if found.contacted is not None and found.cooperation_rate is not None:
            parts.append(_word("cooperation", lang, count=found.contacted, rate=show(found.cooperation_rate * 100, 1)))
        params = {"survey": title.get(lang) if title else name, "period": period_label(folder.rulebook, period, lang)}
        joined = ("，" if lang == "zh" else ", ").join(parts)
        lines.append(_word("fieldwork", lang, parts=joined, **params))
    return "\n".join(lines)


# --- plans


def plan_text(plan: Mapping[str, Any], lang: Lang) -> str:
    """Return a sample plan (see ``shuping.surveying.plan_data``) as sentences."""
    lines = [_word("plan-given" if plan["given"] else "plan-n", lang, **_percentages(plan))]
    if plan["population"] is not None:
        lines.append(_word("plan-everybody" if plan["everybody"] else "plan-population", lang, **plan))
    if plan["units"] > 1:
        lines.append(_word("plan-units", lang, **plan))
    if plan["to_ask"] is not None:
        lines.append(_word("plan-response", lang, rate=_percent(plan["response"]), to_ask=plan["to_ask"]))
    if plan["strata"]:
        lines.append(_word(f"plan-{plan['allocation']}", lang))
        lines += [f"  {name}: {count}" for name, count in plan["strata"].items()]
    lines.append(_word("plan-difference", lang, **_percentages(plan)))
    return "\n".join(lines)


def _percentages(plan: Mapping[str, Any]) -> dict[str, Any]:
    shares, gaps = ("share", "level", "power"), ("error", "difference")
    points = {key: _percent(plan[key]).removesuffix("%") for key in gaps}
    return {**plan, **points, **{key: _percent(plan[key]) for key in shares}}


def _percent(value: float) -> str:
    return show(Fraction(value).limit_denominator(10**9) * 100, 1).removesuffix(".0") + "%"

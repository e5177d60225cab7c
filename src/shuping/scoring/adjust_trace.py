"""The trace of bonuses, deductions, caps and vetoes: rows that stand after the criteria and add up with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from shuping.records.register import Register
from shuping.rulebook.adjustments import Veto
from shuping.rulebook.model import Rulebook
from shuping.scoring.adjust import Adjusted, Line, Mask
from shuping.scoring.adjust_words import line_in_figures, line_title, line_words, veto_words
from shuping.scoring.grid import REASON_NAMES, Grid
from shuping.scoring.measure_words import show_measure, written_of
from shuping.scoring.provenance import Provenance
from shuping.scoring.result import TRACE_SCHEMA
from shuping.values.exact import decide
from shuping.values.rounding import show
from shuping.values.scalars import Text

Vetoes = Mapping[str, Sequence[Veto]]
"""The vetoes that hold, by unit."""


def adjustment_rows(
    rulebook: Rulebook,
    register: Register,
    grid: Grid,
    found: Adjusted | None,
    with_total: Mask,
    provenance: Provenance,
    period: str,
    vetoes: Vetoes,
    order: int,
) -> Iterator[dict[str, Any]]:
    """Yield rows of ``TRACE_SCHEMA`` with parent "" and numbers from ``order`` on. Points are signed: what a row adds
    to the total; units without a total (see ``with_total``) get no contributions.
    """
    lines = () if found is None else found.lines
    for place, line in enumerate(lines):
        for index in map(int, np.flatnonzero(line.applies)):
            row = _head(register, grid, period, index, order + place, line.id, line_title(rulebook, line))
            row |= _line(rulebook, line, index, row["group"], bool(with_total[index]))
            if line.entry is not None:
                row |= _source(rulebook, provenance, period, row["unit"], line.entry.measure)
            yield row
    for index, unit in enumerate(grid.units):
        for place, veto in enumerate(vetoes.get(unit, ())):
            row = _head(register, grid, period, index, order + len(lines) + place, veto.id, veto.title)
            words = {f"rule_{lang}": veto_words(rulebook, veto, lang) for lang in ("zh", "en")}
            yield {**row, **words, "kind": "veto", "formula": veto.when}


def _head(
    register: Register, grid: Grid, period: str, index: int, order: int, name: str, title: Text
) -> dict[str, Any]:
    unit = register[grid.units[index]]
    row: dict[str, Any] = dict.fromkeys(TRACE_SCHEMA)
    row.update(
        period=period, group=grid.group_names[int(grid.codes[index])], unit=unit.id, name=unit.name,
        name_en=unit.name_en or unit.name, criterion=name, parent="", depth=1, order=order, title_zh=title.zh,
        title_en=title.en,
    )  # fmt: skip
    return row


def _line(rulebook: Rulebook, line: Line, index: int, group: str, with_total: bool) -> dict[str, Any]:
    points, rounding, reason = Fraction(line.points[index]), rulebook.rounding, int(line.reasons[index])
    shown = show(decide(line.points[index], rounding.detail_places, rounding.mode), rounding.detail_places)
    parts: dict[str, Any] = {
        "kind": line.kind,
        **{f"rule_{lang}": line_words(rulebook, line, group, lang) for lang in ("zh", "en")},
        "substituted": line_in_figures(line, index, shown),
        "points": None if reason else shown,
        "points_exact": None if reason else f"{points.numerator}/{points.denominator}",
        "contribution": shown if with_total and not reason else None,
        "contribution_exact": f"{points.numerator}/{points.denominator}" if with_total and not reason else None,
        "missing": REASON_NAMES[reason] or None,
        "missing_policy": line.entry.missing if reason and line.entry is not None else None,
    }
    if line.value is not None and line.entry is not None and not line.value.reasons[index]:
        value = Fraction(line.value.values[index])
        parts["value"] = show_measure(rulebook.measures[line.entry.measure], value)
        parts["value_exact"] = f"{value.numerator}/{value.denominator}"
    return parts


def _source(rulebook: Rulebook, provenance: Provenance, period: str, unit: str, name: str) -> dict[str, Any]:
    measure = rulebook.measures[name]
    title = measure.title or Text(zh=name, en=name)
    return {
        "source": name,
        "source_title_zh": title.zh,
        "source_title_en": title.en,
        "formula": written_of(rulebook, measure),
        "parts": provenance.parts(period, unit, name),
        "records": provenance.records(period, unit, name),
        "files": provenance.files_of_measure(name),
    }

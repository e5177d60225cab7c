"""The front of ``shuping whatif``: a folder's standing under other weights of the first level, and how far they may go.

Nothing is written into the rule book: the weights hold for one look.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl

from shuping import appraisal
from shuping.appraisal import Progress
from shuping.errors import InputError, Problem
from shuping.records import write_csv
from shuping.records.files_out import refuse_taken
from shuping.records.folder import Folder
from shuping.scoring.rounding import UndecidableStage
from shuping.standing.standing import Standing
from shuping.standing.what_if.ground import Ground
from shuping.standing.what_if.ranges import Edge, Range, ranges_of, shown
from shuping.standing.what_if.weights import declared, factors_of, wanted_weights, weights_under
from shuping.values.exact import UndecidableRounding
from shuping.values.rounding import show_short, to_decimal

MOVES_SCHEMA: dict[str, Any] = {
    "period": pl.String, "group": pl.String, "unit": pl.String, "name": pl.String, "name_en": pl.String,
    "total": pl.Decimal,  # published
    "total_under": pl.Decimal,  # under the weights asked for
    "change": pl.Decimal,
    "rank": pl.Int64, "rank_under": pl.Int64,
    "moved": pl.Int64,  # positive: further up under the weights asked for
    "grade": pl.String, "grade_under": pl.String,  # computed ones: what people decided stays out
    "missing": pl.String,
}  # fmt: skip
WEIGHTS_SCHEMA: dict[str, Any] = {
    "group": pl.String, "criterion": pl.String, "title_zh": pl.String, "title_en": pl.String,
    "weight": pl.String, "weight_under": pl.String,  # "numerator/denominator", on the rule book's scale
    "asked": pl.Boolean,  # false: the criterion shares what the others leave
}  # fmt: skip
RANGES_SCHEMA: dict[str, Any] = {
    "group": pl.String, "unit": pl.String, "criterion": pl.String, "title_zh": pl.String, "title_en": pl.String,
    "what": pl.String,  # rank | grade
    "kept": pl.String, "weight": pl.String, "whole": pl.String,
    "low": pl.String, "high": pl.String,  # decimals, rounded into the range
    "low_exact": pl.String, "high_exact": pl.String,  # "numerator/denominator"
    "low_included": pl.Boolean, "high_included": pl.Boolean,
    "below": pl.String, "above": pl.String,  # just outside; -: none or open; null: nothing is outside
    "way": pl.String,  # exact | searched
}  # fmt: skip


@dataclass(frozen=True)
class WhatIf:
    """``moves``: a row per unit (``MOVES_SCHEMA``), in the order of the weights asked for; ``weights``: a row per group
    and first-level criterion (``WEIGHTS_SCHEMA``); ``ranges``: of one unit (``RANGES_SCHEMA``), empty unless asked.
    """

    folder: Folder
    period: str
    moves: pl.DataFrame
    weights: pl.DataFrame
    ranges: pl.DataFrame

    @property
    def moved(self) -> pl.DataFrame:
        """The units whose total, rank or grade is not the published one."""
        pairs = (("total", "total_under"), ("rank", "rank_under"), ("grade", "grade_under"))
        return self.moves.filter(pl.any_horizontal(~pl.col(a).eq_missing(pl.col(b)) for a, b in pairs))


def what_if(
    folder: Folder,
    weights: Mapping[str, str] | None = None,
    *,
    period: str | None = None,
    find: str | None = None,
    progress: Progress | None = None,
) -> WhatIf:
    """Return the standing of a period (by default the last) under other first-level weights, beside the published one.

    ``weights``: by criterion, ``25`` on the rule book's scale or ``25%`` of what siblings come to; these keep their
    sum, and criteria not named share what is left in the proportion that they have. ``find``: a unit (id or name) whose
    ranges of weights are wanted. Raises InputError for unknown names and weights that cannot be, and as ``score`` does.
    """
    if not weights and find is None:
        raise InputError(Problem("scoring.what-if-nothing"))
    book = folder.rulebook
    wanted = wanted_weights(book, weights or {})
    under = weights_under(book, wanted)
    ground, standing = appraisal.ground_of(folder, period, progress=progress)
    unit = None if find is None else _unit(folder, ground, find)
    try:
        found = ground.standing(factors_of(book, under))
        ranges = [] if unit is None else ranges_of(ground, standing, unit)
    except (UndecidableRounding, UndecidableStage) as error:
        raise InputError(Problem("scoring.what-if-undecidable", {"period": ground.period})) from error
    return WhatIf(
        folder,
        ground.period,
        _moves(folder, ground.period, standing, found),
        _weights(folder, under, wanted),
        _frame([_range(folder, one) for one in ranges], RANGES_SCHEMA),
    )


def _unit(folder: Folder, ground: Ground, given: str) -> str:
    known = {name: unit for unit in ground.grid.units for name in _names(folder, unit)}
    if given not in known:
        params = {"given": given, "period": ground.period}
        raise InputError(Problem("scoring.what-if-unit", params))
    return known[given]


def _names(folder: Folder, unit: str) -> set[str]:
    found = folder.register[unit]
    return {unit, found.label("zh"), found.label("en")}


def _moves(folder: Folder, period: str, published: Sequence[Standing], under: Sequence[Standing]) -> pl.DataFrame:
    places, rows = folder.rulebook.rounding.places, {row.unit: row for row in published}
    return _frame([_move(folder, period, rows[row.unit], row, places) for row in under], MOVES_SCHEMA, places)


def _move(folder: Folder, period: str, before: Standing, now: Standing, places: int) -> dict[str, Any]:
    unit = folder.register[now.unit]
    row: dict[str, Any] = {"period": period, "group": now.group, "unit": now.unit}
    row |= {"name": unit.label("zh"), "name_en": unit.label("en")}
    row |= {"total": _decimal(before.total, places), "total_under": _decimal(now.total, places)}
    both = before.total is not None and now.total is not None
    row["change"] = row["total_under"] - row["total"] if both else None
    row |= {"rank": before.rank, "rank_under": now.rank}
    row["moved"] = None if before.rank is None or now.rank is None else before.rank - now.rank
    return row | {"grade": before.grade, "grade_under": now.grade, "missing": now.missing}


def _decimal(value: Fraction | None, places: int) -> Decimal | None:
    return None if value is None else to_decimal(value, places)


def _weights(folder: Folder, under: Mapping[str, Mapping[str, Fraction]], wanted: Mapping[str, object]) -> pl.DataFrame:
    rows = []
    for group, mine in under.items():
        own = declared(folder.rulebook, group)
        for name, weight in mine.items():
            row = {"group": group, "criterion": name, **_titles(folder, name)}
            rows.append(row | {"weight": _exact(own[name]), "weight_under": _exact(weight), "asked": name in wanted})
    return _frame(rows, WEIGHTS_SCHEMA)


def _titles(folder: Folder, criterion: str) -> dict[str, str]:
    title = folder.rulebook.criterion(criterion).title
    return {f"title_{lang}": criterion if title is None else getattr(title, lang) for lang in ("zh", "en")}


def _range(folder: Folder, found: Range) -> dict[str, Any]:
    low, high = shown(found)
    row: dict[str, Any] = {"group": found.group, "unit": found.unit, "criterion": found.criterion}
    row |= _titles(folder, found.criterion)
    row |= {"what": found.what, "kept": found.kept, "weight": _exact(found.weight), "whole": _exact(found.whole)}
    row |= {"low": show_short(low, 12), "high": show_short(high, 12)}
    return row | _edge("low", "below", found.low) | _edge("high", "above", found.high) | {"way": found.way}


def _edge(name: str, beyond: str, edge: Edge) -> dict[str, Any]:
    return {f"{name}_exact": _exact(edge.weight), f"{name}_included": edge.included, beyond: edge.beyond}


def _exact(number: Fraction) -> str:
    return f"{number.numerator}/{number.denominator}"


def _frame(rows: list[dict[str, Any]], schema: Mapping[str, Any], places: int = 0) -> pl.DataFrame:
    types = {name: pl.Decimal(38, places) if kind is pl.Decimal else kind for name, kind in schema.items()}
    return pl.DataFrame(rows, schema=types, orient="row")


def write_what_if(found: WhatIf, out: str | Path, *, force: bool = False) -> None:
    """Write the moves as CSV, or the ranges where a unit was asked for. Raises OutputError when ``out`` exists (unless
    ``force``) or cannot be written.
    """
    path = Path(out)
    refuse_taken([path], force=force)
    write_csv(_split(found.ranges) if found.ranges.height else found.moves, path)


def _split(ranges: pl.DataFrame) -> pl.DataFrame:
    """Put numerator and denominator into columns of their own: a spreadsheet takes ``1/3`` for a day in March."""
    exact = ("weight", "whole", "low_exact", "high_exact")
    parts = [
        pl.col(name).str.split("/").list.get(place).alias(f"{name.removesuffix('_exact')}_{part}")
        for name in exact
        for place, part in enumerate(("numerator", "denominator"))
    ]
    return ranges.with_columns(parts).drop(exact)

"""Records of the site to a folder of the library, and the library's problems back to the fields they concern."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from shuping.errors import InputError, Problem
from shuping.records import folder_from_frames
from shuping.records.folder import Folder
from shuping.rulebook.model import Dataset, Field, Rulebook

__all__ = ["Dataset", "Field", "Folder", "InputError", "Problem", "Rulebook", "Row", "folder_of", "problems_of"]


@dataclass(frozen=True)
class Row:
    """A record as the library takes it: unit's code, period (``""`` where the row is dated), values as typed;
    ``record`` is the number under which the site keeps it.
    """

    unit: str
    period: str
    values: Mapping[str, str]
    record: int | None = None


def columns_of(dataset: Dataset) -> list[str]:
    """Return the columns of a dataset's table, in the order of its form."""
    return ["unit", *(["period"] if dataset.period is not None else []), *dataset.fields]


def frame_of(dataset: Dataset, rows: Sequence[Row]) -> pl.DataFrame:
    """Return rows as a table of texts; an empty field is empty there."""
    table: dict[str, list[Any]] = {name: [] for name in columns_of(dataset)}
    for row in rows:
        for name in table:
            given = row.unit if name == "unit" else row.period if name == "period" else row.values.get(name, "")
            table[name].append(given or None)
    return pl.DataFrame(table, schema=dict.fromkeys(table, pl.String))


def units_frame(units: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Return the register: dicts with ``code``, ``name``, ``name_en``, ``kind``, ``parent`` and attributes."""
    names = sorted({name for unit in units for name in unit["attributes"]})
    fixed = {"id": "code", "name": "name", "name_en": "name_en", "kind": "kind", "parent": "parent"}
    table: dict[str, list[Any]] = {column: [unit[key] or None for unit in units] for column, key in fixed.items()}
    for column in ("valid_from", "valid_to"):
        table[column] = [str(unit[column]) if unit[column] else None for unit in units]
    for name in names:
        table[name] = [unit["attributes"].get(name) or None for unit in units]
    return pl.DataFrame(table, schema=dict.fromkeys(table, pl.String))


def folder_of(
    rulebook: Rulebook,
    units: Sequence[Mapping[str, Any]],
    records: Mapping[str, Sequence[Row]],
    others: Mapping[str, Any] | None = None,
) -> Folder:
    """Return a folder of the site's records; ``others`` are tables that the site does not file yet (surveys, marks,
    targets). Raises InputError with every problem.
    """
    given = others or {}
    frames = {name: frame_of(rulebook.datasets[name], rows) for name, rows in records.items() if rows}
    return folder_from_frames(
        rulebook, units_frame(units), frames, given.get("surveys"), given.get("panels"), given.get("targets")
    )


def problems_of(
    rulebook: Rulebook, units: Sequence[Mapping[str, Any]], dataset: str, row: Row
) -> dict[str | None, list[Problem]]:
    """Return what is wrong with one row, by field (None: the row as a whole)."""
    try:
        folder_of(rulebook, units, {dataset: [row]})
    except InputError as error:
        found: dict[str | None, list[Problem]] = {}
        known = columns_of(rulebook.datasets[dataset])
        for problem in error.problems:
            field = problem.place.field
            found.setdefault(field if field in known else None, []).append(problem)
        return found
    return {}

"""A small county for tests: six units on three levels, a dated dataset, a monthly one, and any measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from shuping.records.folder import Folder, SourceFile, Table
from shuping.records.register import Register, Unit
from shuping.rulebook.model import Rulebook

UNITS = (("county", None), ("east", "county"), ("west", "county"), ("e1", "east"), ("e2", "east"), ("w1", "west"))
ATTRIBUTES = {
    "county": {"people": "100"},
    "east": {"people": "60", "grade": "A"},
    "west": {"people": "0", "grade": "B"},
    "e1": {"people": "12.5"},
}
ACTIVITY = {
    "date": {"type": "date"},
    "due": {"type": "date", "required": "false"},
    "form": {"type": "category", "options": ["lecture", "sport", "体育"]},
    "village": {"type": "unit", "required": "false"},
    "people": {"type": "integer"},
    "money": {"type": "number", "places": "2", "required": "false"},
    "ok": {"type": "flag", "required": "false"},
}
FILED = {"kind": {"type": "category", "options": ["a", "b"]}, "amount": {"type": "number", "places": "3"}}
HANDED_IN = (SourceFile("records.csv", "", 0),)
"""A file, so that no rows in it can mean that nothing took place."""
ACTIVITY_SCHEMA = {
    "unit": pl.String, "filer": pl.String, "date": pl.Date, "due": pl.Date, "form": pl.String, "village": pl.String,
    "people": pl.Int64, "money": pl.Decimal(38, 2), "ok": pl.Boolean, "_file": pl.UInt32, "_row": pl.UInt32,
}  # fmt: skip
FILED_SCHEMA = {
    "unit": pl.String, "filer": pl.String, "period": pl.String, "kind": pl.String, "amount": pl.Decimal(38, 3),
    "_file": pl.UInt32, "_row": pl.UInt32,
}  # fmt: skip


def register() -> Register:
    """Return the six units."""
    units = {
        name: Unit(name, name, name, "unit", parent, attributes=ATTRIBUTES.get(name, {})) for name, parent in UNITS
    }
    return Register(units, ("people", "grade"))


def rulebook(measures: Mapping[str, Any], *, no_records: str = "missing", filed: str = "month") -> Rulebook:
    """Return a rule book with both datasets and these measures."""
    datasets = {
        "activity": {"fields": ACTIVITY, "no_records": no_records},
        "filed": {"fields": FILED, "no_records": no_records, "period": filed},
    }
    head = {"rulebook": "test", "version": "1", "title": "Test", "groups": {"all": {"kind": "unit"}}}
    return Rulebook.model_validate({**head, "datasets": datasets, "measures": dict(measures)})


def activity(
    unit: str,
    day: str,
    people: int = 1,
    *,
    form: str = "lecture",
    money: str | None = None,
    village: str | None = None,
    due: str | None = None,
    ok: bool | None = None,
) -> dict[str, Any]:
    """Return one row of the dataset activity."""
    return {
        "unit": unit,
        "filer": unit,
        "date": date.fromisoformat(day),
        "due": None if due is None else date.fromisoformat(due),
        "form": form,
        "village": village,
        "people": people,
        "money": None if money is None else Decimal(money),
        "ok": ok,
    }


def filed(unit: str, period: str, amount: str, kind: str = "a") -> dict[str, Any]:
    """Return one row of the dataset filed."""
    return {"unit": unit, "filer": unit, "period": period, "kind": kind, "amount": Decimal(amount)}


def folder(
    measures: Mapping[str, Any],
    activities: Sequence[dict[str, Any]] = (),
    amounts: Sequence[dict[str, Any]] = (),
    **options: str,
) -> Folder:
    """Return a folder with these measures and rows."""
    tables = {
        "activity": Table(pl.DataFrame(_numbered(activities), schema=ACTIVITY_SCHEMA), HANDED_IN),
        "filed": Table(pl.DataFrame(_numbered(amounts), schema=FILED_SCHEMA), HANDED_IN),
    }
    return Folder(None, rulebook(measures, **options), register(), tables)


def _numbered(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "_file": 0, "_row": number} for number, row in enumerate(rows, start=2)]

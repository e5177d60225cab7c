"""A cycle filled from a folder of the library: the demonstration county in mid-cycle, or one's own data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import polars as pl
from django.db import transaction

import shuping
from shuping_web.cycles.actions import add_rulebook, open_cycle
from shuping_web.cycles.models import Cycle, Table
from shuping_web.filing.models import Record, State
from shuping_web.ledger.actions import record as write_event
from shuping_web.people.actions import System, add_account, add_units, give_role
from shuping_web.people.adapters import units_of
from shuping_web.people.models import Account, Unit
from shuping_web.people.permissions import Role

TABLES = {"surveys": "surveys", "marks": "panels"}


@transaction.atomic
def import_folder(path: Path, period: str, *, by: Account, at: datetime, until: date, waiting: int = 0) -> Cycle:
    """Make a cycle of a folder: its rule book, units, records and other tables. ``waiting``: every so many-th record
    waits to be checked, 0 for none. Raises the library's errors.
    """
    folder = shuping.read(path)
    add_units(units_of(path), by=by, at=at)
    text = (path / "rulebook.yaml").read_text(encoding="utf-8")
    cycle = open_cycle(
        rulebook=add_rulebook(text=text, reason="", by=by, at=at), period=period, filing_until=until, by=by, at=at
    )
    units = {unit.code: unit for unit in Unit.objects.all()}
    records = []
    for name, table in folder.datasets.items():
        for number, row in enumerate(table.frame.drop("_file", "_row", strict=False).to_dicts()):
            state = State.FILED if waiting and number % waiting == 0 else State.ACCEPTED
            records.append(
                Record(
                    dataset=name, unit=units[row["unit"]], period=row.get("period") or "", values=_values(row),
                    state=state, submission=uuid4(), filed_by=by, filed_at=at,
                )
            )  # fmt: skip
    Record.objects.bulk_create(records, batch_size=2000)
    _tables(cycle, path)
    data = {"records": len(records), "folder": path.name}
    write_event(by=by, action="folder_imported", subject=f"cycle:{cycle.pk}", at=at, data=data)
    return cycle


def _values(row: Mapping[str, Any]) -> dict[str, str]:
    kept = {name: value for name, value in row.items() if name not in ("unit", "filer", "period") and value is not None}
    return {name: _text(value) for name, value in kept.items()}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def _tables(cycle: Cycle, path: Path) -> None:
    files = [(room, file) for room in TABLES for file in sorted((path / room).glob("*.csv"))]
    files += [("targets", path / "targets.csv")] if (path / "targets.csv").exists() else []
    for room, file in files:
        text = pl.read_csv(file, infer_schema=False).write_csv()
        Table.objects.create(cycle=cycle, room=room, name=file.stem, text=text)


def add_people(*, password: str, at: datetime) -> list[tuple[str, str]]:
    """Make one account for each role; return user names with what they are."""
    units = {unit.code: unit for unit in Unit.objects.all()}
    town = next(unit for unit in units.values() if unit.kind == "township")
    bureau = next((unit for unit in units.values() if unit.kind == "bureau"), None)
    wanted: list[tuple[str, str, Role, Unit | None]] = [
        ("security", "安全管理员 / Security administrator", Role.SECURITY, None),
        ("office", "考核办 / Appraisal office", Role.OFFICE, None),
        ("town", f"{town.name} / {town.name_en}", Role.FILER, town),
        ("townhead", f"{town.name}负责人 / Head of {town.name_en}", Role.UNIT_HEAD, town),
        ("checker", "核验员 / Checker", Role.CHECKER, None),
        ("auditor", "审计 / Auditor", Role.AUDITOR, None),
    ]
    if bureau is not None:
        wanted.append(("bureau", f"{bureau.name} / {bureau.name_en}", Role.FILER, bureau))
    found = []
    for username, name, role, unit in wanted:
        account = add_account(username=username, name=name, password=password, by=System(), at=at)
        give_role(account=account, role=role, unit=unit, by=System(), at=at)
        found.append((username, name))
    return found

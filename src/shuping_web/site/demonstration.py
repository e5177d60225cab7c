"""A cycle filled from a folder of the library: the demonstration county in mid-cycle, or one's own data."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from shuping_web.cycles.models import Cycle
from shuping_web.folders.actions import take_in
from shuping_web.folders.adapters import read_path
from shuping_web.people.actions import System, add_account, give_role
from shuping_web.people.models import Account, Unit
from shuping_web.people.permissions import Role


def import_folder(path: Path, period: str, *, by: Account, at: datetime, until: date, waiting: int = 0) -> Cycle:
    """Make a cycle of a folder on the server's disk. ``waiting``: every so many-th record of a dataset waits to be
    checked, 0 for none. Raises the library's errors, and ValidationError as ``take_in`` does.
    """
    return take_in(folder=read_path(path), period=period, until=until, waiting=waiting, by=by, at=at)


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

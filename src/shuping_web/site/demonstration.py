"""The demonstration: an invented county in mid-cycle, with something in every room and a sign-in for each role.

Days are counted from the moment at which it is filled in. All is done by the actions that people's clicks would call,
so the ledger tells of it and every invariant holds; only the folder's records come in one piece, as a folder does.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.db import transaction

from shuping.demo import safety_rows, safety_rulebook, write_county
from shuping_web.cycles.adapters import parsed
from shuping_web.cycles.models import Cycle
from shuping_web.folders.actions import take_in
from shuping_web.folders.adapters import FolderRead, RecordRead, read_path
from shuping_web.people.actions import System, add_account, add_units, give_role
from shuping_web.people.models import Account, Unit
from shuping_web.people.permissions import Role
from shuping_web.site.demo_claims import claims_of_the_year
from shuping_web.site.demo_cycles import LAST, beginning, exceptions, last_year, safety_cycle, this_year, units_change
from shuping_web.site.demo_messages import messages
from shuping_web.site.demo_records import checked, corrections, filed, kept, registered, sampled
from shuping_web.site.demo_stage import County, Times

SIGN_INS = (
    ("admin", "系统管理员 / Administrator", Role.ADMINISTRATOR, None),
    ("security", "安全管理员 / Security administrator", Role.SECURITY, None),
    ("auditor", "审计员 / Auditor", Role.AUDITOR, None),
    ("office", "考核办主任 / Head of the appraisal office", Role.OFFICE, None),
    ("office2", "考核办经办 / Clerk of the appraisal office", Role.OFFICE, None),
    ("checker", "核验员甲 / First checker", Role.CHECKER, None),
    ("checker2", "核验员乙 / Second checker", Role.CHECKER, None),
    ("town", "白茅镇填报员 / Filer of Baimao Town", Role.FILER, "baimao"),
    ("townhead", "白茅镇负责人 / Head of Baimao Town", Role.UNIT_HEAD, "baimao"),
    ("bureau", "县农业农村局填报员 / Filer of the agriculture bureau", Role.FILER, "agriculture"),
    ("hotline", "便民热线数据员 / Data clerk of the hotline centre", Role.FILER, "hotline"),
    ("reviewer", "评委 / Reviewer", Role.REVIEWER, None),
    ("observer", "观察员 / Observer", Role.OBSERVER, None),
)
"""Who is printed at the start, with the same password for all."""
KINDS = ("township", "bureau", "zone", "office")
"""Kinds of units that have a filer each."""


def import_folder(path: Path, period: str, *, by: Account, at: datetime, until: date, waiting: int = 0) -> Cycle:
    """Make a cycle of a folder on the server's disk. ``waiting``: every so many-th record of a dataset waits to be
    checked, 0 for none. Raises the library's errors, and ValidationError as ``take_in`` does.
    """
    return take_in(folder=read_path(path), period=period, until=until, waiting=waiting, by=by, at=at)


@transaction.atomic
def fill(*, password: str, at: datetime) -> list[tuple[str, str]]:
    """Fill an empty database with the demonstration as it stands at a moment; return user names with what they are."""
    times = Times(at)
    with tempfile.TemporaryDirectory() as made:
        write_county(Path(made))
        folder = read_path(Path(made))
    add_units(registered(folder), by=System(), at=times.ago(420))
    county = County(times, folder, of_period(folder, LAST), add_people(password=password, at=times.ago(419)))
    beginning(county)
    last_year(county)
    safety_cycle(county, safety_rulebook())
    this_year(county)
    exceptions(county)
    filed(county, safety_rows())
    checked(county)
    sampled(county)
    claims_of_the_year(county)
    corrections(county)
    kept(county)
    units_change(county)
    messages(county)
    return [(username, name) for username, name, _role, _unit in SIGN_INS]


def add_people(*, password: str, at: datetime) -> dict[str, Account]:
    """Make the accounts of the sign-ins, and one filer for every other unit that files; return them by user name. The
    password is hashed once: thirty times would take half of the time that the start takes.
    """
    units = {unit.code: unit for unit in Unit.objects.filter(kind__in=KINDS)}
    taken = {unit for _username, _name, role, unit in SIGN_INS if role == Role.FILER}
    others = [
        (code, f"{unit.name}填报员 / Filer of {unit.name_en}", Role.FILER, code)
        for code, unit in sorted(units.items())
        if code not in taken
    ]
    people = {}
    for username, name, role, unit in (*SIGN_INS, *others):
        email = "" if unit is None or username == "town" else f"{username}@county.example"
        account = add_account(username=username, name=name, password=None, email=email, by=System(), at=at)
        give_role(account=account, role=role, unit=units[unit] if unit else None, by=System(), at=at)
        people[username] = account
    Account.objects.filter(pk__in=[account.pk for account in people.values()]).update(password=make_password(password))
    return people


def of_period(folder: FolderRead, year: str) -> FolderRead:
    """Return a folder with the records and tables of one year alone."""
    book = parsed(folder.text)

    def when(record: RecordRead) -> str:
        day = book.datasets[record.dataset].date_field
        return record.period if day is None else record.values[day]

    records = tuple(record for record in folder.records if when(record).startswith(year))
    return replace(folder, records=records, tables=tuple(_tables(folder, year)))


def _tables(folder: FolderRead, year: str) -> Iterator[tuple[str, str, str, int]]:
    for room, name, text, _rows in folder.tables:
        lines = list(csv.DictReader(io.StringIO(text)))
        kept = [line for line in lines if line["period"].startswith(year)]
        out = io.StringIO()
        writer = csv.DictWriter(out, list(lines[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)
        yield room, name, out.getvalue(), len(kept)

"""A small organisation in mid-cycle, and a signed-in client for each role."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

os.environ.setdefault("SHUPING_DATA", tempfile.mkdtemp(prefix="shuping-web-tests-"))
os.environ.setdefault("SHUPING_SECRET_KEY", "for the tests alone: " + "x" * 40)
os.environ["DJANGO_SETTINGS_MODULE"] = "shuping_web.site.settings"

import django

django.setup()

from django.conf import settings  # noqa: E402

settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick: eight accounts a test
if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # a file, as in use: in memory there is neither WAL nor waiting for one's turn, and threads would race another way
    place = next(path for path in (Path("/dev/shm"), Path(os.environ["SHUPING_DATA"])) if os.access(path, os.W_OK))
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(place / f"shuping-tests-{os.getpid()}.sqlite3")

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils.translation import override  # noqa: E402

from shuping_web.cycles.actions import add_rulebook, open_cycle  # noqa: E402
from shuping_web.cycles.models import Cycle  # noqa: E402
from shuping_web.history.sentences import SENTENCES  # noqa: E402
from shuping_web.history.telling import tell  # noqa: E402
from shuping_web.ledger.models import Event  # noqa: E402
from shuping_web.ledger.protection import unprotect  # noqa: E402
from shuping_web.people.actions import System, add_account, add_units, give_role  # noqa: E402
from shuping_web.people.adapters import RegisteredUnit  # noqa: E402
from shuping_web.people.models import Account, Unit  # noqa: E402
from shuping_web.people.permissions import Role  # noqa: E402
from shuping_web.site.audit import invariants  # noqa: E402
from tests.web.kept_rows import Rows, all_rows, made_since, write_again  # noqa: E402

NOW = datetime(2025, 11, 3, 9, 30, tzinfo=UTC)
PASSWORD = "correct horse battery"
BOOK = """format: 1
rulebook: small
version: "1"
title: {zh: 小县考核, en: Small county}
periods: ["2025"]
groups: {towns: {kind: town, title: {zh: 乡镇, en: Towns}}}
datasets:
  activity:
    title: {zh: 活动, en: Activities}
    fields:
      date: {type: date, title: {zh: 日期, en: Date}}
      form:
        type: category
        title: {zh: 形式, en: Form}
        options: {talk: {zh: 讲座, en: Talk}, sport: {zh: 体育, en: Sport}}
      people: {type: integer, min: 1, title: {zh: 人次, en: People}}
    checks: ["people <= 500"]
    evidence: {max_files: 2}
measures: {events: {from: activity, value: count()}, people: {from: activity, value: sum(people)}}
criteria:
  - {id: events, title: {zh: 场次, en: Events}, points: 40, measure: events, method: ratio_to_best, missing: zero}
  - {id: people, title: {zh: 人次, en: People}, points: 60, measure: people, method: ratio_to_best, missing: zero}
grades: {good: {min: 80, title: {zh: 良好, en: Good}}, fair: {title: {zh: 一般, en: Fair}}}
"""
UNITS = [
    RegisteredUnit("county", "小县", "Small County", "county", None, None, None, {}),
    RegisteredUnit("east", "东镇", "East", "town", "county", None, None, {}),
    RegisteredUnit("west", "西镇", "West", "town", "county", None, None, {}),
    RegisteredUnit("east-1", "东一村", "East One", "village", "east", None, None, {}),
]


@dataclass
class World:
    """The organisation: its cycle, its people by user name, its units by code."""

    cycle: Cycle
    people: dict[str, Account] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)


def person(world: World, username: str, role: Role, unit: str | None) -> None:
    account = add_account(username=username, name=username.title(), password=PASSWORD, by=System(), at=NOW)
    give_role(account=account, role=role, unit=world.units[unit] if unit else None, by=System(), at=NOW)
    world.people[username] = account


KEPT: dict[str, Rows] = {}
"""By rule book, the rows of the world with it: made by actions once a process, then written again for each test."""


@pytest.fixture
def world(db: None, request: pytest.FixtureRequest) -> Iterator[World]:
    """An open cycle with two towns and a person for each role; after the test the chain of events must be whole."""
    if BOOK not in KEPT:
        before = all_rows()
        make_world()
        KEPT[BOOK] = made_since(before)
    else:
        write_again(KEPT[BOOK])
    accounts = {account.username: account for account in Account.objects.all()}
    yield World(Cycle.objects.get(), accounts, {unit.code: unit for unit in Unit.objects.all()})
    if request.node.get_closest_marker("broken_ledger") is None:
        assert {finding.en: finding.wrong for finding in invariants() if finding.wrong} == {}
        told_whole()


def make_world() -> None:
    """Make the organisation by the actions that make one in use."""
    add_units(UNITS, by=System(), at=NOW)
    book = add_rulebook(text=BOOK, reason="", by=System(), at=NOW)
    cycle = open_cycle(rulebook=book, period="2025", filing_until=date(2099, 12, 20), by=System(), at=NOW)
    made = World(cycle, {}, {unit.code: unit for unit in Unit.objects.all()})
    for username, role, unit in (
        ("admin", Role.ADMINISTRATOR, None),
        ("security", Role.SECURITY, None),
        ("office", Role.OFFICE, None),
        ("east", Role.FILER, "east"),
        ("west", Role.FILER, "west"),
        ("head", Role.UNIT_HEAD, "east"),
        ("checker", Role.CHECKER, None),
        ("reviewer", Role.REVIEWER, None),
        ("auditor", Role.AUDITOR, None),
        ("observer", Role.OBSERVER, None),
    ):
        person(made, username, role, unit)


def told_whole() -> None:
    """Every event has a sentence in both languages, with everything that the sentence speaks of."""
    for language in ("zh-hans", "en"):
        with override(language):
            tell(list(Event.objects.all()))
    assert set(Event.objects.order_by().values_list("action", flat=True).distinct()) - set(SENTENCES) == set()


@pytest.fixture(autouse=True)
def _ledger_can_be_emptied(request: pytest.FixtureRequest) -> Iterator[None]:
    """After a test without a transaction around it Django empties all tables, the events too."""
    mark = request.node.get_closest_marker("django_db")
    if mark is None or not mark.kwargs.get("transaction"):
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    unprotect(connection)


@pytest.fixture
def client_of(world: World) -> Callable[[str], Client]:
    """Return a function that signs somebody in."""

    def signed_in(username: str) -> Client:
        client = Client(headers={"host": "localhost", "accept-language": "en"})
        client.force_login(world.people[username])
        return client

    return signed_in


@pytest.fixture(autouse=True)
def _fresh_scoring() -> None:
    from shuping_web.checking import riskiest
    from shuping_web.results import queries

    queries._scoring.cache_clear()
    riskiest._comparison.cache_clear()  # rolled back, every test counts from one


def folder(path: Path, rows: str) -> Path:
    """Write the same organisation as a folder for the library."""
    (path / "records").mkdir(parents=True)
    (path / "rulebook.yaml").write_text(BOOK, encoding="utf-8")
    lines = [f"{unit.code},{unit.name},{unit.name_en},{unit.kind},{unit.parent or ''}" for unit in UNITS]
    (path / "units.csv").write_text("\n".join(["id,name,name_en,kind,parent", *lines]) + "\n", encoding="utf-8")
    (path / "records" / "activity.csv").write_text(rows, encoding="utf-8")
    return path

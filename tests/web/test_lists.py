"""Every list, found by its pages in the code: as many questions to the database for one row as for fifty."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import date, timedelta
from types import CodeType
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shuping_web.checking.models import Correction, Draw, Question, SamplingPlan
from shuping_web.checking.models import Kind as Corrects
from shuping_web.claims.models import Claim
from shuping_web.claims.models import Kind as Claims
from shuping_web.cycles.models import Cycle, LaterDeadline, RulebookVersion, SpecialDay
from shuping_web.filing.actions import freeze
from shuping_web.filing.models import Record, State
from shuping_web.ledger.actions import Entry, record_all
from shuping_web.notices.models import Batch, BatchState, Message, MessageState
from shuping_web.notices.models import Kind as Letter
from shuping_web.people.actions import System
from shuping_web.people.models import Account, Membership, Unit, UnitPath
from shuping_web.people.permissions import Role
from shuping_web.site.urls import urlpatterns
from tests.web.conftest import NOW, World
from tests.web.matrix.claims import adjusted
from tests.web.test_matrix import ROOMS

FIFTY = 50
Fill = Callable[[World, int], str]


def names_in(code: CodeType) -> set[str]:
    inside = [names_in(one) for one in code.co_consts if isinstance(one, CodeType)]
    return set(code.co_names).union(*inside)


def cuts_pages(function: Any) -> bool:
    return inspect.isfunction(function) and "Paginator" in names_in(function.__code__)


VIEWS = {str(pattern.name): inspect.unwrap(pattern.callback) for pattern in urlpatterns}


def is_list(view: Any) -> bool:
    """Whether a view, or a private function of its module that it calls, cuts pages."""
    helpers = [view.__globals__.get(name) for name in names_in(view.__code__) if name.startswith("_")]
    return any(cuts_pages(one) for one in (view, *helpers))


READ = {name for room in ROOMS for (name, method), _roles in room.SEEN.items() if method == "get"}
LISTS = sorted(name for name in READ if inspect.isfunction(VIEWS[name]) and is_list(VIEWS[name]))


def records(world: World, number: int, *, dataset: str = "activity", state: str = State.FILED) -> list[Record]:
    """Add so many records of East, each of another filer."""
    made = []
    for one in range(number):
        filer = Account.objects.create_user(f"filer-{uuid4()}", None)
        made.append(
            Record.objects.create(
                dataset=dataset, unit=world.units["east"], state=state, filed_by=filer, filed_at=NOW, cycle=world.cycle,
                submission=uuid4(), values={"date": "2025-03-01", "form": "talk", "people": str(one + 1)},
            )
        )  # fmt: skip
    return made


def many(model: type[Model], count: int, /, **given: Callable[[int], Any]) -> None:
    """Add so many rows; each column is a function of the row's number."""
    first = model._default_manager.count()
    for one in range(first, first + count):
        model._default_manager.create(**{name: make(one) for name, make in given.items()})


def always(value: Any) -> Callable[[int], Any]:
    return lambda _number: value


def of_records(path: str) -> Fill:
    def fill(world: World, number: int) -> str:
        told(records(world, number))
        return path

    return fill


def units(world: World, number: int) -> str:
    for _one in range(number):
        unit = Unit.objects.create(
            code=f"u{uuid4().hex[:8]}", name="N", kind="town", parent=world.units["county"]
        )  # filled past the actions: closure and a filer of its own
        UnitPath.objects.create(above=unit, below=unit, depth=0)
        UnitPath.objects.create(above=world.units["county"], below=unit, depth=1)
        filer = Account.objects.create_user(f"filer-{unit.code}", None)
        Membership.objects.create(account=filer, unit=unit, role=Role.FILER)
    return "/units/"


def of_units(path: str) -> Fill:
    def fill(world: World, number: int) -> str:
        units(world, number)
        return path

    return fill


def accounts(path: str) -> Fill:
    def fill(world: World, number: int) -> str:
        for _one in range(number):
            made = Account.objects.create_user(f"a{uuid4().hex[:8]}", None)
            Membership.objects.create(account=made, unit=world.units["east"], role=Role.FILER)
        return path

    return fill


def questions(world: World, number: int) -> str:
    for one in records(world, number):
        Question.objects.create(record=one, text="?", asked_by=one.filed_by, asked_at=NOW)
    return "/questions/"


def corrections(world: World, number: int) -> str:
    for one in records(world, number, state=State.ACCEPTED):
        Correction.objects.create(
            cycle=world.cycle, kind=Corrects.REMOVE, record=one, dataset="activity", unit=one.unit, reason="Twice.",
            submission=uuid4(), proposed_by=one.filed_by, proposed_at=NOW,
        )  # fmt: skip
    return "/corrections/"


def claims(world: World, number: int) -> str:
    if not Claim.objects.exists():
        adjusted(world)
    for _one in range(number):
        Claim.objects.create(
            cycle=world.cycle, kind=Claims.BONUS, dataset="award", unit=world.units["east"], values={}, document="1",
            submission=uuid4(), proposed_by=Account.objects.create_user(f"c{uuid4().hex[:8]}", None), proposed_at=NOW,
        )  # fmt: skip
    return "/claims/"


def plan(world: World, number: int) -> str:
    many(
        SamplingPlan, number, cycle=always(world.cycle), dataset=always("activity"), number=always(1), seed=always("s"),
        seed_sha256=always("0" * 64), reason=always("R"), stated_by=always("system"), stated_at=always(NOW),
        ended_at=always(NOW),
    )  # fmt: skip
    return "/sampling/"


def draws(world: World, number: int) -> str:
    if not SamplingPlan.objects.exists():
        plan(world, 1)
    kept = SamplingPlan.objects.get()
    for one in records(world, min(number, 9)):  # ten draws a page
        Draw.objects.create(
            plan=kept, number=one.pk, population=[[one.pk, 1, "east"]], population_sha256="0" * 64, chosen=[one.pk],
            drawn_by="system", drawn_at=NOW,
        )  # fmt: skip
    return f"/sampling/{kept.pk}/"


def versions(world: World, number: int) -> str:
    many(
        RulebookVersion, number, book=always("small"), version=lambda at: f"v{at}", title=str, title_en=str, sha256=str,
        text=always(world.cycle.rulebook.text), added_by=always("system"), added_at=always(NOW),
    )  # fmt: skip
    return "/rulebooks/"


def cycles(world: World, number: int) -> str:
    if Cycle.objects.count() == 1:
        versions(world, FIFTY)
    books = list(RulebookVersion.objects.order_by("pk"))
    early = NOW - timedelta(days=400)  # the world's own cycle stays the current one
    many(
        Cycle, number, rulebook=lambda at: books[at], period=always("2025"), filing_until=always(date(2099, 1, 1)),
        opened_at=always(early),
    )  # fmt: skip
    return "/cycles/"


def deadlines(world: World, number: int) -> str:
    units(world, number)
    for unit in Unit.objects.filter(kind="town").order_by("-pk")[:number]:
        LaterDeadline.objects.create(
            cycle=world.cycle, unit=unit, until=date(2100, 1, 1), reason="Flood.", given_by="system", given_at=NOW
        )
    return f"/cycles/{world.cycle.pk}/"


def days(world: World, number: int) -> str:
    many(
        SpecialDay, number, day=lambda at: date(2026, 1, 1) + timedelta(days=at), works=always(False),
        reason=always("Fair"), added_by=always("system"), added_at=always(NOW),
    )  # fmt: skip
    return "/calendar/"


def batches(world: World, number: int) -> str:
    for _one in range(number):
        Batch.objects.create(
            kind=Letter.NOTICE, title="B", made_by=Account.objects.create_user(f"o{uuid4().hex[:8]}", None), made_at=NOW
        )
    return "/outbox/"


def letters(world: World, number: int) -> str:
    if not Batch.objects.exists():
        batches(world, 1)
    batch = Batch.objects.get()
    for _one in range(number):
        account = Account.objects.create_user(f"l{uuid4().hex[:8]}", None)
        Message.objects.create(batch=batch, account=account, language="en", subject="S", text="T", by_mail=False)
    return f"/outbox/{batch.pk}/"


def messages(world: World, number: int) -> str:
    batches(world, number)
    for batch in Batch.objects.filter(messages=None):
        Batch.objects.filter(pk=batch.pk).update(
            state=BatchState.APPROVED, decided_by=world.people["office"], decided_at=NOW
        )
        Message.objects.create(
            batch=batch, account=world.people["east"], language="en", subject="S", text="T", by_mail=False,
            state=MessageState.SHOWN, sent_at=NOW,
        )  # fmt: skip
    return "/messages/"


def events(world: World, number: int) -> str:
    made = records(world, number)
    told(made)
    return "/ledger/?action=record_filed"


def told(made: list[Record]) -> None:
    data = {"dataset": "activity", "period": "", "new": {"people": "1"}}
    entries = [Entry("record_filed", f"record:{one.pk}", "east", data) for one in made]
    record_all(by=System(), at=NOW, entries=entries)


def history(world: World, number: int) -> str:
    one = Record.objects.first() or records(world, 1)[0]
    data = {
        "old": {"period": "", "state": "filed", "values": {"people": "1"}},
        "new": {"period": "", "values": {"people": "2"}},
    }
    entries = [Entry("record_changed", f"record:{one.pk}", "east", data) for _event in range(number)]
    record_all(by=world.people["east"], at=NOW, entries=entries)
    return f"/history/record/{one.pk}/"


def frozen(world: World, number: int) -> str:
    records(world, number, state=State.ACCEPTED)
    kept = freeze(cycle=world.cycle, by=world.people["office"], at=timezone.now(), interim=True)
    return f"/frozen/{kept.number}/"


def standing(world: World, number: int) -> str:
    units(world, number)
    told(records(world, 1))  # an event: the standing is made anew, of the new towns too
    return "/standing/"


FILLED: dict[str, tuple[str, Fill]] = {
    "dataset": ("east", of_records("/records/activity/")),
    "queue": ("checker", of_records("/queue/")),
    "standing": ("office", standing),
    "standing-records": ("office", of_records("/standing/east/events/")),
    "record-set": ("office", frozen),
    "questions": ("east", questions),
    "corrections": ("checker", corrections),
    "claims": ("checker", claims),
    "sampling": ("office", plan),
    "sampling-plan": ("office", draws),
    "rulebooks": ("office", versions),
    "cycles": ("office", cycles),
    "cycle": ("office", deadlines),
    "calendar": ("office", days),
    "outbox": ("office", batches),
    "batch": ("office", letters),
    "my-messages": ("east", messages),
    "units": ("office", units),
    "unit": ("office", of_units("/unit/county/")),
    "completeness": ("checker", of_units("/completeness/")),
    "missing": ("checker", of_units("/missing/")),
    "accounts": ("admin", accounts("/accounts/")),
    "passes": ("admin", accounts("/accounts/passes/")),
    "ledger": ("auditor", events),
    "history": ("auditor", history),
}
"""The list of each name: who reads it, and what adds rows to it and returns its address."""
COUNTED_ELSEWHERE = {
    "evidence-list": "tests/web/test_evidence.py",
    "heads": "tests/web/test_heads.py",
    "import": "its rows come of one upload: tests/web/test_filing_tables.py",
    "again": "its rows come of a period before: a dataset of the county, in tests/bench/site_load.py",
}


def test_every_list_is_named() -> None:
    assert set(LISTS) == set(FILLED) | set(COUNTED_ELSEWHERE)


def test_what_cuts_pages_belongs_to_a_list() -> None:
    modules = {inspect.getmodule(view) for view in VIEWS.values() if inspect.isfunction(view)}
    cutting = {
        function.__qualname__
        for module in modules
        for _name, one in inspect.getmembers(module, inspect.isfunction)
        if (function := inspect.unwrap(one)).__module__ == getattr(module, "__name__", "") and cuts_pages(function)
    }
    lists = [VIEWS[name] for name in LISTS]
    reached = {view.__qualname__ for view in lists}.union(*(names_in(view.__code__) for view in lists))
    assert cutting
    assert cutting <= reached


@pytest.mark.broken_ledger
@pytest.mark.parametrize("name", sorted(FILLED))
def test_a_list_asks_as_much_for_fifty_rows_as_for_one(
    name: str, world: World, client_of: Callable[[str], Client]
) -> None:
    role, fill = FILLED[name]
    client = client_of(role)
    asked, sizes = [], []
    for number in (1, FIFTY - 1):
        path = fill(world, number)
        assert client.get(path).status_code == 200, path
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(path)
        asked.append([query["sql"] for query in queries])
        sizes.append(len(answer.content))
    assert sizes[1] > sizes[0]  # the rows are on the page
    assert len(asked[0]) == len(asked[1]), "\n".join(asked[1])
    assert sizes[1] < 100_000

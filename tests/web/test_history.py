"""The history of any object in words: a sentence for every action, and nobody reads more than they may."""

from __future__ import annotations

import ast
import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from shuping_web.cycles.calendar_actions import allow_later
from shuping_web.cycles.models import LaterDeadline
from shuping_web.filing.actions import change_record, check_record, file_record, withdraw_record
from shuping_web.filing.models import Record, RecordSet
from shuping_web.history.kinds import KINDS
from shuping_web.history.sentences import FACTS, SENTENCES
from shuping_web.history.telling import CHANGES, Told, tell
from shuping_web.ledger.actions import record as write_event
from shuping_web.ledger.models import Event
from shuping_web.ledger.words import WORDS
from shuping_web.people.account_actions import erase_account
from shuping_web.people.actions import System
from shuping_web.people.unit_actions import rename_unit
from tests.web.conftest import NOW, World
from tests.web.matrix import ALL, OF_EAST, READS_ALL, ROLES
from tests.web.matrix.checking import asked, drawn, first_set, proposed, stated
from tests.web.matrix.claims import claimed
from tests.web.matrix.cycles import exception
from tests.web.matrix.filing import filed, uploaded
from tests.web.matrix.notices import job, planned

SITE = Path("src/shuping_web")
WRITING = {"record", "write_event", "Entry", "ready_event", "_event", "_settle"}
"""The names under which actions write events, and the helpers of rooms through which they do."""


def strings(node: ast.expr | None, function: ast.FunctionDef) -> Iterator[str]:
    """Yield the patterns of the actions that an expression can be."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield re.escape(node.value)
    elif isinstance(node, ast.IfExp):
        yield from strings(node.body, function)
        yield from strings(node.orelse, function)
    elif isinstance(node, ast.JoinedStr):
        yield "".join(re.escape(str(v.value)) if isinstance(v, ast.Constant) else r"\w+" for v in node.values)
    elif isinstance(node, ast.Name):
        for one in ast.walk(function):
            named = isinstance(one, ast.Assign) and any(
                isinstance(target, ast.Name) and target.id == node.id for target in one.targets
            )
            if isinstance(one, ast.Assign) and named:
                yield from strings(one.value, function)


def written() -> dict[str, str]:
    """Return the pattern of every action that the site's code writes, with where."""
    found = {}
    for path in SITE.glob("*/*actions.py"):
        for function in [n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.FunctionDef)]:
            for call in [n for n in ast.walk(function) if isinstance(n, ast.Call)]:
                name = call.func.id if isinstance(call.func, ast.Name) else ""
                if name not in WRITING:
                    continue
                given = [key.value for key in call.keywords if key.arg == "action"] or call.args[:3]
                for node in given:
                    for pattern in strings(node, function):
                        if re.fullmatch(r"[a-z_\\w+]+", pattern):
                            found[pattern] = f"{path}:{call.lineno}"
    return found


def test_every_action_of_the_code_has_a_sentence() -> None:
    patterns = written()
    assert len(patterns) > 70
    lacking = {
        pattern: where
        for pattern, where in patterns.items()
        if not any(re.fullmatch(pattern, one) for one in SENTENCES)
    }
    assert lacking == {}, "add a sentence to history/sentences.py"
    stale = [one for one in SENTENCES if not any(re.fullmatch(pattern, one) for pattern in patterns)]
    assert stale == [], "no action writes these any more"


def test_words_facts_and_changes_are_of_known_actions() -> None:
    assert set(WORDS) <= set(SENTENCES)
    assert set(CHANGES) <= set(SENTENCES)
    assert {fact for one in SENTENCES.values() for fact in one.facts} == set(FACTS)


def key_of(path: str) -> str:
    return path.strip("/").split("/")[-1]


def rulebook(world: World) -> str:
    return str(world.cycle.rulebook_id)


def frozen_set(world: World) -> int:
    first_set(world)
    return RecordSet.objects.get().pk


OFFICE = frozenset({"office"})
UNITS = frozenset({"admin", "security", "office"})
OBJECTS: dict[str, tuple[Callable[[World], object], frozenset[str]]] = {
    "record": (filed, READS_ALL | OF_EAST),
    "question": (asked, READS_ALL | OF_EAST),
    "claim": (lambda world: claimed(world).pk, READS_ALL | OF_EAST),
    "correction": (proposed, READS_ALL | OF_EAST),
    "set": (frozen_set, READS_ALL),
    "cycle": (lambda world: world.cycle.pk, ALL),
    "exception": (exception, OFFICE | OF_EAST),
    "rulebook": (rulebook, ALL),
    "unit": (lambda world: "east", UNITS),
    "account": (lambda world: world.people["east"].key, frozenset({"admin", "security", "east"})),
    "sampling": (lambda world: stated(world).pk, frozenset({"office", "checker"})),
    "batch": (lambda world: planned(world).pk, OFFICE),
    "job": (lambda world: key_of(job(world)), frozenset({"east"})),
    "upload": (uploaded, frozenset({"east"})),
    "head": (lambda world: NOW.date().isoformat(), OFFICE),
    "units": (lambda world: "all", UNITS),
    "accounts": (lambda world: "all", frozenset({"admin"})),
    "calendar": (lambda world: "all", OFFICE),
    "sign-in": (lambda world: "all", frozenset()),
}  # fmt: skip
"""An object of each kind, of East's where it is a unit's, and who reads its history besides the auditor."""


def test_there_is_an_object_of_every_kind() -> None:
    assert set(OBJECTS) == set(KINDS)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_whoever_may_see_an_object_reads_its_history(
    kind: str, world: World, client_of: Callable[[str], Client]
) -> None:
    make, seen = OBJECTS[kind]
    path = f"/history/{kind}/{make(world)}/"
    for query in ("", "?format=csv", "?action=record_filed"):
        found = {role for role in ROLES if client_of(role).get(path + query).status_code == 200}
        assert found == seen | {"auditor"}, query


@pytest.mark.parametrize("kind", [*sorted(KINDS), "nothing"])
@pytest.mark.parametrize("key", ["0", "999999", "x", "9" * 40, "²", "00000000-0000-0000-0000-000000000000"])
def test_what_is_not_there_answers_as_what_may_not_be_seen(
    kind: str, key: str, world: World, client_of: Callable[[str], Client]
) -> None:
    for role in ("auditor", "west"):
        assert client_of(role).get(f"/history/{kind}/{key}/").status_code == 404


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_address_of_an_objects_page_is_given_to_who_may_open_it(
    kind: str, world: World, client_of: Callable[[str], Client]
) -> None:
    make, seen = OBJECTS[kind]
    path = f"/history/{kind}/{make(world)}/"
    for role in sorted(seen | {"auditor"}):
        address = client_of(role).get(path).context["found"].address
        assert not address or client_of(role).get(address).status_code == 200, (role, address)


def told_of(subject: str, lang: str = "en") -> list[Told]:
    with override("en" if lang == "en" else "zh-hans"):
        return tell(list(Event.objects.filter(subject=subject)))


def a_record_with_a_past(world: World) -> Record:
    """File, accept, change and withdraw a record of East's."""
    found = Record.objects.get(pk=filed(world))
    people = world.people
    check_record(cycle=world.cycle, record=found, accept=True, reason="", version=1, by=people["checker"], at=NOW)
    values = {"date": "2025-03-02", "form": "sport", "people": "317"}
    change_record(cycle=world.cycle, record=found, period="", values=values, version=1, by=people["east"], at=NOW)
    check_record(
        cycle=world.cycle, record=found, accept=False, reason="Which sport?", version=2, by=people["checker"], at=NOW
    )
    withdraw_record(cycle=world.cycle, record=found, version=2, by=people["east"], at=NOW)
    return found


def test_a_record_told_from_what_to_what_and_why_in_both_languages(world: World) -> None:
    subject = f"record:{a_record_with_a_past(world).pk}"
    english, chinese = told_of(subject), told_of(subject, "zh")
    assert [one.sentence for one in english] == [
        "filed a record of “Activities” for East", "accepted the record", "changed the record",
        "returned the record to be put right", "withdrew the record",
    ]  # fmt: skip
    assert [one.who for one in english] == ["East", "Checker", "East", "Checker", "East"]
    assert [(one.label, one.old, one.new) for one in english[2].changes] == [
        ("Date", "2025-03-01", "2025-03-02"), ("Form", "Talk", "Sport"), ("State", "Accepted", "Waiting to be checked"),
    ]  # fmt: skip
    assert english[3].why == "Which sport?"
    assert [one.sentence for one in chinese][:3] == ["为「东镇」填报了一条「活动」", "核验通过了记录", "修改了记录"]
    assert [(one.label, one.old, one.new) for one in chinese[2].changes][1] == ("形式", "讲座", "体育")


def test_the_page_is_newest_first_in_the_time_of_the_organisation(
    world: World, client_of: Callable[[str], Client]
) -> None:
    found = a_record_with_a_past(world)
    page = client_of("east").get(f"/history/record/{found.pk}/").content.decode()
    assert "2025-11-03 17:30:00" in page  # 09:30 UTC in Shanghai
    assert page.index("withdrew the record") < page.index("filed a record of")
    only = client_of("east").get(f"/history/record/{found.pk}/?action=record_changed").content.decode()
    assert "<del>Talk</del> → <ins>Sport</ins>" in only
    assert "withdrew the record</" not in only
    assert "Nothing was done that fits" in client_of("east").get(
        f"/history/record/{found.pk}/?since=2026-01-01"
    ).content.decode()  # fmt: skip


def test_a_history_as_a_file(world: World, client_of: Callable[[str], Client]) -> None:
    found = a_record_with_a_past(world)
    answer = client_of("east").get(f"/history/record/{found.pk}/?format=csv&order=oldest")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))  # type: ignore[arg-type]
    assert rows[0] == ["No.", "When", "Who", "What", "Details", "Reason"]
    assert [row[3] for row in rows[1:]][-1] == "withdrew the record"
    assert "Form: Talk → Sport" in rows[3][4]


def test_no_more_questions_to_the_database_with_sixty_events_than_with_two(
    world: World, client_of: Callable[[str], Client]
) -> None:
    first = filed(world)
    client = client_of("auditor")
    paths = (f"/history/record/{first}/", "/ledger/?subject=record", "/ledger/heads/")
    counts, found = [], Record.objects.get(pk=first)
    for span in (range(1, 2), range(2, 60)):  # one event of each kind; then fifty of them fill the page
        for people in span:
            values = {"date": "2025-03-01", "form": "talk", "people": str(people)}
            found = change_record(
                cycle=world.cycle, record=found, period="", values=values, version=found.version,
                by=world.people["east"], at=NOW,
            )  # fmt: skip
        numbers = []
        for path in paths:
            client.get(path)
            with CaptureQueriesContext(
                connection,
            ) as made:
                assert client.get(path).status_code == 200
            numbers.append(len(made))
        counts.append(numbers)
    assert [(two, many) for two, many in zip(*counts, strict=True) if many > two] == []


def test_the_seed_of_a_plan_is_told_once_something_was_drawn(world: World, client_of: Callable[[str], Client]) -> None:
    path = f"/history/sampling/{stated(world).pk}/"
    assert "dice: 4 2 6" not in client_of("checker").get(path).content.decode()
    number = drawn(world)
    after = client_of("checker").get(path).content.decode()
    assert "dice: 4 2 6" in after
    assert "drew 1 of 1 records by lot" in after
    assert number
    assert client_of("east").get(path).status_code == 404
    chosen = Record.objects.get()
    assert "by lot" not in client_of("east").get(f"/history/record/{chosen.pk}/").content.decode()


def test_a_later_deadline_of_another_unit_is_not_told(world: World, client_of: Callable[[str], Client]) -> None:
    allow_later(
        cycle=world.cycle, unit=world.units["east"], until=date(2099, 12, 31), reason="Flood 317.",
        by=world.people["office"], at=NOW,
    )  # fmt: skip
    path = f"/history/cycle/{world.cycle.pk}/"
    for role in ("office", "east", "auditor"):
        assert "Flood 317." in client_of(role).get(path).content.decode(), role
    for role in ("west", "checker", "observer", "admin"):
        for query in ("", "?format=csv", "?action=later_deadline_given"):
            answer = client_of(role).get(path + query)
            text = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[arg-type]
            assert b"Flood 317." not in text, role
    assert "allowed East to file until" in client_of("east").get(
        f"/history/exception/{LaterDeadline.objects.get().pk}/"
    ).content.decode()  # fmt: skip


def test_an_erased_person_stays_erased(world: World, client_of: Callable[[str], Client]) -> None:
    found = a_record_with_a_past(world)
    account = world.people["checker"]
    erased = erase_account(account=account, by=world.people["admin"], at=NOW)
    for path in (
        f"/history/record/{found.pk}/",
        f"/history/account/{account.key}/",
        "/ledger/",
        "/ledger/?who=checker",
    ):
        page = client_of("auditor").get(path).content.decode().replace('value="checker"', "")
        assert "Checker" not in page.replace("“Checker”", ""), path  # the role keeps its name
    assert erased.name in client_of("auditor").get(f"/history/record/{found.pk}/").content.decode()


def test_a_unit_told_from_its_first_day(world: World) -> None:
    rename_unit(
        unit=world.units["east"], name="东城镇", name_en="East City", day=NOW.date(), by=world.people["admin"], at=NOW
    )
    (told,) = told_of("unit:east")
    assert [(one.label, one.old, one.new) for one in told.changes] == [
        ("Name", "东镇", "东城镇"), ("English name", "East", "East City"),
    ]  # fmt: skip


def test_the_whole_ledger_by_day_person_kind_and_object(world: World, client_of: Callable[[str], Client]) -> None:
    number = filed(world)
    later = datetime(2025, 11, 3, 16, 30, tzinfo=UTC)  # half past midnight of 4 November in Shanghai
    values = {"date": "2025-03-01", "form": "talk", "people": "5"}
    file_record(
        cycle=world.cycle, dataset="activity", unit=world.units["west"], period="", values=values, submission=uuid4(),
        by=world.people["west"], at=later,
    )  # fmt: skip
    auditor = client_of("auditor")

    def listed(query: str) -> list[str]:
        return [one.subject for one, _address in auditor.get(f"/ledger/?{query}").context["told"]]

    assert len(listed("since=2025-11-04")) == 1
    assert len(listed("since=2025-11-03&until=2025-11-03&action=record_filed")) == 1
    assert listed("who=west&subject=record") == [f"record:{number + 1}"]
    assert listed(f"subject=record:{number}") == [f"record:{number}"]
    assert {one.partition(":")[0] for one in listed("subject=record")} == {"record"}
    assert listed("who=system&action=rulebook_added") == [f"rulebook:{world.cycle.rulebook_id}"]
    page = auditor.get("/ledger/").content.decode()
    assert f"{Event.objects.count()} events follow each other, unchanged." in page


@pytest.mark.broken_ledger
def test_an_action_of_a_version_to_come_is_told_by_its_code(world: World, client_of: Callable[[str], Client]) -> None:
    write_event(by=System(), action="danced", subject="moon:1", at=NOW)
    page = client_of("auditor").get("/ledger/").content.decode()
    assert "danced" in page
    assert "?subject=moon%3A1" in page


def test_the_ledger_says_in_words_what_an_event_speaks_of(world: World, client_of: Callable[[str], Client]) -> None:
    number, east = filed(world), world.people["east"]
    said = {
        east.label: ("Account of East", "East 的账号"),
        f"record:{number}": (f"Record {number} · Activities", f"第 {number} 号记录 · 活动"),
        "unit:east": ("East", "东镇"),
        "cycle:1": ("Cycle 1", "第 1 号考核周期"),
        "batch:7": ("Batch of messages 7", "第 7 批通知"),
        f"batch:{UUID(int=5)}": ("Records that were filed together", "一起填报的记录"),
        "head:2025-03-02": ("Head of 2025-03-02", "2025-03-02 的链头"),
        f"account:{UUID(int=5)}": ("Account of 00000000", "00000000 的账号"),
        "units": ("Register of units", "单位名册"),
        "moon:1": ("moon:1", "moon:1"),
    }
    for subject in said:
        write_event(by=System(), action="signed_in", subject=subject, at=NOW)
    for place, lang in enumerate(("en", "zh-hans")):
        with override(lang):
            told = {one.subject: one.object for one in tell(list(Event.objects.filter(subject__in=said)))}
            assert told == {subject: words[place] for subject, words in said.items()}
    page = client_of("auditor").get("/ledger/").content.decode()
    assert "Account of East" in page
    assert not re.search(r">[^<]*account:", page), "a key is shown where a name is known"

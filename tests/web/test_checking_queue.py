"""Signs in words with stated weights, the order of the queue, questions, completeness and timeliness."""

from __future__ import annotations

import csv
import io
import re
import subprocess
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from shuping_web.checking import riskiest
from shuping_web.checking.actions import draw_sample
from shuping_web.checking.adapters import Dataset, asked_of, number_of, upper_limits
from shuping_web.checking.completeness import completeness
from shuping_web.checking.models import Question
from shuping_web.checking.riskiest import ordered_queue
from shuping_web.checking.sampling import ticket
from shuping_web.checking.signs import SENTENCES, WEIGHTS, Comparison, Waiting, _median_without, compare_with, signs_of
from shuping_web.cycles.models import Cycle, LaterDeadline
from shuping_web.filing.models import Record
from shuping_web.people.models import Unit
from tests.web.conftest import BOOK, NOW, World
from tests.web.test_checking_sampling import plan_of
from tests.web.test_filing import check, filed

SignedIn = Callable[[str], Client]
DEADLINE = datetime(2025, 12, 21, tzinfo=NOW.tzinfo)
DATASET = Dataset.model_validate(
    {"fields": {"date": {"type": "date"}, "people": {"type": "integer", "min": "1"}}, "checks": ["people <= 500"]}
)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    riskiest._comparison.cache_clear()
    with translation.override("en"):
        yield


def signs(people: str, others: list[int], *, group: int = 0, version: int = 1, at: datetime = NOW) -> list[str]:
    """Return the kinds of signs of a record of unit 1 among ``others`` of it and ``group`` tens of unit 2."""
    rows = [("activity", 1, "town", {"people": str(number)}) for number in [*others, int(people)]]
    rows += [("activity", 2, "town", {"people": "10"})] * group
    record = Waiting(1, "activity", 1, "town", version, at, {"people": people})
    compared = compare_with(rows, {"activity": DATASET})
    return [sign.kind for sign in signs_of(record, DATASET, {"people": "People"}, compared, DEADLINE)]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (signs("40", [38, 41, 44]), []),
        (signs("124", [38, 41, 44]), ["own"]),  # 3 x 41 = 123
        (signs("123", [38, 41, 44]), []),
        (signs("13", [38, 41, 44]), ["own"]),  # 41 / 3 = 13.67
        (signs("14", [38, 41, 44]), []),
        (signs("124", [38, 41]), []),  # two others are too few
        (signs("51", [], group=10), ["group"]),  # median 10
        (signs("50", [], group=10), []),
        (signs("51", [], group=8), []),  # nine figures are too few
        (signs("475", []), ["limit"]),  # 95 % of 500
        (signs("474", []), []),
        (signs("200", []), ["round"]),
        (signs("40", [], at=DEADLINE - timedelta(hours=23)), ["late"]),
        (signs("40", [], at=DEADLINE - timedelta(hours=24)), []),
        (signs("40", [], version=4), ["often"]),
        (signs("40", [], version=3), []),
        (signs("500", [38, 41, 44], group=10), ["own", "group", "limit", "round"]),
    ],
)
def test_a_sign_begins_where_it_is_stated_to(found: list[str], expected: list[str]) -> None:
    assert found == expected


def test_every_sign_has_a_weight_and_a_sentence() -> None:
    assert set(WEIGHTS) == set(SENTENCES)


def test_the_how_to_states_the_same_weights_and_its_command_gives_the_ticket() -> None:
    text = Path("docs/howto/site-checking.md").read_text(encoding="utf-8")
    assert [int(weight) for weight in re.findall(r"^\|.*\| (\d) \|$", text, re.MULTILINE)] == list(WEIGHTS.values())
    (command,) = re.findall(r"^printf .*$", text, re.MULTILINE)
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=True, text=True)
    assert done.stdout.split()[0] == ticket("dice: 4 2 6", 1, 17)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=12), st.data())
def test_the_median_of_the_others_is_that_of_the_standard_library(figures: list[int], data: Any) -> None:
    number = data.draw(st.sampled_from(figures))
    others = sorted(figures)
    others.remove(number)
    expected = median(map(Decimal, others)) if len(others) >= 3 else None
    assert _median_without(sorted(map(Decimal, figures)), Decimal(number)) == expected


def test_limits_come_from_fields_and_from_plain_checks() -> None:
    checks = ["people <= 500", "300 >= people", "people + 1 <= 5", "date <= 5", "people is missing or people <= 2"]
    fields = {"date": {"type": "date"}, "people": {"type": "integer", "max": "400"}, "text": {"type": "text"}}
    dataset = Dataset.model_validate({"fields": fields, "checks": checks})
    assert upper_limits(dataset) == {"people": Decimal(300)}


@pytest.mark.parametrize(
    ("text", "number"), [("12.50", "12.5"), ("", None), ("many", None), ("NaN", None), (None, None)]
)
def test_what_is_no_number_has_no_figure(text: str | None, number: str | None) -> None:
    assert number_of(text) == (Decimal(number) if number else None)


def test_the_queue_puts_lot_and_signs_first_and_then_the_oldest(world: World) -> None:
    plain = [filed(world, "east", people=str(40 + number)) for number in range(5)]
    round_one = filed(world, "west", people="200")
    queued = ordered_queue(world.people["checker"], world.cycle, NOW, NOW.date(), "en")
    assert [one.record for one in queued] == [round_one.pk, *(record.pk for record in plain)]
    drawn = draw_sample(plan=plan_of(world, number=1), by=world.people["office"], at=NOW).chosen[0]
    queued = ordered_queue(world.people["checker"], world.cycle, NOW, NOW.date(), "en")
    assert queued[0].record == drawn
    assert queued[0].drawn
    assert [one.weight for one in queued] == sorted((one.weight for one in queued), reverse=True)


def test_signs_are_for_who_checks_and_for_nobody_else(world: World, client_of: SignedIn) -> None:
    record = filed(world, people="200")
    for username, seen in (("checker", True), ("office", True), ("east", False), ("head", False)):
        assert ("is a round figure" in client_of(username).get(f"/record/{record.pk}/").content.decode()) == seen


def test_the_page_of_the_queue_states_what_each_sign_weighs(world: World, client_of: SignedIn) -> None:
    filed(world, people="200")
    page = client_of("checker").get("/queue/")
    assert page.context["meanings"] == [(WEIGHTS[kind], SENTENCES[kind]) for kind in SENTENCES]
    assert client_of("checker").get("/queue/?only=drawn").context["rows"] == []
    assert len(client_of("checker").get("/queue/?only=signs&dataset=activity").context["rows"]) == 1


def test_a_question_goes_to_the_unit_and_the_answer_to_who_asked(world: World, client_of: SignedIn) -> None:
    record = filed(world)
    checker, east, west = client_of("checker"), client_of("east"), client_of("west")
    refused = checker.post(f"/record/{record.pk}/ask/", {"text": " "})
    assert (refused.status_code, "Write the question." in refused.content.decode()) == (200, True)
    checker.post(f"/record/{record.pk}/ask/", {"text": "Is 40 the number of seats?"})
    question = Question.objects.get()
    assert east.get("/").context["for_me"]["questions"] == 1
    assert west.get("/").context["for_me"]["questions"] == 0
    assert west.post(f"/question/{question.pk}/answer/", {"answer": "Yes"}).status_code == 404
    empty = east.post(f"/question/{question.pk}/answer/", {"answer": " "})
    assert (empty.status_code, "Write the answer." in empty.content.decode()) == (200, True)
    east.post(f"/question/{question.pk}/answer/", {"answer": "Heads, counted at the door."})
    again = east.post(f"/question/{question.pk}/answer/", {"answer": "Or not."})
    assert "answered this question already" in again.content.decode()
    assert "Heads, counted at the door." in checker.get(f"/record/{record.pk}/").content.decode()
    assert checker.get("/").context["for_me"]["answers"] == 1
    record.refresh_from_db()
    assert record.state == "filed"


def test_nobody_asks_about_the_own_unit(world: World, client_of: SignedIn) -> None:
    from shuping_web.people.actions import System, give_role
    from shuping_web.people.permissions import Role

    record = filed(world)
    give_role(account=world.people["head"], role=Role.CHECKER, unit=None, by=System(), at=NOW)
    assert client_of("head").post(f"/record/{record.pk}/ask/", {"text": "Well?"}).status_code == 404


def test_a_return_without_a_reason_says_so_beside_the_field(world: World, client_of: SignedIn) -> None:
    record = filed(world)
    page = client_of("checker").post(f"/record/{record.pk}/check/", {"decision": "return", "reason": " ", "version": 1})
    assert page.status_code == 200
    assert 'aria-describedby="reason_error"' in page.content.decode()


def test_datasets_are_asked_of_the_groups_whose_criteria_they_score() -> None:
    assert asked_of(BOOK, "east", "town") == ["activity"]
    assert asked_of(BOOK, "east-1", "village") == []


def units() -> Any:
    return Unit.objects.all()


def test_completeness_counts_states_and_what_came_in_time(world: World) -> None:
    first, second = filed(world), filed(world)
    filed(world)
    check(world, first)
    check(world, second, accept=False, reason="The sheet says 42.")
    filed(world, date="2024-12-31")  # another period's
    Record.objects.filter(pk=second.pk).update(filed_at=datetime(2100, 1, 1, tzinfo=NOW.tzinfo))
    east, west = completeness(world.cycle, units(), NOW.date())
    assert (east.unit.code, east.accepted, east.waiting, east.returned) == ("east", 1, 1, 1)
    assert (str(east.in_time), east.in_time_percent) == ("2/3", "66.7 %")
    assert (east.empty, west.empty, west.in_time) == ([], ["activity"], None)


@pytest.mark.broken_ledger
def test_a_later_deadline_holds_for_a_unit_and_those_below_it(world: World) -> None:
    Cycle.objects.filter(pk=world.cycle.pk).update(filing_until=date(2025, 11, 1))
    cycle = Cycle.objects.get(pk=world.cycle.pk)
    for unit in ("east", "west"):
        Record.objects.create(
            dataset="activity", unit=world.units[unit], values={"date": "2025-03-01"}, submission=uuid4(),
            filed_by=world.people[unit], filed_at=NOW,
        )  # fmt: skip
    assert [one.in_time for one in completeness(cycle, units(), NOW.date())] == [0, 0]
    LaterDeadline.objects.create(
        cycle=cycle, unit=world.units["east"], until=date(2025, 11, 3), reason="Flood.", given_by="x", given_at=NOW
    )
    assert [one.in_time for one in completeness(cycle, units(), NOW.date())] == [1, 0]


def test_completeness_on_screen_and_as_a_file(world: World, client_of: SignedIn) -> None:
    check(world, filed(world))
    office = client_of("office")
    assert [one.unit.code for one in office.get("/completeness/?sort=empty").context["rows"]] == ["west", "east"]
    assert [one.unit.code for one in client_of("west").get("/completeness/").context["rows"]] == ["west"]
    file = b"".join(office.get("/completeness/?format=csv"))  # type: ignore[arg-type]
    rows = list(csv.reader(io.StringIO(file.decode("utf-8-sig"))))
    assert rows[1:] == [["East", "0", "0", "1", "1", "0", "0", "100.0 %"], ["West", "1", "1", "1", "0", "0", "0", ""]]
    assert "nothing filed" in client_of("west").get("/completeness/west/").content.decode()


@pytest.mark.parametrize("path", ["/queue/", "/completeness/", "/questions/", "/corrections/", "/sampling/"])
def test_a_list_asks_no_more_for_more_rows(path: str, world: World, client_of: SignedIn) -> None:
    client = client_of("east" if path == "/questions/" else "checker")

    def asks(rows: int) -> int:
        for _ in range(rows):
            Question.objects.create(record=filed(world), text="?", asked_by=world.people["checker"], asked_at=NOW)
        riskiest._comparison.cache_clear()
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    assert asks(1) == asks(49)


def test_the_comparison_is_made_once_for_ten_minutes(world: World) -> None:
    filed(world)
    at = timezone.now().replace(minute=21)
    one = riskiest.comparison(world.cycle, at)
    assert riskiest.comparison(world.cycle, at.replace(minute=29, microsecond=(at.microsecond + 1) % 10**6)) is one
    assert riskiest.comparison(world.cycle, at.replace(minute=31)) is not one
    assert isinstance(one, Comparison)

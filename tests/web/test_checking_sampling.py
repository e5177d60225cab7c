"""Draws by a stated plan: replayable with other tools, fair; the rest is accepted only where the plan says so."""

from __future__ import annotations

import hashlib
import subprocess
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from shuping_web.checking.actions import accept_rest, draw_sample, state_plan
from shuping_web.checking.models import Draw, SamplingPlan
from shuping_web.checking.plans import outcomes, replay, why_not_rest
from shuping_web.checking.sampling import Member, draw, population_hash, ticket, wanted
from shuping_web.filing.actions import change_record, withdraw_record
from shuping_web.filing.models import Record, State
from shuping_web.ledger.models import Event
from tests.web.conftest import NOW, World
from tests.web.test_filing import VALUES, check, filed


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


MEMBERS = st.lists(st.integers(1, 10_000), unique=True, max_size=60).map(
    lambda numbers: [Member(number, 1, f"unit{number % 5}") for number in numbers]
)


def plan_of(world: World, **terms: Any) -> SamplingPlan:
    given_terms: dict[str, Any] = {
        "share": None, "number": None, "least_each": 0, "accept_rest": True, "most_returned": Decimal(0),
        "seed": "drawn by the county notary: 4 8 15 16 23 42", "reason": "A tenth is what last year's errors ask for.",
    }  # fmt: skip
    return state_plan(
        cycle=world.cycle, dataset="activity", by=world.people["office"], at=NOW, **{**given_terms, **terms}
    )


def test_a_ticket_is_what_sha256sum_says() -> None:
    line = subprocess.run(["sha256sum"], input=b"seed\n1\n17", capture_output=True, check=True).stdout.decode()
    assert line.split()[0] == ticket("seed", 1, 17)


def test_a_draw_by_hand() -> None:
    """Another way to the same list: the tickets sorted with nothing but hashlib."""
    members = [Member(number, 1, "east" if number < 4 else "west") for number in range(1, 9)]
    by_hand = sorted((hashlib.sha256(f"s\n2\n{number}".encode()).hexdigest(), number) for number in range(1, 9))[:3]
    assert draw(members, seed="s", number=2, count=3) == sorted(number for _hash, number in by_hand)


@given(MEMBERS, st.randoms(use_true_random=False), st.fractions(min_value=Fraction(1, 50), max_value=1))
def test_the_order_of_the_list_changes_nothing(members: list[Member], random: Any, share: Fraction) -> None:
    shuffled = random.sample(members, len(members))
    chosen = draw(members, seed="s", number=1, share=share)
    assert chosen == draw(shuffled, seed="s", number=1, share=share)
    assert len(chosen) == -(-share.numerator * len(members) // share.denominator)  # rounded up
    assert population_hash(members) == population_hash(shuffled)


@given(MEMBERS, st.integers(1, 20), st.integers(0, 4))
def test_every_unit_has_its_least_number(members: list[Member], count: int, least: int) -> None:
    chosen = set(draw(members, seed="s", number=1, count=count, least_each=least))
    drawn = Counter(member.unit for member in members if member.record in chosen)
    there = Counter(member.unit for member in members)
    assert all(drawn[unit] >= min(least, there[unit]) for unit in there)
    assert len(chosen) >= min(count, len(members))


def test_every_record_is_drawn_as_often_as_another() -> None:
    """2,000 seeds, 5 of 20: each record is expected 500 times, standard deviation 19.4; a fault of 5 of them fails."""
    members = [Member(number, 1, "east") for number in range(20)]
    drawn = Counter(record for seed in range(2000) for record in draw(members, seed=str(seed), number=1, count=5))
    assert sum(drawn.values()) == 10_000
    assert max(abs(drawn[number] - 500) for number in range(20)) < 5 * 19.4


def test_a_share_is_rounded_up_and_a_number_not_beyond_what_there_is() -> None:
    assert [wanted(size, Fraction(1, 10), None) for size in (0, 1, 10, 11)] == [0, 1, 1, 2]
    assert wanted(3, None, 5) == 3
    with pytest.raises(ValueError, match="share or a number"):
        draw([], seed="s", number=1)


def test_a_plan_is_stated_before_its_seed_is_known(world: World) -> None:
    plan = plan_of(world, number=1)
    stated = Event.objects.get(subject=f"sampling:{plan.pk}")
    assert plan.seed not in str(stated.data)
    assert stated.data["seed_sha256"] == hashlib.sha256(plan.seed.encode()).hexdigest()
    filed(world)
    draw_sample(plan=plan, by=world.people["office"], at=NOW)
    assert Event.objects.get(action="sample_drawn").data["seed"] == plan.seed


def test_a_draw_is_made_again_from_what_was_kept_and_a_changed_one_is_seen(world: World) -> None:
    records = [filed(world, "east" if number % 2 else "west") for number in range(10)]
    made = draw_sample(plan=plan_of(world, number=3), by=world.people["office"], at=NOW)
    assert len(made.chosen) == 3
    assert {row[0] for row in made.population} == {record.pk for record in records}
    assert replay(Draw.objects.get(pk=made.pk)).same
    made.chosen = sorted({*made.chosen[1:], next(r.pk for r in records if r.pk not in made.chosen)})
    assert not replay(made).same


def test_a_second_draw_takes_what_is_new_alone(world: World) -> None:
    plan, office = plan_of(world, share=Decimal("0.5")), world.people["office"]
    first = [filed(world) for _ in range(4)]
    draw_sample(plan=plan, by=office, at=NOW)
    with pytest.raises(ValidationError, match="not drawn from already"):
        draw_sample(plan=plan, by=office, at=NOW)
    late = filed(world)
    change_record(
        cycle=world.cycle, record=first[0], period="", values=VALUES, version=1, by=world.people["east"], at=NOW
    )
    second = draw_sample(plan=plan, by=office, at=NOW)
    assert second.number == 2
    assert second.population == [[first[0].pk, 2, "east"], [late.pk, 1, "east"]]


def test_the_rest_is_accepted_when_the_drawn_ones_stood(world: World) -> None:
    office = world.people["office"]
    records = [filed(world) for _ in range(6)]
    made = draw_sample(plan=plan_of(world, number=2), by=office, at=NOW)
    assert "2" in why_not_rest(made)
    with pytest.raises(ValidationError, match="wait to be checked"):
        accept_rest(drawn=made, by=office, at=NOW)
    for record in Record.objects.filter(pk__in=made.chosen):
        check(world, record)
    assert set(outcomes(made).values()) == {"accepted"}
    rest = accept_rest(drawn=made, by=office, at=NOW)
    assert {record.pk for record in rest} == {record.pk for record in records} - set(made.chosen)
    assert set(Record.objects.values_list("state", flat=True)) == {State.ACCEPTED}
    assert all(record.checked_by == office for record in rest)
    with pytest.raises(ValidationError, match="already"):
        accept_rest(drawn=made, by=office, at=NOW)


@pytest.mark.parametrize(("tolerated", "allowed"), [("0.25", True), ("0.2499", False)])
def test_too_many_returned_and_every_record_is_checked(world: World, tolerated: str, allowed: bool) -> None:
    for _ in range(6):
        filed(world)
    made = draw_sample(
        plan=plan_of(world, number=4, most_returned=Decimal(tolerated)), by=world.people["office"], at=NOW
    )
    for number, record in enumerate(Record.objects.filter(pk__in=made.chosen).order_by("pk")):
        check(world, record, accept=number > 0, reason="" if number else "The sheet says 42.")
    assert (why_not_rest(made) == "") == allowed


def test_a_drawn_record_that_is_withdrawn_counts_like_a_returned_one(world: World) -> None:
    for _ in range(3):
        filed(world)
    made = draw_sample(plan=plan_of(world, number=1), by=world.people["office"], at=NOW)
    record = Record.objects.get(pk=made.chosen[0])
    withdraw_record(cycle=world.cycle, record=record, version=1, by=world.people["east"], at=NOW)
    assert outcomes(made) == {record.pk: "withdrawn"}
    assert "returned or withdrawn" in why_not_rest(made)


def test_a_plan_that_does_not_say_so_accepts_no_rest(world: World) -> None:
    filed(world)
    made = draw_sample(plan=plan_of(world, number=1, accept_rest=False), by=world.people["office"], at=NOW)
    with pytest.raises(ValidationError, match="a person checks every record"):
        accept_rest(drawn=made, by=world.people["office"], at=NOW)


def test_the_rest_leaves_what_was_changed_and_what_is_ones_own(world: World) -> None:
    from shuping_web.people.actions import System, give_role
    from shuping_web.people.permissions import Role

    office = world.people["office"]
    give_role(account=office, role=Role.UNIT_HEAD, unit=world.units["west"], by=System(), at=NOW)
    own = [filed(world, "west") for _ in range(2)]
    others = [filed(world, "east") for _ in range(4)]
    made = draw_sample(plan=plan_of(world, number=1), by=office, at=NOW)
    check(world, Record.objects.get(pk=made.chosen[0]))
    changed = next(record for record in others if record.pk not in made.chosen)
    change_record(
        cycle=world.cycle, record=changed, period="", values=VALUES, version=1, by=world.people["east"], at=NOW
    )
    accepted = {record.pk for record in accept_rest(drawn=made, by=office, at=NOW)}
    assert accepted == {record.pk for record in others} - {changed.pk} - set(made.chosen)
    assert not accepted & {record.pk for record in own}


def test_another_plan_ends_the_one_before(world: World) -> None:
    first, second = plan_of(world, number=1), plan_of(world, share=Decimal("0.1"))
    filed(world)
    with pytest.raises(ValidationError, match="replaced"):
        draw_sample(plan=first, by=world.people["office"], at=NOW)
    assert draw_sample(plan=second, by=world.people["office"], at=NOW).chosen


@pytest.mark.parametrize("terms", [{}, {"share": Decimal("0.1"), "number": 3}, {"number": 3, "reason": " "}])
def test_a_plan_without_terms_or_reason_is_refused(world: World, terms: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        plan_of(world, **terms)

"""The closure over time, against a walk up the tree day by day; and the actions that change the tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from shuping_web.ledger.models import Event
from shuping_web.people.models import Successor, Unit, UnitName, UnitPath
from shuping_web.people.permissions import Permission
from shuping_web.people.queries import above, below, successor_rows, units_for
from shuping_web.people.tree import Circle, Place, paths_of
from shuping_web.people.unit_actions import (
    NewUnit,
    Split,
    add_unit,
    end_unit,
    merge_units,
    move_unit,
    rename_unit,
    split_unit,
)  # fmt: skip
from tests.web.conftest import NOW, World

SignedIn = Callable[[str], Client]
TODAY = NOW.date()
DAY = date(2025, 7, 1)
FIRST = date(2025, 1, 1)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def walked(places: list[Place], unit: int, when: date) -> list[int]:
    """Walk up from a unit on a day: the plain truth that the closure must tell."""
    found = []
    while True:
        place = next(
            one for one in places
            if one.unit == unit and (one.start or date.min) <= when <= (one.end or date.max)
        )  # fmt: skip
        if place.parent is None:
            return found
        found.append(place.parent)
        unit = place.parent


@st.composite
def histories(draw: st.DrawFn) -> list[Place]:
    """Trees of up to seven units that are moved up to three times each, below units of a lower number: no circles."""
    places = [Place(0, None)]
    for unit in range(1, draw(st.integers(1, 6)) + 1):
        cuts = sorted(draw(st.sets(st.integers(1, 9), max_size=3)))
        starts = [None, *map(day, cuts)]
        ends = [*(day(cut - 1) for cut in cuts), None]
        places += [
            Place(unit, draw(st.integers(0, unit - 1)), start, end) for start, end in zip(starts, ends, strict=True)
        ]
    return places


@given(histories())
def test_the_closure_tells_on_every_day_what_a_walk_up_the_tree_tells(places: list[Place]) -> None:
    paths = paths_of(places)
    for when in (day(number) for number in range(-1, 11)):
        for unit in {place.unit for place in places}:
            holding = [
                path for path in paths
                if path.below == unit and path.depth and (path.start or date.min) <= when <= (path.end or date.max)
            ]  # fmt: skip
            assert [path.above for path in sorted(holding, key=lambda one: one.depth)] == walked(places, unit, when)
    assert len({(path.above, path.below, path.start) for path in paths}) == len(paths)
    for unit in {place.unit for place in places}:  # and a part of it is that part
        assert paths_of(places, {unit}) == [path for path in paths if path.below == unit]


@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_the_places_changes_nothing(places: list[Place], chance: object) -> None:
    shuffled = list(places)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert paths_of(shuffled) == paths_of(places)


def test_a_circle_is_refused_only_on_days_when_it_is_one() -> None:
    turned = [Place(1, None, None, day(4)), Place(1, 2, day(5)), Place(2, 1, None, day(4)), Place(2, None, day(5))]
    assert {(path.above, path.below, path.start) for path in paths_of(turned) if path.depth} == {
        (1, 2, None), (2, 1, day(5)),
    }  # fmt: skip
    with pytest.raises(Circle):
        paths_of([Place(1, 2, day(5)), Place(2, 1, None, day(5))])
    with pytest.raises(Circle):  # also from below a circle that it is no part of
        paths_of([Place(1, 2), Place(2, 1), Place(3, 1)])


def codes(units: object) -> set[str]:
    return {unit.code for unit in units}  # type: ignore[attr-defined]


def test_who_moves_is_below_the_new_unit_from_that_day_on(world: World) -> None:
    units, admin = world.units, world.people["admin"]
    move_unit(unit=units["east-1"], parent=units["west"], day=DAY, by=admin, at=NOW)
    before = DAY - timedelta(days=1)
    assert codes(below(units["east"], before)) == {"east", "east-1"}
    assert codes(below(units["east"], DAY)) == {"east"}
    assert codes(below(units["west"], DAY)) == {"west", "east-1"}
    assert codes(units_for(world.people["east"], Permission.FILE_OWN_RECORDS, before)) == {"east", "east-1"}
    assert codes(units_for(world.people["west"], Permission.FILE_OWN_RECORDS, DAY)) == {"west", "east-1"}
    assert [unit.code for unit in above(Unit.objects.get(code="east-1"), DAY)] == ["county", "west"]
    event = Event.objects.get(action="unit_moved")
    assert (event.subject, event.data) == ("unit:east-1", {"old": "east", "new": "west", "from": "2025-07-01"})


def test_a_move_that_cannot_be_is_refused_and_leaves_nothing(world: World) -> None:
    units, admin = world.units, world.people["admin"]
    paths = UnitPath.objects.count()
    with pytest.raises(ValidationError, match="below itself"):
        move_unit(unit=units["east"], parent=units["east-1"], day=DAY, by=admin, at=NOW)
    with pytest.raises(ValidationError, match="still to come"):
        move_unit(unit=units["east-1"], parent=units["west"], day=TODAY + timedelta(days=1), by=admin, at=NOW)
    move_unit(unit=units["east-1"], parent=units["west"], day=DAY, by=admin, at=NOW)
    with pytest.raises(ValidationError, match="2025-07-01"):
        move_unit(unit=units["east-1"], parent=units["east"], day=DAY, by=admin, at=NOW)
    assert UnitPath.objects.filter(above=units["east"], below=units["east-1"]).count() == 1
    assert UnitPath.objects.count() == paths + 1


def test_a_former_name_stays_known(world: World, client_of: SignedIn) -> None:
    rename_unit(
        unit=world.units["east"], name="东城街道", name_en="Eastside", day=DAY, by=world.people["admin"], at=NOW
    )
    names = UnitName.objects.filter(unit=world.units["east"]).values_list("name", "valid_from", "valid_to")
    assert list(names) == [("东镇", None, DAY - timedelta(days=1)), ("东城街道", DAY, None)]
    page = client_of("admin").get("/units/?q=东镇").content.decode()
    assert "Eastside" in page
    shown = client_of("admin").get("/unit/east/").content.decode()
    assert "until 2025-06-30: East" in shown
    assert "from 2025-07-01 on: Eastside" in shown


def test_merged_units_end_and_the_new_one_has_what_stood_below_them(world: World) -> None:
    new = merge_units(
        shares={"east": "0.6", "west": "2/5"}, into=NewUnit("centre", "中心镇", "Centre", "town"), day=DAY,
        by=world.people["admin"], at=NOW,
    )  # fmt: skip
    ended = {unit.code: unit.valid_to for unit in Unit.objects.filter(valid_to__isnull=False)}
    assert ended == dict.fromkeys(("east", "west"), DAY - timedelta(days=1))
    assert (new.valid_from, new.parent) == (DAY, world.units["county"])
    assert codes(below(new, DAY)) == {"centre", "east-1"}
    assert codes(below(world.units["county"], DAY)) == {"county", "east", "west", "east-1", "centre"}
    assert successor_rows() == [("east", "centre", DAY, "0.6"), ("west", "centre", DAY, "2/5")]
    assert Event.objects.filter(action="units_merged").count() == 3  # in the history of each
    with pytest.raises(ValidationError, match="taken"):  # a code is given once
        add_unit(
            code="east", name="x", name_en="", kind="town", parent=None, valid_from=None, by=world.people["admin"],
            at=NOW,
        )  # fmt: skip


def test_a_unit_takes_another_in(world: World) -> None:
    into = NewUnit("west", "西镇", "West", "town")
    merge_units(shares={"east": "0.3", "west": "0.7"}, into=into, day=DAY, by=world.people["admin"], at=NOW)
    assert Unit.objects.get(code="west").valid_to is None
    assert Unit.objects.get(code="east").valid_to == DAY - timedelta(days=1)
    assert Unit.objects.get(code="east-1").parent == world.units["west"]
    assert successor_rows() == [("east", "west", DAY, "0.3"), ("west", "west", DAY, "0.7")]
    add_unit(code="south", name="南镇", name_en="South", kind="town", parent=world.units["county"], valid_from=None,
             by=world.people["admin"], at=NOW)  # fmt: skip
    with pytest.raises(ValidationError, match="has one origin"):  # refused, not a broken constraint
        merge_units(shares={"south": "0.5", "west": "0.5"}, into=into, day=DAY, by=world.people["admin"], at=NOW)
    assert Unit.objects.get(code="south").valid_to is None


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ({"east": "1"}, "two units or more"),
        ({"east": "0.6", "west": "0.5"}, "add up to 1"),
        ({"east": "1", "west": ""}, "number above zero"),
        ({"east": "1.5", "west": "-0.5"}, "number above zero"),
        ({"east": "0.5", "east-1": "0.5"}, "below different ones"),
    ],
)
def test_a_merger_that_cannot_be_is_refused_and_leaves_nothing(world: World, shares: dict[str, str], said: str) -> None:
    into = NewUnit("centre", "中心镇", "Centre", "town")
    with pytest.raises(ValidationError, match=said):
        merge_units(shares=shares, into=into, day=DAY, by=world.people["admin"], at=NOW)
    assert not Unit.objects.filter(code="centre").exists()
    assert not Successor.objects.exists()
    assert not Unit.objects.filter(valid_to__isnull=False).exists()


def test_a_split_sends_each_child_somewhere(world: World) -> None:
    into = [NewUnit("east-a", "东甲镇", "East A", "town"), NewUnit("east-b", "东乙镇", "East B", "town")]
    with pytest.raises(ValidationError, match="东一村"):
        split_unit(unit=world.units["east"], split=Split(into), day=DAY, by=world.people["admin"], at=NOW)
    assert Unit.objects.get(code="east").valid_to is None
    split_unit(
        unit=world.units["east"], split=Split(into, {"east-1": "east-b"}), day=DAY, by=world.people["admin"], at=NOW
    )
    assert Unit.objects.get(code="east-1").parent == Unit.objects.get(code="east-b")
    assert Unit.objects.get(code="east").valid_to == DAY - timedelta(days=1)
    assert successor_rows() == [("east", "east-a", DAY, "1"), ("east", "east-b", DAY, "1")]


def test_a_unit_ends_after_those_below_it(world: World) -> None:
    with pytest.raises(ValidationError, match="东一村"):
        end_unit(unit=world.units["east"], last_day=DAY, by=world.people["admin"], at=NOW)
    for code in ("east-1", "east"):
        end_unit(unit=world.units[code], last_day=DAY, by=world.people["admin"], at=NOW)
    assert codes(units_for(world.people["east"], Permission.SEE_OWN_RECORDS, TODAY)) == {"east", "east-1"}
    with pytest.raises(ValidationError, match="ended"):
        move_unit(
            unit=world.units["west"], parent=Unit.objects.get(code="east"), day=TODAY, by=world.people["admin"], at=NOW
        )


def test_units_change_on_screen_and_a_wrong_day_stands_beside_its_field(world: World, client_of: SignedIn) -> None:
    admin = client_of("admin")
    sent = {
        "code": "south",
        "name": "南镇",
        "name_en": "South",
        "kind": "town",
        "parent": "Small County",
        "valid_from": "2025-01-01",
    }
    assert admin.post("/units/new/", sent).url == "/unit/south/"
    assert Unit.objects.get(code="south").parent == world.units["county"]
    again = admin.post("/units/new/", {**sent, "name": "南二镇"})
    assert list(again.context["form"].errors) == ["code"]
    assert 'value="南二镇"' in again.content.decode()
    lost = admin.post("/units/new/", {**sent, "code": "s2", "parent": "Coun"})
    assert "Small County (county)" in lost.content.decode()  # the nearest is named
    page = admin.post("/unit/south/end/", {"day": "2024-01-01"})
    assert list(page.context["form"].errors) == ["day"]
    assert admin.post("/unit/south/end/", {"day": "2025-06-30"}).status_code == 302
    assert "South" not in admin.get("/units/").content.decode()
    assert "South" in admin.get("/units/?ended=1").content.decode()
    merged = {
        "code": "centre", "name": "中心镇", "name_en": "Centre", "kind": "town", "day": "2025-07-01", "take_east": "on",
        "share_east": "0.6", "take_west": "on", "share_west": "0.5",
    }  # fmt: skip
    wrong = admin.post("/unit/east/merge/", merged)
    assert "add up to 1" in wrong.content.decode()
    assert admin.post("/unit/east/merge/", {**merged, "share_west": "0.4"}).url == "/unit/centre/"
    shown = admin.get("/unit/centre/").content.decode()
    assert "2025-07-01, share 0.6, from" in shown
    parts = {
        "day": "2025-08-01", "code_1": "c-a", "name_1": "甲", "kind_1": "town", "code_2": "c-b", "name_2": "乙",
        "kind_2": "town", "child_east-1": "2",
    }  # fmt: skip
    assert admin.post("/unit/centre/split/", parts).url == "/unit/centre/"
    assert Unit.objects.get(code="east-1").parent == Unit.objects.get(code="c-b")


def test_the_people_of_merged_units_get_their_roles_from_who_gives_roles(world: World, client_of: SignedIn) -> None:
    into = NewUnit("centre", "中心镇", "Centre", "town")
    new = merge_units(shares={"east": "0.6", "west": "0.4"}, into=into, day=DAY, by=world.people["admin"], at=NOW)
    assert new not in units_for(world.people["east"], Permission.FILE_OWN_RECORDS, DAY)
    assert client_of("admin").post("/unit/centre/carry/").status_code == 404
    assert client_of("security").post("/unit/centre/carry/").status_code == 302
    assert new in units_for(world.people["east"], Permission.FILE_OWN_RECORDS, DAY)
    assert new in units_for(world.people["west"], Permission.FILE_OWN_RECORDS, DAY)
    given_now = Event.objects.filter(action="role_given", unit="centre").count()
    assert given_now == 3  # two filers and a head
    client_of("security").post("/unit/centre/carry/")
    assert Event.objects.filter(action="role_given", unit="centre").count() == given_now

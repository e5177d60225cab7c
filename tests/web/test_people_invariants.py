"""What must always hold of units, accounts and roles: it holds after changes, and each break is found."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from shuping_web.ledger.models import ActorName
from shuping_web.people.account_actions import erase_account
from shuping_web.people.invariants import INVARIANTS
from shuping_web.people.models import Account, Membership, Successor, Unit, UnitName, UnitPath, UnitPlace
from shuping_web.people.role_actions import appoint_deputy, hand_over
from shuping_web.people.unit_actions import NewUnit, Split, merge_units, move_unit, rename_unit, split_unit
from tests.web.conftest import NOW, World

DAY = date(2025, 7, 1)


def faults() -> list[str]:
    return [fault for invariant in INVARIANTS for fault in invariant()]


def changed(world: World) -> None:
    """Do everything once that changes units, accounts and roles."""
    admin, east = world.people["admin"], world.people["east"]
    later = DAY + timedelta(days=31)
    rename_unit(unit=world.units["west"], name="西城", name_en="Westside", day=DAY, by=admin, at=NOW)
    move_unit(unit=world.units["east-1"], parent=world.units["west"], day=DAY, by=admin, at=NOW)
    new = merge_units(
        shares={"east": "1/3", "west": "2/3"}, into=NewUnit("centre", "中心", "", "town"), day=later, by=admin, at=NOW
    )
    into = [NewUnit("north", "北", "", "town"), NewUnit("south", "南", "", "town")]
    split_unit(unit=new, split=Split(into, {"east-1": "south"}), day=later + timedelta(days=31), by=admin, at=NOW)
    held = Membership.objects.get(account=east)
    appoint_deputy(
        membership=held, deputy=world.people["head"], valid_from=NOW.date(),
        until=NOW.date() + timedelta(days=3), by=east, at=NOW,
    )  # fmt: skip
    hand_over(membership=held, taker=world.people["head"], by=east, at=NOW)
    erase_account(account=east, by=admin, at=NOW)


def test_they_hold_from_the_start_and_after_every_kind_of_change(world: World) -> None:
    assert faults() == []
    changed(world)
    assert faults() == []


BREAKS = {
    "lacking": lambda world: UnitPath.objects.filter(depth=1).first().delete(),
    "wrong": lambda world: UnitPath.objects.create(above=world.units["west"], below=world.units["east-1"], depth=1),
    "names of unit": lambda world: UnitName.objects.filter(unit=world.units["east"]).update(valid_to=DAY),
    "last name": lambda world: Unit.objects.filter(code="east").update(name="x"),
    "last place": lambda world: Unit.objects.filter(code="east-1").update(parent=world.units["west"]),
    "places of unit": lambda world: UnitPlace.objects.filter(unit=world.units["east"]).delete(),
    "add up to 1/2": lambda world: Successor.objects.create(
        before=world.units["east"], after=world.units["west"], day=DAY, share="1/2"
    ),
    "handles records": lambda world: Membership.objects.create(account=world.people["admin"], role="checker"),
    "no two days": lambda world: Membership.objects.create(
        account=world.people["head"], role="filer", unit=world.units["east"],
        stands_for=Membership.objects.get(account=world.people["east"]),
    ),
    "another role": lambda world: Membership.objects.create(
        account=world.people["head"], role="checker", stands_for=Membership.objects.get(account=world.people["east"])
    ),
    "another name": lambda world: ActorName.objects.filter(label=world.people["east"].label).update(name="x"),
    "not gone": lambda world: Account.objects.filter(username="east").update(erased_at=timezone.now()),
}  # fmt: skip


@pytest.mark.broken_ledger
@pytest.mark.parametrize("said", BREAKS)
def test_what_is_broken_behind_the_actions_is_found(said: str, world: World) -> None:
    BREAKS[said](world)
    assert any(said in fault for fault in faults()), faults()

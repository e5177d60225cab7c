"""Roles: who may give them, deputies, handing over, and three duties that can lie with three people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from unittest.mock import patch

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone, translation

from shuping_web.ledger.models import Event
from shuping_web.people import role_actions
from shuping_web.people.account_actions import set_active
from shuping_web.people.actions import System, make_start_token, start
from shuping_web.people.models import Account, Membership
from shuping_web.people.permissions import DUTIES, HANDLES_RECORDS, ROLES, Permission, Role
from shuping_web.people.queries import may, roles_of, several_duties, units_for
from shuping_web.people.role_actions import appoint_deputy, end_role, give_role, hand_over
from shuping_web.people.signals import work_handed_over
from tests.web.conftest import NOW, PASSWORD, World

SignedIn = Callable[[str], Client]
TODAY = NOW.date()
WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def of(world: World, who: str) -> Membership:
    return Membership.objects.get(account=world.people[who], stands_for__isnull=True, ended_at__isnull=True)


def test_nobody_gives_a_role_to_themself(world: World, client_of: SignedIn) -> None:
    security = world.people["security"]
    for role in Role:
        with pytest.raises(ValidationError, match="themself"):
            give_role(account=security, role=role, unit=None, by=security, at=NOW)
    before = Membership.objects.count()
    page = client_of("security").post(f"/account/{security.key}/give/", {"role": "auditor"})
    assert "Nobody gives a role to themself" in page.content.decode()
    assert Membership.objects.count() == before


def test_the_three_duties_lie_with_three_people_and_none_handles_records(world: World) -> None:
    granted = {role: ROLES[role].permissions for role in DUTIES}
    assert not any(
        granted[one] & granted[two] - {Permission.SEE_UNITS} for one in DUTIES for two in DUTIES if one != two
    )
    records = {permission for permission in Permission if "record" in permission} | {Permission.FREEZE}
    assert len(records) >= 5
    assert not any(permissions & records for permissions in granted.values())
    for duty in DUTIES:
        for role in HANDLES_RECORDS:
            person = Account.objects.create_user(f"{duty}-{role}", None)
            give_role(account=person, role=duty, unit=None, by=System(), at=NOW)
            with pytest.raises(ValidationError, match="handles no records"):
                give_role(account=person, role=role, unit=world.units["east"], by=System(), at=NOW)
            other = Account.objects.create_user(f"{role}-{duty}", None)
            give_role(account=other, role=role, unit=world.units["east"], by=System(), at=NOW)
            with pytest.raises(ValidationError, match="handles no records"):
                give_role(account=other, role=duty, unit=None, by=System(), at=NOW)


def test_the_first_administrator_gives_roles_until_somebody_else_does(db: None) -> None:
    first = start(token=str(make_start_token()), username="first", name="First", password=PASSWORD, at=NOW)
    assert roles_of(first, TODAY) == [Role.ADMINISTRATOR, Role.SECURITY]
    assert [(account.username, roles) for account, roles in several_duties(TODAY)] == [
        ("first", [Role.ADMINISTRATOR, Role.SECURITY])
    ]
    second = Account.objects.create_user("second", None)
    give_role(account=second, role=Role.SECURITY, unit=None, by=first, at=NOW)
    held = Membership.objects.get(account=first, role="security")
    with pytest.raises(ValidationError, match="away from themself"):
        end_role(membership=held, by=first, at=NOW)
    end_role(membership=held, by=second, at=NOW)
    assert several_duties(TODAY) == []
    with pytest.raises(ValidationError, match="last account"):
        end_role(membership=Membership.objects.get(account=second), by=first, at=NOW)
    with pytest.raises(ValidationError, match="last account"):
        set_active(account=second, active=False, by=first, at=NOW)


def test_the_administrator_gives_no_roles_and_the_security_administrator_makes_no_accounts(
    world: World, client_of: SignedIn
) -> None:
    key = world.people["west"].key
    assert client_of("admin").post(f"/account/{key}/give/", {"role": "checker"}).status_code == 404
    assert client_of("security").post("/accounts/new/", {"username": "x", "name": "X"}).status_code == 404
    given = client_of("security").post(f"/account/{key}/give/", {"role": "checker", "until": "2099-01-01"})
    assert given.status_code == 302
    assert Role.CHECKER in roles_of(world.people["west"], timezone.localdate())


def test_every_role_is_explained_where_it_is_given_and_where_one_reads_ones_own(
    world: World, client_of: SignedIn
) -> None:
    page = client_of("security").get(f"/account/{world.people['west'].key}/give/").content.decode()
    everybody = client_of("observer").get("/roles/").content.decode()
    for described in ROLES.values():
        assert str(described.explanation) in page
        assert str(described.explanation) in everybody
    assert str(ROLES[Role.FILER].explanation) in client_of("east").get("/me/").content.decode()


def test_a_role_is_over_the_moment_it_is_taken_away_and_can_be_given_again(world: World) -> None:
    held = of(world, "east")
    end_role(membership=held, by=world.people["security"], at=NOW)
    assert not may(world.people["east"], Permission.FILE_OWN_RECORDS, TODAY)
    again = give_role(account=held.account, role=Role.FILER, unit=held.unit, by=world.people["security"], at=NOW)
    assert again.pk != held.pk
    assert may(world.people["east"], Permission.FILE_OWN_RECORDS, TODAY)


def test_a_role_holds_between_its_days(world: World) -> None:
    west = world.people["west"]
    start_day, until = TODAY + WEEK, TODAY + 2 * WEEK
    give_role(account=west, role=Role.CHECKER, unit=None, valid_from=start_day, until=until, by=System(), at=NOW)
    holds = [may(west, Permission.CHECK_RECORDS, TODAY + timedelta(days=number)) for number in (6, 7, 14, 15)]
    assert holds == [False, True, True, False]
    with pytest.raises(ValidationError, match="before the first"):
        give_role(account=west, role=Role.OFFICE, unit=None, valid_from=until, until=TODAY, by=System(), at=NOW)


def lend(world: World, first: date, until: date, deputy: str = "head") -> Membership:
    return appoint_deputy(
        membership=of(world, "east"), deputy=world.people[deputy], valid_from=first, until=until,
        by=world.people["east"], at=NOW,
    )  # fmt: skip


def test_a_deputy_files_on_the_days_between_and_the_filer_too(world: World) -> None:
    lend(world, TODAY + WEEK, TODAY + 2 * WEEK)
    head = world.people["head"]
    for number, files in ((6, False), (7, True), (14, True), (15, False)):
        when = TODAY + timedelta(days=number)
        assert may(head, Permission.FILE_OWN_RECORDS, when) == files
        assert may(world.people["east"], Permission.FILE_OWN_RECORDS, when)
    event = Event.objects.get(action="deputy_appointed")
    assert (event.actor, event.subject, event.unit) == (world.people["east"].label, head.label, "east")
    assert event.data["for"] == world.people["east"].label


def test_a_deputy_goes_when_the_role_goes_and_lends_nothing_on(world: World) -> None:
    lent = lend(world, TODAY, TODAY + WEEK)
    with pytest.raises(ValidationError, match="cannot hand the role on"):
        appoint_deputy(
            membership=lent, deputy=world.people["east"], valid_from=TODAY, until=TODAY, by=world.people["head"], at=NOW
        )
    with pytest.raises(ValidationError, match="already"):
        lend(world, TODAY + WEEK, TODAY + 2 * WEEK)
    end_role(membership=of(world, "east"), by=world.people["security"], at=NOW)
    assert not may(world.people["head"], Permission.FILE_OWN_RECORDS, TODAY)


@pytest.mark.parametrize(
    ("deputy", "first", "until", "said"),
    [
        ("west", 0, 7, "Choose somebody of the unit"),
        ("east", 0, 7, "themself"),
        ("head", 7, 0, "before the first"),
        ("head", -9, -2, "in the past"),
    ],
)
def test_who_cannot_stand_in_does_not(world: World, deputy: str, first: int, until: int, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        lend(world, TODAY + timedelta(days=first), TODAY + timedelta(days=until), deputy)
    assert not Membership.objects.filter(stands_for__isnull=False).exists()


@pytest.mark.parametrize("who", ["admin", "security", "office", "auditor"])
def test_who_administers_or_opens_cycles_hands_nothing_on_alone(world: World, who: str) -> None:
    with pytest.raises(ValidationError, match="security administrator"):
        hand_over(membership=of(world, who), taker=world.people["observer"], by=world.people[who], at=NOW)


def test_handing_over_moves_the_role_and_what_waits_in_one_transaction(world: World) -> None:
    heard = []

    def mover(**told: object) -> int:
        heard.append((told["giver"], told["taker"], told["unit"], told["role"]))
        return 3

    work_handed_over.connect(mover)
    try:
        hand_over(membership=of(world, "east"), taker=world.people["head"], by=world.people["east"], at=NOW)
    finally:
        work_handed_over.disconnect(mover)
    assert heard == [(world.people["east"], world.people["head"], world.units["east"], Role.FILER)]
    assert not may(world.people["east"], Permission.FILE_OWN_RECORDS, TODAY)
    assert world.units["east"] in units_for(world.people["head"], Permission.FILE_OWN_RECORDS, TODAY)
    given, taken = Event.objects.filter(action__in=["role_handed_over", "role_taken_over"])
    assert (given.subject, given.data["to"], given.data["moved"]) == (
        world.people["east"].label, world.people["head"].label, 3,
    )  # fmt: skip
    assert taken.subject == world.people["head"].label


def test_a_hand_over_whose_event_fails_leaves_everything_where_it_was(world: World) -> None:
    with patch.object(role_actions, "record", side_effect=RuntimeError), pytest.raises(RuntimeError):
        hand_over(membership=of(world, "east"), taker=world.people["head"], by=world.people["east"], at=NOW)
    assert may(world.people["east"], Permission.FILE_OWN_RECORDS, TODAY)
    assert not may(world.people["head"], Permission.FILE_OWN_RECORDS, TODAY)


def test_who_gives_roles_appoints_for_somebody_who_is_ill_but_never_themself(world: World, client_of: SignedIn) -> None:
    held, security = of(world, "east"), client_of("security")
    today = timezone.localdate()
    sent = {"deputy": world.people["head"].pk, "valid_from": today, "until": today + WEEK}
    assert security.post(f"/me/deputy/{held.pk}/", sent).url == f"/account/{world.people['east'].key}/"
    assert may(world.people["head"], Permission.FILE_OWN_RECORDS, today)
    with pytest.raises(ValidationError, match="themself"):
        appoint_deputy(
            membership=held, deputy=world.people["security"], valid_from=TODAY, until=TODAY,
            by=world.people["security"], at=NOW,
        )  # fmt: skip
    with pytest.raises(ValidationError, match="themself"):
        hand_over(membership=held, taker=world.people["security"], by=world.people["security"], at=NOW)


def test_deputies_and_handing_over_on_screen(world: World, client_of: SignedIn) -> None:
    east, held = client_of("east"), of(world, "east")
    today = timezone.localdate()
    sent = {"deputy": world.people["head"].pk, "valid_from": today, "until": today - WEEK}
    page = east.post(f"/me/deputy/{held.pk}/", sent)
    assert list(page.context["form"].errors) == ["until"]
    assert east.post(f"/me/deputy/{held.pk}/", {**sent, "until": today + WEEK}).url == "/me/"
    assert "Head" in east.get("/me/").content.decode()
    lent = Membership.objects.get(stands_for=held)
    assert "deputy for East" in client_of("head").get("/me/").content.decode()
    assert client_of("west").post(f"/me/deputy/{lent.pk}/end/").status_code == 404
    assert client_of("head").post(f"/me/deputy/{lent.pk}/end/").status_code == 302  # lays it down
    assert not may(world.people["head"], Permission.FILE_OWN_RECORDS, today)
    assert east.post(f"/me/hand-over/{held.pk}/", {"deputy": world.people["head"].pk}).url == "/me/"
    assert east.get("/records/").status_code == 404
    assert client_of("head").get("/records/activity/new/").status_code == 200

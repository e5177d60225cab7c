"""Roles: given, taken away, lent to a deputy, handed over. Nobody gives a role to themself."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from shuping_web.ledger.actions import Actor, in_turn, record
from shuping_web.people.models import Account, Membership, Unit
from shuping_web.people.permissions import MAY_HAND_ON, ROLES, Permission, Role, barred_by
from shuping_web.people.queries import deputy_candidates, in_force, roles_with
from shuping_web.people.signals import work_handed_over


@in_turn
def give_role(
    *, account: Account, role: Role, unit: Unit | None, by: Actor, at: datetime, until: date | None = None,
    valid_from: date | None = None,
) -> Membership:  # fmt: skip
    """Give an account a role, at a unit or in the whole organisation; one that it has over these days already is
    returned as it is. Raises ValidationError for the own account, a closed one, days in the wrong order, and a role
    that does not go together with another one (duties of the site beside the handling of records).
    """
    if account.label == by.label:
        raise ValidationError(_("Nobody gives a role to themself."))
    _check(account, role, valid_from, until)
    same = overlapping(account, valid_from, until).filter(role=role.value, unit=unit, stands_for__isnull=True)
    known = same.first()
    if known is not None:
        return known
    made = Membership.objects.create(account=account, role=role.value, unit=unit, valid_from=valid_from, valid_to=until)
    data = {"role": role.value, "from": _iso(valid_from), "until": _iso(until)}
    record(by=by, action="role_given", subject=account.label, unit=unit.code if unit else "", at=at, data=data)
    return made


@in_turn
def end_role(*, membership: Membership, by: Actor, at: datetime) -> Membership:
    """Take a role away at once, with what its holder lent of it. Raises ValidationError for an own role (but a deputy
    may lay one down), and for the last role of its kind that the site needs.
    """
    locked = Membership.objects.select_for_update(of=("self",)).select_related("account", "unit").get(pk=membership.pk)
    if locked.ended_at is not None:
        return locked
    if locked.account.label == by.label and locked.stands_for_id is None:
        raise ValidationError(_("Nobody takes a role away from themself; ask somebody else who gives roles."))
    refuse_last(Membership.objects.filter(pk=locked.pk), at)
    for one in [locked, *locked.deputies.filter(ended_at__isnull=True).select_related("account", "unit")]:
        one.ended_at = at
        one.save(update_fields=["ended_at"])
        unit = one.unit.code if one.unit else ""
        record(by=by, action="role_ended", subject=one.account.label, unit=unit, at=at, data={"role": one.role})
    return locked


@in_turn
def appoint_deputy(
    *, membership: Membership, deputy: Account, valid_from: date, until: date, by: Actor, at: datetime
) -> Membership:
    """Lend a role to a deputy between two days; its holder keeps it. Raises ValidationError for a role that cannot be
    lent, somebody who cannot stand in, days in the wrong order or past, and a deputy there is for these days already.
    """
    today = timezone.localtime(at).date()
    _check_handing_on(membership, deputy, by, today)
    if until < max(valid_from, today):
        raise ValidationError({"until": _("The last day lies before the first, or in the past.")})
    _check(deputy, Role(membership.role), valid_from, until)
    if overlapping(deputy, valid_from, until).filter(role=membership.role, unit=membership.unit).exists():
        raise ValidationError({"deputy": _("This person has the role on these days already.")})
    made = Membership.objects.create(
        account=deputy, role=membership.role, unit=membership.unit, valid_from=valid_from, valid_to=until,
        stands_for=membership,
    )  # fmt: skip
    data = {"role": membership.role, "for": membership.account.label, "from": _iso(valid_from), "until": _iso(until)}
    unit = membership.unit.code if membership.unit else ""
    record(by=by, action="deputy_appointed", subject=deputy.label, unit=unit, at=at, data=data)
    return made


@in_turn
def hand_over(*, membership: Membership, taker: Account, by: Actor, at: datetime) -> Membership:
    """Hand a role over to the next person, for good and at once, with what waits with the one before. Raises
    ValidationError for a role that cannot be handed over or somebody who cannot take it.
    """
    today = timezone.localtime(at).date()
    locked = Membership.objects.select_for_update(of=("self",)).select_related("account", "unit").get(pk=membership.pk)
    if locked.ended_at is not None:
        raise ValidationError(_("This role has ended already."))
    _check_handing_on(locked, taker, by, today)
    _check(taker, Role(locked.role), today, locked.valid_to)
    locked.deputies.filter(ended_at__isnull=True, account=taker).update(ended_at=at)
    held = overlapping(taker, today, locked.valid_to).filter(role=locked.role, unit=locked.unit)
    new = held.first() or Membership.objects.create(
        account=taker, role=locked.role, unit=locked.unit, valid_from=today, valid_to=locked.valid_to
    )
    locked.deputies.filter(ended_at__isnull=True).update(stands_for=new)
    locked.ended_at = at
    locked.save(update_fields=["ended_at"])
    answers = work_handed_over.send(
        sender=Membership, giver=locked.account, taker=taker, unit=locked.unit, role=Role(locked.role), at=at
    )
    moved = sum(int(number) for _receiver, number in answers if number)
    data = {"role": locked.role, "to": taker.label, "moved": moved}
    unit = locked.unit.code if locked.unit else ""
    record(by=by, action="role_handed_over", subject=locked.account.label, unit=unit, at=at, data=data)
    record(by=by, action="role_taken_over", subject=taker.label, unit=unit, at=at, data={**data, "to": None})
    return new


@in_turn
def carry_roles(*, unit: Unit, by: Actor, at: datetime) -> int:
    """Give the people of the units that a unit came from the same roles at the new one; return how many were given."""
    today = timezone.localtime(at).date()
    before = unit.predecessors.exclude(before=unit).values("before")
    given = 0
    for one in in_force(today).filter(unit__in=before, stands_for__isnull=True).select_related("account"):
        if one.account.label != by.label and not holds_already(one, unit):
            give_role(account=one.account, role=Role(one.role), unit=unit, by=by, at=at, until=one.valid_to)
            given += 1
    return given


def holds_already(membership: Membership, unit: Unit) -> bool:
    """Tell whether the holder of a membership has its role at another unit too."""
    held = overlapping(membership.account, None, membership.valid_to)
    return held.filter(role=membership.role, unit=unit, stands_for__isnull=True).exists()


def overlapping(account: Account, start: date | None, end: date | None) -> QuerySet[Membership]:
    """Return the memberships of an account that were not ended and share a day with a span."""
    found = Membership.objects.filter(account=account, ended_at__isnull=True)
    if start is not None:
        found = found.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=start))
    if end is not None:
        found = found.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=end))
    return found


def _check(account: Account, role: Role, start: date | None, end: date | None) -> None:
    if start is not None and end is not None and end < start:
        raise ValidationError({"until": _("The last day lies before the first.")})
    if not account.is_active:
        raise ValidationError(_("This account is closed."))
    barred = overlapping(account, start, end).filter(role__in=[one.value for one in barred_by(role)]).first()
    if barred is not None:
        sentence = _(
            "This does not go together with the role “%s” of this person: who administers or audits the site handles "
            "no records."
        )
        raise ValidationError({"role": sentence % ROLES[Role(barred.role)].name})


def _check_handing_on(membership: Membership, taker: Account, by: Actor, today: date) -> None:
    if taker.label == by.label:
        raise ValidationError({"deputy": _("Nobody gives a role to themself.")})
    if Role(membership.role) not in MAY_HAND_ON:
        raise ValidationError(_("This role changes hands through the security administrator."))
    if membership.stands_for_id is not None:
        raise ValidationError(_("A deputy cannot hand the role on."))
    if not in_force(today).filter(pk=membership.pk).exists():
        raise ValidationError(_("This role is not in force today."))
    if not deputy_candidates(membership, today).filter(pk=taker.pk).exists():
        raise ValidationError({"deputy": _("Choose somebody of the unit, of the one above or of those below.")})


def refuse_last(losing: QuerySet[Membership], at: datetime) -> None:
    """Raise ValidationError where, without some memberships, nobody could manage accounts or give roles any more."""
    today = timezone.localtime(at).date()
    for permission in (Permission.MANAGE_ACCOUNTS, Permission.GIVE_ROLES):
        granting = in_force(today).filter(role__in=roles_with(permission), unit__isnull=True)
        lost = granting.filter(pk__in=losing.values("pk"))
        if lost.exists() and not granting.exclude(pk__in=losing.values("pk")).exists():
            raise ValidationError(_("This is the last account that can do this; give the role to somebody else first."))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None

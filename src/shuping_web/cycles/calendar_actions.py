"""Later deadlines of single units, and the office's calendar of working days."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from shuping_web.cycles.models import Cycle, LaterDeadline, SpecialDay, WorkCalendar
from shuping_web.cycles.queries import local_day
from shuping_web.cycles.working_days import countries
from shuping_web.ledger.actions import Actor, in_turn, record
from shuping_web.people.models import Unit


@in_turn
def allow_later(*, cycle: Cycle, unit: Unit, until: date, reason: str, by: Actor, at: datetime) -> LaterDeadline:
    """Let a unit, and all below it, file until a later day. Raises ValidationError without a reason, and for a day that
    is not later than the cycle's or lies in the past.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: the exception is read by the auditor.")})
    if until <= cycle.filing_until:
        raise ValidationError({"until": _("All units may file until %s.") % cycle.filing_until.isoformat()})
    if until < local_day(at):
        raise ValidationError({"until": _("This day is past.")})
    made = LaterDeadline.objects.create(
        cycle=cycle, unit=unit, until=until, reason=reason.strip(), given_by=by.label, given_at=at
    )
    data = {"cycle": cycle.pk, "until": until.isoformat(), "reason": made.reason, "exception": made.pk}
    record(by=by, action="later_deadline_given", subject=f"cycle:{cycle.pk}", unit=unit.code, at=at, data=data)
    return made


@in_turn
def end_later(*, exception: LaterDeadline, by: Actor, at: datetime) -> LaterDeadline:
    """End an exception before it expires. Raises ValidationError when it was ended already."""
    locked = LaterDeadline.objects.select_for_update().get(pk=exception.pk)
    if locked.ended_at is not None:
        raise ValidationError(_("This exception was ended already."))
    locked.ended_by, locked.ended_at = by.label, at
    locked.save(update_fields=["ended_by", "ended_at"])
    data = {"exception": locked.pk, "until": locked.until.isoformat()}
    subject = f"cycle:{locked.cycle_id}"
    record(by=by, action="later_deadline_ended", subject=subject, unit=locked.unit.code, at=at, data=data)
    return locked


@in_turn
def set_country(*, country: str, by: Actor, at: datetime) -> WorkCalendar:
    """Take the public holidays of a country. Raises ValidationError for one whose calendar is not known."""
    if country not in countries():
        raise ValidationError({"country": _("The calendar of this country is not known.")})
    kept = WorkCalendar.objects.select_for_update().first() or WorkCalendar()
    old, kept.country = kept.country if kept.pk else None, country
    kept.save()
    record(by=by, action="calendar_set", subject="calendar", at=at, data={"old": old, "new": country})
    return kept


@in_turn
def declare_day(*, day: date, works: bool, reason: str, by: Actor, at: datetime) -> SpecialDay:
    """Declare a day free or a working day. Raises ValidationError without a reason, or for a day declared already."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why, such as the number of the notice.")})
    if SpecialDay.objects.filter(day=day).exists():
        raise ValidationError({"day": _("This day is in the list already; remove it there first.")})
    made = SpecialDay.objects.create(day=day, works=works, reason=reason.strip(), added_by=by.label, added_at=at)
    data = {"day": day.isoformat(), "works": works, "reason": made.reason}
    record(by=by, action="day_declared", subject="calendar", at=at, data=data)
    return made


@in_turn
def take_back_day(*, special: SpecialDay, by: Actor, at: datetime) -> None:
    """Take back what was declared of a day; the country's calendar holds again."""
    data = {"day": special.day.isoformat(), "works": special.works, "reason": special.reason}
    special.delete()
    record(by=by, action="day_taken_back", subject="calendar", at=at, data=data)

"""The dates of the cycles as entries of a calendar."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _

from shuping_web.cycles.models import Cycle, LaterDeadline, Step
from shuping_web.cycles.queries import book_of, timeline
from shuping_web.notices.calendar import Entry
from shuping_web.people.language import page_lang
from shuping_web.people.lists import name_of
from shuping_web.people.models import Account
from shuping_web.people.queries import own_units

WARN_DAYS = 3


def entries(account: Account, today: date) -> list[Entry]:
    """Return the stages of all cycles that are not final, and the later deadlines of the account's own units, in the
    language that is on.
    """
    found = []
    for cycle in Cycle.objects.select_related("rulebook").exclude(step=Step.FINAL).order_by("pk"):
        title = cycle.name or f"{book_of(cycle).title.get(page_lang())} {cycle.period}"
        for stage in timeline(cycle, today):
            if stage.last_day is None:
                continue
            filing = stage.step == Step.FILING
            label = _("Filing ends") if filing and stage.first_day is None else str(stage.step.label)
            uid, first = f"cycle-{cycle.pk}-{stage.step.value}@shuping", stage.first_day or stage.last_day
            warn = WARN_DAYS if filing and stage.first_day is None else None
            found.append(Entry(uid, first, stage.last_day, f"{title}: {label}", str(settings.ADDRESS), warn))
        found += _later(cycle, title, account, today)
    return found


def _later(cycle: Cycle, title: str, account: Account, today: date) -> list[Entry]:
    mine = own_units(account, today).values("pk")
    allowed = LaterDeadline.objects.filter(cycle=cycle, ended_at__isnull=True, unit__in=mine).select_related("unit")
    text = _("%(title)s: filing ends for %(unit)s")
    found = []
    for one in allowed.order_by("pk"):
        shown = text % {"title": title, "unit": name_of(one.unit)}
        found.append(Entry(f"later-{one.pk}@shuping", one.until, one.until, shown, one.reason, WARN_DAYS))
    return found

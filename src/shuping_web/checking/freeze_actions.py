"""A cycle of many records is frozen by the worker: in one transaction, all of it or nothing."""

from __future__ import annotations

import json
from datetime import datetime

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from shuping_web.cycles.models import Cycle
from shuping_web.filing.actions import freeze, refuse_freezing
from shuping_web.filing.models import RecordSet
from shuping_web.filing.of_cycle import in_cycle
from shuping_web.ledger.actions import in_turn
from shuping_web.notices.job_actions import Lost, Progress, Told, start_job
from shuping_web.notices.models import OPEN, Job
from shuping_web.people.language import sentences
from shuping_web.people.models import Account
from shuping_web.people.permissions import Permission
from shuping_web.people.queries import may

FREEZE = "freeze"
AT_ONCE = 20_000
"""Records up to which a cycle is frozen while its page waits."""
SAID = 250


def is_long(cycle: Cycle) -> bool:
    """Tell whether a cycle is frozen in the background."""
    return in_cycle(cycle).count() > AT_ONCE


def freezing_of(cycle: Cycle) -> Job | None:
    """Return the work that freezes a cycle at this moment, if any."""
    return Job.objects.filter(kind=FREEZE, given__cycle=cycle.pk, state__in=OPEN).first()


@in_turn
def start_freezing(*, cycle: Cycle, name: str, reason: str, interim: bool, by: Account, at: datetime) -> Job:
    """Let the worker freeze a cycle; pressed twice by a person, it is one piece of work. Raises ValidationError where
    it cannot be frozen as it stands.
    """
    refuse_freezing(cycle, interim=interim)
    begun = Job.objects.filter(
        kind=FREEZE, given__cycle=cycle.pk, given__interim=interim, started_by=by, state__in=OPEN
    ).first()
    given = {
        "cycle": cycle.pk, "name": name, "reason": reason, "interim": interim,
        "lang": translation.get_language() or "",
    }  # fmt: skip
    return begun or start_job(kind=FREEZE, given=given, total=2, by=by, at=at)


def freeze_cycle(job: Job, progress: Progress) -> str:
    """Freeze a cycle (a kind of work) and return what came of it, as JSON. Begun again after the records were frozen,
    it finds the set and makes no second one. The records are those of the moment in which it is done.
    """
    by, given = Account.objects.get(pk=job.started_by_id), job.given
    if "set" in given:
        return json.dumps({"set": given["set"]})
    with translation.override(given["lang"] or None):
        try:
            cycle = Cycle.objects.select_related("rulebook").get(pk=given["cycle"])
            if not may(by, Permission.FREEZE, timezone.localdate()):
                raise ValidationError(_("You may not freeze records any more."))
            progress(1, 2, "")
            kept = freeze(
                cycle=cycle, by=by, at=timezone.now(), name=given["name"], reason=given["reason"],
                interim=given["interim"], with_it=lambda kept: _note(job, kept),
            )  # fmt: skip
        except ValidationError as error:
            return json.dumps({"refused": " ".join(error.messages)[:SAID]}, ensure_ascii=False)
    return json.dumps({"set": kept.number})


def _note(job: Job, kept: RecordSet) -> None:
    # in the transaction of the set: the work knows of it, or there is none
    mine = Job.objects.filter(pk=job.pk, worker=job.worker, tries=job.tries)
    if not mine.update(given={**job.given, "set": kept.number}):
        raise Lost


def told_of_freezing(job: Job) -> Told:
    """Return what the page of such a job says of it."""
    found, back, leads = job.said, reverse("freeze"), _("To freezing and the record sets")
    if job.open:
        return Told(_("The accepted records are gathered and kept under one hash, all of them or none."), back, leads)
    if "set" in found:
        done = _("Kept. Filing goes on.") if job.given["interim"] else _(
            "Frozen. From now on the standing rests on these records."
        )  # fmt: skip
        return Told(done, back, leads)
    said = [found["refused"]] if "refused" in found else []
    return Told(sentences([*said, _("Nothing was frozen.")]), back, leads)

"""A folder of many records is made by the worker; who asked for it fetches it from the page of the work."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from shuping_web.cycles.models import Cycle
from shuping_web.filing.models import Evidence
from shuping_web.filing.of_cycle import in_cycle
from shuping_web.folders.actions import hand_out
from shuping_web.ledger.actions import in_turn
from shuping_web.notices.job_actions import Lost, Progress, Told, start_job
from shuping_web.notices.made_files import keep_file, kept_until, place_of
from shuping_web.notices.models import OPEN, Job
from shuping_web.people.language import sentences
from shuping_web.people.models import Account
from shuping_web.people.permissions import Permission
from shuping_web.people.queries import may

HAND_OUT = "folder_hand_out"
AT_ONCE = 20_000
"""Records up to which a folder is made while its page waits."""
FILES_AT_ONCE = 100
"""Files of evidence up to which it is: each is read and hashed."""
SAID = 250


def is_long(cycle: Cycle, evidence: bool) -> bool:
    """Tell whether a cycle's folder is made in the background."""
    records = in_cycle(cycle)
    files = Evidence.objects.filter(record__in=records.values("pk")) if evidence else Evidence.objects.none()
    return records.count() > AT_ONCE or files.count() > FILES_AT_ONCE


@in_turn
def start_handing_out(*, cycle: Cycle, evidence: bool, by: Account, at: datetime) -> Job:
    """Let the worker make a folder; pressed twice, it is one piece of work."""
    given = {
        "cycle": cycle.pk, "evidence": evidence, "file": f"{cycle.rulebook.book}-{cycle.period}.zip",
        "lang": translation.get_language() or "",
    }  # fmt: skip
    begun = Job.objects.filter(kind=HAND_OUT, started_by=by, state__in=OPEN, given=given).first()
    return begun or start_job(kind=HAND_OUT, given=given, total=2, by=by, at=at)


def folder_hand_out(job: Job, progress: Progress) -> str:
    """Make a folder (a kind of work) and return what came of it, as JSON. Begun again after the event says that it was
    handed out, it finds the file of that hash and writes no second event.
    """
    by, given = Account.objects.get(pk=job.started_by_id), job.given
    place, made = place_of(job), given.get("sha256")
    if made and place.is_file() and hashlib.sha256(place.read_bytes()).hexdigest() == made:
        return json.dumps({"made": place.stat().st_size})
    cycle = Cycle.objects.select_related("rulebook").filter(pk=given["cycle"]).first()
    if cycle is None or not may(by, Permission.OPEN_CYCLE, timezone.localdate()):
        return json.dumps({"gone": True})
    progress(0, 2, json.dumps({"doing": "read"}))
    with translation.override(given["lang"] or None):
        try:
            content = hand_out(
                cycle=cycle, by=by, at=timezone.now(), evidence=given["evidence"],
                with_it=lambda content: _keep(job, content),
            )  # fmt: skip
        except ValidationError as error:
            return json.dumps({"refused": " ".join(error.messages)[:SAID]}, ensure_ascii=False)
    return json.dumps({"made": len(content)})


def _keep(job: Job, content: bytes) -> None:
    # in the transaction of the event: file, hash and event are there, or what is there is made anew
    keep_file(job, [content])
    given = {**job.given, "sha256": hashlib.sha256(content).hexdigest()}
    if not Job.objects.filter(pk=job.pk, worker=job.worker, tries=job.tries).update(given=given):
        raise Lost


def may_have_folder(job: Job) -> bool:
    """Tell whether the person who had a folder made may have it now."""
    return may(job.started_by, Permission.OPEN_CYCLE, timezone.localdate())


def told_of_folder(job: Job) -> Told:
    """Return what the page of such a job says of it."""
    found, back = job.said, reverse("cycle", args=[job.given["cycle"]])
    if job.open:
        return Told(_("The records are gathered and packed, as they stand in one moment."), back, _("To the cycle"))
    if "made" in found:
        ready = kept_until(job) is not None
        said = _("The folder is ready.") if ready else _("The folder was deleted after its time. Ask for it again.")
        return Told(said, back, _("To the cycle"))
    return Told(sentences([*([found["refused"]] if "refused" in found else []), _("No folder was made.")]), back,
                _("To the cycle"))  # fmt: skip

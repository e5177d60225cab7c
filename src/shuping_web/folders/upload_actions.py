"""A folder of many records is taken in by the worker. The archive waits beside the database until that is done."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from shuping_web.folders.actions import take_in
from shuping_web.folders.adapters import FolderRead, ShupingError, unpacked
from shuping_web.folders.ready import ReadyFolder, made_ready
from shuping_web.ledger.actions import in_turn
from shuping_web.notices.job_actions import Lost, Progress, Told, start_job
from shuping_web.notices.models import OPEN, Job
from shuping_web.people.language import sentences
from shuping_web.people.models import Account
from shuping_web.people.permissions import Permission
from shuping_web.people.queries import may

TAKE_IN = "folder_take_in"
AT_ONCE = 2_000
"""Records up to which a folder is taken in while its page waits."""
SAID = 250


def archive_of(job: Job) -> Path:
    """Return where the archive of such a job waits."""
    return Path(settings.DATA) / "uploads" / f"{job.key}.zip"


@in_turn
def start_taking_in(*, raw: bytes, records: int, terms: Mapping[str, Any], by: Account, at: datetime) -> Job:
    """Let the worker take a folder in. ``terms``: what ``take_in`` takes, as plain data. The archive was read before,
    and nothing is wrong with it; those of work that has ended are let go of.
    """
    job = start_job(
        kind=TAKE_IN, given={**terms, "lang": translation.get_language() or ""}, total=2 * records, by=by, at=at
    )
    place = archive_of(job)
    place.parent.mkdir(mode=0o700, exist_ok=True)
    open_ones = {f"{one.key}.zip" for one in Job.objects.filter(kind=TAKE_IN, state__in=OPEN)}
    for left in place.parent.glob("*.zip"):
        if left.name not in open_ones:
            left.unlink(missing_ok=True)
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(raw)
    return job


def folder_take_in(job: Job, progress: Progress) -> str:
    """Take a folder in (a kind of work) and return what came of it, as JSON. Begun again after the folder was taken in,
    it finds the cycle and makes no second one.
    """
    if "cycle" in job.given:
        return json.dumps({"cycle": job.given["cycle"]})
    with translation.override(job.given["lang"] or None):
        try:
            if not may(job.started_by, Permission.OPEN_CYCLE, timezone.localdate()):
                raise ValidationError(_("You may not open cycles any more."))
            progress(0, job.total, json.dumps({"doing": "read"}))
            folder = unpacked(archive_of(job).read_bytes(), job.given["file"])
            progress(job.total // 2, job.total, json.dumps({"doing": "take_in"}))
            at = timezone.now()
            number = _take_in_once(job, folder, made_ready(folder, job.started_by, at), at)
        except ValidationError as error:
            return json.dumps({"refused": sentences(error.messages)[:SAID]}, ensure_ascii=False)
        except (ShupingError, FileNotFoundError):
            return json.dumps({"refused": _("The archive is not there any more; choose it again.")}, ensure_ascii=False)
    archive_of(job).unlink(missing_ok=True)
    return json.dumps({"cycle": number})


@in_turn
def _take_in_once(job: Job, folder: FolderRead, ready: ReadyFolder, at: datetime) -> int:
    found = Job.objects.select_for_update().get(pk=job.pk)
    if found.worker != job.worker or found.tries != job.tries:
        raise Lost
    terms = job.given
    cycle = take_in(
        folder=folder, period=terms["period"], until=date.fromisoformat(terms["until"]), name=terms["name"],
        waiting=terms["waiting"], reason=terms["reason"], by=job.started_by, at=at, ready=ready,
    )  # fmt: skip
    Job.objects.filter(pk=job.pk).update(given={**terms, "cycle": cycle.pk})  # kept together with the cycle, or not
    return int(cycle.pk)


def told_of_taking_in(job: Job) -> Told:
    """Return what the page of such a job says of it."""
    found = job.said
    if "cycle" in found:
        return Told(_("The folder is a cycle now."), reverse("cycle", args=[found["cycle"]]), _("To the cycle"))
    back = reverse("take-in-folder")
    if job.open:
        doing = {
            "read": _("The folder is read and checked."),
            "take_in": _("Its records are taken in, all of them or none."),
        }
        return Told(doing.get(found.get("doing", ""), ""))
    said = _("Nothing was taken in.")
    return Told(sentences([found["refused"], said]) if "refused" in found else said, back, _("Choose the folder again"))

"""A long spreadsheet is filed by the worker: nobody waits for it before a page, and a worker that is killed leaves
nothing half filed. The rows go in by one transaction, so the same job can be begun again at any time.
"""

from __future__ import annotations

import json
from datetime import datetime

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shuping_web.cycles.queries import book_of
from shuping_web.filing.adapters import Cells
from shuping_web.filing.models import Batch
from shuping_web.filing.queries import units_to_file_for
from shuping_web.filing.table_actions import confirm_batch
from shuping_web.filing.tables import judge
from shuping_web.ledger.actions import in_turn
from shuping_web.notices.job_actions import Progress, Told, start_job
from shuping_web.notices.models import OPEN, Job
from shuping_web.people.language import page_lang, sentences
from shuping_web.people.models import Account

FILE = "file_upload"
AT_ONCE = 2_000
"""Rows up to which an upload is filed while its page waits."""
SAID = 250


@in_turn
def start_filing(*, batch: Batch, by: Account, at: datetime) -> Job:
    """Let the worker file an upload; pressed twice, it is one piece of work."""
    begun = filing_of(batch)
    if begun is not None:
        return begun
    given = {"upload": batch.pk, "lang": translation.get_language() or ""}
    return start_job(kind=FILE, given=given, total=2 * batch.rows, by=by, at=at)


def filing_of(batch: Batch) -> Job | None:
    """Return the work that files an upload at this moment, if any."""
    return Job.objects.filter(kind=FILE, given__upload=batch.pk, state__in=OPEN).first()


def file_upload(job: Job, progress: Progress) -> str:
    """File an upload (a kind of work) and return what came of it, as JSON. It is judged once more, by what the person
    who started it may file at this moment; filed already, it stays as it is.
    """
    by, at = job.started_by, timezone.now()
    batch = Batch.objects.select_related("cycle__rulebook").filter(pk=job.given["upload"], account=by).first()
    if batch is None or not by.is_active:
        return json.dumps({"gone": True})
    if batch.filed_at is not None:
        return json.dumps({"filed": batch.rows})
    with translation.override(job.given["lang"] or None):
        progress(0, 2 * batch.rows, json.dumps({"doing": "look"}))
        units = units_to_file_for(by, timezone.localdate(at), book_of(batch.cycle), batch.dataset)
        judged = judge(book_of(batch.cycle), batch.dataset, Cells(**batch.content), units, page_lang())
        if not judged.sound:
            return json.dumps({"wrong": judged.wrong})
        progress(batch.rows, 2 * batch.rows, json.dumps({"doing": "file"}))
        try:
            return json.dumps({"filed": confirm_batch(batch=batch, rows=judged.new_rows(), by=by, at=at)})
        except ValidationError as error:
            return json.dumps({"refused": sentences(error.messages)[:SAID]}, ensure_ascii=False)


def told_of_upload(job: Job) -> Told:
    """Return what the page of such a job says of it."""
    found = job.said
    batch = Batch.objects.filter(pk=job.given["upload"]).only("dataset").first()
    if batch is None:
        return Told(_("The upload is not there any more: a later one took its place. Nothing was filed."))
    listed = Told("", reverse("dataset", args=[batch.dataset]), _("To the records"))
    if "filed" in found:
        text = ngettext("%d record filed. It waits to be checked.", "%d records filed. They wait to be checked.",
                        found["filed"])  # fmt: skip
        return Told(text % found["filed"], listed.back, listed.leads)
    looked = reverse("import", args=[batch.pk])
    if job.open:
        doing = {"look": _("Every row is looked at once more."), "file": _("The rows are being filed, all or none.")}
        return Told(doing.get(found.get("doing", ""), ""), looked, _("To the spreadsheet"))
    said = _("Nothing was filed.")
    if "wrong" in found:
        said = _("Rows are to be put right: records came in since they were looked at. Nothing was filed.")
    elif "refused" in found:
        said = sentences([found["refused"], said])
    return Told(said, looked, _("To the spreadsheet"))

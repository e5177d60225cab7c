"""A long list as a file is made by the worker: it asks the list's own page for it, as the person who wants it, so that
what is in the file is what that person may read when it is made.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from django.http import FileResponse, Http404, HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shuping_web.exports.table import file_name
from shuping_web.ledger.actions import in_turn
from shuping_web.notices.job_actions import Progress, Told, start_job
from shuping_web.notices.made_files import keep_file, kept_until
from shuping_web.notices.models import OPEN, Job
from shuping_web.people.access import account_of
from shuping_web.people.models import Account
from shuping_web.people.queries import may

LIST = "make_list"
Answer = Callable[[HttpRequest], HttpResponseBase]
WITHIN: list[Callable[[Any], Any]] = []
"""Middleware that a list is made within, as its page is shown; rooms add theirs when they are made ready."""
KEPT = ("cycle",)
"""What of the session such a page asks."""


def later(request: HttpRequest, name: str, kind: str) -> HttpResponseBase:
    """Answer who asks for a long list as a file: with the page of the work that makes it."""
    job = start_list(
        address=request.get_full_path(), session={key: request.session.get(key) for key in KEPT}, name=name, kind=kind,
        by=account_of(request), at=timezone.now(),
    )  # fmt: skip
    return redirect("job", key=job.key)


@in_turn
def start_list(
    *, address: str, session: dict[str, Any], name: str, kind: str, by: Account, at: datetime
) -> Job:  # fmt: skip
    """Let the worker make a list; asked for twice at a time, it is one piece of work."""
    given = {
        "address": address, "session": session, "file": f"{file_name(name)}.{kind}",
        "lang": translation.get_language() or "",
    }  # fmt: skip
    begun = Job.objects.filter(kind=LIST, started_by=by, state__in=OPEN, given=given).first()
    return begun or start_job(kind=LIST, given=given, by=by, at=at)


def make_list(job: Job, progress: Progress) -> str:
    """Make a list (a kind of work) and return what came of it, as JSON."""
    by = Account.objects.get(pk=job.started_by_id)
    rows = 0

    def counted(number: int) -> None:
        nonlocal rows
        rows = number
        progress(0, 0, json.dumps({"rows": number}))

    with translation.override(job.given["lang"] or None):
        answer = _asked(job, by, counted) if by.is_active else None
        if answer is None:
            return json.dumps({"gone": True})
        size = keep_file(job, iter(answer))
        if isinstance(answer, FileResponse) and answer.file_to_stream is not None:
            answer.file_to_stream.close()  # not the answer: that ends the worker's own connection, as after a request
    progress(rows, rows, "")
    return json.dumps({"made": size, "rows": rows})


def _asked(job: Job, by: Account, counted: Callable[[int], None]) -> HttpResponseBase | None:
    """Return what the list's page answers to the person; None where it is not there for that person any more."""
    path, _mark, query = job.given["address"].partition("?")
    request = HttpRequest()
    request.method, request.path, request.path_info = "GET", path, path
    request.META = {"QUERY_STRING": query, "SERVER_NAME": "localhost", "SERVER_PORT": "80"}
    request.GET, request.user = QueryDict(query), by
    request.session = job.given["session"]
    request.rows_made = counted  # type: ignore[attr-defined]  # exports.table asks for it
    try:
        found = resolve(path)
        answer: Answer = lambda asked: cast("HttpResponseBase", found.func(asked, *found.args, **found.kwargs))  # noqa: E731
        for middleware in WITHIN:
            answer = middleware(answer)
        made = answer(request)
    except (Http404, Resolver404):
        return None
    return made if made.status_code == 200 and made.has_header("Content-Disposition") else None


def may_have_list(job: Job) -> bool:
    """Tell whether the person who had a list made may still open its page."""
    try:
        needed = getattr(resolve(job.given["address"].partition("?")[0]).func, "needs", None)
    except Resolver404:
        return False
    today = timezone.localdate()
    return needed is not None and (not needed or any(may(job.started_by, one, today) for one in needed))


def told_of_list(job: Job) -> Told:
    """Return what the page of such a job says of it."""
    found, address = job.said, job.given["address"]
    query = QueryDict(address.partition("?")[2], mutable=True)
    query.pop("format", None)
    back = address.partition("?")[0] + (f"?{query.urlencode()}" if query else "")
    if job.open:
        rows = found.get("rows", 0)
        said = ngettext("%d row is written.", "%d rows are written.", rows) % rows if rows else ""
        return Told(said or _("The list is made into a file."), back, _("To the list"))
    if "made" in found and kept_until(job) is not None:
        said = ngettext("The file of %d row is ready.", "The file of %d rows is ready.", found["rows"])
        return Told(said % found["rows"], back, _("To the list"))
    if "made" in found:
        return Told(_("The file was deleted after its time. Ask for it again."), back, _("To the list"))
    return Told(_("The list is not there for you any more. No file was made."))

"""The outbox, one's own messages and what comes by mail, work in the background: on screen."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shuping_web.exports.table import export_of
from shuping_web.notices.actions import approve_batch, choose_notices, drop_batch, leave_out, send_again
from shuping_web.notices.calendar_actions import end_link, make_link
from shuping_web.notices.job_actions import FETCH, told_of
from shuping_web.notices.made_files import kept_until, place_of
from shuping_web.notices.models import Batch, BatchState, CalendarLink, Job, JobState, Kind, Message, MessageState
from shuping_web.notices.queries import batches, counts, told, wanted_by_mail
from shuping_web.people.access import account_of, needs
from shuping_web.people.language import sentences
from shuping_web.people.permissions import Permission

ROWS = 50
LETTERS = 25
"""Letters that a page shows whole."""


@require_safe
@needs(Permission.SEND_NOTICES)
def outbox(request: HttpRequest) -> HttpResponse:
    """List the batches."""
    state = request.GET.get("state", "")
    page = Paginator(batches(state=state), ROWS).get_page(request.GET.get("page"))
    query = urlencode({"state": state})
    return render(request, "notices/outbox.html", {
        "page": page, "rows": list(page), "state": state, "states": BatchState.choices, "query": query,
        "mail_on": settings.MAIL_ON,
    })  # fmt: skip


@require_safe
@needs(Permission.SEND_NOTICES)
def batch(request: HttpRequest, number: int) -> HttpResponseBase:
    """Show every message of a batch as it is to go, or how far it has gone."""
    found = get_object_or_404(Batch.objects.select_related("made_by", "decided_by"), pk=number)
    every = found.messages.select_related("account")
    columns = (_("To"), _("User name"), _("Why"), _("State"), _("Sent"), _("What went wrong"))
    rows = ((str(m.account), m.account.username, m.why, m.get_state_display(), m.sent_at, m.error) for m in every)
    if (file := export_of(request, found.title, columns, lambda: rows)) is not None:
        return file
    page = Paginator(every, LETTERS if found.state == BatchState.PLANNED else ROWS)
    return render(request, "notices/batch.html", {
        "batch": found, "page": page.get_page(request.GET.get("page")), "counts": counts(found),
        "jobs": Job.objects.filter(given__batch=found.pk).order_by("-pk")[:5], "mail_on": settings.MAIL_ON,
        "going": every.filter(state__in=[MessageState.APPROVED, MessageState.SENDING]).exists(),
        "paper": every.filter(state=MessageState.SHOWN).exists(),
    })  # fmt: skip


@require_POST
@needs(Permission.SEND_NOTICES)
def decide(request: HttpRequest, number: int) -> HttpResponse:
    """Approve the chosen messages of a batch, or drop it."""
    found = get_object_or_404(Batch, pk=number)
    by, at = account_of(request), timezone.now()
    try:
        if request.POST.get("decision") == "drop":
            drop_batch(batch=found, by=by, at=at)
            messages.success(request, _("Dropped. Nothing was sent."))
        else:
            chosen, shown = _numbers(request, "send"), _numbers(request, "shown")
            if shown:  # the ticks of this page; those of the others were kept when they were left
                leave_out(batch=found, shown=shown, keep=chosen, by=by, at=at)
                if request.POST.get("decision") != "approve":
                    page = request.POST.get("page", "")
                    return redirect(f"{reverse('batch', args=[number])}?page={page if page.isdecimal() else 1}")
                planned = found.messages.filter(state=MessageState.PLANNED)
                chosen = list(planned.values_list("pk", flat=True))
            job = approve_batch(batch=found, include=chosen, by=by, at=at)
            messages.success(request, _("Approved."))
            if job is not None:
                return redirect("job", key=job.key)
    except ValidationError as error:
        messages.error(request, sentences(error.messages))
    return redirect("batch", number=number)


def _numbers(request: HttpRequest, name: str) -> list[int]:
    return [int(one) for one in request.POST.getlist(name) if one.isdecimal() and len(one) < 16]


@require_safe
@needs(Permission.SEND_NOTICES)
def sheets(request: HttpRequest, number: int) -> HttpResponse:
    """Show the messages that go by no mail, a sheet of paper each."""
    found = get_object_or_404(Batch, pk=number)
    every = found.messages.filter(state=MessageState.SHOWN).select_related("account")
    return render(request, "notices/sheets.html", {"batch": found, "sheets": every})


@require_POST
@needs(Permission.SEND_NOTICES)
def again(request: HttpRequest, number: int) -> HttpResponse:
    """Let a message go again that could not be sent."""
    found = get_object_or_404(Message.objects.select_related("account"), pk=number)
    try:
        job = send_again(message=found, by=account_of(request), at=timezone.now())
    except ValidationError as error:
        messages.error(request, sentences(error.messages))
        return redirect("batch", number=found.batch_id)
    return redirect("job", key=job.key)


@require_safe
@never_cache
@needs()
def job(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show how far work in the background has come, to the person who started it."""
    found = get_object_or_404(Job, key=key, started_by=account_of(request))
    silent = found.state == JobState.RUNNING and found.lease_until is not None and found.lease_until < timezone.now()
    shown = {
        "job": found, "told": told_of(found), "ended": found.ended_at is not None, "silent": silent,
        "until": kept_until(found) if found.kind in FETCH else None,
    }  # fmt: skip
    return render(request, "notices/job.html", shown)


@require_safe
@never_cache
@needs()
def job_file(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Hand out the file that work in the background has made, to the person who started it and may have it still."""
    found = get_object_or_404(Job.objects.select_related("started_by"), key=key, started_by=account_of(request))
    until = kept_until(found)
    if found.kind not in FETCH or until is None or until <= timezone.now() or not FETCH[found.kind](found):
        raise Http404
    answer = FileResponse(place_of(found).open("rb"), as_attachment=True, filename=found.given["file"])
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_safe
@needs()
def my_messages(request: HttpRequest) -> HttpResponse:
    """Show what was written to oneself."""
    page = Paginator(told(account_of(request)), ROWS).get_page(request.GET.get("page"))
    return render(request, "notices/mine.html", {"page": page, "rows": list(page)})


@require_http_methods(["GET", "POST"])
@needs()
def my_notices(request: HttpRequest) -> HttpResponse:
    """Choose which kinds of messages come by mail."""
    account = account_of(request)
    if request.method == "POST":
        kinds = [kind for kind in Kind.values if kind in request.POST.getlist("by_mail")]
        choose_notices(account=account, kinds=kinds, by=account, at=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("my-notices")
    return _my_notices(request)


def _my_notices(request: HttpRequest, address: str = "") -> HttpResponse:
    account = account_of(request)
    wanted = wanted_by_mail(account)
    return render(request, "notices/settings.html", {
        "account": account, "kinds": [(kind, kind.label, kind in wanted) for kind in Kind], "address": address,
        "link": CalendarLink.objects.filter(account=account).first(), "mail_on": settings.MAIL_ON,
    })  # fmt: skip


@require_POST
@never_cache
@needs()
def calendar_link(request: HttpRequest) -> HttpResponse:
    """Make a private address of the calendar, shown this once, or end it."""
    account, at = account_of(request), timezone.now()
    if request.POST.get("do") == "end":
        end_link(account=account, at=at)
        messages.success(request, _("The address has ended. Calendars that use it get nothing any more."))
        return redirect("my-notices")
    token = make_link(account=account, at=at)
    return _my_notices(request, request.build_absolute_uri(f"/deadlines/{token}.ics"))

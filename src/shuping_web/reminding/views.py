"""Writing reminders, and the calendar feed."""

from __future__ import annotations

from datetime import datetime, time

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_safe

from shuping_web.filing.reading import cycle_and_book
from shuping_web.notices.actions import language_of, plan_batch
from shuping_web.notices.calendar import calendar_of
from shuping_web.notices.models import Kind
from shuping_web.notices.queries import owner_of_link
from shuping_web.people.access import account_of, needs
from shuping_web.people.language import page_lang
from shuping_web.people.lists import name_of
from shuping_web.people.models import Unit
from shuping_web.people.permissions import Permission
from shuping_web.reminding.feed import entries
from shuping_web.reminding.forms import RemindersForm
from shuping_web.reminding.letters import reminders
from shuping_web.reminding.queries import open_matters


@require_http_methods(["GET", "POST"])
@needs(Permission.SEND_NOTICES)
def new_reminders(request: HttpRequest) -> HttpResponse:
    """Write the reminders of a cycle; the office sees every one before any goes."""
    cycle, book = cycle_and_book()
    form, today = RemindersForm(request.POST or None), timezone.localdate()
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        found = open_matters(cycle, today, missing=chosen["missing"], returned=chosen["returned"])
        drafts = reminders(cycle, found, today, note_zh=chosen["note_zh"], note_en=chosen["note_en"])
        title = _("Reminders: %s") % f"{book.title.get(page_lang())} {cycle.period}"
        unseen = _nobody(found.nobody)
        try:
            planned = plan_batch(
                kind=Kind.REMINDER, title=title, drafts=drafts, by=account_of(request), at=timezone.now()
            )
        except ValidationError as error:
            form.add_error(None, error)
            if unseen:
                form.add_error(None, unseen)
        else:
            if unseen:
                messages.warning(request, unseen)
            return redirect("batch", number=planned.pk)
    return render(request, "reminding/new.html", {"form": form, "cycle": cycle, "title": book.title.get(page_lang())})


def _nobody(units: list[Unit]) -> str:
    """Return a sentence that names units with something open for which nobody has a role to file."""
    if not units:
        return ""
    names = ", ".join(name_of(unit) for unit in units[:20]) + (" …" if len(units) > 20 else "")
    return _("Nobody files for these units, so nobody is reminded: %s") % names


@login_not_required
@require_safe
def deadlines(request: HttpRequest, token: str) -> HttpResponse:
    """Hand out the calendar of whoever has this private address."""
    account = owner_of_link(token)
    if account is None:
        raise Http404
    today = timezone.localdate()
    with override(language_of(account)):
        name = _("Appraisal: dates")
        found = entries(account, today)
    state = timezone.make_aware(datetime.combine(today, time.min), timezone.get_default_timezone())
    answer = HttpResponse(calendar_of(name, found, state), content_type="text/calendar; charset=utf-8")
    answer["Cache-Control"], answer["Referrer-Policy"] = "private, max-age=3600", "no-referrer"
    answer["Content-Disposition"] = 'attachment; filename="shuping.ics"'
    return answer

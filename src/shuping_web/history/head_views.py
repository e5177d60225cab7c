"""The chain looked at, the heads of days, and publishing one."""

from __future__ import annotations

from datetime import date

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_POST, require_safe

from shuping_web.exports.table import export_of
from shuping_web.history.head_actions import mail_head, words_of
from shuping_web.history.heads import LOOKED_AT, Head, head_of, is_over, published, state
from shuping_web.history.heads import heads as heads_of_days
from shuping_web.ledger.queries import head as last_head
from shuping_web.people.access import account_of, needs
from shuping_web.people.permissions import ROLES, Permission, Role
from shuping_web.people.queries import may

ROWS = 50
READERS = (Permission.READ_LEDGER, Permission.FREEZE)


class MailForm(forms.Form):
    """To the holders of which roles a head goes."""

    roles = forms.MultipleChoiceField(
        label=gettext_lazy("To whom"), choices=[(role.value, described.name) for role, described in ROLES.items()],
        widget=forms.CheckboxSelectMultiple, initial=[Role.AUDITOR.value, Role.OBSERVER.value, Role.UNIT_HEAD.value],
        error_messages={"required": gettext_lazy("Choose at least one role.")},
    )  # fmt: skip


@require_safe
@needs(*READERS)
def chain(request: HttpRequest) -> HttpResponse:
    """Look at the whole chain of events, held against a published head if one is given. A long chain is looked at when
    somebody asks: it takes a second for every 50,000 events or so.
    """
    given = request.GET.get("head", "").strip()
    against = published(given)
    last = last_head()
    shown = {"given": given, "wrong": bool(given) and against is None, "against": against, "head": last}
    if not shown["wrong"] and (against or "look" in request.GET or (last is not None and last[0] <= LOOKED_AT)):
        shown["state"] = state(against)
    return render(request, "history/chain.html", shown)


@require_safe
@needs(*READERS)
def heads(request: HttpRequest) -> HttpResponseBase:
    """List the heads of days, the last first."""
    found = heads_of_days()
    rows = ((one.day, one.events, one.number, one.hash) for one in found)
    columns = (_("Day"), _("Events"), _("Last event"), "SHA-256")
    if (file := export_of(request, _("Heads of days"), columns, lambda: rows)) is not None:
        return file
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    listed = [(one, is_over(one.day)) for one in page]
    return render(request, "history/heads.html", {"page": page, "heads": listed})


def _of(day: str) -> Head:
    try:
        found = head_of(date.fromisoformat(day))
    except (ValueError, OverflowError):
        found = None
    if found is None:
        raise Http404
    return found


@require_safe
@needs(*READERS)
def head(request: HttpRequest, day: str) -> HttpResponse:
    """Show the head of a day as a sheet to print or publish."""
    return _page(request, _of(day), MailForm())


def _page(request: HttpRequest, found: Head, form: MailForm) -> HttpResponse:
    sends = may(account_of(request), Permission.SEND_NOTICES, timezone.localdate())
    return render(request, "history/head.html", {
        "head": found, "over": is_over(found.day), "texts": _texts(found), "form": form, "sends": sends,
    })  # fmt: skip


def _texts(found: Head) -> list[tuple[str, str]]:
    texts = []
    for code, lang in (("zh-hans", "zh"), ("en", "en")):
        with override(code):
            texts.append((lang, words_of(found)))
    return texts


@require_safe
@needs(*READERS)
def head_text(request: HttpRequest, day: str) -> HttpResponse:
    """Hand out the text to publish, in both languages. Nothing for a day that is not over."""
    found = _of(day)
    if not is_over(found.day):
        raise Http404
    text = "\n\n---\n\n".join(text for _lang, text in _texts(found)) + "\n"
    answer = HttpResponse(text.encode(), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="head-{found.day.isoformat()}.txt"'
    return answer


@require_POST
@needs(Permission.SEND_NOTICES)
def mail(request: HttpRequest, day: str) -> HttpResponse:
    """Plan messages with the head of a day; the office looks at them in the outbox before anything goes."""
    found, form = _of(day), MailForm(request.POST)
    if form.is_valid():
        roles = [Role(one) for one in form.cleaned_data["roles"]]
        try:
            batch = mail_head(head=found, roles=roles, by=account_of(request), at=timezone.now())
        except ValidationError as error:
            form.add_error("roles", error.messages)
        else:
            messages.success(request, _("Planned. Nothing goes before you approve it here."))
            return redirect("batch", number=batch.pk)
    return _page(request, found, form)

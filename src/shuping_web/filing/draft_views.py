"""Drafts: kept while one types, or with a button; only their writer sees them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shuping_web.filing.evidence_forms import keep_with_draft
from shuping_web.filing.grid_views import filed_here
from shuping_web.filing.models import Draft, Record
from shuping_web.filing.queries import drafts_of, editable
from shuping_web.filing.table_actions import drop_draft, keep_draft
from shuping_web.people.access import account_of, needs
from shuping_web.people.language import sentences
from shuping_web.people.permissions import Permission

NOT_TYPED = {"csrfmiddlewaretoken", "submission", "record", "grid", "keep"}
"""What a form sends beside what is typed. The version of the record is kept: what somebody else changes between the
draft and its filing is told, as while a form is open.
"""


def _submission(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("submission", ""))
    except ValueError:
        raise Http404 from None


@require_POST
@needs(Permission.FILE_OWN_RECORDS)
def keep(request: HttpRequest, dataset: str) -> HttpResponse:
    """Keep a form as it stands, sound or not."""
    _cycle, _book, _title, units = filed_here(request, dataset)
    account, number, unit = account_of(request), request.POST.get("record", ""), request.POST.get("unit", "")
    record: Record | None = None
    if number:
        if not number.isdecimal() or len(number) > 15:
            raise Http404
        record = get_object_or_404(editable(account, timezone.localdate()), pk=int(number), dataset=dataset)
    content = {name: text for name, text in request.POST.items() if name not in NOT_TYPED}
    ticks, refused = keep_with_draft(request, _submission(request))
    content |= ticks
    for text in refused:
        messages.warning(request, text)
    try:
        draft = keep_draft(
            dataset=dataset, record=record, grid=bool(request.POST.get("grid")), content=content,
            unit=units.filter(pk=int(unit)).first() if unit.isdecimal() and len(unit) < 16 else None,
            submission=_submission(request), by=account, at=timezone.now(),
        )  # fmt: skip
    except ValidationError as error:
        return _answer(request, dataset, None, sentences(error.messages))
    at = timezone.localtime(draft.kept_at).strftime("%H:%M:%S")
    return _answer(request, dataset, draft, _("Kept as a draft at %s. Nothing is filed yet.") % at)


def _answer(request: HttpRequest, dataset: str, draft: Draft | None, text: str) -> HttpResponse:
    if request.headers.get("accept", "").startswith("application/json"):
        return JsonResponse({"text": text})
    messages.info(request, text)
    return redirect(address_of(draft) if draft is not None else reverse("dataset", args=[dataset]))


def address_of(draft: Draft) -> str:
    """Return where a draft is written on."""
    if draft.record_id is not None:
        return f"{reverse('change-record', args=[draft.record_id])}?draft={draft.pk}"
    return f"{reverse('grid' if draft.grid else 'new-record', args=[draft.dataset])}?draft={draft.pk}"


@require_POST
@needs(Permission.FILE_OWN_RECORDS)
def drop(request: HttpRequest, number: int) -> HttpResponse:
    """Throw a draft away."""
    account = account_of(request)
    draft = get_object_or_404(drafts_of(account), pk=number)
    drop_draft(by=account, number=draft.pk)
    messages.info(request, _("The draft is thrown away."))
    return redirect("dataset", dataset=draft.dataset)

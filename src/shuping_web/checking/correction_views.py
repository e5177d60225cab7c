"""Corrections of frozen records on screen: proposed with a reason, decided by a second person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shuping_web.checking.actions import (
    confirm_correction,
    propose_correction,
    refuse_correction,
    take_back_correction,
)
from shuping_web.checking.forms import CorrectionForm, ReasonForm
from shuping_web.checking.models import Correction, Decision, Kind
from shuping_web.checking.queries import corrections_for, proposable, to_confirm
from shuping_web.cycles.adapters import Rulebook
from shuping_web.exports.table import export_of
from shuping_web.filing.actions import Stale
from shuping_web.filing.forms import initial_of
from shuping_web.filing.models import Record
from shuping_web.filing.queries import register
from shuping_web.filing.reading import cycle_and_book, labelled, title_of
from shuping_web.people.access import account_of, needs
from shuping_web.people.language import page_lang, sentences
from shuping_web.people.permissions import Permission
from shuping_web.people.queries import may, units_for

ROWS = 50
READERS = (Permission.PROPOSE_CORRECTION, Permission.CONFIRM_CORRECTION, Permission.SEE_OWN_RECORDS)


@require_safe
@needs(*READERS)
def corrections(request: HttpRequest) -> HttpResponseBase:
    """List the corrections that one may read, those that wait first."""
    cycle, book = cycle_and_book()
    account, today = account_of(request), timezone.localdate()
    found = corrections_for(account, today).filter(cycle=cycle).order_by("decided_at", "-pk")
    decision = request.GET.get("decision", "")
    if decision in Decision.values:
        found = found.filter(decision=decision)
    columns = [_("What"), _("Unit"), _("Records"), _("Reason"), _("State"), _("Proposed"), _("Decided")]
    if (file := export_of(request, _("Corrections"), columns, lambda: _lines(found, book))) is not None:
        return file
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    rows = [(one, title_of(book, one.dataset) if one.dataset in book.datasets else "") for one in page]
    shown = {
        "page": page, "rows": rows, "decision": decision, "decisions": Decision.choices, "cycle": cycle,
        "reopens": may(account, Permission.FREEZE, today),
        "adds": may(account, Permission.PROPOSE_CORRECTION, today),
        "datasets": [(name, title_of(book, name)) for name in book.datasets],
    }  # fmt: skip
    return render(request, "checking/corrections.html", shown)


def _lines(found: QuerySet[Correction], book: Rulebook) -> Iterator[list[object]]:
    english = page_lang() == "en"
    for one in found:
        unit = ((one.unit.name_en if english else "") or one.unit.name) if one.unit is not None else ""
        title = title_of(book, one.dataset) if one.dataset in book.datasets else ""
        decision = one.get_decision_display()
        yield [one.get_kind_display(), unit, title, one.reason, decision, one.proposed_at, one.decided_at]


@require_safe
@needs(*READERS)
def correction(request: HttpRequest, number: int) -> HttpResponse:
    """Show a correction: old and new side by side, the reason, the two persons, the two record sets."""
    return _page(request, _readable(request, number), {})


def _readable(request: HttpRequest, number: int) -> Correction:
    found = corrections_for(account_of(request), timezone.localdate())
    return get_object_or_404(found.select_related("old_set", "new_set", "new_record", "cycle"), pk=number)


def _page(request: HttpRequest, found: Correction, shown: dict[str, Any]) -> HttpResponse:
    _cycle, book = cycle_and_book()
    account, today = account_of(request), timezone.localdate()
    page = {
        "correction": found, "title": title_of(book, found.dataset) if found.dataset in book.datasets else "",
        "fields": _side_by_side(book, found), "decides": to_confirm(account, today).filter(pk=found.pk).exists(),
        "takes_back": found.decision == Decision.PROPOSED and found.proposed_by_id == account.pk,
        "compares": may(account, Permission.SEE_STANDING, today),
        "sets": may(account, Permission.FREEZE, today) or may(account, Permission.CONFIRM_CORRECTION, today),
    }  # fmt: skip
    return render(request, "checking/correction.html", {**page, **shown})


def _side_by_side(book: Rulebook, found: Correction) -> list[tuple[str, str, str, bool]]:
    """Return each field with its old and its new value, and whether they differ."""
    if found.dataset not in book.datasets:
        return []
    new = Record(dataset=found.dataset, period=found.period, values=found.values)
    old = found.record if found.record is not None else Record(dataset=found.dataset, values={})
    rows = [] if book.datasets[found.dataset].period is None else [(_("Period"), old.period, found.period)]
    rows += [
        (name, before, after)
        for (name, before), (_name, after) in zip(labelled(book, old), labelled(book, new), strict=True)
    ]
    return [(name, before, after, before != after) for name, before, after in rows]


@require_http_methods(["GET", "POST"])
@needs(Permission.PROPOSE_CORRECTION)
def correct(request: HttpRequest, number: int) -> HttpResponse:
    """Propose another row in place of a frozen one."""
    _cycle, book = cycle_and_book()
    found = get_object_or_404(proposable(account_of(request), timezone.localdate()), pk=number)
    title = title_of(book, found.dataset)
    initial = {**initial_of(found)}
    initial.pop("submission")
    form = _form(request, book, found.dataset, initial=initial)
    form.fields["unit"].disabled = True
    return _propose(request, form, Kind.CHANGE, found, found.dataset, {"title": title, "record": found})


@require_http_methods(["GET", "POST"])
@needs(Permission.PROPOSE_CORRECTION)
def take_out(request: HttpRequest, number: int) -> HttpResponse:
    """Propose to take a frozen row out."""
    _cycle, book = cycle_and_book()
    found = get_object_or_404(proposable(account_of(request), timezone.localdate()), pk=number)
    shown = {"title": title_of(book, found.dataset), "record": found, "out": labelled(book, found)}
    return _propose(request, ReasonForm(request.POST or None), Kind.REMOVE, found, found.dataset, shown)


@require_http_methods(["GET", "POST"])
@needs(Permission.PROPOSE_CORRECTION)
def add_row(request: HttpRequest, dataset: str) -> HttpResponse:
    """Propose a row that is missing in the frozen records."""
    _cycle, book = cycle_and_book()
    shown = {"title": title_of(book, dataset), "dataset": dataset}
    return _propose(request, _form(request, book, dataset), Kind.ADD, None, dataset, shown)


@require_http_methods(["GET", "POST"])
@needs(Permission.FREEZE)
def reopen(request: HttpRequest) -> HttpResponse:
    """Propose to open filing again."""
    shown = {"title": _("Open filing again"), "reopens": True}
    return _propose(request, ReasonForm(request.POST or None), Kind.REOPEN, None, "", shown)


def _form(request: HttpRequest, book: Rulebook, dataset: str, **kwargs: Any) -> CorrectionForm:
    units = units_for(account_of(request), Permission.PROPOSE_CORRECTION, timezone.localdate()).order_by("code")
    return CorrectionForm(
        request.POST or None, rulebook=book, dataset=dataset, units=units, lang=page_lang(), register=register(),
        **kwargs,
    )  # fmt: skip


def _propose(
    request: HttpRequest, form: CorrectionForm | ReasonForm, kind: Kind, record: Record | None, dataset: str,
    shown: dict[str, Any],
) -> HttpResponse:  # fmt: skip
    cycle, _book = cycle_and_book()
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        row = isinstance(form, CorrectionForm)
        try:
            made = propose_correction(
                cycle=cycle, kind=kind, record=record, dataset=dataset,
                unit=record.unit if record is not None else given.get("unit"),
                period=given.get("period", "") if row else record.period if record is not None else "",
                values=form.values() if isinstance(form, CorrectionForm) else {}, reason=given["reason"],
                submission=given["submission"], by=account_of(request), at=timezone.now(),
            )  # fmt: skip
        except ValidationError as error:
            form.add_error(None, sentences(error.messages))
        else:
            messages.success(request, _("Proposed. A second person decides."))
            return redirect("correction", number=made.pk)
    return render(request, "checking/correction_form.html", {"form": form, "cycle": cycle, **shown})


@require_POST
@needs(*READERS)
def decide(request: HttpRequest, number: int) -> HttpResponse:
    """Confirm or refuse what another proposed, or take back what one proposed oneself."""
    found = _readable(request, number)
    account, now, decision = account_of(request), timezone.now(), request.POST.get("decision", "")
    allowed = to_confirm(account, timezone.localdate()).filter(pk=found.pk).exists()
    if not allowed and found.proposed_by_id != account.pk:
        raise Http404
    reason = request.POST.get("answer", "")
    try:
        if decision == "confirm":
            confirm_correction(correction=found, by=account, at=now)
        elif decision == "refuse":
            refuse_correction(correction=found, reason=reason, by=account, at=now)
        elif decision == "take_back":
            take_back_correction(correction=found, by=account, at=now)
    except PermissionDenied:
        raise Http404 from None
    except Stale:
        messages.error(request, _("The old row was changed in the meantime and is not accepted any more."))
    except ValidationError as error:
        return _page(request, found, {"answer_errors": error.messages, "typed": reason})
    return redirect("correction", number=number)

"""Claims on screen: the list, one claim with its history, the form. Each view calls one query or one action."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shuping_web.claims.actions import Moved, change_claim, decide, reply
from shuping_web.claims.actions import claim as make_claim
from shuping_web.claims.forms import ClaimForm, initial_of_claim
from shuping_web.claims.models import Claim, Kind, State
from shuping_web.claims.queries import (
    alike,
    claims_for,
    decisions_for,
    kinds_of,
    may_claim,
    to_decide,
    units_to_claim_for,
)
from shuping_web.cycles.adapters import Rulebook
from shuping_web.exports.table import export_of
from shuping_web.filing.models import Record
from shuping_web.filing.queries import register
from shuping_web.filing.reading import cycle_and_book, labelled, title_of
from shuping_web.ledger.queries import history
from shuping_web.people.access import account_of, needs
from shuping_web.people.language import page_lang
from shuping_web.people.permissions import Permission

ROWS = 50
READERS = (Permission.SEE_OWN_RECORDS, Permission.SEE_ALL_RECORDS)
MAKERS = (Permission.FILE_OWN_RECORDS, Permission.PROPOSE_DEDUCTION)
ORDERS = {"": ("-proposed_at", "-pk"), "unit": ("unit__code", "pk"), "state": ("state", "pk"), "kind": ("kind", "pk")}


@require_safe
@needs(*READERS)
def claims(request: HttpRequest) -> HttpResponseBase:
    """List the claims, deductions and vetoes that one may read."""
    cycle, book = cycle_and_book()
    account, today = account_of(request), timezone.localdate()
    asked = {name: request.GET.get(name, "") for name in ("kind", "state", "for", "order")}
    mine = to_decide(account, today).filter(cycle=cycle)
    found = mine if asked["for"] == "me" else claims_for(account, today).filter(cycle=cycle)
    found = found.filter(kind=asked["kind"]) if asked["kind"] in Kind.values else found
    found = found.filter(state=asked["state"]) if asked["state"] in State.values else found
    if asked["for"] != "me" or asked["order"]:
        found = found.order_by(*ORDERS.get(asked["order"], ORDERS[""]))
    columns = [_("Kind"), _("Unit"), _("Records"), _("Document number"), _("Issued by"), _("State"), _("Proposed")]
    if (file := export_of(request, _("Claims"), columns, lambda: _lines(found, book))) is not None:
        return file
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    offers = [
        (name, title_of(book, name), Kind(kind).label)
        for name, kind in kinds_of(cycle).items()
        if may_claim(account, today, kind)
    ]
    shown = {
        "cycle": cycle, "page": page, "rows": [(one, _title(book, one)) for one in page], "asked": asked,
        "kinds": Kind.choices, "states": State.choices, "offers": offers, "mine": mine.count(),
        "orders": [("", _("latest first")), ("unit", _("Unit")), ("state", _("State")), ("kind", _("Kind"))],
        "narrowed": any(asked.values()), "any": bool(kinds_of(cycle)),
    }  # fmt: skip
    return render(request, "claims/claims.html", shown)


def _title(book: Rulebook, claim: Claim) -> str:
    return title_of(book, claim.dataset) if claim.dataset in book.datasets else claim.dataset


def _lines(found: Iterable[Claim], book: Rulebook) -> Iterator[list[object]]:
    for one in found:
        unit = (one.unit.name_en if page_lang() == "en" else "") or one.unit.name
        kind, state = Kind(one.kind).label, State(one.state).label
        yield [kind, unit, _title(book, one), one.document, one.issuer, state, one.proposed_at]


@require_safe
@needs(*READERS)
def claim(request: HttpRequest, number: int) -> HttpResponse:
    """Show one claim: what it says, its document, who else claims the same, what was done to it."""
    return _page(request, _readable(request, number), {})


def _readable(request: HttpRequest, number: int) -> Claim:
    found = claims_for(account_of(request), timezone.localdate()).select_related("cycle__rulebook", "record")
    return get_object_or_404(found, pk=number)


def _page(request: HttpRequest, found: Claim, shown: dict[str, Any]) -> HttpResponse:
    cycle, book = cycle_and_book()
    account, today = account_of(request), timezone.localdate()
    fields = (
        labelled(book, Record(dataset=found.dataset, values=found.values)) if found.dataset in book.datasets else []
    )
    page = {
        "claim": found, "cycle": cycle, "title": _title(book, found), "fields": fields, "asked": found.values,
        "may": decisions_for(account, found, today), "alike": alike(found, claims_for(account, today))[:ROWS],
        "history": history(f"claim:{found.pk}"), "open": found.cycle.stage != "frozen",
    }  # fmt: skip
    return render(request, "claims/claim.html", {**page, **shown})


@require_http_methods(["GET", "POST"])
@needs(*MAKERS)
def new_claim(request: HttpRequest, dataset: str) -> HttpResponse:
    """Claim a bonus for one's own unit, or propose a deduction or veto against another."""
    cycle, book = cycle_and_book()
    kind, account = kinds_of(cycle).get(dataset, ""), account_of(request)
    if not kind or not may_claim(account, timezone.localdate(), kind):
        raise Http404
    form = _form(request, book, dataset, kind)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = make_claim(
                cycle=cycle, dataset=dataset, unit=given["unit"], submission=given["submission"], by=account,
                at=timezone.now(), **_content(form),
            )  # fmt: skip
        except ValidationError as error:
            _beside(form, error)
        else:
            messages.success(request, _("Sent. It counts once it is approved."))
            return redirect("claim", number=made.pk)
    shown = {"form": form, "title": title_of(book, dataset), "kind": Kind(kind).label, "new": kind}
    return render(request, "claims/form.html", shown)


@require_http_methods(["GET", "POST"])
@needs(Permission.FILE_OWN_RECORDS)
def change(request: HttpRequest, number: int) -> HttpResponse:
    """Change a claim that is not decided yet; it is checked anew."""
    _cycle, book = cycle_and_book()
    found, account = _readable(request, number), account_of(request)
    if "change" not in decisions_for(account, found, timezone.localdate()):
        raise Http404
    form = _form(request, book, found.dataset, found.kind, initial=initial_of_claim(found))
    form.fields["unit"].disabled = True
    if request.method == "POST" and form.is_valid():
        try:
            change_claim(
                claim=found, version=form.cleaned_data["version"] or 0, by=account, at=timezone.now(), **_content(form)
            )
        except (Moved, PermissionDenied):
            form.add_error(None, _("Somebody else changed or decided this in the meantime; look at it again."))
        except ValidationError as error:
            _beside(form, error)
        else:
            messages.success(request, _("Sent. It counts once it is approved."))
            return redirect("claim", number=number)
    shown = {"form": form, "title": title_of(book, found.dataset), "kind": Kind(found.kind).label, "claim": found}
    return render(request, "claims/form.html", shown)


def _form(request: HttpRequest, book: Rulebook, dataset: str, kind: str, **kwargs: Any) -> ClaimForm:
    units = units_to_claim_for(account_of(request), timezone.localdate(), kind).order_by("code")
    return ClaimForm(
        request.POST or None, rulebook=book, dataset=dataset, units=units, lang=page_lang(), register=register(),
        kind=kind, **kwargs,
    )  # fmt: skip


def _content(form: ClaimForm) -> dict[str, Any]:
    own = {name: form.own(name) for name in ("document", "issuer", "reason")}
    return {"period": form.cleaned_data.get("period", ""), "values": form.values(), **own}


def _beside(form: ClaimForm, error: ValidationError) -> None:
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, texts in error.message_dict.items():
        form.add_error(form.at(name), texts)


@require_POST
@needs(*READERS)
def decide_claim(request: HttpRequest, number: int) -> HttpResponse:
    """Check, approve, confirm, return, refuse, revoke or withdraw."""
    found, account, now = _readable(request, number), account_of(request), timezone.now()
    decision, reason = request.POST.get("decision", ""), request.POST.get("answer", "")
    if not decisions_for(account, found, timezone.localdate()):
        raise Http404
    try:
        decide(
            claim=found, decision=decision, reason=reason, version=int(request.POST.get("version") or 0), by=account,
            at=now,
        )  # fmt: skip
    except (Moved, PermissionDenied, ValueError):
        messages.error(request, _("Somebody else changed or decided this in the meantime; look at it again."))
    except ValidationError as error:
        return _page(request, _readable(request, number), {"answer_errors": error.messages, "typed": reason})
    return redirect("claim", number=number)


@require_POST
@needs(Permission.FILE_OWN_RECORDS)
def answer(request: HttpRequest, number: int) -> HttpResponse:
    """Answer a deduction or veto in words."""
    found, text = _readable(request, number), request.POST.get("reply", "")
    try:
        reply(claim=found, text=text, by=account_of(request), at=timezone.now())
    except PermissionDenied:
        messages.error(request, _("This cannot be answered any more."))
    except ValidationError as error:
        return _page(request, found, {"reply_errors": error.messages, "reply_typed": text})
    return redirect("claim", number=number)

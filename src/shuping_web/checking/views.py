"""A record's page, the queue, checks and freezing on screen. Each view calls one query or one action."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shuping_web.filing.actions import Stale, check_record, freeze
from shuping_web.filing.models import State
from shuping_web.filing.queries import counts, editable, frozen, queue
from shuping_web.filing.reading import cycle_and_book, labelled, readable, title_of
from shuping_web.ledger.queries import history
from shuping_web.people.access import account_of, needs
from shuping_web.people.permissions import Permission
from shuping_web.people.queries import own_units

ROWS = 50


@require_safe
@needs(Permission.SEE_OWN_RECORDS, Permission.SEE_ALL_RECORDS)
def record(request: HttpRequest, number: int) -> HttpResponse:
    """Show a record, its state, and its history."""
    cycle, book = cycle_and_book()
    found = get_object_or_404(readable(request), pk=number)
    account, today = account_of(request), timezone.localdate()
    checks = queue(account, today).filter(pk=number).exists()
    shown = {
        "record": found, "title": title_of(book, found.dataset), "fields": labelled(book, found), "checks": checks,
        "changes": editable(account, today).filter(pk=number).exists() and found.state != State.WITHDRAWN,
        "history": history(f"record:{found.pk}"), "cycle": cycle,
        "own": own_units(account, today).filter(pk=found.unit_id).exists(),
    }  # fmt: skip
    return render(request, "checking/record.html", shown)


@require_safe
@needs(Permission.CHECK_RECORDS)
def check_queue(request: HttpRequest) -> HttpResponse:
    """List what waits to be checked by the person who is signed in."""
    _open, book = cycle_and_book()
    page = Paginator(queue(account_of(request), timezone.localdate()), ROWS).get_page(request.GET.get("page"))
    rows = [(one, title_of(book, one.dataset), labelled(book, one)[:4]) for one in page if one.dataset in book.datasets]
    return render(request, "checking/queue.html", {"page": page, "rows": rows})


@require_POST
@needs(Permission.CHECK_RECORDS)
def check(request: HttpRequest, number: int) -> HttpResponse:
    """Accept a record or return it with a reason."""
    cycle, _book = cycle_and_book()
    found = get_object_or_404(readable(request), pk=number)
    try:
        check_record(
            cycle=cycle, record=found, accept=request.POST.get("decision") == "accept",
            reason=request.POST.get("reason", ""), version=int(request.POST.get("version") or 0),
            by=account_of(request), at=timezone.now(),
        )  # fmt: skip
    except (Stale, ValueError):
        messages.error(request, _("The record was changed in the meantime; look at it again."))
        return redirect("record", number=number)
    except PermissionDenied:
        raise Http404 from None
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("record", number=number)
    following = queue(account_of(request), timezone.localdate()).first()
    return redirect("record", number=following.pk) if following is not None else redirect("queue")


@require_http_methods(["GET", "POST"])
@needs(Permission.FREEZE)
def freeze_cycle(request: HttpRequest) -> HttpResponse:
    """Freeze the accepted records."""
    cycle, _book = cycle_and_book()
    if request.method == "POST":
        try:
            freeze(cycle=cycle, by=account_of(request), at=timezone.now())
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("Frozen. From now on the standing rests on these records."))
        return redirect("freeze")
    found = counts(readable(request))
    waiting = sum(states.get(State.FILED, 0) for states in found.values())
    accepted = sum(states.get(State.ACCEPTED, 0) for states in found.values())
    shown = {"cycle": cycle, "waiting": waiting, "accepted": accepted, "kept": frozen(cycle.pk)}
    return render(request, "checking/freeze.html", shown)

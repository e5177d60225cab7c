"""Start and home."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from shuping_web.checking.queries import waiting_for
from shuping_web.claims.queries import to_decide
from shuping_web.cycles.models import Cycle
from shuping_web.cycles.queries import book_of, current
from shuping_web.filing.models import State
from shuping_web.filing.of_cycle import belongs
from shuping_web.filing.queries import counts, drafts_of, editable, queue, visible
from shuping_web.filing.reading import title_of, titled
from shuping_web.notices.queries import waiting_batches
from shuping_web.people.access import account_of, needs
from shuping_web.people.actions import start
from shuping_web.people.language import page_lang
from shuping_web.people.models import Account
from shuping_web.people.permissions import Permission
from shuping_web.people.queries import may
from shuping_web.site.start_form import StartForm


@require_safe
@needs()
def home(request: HttpRequest) -> HttpResponse:
    """Show what waits for the person who is signed in."""
    account, today = account_of(request), timezone.localdate()
    cycle = current()
    shown: dict[str, Any] = {"cycle": cycle}
    if cycle is not None:
        book = book_of(cycle)
        shown["title"] = book.title.get(page_lang())
        shown["drafts"] = titled(drafts_of(account), book)
        shown["for_me"] = waiting_for(account, today)
        shown["claims"] = to_decide(account, today).filter(cycle=cycle).count()
        shown["waiting"] = (
            queue(account, today).filter(belongs(cycle)).count()
            if may(account, Permission.CHECK_RECORDS, today)
            else None
        )
        shown["returned"] = _returned(account, cycle, today)
        if may(account, Permission.SEND_NOTICES, today):
            shown["batches"] = waiting_batches().count()
        if may(account, Permission.SEE_OWN_RECORDS, today) or may(account, Permission.SEE_ALL_RECORDS, today):
            found = counts(visible(account, today).filter(belongs(cycle)))
            shown["datasets"] = [
                (name, dataset.title.get(page_lang()) if dataset.title else name, found.get(name, {}))
                for name, dataset in book.datasets.items()
            ]
    return render(request, "home.html", shown)


def _returned(account: Account, cycle: Cycle, today: date) -> list[tuple[str, str, int]]:
    """Return the datasets of which an account has records to put right: name, title, how many."""
    found = editable(account, today).filter(belongs(cycle), state=State.RETURNED).order_by()
    numbers = found.values("dataset").annotate(number=Count("pk")).values_list("dataset", "number")
    return [(name, title_of(book_of(cycle), name), number) for name, number in numbers.order_by("dataset")]


@login_not_required
@require_http_methods(["GET", "POST"])
def first_start(request: HttpRequest) -> HttpResponse:
    """Make the first administrator with the token that the server printed; gone once there is an account."""
    if Account.objects.exists():
        raise Http404
    form = StartForm(request.POST or None, initial={"token": request.GET.get("token", "")})
    if request.method == "POST" and form.is_valid():
        try:
            start(**form.details(), at=timezone.now())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("sign-in")
    return render(request, "start.html", {"form": form})

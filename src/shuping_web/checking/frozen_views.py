"""Freezing, and the record sets that were kept: each readable, with its hash and what it changed."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shuping_web.checking.freeze_actions import freezing_of, is_long, start_freezing
from shuping_web.checking.sets import changed_rows, contents_of, in_words, record_sets
from shuping_web.filing.actions import freeze
from shuping_web.filing.models import State
from shuping_web.filing.of_cycle import belongs
from shuping_web.filing.queries import counts, frozen
from shuping_web.filing.reading import cycle_and_book, readable, title_of
from shuping_web.people.access import account_of, needs
from shuping_web.people.language import sentences
from shuping_web.people.permissions import Permission
from shuping_web.people.queries import may

ROWS = 50


@require_http_methods(["GET", "POST"])
@needs(Permission.FREEZE)
def freeze_cycle(request: HttpRequest) -> HttpResponse:
    """Freeze the accepted records, or keep them as they stand while filing goes on; list the sets that were kept."""
    cycle, _book = cycle_and_book()
    if request.method == "POST":
        interim = request.POST.get("interim") == "1"
        name, reason = request.POST.get("name", "")[:120], request.POST.get("reason", "")
        by, at = account_of(request), timezone.now()
        try:
            if is_long(cycle):
                job = start_freezing(cycle=cycle, name=name, reason=reason, interim=interim, by=by, at=at)
                return redirect("job", key=job.key)
            freeze(cycle=cycle, by=by, at=at, name=name, reason=reason, interim=interim)
        except ValidationError as error:
            messages.error(request, sentences(error.messages))
        else:
            messages.success(
                request,
                _("Kept. Filing goes on.") if interim
                else _("Frozen. From now on the standing rests on these records."),
            )  # fmt: skip
        return redirect("freeze")
    found = counts(readable(request).filter(belongs(cycle)))
    waiting = sum(states.get(State.FILED, 0) for states in found.values())
    accepted = sum(states.get(State.ACCEPTED, 0) for states in found.values())
    shown = {
        "cycle": cycle, "waiting": waiting, "accepted": accepted, "kept": frozen(cycle.pk),
        "sets": record_sets(cycle), "job": freezing_of(cycle),
    }  # fmt: skip
    return render(request, "checking/freeze.html", shown)


@require_safe
@needs(Permission.FREEZE, Permission.CONFIRM_CORRECTION)
def record_set(request: HttpRequest, number: int) -> HttpResponse:
    """Show a record set: its hash made again, the rows of each dataset, and what it changed of the one before."""
    cycle, book = cycle_and_book()
    found = get_object_or_404(record_sets(cycle), number=number)
    content, *before = contents_of(found, *([found.supersedes] if found.supersedes is not None else []))
    dataset = request.GET.get("dataset", "")
    sizes = [(name, title_of(book, name), len(rows)) for name, rows in content.data["records"].items()]
    if dataset not in content.data["records"]:
        dataset = sizes[0][0] if sizes else ""
    page = Paginator(content.rows(dataset), ROWS).get_page(request.GET.get("page"))
    shown = {
        "set": found, "cycle": cycle, "sizes": sizes, "dataset": dataset, "page": page, "same": content.same,
        "rows": in_words(page, book, dataset, content.names()),
        "compares": may(account_of(request), Permission.SEE_STANDING, timezone.localdate()),
        "changes": changed_rows(before[0], content, book) if before else [],
    }  # fmt: skip
    return render(request, "checking/record_set.html", shown)

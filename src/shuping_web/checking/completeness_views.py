"""Completeness and timeliness on screen: all units for the office and checkers, the own ones for a unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shuping_web.checking.completeness import Completeness, book_order, completeness, seen_units
from shuping_web.checking.missing import Missing, missing_rows, with_people
from shuping_web.cycles.adapters import Rulebook
from shuping_web.exports.table import export_of
from shuping_web.filing.reading import cycle_and_book, title_of
from shuping_web.people.access import account_of, needs
from shuping_web.people.language import page_lang
from shuping_web.people.lists import name_of
from shuping_web.people.models import Unit
from shuping_web.people.permissions import Permission

ROWS = 50
SORTS = {
    "code": lambda one: one.unit.code,
    "empty": lambda one: (-one.missing, one.unit.code),
    "waiting": lambda one: (-one.waiting, one.unit.code),
    "returned": lambda one: (-one.returned, one.unit.code),
    "in_time": lambda one: (one.in_time is None, one.in_time or 0, one.unit.code),
}


@require_safe
@needs(Permission.SEE_OWN_RECORDS, Permission.SEE_ALL_RECORDS)
def overview(request: HttpRequest) -> HttpResponseBase:
    """List the units with what they filed, what is missing, and how much came in time."""
    cycle, _open = cycle_and_book()
    units = seen_units(account_of(request), timezone.localdate())
    kinds = sorted(set(units.values_list("kind", flat=True)))
    kind, sort, words = (request.GET.get(name, "") for name in ("kind", "sort", "q"))
    found = completeness(cycle, units.filter(kind=kind) if kind in kinds else units, timezone.localdate())
    if words:
        found = [one for one in found if words.casefold() in f"{one.unit.name} {one.unit.name_en}".casefold()]
    found.sort(key=SORTS.get(sort, SORTS["code"]))
    if (file := export_of(request, _("Completeness"), _columns(), lambda: _rows(found))) is not None:
        return file
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    shown = {
        "page": page, "rows": list(page), "kinds": kinds, "kind": kind, "sort": sort, "q": words, "cycle": cycle,
        "total": totals(found),
    }  # fmt: skip
    return render(request, "checking/completeness.html", shown)


def totals(found: list[Completeness]) -> dict[str, int]:
    """Return the sums over units."""
    return {
        "units": len(found), "accepted": sum(one.accepted for one in found),
        "waiting": sum(one.waiting for one in found), "returned": sum(one.returned for one in found),
        "incomplete": sum(1 for one in found if one.lacking),
    }  # fmt: skip


def _columns() -> list[str]:
    return [
        _("Unit"), _("Nothing filed of"), _("Missing"), _("Asked for"), _("Accepted"), _("Waiting to be checked"),
        _("Returned"), _("In time"),
    ]  # fmt: skip


def _rows(found: list[Completeness]) -> Iterator[list[object]]:
    for one in found:
        name = (one.unit.name_en if page_lang() == "en" else "") or one.unit.name
        numbers = [len(one.empty), one.missing, len(one.asked), one.accepted, one.waiting, one.returned]
        yield [name, *numbers, one.in_time_percent]


@require_safe
@needs(Permission.SEE_OWN_RECORDS, Permission.SEE_ALL_RECORDS)
def unit(request: HttpRequest, code: str) -> HttpResponseBase:
    """Show each dataset asked of a unit, and where it stands."""
    cycle, book = cycle_and_book()
    seen = seen_units(account_of(request), timezone.localdate())
    found = get_object_or_404(seen, code=code)
    state = next(iter(completeness(cycle, seen.filter(pk=found.pk), timezone.localdate())), None)
    names = {one.code: (one.name_en if page_lang() == "en" else "") or one.name for one in seen.model.objects.all()}
    rows = [] if state is None else [
        (
            name, title_of(book, name), state.filed.get(name), name in state.optional,
            names.get(book.datasets[name].filed_by, ""), state.gaps.get(name, []),
        )
        for name in book_order(book, state)
    ]  # fmt: skip
    return render(
        request, "checking/completeness_unit.html", {"unit": found, "state": state, "rows": rows, "cycle": cycle}
    )


@require_safe
@needs(Permission.SEE_OWN_RECORDS, Permission.SEE_ALL_RECORDS)
def missing_list(request: HttpRequest) -> HttpResponseBase:
    """List what is missing, one by one: unit, records, period, and who is to file."""
    cycle, book = cycle_and_book()
    today = timezone.localdate()
    units = seen_units(account_of(request), today)
    dataset, words = request.GET.get("dataset", ""), request.GET.get("q", "").strip()
    found = missing_rows(cycle, units, today)
    lacking = {one.dataset for one in found}
    datasets = [(name, title_of(book, name)) for name in book.datasets if name in lacking]
    if dataset:
        found = [one for one in found if one.dataset == dataset]
    if words:
        found = [one for one in found if words.casefold() in f"{one.unit.name} {one.unit.name_en}".casefold()]
    if request.GET.get("sort") == "period":
        found.sort(key=lambda one: (one.period, one.unit.code))
    columns = [_("Unit"), _("Records"), _("Period"), _("Filed by"), _("Who is to file"), _("File until")]
    lines = partial(_missing_lines, book, found, units)
    if (file := export_of(request, _("What is missing"), columns, lines)) is not None:
        return file
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    here = with_people(list(page), units, today)
    shown = {
        "page": page, "rows": [(one, title_of(book, one.dataset), last_moment(one.until)) for one in here],
        "cycle": cycle, "datasets": datasets, "dataset": dataset, "q": words, "sort": request.GET.get("sort", ""),
    }  # fmt: skip
    return render(request, "checking/missing.html", shown)


def _missing_lines(book: Rulebook, found: Sequence[Missing], units: QuerySet[Unit]) -> Iterator[list[object]]:
    for one in with_people(found, units, timezone.localdate()):
        yield [
            name_of(one.unit), title_of(book, one.dataset), one.period, name_of(one.filer),
            ", ".join(str(account) for account in one.people), last_moment(one.until),
        ]  # fmt: skip


def last_moment(end: datetime) -> date:
    """Return the last day before a moment, where the organisation is."""
    return timezone.localtime(end - timedelta(seconds=1), timezone.get_default_timezone()).date()

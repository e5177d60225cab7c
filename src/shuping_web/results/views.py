"""The standing, a unit's explanation and the records behind it; for the office at this stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from shuping_web.checking.sets import record_sets
from shuping_web.cycles.models import Cycle, Stage
from shuping_web.cycles.queries import book_of, current
from shuping_web.exports.table import export_of
from shuping_web.filing.models import RecordSet
from shuping_web.filing.queries import frozen
from shuping_web.people.access import needs
from shuping_web.people.language import page_lang
from shuping_web.people.permissions import Permission
from shuping_web.results.adapters import Explained, Group, Line, Scoring, ShupingError, lines
from shuping_web.results.lists import standing_columns, standing_rows
from shuping_web.results.queries import scoring_of, scoring_of_set, tables_behind

ROWS = 100
MANY = 60
"""Units of a whole standing on one page; of more, one comparison group is shown at a time, and as many units of it."""


def _cycle() -> Cycle:
    cycle = current()
    if cycle is None:
        raise Http404
    return cycle


def _asked_for(request: HttpRequest, cycle: Cycle) -> RecordSet | None:
    """Return the record set that the address names (``?set=2``), an interim one too; None where it names none. Raises
    Http404 for one that is not there.
    """
    number = request.GET.get("set", "")
    if not number:
        return None
    if not number.isascii() or not number.isdigit() or len(number) > 9:
        raise Http404
    return get_object_or_404(record_sets(cycle), number=int(number))


def _scored(cycle: Cycle, kept: RecordSet | None) -> Scoring:
    return scoring_of(cycle) if kept is None else scoring_of_set(kept)


def _carried(kept: RecordSet | None) -> str:
    """Return what the links of a page carry on of its address."""
    return f"?set={kept.number}" if kept is not None else ""


@require_safe
@needs(Permission.SEE_STANDING)
def standing(request: HttpRequest) -> HttpResponseBase:
    """Show the standing by comparison group."""
    cycle = _cycle()
    shown: dict[str, Any] = {"cycle": cycle, "title": book_of(cycle).title.get(page_lang())}
    asked = _asked_for(request, cycle)
    shown |= {"asked": asked, "carried": _carried(asked), "sets": record_sets(cycle)}
    shown["kept"] = asked or (frozen(cycle.pk) if cycle.stage == Stage.FROZEN else None)
    try:
        scoring = _scored(cycle, asked)
    except ShupingError as error:
        shown["problems"] = [problem.message(page_lang()) for problem in error.problems]
    else:
        groups = scoring.groups(page_lang())
        name = f"{shown['title']} {cycle.period}" + (f" {asked.number}" if asked is not None else "")
        if (file := export_of(request, name, standing_columns(), lambda: standing_rows(groups))) is not None:
            return file
        shown |= {**_paged(request, groups), "level": scoring.view.interval_level}
    return render(request, "results/standing.html", shown)


def _paged(request: HttpRequest, groups: Sequence[Group]) -> dict[str, Any]:
    """Return the groups to be shown; of a long standing a page of one of them, and all groups to choose from."""
    if sum(len(group.rows) for group in groups) <= MANY:
        return {"groups": groups}
    chosen = next((group for group in groups if group.id == request.GET.get("group")), groups[0])
    page = Paginator(chosen.rows, MANY).get_page(request.GET.get("page"))
    return {"groups": [replace(chosen, rows=tuple(page))], "page": page, "choice": groups, "chosen": chosen.id}


def _explained(cycle: Cycle, kept: RecordSet | None, code: str) -> tuple[Scoring, Explained]:
    """Return a scored cycle (or a record set of it) and a unit's page. Raises Http404 for units that are not
    appraised.
    """
    try:
        scoring = _scored(cycle, kept)
    except ShupingError:
        raise Http404 from None
    page = scoring.unit(code, page_lang())
    if page is None:
        raise Http404
    return scoring, page


@require_safe
@needs(Permission.SEE_STANDING)
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """Show why a unit has its total, from the total down to the records."""
    cycle = _cycle()
    asked = _asked_for(request, cycle)
    _scoring, page = _explained(cycle, asked, code)
    shown = {"cycle": cycle, "page": page, "total": page.total, "code": code}
    return render(request, "results/unit.html", {**shown, "asked": asked, "carried": _carried(asked)})


@require_safe
@needs(Permission.SEE_STANDING)
def records_behind(request: HttpRequest, code: str, criterion: str) -> HttpResponse:
    """Show the records behind a unit's points for one criterion."""
    cycle = _cycle()
    asked = _asked_for(request, cycle)
    scoring, page = _explained(cycle, asked, code)
    tables = tables_behind(scoring, code, criterion, page_lang())
    line: Line | None = (
        next((one for one in lines(page.total) if one.criterion == criterion), None) if page.total else None
    )
    if line is None or not tables:
        raise Http404
    number = request.GET.get("page")
    shown = [(table, Paginator(table.rows, ROWS).get_page(number)) for table in tables]
    context = {"cycle": cycle, "page_of": page, "line": line, "tables": shown, "code": code}
    context |= {"asked": asked, "carried": _carried(asked)}
    return render(request, "results/records.html", context)

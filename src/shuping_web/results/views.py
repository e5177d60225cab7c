"""The standing and a unit's explanation; for the office at this stage."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from shuping_web.cycles.queries import book_of, current
from shuping_web.people.access import needs
from shuping_web.people.models import Unit
from shuping_web.people.permissions import Permission
from shuping_web.results.adapters import ShupingError
from shuping_web.results.queries import scoring_of


def _lang() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh"


@require_safe
@needs(Permission.SEE_STANDING)
def standing(request: HttpRequest) -> HttpResponse:
    """Show the standing by comparison group."""
    cycle = current()
    if cycle is None:
        raise Http404
    shown = {"cycle": cycle, "title": book_of(cycle).title.get(_lang())}
    try:
        shown["groups"] = scoring_of(cycle).groups(_lang())
    except ShupingError as error:
        shown["problems"] = [problem.message(_lang()) for problem in error.problems]
    return render(request, "standing.html", shown)


@require_safe
@needs(Permission.SEE_STANDING)
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """Show why a unit has its total."""
    cycle = current()
    found = Unit.objects.filter(code=code).first()
    if cycle is None or found is None:
        raise Http404
    try:
        lines = scoring_of(cycle).unit(code, _lang())
    except ShupingError:
        lines = []
    if not lines:
        raise Http404
    return render(request, "standing_unit.html", {"cycle": cycle, "unit": found, "lines": lines, "total": lines[0]})

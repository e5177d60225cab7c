"""What a record set changed of the one that it superseded: totals, ranks and grades of the units that moved."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from shuping_web.checking.sets import record_sets
from shuping_web.cycles.queries import current
from shuping_web.people.access import needs
from shuping_web.people.language import Lang, page_lang
from shuping_web.people.permissions import Permission
from shuping_web.results.adapters import ShupingError
from shuping_web.results.queries import moves_of_set


@require_safe
@needs(Permission.SEE_STANDING)
def set_change(request: HttpRequest, number: int) -> HttpResponse:
    """Show what scoring a record set gives otherwise than scoring the one before it."""
    cycle = current()
    if cycle is None:
        raise Http404
    found = get_object_or_404(record_sets(cycle).filter(supersedes__isnull=False), number=number)
    assert found.supersedes is not None
    lang: Lang = page_lang()
    shown: dict[str, Any] = {"set": found, "cycle": cycle}
    try:
        shown["moves"] = moves_of_set(found, lang)
    except ShupingError as error:
        shown["problems"] = [problem.message(lang) for problem in error.problems]
    return render(request, "results/set_change.html", shown)

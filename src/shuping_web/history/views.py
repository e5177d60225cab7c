"""The history of one object, and the whole ledger: told in words, filtered, in pages, as a file."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shuping_web.exports.table import export_of
from shuping_web.history.asked import Asked, actions_in, asked_for
from shuping_web.history.heads import state_if_short
from shuping_web.history.kinds import Reader, address_of, history_of
from shuping_web.history.telling import Told, tell
from shuping_web.ledger.models import Event
from shuping_web.ledger.queries import head
from shuping_web.people.access import account_of, needs
from shuping_web.people.permissions import Permission

ROWS = 50
AT_ONCE = 500
"""Events that an export tells together: their names are read once."""


@require_safe
@needs()
def history(request: HttpRequest, kind: str, key: str) -> HttpResponseBase:
    """Tell what was done to an object, newest first; to whoever may see the object."""
    reader = Reader(account_of(request), timezone.localdate())
    found = history_of(kind, key, reader)
    if found is None:
        raise Http404
    asked = Asked.of(request.GET)
    events = asked_for(found.events, asked)
    columns = (_("No."), _("When"), _("Who"), _("What"), _("Details"), _("Reason"))
    name = f"{_('History')} {found.title}"
    if (file := export_of(request, name, columns, lambda: (_row(one) for one in _all(events)))) is not None:
        return file
    page = Paginator(events, ROWS).get_page(request.GET.get("page"))
    return render(request, "history/history.html", {
        "found": found, "page": page, "told": tell(list(page)), "asked": asked, "actions": actions_in(found.events),
        "audits": reader.audits, "kind": kind, "key": key,
    })  # fmt: skip


@require_safe
@needs(Permission.READ_LEDGER)
def ledger(request: HttpRequest) -> HttpResponseBase:
    """Tell everything that was done, newest first, with the state of the chain."""
    asked, every = Asked.of(request.GET), Event.objects.all()
    events = asked_for(every, asked)
    columns = (_("No."), _("When"), _("Who"), _("What"), _("Details"), _("Reason"), _("Object"), "SHA-256")

    def rows() -> Iterator[tuple[object, ...]]:
        return ((*_row(one), one.subject, one.hash) for one in _all(events))

    if (file := export_of(request, _("What was done"), columns, rows)) is not None:
        return file
    page = Paginator(events, ROWS).get_page(request.GET.get("page"))
    return render(request, "history/ledger.html", {
        "page": page, "told": [(one, address_of(one.subject)) for one in tell(list(page))], "asked": asked,
        "actions": actions_in(every), "head": head(), "state": state_if_short(timezone.now()),
    })  # fmt: skip


def _all(events: QuerySet[Event]) -> Iterator[Told]:
    """Yield events told in words, some hundreds at a time."""
    waiting: list[Event] = []
    for event in events.iterator(chunk_size=AT_ONCE):
        waiting.append(event)
        if len(waiting) == AT_ONCE:
            yield from tell(waiting)
            waiting = []
    yield from tell(waiting)


def _row(one: Told) -> tuple[object, ...]:
    return (one.number, one.at, one.who, one.sentence, one.details, one.why)

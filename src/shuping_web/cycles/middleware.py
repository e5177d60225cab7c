"""The chosen cycle of a session holds for everything that one request asks."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from shuping_web.cycles.queries import chosen

KEY = "cycle"


def chosen_cycle(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Tell ``queries.current`` which cycle the session has chosen, and forget it when the request is done."""

    def middleware(request: HttpRequest) -> HttpResponse:
        token = chosen.set(request.session.get(KEY))
        try:
            return get_response(request)
        finally:
            chosen.reset(token)

    return middleware

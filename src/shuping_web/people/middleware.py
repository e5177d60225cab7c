"""What a request that only reads asks about rights is asked of the database once."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from shuping_web.people.rights import asked


def asked_once(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Keep rights for the length of one GET or HEAD, forget them when it is done. What writes asks each time anew: an
    action decides on what holds inside its transaction.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return get_response(request)
        token = asked.set({})
        try:
            return get_response(request)
        finally:
            asked.reset(token)

    return middleware

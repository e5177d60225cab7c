"""What no page can make use of is taken out of a request before any page sees it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, QueryDict

NUL = "\x00"


def no_nul(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Take NUL characters out of what is typed and of addresses: nobody types or sees them, some programs paste them,
    and PostgreSQL keeps no text with one. No page has one in its path.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if NUL in request.path_info:
            raise Http404
        if "%00" in request.META.get("QUERY_STRING", ""):
            request.GET = without_nul(request.GET)  # type: ignore[assignment]  # a setter in fact
        if request.method == "POST" and any(NUL in text for _name, texts in request.POST.lists() for text in texts):
            request.POST = without_nul(request.POST)  # type: ignore[assignment]
        return get_response(request)

    return middleware


def without_nul(given: QueryDict) -> QueryDict:
    """Return the same fields without any NUL character."""
    found = QueryDict(mutable=True)
    for name, texts in given.lists():
        found.setlist(name.replace(NUL, ""), [str(text).replace(NUL, "") for text in texts])
    found._mutable = False
    return found

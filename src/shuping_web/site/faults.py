"""Pages for what could not be read."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

UNREADABLE = 400
TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that nothing was saved, and what to do: less at once where it was too much."""
    return render(request, "400.html", {"too_much": isinstance(exception, TOO_MUCH)}, status=UNREADABLE)

"""The lock on signing in: django-axes counts failures, this room tells it of those beside the password and shows pages
of its own when it locks.
"""

from __future__ import annotations

from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

SENT_TOO_OFTEN, REFUSED = 429, 403


def address_of(request: HttpRequest) -> str:
    """Return the address of the browser's machine; behind a proxy that is not told of, that of the proxy."""
    return str(request.META.get("REMOTE_ADDR") or "0.0.0.0")  # nosec B104 - a name for none, not bound


def allowed(request: HttpRequest, username: str) -> bool:
    """Tell whether somebody may try a code now; where not, the answer becomes the page of the lock."""
    if AxesProxyHandler.is_allowed(request, {"username": username}):
        return True
    request.axes_locked_out = True  # type: ignore[attr-defined]  # read by the middleware of django-axes
    return False


def failed(request: HttpRequest, username: str) -> None:
    """Count a wrong code like a wrong password, also for a user name that nobody has."""
    user_login_failed.send(sender=__name__, credentials={"username": username}, request=request)


def locked_page(request: HttpRequest, *_more: Any) -> HttpResponse:
    """Say that signing in is locked for a while: the same page for user names that nobody has."""
    return render(request, "sign_in/locked.html", status=SENT_TOO_OFTEN)


def stale_page(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say what to do with a page that was open while somebody signed in again (its form has an old key)."""
    return render(request, "sign_in/stale.html", status=REFUSED)

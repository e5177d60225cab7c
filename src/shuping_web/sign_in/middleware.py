"""Who is not signed in is asked to; who needs a second factor and has none is led to it; what was typed comes back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from shuping_web.sign_in.typed import as_posted, give_back, keep, owner_of

DUE = "second_factor_due"
"""The key in the session of somebody who signed in without the second factor that a role asks for."""
OPEN_WHILE_DUE = frozenset({"second-factor", "sign-out", "language", "change-password"})
NOT_ALLOWED = 405
OF_THE_FORM = frozenset({"version", "submission", "record", "grid", "shown", "page", "next"})
"""Fields that a form fills in itself: they are sent again, and say nothing to the person who reads what was kept."""


class SignInRequired(LoginRequiredMiddleware):
    """Ask for a sign-in, and keep what a form sent when its session had ended."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        """Let through who is signed in, but lead those to their second factor whom a role obliges to have one."""
        name = request.resolver_match.url_name if request.resolver_match else None
        if request.user.is_authenticated and request.session.get(DUE) and name not in OPEN_WHILE_DUE:
            return redirect("second-factor")
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> HttpResponseRedirect:
        """Send to the sign-in page; before that, keep the form of somebody whose session has ended."""
        if request.method == "POST":
            owner = owner_of(request)
            if owner is not None and keep(request, owner, view_func, timezone.now()):
                messages.info(request, _("Your session had ended. What you typed is kept: sign in and go on."))
        return super().handle_no_permission(request, view_func)


def typed_again(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Show a form with what was typed into it before the session ended.

    The request stays a GET, so that nothing is written; it only carries what was typed. Views make their forms from
    ``request.POST or None`` and show it with what is wrong in it. An address that only takes POST gets a page with a
    button that sends it again.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        found = give_back(request) if request.method == "GET" and request.user.is_authenticated else None
        if found is None:
            return get_response(request)
        request.POST = as_posted(found)  # type: ignore[assignment]  # Django itself keeps a QueryDict there
        _say(request, found)
        response = get_response(request)
        if response.status_code == NOT_ALLOWED:
            told = [value for name, value in found["pairs"] if value and name not in OF_THE_FORM]
            shown = {"path": found["path"], "pairs": found["pairs"], "told": told}
            return render(request, "sign_in/again.html", shown)
        return response

    return middleware


def _say(request: HttpRequest, found: dict[str, Any]) -> None:
    messages.info(request, _("Here is what you typed before the session ended. It is not sent yet."))
    if found["files"]:
        messages.warning(request, _("The file was not kept: choose it again."))

"""One's own password, second factor and sessions."""

from __future__ import annotations

from typing import Any

import segno
from django.contrib import messages
from django.contrib.auth import authenticate, update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from shuping_web.people.access import account_of, needs
from shuping_web.people.models import Account
from shuping_web.sign_in.actions import change_password, end_sessions, move_visit
from shuping_web.sign_in.codes import address, new_nonce, secret_of
from shuping_web.sign_in.factor_actions import make_recovery_codes, switch_off, switch_on
from shuping_web.sign_in.forms import ChangePasswordForm, CodeForm, PasswordForm, say
from shuping_web.sign_in.middleware import DUE
from shuping_web.sign_in.queries import codes_left, factor_of, factor_required, running
from shuping_web.sign_in.typed import keeps_nothing

NONCE = "second_factor_nonce"
"""The key in the session of the nonce whose picture is on the page."""


def _same_person(request: HttpRequest, form: Any) -> bool:
    """Tell whether the password is right; a wrong one counts as a failed sign-in and is said beside the field."""
    account = account_of(request)
    if authenticate(request, username=account.username, password=form.cleaned_data["old"]) == account:
        return True
    form.add_error("old", _("This is not your password."))
    return False


@keeps_nothing
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@needs()
def password(request: HttpRequest) -> HttpResponse:
    """Change the password; every other session ends."""
    account = account_of(request)
    form = ChangePasswordForm(request.POST or None, account=account)
    if request.method == "POST" and form.is_valid() and _same_person(request, form):
        before = request.session.session_key
        try:
            changed = change_password(
                account=account, password=form.cleaned_data["new"], keep=before, by=account, at=timezone.now()
            )
        except ValidationError as error:
            say(form, error)
        else:
            update_session_auth_hash(request, changed)
            move_visit(old=before or "", new=request.session.session_key or "")
            messages.success(request, _("The password is changed. Everywhere else you are signed out."))
            return redirect("me")
    return render(request, "sign_in/password.html", {"form": form})


@keeps_nothing
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@needs()
def second_factor(request: HttpRequest) -> HttpResponse:
    """Switch the second factor on, make new recovery codes, or switch it off."""
    account = account_of(request)
    if factor_of(account) is None:
        return _switch_on(request, account)
    required = factor_required(account, timezone.localdate())
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _same_person(request, form):
        if "codes" in request.POST:
            return _codes(request, make_recovery_codes(account=account, by=account, at=timezone.now()))
        if not required:
            switch_off(account=account, by=account, at=timezone.now())
            messages.success(request, _("The second factor is off."))
            return redirect("me")
        form.add_error(None, _("A role of yours asks for the second factor; it cannot be switched off."))
    shown = {"form": form, "on": True, "required": required, "left": codes_left(account)}
    return render(request, "sign_in/second_factor.html", shown)


def _switch_on(request: HttpRequest, account: Account) -> HttpResponse:
    nonce = request.session.setdefault(NONCE, new_nonce())
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            codes = switch_on(
                account=account, nonce=nonce, code=form.cleaned_data["code"], by=account, at=timezone.now()
            )
        except ValidationError as error:
            say(form, error)
        else:
            for key in (NONCE, DUE):
                request.session.pop(key, None)
            return _codes(request, codes)
    secret = secret_of(account.label, nonce)
    picture = segno.make(address(secret, account.username), error="m").svg_inline(scale=5, dark="#000", light="#fff")
    return render(request, "sign_in/second_factor.html", {
        "form": form, "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "picture": mark_safe(picture),  # nosec B308 B703 - drawn by segno: a path of figures, no text
        "due": bool(request.session.get(DUE)),
    })  # fmt: skip


def _codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    return render(request, "sign_in/recovery_codes.html", {"codes": codes})


@require_http_methods(["GET", "POST"])
@needs()
def sessions(request: HttpRequest) -> HttpResponse:
    """Show where one is signed in, and end the others."""
    account, here = account_of(request), request.session.session_key
    if request.method == "POST":
        ended = end_sessions(account=account, keep=here, by=account, at=timezone.now())
        messages.success(request, _("Ended: %d") % ended)
        return redirect("sessions")
    found = [(visit.began_at, visit.session_key == here) for visit in running(account, timezone.now())]
    return render(request, "sign_in/sessions.html", {"visits": found})

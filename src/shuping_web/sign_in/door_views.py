"""The way in, for people who are not signed in yet: password, code, slip and invitation."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shuping_web.people.models import Account
from shuping_web.sign_in.actions import note_sign_in
from shuping_web.sign_in.factor_actions import take_code
from shuping_web.sign_in.forms import CodeForm, NewPasswordForm, SignInForm, SlipForm, say
from shuping_web.sign_in.locking import allowed, failed
from shuping_web.sign_in.middleware import DUE
from shuping_web.sign_in.models import Pass
from shuping_web.sign_in.pass_actions import use_pass
from shuping_web.sign_in.queries import factor_of, factor_required, usable, usable_slip
from shuping_web.sign_in.typed import OWNER, mark

PENDING = "password_was_right"
"""The key in the session of somebody whose password was right and whose code is still to come."""
SECONDS_FOR_CODE = 300
BACKEND = "django.contrib.auth.backends.ModelBackend"


class SignIn(LoginView):
    """Ask for user name and password; who has a second factor is asked for a code on the next page."""

    form_class = SignInForm
    template_name = "sign_in/sign_in.html"
    redirect_authenticated_user = True
    http_method_names = ("get", "head", "post", "options")

    def form_valid(self, form: SignInForm) -> HttpResponse:  # type: ignore[override]
        """Let in, or ask for the code."""
        account: Any = form.get_user()
        if factor_of(account) is None:
            return enter(self.request, account, "none", self.get_success_url())
        self.request.session[PENDING] = {
            "account": account.pk, "seal": account.get_session_auth_hash(), "at": timezone.now().timestamp(),
            "next": self.get_success_url(),
        }  # fmt: skip
        return redirect("sign-in-code")


class SignOut(LogoutView):
    """End the session; the browser is nobody's any more."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """End it."""
        response: HttpResponse = super().post(request, *args, **kwargs)
        response.delete_cookie(OWNER, samesite="Lax")
        return response


def enter(request: HttpRequest, account: Account, factor: str, address: str) -> HttpResponse:
    """Sign somebody in and send them on, in the language of their account."""
    at = timezone.now()
    login(request, account, backend=BACKEND)
    request.session.pop(PENDING, None)
    if factor == "none" and factor_required(account, timezone.localdate(at)):
        request.session[DUE] = True
    note_sign_in(
        account=account, session_key=request.session.session_key or "", factor=factor, by=account, at=at
    )  # fmt: skip
    response = redirect(address)
    mark(response, account)
    if account.language:
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, account.language, samesite="Lax", secure=settings.SECURE)
    return response


def _pending(request: HttpRequest) -> tuple[Account, str] | None:
    """Return whose password was right a moment ago, and where they want to go."""
    found = request.session.get(PENDING)
    if found is None or timezone.now().timestamp() - found["at"] > SECONDS_FOR_CODE:
        return None
    account = Account.objects.filter(pk=found["account"], is_active=True).first()
    # the seal is of the password: one that was changed in between must be given anew
    if account is None or account.get_session_auth_hash() != found["seal"]:
        return None
    return account, found["next"]


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the code of the second factor, or a recovery code."""
    pending = _pending(request)
    if pending is None:
        return redirect("home" if request.user.is_authenticated else "sign-in")
    account, address = pending
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and allowed(request, account.username):
        taken = take_code(account=account, code=form.cleaned_data["code"], by=account, at=timezone.now())
        if taken is not None:
            return enter(request, account, taken, address)
        failed(request, account.username)
        form.add_error("code", _("This code is not right, or was used already. Wait for the next one."))
    return render(request, "sign_in/code.html", {"form": form})


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def slip(request: HttpRequest) -> HttpResponse:
    """Set a password with the code on a slip."""
    form = SlipForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and allowed(request, form.cleaned_data["username"]):
        data = form.cleaned_data
        opened = usable_slip(data["username"], data["code"], timezone.now())
        if opened is None:
            failed(request, data["username"])
            form.add_error("code", _("User name and code do not go together, or the slip was used or has expired."))
        elif _set(opened, form):
            messages.success(request, _("The password is set. Sign in with it."))
            return redirect("sign-in")
    return render(request, "sign_in/slip.html", {"form": form})


@login_not_required
@never_cache
@require_safe
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show what an invitation is for. Looking changes nothing: a mail scanner that follows the link uses nothing up."""
    return _invited(request, token, NewPasswordForm())


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_POST
def accept_invitation(request: HttpRequest) -> HttpResponse:
    """Set a password with an invitation. The token comes in the form, not in the address."""
    token, form = request.POST.get("token", ""), NewPasswordForm(request.POST)
    opened = usable(Pass.Kind.INVITATION, token, timezone.now())
    if opened is not None and form.is_valid() and _set(opened, form):
        messages.success(request, _("The password is set. Sign in with it."))
        return redirect("sign-in")
    return _invited(request, token, form)


def _set(opened: Pass, form: NewPasswordForm) -> bool:
    """Set the password that was typed; return whether it was, with what is wrong in the form."""
    password = form.cleaned_data["new"]
    try:
        validate_password(password, opened.account)
    except ValidationError as error:
        form.add_error("new", error)
        return False
    try:
        use_pass(opened=opened, password=password, at=timezone.now())
    except ValidationError as error:
        say(form, error)
        return False
    return True


def _invited(request: HttpRequest, token: str, form: NewPasswordForm) -> HttpResponse:
    opened = usable(Pass.Kind.INVITATION, token, timezone.now())
    shown = {"form": form, "opened": opened, "token": token if opened else ""}
    response = render(request, "sign_in/invitation.html", shown)
    # the origin alone: the token stays out of the logs of whatever this page loads, and CSRF still sees an origin
    response["Referrer-Policy"] = "strict-origin"
    return response

"""Slips and invitations: the administrator makes them, one or many at once, to print or to send."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote, urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from shuping_web.people.access import account_of, needs
from shuping_web.people.models import Account
from shuping_web.people.permissions import Permission
from shuping_web.sign_in.factor_actions import switch_off
from shuping_web.sign_in.forms import PassesForm, say
from shuping_web.sign_in.models import Pass
from shuping_web.sign_in.pass_actions import MOST_AT_ONCE, make_passes
from shuping_web.sign_in.queries import reachable

ROWS = 50


@never_cache
@require_http_methods(["GET", "POST"])
@needs(Permission.MANAGE_ACCOUNTS)
def passes(request: HttpRequest) -> HttpResponse:
    """Choose for whom, and make slips or invitations: they are shown once."""
    asked = {"q": request.GET.get("q", ""), "new": request.GET.get("new", "")}
    found = reachable(asked["q"], bool(asked["new"]), timezone.now()).exclude(pk=account_of(request).pk)
    form = PassesForm(_chosen(request, found) if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        kind = Pass.Kind.INVITATION if request.POST.get("kind") == "invitation" else Pass.Kind.SLIP
        try:
            made = make_passes(
                kind=kind, accounts=list(form.cleaned_data["account"]), days=form.cleaned_data["days"],
                by=account_of(request), at=timezone.now(),
            )  # fmt: skip
        except ValidationError as error:
            say(form, error)
        else:
            return _made(request, kind, made)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    return render(request, "sign_in/passes.html", {
        "page": page, "asked": asked, "query": urlencode(asked), "form": form,
        "ticked": request.POST.getlist("account"),
    })  # fmt: skip


def _chosen(request: HttpRequest, found: object) -> object:
    """Return what was sent, with everybody who was found where that was ticked."""
    data = request.POST.copy()
    if "all" in data:
        names = Account.objects.filter(pk__in=found.values("pk")).values_list("username", flat=True)  # type: ignore[attr-defined]
        data.setlist("account", list(names[: MOST_AT_ONCE + 1]))
    return data


def _made(request: HttpRequest, kind: Pass.Kind, made: list[tuple[Account, str, datetime]]) -> HttpResponse:
    rows = []
    for account, code, expires in made:
        row = {"account": account, "code": code, "expires": expires}
        if kind == Pass.Kind.INVITATION:
            row["link"] = request.build_absolute_uri(reverse("invitation", args=[code]))
            text = _("Please set your password here (your user name is %(user)s):\n\n%(link)s") % {
                "user": account.username, "link": row["link"],
            }  # fmt: skip
            row["mail"] = f"mailto:{quote(account.email)}?subject={quote(_('Your account'))}&body={quote(text)}"
        rows.append(row)
    address = request.build_absolute_uri(reverse("slip"))
    return render(request, f"sign_in/{kind.value}s_made.html", {"rows": rows, "address": address})


@require_POST
@needs(Permission.GIVE_ROLES)
def factor_off(request: HttpRequest, key: UUID) -> HttpResponse:
    """Switch off somebody's second factor, when the phone is lost and the recovery codes too. It takes another person
    than a slip does: no single one can take an account over.
    """
    found, by = get_object_or_404(Account, key=key), account_of(request)
    if found == by:
        messages.error(request, _("Nobody does this to the own account; another administrator can."))
    else:
        switch_off(account=found, by=by, at=timezone.now())
        messages.success(request, _("The second factor is off."))
    return redirect("account", key=key)

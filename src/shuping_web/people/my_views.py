"""What people see and do of their own account: roles, deputies, handing over, their data."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shuping_web.ledger.queries import history
from shuping_web.people.access import account_of, needs
from shuping_web.people.account_actions import change_account
from shuping_web.people.account_views import as_file
from shuping_web.people.forms import DeputyForm, HandOverForm, OwnSettingsForm, say
from shuping_web.people.models import Membership
from shuping_web.people.permissions import MAY_HAND_ON, ROLES, Permission, Role
from shuping_web.people.queries import deputy_candidates, in_force, may, memberships
from shuping_web.people.role_actions import appoint_deputy, end_role, hand_over

SHOWN = 20
"""Events that a page of an account shows, the latest first; its history has them all."""


@require_http_methods(["GET", "POST"])
@needs()
def me(request: HttpRequest) -> HttpResponse:
    """Show one's roles with what each allows, who stands in, and the settings of the account."""
    account, today = account_of(request), timezone.localdate()
    form = OwnSettingsForm(request.POST or None, initial={"email": account.email, "language": account.language})
    if request.method == "POST" and form.is_valid():
        change_account(account=account, name=account.name, **form.cleaned_data, by=account, at=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("me")
    held = [
        (
            one,
            ROLES[Role(one.role)],
            one.can_be_handed_on,
            one.deputies.filter(ended_at__isnull=True).exclude(valid_to__lt=today),
        )
        for one in memberships(account, today).select_related("unit", "stands_for__account").order_by("role", "pk")
    ]
    return render(request, "people/me.html", {
        "account": account, "held": held, "form": form, "history": history(account.label).reverse()[:SHOWN],
    })  # fmt: skip


def _to_hand_on(request: HttpRequest, number: int) -> Membership:
    """Return a membership in force that can be handed on: an own one, or anybody's for who gives roles, since its
    holder may be ill. Raises Http404.
    """
    account, today = account_of(request), timezone.localdate()
    held = in_force(today) if may(account, Permission.GIVE_ROLES, today) else memberships(account, today)
    wanted = held.filter(role__in=[role.value for role in MAY_HAND_ON], stands_for__isnull=True)
    return get_object_or_404(wanted.select_related("unit", "account"), pk=number)


def _back(request: HttpRequest, held: Membership) -> HttpResponse:
    return redirect("me") if held.account == account_of(request) else redirect("account", key=held.account.key)


def _form_of(request: HttpRequest, held: Membership, **shown: Any) -> HttpResponse:
    """Show a form with the way back: to the own account, or to the one whose role it is."""
    other = {} if held.account == account_of(request) else {"account": held.account}
    return render(request, "people/form.html", {"back": "me", **other, **shown})


@require_http_methods(["GET", "POST"])
@needs()
def deputy(request: HttpRequest, number: int) -> HttpResponse:
    """Appoint somebody who stands in between two days."""
    held, today = _to_hand_on(request, number), timezone.localdate()
    form = DeputyForm(request.POST or None, people=deputy_candidates(held, today), today=today)
    if request.method == "POST" and form.is_valid():
        try:
            appoint_deputy(membership=held, **form.cleaned_data, by=account_of(request), at=timezone.now())
        except ValidationError as error:
            say(form, error)
        else:
            messages.success(request, _("Appointed. The role stays; the deputy has it on these days too."))
            return _back(request, held)
    return _form_of(
        request, held, form=form, title=_("Deputy for %s") % _named(held), send=_("Appoint"),
        explained=_("The deputy can do the same in this role, on these days only, and under the own name."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@needs()
def hand_over_role(request: HttpRequest, number: int) -> HttpResponse:
    """Hand a role over to the next person, with what waits."""
    held, today = _to_hand_on(request, number), timezone.localdate()
    form = HandOverForm(request.POST or None, people=deputy_candidates(held, today))
    if request.method == "POST" and form.is_valid():
        taker = form.cleaned_data["deputy"]
        try:
            hand_over(membership=held, taker=taker, by=account_of(request), at=timezone.now())
        except ValidationError as error:
            say(form, error)
        else:
            messages.success(request, _("Handed over to %s.") % taker)
            return _back(request, held)
    return _form_of(
        request, held, form=form, title=_("Hand over %s") % _named(held), send=_("Hand over now"),
        explained=_("The role passes to the next person at once and for good, with what waits in it. For an absence, "
                    "appoint a deputy instead."),
    )  # fmt: skip


def _named(held: Membership) -> str:
    return f"{ROLES[Role(held.role)].name} · {held.account}"


@require_POST
@needs()
def end_deputy(request: HttpRequest, number: int) -> HttpResponse:
    """End a deputyship that one gave or has."""
    account = account_of(request)
    lent = Membership.objects.filter(stands_for__isnull=False, ended_at__isnull=True)
    found = get_object_or_404(lent.filter(Q(stands_for__account=account) | Q(account=account)), pk=number)
    end_role(membership=found, by=account, at=timezone.now())
    messages.success(request, _("The deputyship has ended."))
    return redirect("me")


@require_safe
@needs()
def my_data(request: HttpRequest) -> HttpResponse:
    """Hand out everything that is kept about oneself, as JSON."""
    return as_file(account_of(request), to_the_person=True)

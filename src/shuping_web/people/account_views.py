"""Accounts and roles on screen: accounts are the administrator's, roles the security administrator's."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shuping_web.exports.table import export_of
from shuping_web.ledger.queries import history
from shuping_web.people.access import account_of, needs
from shuping_web.people.account_actions import add_account, change_account, erase_account, set_active
from shuping_web.people.forms import AccountChangeForm, AccountForm, EraseForm, RoleForm, say
from shuping_web.people.language import sentences
from shuping_web.people.lists import account_rows
from shuping_web.people.models import Account, Membership
from shuping_web.people.permissions import DUTIES, ROLES, Permission, Role
from shuping_web.people.personal_data import about
from shuping_web.people.queries import accounts_found, holders, may, several_duties
from shuping_web.people.role_actions import end_role, give_role
from shuping_web.people.unit_views import given

ROWS = 50
SHOWN = 20
"""Events that the page of an account shows, the latest first; its history has them all."""


def _of(key: UUID) -> Account:
    return get_object_or_404(Account, key=key)


def _may(request: HttpRequest, permission: Permission) -> bool:
    return may(account_of(request), permission, timezone.localdate())


@require_safe
@needs(Permission.MANAGE_ACCOUNTS, Permission.GIVE_ROLES)
def accounts(request: HttpRequest) -> HttpResponseBase:
    """List the accounts."""
    asked, today = given(request, "q", "role", "state", "unit", "order"), timezone.localdate()
    found = accounts_found(
        words=asked["q"], role=asked["role"], state=asked["state"], unit=asked["unit"], order=asked["order"],
        today=today,
    )  # fmt: skip
    columns = (_("Name"), _("User name"), _("Roles today"), _("State"), _("Last sign-in"))
    if (file := export_of(request, _("Accounts"), columns, lambda: account_rows(found, today))) is not None:
        return file
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    rows = [(one, [held for held in one.memberships.all() if held.state(today) == "now"]) for one in page]
    return render(request, "people/accounts.html", {
        "page": page, "rows": rows, "asked": asked, "query": urlencode(asked), "roles": _named_roles(),
        "manages": _may(request, Permission.MANAGE_ACCOUNTS),
    })  # fmt: skip


def _named_roles() -> list[tuple[str, object]]:
    return [(role.value, described.name) for role, described in ROLES.items()]


@require_safe
@needs(Permission.MANAGE_ACCOUNTS, Permission.GIVE_ROLES)
def account(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show an account, its roles with what each allows, and what was done to it."""
    found, today = _of(key), timezone.localdate()
    held = found.memberships.select_related("unit", "stands_for__account").order_by("ended_at", "role", "pk")
    return render(request, "people/account.html", {
        "account": found, "language": dict(settings.LANGUAGES).get(found.language, ""),
        "held": [(one, one.state(today), ROLES[Role(one.role)], one.can_be_handed_on) for one in held],
        "history": history(found.label).reverse()[:SHOWN], "manages": _may(request, Permission.MANAGE_ACCOUNTS),
        "gives": _may(request, Permission.GIVE_ROLES) and found != account_of(request),
        "own": found == account_of(request),
    })  # fmt: skip


@require_http_methods(["GET", "POST"])
@needs(Permission.MANAGE_ACCOUNTS)
def new_account(request: HttpRequest) -> HttpResponse:
    """Make an account."""
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = add_account(**form.cleaned_data, password=None, by=account_of(request), at=timezone.now())
        except ValidationError as error:
            say(form, error)
        else:
            messages.success(request, _("The account is made. Nobody can sign in with it before a password is set."))
            return redirect("account", key=made.key)
    return render(request, "people/form.html", {
        "form": form, "title": _("Make an account"), "send": _("Make the account"), "back": "accounts",
    })  # fmt: skip


@require_http_methods(["GET", "POST"])
@needs(Permission.MANAGE_ACCOUNTS)
def edit_account(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change name, e-mail and language of an account."""
    found = _of(key)
    start = {"name": found.name, "email": found.email, "language": found.language}
    form = AccountChangeForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            change_account(account=found, **form.cleaned_data, by=account_of(request), at=timezone.now())
        except ValidationError as error:
            say(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("account", key=key)
    return render(request, "people/form.html", {
        "form": form, "title": _("Change the account %s") % found.username, "send": _("Save"), "account": found,
    })  # fmt: skip


@require_POST
@needs(Permission.MANAGE_ACCOUNTS)
def switch_account(request: HttpRequest, key: UUID) -> HttpResponse:
    """Close an account or open it again."""
    active = request.POST.get("active") == "1"
    try:
        set_active(account=_of(key), active=active, by=account_of(request), at=timezone.now())
    except ValidationError as error:
        messages.error(request, sentences(error.messages))
    else:
        said = _("The account is open again.") if active else _("The account is closed; its roles rest.")
        messages.success(request, said)
    return redirect("account", key=key)


@require_safe
@needs(Permission.MANAGE_ACCOUNTS)
def account_data(request: HttpRequest, key: UUID) -> HttpResponse:
    """Hand out everything that is kept about a person, as JSON."""
    return as_file(_of(key), to_the_person=False)


def as_file(person: Account, *, to_the_person: bool) -> HttpResponse:
    """Return what is kept about a person as a file that no cache keeps."""
    answer = JsonResponse(
        about(person, to_the_person=to_the_person), json_dumps_params={"ensure_ascii": False, "indent": 2}
    )
    answer["Content-Disposition"] = f'attachment; filename="personal-data-{person.key.hex[:12]}.json"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_http_methods(["GET", "POST"])
@needs(Permission.MANAGE_ACCOUNTS)
def erase(request: HttpRequest, key: UUID) -> HttpResponse:
    """Replace what names a person by a pseudonym, for good."""
    found = _of(key)
    form = EraseForm(request.POST or None, account=found)
    if request.method == "POST" and form.is_valid():
        try:
            erase_account(account=found, by=account_of(request), at=timezone.now())
        except ValidationError as error:
            say(form, error)
        else:
            messages.success(request, _("Erased. What the person did stays, under a pseudonym."))
            return redirect("account", key=key)
    return render(request, "people/form.html", {
        "form": form, "title": _("Erase the account %s") % found.username, "send": _("Erase for good"),
        "account": found,
        "explained": _("Name, user name, e-mail, language and password are removed and all roles end. What was done "
                       "with the account stays in the record, under a pseudonym. This cannot be undone."),
    })  # fmt: skip


@require_safe
@needs()
def roles(request: HttpRequest) -> HttpResponse:
    """Explain every role; to those who give them also who has more than one of the three duties."""
    gives, today = _may(request, Permission.GIVE_ROLES), timezone.localdate()
    numbers = holders(today) if gives else {}
    listed = [(role, described, numbers.get(role.value, 0), role in DUTIES) for role, described in ROLES.items()]
    return render(request, "people/roles.html", {
        "roles": listed, "gives": gives,
        "several": [(one, [ROLES[role].name for role in held]) for one, held in several_duties(today)] if gives else [],
    })  # fmt: skip


@require_http_methods(["GET", "POST"])
@needs(Permission.GIVE_ROLES)
def give(request: HttpRequest, key: UUID) -> HttpResponse:
    """Give somebody a role."""
    found = _of(key)
    form = RoleForm(request.POST or None, initial={"unit": request.GET.get("unit", "")})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            give_role(
                account=found, role=Role(data["role"]), unit=data["unit"], valid_from=data["valid_from"],
                until=data["until"], by=account_of(request), at=timezone.now(),
            )  # fmt: skip
        except ValidationError as error:
            say(form, error)
        else:
            messages.success(request, _("The role is given."))
            return redirect("account", key=key)
    return render(request, "people/give_role.html", {
        "form": form, "account": found, "roles": [(role.value, described) for role, described in ROLES.items()],
    })  # fmt: skip


@require_POST
@needs(Permission.GIVE_ROLES)
def take_role(request: HttpRequest, number: int) -> HttpResponse:
    """Take a role away."""
    held = get_object_or_404(Membership.objects.select_related("account"), pk=number)
    try:
        end_role(membership=held, by=account_of(request), at=timezone.now())
    except ValidationError as error:
        messages.error(request, sentences(error.messages))
    else:
        messages.success(request, _("The role is taken away."))
    return redirect("account", key=held.account.key)

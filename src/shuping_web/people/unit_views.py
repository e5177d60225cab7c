"""The tree of units on screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shuping_web.exports.table import export_of
from shuping_web.ledger.queries import history
from shuping_web.people.access import account_of, needs
from shuping_web.people.forms import EndForm, MergeForm, MoveForm, RenameForm, SplitForm, UnitForm, say
from shuping_web.people.lists import name_of, unit_rows
from shuping_web.people.models import Unit
from shuping_web.people.permissions import Permission
from shuping_web.people.queries import above, in_force, kinds, may, units_found
from shuping_web.people.role_actions import carry_roles
from shuping_web.people.unit_actions import add_unit, end_unit, merge_units, move_unit, rename_unit, split_unit

ROWS = 50
SIBLINGS = 100


def given(request: HttpRequest, *names: str) -> dict[str, str]:
    """Return what the address asks for, without leading and trailing blanks."""
    return {name: request.GET.get(name, "").strip() for name in names}


@require_safe
@needs(Permission.SEE_UNITS, Permission.MANAGE_UNITS)
def units(request: HttpRequest) -> HttpResponseBase:
    """List the units: of a kind, with some words, those that exist or all."""
    asked = given(request, "q", "kind", "ended", "order")
    day = None if asked["ended"] else timezone.localdate()
    found = units_found(words=asked["q"], kind=asked["kind"], day=day, order=asked["order"])
    columns = (_("Code"), _("Name"), _("English name"), _("Kind"), _("Above"), _("First day"), _("Last day"))
    if (file := export_of(request, _("Units"), columns, lambda: unit_rows(found))) is not None:
        return file
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    return render(request, "people/units.html", {
        "page": page, "asked": asked, "kinds": kinds(), "query": urlencode(asked), "changes": _changes(request),
    })  # fmt: skip


@require_safe
@needs(Permission.SEE_UNITS, Permission.MANAGE_UNITS)
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """Show a unit: what it is, what it was, who has a role there, and everything that was done to it."""
    found = get_object_or_404(Unit.objects.select_related("parent"), code=code)
    account, today = account_of(request), timezone.localdate()
    gives = may(account, Permission.GIVE_ROLES, today)
    people = in_force(today).filter(unit=found).select_related("account").order_by("role", "account__name")
    return render(request, "people/unit.html", {
        "unit": found, "above": above(found, today), "names": found.names.all(),
        "places": found.places.select_related("parent"), "before": found.predecessors.select_related("before"),
        "after": found.successors.select_related("after"),
        "children": Paginator(found.children.order_by("code"), ROWS).get_page(request.GET.get("page")),
        "people": people if gives or may(account, Permission.MANAGE_ACCOUNTS, today) else None, "gives": gives,
        "history": history(f"unit:{code}"), "changes": _changes(request), "today": today,
    })  # fmt: skip


def _changes(request: HttpRequest) -> bool:
    return may(account_of(request), Permission.MANAGE_UNITS, timezone.localdate())


def _do(
    request: HttpRequest, form: forms.Form, act: Callable[[], Unit], said: str, shown_with: Mapping[str, Any],
    template: str = "people/form.html",
) -> HttpResponse:  # fmt: skip
    """Act on a valid form and go to the unit; else show the form with what is wrong."""
    if request.method == "POST" and form.is_valid():
        try:
            done = act()
        except ValidationError as error:
            say(form, error)
        else:
            messages.success(request, said)
            return redirect("unit", code=done.code)
    return render(request, template, {"form": form, **shown_with})


@require_http_methods(["GET", "POST"])
@needs(Permission.MANAGE_UNITS)
def new_unit(request: HttpRequest) -> HttpResponse:
    """Add a unit."""
    form = UnitForm(request.POST or None, initial={"parent": request.GET.get("parent", "")})

    def act() -> Unit:
        return add_unit(**form.cleaned_data, by=account_of(request), at=timezone.now())

    return _do(request, form, act, _("Added."), {"title": _("Add a unit"), "send": _("Add"), "back": "units"})


def _existing(code: str) -> Unit:
    return get_object_or_404(Unit.objects.select_related("parent"), code=code)


@require_http_methods(["GET", "POST"])
@needs(Permission.MANAGE_UNITS)
def rename(request: HttpRequest, code: str) -> HttpResponse:
    """Give a unit another name."""
    found = _existing(code)
    start = {"name": found.name, "name_en": found.name_en, "day": timezone.localdate()}
    form = RenameForm(request.POST or None, initial=start)

    def act() -> Unit:
        return rename_unit(unit=found, **form.cleaned_data, by=account_of(request), at=timezone.now())

    return _do(request, form, act, _("Renamed; the former name stays in the history."), {
        "title": _("Rename %s") % name_of(found), "send": _("Rename"), "unit": found,
    })  # fmt: skip


@require_http_methods(["GET", "POST"])
@needs(Permission.MANAGE_UNITS)
def move(request: HttpRequest, code: str) -> HttpResponse:
    """Put a unit below another."""
    found = _existing(code)
    start = {"parent": found.parent.code if found.parent else "", "day": timezone.localdate()}
    form = MoveForm(request.POST or None, initial=start)

    def act() -> Unit:
        return move_unit(unit=found, **form.cleaned_data, by=account_of(request), at=timezone.now())

    return _do(request, form, act, _("Moved, with everything below it."), {
        "title": _("Move %s") % name_of(found), "send": _("Move"), "unit": found,
        "explained": _("From that day on, the people of the new unit above see and do what their roles allow here; "
                       "those of the former one no longer do."),
    })  # fmt: skip


@require_http_methods(["GET", "POST"])
@needs(Permission.MANAGE_UNITS)
def end(request: HttpRequest, code: str) -> HttpResponse:
    """End a unit."""
    found = _existing(code)
    form = EndForm(request.POST or None, initial={"day": timezone.localdate()})

    def act() -> Unit:
        return end_unit(unit=found, last_day=form.cleaned_data["day"], by=account_of(request), at=timezone.now())

    return _do(request, form, act, _("Ended; everything that was filed stays."), {
        "title": _("End %s") % name_of(found), "send": _("End the unit"), "unit": found,
        "explained": _("A unit is never removed: its records and its history stay in sight."),
    })  # fmt: skip


@require_http_methods(["GET", "POST"])
@needs(Permission.MANAGE_UNITS)
def merge(request: HttpRequest, code: str) -> HttpResponse:
    """Make one unit of several that stand side by side."""
    found = _existing(code)
    beside = Unit.objects.filter(parent=found.parent, kind=found.kind, valid_to__isnull=True).exclude(pk=found.pk)
    siblings = [found, *beside.order_by("code")[:SIBLINGS]]
    start = {"kind": found.kind, "day": timezone.localdate(), f"take_{found.code}": True}
    form = MergeForm(request.POST or None, units=siblings, initial=start)

    def act() -> Unit:
        day = form.cleaned_data["day"]
        return merge_units(shares=form.shares(), into=form.unit(), day=day, by=account_of(request), at=timezone.now())

    return _do(request, form, act, _("Merged. The units before stay in the history."), {
        "title": _("Merge %s with others") % name_of(found), "unit": found,
    }, "people/merge.html")  # fmt: skip


@require_http_methods(["GET", "POST"])
@needs(Permission.MANAGE_UNITS)
def split(request: HttpRequest, code: str) -> HttpResponse:
    """Make several units of one."""
    found = _existing(code)
    children = list(found.children.filter(valid_to__isnull=True).order_by("code"))
    start = {"day": timezone.localdate(), **{f"kind_{part}": found.kind for part in (1, 2)}}
    form = SplitForm(request.POST or None, children=children, initial=start)

    def act() -> Unit:
        split_unit(
            unit=found, split=form.split(), day=form.cleaned_data["day"], by=account_of(request), at=timezone.now()
        )
        return found

    return _do(request, form, act, _("Split. The unit before stays in the history."), {
        "title": _("Split %s") % name_of(found), "unit": found,
    }, "people/split.html")  # fmt: skip


@require_POST
@needs(Permission.GIVE_ROLES)
def carry(request: HttpRequest, code: str) -> HttpResponse:
    """Give the people of the units before the same roles at the new one."""
    given_now = carry_roles(unit=_existing(code), by=account_of(request), at=timezone.now())
    messages.success(request, _("%d roles given.") % given_now)
    return redirect("unit", code=code)

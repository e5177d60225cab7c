"""Cycles on screen: the list, opening one, its stages in time, exceptions."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shuping_web.cycles.actions import move_cycle, open_cycle, set_dates
from shuping_web.cycles.adapters import parsed
from shuping_web.cycles.calendar_actions import allow_later, end_later
from shuping_web.cycles.forms import ChangeDatesForm, LaterForm, MoveForm, OpenForm, initial_dates
from shuping_web.cycles.middleware import KEY
from shuping_web.cycles.models import Cycle, LaterDeadline, RulebookVersion, Step
from shuping_web.cycles.queries import current, cycles_found, timeline, working_days
from shuping_web.ledger.models import Event
from shuping_web.ledger.queries import history
from shuping_web.people.access import account_of, needs
from shuping_web.people.language import page_lang, sentences
from shuping_web.people.permissions import Permission
from shuping_web.people.queries import may

ROWS = 50


def refused(form: forms.Form, error: ValidationError) -> None:
    """Put what an action refuses beside its field, or above the form where it has no such field."""
    for name, said in (error.message_dict if hasattr(error, "error_dict") else {"": error.messages}).items():
        for message in said:
            form.add_error(name if name in form.fields else None, message)


def _office(request: HttpRequest) -> bool:
    return may(account_of(request), Permission.OPEN_CYCLE, timezone.localdate())


def _cycle(number: int) -> Cycle:
    return get_object_or_404(Cycle.objects.select_related("rulebook"), pk=number)


@require_safe
@needs()
def cycles(request: HttpRequest) -> HttpResponse:
    """List the cycles; the one chosen is the one that all other pages speak of."""
    asked = {"q": request.GET.get("q", "").strip(), "step": request.GET.get("step", "")}
    page = Paginator(cycles_found(words=asked["q"], step=asked["step"]), ROWS).get_page(request.GET.get("page"))
    return render(request, "cycles/cycles.html", {
        "page": page, "asked": asked, "query": urlencode(asked), "steps": Step.choices, "now": current(),
        "office": _office(request),
    })  # fmt: skip


@require_POST
@needs()
def choose(request: HttpRequest, number: int) -> HttpResponse:
    """Make a cycle the one that all other pages speak of, for this session."""
    request.session[KEY] = _cycle(number).pk
    return redirect("cycle", number=number)


@require_safe
@needs()
def cycle(request: HttpRequest, number: int) -> HttpResponse:
    """Show a cycle: its stages in time; for the office also exceptions, its history, and what it may do."""
    found, today = _cycle(number), timezone.localdate()
    shown: dict[str, Any] = {"cycle": found, "stages": timeline(found, today), "now": current(), "today": today}
    if _office(request):
        following = [step for step in Step if step.place == Step(found.step).place + 1]
        page = Paginator(found.later_deadlines.select_related("unit"), ROWS).get_page(request.GET.get("page"))
        shown |= {
            "office": True, "exceptions": page, "history": _history(number),
            "move": MoveForm(initial={"step": following[0] if following else found.step}),
        }  # fmt: skip
    return render(request, "cycles/cycle.html", shown)


def _history(number: int) -> list[tuple[Event, str]]:
    """Return what was done to a cycle, with the stage that it was moved to."""
    steps = dict(Step.choices)
    return [
        (event, str(steps.get(event.data.get("new"), "")) if event.action == "cycle_moved" else "")
        for event in history(f"cycle:{number}")
    ]


@require_http_methods(["GET", "POST"])
@needs(Permission.OPEN_CYCLE)
def open_new(request: HttpRequest, number: int) -> HttpResponse:
    """Open a cycle with a version of a rule book."""
    version = get_object_or_404(RulebookVersion, pk=number)
    form = OpenForm(request.POST or None, book=parsed(version.text), lang=page_lang(), calendar=working_days())
    if request.method == "POST" and form.is_valid():
        dates = form.dates()
        try:
            made = open_cycle(
                rulebook=version, period=form.cleaned_data["period"], name=form.cleaned_data["name"], dates=dates,
                filing_until=dates[Step.FILING].last_day, by=account_of(request), at=timezone.now(),
            )  # fmt: skip
        except ValidationError as error:
            refused(form, error)
        else:
            request.session[KEY] = made.pk
            messages.success(request, _("The cycle is open; units can file."))
            return redirect("cycle", number=made.pk)
    return render(request, "cycles/dates.html", {"form": form, "version": version})


@require_http_methods(["GET", "POST"])
@needs(Permission.OPEN_CYCLE)
def dates(request: HttpRequest, number: int) -> HttpResponse:
    """Change the days of a cycle's stages."""
    found = _cycle(number)
    form = ChangeDatesForm(request.POST or None, calendar=working_days(), initial=initial_dates(found))
    if request.method == "POST" and form.is_valid():
        try:
            set_dates(
                cycle=found, dates=form.dates(), reason=form.cleaned_data["reason"], by=account_of(request),
                at=timezone.now(),
            )  # fmt: skip
        except ValidationError as error:
            refused(form, error)
        else:
            messages.success(request, _("The days are changed."))
            return redirect("cycle", number=number)
    return render(request, "cycles/dates.html", {"form": form, "cycle": found})


@require_http_methods(["GET", "POST"])
@needs(Permission.OPEN_CYCLE)
def move(request: HttpRequest, number: int) -> HttpResponse:
    """Move a cycle to another stage."""
    found = _cycle(number)
    form = MoveForm(request.POST or None, initial={"step": found.step})
    if request.method == "POST" and form.is_valid():
        step = Step(form.cleaned_data["step"])
        try:
            move_cycle(
                cycle=found, step=step, reason=form.cleaned_data["reason"], by=account_of(request), at=timezone.now()
            )
        except ValidationError as error:
            refused(form, error)
        else:
            messages.success(request, _("The cycle has come to: %s.") % step.label)
            return redirect("cycle", number=number)
    shown = {"form": form, "cycle": found, "title": _("Move the cycle"), "send": _("Move the cycle")}
    return render(request, "cycles/form.html", shown)


@require_http_methods(["GET", "POST"])
@needs(Permission.OPEN_CYCLE)
def later(request: HttpRequest, number: int) -> HttpResponse:
    """Let one unit file until a later day."""
    found = _cycle(number)
    form = LaterForm(request.POST or None, lang=page_lang())
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            allow_later(
                cycle=found, unit=given["unit"], until=given["until"], reason=given["reason"], by=account_of(request),
                at=timezone.now(),
            )  # fmt: skip
        except ValidationError as error:
            refused(form, error)
        else:
            messages.success(request, _("Allowed. It expires by itself."))
            return redirect("cycle", number=number)
    shown = {"form": form, "cycle": found, "title": _("A later deadline for one unit"), "send": _("Allow")}
    return render(request, "cycles/form.html", shown)


@require_POST
@needs(Permission.OPEN_CYCLE)
def end_exception(request: HttpRequest, number: int) -> HttpResponse:
    """End an exception before it expires."""
    found = get_object_or_404(LaterDeadline, pk=number)
    try:
        end_later(exception=found, by=account_of(request), at=timezone.now())
    except ValidationError as error:
        messages.error(request, sentences(error.messages))
    return redirect("cycle", number=found.cycle_id)

"""The office's calendar of working days on screen."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from shuping_web.cycles.calendar_actions import declare_day, set_country, take_back_day
from shuping_web.cycles.cycle_views import refused
from shuping_web.cycles.forms import CountForm, CountryForm, SpecialDayForm
from shuping_web.cycles.models import SpecialDay
from shuping_web.cycles.queries import working_days
from shuping_web.people.access import account_of, needs
from shuping_web.people.language import sentences
from shuping_web.people.permissions import Permission

ROWS = 50


@require_http_methods(["GET", "POST"])
@needs(Permission.OPEN_CYCLE)
def calendar(request: HttpRequest) -> HttpResponse:
    """Show the calendar; count working days; declare a day free or a working day."""
    days, today = working_days(), timezone.localdate()
    form = SpecialDayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            declare_day(
                day=given["day"], works=given["works"] == "yes", reason=given["reason"], by=account_of(request),
                at=timezone.now(),
            )  # fmt: skip
        except ValidationError as error:
            refused(form, error)
        else:
            return redirect("calendar")
    count = CountForm(request.GET if "after" in request.GET else None, initial={"after": today, "number": 5})
    counted = days.after(count.cleaned_data["after"], count.cleaned_data["number"]) if count.is_valid() else None
    years = [(year, days.settled(year)) for year in (today.year, today.year + 1)]
    page = Paginator(SpecialDay.objects.order_by("-day"), ROWS).get_page(request.GET.get("page"))
    return render(request, "cycles/calendar.html", {
        "form": form, "count": count, "counted": counted, "country": CountryForm(initial={"country": days.country}),
        "page": page, "unknown": [year for year, settled in years if not settled], "today": today,
        "works_today": days.works(today), "zone": timezone.get_default_timezone_name(), "holidays": days.list_of(today),
    })  # fmt: skip


@require_POST
@needs(Permission.OPEN_CYCLE)
def country(request: HttpRequest) -> HttpResponse:
    """Take the public holidays of another country."""
    try:
        set_country(country=request.POST.get("country", ""), by=account_of(request), at=timezone.now())
    except ValidationError as error:
        messages.error(request, sentences(error.messages))
    return redirect("calendar")


@require_POST
@needs(Permission.OPEN_CYCLE)
def take_back(request: HttpRequest, number: int) -> HttpResponse:
    """Take back what was declared of a day."""
    take_back_day(special=get_object_or_404(SpecialDay, pk=number), by=account_of(request), at=timezone.now())
    return redirect("calendar")

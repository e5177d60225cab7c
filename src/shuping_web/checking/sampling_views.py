"""Sampling plans on screen: stated by the office, read and drawn again by checkers and auditors."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shuping_web.checking.actions import accept_rest, draw_sample, state_plan
from shuping_web.checking.forms import PlanForm
from shuping_web.checking.models import Draw, SamplingPlan
from shuping_web.checking.plans import newly_waiting, outcomes_of, plans_of, replay, why_not_rest
from shuping_web.filing.reading import cycle_and_book, title_of
from shuping_web.people.access import account_of, needs
from shuping_web.people.language import sentences
from shuping_web.people.models import Unit
from shuping_web.people.permissions import Permission
from shuping_web.people.queries import may

ROWS = 50
READERS = (Permission.STATE_SAMPLING, Permission.CHECK_RECORDS, Permission.READ_LEDGER)


@require_safe
@needs(*READERS)
def plans(request: HttpRequest) -> HttpResponse:
    """List the sampling plans of the cycle, those in force first."""
    cycle, book = cycle_and_book()
    page = Paginator(plans_of(cycle), ROWS).get_page(request.GET.get("page"))
    rows = [(plan, title_of(book, plan.dataset)) for plan in page]
    states = may(account_of(request), Permission.STATE_SAMPLING, timezone.localdate())
    return render(request, "checking/plans.html", {"page": page, "rows": rows, "states": states, "cycle": cycle})


@require_http_methods(["GET", "POST"])
@needs(Permission.STATE_SAMPLING)
def new_plan(request: HttpRequest) -> HttpResponse:
    """State a plan; an earlier one for the same records ends."""
    cycle, book = cycle_and_book()
    form = PlanForm(request.POST or None, datasets=[(name, title_of(book, name)) for name in book.datasets])
    if request.method == "POST" and form.is_valid():
        try:
            made = state_plan(cycle=cycle, by=account_of(request), at=timezone.now(), **form.terms())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Stated. Nothing was drawn yet."))
            return redirect("sampling-plan", number=made.pk)
    return render(request, "checking/plan_form.html", {"form": form})


@require_safe
@needs(*READERS)
def plan(request: HttpRequest, number: int) -> HttpResponse:
    """Show a plan and its draws: list, hash, seed, what became of the drawn records, and the draw made again."""
    cycle, book = cycle_and_book()
    found = get_object_or_404(SamplingPlan.objects.filter(cycle=cycle), pk=number)
    page = Paginator(found.draws.select_related("plan"), 10).get_page(request.GET.get("page"))
    draws, names = [], {unit.code: unit for unit in Unit.objects.all()}
    for made, settled in zip(page, outcomes_of(list(page)), strict=True):
        units = {record: unit for record, _version, unit in made.population}
        chosen = [(record, names[units[record]], settled.get(record, "")) for record in made.chosen]
        draws.append((made, replay(made).same, chosen, why_not_rest(made, settled)))
    account, today = account_of(request), timezone.localdate()
    shown = {
        "plan": found, "title": title_of(book, found.dataset), "draws": draws, "page": page, "cycle": cycle,
        "states": may(account, Permission.STATE_SAMPLING, today), "new": len(newly_waiting(found)),
        "reads": may(account, Permission.SEE_ALL_RECORDS, today),
    }  # fmt: skip
    return render(request, "checking/plan.html", shown)


@require_POST
@needs(Permission.STATE_SAMPLING)
def draw(request: HttpRequest, number: int) -> HttpResponse:
    """Draw from what waits and was not drawn from before."""
    cycle, _book = cycle_and_book()
    found = get_object_or_404(SamplingPlan.objects.filter(cycle=cycle), pk=number)
    try:
        made = draw_sample(plan=found, by=account_of(request), at=timezone.now())
    except ValidationError as error:
        messages.error(request, sentences(error.messages))
    else:
        chosen, among = len(made.chosen), len(made.population)
        messages.success(request, _("%(chosen)d of %(among)d records were drawn.") % {"chosen": chosen, "among": among})
    return redirect("sampling-plan", number=number)


@require_POST
@needs(Permission.STATE_SAMPLING)
def rest(request: HttpRequest, number: int) -> HttpResponse:
    """Accept what was not drawn, where the plan says so."""
    cycle, _book = cycle_and_book()
    found = get_object_or_404(Draw.objects.filter(plan__cycle=cycle), pk=number)
    try:
        accepted = len(accept_rest(drawn=found, by=account_of(request), at=timezone.now()))
    except ValidationError as error:
        messages.error(request, sentences(error.messages))
    else:
        text = ngettext("%d record was accepted without being drawn.",
                        "%d records were accepted without being drawn.", accepted)  # fmt: skip
        messages.success(request, text % accepted)
    return redirect("sampling-plan", number=found.plan_id)

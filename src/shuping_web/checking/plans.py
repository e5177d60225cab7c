"""Sampling plans as they stand: what may be drawn from, what became of what was drawn, and drawing it again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db.models import Count, F, QuerySet
from django.utils.translation import gettext as _

from shuping_web.checking.models import Draw, SamplingPlan
from shuping_web.checking.sampling import Member, draw, population_hash
from shuping_web.cycles.models import Cycle
from shuping_web.filing.models import State
from shuping_web.filing.of_cycle import in_cycle
from shuping_web.ledger.models import Event

ACCEPTED, RETURNED, WITHDRAWN = "accepted", "returned", "withdrawn"


@dataclass(frozen=True)
class Replay:
    """A draw made again from what was kept: whether list and hash are the same, and the list."""

    same: bool
    chosen: list[int]


def newly_waiting(plan: SamplingPlan) -> list[Member]:
    """Return the records of a plan's dataset that wait and were not drawn from by it, in order of their numbers."""
    known = {(record, version) for made in plan.draws.all() for record, version, _unit in made.population}
    waiting = in_cycle(plan.cycle).filter(dataset=plan.dataset, state=State.FILED).order_by("pk")
    members = (Member(*row) for row in waiting.values_list("pk", "version", "unit__code"))
    return [member for member in members if (member.record, member.version) not in known]


def replay(made: Draw) -> Replay:
    """Draw again from the plan's seed and the list that was kept."""
    plan = made.plan
    members = [Member(record, version, unit) for record, version, unit in made.population]
    share = Fraction(plan.share) if plan.share is not None else None
    chosen = draw(
        members, seed=plan.seed, number=made.number, share=share, count=plan.number, least_each=plan.least_each
    )
    return Replay(chosen == made.chosen and population_hash(members) == made.population_sha256, chosen)


def chosen_records(datasets: Iterable[str]) -> set[int]:
    """Return the numbers of all records that a plan of these datasets ever drew."""
    draws = Draw.objects.filter(plan__dataset__in=list(datasets)).values_list("chosen", flat=True)
    return {record for chosen in draws for record in chosen}


def outcomes(made: Draw) -> dict[int, str]:
    """Return what became of the drawn records that are settled: ``accepted`` or ``returned`` by the first check of what
    was drawn (or of what it was changed to), ``withdrawn`` where the unit took it back unchecked.
    """
    return outcomes_of([made])[0]


def outcomes_of(draws: Sequence[Draw]) -> list[dict[int, str]]:
    """Return the ``outcomes`` of each draw, asked for together."""
    subjects = sorted({f"record:{record}" for made in draws for record in made.chosen})
    kinds = {"record_accepted": ACCEPTED, "record_returned": RETURNED, "record_withdrawn": WITHDRAWN}
    events = Event.objects.filter(subject__in=subjects, action__in=list(kinds)).order_by("number")
    told: dict[str, list[tuple[str, Any, datetime]]] = {}
    for subject, action, data, at in events.values_list("subject", "action", "data", "at"):
        told.setdefault(subject, []).append((action, data, at))
    found = []
    for made in draws:
        versions = {record: version for record, version, _unit in made.population}
        settled: dict[int, str] = {}
        for record in made.chosen:
            for action, data, at in told.get(f"record:{record}", ()):
                if at >= made.drawn_at and data.get("version", versions[record]) >= versions[record]:
                    settled.setdefault(record, kinds[action])
        found.append(settled)
    return found


def why_not_rest(made: Draw, settled: Mapping[int, str] | None = None) -> str:
    """Return why the rest of a draw cannot be accepted now, in words; nothing when it can. A drawn record that its unit
    withdrew counts like a returned one. ``settled``: its ``outcomes``, where they are known.
    """
    if not made.plan.accept_rest:
        return _("The plan says that a person checks every record.")
    if made.rest_at is not None:
        return _("The rest of this draw was accepted already.")
    if len(made.chosen) == len(made.population):
        return _("Every record was drawn: there is no rest.")
    settled = outcomes(made) if settled is None else settled
    if len(settled) < len(made.chosen):
        return _("%d drawn records wait to be checked.") % (len(made.chosen) - len(settled))
    wrong = sum(1 for outcome in settled.values() if outcome != ACCEPTED)
    if Fraction(wrong, len(made.chosen)) > Fraction(made.plan.most_returned):
        return _(
            "Of %(all)d drawn records %(wrong)d were returned or withdrawn, more than the plan allows: a person checks "
            "every record."
        ) % {"all": len(made.chosen), "wrong": wrong}
    return ""


def plans_of(cycle: Cycle) -> QuerySet[SamplingPlan]:
    """Return the plans of a cycle with their number of draws, those in force first, then the latest."""
    found = SamplingPlan.objects.filter(cycle=cycle).annotate(times=Count("draws"))
    return found.order_by(F("ended_at").asc(nulls_first=True), "dataset", "-pk")

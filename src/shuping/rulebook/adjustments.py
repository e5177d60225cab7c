"""What comes on top of the criteria's total, and what comes off it: bonuses, deductions, vetoes, as frozen models.

The order, unless ``order`` restates it: own cap of a bonus, cap of its category, cap of all bonuses, deductions (range,
multiplication, own cap, cap of all), lowest total, prizes for places, highest total. Rounding of the total comes last.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import Field as PField
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from shuping.methods.judged_deduction import LossRange
from shuping.rulebook.adjusting_order import NAMED, Order
from shuping.values.scalars import Bool, ByGroup, Exact, Frozen, NumberOrNone, PointsOrByGroup, Text

Positive = Annotated[Exact, PField(gt=0)]
Share = Annotated[Exact, PField(ge=0, le=1)]
WhenMissing = Literal["nothing", "drop_unit"]


class ItemBonus(Frozen):
    """What limits a bonus on one criterion. ``most``: share of the criterion's points it may reach; ``when_lost``: only
    where more than this share of the units lost points there; ``units``: at most this share of the units get it
    (rounded down), the largest claims first; claims tied across that edge get nothing.
    """

    criterion: str
    most: Share | None = None
    when_lost: Share | None = None
    units: Share | None = None


class Bonus(Frozen):
    """Points added to the total: ``each`` times the measure, at least ``floor`` and at most ``cap``. With ``per``, each
    whole ``per`` of the measure counts once: ``{each: 1, per: 2}`` gives 1 for every two, and nothing for the odd one.

    Bonuses of one ``category`` share its cap. ``missing: drop_unit`` takes the total from a unit without a value; by
    default it just gets nothing.
    """

    id: str
    title: Text | None = None
    measure: str
    each: Positive = Fraction(1)
    per: Positive | None = None
    category: str | None = None
    floor: Exact = Fraction(0)
    cap: ByGroup | None = None
    item: ItemBonus | None = None
    groups: tuple[str, ...] | None = None
    missing: WhenMissing = "nothing"


class Deduction(Frozen):
    """Points taken off the total: ``each`` times the measure (with ``per``: each whole ``per`` of it), never below 0.

    Where something is lost, the loss is first brought into ``range``, then multiplied by ``times`` (a
    formula over measures and unit attributes), then cut at ``cap``.
    """

    id: str
    title: Text | None = None
    measure: str
    each: Positive = Fraction(1)
    per: Positive | None = None
    range: LossRange | None = None
    times: str | None = None
    cap: ByGroup | None = None
    groups: tuple[str, ...] | None = None
    missing: WhenMissing = "nothing"


class Prize(Frozen):
    """Points for the first places of a comparison group: ``points: [0.5, 0.3, 0.1]`` for the first three.

    Places are those of the total with everything else that is added and taken off, tied units share one. Where the
    holder of a place fails ``when`` (a formula over measures and unit attributes), its prize is not given; with
    ``handed_on: true`` those behind move up to it. A condition over a missing value fails.
    """

    id: str
    title: Text | None = None
    points: tuple[Exact, ...]
    when: str | None = None
    handed_on: Bool = False
    groups: tuple[str, ...] | None = None

    @model_validator(mode="after")
    def _worth_it(self) -> Prize:
        if not self.points or any(points <= 0 for points in self.points):
            raise PydanticCustomError("prize_points", "one number above 0 for each place")
        if list(self.points) != sorted(self.points, reverse=True):
            raise PydanticCustomError("prize_order", "a better place has no smaller prize")
        if self.handed_on and self.when is None:
            raise PydanticCustomError("prize_handed_on", "handed_on only with when")
        return self


class Veto(Frozen):
    """A condition (a formula over measures and unit attributes) that limits the grade, whatever the total.

    ``bar_top``: not the best grade; ``cap_grade``: at best ``grade``; ``unqualified``: the last grade. A condition over
    a missing value does not hold.
    """

    id: str
    title: Text
    when: str
    effect: Literal["bar_top", "cap_grade", "unqualified"]
    grade: str | None = None
    groups: tuple[str, ...] | None = None

    @model_validator(mode="after")
    def _grade_for_cap(self) -> Veto:
        if (self.effect == "cap_grade") != (self.grade is not None):
            raise PydanticCustomError("veto_grade", "grade with cap_grade, and only there")
        return self


class Category(Frozen):
    """A category of bonuses; ``cap`` is the most that its bonuses add together."""

    title: Text | None = None
    cap: ByGroup


class Adjustments(Frozen):
    """Bonuses, deductions, prizes and vetoes. ``bonus_cap`` and ``deductions_cap`` are the most that all bonuses
    and deductions add or take together (prizes stand apart). With ``order: deductions_first`` the lowest total is
    kept before bonuses are added, by default after; a list of steps says the whole order: what stands between
    ``bonus`` and ``bonus_cap`` counts towards that cap, and ``round`` rounds the total as far as it has come.
    Deductions do not bring the total below ``deduct_floor`` (0); ``total_cap: points`` keeps the total within the
    sum of points, a number within that number.
    """

    order: Order = NAMED["bonus_first"]
    categories: dict[str, Category] = PField(default_factory=dict)
    bonus: tuple[Bonus, ...] = ()
    bonus_cap: ByGroup | None = None
    deductions: tuple[Deduction, ...] = ()
    deductions_cap: ByGroup | None = None
    deduct_floor: NumberOrNone = PField(default_factory=Fraction)
    total_cap: PointsOrByGroup = None
    prizes: tuple[Prize, ...] = ()
    veto: tuple[Veto, ...] = ()

    def entries(self) -> Iterator[tuple[str, int, Bonus | Deduction]]:
        """Yield every bonus and deduction with the key it stands under and its place there."""
        for place, bonus in enumerate(self.bonus):
            yield "bonus", place, bonus
        for place, deduction in enumerate(self.deductions):
            yield "deductions", place, deduction

    def formulas(self) -> Iterator[tuple[tuple[str | int, ...], str, Literal["number", "flag"]]]:
        """Yield every formula with its path below ``adjustments``, and what it yields."""
        for place, deduction in enumerate(self.deductions):
            if deduction.times is not None:
                yield ("deductions", place, "times"), deduction.times, "number"
        for place, prize in enumerate(self.prizes):
            if prize.when is not None:
                yield ("prizes", place, "when"), prize.when, "flag"
        for place, veto in enumerate(self.veto):
            yield ("veto", place, "when"), veto.when, "flag"


def cap_in(cap: ByGroup | None, group: str) -> Fraction | None:
    """Return the cap that holds in a comparison group, None where there is none."""
    return cap.get(group) if isinstance(cap, dict) else cap


TIMES, PRIZE, VETO = "times:", "prize:", "veto:"
"""Prefixes of the measures made of these formulas; no measure of a rule book can be called so."""


def hidden_measures(adjustments: Adjustments) -> dict[str, str]:
    """Return the formulas to be measured beside the rule book's own measures, by their hidden names."""
    found: dict[str, Any] = {TIMES + entry.id: entry.times for entry in adjustments.deductions if entry.times}
    found |= {PRIZE + prize.id: f"if({prize.when}, 1, 0)" for prize in adjustments.prizes if prize.when}
    return found | {VETO + veto.id: f"if({veto.when}, 1, 0)" for veto in adjustments.veto}

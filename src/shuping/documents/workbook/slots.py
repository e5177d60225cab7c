"""Which column of a calculation sheet holds what: a comparison group's criteria, leaves before the node above them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from pydantic import BaseModel

from shuping.methods import Cells, Method
from shuping.rulebook.frame_rules import frames_of
from shuping.rulebook.gaps import OF_VALUES, MissingRule
from shuping.rulebook.model import Criterion, Rulebook
from shuping.rulebook.rules import children_of, combine_of, method_of, missing_rules, points_of, root_of, weights_of

POLICIES = ("rescale", "full", "zero", "group_mean", "group_median", "drop_unit", "block")
"""The missing policies that have a formula."""
LENIENT = ("rescale", "full", "zero", "rescale_total")
"""The missing policies that never cost a unit its total."""
CRITERION_KEYS = frozenset(
    (
        "id",
        "title",
        "points",
        "weight",
        "combine",
        "weights",
        "criteria",
        "measure",
        "panel",
        "ballot",
        "method",
        "missing",
    )
) | {"applies_to", "places", "min", "max", "frame"}
"""What a criterion may say and still be worked out by a formula; with any other setting its figures stay values."""
MOST_CHILDREN = 200
"""A sum in a spreadsheet takes 255 figures."""
GROUP = "§group§"
"""Stands for the group's values while a method is asked whether its formula needs them."""


@dataclass(frozen=True)
class Slot:
    """A criterion of one group and its columns.

    ``full``: full points; ``weight``: among its siblings, None under a sum; ``scaled``: its full points are not its
    parent's; ``blank``, ``gone``: whether a unit may have nothing here, or lose its total here; ``live``: whether the
    points have a formula. ``value`` (None where no unit's value is known), ``operands``, ``used`` (None where the value
    is used as it is) and ``points`` are columns.
    """

    criterion: Criterion
    policy: str
    full: Fraction
    weight: Fraction | None
    scaled: bool
    live: bool
    how: str = ""
    method: Method | None = None
    children: tuple[Slot, ...] = ()
    value: int | None = None
    operands: dict[str, int] = field(default_factory=dict)
    used: int | None = None
    points: int = 0
    lower: bool = False

    @property
    def first(self) -> int:
        """The first of the criterion's own columns."""
        return self.points if self.value is None else self.value

    @property
    def blank(self) -> bool:
        """Whether a unit may have no points here and keep its total."""
        return self.policy == "rescale" and self._may_lack

    @property
    def gone(self) -> bool:
        """Whether a missing value here, or below, may cost a unit its total."""
        strict = self.policy not in LENIENT or self.criterion.missing_period == "block"
        if not self.children:
            return strict
        return any(child.gone for child in self.children) or (strict and self._may_lack)

    @property
    def _may_lack(self) -> bool:
        """Whether all below may be blank, or too little of it there."""
        return self.criterion.min_share is not None or all(child.blank for child in self.children)

    def walk(self) -> Iterator[Slot]:
        """Yield the slots from left to right: children before their node."""
        for child in self.children:
            yield from child.walk()
        yield self


def slots_of(rulebook: Rulebook, group: str, known: frozenset[str], start: int) -> Slot:
    """Return the tree of a group as slots, columns from ``start`` on; its root is the total.

    ``known``: the leaves whose values the trace holds for at least one unit.
    """
    return _Laying(rulebook, group, known, missing_rules(rulebook), start).total()


class _Laying:
    def __init__(
        self, rulebook: Rulebook, group: str, known: frozenset[str], rules: dict[str, MissingRule], start: int
    ) -> None:
        self.rulebook, self.group, self.known, self.rules = rulebook, group, known, rules
        self.next = start
        self.framed = {name for name, frame in frames_of(rulebook).items() if frame.frozen}

    def take(self) -> int:
        self.next += 1
        return self.next - 1

    def total(self) -> Slot:
        root = root_of(self.rulebook)
        full = points_of(root, self.group)
        full = self.rulebook.scale if full is None else full
        total = self.node(root, "rescale", full, None, False)
        deferred = any(rule.policy == "rescale_total" for rule in self.rules.values())
        whole = deferred or any(part.missing_period == "reweight_all" for part in self.rulebook.walk())
        return replace(total, live=total.live and not whole)  # such a total is set right as a whole

    def slot(self, criterion: Criterion, inherited: Fraction, weight: Fraction | None) -> Slot:
        own, rule = points_of(criterion, self.group), self.rules[criterion.id]
        full = inherited if own is None else own
        policy, scaled = str(rule.policy), full != inherited
        if criterion.each is not None:  # scored in periods of its own, of which the sheet shows the mean
            return Slot(criterion, policy, full, weight, scaled, False, points=self.take())
        if criterion.criteria:
            return self.node(criterion, policy, full, weight, scaled)
        return self.leaf(criterion, rule, full, weight, scaled)

    def node(self, criterion: Criterion, policy: str, full: Fraction, weight: Fraction | None, scaled: bool) -> Slot:
        below = children_of(criterion, self.group) if len(criterion.criteria) <= MOST_CHILDREN else []
        how = combine_of(criterion.combine, list(criterion.criteria))
        weights: Sequence[Fraction | None] = [None] * len(below) if how == "sum" else weights_of(below, self.group)
        children = tuple(self.slot(child, full, share) for child, share in zip(below, weights, strict=True))
        live = only(criterion, CRITERION_KEYS) and policy in POLICIES and bool(children)
        live = live and (how != "sum" or any(child.full for child in children))
        return Slot(criterion, policy, full, weight, scaled, live, how, None, children, points=self.take())

    def leaf(
        self, criterion: Criterion, rule: MissingRule, full: Fraction, weight: Fraction | None, scaled: bool
    ) -> Slot:
        method, lower = method_of(self.rulebook, criterion), _lower(self.rulebook, criterion)
        own = [name for name, operand in method.operands().items() if operand.number is None]
        known, formula = criterion.id in self.known, _formula(method, lower)
        live = known and bool(formula) and _has_formula(rule) and only(criterion, CRITERION_KEYS)
        live = live and criterion.id not in self.framed  # other years' values, which the sheet does not hold
        value = self.take() if known else None
        operands = {name: self.take() for name in own} if live else {}
        used = None
        if live and (rule.policy in OF_VALUES or (operands and GROUP in formula)):
            used = self.take()
        return Slot(
            criterion, str(rule.policy), full, weight, scaled, live, "", method, (), value, operands, used,
            self.take(), lower,
        )  # fmt: skip


def only(model: BaseModel, keys: frozenset[str]) -> bool:
    """Tell whether a model says nothing beside these keys: every other one is at its default."""
    others = {name: found for name, found in type(model).model_fields.items() if name not in keys}
    return all(
        getattr(model, name, None) in (found.get_default(call_default_factory=True), None)
        for name, found in others.items()
    )


def _lower(rulebook: Rulebook, criterion: Criterion) -> bool:
    return criterion.measure is not None and rulebook.measures[criterion.measure].direction == "lower"


def _has_formula(rule: MissingRule) -> bool:
    return rule.policy in POLICIES and rule.by is None


def _formula(method: Method, lower: bool) -> str:
    """Return a method's formula over stand-ins, an empty text where it has none."""
    names = method.operands()
    try:
        return method.spreadsheet(Cells("v", "f", GROUP, dict.fromkeys(names, "o"), lower, dict.fromkeys(names, GROUP)))
    except NotImplementedError:
        return ""

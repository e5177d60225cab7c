"""Between which ends a formula's value must lie, from what its fields and records allow: interval arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from shuping.formula import nodes
from shuping.formula.nodes import Node
from shuping.review.book import Book
from shuping.review.twins import normal
from shuping.rulebook.ballot_model import ABSTAIN
from shuping.rulebook.model import Dataset, Measure
from shuping.rulebook.rules import full_of_ballot


@dataclass(frozen=True, slots=True)
class Bounds:
    """A closed interval; None is no end."""

    low: Fraction | None = None
    high: Fraction | None = None

    def __add__(self, other: Bounds) -> Bounds:
        return Bounds(_both(self.low, other.low, _plus), _both(self.high, other.high, _plus))

    def __neg__(self) -> Bounds:
        return Bounds(*(None if end is None else -end for end in (self.high, self.low)))

    def __mul__(self, other: Bounds) -> Bounds:
        if self.low is not None and other.low is not None and self.low >= 0 and other.low >= 0:
            return Bounds(self.low * other.low, _both(self.high, other.high, lambda a, b: a * b))
        ends = (self.low, self.high, other.low, other.high)
        if any(end is None for end in ends):
            return Bounds()
        products = [a * b for a in ends[:2] for b in ends[2:] if a is not None and b is not None]
        return Bounds(min(products), max(products))

    def over(self, other: Bounds) -> Bounds:
        """Return the quotient, known where the divisor cannot be below zero; division by zero gives no value."""
        if other.low is None or other.low < 0:
            return ANY
        smallest = Fraction(0) if other.high is None else 1 / other.high if other.high else None
        if other.low > 0:
            return self * Bounds(smallest, 1 / other.low)
        return Bounds(Fraction(0), None) if self.low is not None and self.low >= 0 else ANY

    @property
    def is_point(self) -> bool:
        """Tell whether there is one value only."""
        return self.low is not None and self.low == self.high

    def hull(self, other: Bounds) -> Bounds:
        """Return the smallest interval that holds both."""
        return Bounds(_both(self.low, other.low, min), _both(self.high, other.high, max))


def _both(
    one: Fraction | None, other: Fraction | None, join: Callable[[Fraction, Fraction], Fraction]
) -> Fraction | None:
    return None if one is None or other is None else join(one, other)


def _plus(one: Fraction, other: Fraction) -> Fraction:
    return one + other


ANY = Bounds()
COUNTED = Bounds(Fraction(0), None)
SHARE = Bounds(Fraction(0), Fraction(1))


def measure_bounds(book: Book, name: str) -> Bounds:
    """Return the ends of a measure; a survey's share lies between 0 and 1, a mean score between its points."""
    measure = book.rulebook.measures[name]
    if measure.survey is not None:
        return _sampled(book, measure)
    if measure.judged is not None:
        return _judged(book, measure)
    if name not in book.trees or measure.prepare is not None:
        return ANY
    dataset = book.rulebook.datasets.get(measure.from_ or "")
    found = bounds_of(book, book.trees[name].root, dataset)
    if measure.cumulative:
        return ANY  # a correction makes an increment negative
    if "sum" in (measure.per_unit, measure.roll_up):
        return COUNTED if found.low is not None and found.low >= 0 else ANY
    return found


def _sampled(book: Book, measure: Measure) -> Bounds:
    """Return the ends of a survey's estimate: a mean keeps within what can be answered, a total of counts above 0."""
    survey = book.rulebook.surveys[measure.survey or ""]
    number = survey.numbers.get(measure.question or "")
    if measure.is_total:
        return COUNTED if number is None or (number.min is not None and number.min >= 0) else ANY
    if number is not None:
        return Bounds(number.min, number.max)
    return Bounds(min(measure.points.values()), max(measure.points.values())) if measure.points else SHARE


def _judged(book: Book, measure: Measure) -> Bounds:
    """Return the ends of what people judge: a share or place among all between 0 and 1; of a ballot without penalties
    between 0 and its full mark, where no grade is worth less than nothing.
    """
    source = measure.ballot
    if source is None or measure.roll_up == "sum":
        return ANY
    if source.is_rate:
        return SHARE
    ballot = book.rulebook.ballots[source.id]
    worth = [points for item in ballot.item_ids for points in ballot.worth(item).values()]
    least = min((points for points in worth if points != ABSTAIN), default=Fraction(0))
    if ballot.kind != "grades" or least < 0 or ballot.abstain.how == "penalty":
        return ANY
    return Bounds(Fraction(0), full_of_ballot(book.rulebook, source))


def bounds_of(book: Book, node: Node, dataset: Dataset | None = None) -> Bounds:
    """Return the ends between which a unit-level formula must lie, where it has a value."""

    def below(part: Node) -> Bounds:
        return bounds_of(book, part, dataset)

    if isinstance(node, nodes.Number):
        return Bounds(node.value, node.value)
    if isinstance(node, nodes.Measure):
        return measure_bounds(book, node.name)
    if isinstance(node, nodes.Aggregate):
        return _aggregate(node, dataset)
    if isinstance(node, nodes.Operation):
        return _operation(node, below)
    if isinstance(node, nodes.Call):
        return _call(node, below)
    return ANY


def _operation(node: nodes.Operation, below: Callable[[Node], Bounds]) -> Bounds:
    if node.operator == "negate":
        return -below(node.operands[0])
    if node.operator not in ("+", "-", "*", "/"):
        return ANY
    one, other = (below(part) for part in node.operands)
    if node.operator in ("+", "-"):
        return one + (other if node.operator == "+" else -other)
    if node.operator == "*":
        return one * other
    return SHARE if _part_of(*node.operands) else one.over(other)


def _part_of(top: Node, bottom: Node) -> bool:
    """Tell whether a quotient counts some of the records over all of them."""
    if not (isinstance(top, nodes.Aggregate) and isinstance(bottom, nodes.Aggregate)):
        return False
    same = (top.function, top.argument and normal(top.argument)) == (
        bottom.function,
        bottom.argument and normal(bottom.argument),
    )
    return same and top.function in ("count", "distinct") and bottom.where is None


def _call(node: nodes.Call, below: Callable[[Node], Bounds]) -> Bounds:
    if node.function == "if":
        return below(node.arguments[1]).hull(below(node.arguments[2]))
    if node.function == "abs":
        found = below(node.arguments[0])
        return found if found.low is not None and found.low >= 0 else COUNTED
    return ANY


def _aggregate(node: nodes.Aggregate, dataset: Dataset | None) -> Bounds:
    if node.function in ("count", "distinct"):
        return COUNTED
    field = dataset.fields.get(node.argument.name) if dataset and isinstance(node.argument, nodes.Field) else None
    if field is None:
        return ANY
    if node.function == "sum":
        return COUNTED if field.min is not None and field.min >= 0 else ANY
    return Bounds(field.min, field.max)

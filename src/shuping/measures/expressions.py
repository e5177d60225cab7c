"""Record-level formulas as SQL expressions, built node by node with sqlglot: no text of a user ever becomes SQL.

SQL never divides. A number is kept as ``factor x top / bottom`` with an exact constant factor; what has a ``bottom`` is
brought to the library as pairs and divided there, so no engine's rounding touches a figure. Arithmetic, choices and
comparisons are between whole numbers: an engine that meets decimals of different scales rounds one of them without a
word. A comparison multiplies across. Null is missing: whatever is computed with it is null, and a null condition does
not hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache, reduce
from math import lcm

from sqlglot import exp

from shuping.errors import Problem, RulebookError
from shuping.formula import nodes
from shuping.formula.nodes import Node
from shuping.rulebook.model import Dataset
from shuping.values import show_short

SIZE_LIMIT = 4_000
"""Nodes of one SQL expression; only formulas made to be a burden come near it."""
COMPARISONS: dict[str, type[exp.Binary]] = {
    "==": exp.EQ, "!=": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ratio:
    """``factor x top / bottom``; no ``top`` stands for 1, no ``bottom`` too. ``size`` counts nodes."""

    factor: Fraction
    top: exp.Expr | None = None
    bottom: exp.Expr | None = None
    size: int = 1


def column(name: str) -> exp.Expr:
    """Return a column, always quoted."""
    return exp.column(name, quoted=True)


def whole(number: int) -> exp.Expr:
    """Return an integer literal."""
    literal = exp.Literal.number(str(abs(number)))
    return exp.Neg(this=literal) if number < 0 else literal


def literal(number: Fraction) -> exp.Expr:
    """Return a decimal literal; ``number`` has a denominator of twos and fives only. Long ones are cast: they stay
    exact.
    """
    text: exp.Expr = exp.Literal.number(show_short(abs(number), 60))
    signed = exp.Neg(this=text) if number < 0 else text
    return wide(signed) if number.denominator == 1 and abs(number) >= 10**18 else signed


def day_literal(day: date) -> exp.Expr:
    """Return a date literal."""
    return cast(exp.Literal.string(day.isoformat()), "DATE")


def paren(expression: exp.Expr) -> exp.Expr:
    """Return the expression in brackets. It is taken as it is: sqlglot's own helper would copy it."""
    return exp.Paren(this=expression)


def cast(expression: exp.Expr, kind: str) -> exp.Expr:
    """Return the expression as another type, uncopied."""
    return exp.Cast(this=expression, to=_kind(kind).copy())


@cache
def _kind(name: str) -> exp.DataType:
    return exp.DataType.build(name)


def wide(expression: exp.Expr, places: int = 0) -> exp.Expr:
    """Return the expression as the widest decimal, so that a product has room."""
    return cast(expression, f"DECIMAL(38, {places})")


def all_of(conditions: list[exp.Expr]) -> exp.Expr:
    """Join conditions by AND."""
    return reduce(lambda left, right: exp.And(this=left, expression=right), conditions)


class Compiler:
    """Turns the record-level nodes of one dataset's formulas into SQL."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset

    # --- conditions

    def condition(self, node: Node) -> exp.Expr:
        """Return a flag as SQL."""
        match node:
            case nodes.Flag():
                return exp.Boolean(this=node.value)
            case nodes.Field():
                return column(node.name)
            case nodes.MissingValue():
                return cast(exp.Null(), "BOOLEAN")
            case nodes.IsMissing():
                return self._is_missing(node)
            case nodes.Membership():
                return self._membership(node)
            case nodes.Call(function="if", arguments=(test, left, right)):
                return self._choice(test, self.condition(left), self.condition(right))
            case nodes.Operation(operator="not", operands=(operand,)):
                return exp.Not(this=paren(self.condition(operand)))
            case nodes.Operation(operator="and" | "or", operands=(left, right)):
                join = exp.And if node.operator == "and" else exp.Or
                return paren(join(this=self.condition(left), expression=self.condition(right)))
            case nodes.Operation(operands=(left, right)):
                return self._comparison(node.operator, left, right)
        raise AssertionError(f"not a condition: {type(node).__name__}")

    def _comparison(self, operator: str, left: Node, right: Node) -> exp.Expr:
        kind = COMPARISONS[operator]
        if left.type != "number":
            return kind(this=self.plain(left), expression=self.plain(right))
        if self._same_scale(left, right):
            return kind(this=self._as_it_is(left), expression=self._as_it_is(right))
        one, other = self._operand(left), self._operand(right)
        if one.bottom is None and other.bottom is None:
            step = _step(one.factor, other.factor)
            return kind(this=_times(one, step), expression=_times(other, step))
        difference = _sum(one, other, -1)
        # Multiplied by the square of its denominator the difference keeps its sign, and nothing is divided.
        signed = exp.Mul(this=paren(_times(difference, _step(difference.factor))), expression=_bottom(difference))
        return kind(this=signed, expression=whole(0))

    def _same_scale(self, left: Node, right: Node) -> bool:
        """Tell whether two plain sides can be compared as they are, with no decimal rounded on the way."""
        sides = (left, right)
        if not all(isinstance(side, nodes.Field | nodes.Number) for side in sides):
            return False
        places = {self._places(side) for side in sides if isinstance(side, nodes.Field)}
        numbers = [side.value for side in sides if isinstance(side, nodes.Number)]
        if len(places - {0}) > 1 or any(abs(number) >= 10**18 for number in numbers):
            return False
        return all((number * 10 ** max(places, default=0)).denominator == 1 for number in numbers)

    def _places(self, field: nodes.Field) -> int:
        declared = self.dataset.fields[field.name]
        return declared.places if declared.type == "number" else 0

    def _as_it_is(self, node: Node) -> exp.Expr:
        return literal(node.value) if isinstance(node, nodes.Number) else _times(self.number(node), Fraction(1))

    def _membership(self, node: nodes.Membership) -> exp.Expr:
        if node.item.type != "number":
            found: exp.Expr = exp.In(
                this=self.plain(node.item), expressions=[self.plain(option) for option in node.options]
            )
        else:
            tests = [self._comparison("==", node.item, option) for option in node.options]
            found = paren(reduce(lambda left, right: exp.Or(this=left, expression=right), tests))
        return exp.Not(this=found) if node.negated else found

    def _is_missing(self, node: nodes.IsMissing) -> exp.Expr:
        item = node.item
        if item.type == "number":
            ratio = self.number(item)
            parts = [part for part in (ratio.top, ratio.bottom) if part is not None]
        else:
            parts = [self.condition(item) if item.type == "flag" else self.plain(item)]
        tests: list[exp.Expr] = [exp.Is(this=part.copy(), expression=exp.Null()) for part in parts]
        if not tests:
            return exp.Boolean(this=node.negated)
        missing = paren(reduce(lambda left, right: exp.Or(this=left, expression=right), tests))
        return exp.Not(this=missing) if node.negated else missing

    def _choice(self, test: Node, left: exp.Expr | None, right: exp.Expr | None) -> exp.Expr:
        """Return a CASE in which a null condition yields null, as everywhere in the language."""
        condition = self.condition(test)
        yes, no = left or whole(1), right or whole(1)
        branches = [
            exp.If(this=condition, true=yes.copy()),
            exp.If(this=exp.Not(this=condition.copy()), true=no.copy()),
        ]
        return exp.Case(ifs=branches)

    # --- texts, dates, flags

    def plain(self, node: Node) -> exp.Expr:
        """Return a text, date or flag as SQL."""
        match node:
            case nodes.Field():
                return column(node.name)
            case nodes.Text():
                return exp.Literal.string(node.value)
            case nodes.Day():
                return day_literal(node.value)
            case nodes.MissingValue():
                return exp.Null()
            case nodes.Call(function="if", arguments=(test, left, right)):
                return self._choice(test, self.plain(left), self.plain(right))
        return paren(self.condition(node))

    # --- numbers

    def number(self, node: Node) -> Ratio:
        """Return a number as SQL. Raises RulebookError when the expression grows out of all proportion."""
        ratio = self._number(node)
        if ratio.size > SIZE_LIMIT:
            raise RulebookError(Problem("measures.formula-too-large", {"limit": SIZE_LIMIT}))
        return ratio

    def _number(self, node: Node) -> Ratio:
        match node:
            case nodes.Number():
                return Ratio(node.value)
            case nodes.Field():
                return Ratio(Fraction(1), column(node.name))
            case nodes.MissingValue():
                return Ratio(Fraction(1), cast(exp.Null(), "BIGINT"))
            case nodes.Operation(operator="negate", operands=(operand,)):
                ratio = self.number(operand)
                return Ratio(-ratio.factor, ratio.top, ratio.bottom, ratio.size)
            case nodes.Operation(operator="+" | "-", operands=(left, right)):
                return _sum(self._operand(left), self._operand(right), 1 if node.operator == "+" else -1)
            case nodes.Operation(operator="*", operands=(left, right)):
                return _product(self._operand(left), self._operand(right))
            case nodes.Operation(operator="/", operands=(left, right)):
                return _product(self._operand(left), _inverse(self._operand(right)))
            case nodes.Call():
                return self._call(node)
        raise AssertionError(f"not a number: {type(node).__name__}")

    def _operand(self, node: Node) -> Ratio:
        """Return a number for arithmetic: a field as a whole number of its last decimals, as wide as there is room."""
        if not isinstance(node, nodes.Field):
            return self.number(node)
        places = self._places(node)
        if not places:
            return Ratio(Fraction(1), wide(column(node.name)), size=2)
        shifted = exp.Mul(this=wide(column(node.name), places), expression=whole(10**places))
        return Ratio(Fraction(1, 10**places), wide(shifted), size=5)

    def _call(self, node: nodes.Call) -> Ratio:
        arguments = node.arguments
        if node.function == "days":
            start, end = (self.plain(argument) for argument in arguments)
            return Ratio(Fraction(1), exp.DateDiff(this=end, expression=start, unit=exp.var("DAY")), size=4)
        if node.function == "abs":
            ratio = self.number(arguments[0])
            parts = [None if part is None else exp.Abs(this=part) for part in (ratio.top, ratio.bottom)]
            return Ratio(abs(ratio.factor), parts[0], parts[1], ratio.size + 2)
        if node.function == "if":
            return self._choose(arguments[0], self._operand(arguments[1]), self._operand(arguments[2]))
        return self._extreme(node.function, [self._operand(argument) for argument in arguments])

    def _choose(self, test: Node, left: Ratio, right: Ratio) -> Ratio:
        step = _step(left.factor, right.factor)
        size = 2 * (left.size + right.size) + 8
        top = self._choice(test, _times(left, step), _times(right, step))
        if left.bottom is None and right.bottom is None:
            return Ratio(1 / step, top, size=size)
        return Ratio(1 / step, top, self._choice(test, left.bottom, right.bottom), size)

    def _extreme(self, function: str, given: list[Ratio]) -> Ratio:
        """Return least or greatest: null when any argument is (SQL's own functions skip nulls)."""
        step = _step(*(ratio.factor for ratio in given))
        size = 2 * sum(ratio.size for ratio in given) ** (1 if all(ratio.bottom is None for ratio in given) else 2) + 8
        if size > SIZE_LIMIT:
            raise RulebookError(Problem("measures.formula-too-large", {"limit": SIZE_LIMIT}))
        bottom: exp.Expr | None = None
        for ratio in given:
            bottom = _mul(bottom, ratio.bottom)
        tops = [_over_all(given, place, step) for place in range(len(given))]
        kind = exp.Least if function == "least" else exp.Greatest
        if bottom is not None:  # a negative denominator would turn the order round
            tops = [exp.Mul(this=paren(top), expression=exp.Sign(this=bottom.copy())) for top in tops]
            bottom = exp.Abs(this=bottom)
        nulls: list[exp.Expr] = [exp.Is(this=paren(top.copy()), expression=exp.Null()) for top in tops]
        any_null = reduce(lambda left, right: exp.Or(this=left, expression=right), nulls[1:], nulls[0])
        picked = kind(this=tops[0], expressions=tops[1:])
        return Ratio(1 / step, exp.Case(ifs=[exp.If(this=any_null, true=exp.Null())], default=picked), bottom, size)


def _over_all(given: list[Ratio], place: int, step: Fraction) -> exp.Expr:
    """Return the numerator of one ratio over the product of all denominators."""
    top = _times(given[place], step)
    for other, ratio in enumerate(given):
        if other != place and ratio.bottom is not None:
            top = exp.Mul(this=paren(top), expression=paren(ratio.bottom.copy()))
    return top


def _step(*factors: Fraction) -> Fraction:
    """Return the least whole number that makes all factors whole."""
    return Fraction(lcm(*(factor.denominator for factor in factors)))


def _times(ratio: Ratio, step: Fraction) -> exp.Expr:
    """Return ``factor x step x top`` as SQL."""
    factor = ratio.factor * step
    if ratio.top is None:
        return literal(factor)
    if factor == 1:
        return ratio.top.copy()
    if factor == -1:
        return exp.Neg(this=paren(ratio.top.copy()))
    return exp.Mul(this=paren(ratio.top.copy()), expression=literal(factor))


def _mul(left: exp.Expr | None, right: exp.Expr | None) -> exp.Expr | None:
    if left is None or right is None:
        found = left if right is None else right
        return None if found is None else found.copy()
    return exp.Mul(this=paren(left.copy()), expression=paren(right.copy()))


def _bottom(ratio: Ratio) -> exp.Expr:
    return whole(1) if ratio.bottom is None else paren(ratio.bottom.copy())


def _inverse(ratio: Ratio) -> Ratio:
    """Return 1 / ratio. A numerator of 0 shows as a denominator that is null: missing, not an error of the engine."""
    if ratio.factor == 0:
        return Ratio(Fraction(1), cast(exp.Null(), "BIGINT"))
    bottom = None if ratio.top is None else exp.Nullif(this=ratio.top.copy(), expression=whole(0))
    return Ratio(1 / ratio.factor, ratio.bottom, bottom, ratio.size + 2)


def _product(left: Ratio, right: Ratio) -> Ratio:
    size = left.size + right.size + 2
    return Ratio(left.factor * right.factor, _mul(left.top, right.top), _mul(left.bottom, right.bottom), size)


def _sum(left: Ratio, right: Ratio, sign: int) -> Ratio:
    step = _step(left.factor, right.factor)
    one, other = (_mul(_times(mine, step), theirs.bottom) for mine, theirs in ((left, right), (right, left)))
    kind = exp.Add if sign == 1 else exp.Sub
    top = kind(this=one, expression=paren(other) if other is not None else None)
    return Ratio(1 / step, paren(top), _mul(left.bottom, right.bottom), left.size + right.size + 6)

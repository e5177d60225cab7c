"""A dataset's ``checks``: record-level formulas over a whole table at once, exact and with three-valued logic.

A number is a pair of columns of whole numbers (top over bottom), 128 bits wide, so decimals and quotients compare
without a float; the sizes that occur are looked at before every product, and what would not fit is refused, never
wrapped.
A check whose value is missing (a field it names is empty) does not fail.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import polars as pl

from shuping.errors import InputError, Problem
from shuping.formula import TypedTree, check, nodes
from shuping.records.frame_rules import FrameRule, RowFault
from shuping.rulebook.model import Dataset
from shuping.rulebook.scopes import record_scope

_WIDEST = 2**126


@dataclass(frozen=True)
class Number:
    """A column of exact numbers: ``top / bottom``, bottom above zero; null where missing."""

    top: pl.Series
    bottom: pl.Series


class TooLarge(ArithmeticError):
    """A product does not fit 128 bits."""


def check_rules(dataset: Dataset, table: str) -> list[FrameRule]:
    """Return one rule a formula of ``checks``. Raises FormulaError for a formula that does not hold water."""
    scope = record_scope(dataset)
    return [_rule(check(text, scope, want="flag"), table) for text in dataset.checks]


def _rule(tree: TypedTree, table: str) -> FrameRule:
    fields = sorted({node.name for node in tree.root.walk() if isinstance(node, nodes.Field)})

    def params(_: int, row: Mapping[str, Any]) -> dict[str, Any]:
        return {"check": tree.text.strip(), "given": ", ".join(f"{name} = {row[name]}" for name in fields)}

    def rule(frame: pl.DataFrame) -> list[RowFault]:
        try:
            holds = evaluate(tree.root, frame)
        except TooLarge as error:
            raise InputError(
                Problem("records.check-too-large", {"check": tree.text.strip(), "table": table})
            ) from error
        mask = pl.select((~holds).fill_null(False)).to_series()
        return [RowFault("records.check-failed", fields[0] if len(fields) == 1 else None, mask, params)]

    return rule


def evaluate(root: nodes.Node, frame: pl.DataFrame) -> pl.Series:
    """Return a formula's flag for every row, null where it is missing. Raises TooLarge."""
    found = _Evaluator(frame).visit(root)
    assert isinstance(found, pl.Series)
    return _long(found, frame.height)


class _Evaluator:
    """Walks a checked tree. Constants are columns of length one; Polars stretches them."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame

    def visit(self, node: nodes.Node) -> Number | pl.Series:
        """Return the values of a node: a Number, or a column of texts, dates or flags."""
        match node:
            case nodes.Number():
                return _constant(node.value)
            case nodes.Text() | nodes.Day() | nodes.Flag():
                return pl.Series([node.value])
            case nodes.Field():
                return self._field(node.name)
            case nodes.Operation():
                return self._operation(node)
            case nodes.Membership():
                return self._membership(node)
            case nodes.IsMissing():
                found = self.visit(node.item)
                empty = (found.top if isinstance(found, Number) else found).is_null()
                return ~empty if node.negated else empty
            case nodes.Call():
                return self._call(node)
            case nodes.MissingValue():
                return pl.Series([None], dtype=pl.Null)
        raise AssertionError(f"no {type(node).__name__} in a check")

    def _field(self, name: str) -> Number | pl.Series:
        column = self._frame[name]
        if column.dtype.is_decimal():
            scale = column.dtype.scale  # type: ignore[attr-defined]
            return Number(column.to_physical(), _whole(10**scale))
        if column.dtype.is_integer():
            return Number(column.cast(pl.Int128), _whole(1))
        return column

    def _numbers(self, operands: tuple[nodes.Node, ...]) -> list[Number]:
        return [_number(self.visit(operand)) for operand in operands]

    def _operation(self, node: nodes.Operation) -> Number | pl.Series:
        sign = node.operator
        if sign in ("and", "or", "not"):
            flags = [_flag(self.visit(operand)) for operand in node.operands]
            if sign == "not":
                return ~flags[0]
            return flags[0] & flags[1] if sign == "and" else flags[0] | flags[1]
        if sign in ("==", "!=", "<", "<=", ">", ">="):
            return _compare(sign, self.visit(node.operands[0]), self.visit(node.operands[1]))
        numbers = self._numbers(node.operands)
        if sign == "negate":
            return Number(_negated(numbers[0].top), numbers[0].bottom)
        return _arithmetic(sign, *numbers)

    def _membership(self, node: nodes.Membership) -> pl.Series:
        item = self.visit(node.item)
        found = pl.Series([False])
        for option in node.options:
            found = found | _compare("==", item, self.visit(option))
        return ~found if node.negated else found

    def _call(self, node: nodes.Call) -> Number | pl.Series:
        if node.function == "days":
            start, end = (self.visit(argument) for argument in node.arguments)
            assert isinstance(start, pl.Series)
            assert isinstance(end, pl.Series)
            days = (end.cast(pl.Date) - start.cast(pl.Date)).dt.total_days()
            return Number(days.cast(pl.Int128), _whole(1))
        if node.function == "if":
            flag = _flag(self.visit(node.arguments[0]))
            return _choose(flag, self.visit(node.arguments[1]), self.visit(node.arguments[2]), self._frame.height)
        numbers = self._numbers(node.arguments)
        if node.function == "abs":
            return Number(numbers[0].top.abs(), numbers[0].bottom)
        best = numbers[0]
        for other in numbers[1:]:
            first = _compare("<=" if node.function == "least" else ">=", best, other)
            best = _number(_choose(first, best, other, self._frame.height))
        return best


def _whole(value: int) -> pl.Series:
    if abs(value) >= _WIDEST:
        raise TooLarge
    return pl.Series([value], dtype=pl.Int128)


def _constant(value: Fraction) -> Number:
    return Number(_whole(value.numerator), _whole(value.denominator))


def _number(found: Number | pl.Series) -> Number:
    return found if isinstance(found, Number) else Number(found.cast(pl.Int128), _whole(1))  # only the word missing


def _flag(found: Number | pl.Series) -> pl.Series:
    assert isinstance(found, pl.Series)
    return found.cast(pl.Boolean)


def _peak(column: pl.Series) -> int:
    low, high = column.min(), column.max()
    return max(abs(int(low)), abs(int(high))) if low is not None and high is not None else 0  # type: ignore[arg-type]


def _times(left: pl.Series, right: pl.Series) -> pl.Series:
    if _peak(left) * _peak(right) >= _WIDEST:
        raise TooLarge
    return left * right


def _plus(left: pl.Series, right: pl.Series) -> pl.Series:
    if _peak(left) + _peak(right) >= _WIDEST:
        raise TooLarge
    return left + right


def _negated(column: pl.Series) -> pl.Series:
    return _whole(0) - column  # Polars does not negate 128 bits by itself


def _level(left: Number, right: Number) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Return both tops over one common bottom, and that bottom."""
    if left.bottom.len() == 1 == right.bottom.len():
        common = math.lcm(int(left.bottom[0]), int(right.bottom[0]))
        lift = [_whole(common // int(number.bottom[0])) for number in (left, right)]
        return _times(left.top, lift[0]), _times(right.top, lift[1]), _whole(common)
    return _times(left.top, right.bottom), _times(right.top, left.bottom), _times(left.bottom, right.bottom)


def _arithmetic(sign: str, left: Number, right: Number) -> Number:
    if sign in ("+", "-"):
        first, second, bottom = _level(left, right)
        return Number(_plus(first, _negated(second) if sign == "-" else second), bottom)
    if sign == "*":
        return Number(_times(left.top, right.top), _times(left.bottom, right.bottom))
    # a division by zero is missing; the sign of the divisor moves to the top
    signs = right.top.sign().cast(pl.Int128)
    divisor = right.top.abs().replace_strict(0, None, default=right.top.abs(), return_dtype=pl.Int128)
    top = _times(_times(left.top, right.bottom), signs)
    bottom = _times(left.bottom, divisor)
    if bottom.len() == 1 and bottom[0] is None:
        return Number(pl.Series([None], dtype=pl.Int128).new_from_index(0, top.len()), _whole(1))
    if bottom.null_count():
        top = pl.select(pl.when(bottom.is_not_null()).then(top)).to_series()
    return Number(top, bottom.fill_null(1) if bottom.null_count() else bottom)


def _compare(sign: str, left: Number | pl.Series, right: Number | pl.Series) -> pl.Series:
    if isinstance(left, Number) or isinstance(right, Number):
        first, second, _ = _level(_number(left), _number(right))
    else:
        first, second = left, right
    operations = {
        "==": first.__eq__,
        "!=": first.__ne__,
        "<": first.__lt__,
        "<=": first.__le__,
        ">": first.__gt__,
        ">=": first.__ge__,
    }
    return operations[sign](second)


def _choose(flag: pl.Series, left: Number | pl.Series, right: Number | pl.Series, height: int) -> Number | pl.Series:
    """Take ``left`` where the flag holds, ``right`` where it does not, nothing where it is missing."""
    if isinstance(left, Number) or isinstance(right, Number):
        first, second, bottom = _level(_number(left), _number(right))
        return Number(_pick(flag, first, second, height), bottom)
    return _pick(flag, left, right, height)


def _pick(flag: pl.Series, left: pl.Series, right: pl.Series, height: int) -> pl.Series:
    columns = [_long(column, height) for column in (flag, left, right)]
    when = pl.when(columns[0]).then(columns[1]).when(~columns[0]).then(columns[2])
    return pl.select(when.alias("picked")).to_series()


def _long(column: pl.Series, height: int) -> pl.Series:
    return column.new_from_index(0, height) if column.len() == 1 and height != 1 else column

"""A slow, obvious evaluator of measures: one row, one unit, one fraction at a time. The truth that ``compute`` is
held to.

It shares the parser with the library and nothing else: no SQL, no partials, no arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

from shuping.formula import check, nodes
from shuping.records.folder import Folder
from shuping.rulebook.model import Measure
from shuping.rulebook.scopes import measure_scope
from shuping.values import Missing, Value
from shuping.values.periods import Period

Row = dict[str, Any]
ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


# --- one record: None is missing


def record(node: nodes.Node, row: Row) -> Any:
    """Return the value of a record-level node: Fraction, str, date, bool or None."""
    match node:
        case nodes.Number() | nodes.Text() | nodes.Day() | nodes.Flag():
            return node.value
        case nodes.MissingValue():
            return None
        case nodes.Field():
            value = row[node.name]
            return Fraction(value) if value is not None and node.type == "number" else value
        case nodes.IsMissing():
            return (record(node.item, row) is None) != node.negated
        case nodes.Membership():
            found = any_of([compare("==", record(node.item, row), record(option, row)) for option in node.options])
            return negate(found) if node.negated else found
        case nodes.Operation():
            return operate(node.operator, [record(operand, row) for operand in node.operands])
        case nodes.Call(function="if"):
            test = record(node.arguments[0], row)
            return None if test is None else record(node.arguments[1 if test else 2], row)
        case nodes.Call():
            given = [record(argument, row) for argument in node.arguments]
            return None if None in given else call(node.function, given)
    raise AssertionError(node)


def operate(operator: str, given: list[Any]) -> Any:
    if operator == "and":
        return negate(any_of([negate(value) for value in given]))
    if operator == "or":
        return any_of(given)
    if operator == "not":
        return negate(given[0])
    if operator in ORDER:
        return compare(operator, *given)
    if None in given:
        return None
    if operator == "negate":
        return -given[0]
    left, right = given
    if operator == "/":
        return None if right == 0 else left / right
    return {"+": left + right, "-": left - right, "*": left * right}[operator]


def call(function: str, given: list[Any]) -> Any:
    if function == "days":
        return Fraction((given[1] - given[0]).days)
    return {"abs": lambda: abs(given[0]), "least": lambda: min(given), "greatest": lambda: max(given)}[function]()


def compare(operator: str, left: Any, right: Any) -> bool | None:
    return None if left is None or right is None else ORDER[operator](left, right)


def negate(value: bool | None) -> bool | None:
    return None if value is None else not value


def any_of(values: list[bool | None]) -> bool | None:
    return True if True in values else None if None in values else False


# --- a unit


class Reference:
    """Evaluates the measures of a folder whose tables are small enough to walk."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.book = folder.rulebook
        self.rows = {name: table.frame.to_dicts() for name, table in folder.datasets.items()}

    def value(self, name: str, unit: str, period: Period, own: bool = False, earlier: bool = False) -> Value:
        """Return the value of a measure for a unit with all below it (``own``: alone)."""
        measure = self.book.measures[name]
        if measure.roll_up is None or own:
            return Formula(self, name, unit, period, own, earlier).result()
        reporting = [one for one in self.below(unit) if self.reports(name, one, period)]
        if not reporting:
            return self.value(name, unit, period, True, earlier)
        values = {one: self.value(name, one, period, True, earlier) for one in reporting}
        numbers = {one: value for one, value in values.items() if not isinstance(value, Missing)}
        if not numbers:
            return Missing("undefined")  # which reason is the library's choice; that it is missing is not
        if measure.roll_up == "last":
            latest = max(self.latest(measure, one, period) for one in numbers)
            return [value for one, value in numbers.items() if self.latest(measure, one, period) == latest][-1]
        return reduced(list(numbers.values()), measure.roll_up)

    def below(self, unit: str) -> list[str]:
        """Return the unit and all below it, nearest first, then in the register's order."""
        depth = {unit: 0}
        for _ in self.folder.register:
            for one in self.folder.register:
                if one.parent in depth:
                    depth[one.id] = depth[one.parent] + 1
        place = {one.id: number for number, one in enumerate(self.folder.register)}
        return sorted(depth, key=lambda one: (depth[one], place[one]))

    def reports(self, name: str, unit: str, period: Period) -> bool:
        measure = self.book.measures[name]
        if measure.from_ is not None:
            return bool(self.window(measure, [unit], period))
        assert measure.value is not None
        tree = check(measure.value, measure_scope(self.book, measure))
        now = {node.name for node in tree.root.walk() if isinstance(node, nodes.Measure) and node.when == "now"}
        return any(self.reports(one, unit, period) for one in now)

    def window(self, measure: Measure, units: Iterable[str], period: Period) -> list[Row]:
        """Return the rows of the units in the measure's window, oldest first."""
        assert measure.from_ is not None
        dataset = self.book.datasets[measure.from_]
        start = period.year().start if measure.window == "to_date" else period.start
        chosen, wanted = [], set(units)
        for row in self.rows.get(measure.from_, []):
            if row["unit"] not in wanted:
                continue
            if dataset.period is None:
                inside = start <= row[dataset.date_field] <= period.end
            else:
                filed = Period.parse(row["period"], self.book.year_starts)
                inside = filed.kind == dataset.period and start <= filed.start and filed.end <= period.end
            if inside:
                chosen.append(row)
        return sorted(chosen, key=lambda row: (filed_for(dataset, row), row["_file"], row["_row"]))

    def latest(self, measure: Measure, unit: str, period: Period) -> Any:
        dataset = self.book.datasets[measure.from_ or ""]
        return filed_for(dataset, self.window(measure, [unit], period)[-1])


def filed_for(dataset: Any, row: Row) -> Any:
    return row["period"] if dataset.period is not None else row[dataset.date_field]


def reduced(numbers: list[Fraction], how: str) -> Fraction:
    if how == "last":
        return numbers[-1]
    if how in ("min", "max"):
        return min(numbers) if how == "min" else max(numbers)
    total = sum(numbers, Fraction(0))
    return total / len(numbers) if how == "mean" else total


class Formula:
    """One measure, one unit, one period."""

    def __init__(self, reference: Reference, name: str, unit: str, period: Period, own: bool, earlier: bool) -> None:
        self.reference, self.name, self.unit, self.period = reference, name, unit, period
        self.own, self.earlier = own, earlier
        self.measure = reference.book.measures[name]
        self.units = [unit] if own else reference.below(unit)

    def result(self) -> Value:
        assert self.measure.value is not None
        scope = measure_scope(self.reference.book, self.measure)
        found = self.number(check(self.measure.value, scope, want="number").root)
        return found if isinstance(found, Missing) else Fraction(found)

    def number(self, node: nodes.Node) -> Any:
        match node:
            case nodes.Number():
                return node.value
            case nodes.MissingValue():
                return Missing("no_value")
            case nodes.Attribute():
                return self.reference.folder.register.number(self.unit, node.name)
            case nodes.Target():
                return Missing("no_target")
            case nodes.Measure():
                return self.other(node)
            case nodes.Aggregate():
                return self.aggregate(node)
            case nodes.Operation():
                return self.operation(node)
            case nodes.Call(function="if"):
                test = self.flag(node.arguments[0])
                return test if isinstance(test, Missing) else self.number(node.arguments[1 if test else 2])
            case nodes.Call():
                given = [self.number(argument) for argument in node.arguments]
                missing = first_missing(given)
                return call(node.function, given) if missing is None else missing
        raise AssertionError(node)

    def operation(self, node: nodes.Operation) -> Any:
        given = [self.number(operand) for operand in node.operands]
        if (missing := first_missing(given)) is not None:
            return missing
        if node.operator == "/" and given[1] == 0:
            return Missing("division_by_zero")
        return operate(node.operator, given)

    def flag(self, node: nodes.Node) -> Any:
        match node:
            case nodes.Flag():
                return node.value
            case nodes.IsMissing():
                return isinstance(self.number(node.item), Missing) != node.negated
            case nodes.Membership():
                tests = [nodes.Operation(span=node.span, operator="==", operands=(node.item, o)) for o in node.options]
                found = self.joined([self.flag(test) for test in tests])
                return self.opposite(found) if node.negated else found
            case nodes.Operation(operator="not"):
                return self.opposite(self.flag(node.operands[0]))
            case nodes.Operation(operator="or"):
                return self.joined([self.flag(operand) for operand in node.operands])
            case nodes.Operation(operator="and"):
                return self.opposite(self.joined([self.opposite(self.flag(operand)) for operand in node.operands]))
            case nodes.Operation():
                given = [self.number(operand) for operand in node.operands]
                missing = first_missing(given)
                return ORDER[node.operator](*given) if missing is None else missing
        raise AssertionError(node)

    def opposite(self, value: Any) -> Any:
        return value if isinstance(value, Missing) else not value

    def joined(self, values: list[Any]) -> Any:
        if any(value is True for value in values):
            return True
        missing = first_missing(values)
        return False if missing is None else missing

    def other(self, node: nodes.Measure) -> Value:
        if node.when == "now":
            return self.reference.value(node.name, self.unit, self.period, self.own, self.earlier)
        period = self.period.previous() if node.when == "previous" else self.period.last_year()
        found = self.reference.value(node.name, self.unit, period, self.own, True)
        return Missing("no_previous") if isinstance(found, Missing) else found

    def aggregate(self, node: nodes.Aggregate) -> Value:
        assert self.measure.from_ is not None
        zero = self.reference.book.datasets[self.measure.from_].no_records == "zero"
        everyone = [unit.id for unit in self.reference.folder.register]
        if self.earlier and not self.reference.window(self.measure, everyone, self.period):
            return Missing("no_previous")
        if self.measure.per_unit is None:
            return summary(node, self.reference.window(self.measure, self.units, self.period), zero)
        values = [self.within_unit(node, unit) for unit in self.units]
        numbers = [value for value in values if not isinstance(value, Missing)]
        if not numbers:
            return values[0]
        natural = {"min": "min", "max": "max", "mean": "mean", "last": "last"}
        return reduced(numbers, natural.get(node.function, "sum"))

    def within_unit(self, node: nodes.Aggregate, unit: str) -> Value:
        """Reduce over the days or periods that the unit filed for."""
        assert self.measure.per_unit is not None
        dataset = self.reference.book.datasets[self.measure.from_ or ""]
        filed: dict[Any, list[Row]] = {}
        for row in self.reference.window(self.measure, [unit], self.period):
            filed.setdefault(filed_for(dataset, row), []).append(row)
        zero = dataset.no_records == "zero"
        if not filed:
            return summary(node, [], zero)
        values = [summary(node, rows, zero) for _, rows in sorted(filed.items())]
        numbers = [value for value in values if not isinstance(value, Missing)]
        return reduced(numbers, self.measure.per_unit) if numbers else values[0]


def summary(node: nodes.Aggregate, rows: list[Row], zero: bool) -> Value:
    """Return count, distinct, sum, mean, min, max or last over rows that are in the order of their dates."""
    chosen = [row for row in rows if node.where is None or record(node.where, row) is True]
    if node.function in ("count", "distinct"):
        if not rows and not zero:
            return Missing("no_records")
        if node.function == "count" or node.argument is None:
            return Fraction(len(chosen))
        return Fraction(len({record(node.argument, row) for row in chosen} - {None}))
    if not chosen:
        return Fraction(0) if zero and node.function == "sum" else Missing("no_records")
    assert node.argument is not None
    given = [record(node.argument, row) for row in chosen]
    numbers = [number for number in given if number is not None]
    return reduced(numbers, node.function) if numbers else Missing("no_value")


def first_missing(given: list[Any]) -> Missing | None:
    return next((value for value in given if isinstance(value, Missing)), None)

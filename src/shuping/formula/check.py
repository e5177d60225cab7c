"""Names, types and levels of a formula: all problems of one formula together."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Any, Literal

from shuping.errors import nearest
from shuping.formula import nodes
from shuping.formula.nodes import Node, Span, Type
from shuping.formula.parse import Tree, day_of, parse
from shuping.formula.problems import FormulaError, listed, located
from shuping.formula.scope import AGGREGATES, FUNCTIONS, Scope, TypedTree

Level = Literal["record", "unit"]
TEXTUAL = ("text", "category", "unit")
LOOSE = ("unknown", "missing")


def check(text: str, scope: Scope, *, want: Literal["number", "flag"] | None = None) -> TypedTree:
    """Read and check a formula. ``want`` says what it must yield.

    Raises FormulaError with all problems found (those of the grammar come alone: nothing else can be told then).
    """
    tree = parse(text)
    checker = Checker(tree, scope)
    root = checker.visit(tree.root, scope.level)
    checker.expect_result(root, want)
    if checker.problems:
        raise FormulaError(checker.problems)
    return TypedTree(tree.text, root)


class Checker:
    """Walks a parsed tree, returns the typed one, and gathers problems on the way."""

    def __init__(self, tree: Tree, scope: Scope) -> None:
        self.tree = tree
        self.scope = scope
        self.problems: list[Any] = []

    # --- reporting

    def report(self, node: Node | Span, what: str, **params: Any) -> None:
        """Keep one problem at the node's place."""
        self.problems.append(located(self.tree.text, node if isinstance(node, Span) else node.span, what, **params))

    def report_unknown(self, node: Node, what: str, name: str, known: Collection[str], **params: Any) -> None:
        """Keep ``unknown-<what>``, with the nearest known name where there is one."""
        if self.report_hyphen(node, known):
            return
        if near := nearest(name, known):
            self.report(node, f"unknown-{what}-near", name=name, near=near, **params)
        else:
            self.report(node, f"unknown-{what}", name=name, known=listed(known), **params)

    def report_hyphen(self, node: Node, known: Collection[str]) -> bool:
        """Tell whether the name is a part of a known ``a-b``; say so once, at its start."""
        for name in sorted(known):
            start = self.tree.text.find(name, max(0, node.span.start - len(name))) if "-" in name else -1
            if 0 <= start <= node.span.start and node.span.end <= start + len(name):
                if start == node.span.start:
                    self.report(Span(start, start + len(name)), "hyphen", name=name)
                return True
        return False

    def source(self, node: Node) -> str:
        """Return the node's text."""
        return self.tree.source(node)

    # --- results and types

    def expect_result(self, root: Node, want: str | None) -> None:
        """Report a formula that does not yield what its place needs."""
        fits = {"number": ("number", "attribute"), "flag": ("flag",)}
        if want is not None and root.type not in (*fits[want], *LOOSE):
            self.report(root, f"result-{want}", type=root.type)

    def expect(self, node: Node, wanted: Type) -> None:
        """Report a node that is not of the wanted type."""
        fits = (wanted, "attribute") if wanted == "number" else (wanted,)
        if node.type not in (*fits, *LOOSE):
            self.report(node, "wrong-type", wanted=wanted, given=self.source(node), type=node.type)

    # --- the walk

    def visit(self, node: Node, level: Level) -> Node:
        """Return the typed node. ``level`` says whether it has one value per record or per unit."""
        match node:
            case nodes.Number():
                return replace(node, type="number")
            case nodes.Text():
                return replace(node, type="text")
            case nodes.Day():
                return replace(node, type="date")
            case nodes.Flag():
                return replace(node, type="flag")
            case nodes.MissingValue():
                return replace(node, type="missing")
            case nodes.Name():
                return self.visit_record_name(node) if level == "record" else self.visit_unit_name(node)
            case nodes.Attribute():
                return self.visit_attribute(node, level)
            case nodes.Operation():
                return self.visit_operation(node, level)
            case nodes.Membership():
                return self.visit_membership(node, level)
            case nodes.IsMissing():
                return replace(node, item=self.visit(node.item, level), type="flag")
            case nodes.Call():
                return self.visit_call(node, level)
            case _:
                raise AssertionError(f"the parser never yields {type(node).__name__}")

    def visit_record_name(self, node: nodes.Name) -> Node:
        """Resolve a name inside a summary of records, or in a check of single records."""
        fields = self.scope.fields or {}
        if declared := fields.get(node.name):
            kind: Any = "number" if declared.type == "integer" else declared.type
            return nodes.Field(span=node.span, name=node.name, type=kind)
        if node.name in self.scope.measures:
            what = "unit-in-record" if self.scope.level == "record" else "unit-inside"
            self.report(node, what, name=node.name)
        elif self.scope.fields is not None:
            self.report_unknown(node, "field", node.name, fields)
        return node

    def visit_unit_name(self, node: nodes.Name) -> Node:
        """Resolve a name with one value per unit: another measure, or ``target``."""
        if node.name == "target":
            return nodes.Target(span=node.span, type="number")
        if node.name in self.scope.measures:
            return nodes.Measure(span=node.span, name=node.name, type="number")
        fields = self.scope.fields or {}
        if node.name in fields:
            self.report(node, "record-outside", name=node.name)
        elif nearest(node.name, self.scope.measures) or not self.report_other_kind(node, fields):
            self.report_unknown(node, "measure", node.name, self.scope.measures)
        return node

    def report_other_kind(self, node: nodes.Name, fields: Collection[str]) -> bool:
        """Report a name that looks like an attribute without its ``unit.``, or like a field; tell whether it did."""
        attributes = self.scope.attributes or ()
        near = node.name if node.name in attributes else nearest(node.name, attributes)
        if near:
            self.report(node, "unknown-measure-near", name=node.name, near=f"unit.{near}")
        elif near := nearest(node.name, fields):
            self.report(node, "unknown-field-near", name=node.name, near=near)
        return near is not None

    def visit_attribute(self, node: nodes.Attribute, level: Level) -> Node:
        """Resolve ``unit.x``."""
        if level == "record":
            what = "unit-in-record" if self.scope.level == "record" else "unit-inside"
            self.report(node, what, name=self.source(node))
        elif self.scope.attributes is not None and node.name not in self.scope.attributes:
            self.report_unknown(node, "attribute", node.name, self.scope.attributes)
        else:
            return replace(node, type="attribute")
        return node

    def visit_operation(self, node: nodes.Operation, level: Level) -> Node:
        """Type ``+ - * /``, comparisons and ``and or not``."""
        operands = tuple(self.visit(operand, level) for operand in node.operands)
        result: Type = "number"
        if node.operator in ("and", "or", "not"):
            result = "flag"
            for operand in operands:
                self.expect(operand, "flag")
        elif node.operator in ("==", "!=", "<", "<=", ">", ">="):
            result = "flag"
            operands = self.compare(operands, ordered=node.operator not in ("==", "!="))
        elif node.operator == "-" and _both_days(operands):
            return nodes.Call(span=node.span, function="days", arguments=(operands[1], operands[0]), type="number")
        else:
            for operand in operands:
                self.expect(operand, "number")
        return replace(node, operands=operands, type=result)

    def compare(self, pair: tuple[Node, ...], *, ordered: bool) -> tuple[Node, ...]:
        """Check that two values can be compared; returns them."""
        left, right = pair
        for one in pair:
            if one.type == "missing":
                self.report(one, "compare-missing")
                return pair
        if not self.alike(left, right):
            self.report_unlike(left, right)
        elif ordered:
            for one in pair:
                if one.type not in ("number", "date", "attribute", *LOOSE):
                    self.report(one, "not-ordered", given=self.source(one), type=one.type)
                    break
        self.check_option(left, right)
        self.check_option(right, left)
        return _read_as_text(left, right), _read_as_text(right, left)

    def alike(self, left: Node, right: Node) -> bool:
        """Tell whether two values are of one kind. An attribute goes with numbers, and with a text in quotes."""
        kinds = [_kind(one) for one in (left, right)]
        if kinds[0] == kinds[1] or any(kind in LOOSE for kind in kinds):
            return True
        return "attribute" in kinds and ("number" in kinds or any(isinstance(one, nodes.Text) for one in (left, right)))

    def report_unlike(self, left: Node, right: Node) -> None:
        """Report two values of different types; a date in quotes gets its own message."""
        for one, other in ((left, right), (right, left)):
            if isinstance(one, nodes.Text) and other.type == "date" and _is_day(one.value):
                self.report(one, "quoted-date", given=one.value)
                return
        span = Span(min(left.span.start, right.span.start), max(left.span.end, right.span.end))
        names = {"left": self.source(left), "right": self.source(right)}
        self.report(span, "different-types", **names, left_type=left.type, right_type=right.type)

    def check_option(self, field: Node, given: Node) -> None:
        """Report a text that is compared with a category which lacks it."""
        if field.type != "category" or not isinstance(field, nodes.Field) or not isinstance(given, nodes.Text):
            return
        options = (self.scope.fields or {})[field.name].options
        if given.value not in options:
            self.report_unknown(given, "option", given.value, options, field=field.name)

    def visit_membership(self, node: nodes.Membership, level: Level) -> Node:
        """Type ``x in (…)``."""
        item = self.visit(node.item, level)
        options = tuple(self.visit(option, level) for option in node.options)
        for option in options:
            item = self.compare((item, option), ordered=False)[0]
        return replace(node, item=item, options=options, type="flag")

    # --- calls

    def visit_call(self, node: nodes.Call, level: Level) -> Node:
        """Type a function or a summary of records."""
        if node.function in AGGREGATES:
            return self.visit_aggregate(node, level)
        if node.function not in FUNCTIONS:
            self.report_unknown(node, "function", node.function, [*FUNCTIONS, *AGGREGATES])
            return node
        if node.where is not None:
            self.report(node.where, "where-not-allowed", name=node.function)
        least, most = FUNCTIONS[node.function]
        if len(node.arguments) < least or (most is not None and len(node.arguments) > most):
            allowed = str(least) if least == most else f"≥ {least}"
            self.report(node, "arguments", name=node.function, given=len(node.arguments), allowed=allowed)
            return node
        if node.function in ("previous", "last_year"):
            return self.visit_earlier(node, level)
        if node.function == "date":
            return self.visit_date(node)
        arguments = tuple(self.visit(argument, level) for argument in node.arguments)
        if node.function == "if" and level == "unit":
            for branch in arguments[1:]:
                self.expect(branch, "number")
        return replace(node, arguments=arguments, where=None, type=self.call_type(node.function, arguments))

    def call_type(self, function: str, arguments: tuple[Node, ...]) -> Type:
        """Check the arguments of a function of values and return the type of its value."""
        if function == "if":
            self.expect(arguments[0], "flag")
            left, right = arguments[1:]
            if not self.alike(left, right):
                self.report_unlike(left, right)
            return right.type if left.type in LOOSE else left.type
        wanted: Type = "date" if function == "days" else "number"
        for argument in arguments:
            self.expect(argument, wanted)
        return "number"

    def visit_earlier(self, node: nodes.Call, level: Level) -> Node:
        """Resolve ``previous(m)`` and ``last_year(m)``."""
        argument = node.arguments[0]
        if level == "record":
            what = "unit-in-record" if self.scope.level == "record" else "unit-inside"
            self.report(node, what, name=self.source(node))
            return node
        if not isinstance(argument, nodes.Name):
            self.report(argument, "earlier-of-what", name=node.function)
            return node
        found = self.visit_unit_name(argument)
        if not isinstance(found, nodes.Measure):
            return node
        when: nodes.When = "previous" if node.function == "previous" else "last_year"
        return nodes.Measure(span=node.span, name=found.name, when=when, type="number")

    def visit_date(self, node: nodes.Call) -> Node:
        """Read ``date("2025-01-15")``; a date without quotes inside is taken too."""
        argument = node.arguments[0]
        if isinstance(argument, nodes.Day):
            return argument
        if not isinstance(argument, nodes.Text):
            self.report(argument, "wrong-type", wanted="text", given=self.source(argument), type="unknown")
            return node
        try:
            return day_of(self.tree.text, argument.value, node.span)
        except FormulaError as error:
            self.problems.extend(error.problems)
            return node

    def visit_aggregate(self, node: nodes.Call, level: Level) -> Node:
        """Type ``count(…)``, ``sum(…)`` and the others."""
        if level == "record":
            what = "aggregate-in-record" if self.scope.level == "record" else "nested-aggregate"
            self.report(node, what, name=node.function)
            return node
        if self.scope.fields is None:
            self.report(node, "no-dataset", name=node.function)
            return node
        wanted = 0 if node.function == "count" else 1
        if len(node.arguments) != wanted:
            values = node.function in ("min", "max") and len(node.arguments) > 1
            what = "min-of-values" if values else "arguments"
            other = {"min": "least", "max": "greatest"}.get(node.function, "")
            self.report(node, what, name=node.function, given=len(node.arguments), allowed=wanted, other=other)
            return node
        argument = self.visit(node.arguments[0], "record") if wanted else None
        if argument is not None and node.function != "distinct":
            self.expect(argument, "number")
        where = self.visit(node.where, "record") if node.where is not None else None
        if where is not None:
            self.expect(where, "flag")
        return nodes.Aggregate(span=node.span, function=node.function, argument=argument, where=where, type="number")


def _read_as_text(node: Node, other: Node) -> Node:
    """Return an attribute that meets a text in quotes as a text."""
    return replace(node, type="text") if node.type == "attribute" and isinstance(other, nodes.Text) else node


def _both_days(operands: tuple[Node, ...]) -> bool:
    kinds = {operand.type for operand in operands}
    return kinds == {"date"} or kinds == {"date", "unknown"}


def _kind(node: Node) -> Type:
    if isinstance(node, nodes.Attribute):
        return "attribute"
    return "text" if node.type in TEXTUAL else node.type


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True

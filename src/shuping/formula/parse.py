"""Text to tree: the grammar of the users' formulas, and what is said where a text does not follow it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from shuping.formula import nodes
from shuping.formula.nodes import Node, Span
from shuping.formula.problems import FormulaError, located
from shuping.values import parse_exact

if TYPE_CHECKING:
    from lark import Lark
    from lark.exceptions import UnexpectedInput

LENGTH_LIMIT = 2_000
DEPTH_LIMIT = 50
DIGITS_LIMIT = 30
GRAMMAR = r"""
?start: expression
?expression: conjunction | expression "or" conjunction -> or_
?conjunction: negation | conjunction "and" negation -> and_
?negation: comparison | "not" negation -> not_
?comparison: sum
    | sum COMPARE sum -> compare
    | sum "in" options -> in_
    | sum "not" "in" options -> not_in
    | sum "is" "missing" -> is_missing
    | sum "is" "not" "missing" -> is_not_missing
options: "(" expression ("," expression)* ")"
?sum: product | sum ADD product -> arithmetic | sum MINUS product -> arithmetic
?product: unary | product MULTIPLY unary -> arithmetic
?unary: atom | MINUS unary -> negate
?atom: NUMBER -> number
    | DATE -> day
    | TEXT -> text
    | "true" -> true
    | "false" -> false
    | "missing" -> missing
    | name -> name
    | name "." name -> attribute
    | name "(" [arguments] [where] ")" -> call
    | "(" expression ")"
arguments: expression ("," expression)*
where: "where" expression
name: NAME | QUOTED
COMPARE: "==" | "=" | "!=" | "<>" | "<=" | ">=" | "<" | ">"
ADD: "+"
MINUS: "-"
MULTIPLY: "*" | "/"
DATE.3: /\d{4}-\d{2}-\d{2}(?![\w-])/
NUMBER.2: /(\d+(\.\d+)?|\.\d+)(\s*%)?(?!\w)/
TEXT: /"[^"\n]*"|'[^'\n]*'/
NAME: /[^\W\d]\w*/
QUOTED: /`[^`\n]+`/
%ignore /\s+/
"""
# What people type on a Chinese keyboard, and what the formula wants in its place.
LOOKALIKES = {
    "，": ",", "、": ",", "（": "(", "）": ")", "“": '"', "”": '"', "‘": "'", "’": "'", "＋": "+", "－": "-", "—": "-",
    "–": "-", "−": "-", "×": "*", "＊": "*", "÷": "/", "／": "/", "＝": "=", "＜": "<", "＞": ">", "≤": "<=", "≥": ">=",
    "≠": "!=", "％": "%", "．": ".", "。": ".", "｀": "`", "！": "!=", "【": "(", "】": ")", "［": "(", "］": ")",
}  # fmt: skip
WORDS = ("and", "or", "not", "in", "is", "missing", "true", "false", "where")


@dataclass(frozen=True, slots=True)
class Tree:
    """A formula that follows the grammar; nothing is known yet about its names."""

    text: str
    root: Node

    def source(self, node: Node) -> str:
        """Return the piece of the text that became ``node``, blanks run together."""
        return " ".join(self.text[node.span.start : node.span.end].split())


@lru_cache(maxsize=4096)
def parse(text: str) -> Tree:
    """Read a formula; a text that was read before gives the same tree. Raises FormulaError with every foreign character
    found, or the first place that does not fit.
    """
    if not text.strip():
        raise FormulaError(located(text, Span(0, 1), "empty"))
    if len(text) > LENGTH_LIMIT:
        raise FormulaError(located(text[:60], Span(0, 60), "too-long", length=len(text), limit=LENGTH_LIMIT))
    _refuse_lookalikes(text)
    from lark.exceptions import UnexpectedInput

    try:
        tree = _parser().parse(text)
    except UnexpectedInput as error:
        raise _syntax_error(text, error) from None
    if too_deep := _deeper_than(tree, DEPTH_LIMIT):
        raise FormulaError(located(text, too_deep, "too-deep", limit=DEPTH_LIMIT))
    return Tree(text, _Builder(text).build(tree))


@cache
def _parser() -> Lark:
    from lark import Lark

    return Lark(GRAMMAR, parser="lalr", lexer="basic", propagate_positions=True, maybe_placeholders=True)


def _refuse_lookalikes(text: str) -> None:
    """Report every full-width sign outside texts at once: they come in pairs, and nobody wants two rounds."""
    problems, quote = [], ""
    for place, character in enumerate(text):
        if quote:
            quote = "" if character == quote or character == "\n" else quote
        elif character in "\"'`":
            quote = character
        elif ascii_sign := LOOKALIKES.get(character):
            problems.append(located(text, Span(place, place + 1), "lookalike", given=character, allowed=ascii_sign))
    if problems:
        raise FormulaError(problems)


def _syntax_error(text: str, error: UnexpectedInput) -> FormulaError:
    from lark.exceptions import UnexpectedCharacters, UnexpectedToken

    if isinstance(error, UnexpectedCharacters):
        place: Any = error.pos_in_stream  # lark declares it as None and sets an int
        given = text[place]
        what = "unclosed-text" if given in "\"'`" else "bad-number" if given.isdigit() else "unknown-character"
        return FormulaError(located(text, Span(place, place + 1), what, given=given))
    if not isinstance(error, UnexpectedToken) or error.token.type == "$END":
        end = len(text.rstrip())
        return FormulaError(located(text, Span(end, end + 1), "unfinished"))
    token = error.token
    span = Span(token.start_pos or 0, token.end_pos or 0)
    if token.lower() in WORDS and token != token.lower():
        return FormulaError(located(text, span, "word-case", given=str(token), allowed=token.lower()))
    what = "chained" if token.type == "COMPARE" and "COMPARE" not in error.accepts | error.expected else "unexpected"
    if what == "chained" and "ADD" not in error.accepts | error.expected:
        what = "unexpected"  # nothing stands before the comparison, so it is not a chain
    return FormulaError(located(text, span, what, given=str(token)))


def _deeper_than(tree: Any, limit: int) -> Span | None:
    """Return the place of a node below ``limit`` levels, found without recursion, or None."""
    from lark import Tree as LarkTree

    stack = [(tree, 1)]
    while stack:
        node, depth = stack.pop()
        if depth > limit:
            return Span(node.meta.start_pos, node.meta.end_pos)
        wrapper = node.data in ("arguments", "options", "where", "name")
        stack.extend((child, depth + (not wrapper)) for child in node.children if isinstance(child, LarkTree))
    return None


class _Builder:
    """Turns lark's tree into ours. One method per alternative of the grammar."""

    def __init__(self, text: str) -> None:
        self.text = text

    def build(self, tree: Any) -> Node:
        make: Callable[[Any, Span], Node] = getattr(self, f"_{str(tree.data).strip('_')}")
        return make(tree, Span(tree.meta.start_pos, tree.meta.end_pos))

    def _number(self, tree: Any, span: Span) -> Node:
        text = str(tree.children[0])
        value: Fraction = parse_exact("0" + text if text.startswith(".") else text)
        if len(text.replace(".", "").strip("0% ")) > DIGITS_LIMIT:
            raise FormulaError(located(self.text, span, "too-many-digits", limit=DIGITS_LIMIT))
        return nodes.Number(span=span, value=value)

    def _day(self, tree: Any, span: Span) -> Node:
        return day_of(self.text, str(tree.children[0]), span)

    def _text(self, tree: Any, span: Span) -> Node:
        return nodes.Text(span=span, value=str(tree.children[0])[1:-1])

    def _true(self, tree: Any, span: Span) -> Node:
        return nodes.Flag(span=span, value=True)

    def _false(self, tree: Any, span: Span) -> Node:
        return nodes.Flag(span=span, value=False)

    def _missing(self, tree: Any, span: Span) -> Node:
        return nodes.MissingValue(span=span)

    def _name(self, tree: Any, span: Span) -> Node:
        inner = tree if isinstance(tree.children[0], str) else tree.children[0]
        return nodes.Name(span=span, name=_bare(inner))

    def _attribute(self, tree: Any, span: Span) -> Node:
        owner = _bare(tree.children[0])
        if owner != "unit":
            meta = tree.children[0].meta
            raise FormulaError(located(self.text, Span(meta.start_pos, meta.end_pos), "owner", given=owner))
        return nodes.Attribute(span=span, name=_bare(tree.children[1]))

    def _call(self, tree: Any, span: Span) -> Node:
        name, arguments, where = tree.children
        given = tuple(self.build(child) for child in arguments.children) if arguments is not None else ()
        condition = self.build(where.children[0]) if where is not None else None
        return nodes.Call(span=span, function=_bare(name), arguments=given, where=condition)

    def _arithmetic(self, tree: Any, span: Span) -> Node:
        left, sign, right = tree.children
        return nodes.Operation(span=span, operator=str(sign), operands=(self.build(left), self.build(right)))

    def _compare(self, tree: Any, span: Span) -> Node:
        left, sign, right = tree.children
        operator = {"=": "==", "<>": "!="}.get(str(sign), str(sign))
        return nodes.Operation(span=span, operator=operator, operands=(self.build(left), self.build(right)))

    def _negate(self, tree: Any, span: Span) -> Node:
        return nodes.Operation(span=span, operator="negate", operands=(self.build(tree.children[1]),))

    def _not(self, tree: Any, span: Span) -> Node:
        return nodes.Operation(span=span, operator="not", operands=(self.build(tree.children[0]),))

    def _and(self, tree: Any, span: Span) -> Node:
        left, right = tree.children
        return nodes.Operation(span=span, operator="and", operands=(self.build(left), self.build(right)))

    def _or(self, tree: Any, span: Span) -> Node:
        left, right = tree.children
        return nodes.Operation(span=span, operator="or", operands=(self.build(left), self.build(right)))

    def _in(self, tree: Any, span: Span, negated: bool = False) -> Node:
        options = tuple(self.build(child) for child in tree.children[1].children)
        return nodes.Membership(span=span, item=self.build(tree.children[0]), options=options, negated=negated)

    def _not_in(self, tree: Any, span: Span) -> Node:
        return self._in(tree, span, negated=True)

    def _is_missing(self, tree: Any, span: Span) -> Node:
        return nodes.IsMissing(span=span, item=self.build(tree.children[0]))

    def _is_not_missing(self, tree: Any, span: Span) -> Node:
        return nodes.IsMissing(span=span, item=self.build(tree.children[0]), negated=True)


def day_of(text: str, given: str, span: Span) -> nodes.Day:
    """Return the date written as ``given``. Raises FormulaError for a day that does not exist."""
    try:
        return nodes.Day(span=span, value=date.fromisoformat(given), type="date")
    except ValueError:
        raise FormulaError(located(text, span, "not-a-date", given=given)) from None


def _bare(tree: Any) -> str:
    return str(tree.children[0]).strip("`")

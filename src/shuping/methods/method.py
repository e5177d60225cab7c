"""What every scoring method is: parameters, one rule over arrays, a spreadsheet formula, a sentence for people."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, PrivateAttr, WithJsonSchema
from pydantic_core import PydanticCustomError

from shuping.methods.arithmetic import Arithmetic, Array, Groups
from shuping.values.rounding import parse_exact, show_short
from shuping.values.scalars import Frozen, Text


@dataclass(frozen=True, slots=True)
class Operand:
    """A parameter that may differ by unit: a ``number``, ``unit.<attribute>``, or ``target`` (from targets.csv).

    ``unit``: the value that this one unit has, the same for all. ``title``: the attribute for people, where the rule
    book gives it a title. ``percent``: a number is worded as a percentage.
    """

    number: Fraction | None = None
    attribute: str | None = None
    unit: str | None = None
    title: Text | None = field(default=None, compare=False)
    percent: bool = field(default=False, compare=False)

    @property
    def is_target(self) -> bool:
        """Tell whether the figure comes from targets.csv."""
        return self.number is None and self.attribute is None and self.unit is None

    def words(self, lang: str) -> str:
        """Return the operand for people: ``16``, ``the unit's "villages"``, ``its target``."""
        if self.number is not None:
            return show_figure(self.number, percent=self.percent)
        if self.title is not None:
            return f"本单位的{self.title.zh}" if lang == "zh" else f"the unit's {_mid(self.title.en)}"
        if self.attribute is not None:
            return f"单位属性“{self.attribute}”" if lang == "zh" else f'the unit\'s "{self.attribute}"'
        if self.unit is not None:
            return f"单位“{self.unit}”的数值" if lang == "zh" else f'the value of unit "{self.unit}"'
        return "下达的目标值" if lang == "zh" else "its target"


def _mid(title: str) -> str:
    """Return a title as it stands within a sentence: without its capital, unless it is an acronym."""
    return title[0].lower() + title[1:] if title[1:2].islower() else title


def _operand(given: Any) -> Operand:
    if isinstance(given, Operand):
        return given
    text = str(given).strip() if isinstance(given, str | int | Fraction) and not isinstance(given, bool) else ""
    if text == "target":
        return Operand()
    if text.startswith("unit.") and len(text) > 5:
        return Operand(attribute=text[5:])
    try:
        return Operand(number=parse_exact(text))
    except ValueError as error:
        raise PydanticCustomError("operand", "a number, unit.<attribute> or target") from error


OperandField = Annotated[
    Operand, BeforeValidator(_operand), WithJsonSchema({"description": "a number, unit.<attribute> or target"})
]


@dataclass(frozen=True)
class Setting:
    """What a rule sees beside the values. All arrays have one element per unit that has a value, groups side by side.

    ``full``: full points; ``operands``: the unit's own figures for parameters; ``lower``: lower values are better.
    """

    arithmetic: Arithmetic
    full: Array
    groups: Groups
    operands: Mapping[str, Array] = field(default_factory=dict)
    lower: bool = False

    def number(self, value: Fraction | int) -> Any:
        """Return a constant in this arithmetic."""
        return self.arithmetic.number(Fraction(value))


@dataclass(frozen=True)
class Scored:
    """Points per unit, before the leaf's own floor and cap.

    ``missing``: for units that get no points after all, ``{reason: mask}``; ``facts``: what an explanation needs to
    show (the group's best value, the rank), each one element per unit.
    """

    points: Array
    missing: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)
    facts: Mapping[str, Array] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cells:
    """Cell references for a spreadsheet formula: this unit's ``value`` and ``full`` points, the ``group``'s values.

    ``operands``: this unit's cell of each operand; ``ranges``: the group's cells of an operand that differs by unit,
    side by side with ``group`` (a rule that compares units by their own targets cannot do without).
    """

    value: str
    full: str
    group: str
    operands: Mapping[str, str] = field(default_factory=dict)
    lower: bool = False
    ranges: Mapping[str, str] = field(default_factory=dict)


Compared = Literal["nothing", "values", "places"]
"""What a method takes from the comparison group: values (the best, the mean), or places, which need its own list."""


class Method(Frozen):
    """A scoring method with its parameters. Subclasses declare the parameters as fields."""

    name: ClassVar[str]
    example: ClassVar[Mapping[str, Any]] = {}
    leads_to: ClassVar[str] = "="
    """How the substituted rule leads to the points: an equation, or an arrow where it is none."""
    promises: ClassVar[frozenset[str]]
    """What holds with any parameters and figures (names of ``promises.PROMISES``); what is not named may break."""
    _percent: bool = PrivateAttr(default=False)
    compares: ClassVar[Compared] = "nothing"
    """What the method takes from the comparison group."""
    lowest: ClassVar[Fraction | None] = Fraction(0)
    """The lower end of a leaf that says no ``min``; None for a method that deducts, whose points go below zero."""

    @property
    def least_full(self) -> Fraction:
        """The fewest full points that a leaf with these parameters makes sense with."""
        return Fraction(0)

    def kept(self, *, lower: bool = False) -> frozenset[str]:
        """Return the promises that hold with these parameters; ``lower`` when lower values are better."""
        return self.promises

    def more_is_better(self, *, lower: bool = False) -> bool:
        """Tell which way values earn points: by the measure's direction, unless the parameters themselves say it."""
        return not lower

    @abstractmethod
    def score(self, values: Array, setting: Setting) -> Scored:
        """Return points for ``values`` (n,); see ``Setting`` and ``Scored``."""

    @abstractmethod
    def spreadsheet(self, cells: Cells) -> str:
        """Return the rule as a spreadsheet formula without the leading ``=``; an empty text stands for no points."""

    @abstractmethod
    def sentence(self, lang: str, *, lower: bool = False) -> str:
        """Return the rule as one sentence in ``zh`` or ``en``; ``lower`` when lower values are better."""

    @abstractmethod
    def substituted(self, shown: Mapping[str, str], *, lower: bool = False) -> str:
        """Return the rule with figures in place of names.

        ``shown`` holds ``value``, ``full``, every operand and every fact, as texts.
        """

    def operands(self) -> dict[str, Operand]:
        """Return the parameters that may differ by unit, by name."""
        found = ((name, getattr(self, name)) for name in type(self).model_fields)
        return {name: value for name, value in found if isinstance(value, Operand)}

    def titled(self, titles: Mapping[str, Text]) -> Self:
        """Return the method with its attributes called by their titles (``{attribute: title}``) in its sentence."""
        named = {
            name: replace(operand, title=titles[operand.attribute])
            for name, operand in self.operands().items()
            if operand.attribute is not None and operand.attribute in titles
        }
        return self.model_copy(update=named) if named else self

    def in_percent(self) -> Self:
        """Return the method as it scores a percentage: figures of the value's kind are worded as such."""
        named = {name: replace(operand, percent=True) for name, operand in self.operands().items()}
        found = self.model_copy(update=named)
        found._percent = True
        return found

    def figure(self, number: Fraction) -> str:
        """Return a parameter of the value's own kind for people."""
        return show_figure(number, percent=self._percent)


def show_figure(number: Fraction, *, percent: bool) -> str:
    """Return a figure of the value's own kind as people read it: ``0.85``, or ``85%``."""
    return show_short(number * 100) + "%" if percent else show_short(number)


def bracketed(number: str) -> str:
    """Return a shown figure as it stands behind a minus sign: ``3``, ``(-3)``."""
    return f"({number})" if number.startswith("-") else number


def divide(top: Array, bottom: Array, setting: Setting) -> tuple[Array, NDArray[np.bool_]]:
    """Return ``top / bottom`` and the mask of units where ``bottom`` is zero (their quotient is 0, to be marked
    missing).
    """
    zero = np.asarray(bottom == setting.number(0), dtype=bool)
    safe = np.where(zero, setting.number(1), bottom)
    return np.where(zero, setting.number(0), top / safe), zero

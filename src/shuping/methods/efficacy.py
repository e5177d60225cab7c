"""The efficacy coefficient: (60 + 40 x (x - s) / (h - s)) x B / 100 (功效系数法)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import ClassVar

import numpy as np
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from shuping.methods.arithmetic import Array
from shuping.methods.method import Cells, Method, OperandField, Scored, Setting, bracketed, divide
from shuping.values.rounding import show_short
from shuping.values.scalars import Exact


class Efficacy(Method):
    """``base`` of 100 at the ``unacceptable`` value, ``base + span`` at the ``satisfactory`` one, a line through both.

    Where less is better the satisfactory value is the lower one. Beyond both ends the line goes on, below ``base`` too,
    unless ``clamp: [low, high]`` holds the coefficient (out of 100).
    """

    name: ClassVar[str] = "efficacy"
    promises: ClassVar[frozenset[str]] = frozenset({"monotone", "group_free"})
    example: ClassVar[Mapping[str, object]] = {"satisfactory": "12", "unacceptable": "6"}
    satisfactory: OperandField
    unacceptable: OperandField
    base: Exact = Fraction(60)
    span: Exact = Fraction(40)
    clamp: tuple[Exact, ...] = ()

    @model_validator(mode="after")
    def _sound(self) -> Efficacy:
        if self.satisfactory == self.unacceptable:
            raise PydanticCustomError("efficacy_equal", "satisfactory and unacceptable that differ")
        if self.span <= 0:
            raise PydanticCustomError("efficacy_span", "span above zero")
        if self.clamp and (len(self.clamp) != 2 or self.clamp[0] >= self.clamp[1]):
            raise PydanticCustomError("two_ends", "two numbers, the lower first")
        return self

    def kept(self, *, lower: bool = False) -> frozenset[str]:
        """Bounded where the coefficient is held to 100 at most."""
        return self.promises | ({"bounded"} if self.clamp and self.clamp[1] <= 100 else set())

    def more_is_better(self, *, lower: bool = False) -> bool:
        """Tell whether the satisfactory value is the higher one; by the direction where it differs by unit."""
        best, worst = self.satisfactory.number, self.unacceptable.number
        return not lower if best is None or worst is None else best > worst

    def score(self, values: Array, setting: Setting) -> Scored:
        best, worst = setting.operands["satisfactory"], setting.operands["unacceptable"]
        share, equal = divide(values - worst, best - worst, setting)
        coefficient = setting.number(self.base) + setting.number(self.span) * share
        if self.clamp:
            low, high = (setting.number(end) for end in self.clamp)
            coefficient = np.minimum(np.maximum(coefficient, low), high)
        return Scored(setting.full * coefficient / setting.number(100), {"division_by_zero": equal})

    def spreadsheet(self, cells: Cells) -> str:
        best, worst = cells.operands["satisfactory"], cells.operands["unacceptable"]
        share = f"({cells.value}-{worst})/({best}-{worst})"
        coefficient = f"{float(self.base)!r}+{float(self.span)!r}*{share}"
        if self.clamp:
            low, high = (float(end) for end in self.clamp)
            coefficient = f"MAX({low!r},MIN({high!r},{coefficient}))"
        return f"{cells.full}*({coefficient})/100"

    def sentence(self, lang: str, *, lower: bool = False) -> str:
        best, worst = self.satisfactory.words(lang), self.unacceptable.words(lang)
        base, top = show_short(self.base), show_short(self.base + self.span)
        ends = tuple(map(show_short, self.clamp))
        if lang == "zh":
            held = f"，系数限于{ends[0]}至{ends[1]}" if ends else "，两端不封顶不保底"
            line = f"不允许值（{worst}）计{base}，满意值（{best}）计{top}，按比例折算"
            return f"功效系数法：{line}{held}，再按百分制折合分值"
        held = f", the coefficient held between {ends[0]} and {ends[1]}" if ends else ", not held at either end"
        line = (
            f"{base} at the unacceptable value ({worst}), {top} at the satisfactory one ({best}), a line through both"
        )
        return f"efficacy coefficient, in hundredths of full points: {line}{held}"

    def substituted(self, shown: Mapping[str, str], *, lower: bool = False) -> str:
        worst = bracketed(shown["unacceptable"])
        share = f"({shown['value']} − {worst}) ÷ ({shown['satisfactory']} − {worst})"
        coefficient = f"{show_short(self.base)} + {show_short(self.span)} × {share}"
        if self.clamp:
            low, high = map(show_short, self.clamp)
            return f"{shown['full']} × clamp({coefficient}, {low}, {high}) ÷ 100"
        return f"{shown['full']} × ({coefficient}) ÷ 100"

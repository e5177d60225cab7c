"""Judged losses taken off the full points, down to zero: max(0, B - loss) ("扣5-10分", 裁量扣分)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from shuping.methods.arithmetic import Array
from shuping.methods.method import Cells, Method, Scored, Setting
from shuping.values.rounding import show_short
from shuping.values.scalars import Exact, Frozen


class LossRange(Frozen):
    """The range that a judged loss is brought into."""

    least: Exact
    most: Exact

    @model_validator(mode="after")
    def _in_order(self) -> LossRange:
        if not 0 <= self.least <= self.most:
            raise PydanticCustomError("deduction_range", "least not above most, and neither below 0")
        return self


class JudgedDeduction(Method):
    """The value is the points that assessors took off; what is left of the full points counts, nothing at the least.

    Where the value sums several judgements, each is held to its range where it is filed (``min`` and ``max`` of the
    field). Where it is one judgement, ``range: {least: 5, most: 10}`` brings it into its range here: no loss stays
    no loss, a loss of 3 becomes 5. ``times`` multiplies the loss afterwards.
    """

    name: ClassVar[str] = "judged_deduction"
    promises: ClassVar[frozenset[str]] = frozenset({"monotone", "bounded", "group_free"})
    example: ClassVar[Mapping[str, object]] = {"range": {"least": "5", "most": "10"}}
    range: LossRange | None = None
    times: Annotated[Exact, Field(gt=0)] = Fraction(1)

    def more_is_better(self, *, lower: bool = False) -> bool:
        """Losses cost points."""
        return False

    def score(self, values: Array, setting: Setting) -> Scored:
        zero = setting.number(0)
        loss = np.maximum(values, zero)
        if self.range is not None:
            low, high = setting.number(self.range.least), setting.number(self.range.most)
            loss = np.where(np.asarray(loss > zero, dtype=bool), np.minimum(np.maximum(loss, low), high), zero)
        left = setting.full - loss * setting.number(self.times)
        return Scored(np.maximum(left, zero), facts={"loss": loss})

    def spreadsheet(self, cells: Cells) -> str:
        loss = f"MAX(0,{cells.value})"
        if self.range is not None:
            low, high = float(self.range.least), float(self.range.most)
            loss = f"IF({cells.value}>0,MAX({low!r},MIN({high!r},{cells.value})),0)"
        return f"MAX(0,{cells.full}-{loss}*{float(self.times)!r})"

    def sentence(self, lang: str, *, lower: bool = False) -> str:
        ends = (show_short(self.range.least), show_short(self.range.most)) if self.range is not None else ()
        times = show_short(self.times)
        if lang == "zh":
            held = f"，每次{ends[0]}至{ends[1]}分" if ends else ""
            more = "" if self.times == 1 else f"，按{times}倍扣"
            return f"由评定人裁量扣分{held}{more}，扣完为止"
        held = f", {ends[0]} to {ends[1]} where any" if ends else ""
        more = "" if self.times == 1 else f", counted {times} times"
        return f"points taken off as judged by the assessor{held}{more}, down to zero"

    def substituted(self, shown: Mapping[str, str], *, lower: bool = False) -> str:
        times = "" if self.times == 1 else f" × {show_short(self.times)}"
        return f"max(0, {shown['full']} − {shown['loss']}{times})"

"""What was left undone is deducted several times over: -k x (t - a), never above zero (未完成部分加倍扣分)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from shuping.methods.arithmetic import Array
from shuping.methods.method import Cells, Method, OperandField, Scored, Setting, bracketed
from shuping.values.rounding import show_short
from shuping.values.scalars import Exact


class ShortfallMultiple(Method):
    """A deduction of ``factor`` points for each ``per`` (one unit of the value) that is short of the target.

    Nothing is earned and nothing is lost from the target on. The leaf may carry ``points: 0``; ``min`` limits the loss.
    """

    name: ClassVar[str] = "shortfall_multiple"
    promises: ClassVar[frozenset[str]] = frozenset({"monotone", "group_free"})
    lowest: ClassVar[Fraction | None] = None
    example: ClassVar[Mapping[str, object]] = {"factor": "2", "target": "target"}
    factor: Annotated[Exact, Field(gt=0)]
    target: OperandField
    per: Annotated[Exact, Field(gt=0)] = Fraction(1)

    def score(self, values: Array, setting: Setting) -> Scored:
        target = setting.operands["target"]
        short = values - target if setting.lower else target - values
        return Scored(np.maximum(short, setting.number(0)) * setting.number(-self.factor / self.per))

    def spreadsheet(self, cells: Cells) -> str:
        value, target = cells.value, cells.operands["target"]
        short = f"{value}-{target}" if cells.lower else f"{target}-{value}"
        return f"-{float(self.factor / self.per)!r}*MAX(0,{short})"

    def sentence(self, lang: str, *, lower: bool = False) -> str:
        target, factor, per = self.target.words(lang), show_short(self.factor), self.figure(self.per)
        if lang == "zh":
            short = f"每超出{per}" if lower else f"每少{per}"
            return f"以{target}为任务数，{short}扣{factor}分，{'未超出' if lower else '完成'}的不扣分"
        short = f"each {per} above" if lower else f"each {per} short of"
        return f"{factor} points deducted for {short} the target ({target}), nothing otherwise"

    def substituted(self, shown: Mapping[str, str], *, lower: bool = False) -> str:
        first, second = (shown["value"], shown["target"]) if lower else (shown["target"], shown["value"])
        per = "" if self.per == 1 else f" ÷ {show_short(self.per)}"
        return f"−{show_short(self.factor)} × max(0, {first} − {bracketed(second)}){per}"

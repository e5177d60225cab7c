"""Deduct for each event, down to zero: max(0, B - n x d) (扣完为止)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from shuping.methods.arithmetic import Array
from shuping.methods.method import Cells, Method, Scored, Setting
from shuping.values.rounding import show_short
from shuping.values.scalars import Exact


class DeductToZero(Method):
    """The value is a number of events; each costs ``each`` points, and no more is lost than the criterion is worth."""

    name: ClassVar[str] = "deduct_to_zero"
    promises: ClassVar[frozenset[str]] = frozenset({"monotone", "bounded", "group_free"})
    example: ClassVar[Mapping[str, object]] = {"each": "0.5"}
    each: Annotated[Exact, Field(gt=0)]

    def more_is_better(self, *, lower: bool = False) -> bool:
        """Events cost points."""
        return False

    def score(self, values: Array, setting: Setting) -> Scored:
        zero = setting.number(0)
        events = np.maximum(values, zero)
        return Scored(np.maximum(setting.full - events * setting.number(self.each), zero))

    def spreadsheet(self, cells: Cells) -> str:
        return f"MAX(0,{cells.full}-MAX(0,{cells.value})*{float(self.each)!r})"

    def sentence(self, lang: str, *, lower: bool = False) -> str:
        each = show_short(self.each)
        return f"每发生一次扣{each}分，扣完为止" if lang == "zh" else f"{each} points lost for each event, down to zero"

    def substituted(self, shown: Mapping[str, str], *, lower: bool = False) -> str:
        events = "0" if shown["value"].startswith("-") else shown["value"]
        return f"max(0, {shown['full']} − {events} × {show_short(self.each)})"

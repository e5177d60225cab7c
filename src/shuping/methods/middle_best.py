"""A target with two ends: full points in the middle, falling to nothing on both sides (适度指标, 中间型)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from shuping.methods.arithmetic import Array
from shuping.methods.method import Cells, Method, Scored, Setting, bracketed
from shuping.values.rounding import parse_exact, show_short
from shuping.values.scalars import Exact


class MiddleBest(Method):
    """Full points from ``low`` to ``high``, in proportion down to nothing at ``worst_low`` and at ``worst_high``."""

    name: ClassVar[str] = "middle_best"
    promises: ClassVar[frozenset[str]] = frozenset({"bounded", "group_free"})
    example: ClassVar[Mapping[str, object]] = {"low": "40%", "high": "60%", "worst_low": "0", "worst_high": "90%"}
    low: Exact
    high: Exact
    worst_low: Exact
    worst_high: Exact

    @model_validator(mode="after")
    def _in_order(self) -> MiddleBest:
        if not self.worst_low < self.low <= self.high < self.worst_high:
            raise PydanticCustomError("middle_order", "worst_low < low <= high < worst_high")
        return self

    def score(self, values: Array, setting: Setting) -> Scored:
        low, high, bottom, top = map(setting.number, (self.low, self.high, self.worst_low, self.worst_high))
        rising, falling = (values - bottom) / (low - bottom), (top - values) / (top - high)
        share = np.minimum(np.minimum(rising, falling), setting.number(1))
        return Scored(setting.full * np.maximum(share, setting.number(0)))

    def spreadsheet(self, cells: Cells) -> str:
        low, high, bottom, top = map(float, (self.low, self.high, self.worst_low, self.worst_high))
        value = cells.value
        rising, falling = f"({value}-{bottom!r})/({low!r}-{bottom!r})", f"({top!r}-{value})/({top!r}-{high!r})"
        return f"{cells.full}*MAX(0,MIN(1,{rising},{falling}))"

    def sentence(self, lang: str, *, lower: bool = False) -> str:
        low, high = self.figure(self.low), self.figure(self.high)
        bottom, top = self.figure(self.worst_low), self.figure(self.worst_high)
        if lang == "zh":
            best = low if low == high else f"{low}至{high}"
            return f"适度为好：{best}得满分，向两侧按比例递减，到{bottom}和{top}为零分"
        best = f"at {low}" if low == high else f"from {low} to {high}"
        return f"the middle is best: full points {best}, in proportion down to nothing at {bottom} and at {top}"

    def substituted(self, shown: Mapping[str, str], *, lower: bool = False) -> str:
        value = parse_exact(shown["value"])
        if self.low <= value <= self.high:
            return f"{shown['full']} × 1"
        if value < self.low:
            bottom = bracketed(show_short(self.worst_low))
            share = f"({shown['value']} − {bottom}) ÷ ({show_short(self.low)} − {bottom})"
        else:
            top, high = show_short(self.worst_high), bracketed(show_short(self.high))
            share = f"({top} − {shown['value']}) ÷ ({top} − {high})"
        return f"{shown['full']} × max(0, {share})"

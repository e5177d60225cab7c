"""Completion rate, capped: B x clamp(a / t, 0, 1) (完成率计分)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from shuping.methods.arithmetic import Array
from shuping.methods.method import Cells, Method, OperandField, Scored, Setting, divide
from shuping.values.rounding import parse_exact


class RatioCapped(Method):
    """Full points at the target and above, in proportion below it.

    Where lower is better, the ratio is target / value, and a value of zero or below gets full points. A target below
    zero is no yardstick: missing.
    """

    name: ClassVar[str] = "ratio_capped"
    promises: ClassVar[frozenset[str]] = frozenset({"monotone", "bounded", "group_free"})
    example: ClassVar[Mapping[str, object]] = {"target": "unit.target_activities"}
    target: OperandField

    def score(self, values: Array, setting: Setting) -> Scored:
        target, zero, one = setting.operands["target"], setting.number(0), setting.number(1)
        missing = {"undefined": np.asarray(target < zero, dtype=bool)}
        if setting.lower:
            ratio, _ = divide(target, values, setting)
            ratio = np.where(np.asarray(values <= zero, dtype=bool), one, ratio)  # nothing of what should be low
        else:
            ratio, missing["division_by_zero"] = divide(values, target, setting)
        return Scored(setting.full * np.minimum(np.maximum(ratio, zero), one), missing)

    def spreadsheet(self, cells: Cells) -> str:
        value, target = cells.value, cells.operands["target"]
        if cells.lower:
            return f"{cells.full}*IF({value}<=0,1,MAX(0,MIN(1,{target}/{value})))"
        return f"{cells.full}*MAX(0,MIN(1,{value}/{target}))"

    def sentence(self, lang: str, *, lower: bool = False) -> str:
        target = self.target.words(lang)
        if lang == "zh":
            return f"以{target}为目标，{'目标值除以实际值' if lower else '实际值除以目标值'}，按完成率计分，满分封顶"
        ratio = "target divided by value" if lower else "value divided by target"
        return f"in proportion to {ratio} (target: {target}), full points at most"

    def substituted(self, shown: Mapping[str, str], *, lower: bool = False) -> str:
        if lower and parse_exact(shown["value"]) <= 0:
            return f"{shown['full']} × 1"
        top, bottom = (shown["target"], shown["value"]) if lower else (shown["value"], shown["target"])
        return f"{shown['full']} × min(1, {top} ÷ {bottom})"

"""Completion rate without a cap, or with a cap above full points: B x a / t (得分不封顶)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from shuping.methods.arithmetic import Array
from shuping.methods.method import Cells, Method, OperandField, Scored, Setting, divide
from shuping.values.rounding import parse_exact, show_short
from shuping.values.scalars import Exact


class RatioUncapped(Method):
    """In proportion to value / target, above full points too; ``cap`` (1.2 = 120 % of full points) limits it.

    Where lower is better, the ratio is target / value: at zero and below it has no bound, which is the cap, or missing
    without one. A target below zero is no yardstick: missing.
    """

    name: ClassVar[str] = "ratio_uncapped"
    promises: ClassVar[frozenset[str]] = frozenset({"monotone", "group_free"})
    example: ClassVar[Mapping[str, object]] = {"target": "1.05", "cap": "1.2"}
    target: OperandField
    cap: Exact | None = None

    def kept(self, *, lower: bool = False) -> frozenset[str]:
        """Bounded where the cap is not above full points."""
        return self.promises | ({"bounded"} if self.cap is not None and self.cap <= 1 else set())

    def score(self, values: Array, setting: Setting) -> Scored:
        target, zero = setting.operands["target"], setting.number(0)
        top, bottom = (target, values) if setting.lower else (values, target)
        ratio, none = divide(top, bottom, setting)
        undefined = np.asarray(target < zero, dtype=bool)
        if self.cap is not None:
            ratio = np.minimum(ratio, setting.number(self.cap))
        if setting.lower:
            boundless = np.asarray(values <= zero, dtype=bool)
            if self.cap is not None:
                ratio, none = np.where(boundless, setting.number(self.cap), ratio), np.zeros_like(none)
            else:
                undefined = undefined | (boundless & ~none)
        return Scored(setting.full * ratio, {"undefined": undefined, "division_by_zero": none})

    def spreadsheet(self, cells: Cells) -> str:
        value, target = cells.value, cells.operands["target"]
        ratio = f"{target}/{value}" if cells.lower else f"{value}/{target}"
        if self.cap is None:
            return f"{cells.full}*{ratio}"
        capped = f"MIN({float(self.cap)!r},{ratio})"
        return f"{cells.full}*" + (f"IF({value}<=0,{float(self.cap)!r},{capped})" if cells.lower else capped)

    def sentence(self, lang: str, *, lower: bool = False) -> str:
        target = self.target.words(lang)
        if lang == "zh":
            ceiling = "得分不封顶" if self.cap is None else f"最高为满分的{show_short(self.cap)}倍"
            return f"以{target}为目标，{'目标值除以实际值' if lower else '实际值除以目标值'}，按完成率计分，{ceiling}"
        ratio = "target divided by value" if lower else "value divided by target"
        ceiling = "without a cap" if self.cap is None else f"at most {show_short(self.cap)} times full points"
        return f"in proportion to {ratio} (target: {target}), {ceiling}"

    def substituted(self, shown: Mapping[str, str], *, lower: bool = False) -> str:
        if lower and self.cap is not None and parse_exact(shown["value"]) <= 0:
            return f"{shown['full']} × {show_short(self.cap)}"
        top, bottom = (shown["target"], shown["value"]) if lower else (shown["value"], shown["target"])
        ratio = f"{top} ÷ {bottom}"
        return (
            f"{shown['full']} × {ratio}"
            if self.cap is None
            else f"{shown['full']} × min({show_short(self.cap)}, {ratio})"
        )

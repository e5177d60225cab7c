"""All or nothing: full points when the target is reached (目标完成计分法)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from shuping.methods.arithmetic import Array
from shuping.methods.method import Cells, Method, OperandField, Scored, Setting


class PassFail(Method):
    """Full points from the target on (to the target, where lower is better), else nothing."""

    name: ClassVar[str] = "pass_fail"
    promises: ClassVar[frozenset[str]] = frozenset({"monotone", "bounded", "group_free"})
    example: ClassVar[Mapping[str, object]] = {"target": "1"}
    leads_to: ClassVar[str] = "→"
    target: OperandField

    def score(self, values: Array, setting: Setting) -> Scored:
        target = setting.operands["target"]
        reached = values <= target if setting.lower else values >= target
        met = np.asarray(reached, dtype=bool)
        return Scored(np.where(met, setting.full, setting.number(0)), facts={"met": met.astype(np.int64)})

    def spreadsheet(self, cells: Cells) -> str:
        sign = "<=" if cells.lower else ">="
        return f"IF({cells.value}{sign}{cells.operands['target']},{cells.full},0)"

    def sentence(self, lang: str, *, lower: bool = False) -> str:
        target = self.target.words(lang)
        if lang == "zh":
            return f"{'不超过' if lower else '达到'}{target}得满分，否则不得分"
        return f"full points {'up to' if lower else 'from'} {target}, otherwise none"

    def substituted(self, shown: Mapping[str, str], *, lower: bool = False) -> str:
        met, missed = ("≤", ">") if lower else ("≥", "<")
        return f"{shown['value']} {met if shown['met'] == '1' else missed} {shown['target']}"

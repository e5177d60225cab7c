"""The way come towards a target, from the group's worst value or a given start: B x (a - s) / (t - s) (目标差距法)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from shuping.methods.arithmetic import Array
from shuping.methods.method import Cells, Compared, Method, OperandField, Scored, Setting
from shuping.methods.way import way, way_cell, way_text
from shuping.values.scalars import Bool


class DistanceToTarget(Method):
    """Full points at the ``target``, nothing at the ``start``, in proportion between.

    Without ``start`` it is the group's worst value, as in COINr. ``cap: false`` lets points go on above full ones. A
    target that is no better than the start is no yardstick: missing for who has not reached it.
    """

    name: ClassVar[str] = "distance_to_target"
    compares: ClassVar[Compared] = "values"
    promises: ClassVar[frozenset[str]] = frozenset({"monotone"})
    example: ClassVar[Mapping[str, object]] = {"target": "95%"}
    target: OperandField
    start: OperandField | None = None
    cap: Bool = True

    def kept(self, *, lower: bool = False) -> frozenset[str]:
        """Bounded with the cap, free of the group with a start of its own."""
        own = {"group_free"} if self.start is not None else set()
        return self.promises | own | ({"bounded"} if self.cap else set())

    def score(self, values: Array, setting: Setting) -> Scored:
        groups = setting.groups
        worst = setting.operands.get("start")
        if worst is None:
            worst = groups.highest(values) if setting.lower else groups.lowest(values)
        share, nowhere = way(values, worst, setting.operands["target"], self.cap, setting)
        facts = {} if self.start is not None else {"start": worst}
        return Scored(setting.full * share, {"undefined": nowhere}, facts)

    def spreadsheet(self, cells: Cells) -> str:
        worst = "MAX" if cells.lower else "MIN"
        start = cells.operands.get("start", f"{worst}({cells.group})")
        return f"{cells.full}*" + way_cell(
            cells.value, start, cells.operands["target"], cap=self.cap, lower=cells.lower
        )

    def sentence(self, lang: str, *, lower: bool = False) -> str:
        target = self.target.words(lang)
        if lang == "zh":
            start = self.start.words(lang) if self.start is not None else f"组内最{'高' if lower else '低'}值"
            return f"以{start}为零分、目标（{target}）为满分，按比例计分{'，满分封顶' if self.cap else '，不封顶'}"
        start = (
            self.start.words(lang)
            if self.start is not None
            else f"the group's {'highest' if lower else 'lowest'} value"
        )
        top = "at most full points" if self.cap else "without a cap"
        return f"nothing at {start}, full points at the target ({target}), in proportion between, {top}"

    def substituted(self, shown: Mapping[str, str], *, lower: bool = False) -> str:
        return f"{shown['full']} × {way_text(shown, 'target', cap=self.cap, lower=lower)}"

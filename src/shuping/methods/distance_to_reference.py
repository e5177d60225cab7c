"""The way come towards one unit's value, from the group's worst: B x (a - min) / (r - min) (对标单位法)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, WithJsonSchema

from shuping.methods.arithmetic import Array
from shuping.methods.method import Cells, Compared, Method, Operand, Scored, Setting
from shuping.methods.promises import RELATIVE
from shuping.methods.way import way, way_cell, way_text
from shuping.values.scalars import Bool


def _unit(given: Any) -> Any:
    return Operand(unit=given.strip()) if isinstance(given, str) and given.strip() else given


UnitField = Annotated[
    Operand, BeforeValidator(_unit), WithJsonSchema({"type": ["string", "number"], "description": "id of a unit"})
]
"""A unit whose value serves all others as a parameter."""


class DistanceToReference(Method):
    """Full points at the value that the reference ``unit`` has in the same period, nothing at the group's worst.

    The unit must be appraised, in whatever group. ``cap: false`` lets points go on above full ones. A reference value
    that is no better than the group's worst is no yardstick: missing for who has not reached it; and where the
    reference unit has no value, nobody has points.
    """

    name: ClassVar[str] = "distance_to_reference"
    compares: ClassVar[Compared] = "values"
    promises: ClassVar[frozenset[str]] = frozenset({"monotone"}) | RELATIVE
    example: ClassVar[Mapping[str, object]] = {"unit": "T01"}
    unit: UnitField
    cap: Bool = True

    def kept(self, *, lower: bool = False) -> frozenset[str]:
        """Bounded with the cap."""
        return self.promises | ({"bounded"} if self.cap else set())

    def score(self, values: Array, setting: Setting) -> Scored:
        worst = setting.groups.highest(values) if setting.lower else setting.groups.lowest(values)
        share, nowhere = way(values, worst, setting.operands["unit"], self.cap, setting)
        return Scored(setting.full * share, {"undefined": nowhere}, {"start": worst})

    def spreadsheet(self, cells: Cells) -> str:
        start = f"{'MAX' if cells.lower else 'MIN'}({cells.group})"
        return f"{cells.full}*" + way_cell(cells.value, start, cells.operands["unit"], cap=self.cap, lower=cells.lower)

    def sentence(self, lang: str, *, lower: bool = False) -> str:
        unit = self.unit.words(lang)
        if lang == "zh":
            worst = f"组内最{'高' if lower else '低'}值"
            return f"以{worst}为零分、{unit}为满分，按比例计分{'，满分封顶' if self.cap else '，不封顶'}"
        worst = f"the group's {'highest' if lower else 'lowest'} value"
        top = "at most full points" if self.cap else "without a cap"
        return f"nothing at {worst}, full points at {unit}, in proportion between, {top}"

    def substituted(self, shown: Mapping[str, str], *, lower: bool = False) -> str:
        return f"{shown['full']} × {way_text(shown, 'unit', cap=self.cap, lower=lower)}"

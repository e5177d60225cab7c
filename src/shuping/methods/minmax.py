"""Min-max within the comparison group: f + (1 - f) x (x - min) / (max - min) (极差法)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from shuping.methods.arithmetic import Array
from shuping.methods.method import Cells, Method, Scored, Setting, divide
from shuping.values.rounding import show_short
from shuping.values.scalars import Exact


class MinMax(Method):
    """The group's best gets full points, its last the share ``floor`` of them; no spread: full points for all."""

    name: ClassVar[str] = "minmax"
    example: ClassVar[Mapping[str, object]] = {"floor": "0.6"}
    floor: Annotated[Exact, Field(ge=0, le=1)] = Fraction(0)

    def score(self, values: Array, setting: Setting) -> Scored:
        low, high = setting.groups.lowest(values), setting.groups.highest(values)
        distance = (high - values) if setting.lower else (values - low)
        share, flat = divide(distance, high - low, setting)
        floor = setting.number(self.floor)
        scaled = floor + (setting.number(1) - floor) * share
        return Scored(setting.full * np.where(flat, setting.number(1), scaled), facts={"lowest": low, "highest": high})

    def spreadsheet(self, cells: Cells) -> str:
        value, group, floor = cells.value, cells.group, float(self.floor)
        distance = f"MAX({group})-{value}" if cells.lower else f"{value}-MIN({group})"
        share = f"({distance})/(MAX({group})-MIN({group}))"
        return f"{cells.full}*IF(MAX({group})=MIN({group}),1,{floor!r}+{1 - floor!r}*{share})"

    def sentence(self, lang: str, *, lower: bool = False) -> str:
        floor = show_short(self.floor * 100)
        if lang == "zh":
            best, last = ("最低", "最高") if lower else ("最高", "最低")
            return f"组内{best}者得满分，{last}者得满分的{floor}%，其余按极差法折算；组内无差异的得满分"
        best, last = ("lowest", "highest") if lower else ("highest", "lowest")
        return (
            f"the {best} value of the group gets full points, the {last} {floor}% of them, the others in proportion "
            "between; full points where the group has no spread"
        )

    def substituted(self, shown: Mapping[str, str], *, lower: bool = False) -> str:
        low, high, value = shown["lowest"], shown["highest"], shown["value"]
        if low == high:
            return f"{shown['full']} × 1"
        distance = f"({high} − {value})" if lower else f"({value} − {low})"
        share = f"{distance} ÷ ({high} − {low})"
        if self.floor == 0:
            return f"{shown['full']} × {share}"
        return f"{shown['full']} × [{show_short(self.floor)} + {show_short(1 - self.floor)} × {share}]"

"""In proportion to the best of the comparison group: B x a / max(a) (按实绩赋分)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from shuping.methods.arithmetic import Array
from shuping.methods.method import Cells, Method, Scored, Setting, divide


class RatioToBest(Method):
    """Full points for the group's best, the others in proportion.

    A best value of zero or below is no yardstick: missing.
    """

    name: ClassVar[str] = "ratio_to_best"

    def score(self, values: Array, setting: Setting) -> Scored:
        best = setting.groups.lowest(values) if setting.lower else setting.groups.highest(values)
        top, bottom = (best, values) if setting.lower else (values, best)
        ratio, _ = divide(top, bottom, setting)
        flat = np.asarray(best <= setting.number(0), dtype=bool)
        return Scored(setting.full * ratio, {"no_spread": flat}, {"best": best})

    def spreadsheet(self, cells: Cells) -> str:
        if cells.lower:
            return f"{cells.full}*MIN({cells.group})/{cells.value}"
        return f"{cells.full}*{cells.value}/MAX({cells.group})"

    def sentence(self, lang: str, *, lower: bool = False) -> str:
        if lang == "zh":
            return (
                "组内最低值得满分，其余按最低值与实际值之比计分"
                if lower
                else "组内最高值得满分，其余按与最高值之比计分"
            )
        if lower:
            return "full points for the group's lowest value, the others by the ratio of the lowest to theirs"
        return "full points for the group's highest value, the others in proportion to it"

    def substituted(self, shown: Mapping[str, str], *, lower: bool = False) -> str:
        top, bottom = (shown["best"], shown["value"]) if lower else (shown["value"], shown["best"])
        return f"{shown['full']} × {top} ÷ {bottom}"

"""Percentile rank within the comparison group: B x (units with a worse value) / (n - 1) (百分位排名)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from shuping.methods.arithmetic import Array
from shuping.methods.method import Cells, Compared, Method, Scored, Setting, divide
from shuping.methods.no_spread import NoSpread, choice_cell, choice_words, settle
from shuping.methods.places import place_cell, places
from shuping.methods.promises import RELATIVE


class PercentileRank(Method):
    """The share of the other units of the group that have a worse value, as PERCENTRANK and COINr count it.

    ``when_flat``: what everyone gets where all values of the group are equal, or it has one unit only.
    """

    name: ClassVar[str] = "percentile_rank"
    compares: ClassVar[Compared] = "places"
    promises: ClassVar[frozenset[str]] = frozenset({"monotone", "bounded"}) | RELATIVE
    when_flat: NoSpread = "missing"

    def score(self, values: Array, setting: Setting) -> Scored:
        groups = setting.groups
        worse = setting.arithmetic.whole(groups.sizes) - places(values, setting, "worse")
        others = setting.arithmetic.whole(groups.sizes - 1)
        share, _ = divide(worse, others, setting)
        flat = np.asarray(groups.highest(values) == groups.lowest(values), dtype=bool)
        points, missing = settle(setting.full * share, flat, self.when_flat, setting)
        return Scored(points, missing, {"worse": worse, "others": others, "flat": flat.astype(np.int64)})

    def spreadsheet(self, cells: Cells) -> str:
        group = cells.group
        share = f"(COUNT({group})-{place_cell(cells, 'worse')})/(COUNT({group})-1)"
        flat = choice_cell(self.when_flat, cells.full)
        return f"IF(MAX({group})=MIN({group}),{flat},{cells.full}*{share})"

    def sentence(self, lang: str, *, lower: bool = False) -> str:
        flat = choice_words(self.when_flat, lang)
        if lang == "zh":
            side = "高于" if lower else "低于"
            return f"按百分位计分：组内其他单位中数值{side}本单位的比例；组内无差异的{flat}"
        side = "higher" if lower else "lower"
        return (
            f"percentile rank: the share of the group's other units with a {side} value; "
            f"{flat} where the group has no spread"
        )

    def substituted(self, shown: Mapping[str, str], *, lower: bool = False) -> str:
        if shown["flat"] == "1":
            return f"{shown['full']} × {0 if self.when_flat == 'zero' else 1}"
        return f"{shown['full']} × {shown['worse']} ÷ {shown['others']}"

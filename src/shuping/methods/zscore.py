"""Standard score within the comparison group: B x (m + s x (x - mean) / sd) (标准分)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from shuping.methods.arithmetic import Array
from shuping.methods.method import Cells, Compared, Method, Scored, Setting, bracketed, divide
from shuping.methods.no_spread import NoSpread, choice_cell, choice_words, settle
from shuping.methods.promises import RELATIVE
from shuping.values.rounding import show_short
from shuping.values.scalars import Exact

HALF = Fraction(1, 2)


class ZScore(Method):
    """The group's mean gets the share ``mean`` of full points, one standard deviation is worth the share ``sd``.

    ``spread: sample`` divides squared distances by n - 1 (as COINr and STDEV do), ``population`` by n. The line goes on
    at both ends: below nothing the leaf's floor holds, above full points its ``max``, where it has one. ``when_flat``:
    what everyone gets where the group has no spread, or one unit only.
    """

    name: ClassVar[str] = "zscore"
    compares: ClassVar[Compared] = "values"
    promises: ClassVar[frozenset[str]] = RELATIVE
    example: ClassVar[Mapping[str, object]] = {"mean": "50%", "sd": "10%"}
    mean: Exact
    sd: Annotated[Exact, Field(gt=0)]
    spread: Literal["sample", "population"] = "sample"
    when_flat: NoSpread = "missing"

    def kept(self, *, lower: bool = False) -> frozenset[str]:
        """Monotone where equals get no points: whoever joins or leaves them loses none."""
        # a unit that leaves, or joins, a group of equals may lose what equals get
        return self.promises | ({"monotone"} if self.when_flat == "missing" else set())

    def score(self, values: Array, setting: Setting) -> Scored:
        groups = setting.groups
        flat = np.asarray(groups.highest(values) == groups.lowest(values), dtype=bool)
        mean, sd = groups.mean(values), self._deviation(values, flat, setting)
        distance = mean - values if setting.lower else values - mean
        standard, _ = divide(distance, sd, setting)
        points = setting.full * (setting.number(self.mean) + setting.number(self.sd) * standard)
        points, missing = settle(points, flat, self.when_flat, setting)
        return Scored(points, missing, {"group_mean": mean, "group_sd": sd})

    def _deviation(self, values: Array, flat: Array, setting: Setting) -> Array:
        """Return each unit's group standard deviation; 0 where the group has no spread."""
        groups = setting.groups
        distance = values - groups.mean(values)
        count = groups.sizes - (1 if self.spread == "sample" else 0)
        variance, _ = divide(groups.total(distance * distance), setting.arithmetic.whole(count), setting)
        variance = np.where(flat, setting.number(0), variance)  # equal floats may differ from their mean
        return groups.spread(setting.arithmetic.power(variance[groups.starts], HALF))

    def spreadsheet(self, cells: Cells) -> str:
        group, value = cells.group, cells.value
        distance = f"AVERAGE({group})-{value}" if cells.lower else f"{value}-AVERAGE({group})"
        deviation = "STDEV" if self.spread == "sample" else "STDEVP"
        points = f"{cells.full}*({float(self.mean)!r}+{float(self.sd)!r}*({distance})/{deviation}({group}))"
        return f"IF(MAX({group})=MIN({group}),{choice_cell(self.when_flat, cells.full)},{points})"

    def sentence(self, lang: str, *, lower: bool = False) -> str:
        mean, sd = show_short(self.mean * 100), show_short(self.sd * 100)
        flat = choice_words(self.when_flat, lang)
        if lang == "zh":
            side = "低" if lower else "高"
            kind = "样本标准差" if self.spread == "sample" else "总体标准差"
            return f"标准分：组内平均值得满分的{mean}%，每{side}一个{kind}加满分的{sd}%，反之减；组内无差异的{flat}"
        side = "below" if lower else "above"
        line = (
            f"{mean}% of full points at the group's mean, {sd}% more for each {self.spread} standard deviation {side}"
        )
        return f"standard score: {line} it and as much less on the other side; {flat} where the group has no spread"

    def substituted(self, shown: Mapping[str, str], *, lower: bool = False) -> str:
        if shown["group_sd"] == "0":
            return f"{shown['full']} × {0 if self.when_flat == 'zero' else 1}"
        value, mean = shown["value"], shown["group_mean"]
        distance = f"{mean} − {bracketed(value)}" if lower else f"{value} − {bracketed(mean)}"
        standard = f"({distance}) ÷ {shown['group_sd']}"
        return f"{shown['full']} × [{show_short(self.mean)} + {show_short(self.sd)} × {standard}]"

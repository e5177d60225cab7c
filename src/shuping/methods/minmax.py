"""Min-max within the comparison group: f + (1 - f) x (x - min) / (max - min) (极差法)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, ClassVar

from pydantic import Field

from shuping.methods.arithmetic import Array
from shuping.methods.method import Cells, Compared, Method, Scored, Setting, divide
from shuping.methods.no_spread import NoSpread, choice_cell, choice_words, settle
from shuping.methods.promises import RELATIVE
from shuping.values.rounding import show_short
from shuping.values.scalars import Exact


class MinMax(Method):
    """The group's best gets full points, its last the share ``floor`` of them.

    ``when_flat``: what everyone gets where all values of the group are equal.
    """

    name: ClassVar[str] = "minmax"
    compares: ClassVar[Compared] = "values"
    promises: ClassVar[frozenset[str]] = frozenset({"bounded"}) | RELATIVE
    example: ClassVar[Mapping[str, object]] = {"floor": "0.6"}
    floor: Annotated[Exact, Field(ge=0, le=1)] = Fraction(0)
    when_flat: NoSpread = "full"

    def kept(self, *, lower: bool = False) -> frozenset[str]:
        """Monotone, unless drawing level with the others costs the floor."""
        # the last of the group has the floor, and loses it by drawing level with the others
        return self.promises | (set() if self.when_flat == "zero" and self.floor > 0 else {"monotone"})

    def score(self, values: Array, setting: Setting) -> Scored:
        low, high = setting.groups.lowest(values), setting.groups.highest(values)
        distance = (high - values) if setting.lower else (values - low)
        share, flat = divide(distance, high - low, setting)
        floor = setting.number(self.floor)
        scaled = floor + (setting.number(1) - floor) * share
        points, missing = settle(setting.full * scaled, flat, self.when_flat, setting)
        return Scored(points, missing, facts={"lowest": low, "highest": high})

    def spreadsheet(self, cells: Cells) -> str:
        value, group, floor = cells.value, cells.group, float(self.floor)
        distance = f"MAX({group})-{value}" if cells.lower else f"{value}-MIN({group})"
        share = f"({distance})/(MAX({group})-MIN({group}))"
        points, flat = f"{cells.full}*({floor!r}+{1 - floor!r}*{share})", choice_cell(self.when_flat, cells.full)
        return f"IF(MAX({group})=MIN({group}),{flat},{points})"

    def sentence(self, lang: str, *, lower: bool = False) -> str:
        floor = show_short(self.floor * 100)
        flat = choice_words(self.when_flat, lang)
        if lang == "zh":
            best, last = ("最低", "最高") if lower else ("最高", "最低")
            return f"组内{best}者得满分，{last}者得满分的{floor}%，其余按极差法折算；组内无差异的{flat}"
        best, last = ("lowest", "highest") if lower else ("highest", "lowest")
        return (
            f"the {best} value of the group gets full points, the {last} {floor}% of them, the others in proportion "
            f"between; {flat} where the group has no spread"
        )

    def substituted(self, shown: Mapping[str, str], *, lower: bool = False) -> str:
        low, high, value = shown["lowest"], shown["highest"], shown["value"]
        if low == high:
            return f"{shown['full']} × {0 if self.when_flat == 'zero' else 1}"
        distance = f"({high} − {value})" if lower else f"({value} − {low})"
        share = f"{distance} ÷ ({high} − {low})"
        if self.floor == 0:
            return f"{shown['full']} × {share}"
        return f"{shown['full']} × [{show_short(self.floor)} + {show_short(1 - self.floor)} × {share}]"

"""Borda count: B x (units beaten, and half of those drawn level with) / (n - 1) (波达计数)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from shuping.methods.arithmetic import Array
from shuping.methods.method import Cells, Compared, Method, Scored, Setting, divide
from shuping.methods.no_spread import NoSpread, choice_cell, choice_words, settle
from shuping.methods.places import Ties, place_cell, places, tie_words
from shuping.methods.promises import RELATIVE


class Borda(Method):
    """Full points for beating all others of the group, none for beating nobody, equal steps between.

    ``ties``: equal values share the mean of their places (half a win each), the better, or the worse. ``when_alone``:
    what a unit gets that has nobody to be compared with.
    """

    name: ClassVar[str] = "borda"
    compares: ClassVar[Compared] = "places"
    promises: ClassVar[frozenset[str]] = frozenset({"monotone", "bounded"}) | RELATIVE
    ties: Ties = "mean"
    when_alone: NoSpread = "missing"

    def score(self, values: Array, setting: Setting) -> Scored:
        count = setting.groups.sizes
        beaten = setting.arithmetic.whole(count) - places(values, setting, self.ties)
        others = setting.arithmetic.whole(count - 1)
        share, alone = divide(beaten, others, setting)
        points, missing = settle(setting.full * share, np.asarray(alone), self.when_alone, setting)
        return Scored(points, missing, {"beaten": beaten, "others": others})

    def spreadsheet(self, cells: Cells) -> str:
        count = f"COUNT({cells.group})"
        alone = choice_cell(self.when_alone, cells.full)
        return f"IF({count}=1,{alone},{cells.full}*({count}-{place_cell(cells, self.ties)})/({count}-1))"

    def sentence(self, lang: str, *, lower: bool = False) -> str:
        ties, alone = tie_words(self.ties, lang), choice_words(self.when_alone, lang)
        if lang == "zh":
            order = "由低到高" if lower else "由高到低"
            return f"波达计数：按组内{order}，胜过其余单位的比例计分；{ties}；组内仅一个单位的{alone}"
        order = "lowest first" if lower else "highest first"
        return f"Borda count ({order}): the share of the group's others that are beaten; {ties}; {alone} where alone"

    def substituted(self, shown: Mapping[str, str], *, lower: bool = False) -> str:
        if shown["others"] == "0":
            return f"{shown['full']} × {0 if self.when_alone == 'zero' else 1}"
        return f"{shown['full']} × {shown['beaten']} ÷ {shown['others']}"

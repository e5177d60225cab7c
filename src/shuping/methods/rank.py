"""Points by place, counted from the bottom: B x (n + 1 - place) / n (名次计分)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from shuping.methods.arithmetic import Array
from shuping.methods.method import Cells, Compared, Method, Scored, Setting
from shuping.methods.places import Ties, place_cell, places, tie_words
from shuping.methods.promises import RELATIVE


class Rank(Method):
    """The first of n units gets full points, the last one n-th of them, equal steps between.

    ``ties``: equal values share the better place, the worse, or the mean of their places.
    """

    name: ClassVar[str] = "rank"
    compares: ClassVar[Compared] = "places"
    promises: ClassVar[frozenset[str]] = frozenset({"monotone", "bounded"}) | RELATIVE
    ties: Ties = "better"

    def score(self, values: Array, setting: Setting) -> Scored:
        place = places(values, setting, self.ties)
        count = setting.arithmetic.whole(setting.groups.sizes)
        points = setting.full * (count + setting.number(1) - place) / count
        return Scored(points, facts={"place": place, "count": count})

    def spreadsheet(self, cells: Cells) -> str:
        count = f"COUNT({cells.group})"
        return f"{cells.full}*({count}+1-{place_cell(cells, self.ties)})/{count}"

    def sentence(self, lang: str, *, lower: bool = False) -> str:
        ties = tie_words(self.ties, lang)
        if lang == "zh":
            order = "由低到高" if lower else "由高到低"
            return f"按组内{order}的名次计分，第一名得满分，逐名等差递减，末名得满分的单位数分之一；{ties}"
        order = "lowest first" if lower else "highest first"
        return f"by place within the group ({order}): full points for the first, equal steps down to one n-th; {ties}"

    def substituted(self, shown: Mapping[str, str], *, lower: bool = False) -> str:
        return f"{shown['full']} × ({shown['count']} + 1 − {shown['place']}) ÷ {shown['count']}"

"""Points by rank within the comparison group: B x (1 - d x (rank - 1)) (按排名赋分)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from shuping.methods.arithmetic import Array
from shuping.methods.method import Cells, Compared, Method, Scored, Setting
from shuping.methods.promises import RELATIVE
from shuping.values.rounding import show_short
from shuping.values.scalars import Exact


class RankStep(Method):
    """First place gets full points, each place below loses the share ``step``; equal values share the better place."""

    name: ClassVar[str] = "rank_step"
    compares: ClassVar[Compared] = "places"
    promises: ClassVar[frozenset[str]] = frozenset({"monotone", "bounded"}) | RELATIVE
    example: ClassVar[Mapping[str, object]] = {"step": "5%"}
    step: Annotated[Exact, Field(gt=0, le=1)]

    def score(self, values: Array, setting: Setting) -> Scored:
        ranks = setting.groups.ranks(values, ascending=setting.lower)
        behind = setting.arithmetic.whole(ranks - 1)
        share = setting.number(1) - setting.number(self.step) * behind
        return Scored(setting.full * np.maximum(share, setting.number(0)), facts={"rank": ranks})

    def spreadsheet(self, cells: Cells) -> str:
        order = 1 if cells.lower else 0
        return f"{cells.full}*MAX(0,1-{float(self.step)!r}*(RANK({cells.value},{cells.group},{order})-1))"

    def sentence(self, lang: str, *, lower: bool = False) -> str:
        step = show_short(self.step * 100)
        if lang == "zh":
            order = "由低到高" if lower else "由高到低"
            return f"按组内{order}排名赋分，第一名得满分，每后移一名减满分的{step}%，并列的名次相同"
        order = "lowest first" if lower else "highest first"
        head = f"by rank within the group ({order}): full points for the first,"
        return f"{head} {step}% less for each place below, ties share a place"

    def substituted(self, shown: Mapping[str, str], *, lower: bool = False) -> str:
        return f"{shown['full']} × max(0, 1 − {show_short(self.step)} × ({shown['rank']} − 1))"

"""Points for reaching the target, and the rest by rank among those above it (达标分加争先进位)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from shuping.methods.arithmetic import Array
from shuping.methods.method import Cells, Compared, Method, OperandField, Scored, Setting
from shuping.values.rounding import show_short
from shuping.values.scalars import Exact


class PassThenRank(Method):
    """Who reaches the target gets ``base`` points; those strictly better share the rest of the full points by rank.

    The first of those above the target gets all the rest, each place below loses the share ``step`` of it; equal values
    share the better place. Exactly at the target: ``base`` and nothing more. Short of it: nothing.
    """

    name: ClassVar[str] = "pass_then_rank"
    compares: ClassVar[Compared] = "places"
    promises: ClassVar[frozenset[str]] = frozenset({"monotone", "bounded"})
    example: ClassVar[Mapping[str, object]] = {"target": "8%", "base": "4", "step": "5%"}
    target: OperandField
    base: Annotated[Exact, Field(ge=0)]
    step: Annotated[Exact, Field(gt=0, le=1)]

    @property
    def least_full(self) -> Fraction:
        """The points for reaching the target."""
        return self.base

    def score(self, values: Array, setting: Setting) -> Scored:
        target, zero, one = setting.operands["target"], setting.number(0), setting.number(1)
        reached = np.asarray(values <= target if setting.lower else values >= target, dtype=bool)
        above = np.flatnonzero(np.asarray(values < target if setting.lower else values > target, dtype=bool))
        base = setting.number(self.base)
        points = np.where(reached, np.full(len(values), base, dtype=setting.arithmetic.dtype), zero)
        ranks = np.zeros(len(values), dtype=np.int64)
        if len(above):
            among = replace(setting.groups, codes=setting.groups.codes[above])
            ranks[above] = among.ranks(values[above], ascending=setting.lower)
            lost = setting.arithmetic.whole(ranks[above] - 1) * setting.number(self.step)
            points[above] = base + (setting.full[above] - base) * np.maximum(one - lost, zero)
        return Scored(points, facts={"reached": reached.astype(np.int64), "rank": ranks})

    def spreadsheet(self, cells: Cells) -> str:
        value, target = cells.value, cells.operands["target"]
        better, order = ("<", 1) if cells.lower else (">", 0)
        if self.target.number is None and "target" in cells.ranges:
            targets = cells.ranges["target"]
            ahead = f"ISNUMBER({cells.group})*({cells.group}{better}{value})*({cells.group}{better}{targets})"
            behind = f"SUMPRODUCT({ahead})"
        else:  # one target for all: whoever is ahead of a unit above it is above it too
            behind = f"(RANK({value},{cells.group},{order})-1)"
        base = repr(float(self.base))
        ranked = f"{base}+({cells.full}-{base})*MAX(0,1-{float(self.step)!r}*{behind})"
        return f"IF({value}{better}{target},{ranked},IF({value}={target},{base},0))"

    def sentence(self, lang: str, *, lower: bool = False) -> str:
        target, base, step = self.target.words(lang), show_short(self.base), show_short(self.step * 100)
        if lang == "zh":
            reach, beyond = ("不超过", "低于") if lower else ("达到", "高于")
            rest = f"{beyond}该值的再按排名分享其余分值，第一名得全部，每后移一名减其{step}%，并列的名次相同"
            return f"{reach}{target}得{base}分，{rest}；未达到的不得分"
        reach, beyond = ("up to", "below") if lower else ("from", "above")
        rest = f"those {beyond} it share the rest by rank: all of it for the first, {step}% less for each place below"
        return f"{base} points {reach} {target}; {rest}, ties share a place; nothing otherwise"

    def substituted(self, shown: Mapping[str, str], *, lower: bool = False) -> str:
        if shown["rank"] != "0":
            base = show_short(self.base)
            share = f"max(0, 1 − {show_short(self.step)} × ({shown['rank']} − 1))"
            return f"{base} + ({shown['full']} − {base}) × {share}"
        return show_short(self.base) if shown["reached"] == "1" else "0"

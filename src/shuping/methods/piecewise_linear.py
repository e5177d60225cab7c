"""A line through given points: in proportion between neighbours, held at both ends (分段线性计分)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from shuping.methods.arithmetic import Array
from shuping.methods.method import Cells, Method, Scored, Setting, bracketed
from shuping.values.rounding import parse_exact, show_short
from shuping.values.scalars import Exact, Frozen


class Knot(Frozen):
    """The value ``at`` is worth so many ``points``, or that ``share`` of full points."""

    at: Exact
    points: Exact | None = None
    share: Exact | None = None

    @model_validator(mode="after")
    def _one_worth(self) -> Knot:
        if (self.points is None) == (self.share is None):
            raise PydanticCustomError("points_or_share", "either points or share")
        return self

    def worth(self, full: Any, setting: Setting) -> Any:
        """Return what it is worth to units with these full points."""
        if self.points is not None:
            return full * setting.number(0) + setting.number(self.points)
        assert self.share is not None
        return full * setting.number(self.share)

    def cell(self, full: str) -> str:
        """Return what it is worth in a spreadsheet."""
        if self.points is not None:
            return repr(float(self.points))
        assert self.share is not None
        return f"{full}*{float(self.share)!r}"

    def words(self, lang: str, at: str) -> str:
        """Return the knot for people; ``at``: its value as it is worded."""
        worth = self.points if self.points is not None else (self.share or Fraction(0)) * 100
        if lang == "zh":
            kind = f"{show_short(worth)}分" if self.points is not None else f"满分的{show_short(worth)}%"
            return f"{at}得{kind}"
        kind = f"{show_short(worth)} points" if self.points is not None else f"{show_short(worth)}% of full points"
        return f"{kind} at {at}"


class PiecewiseLinear(Method):
    """Values and what they are worth, from the lowest value up; beyond the first and the last nothing changes.

    Which way is better lies in the points themselves, not in the measure's direction.
    """

    name: ClassVar[str] = "piecewise_linear"
    promises: ClassVar[frozenset[str]] = frozenset({"group_free"})
    example: ClassVar[Mapping[str, object]] = {
        "points": [{"at": "60%", "share": "0"}, {"at": "80%", "share": "0.6"}, {"at": "95%", "share": "1"}]
    }
    points: tuple[Knot, ...]

    @model_validator(mode="after")
    def _ascending(self) -> PiecewiseLinear:
        if len(self.points) < 2 or any(low.at >= high.at for low, high in pairwise(self.points)):
            raise PydanticCustomError("knots_order", "two points or more, from the lowest value up")
        return self

    def _worths(self) -> list[Any] | None:
        """Return what the knots are worth, in order; None where points and shares are mixed."""
        for kind in ("points", "share"):
            found = [getattr(knot, kind) for knot in self.points]
            if None not in found:
                return found
        return None

    def kept(self, *, lower: bool = False) -> frozenset[str]:
        """Monotone where the worths rise or fall all the way, bounded where they are shares up to 1."""
        worths = self._worths()
        steady = worths is not None and worths in (sorted(worths), sorted(worths, reverse=True))
        within = all(knot.share is not None and knot.share <= 1 for knot in self.points)
        return self.promises | ({"monotone"} if steady else set()) | ({"bounded"} if within else set())

    def more_is_better(self, *, lower: bool = False) -> bool:
        """Tell whether the highest value is worth as much as the lowest."""
        worths = self._worths()
        return not lower if worths is None else worths[-1] >= worths[0]

    def score(self, values: Array, setting: Setting) -> Scored:
        found = self.points[0].worth(setting.full, setting)
        for low, high in pairwise(self.points):
            start, end = setting.number(low.at), setting.number(high.at)
            first, last = low.worth(setting.full, setting), high.worth(setting.full, setting)
            line = first + (last - first) * (values - start) / (end - start)
            found = np.where(np.asarray(values >= start, dtype=bool), line, found)
            found = np.where(np.asarray(values >= end, dtype=bool), last, found)
        return Scored(found)

    def spreadsheet(self, cells: Cells) -> str:
        formula = self.points[-1].cell(cells.full)
        for low, high in reversed(list(pairwise(self.points))):
            first, last = low.cell(cells.full), high.cell(cells.full)
            start, end = float(low.at), float(high.at)
            line = f"{first}+({last}-{first})*({cells.value}-{start!r})/({end!r}-{start!r})"
            formula = f"IF({cells.value}<{end!r},{line},{formula})"
        lowest = self.points[0]
        return f"IF({cells.value}<{float(lowest.at)!r},{lowest.cell(cells.full)},{formula})"

    def sentence(self, lang: str, *, lower: bool = False) -> str:
        knots = [knot.words(lang, self.figure(knot.at)) for knot in self.points]
        if lang == "zh":
            return f"分段计分：{'，'.join(knots)}，其间按比例，两端以外按两端计"
        return f"{', '.join(knots)}, in proportion between, held at both ends"

    def substituted(self, shown: Mapping[str, str], *, lower: bool = False) -> str:
        value = parse_exact(shown["value"])
        if value <= self.points[0].at or value >= self.points[-1].at:
            end = self.points[0] if value <= self.points[0].at else self.points[-1]
            return _worth_text(end, shown["full"])
        low, high = next((low, high) for low, high in pairwise(self.points) if value < high.at)
        first, last = _worth_text(low, shown["full"]), _worth_text(high, shown["full"])
        start, stop = bracketed(show_short(low.at)), show_short(high.at)
        share = f"({shown['value']} − {start}) ÷ ({stop} − {start})"
        return f"{first} + ({last} − {bracketed(first)}) × {share}"


def _worth_text(knot: Knot, full: str) -> str:
    return show_short(knot.points) if knot.points is not None else f"{full} × {show_short(knot.share or Fraction(0))}"

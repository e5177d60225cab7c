"""Points as they were counted, tier by tier: the sum of count x points of the tier (采用计分)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from shuping.methods.arithmetic import Array
from shuping.methods.method import Cells, Method, Scored, Setting
from shuping.values.rounding import show_short
from shuping.values.scalars import Exact


class TieredPoints(Method):
    """The value is points already: what each tier is worth, and which item counts, is settled by the measure.

    Nothing above ``cap`` times full points, nothing below zero. A measure with ``tiers`` counts an item at its highest
    tier only, or at all of them; a formula such as ``20 * count(where tier = city) + 5 * count(where tier = brief)``
    does where no item can stand twice.
    """

    name: ClassVar[str] = "tiered_points"
    promises: ClassVar[frozenset[str]] = frozenset({"monotone", "group_free"})
    cap: Annotated[Exact, Field(gt=0)] = Fraction(1)

    def kept(self, *, lower: bool = False) -> frozenset[str]:
        """Bounded where the cap is not above full points."""
        return self.promises | ({"bounded"} if self.cap <= 1 else set())

    def more_is_better(self, *, lower: bool = False) -> bool:
        """Points counted are points."""
        return True

    def score(self, values: Array, setting: Setting) -> Scored:
        return Scored(np.minimum(np.maximum(values, setting.number(0)), setting.full * setting.number(self.cap)))

    def spreadsheet(self, cells: Cells) -> str:
        return f"MAX(0,MIN({cells.full}*{float(self.cap)!r},{cells.value}))"

    def sentence(self, lang: str, *, lower: bool = False) -> str:
        cap = show_short(self.cap)
        if lang == "zh":
            return f"按累计分值计分，最高为{'满分' if self.cap == 1 else f'满分的{cap}倍'}"
        return f"the points counted, at most {'full points' if self.cap == 1 else f'{cap} times full points'}"

    def substituted(self, shown: Mapping[str, str], *, lower: bool = False) -> str:
        top = shown["full"] if self.cap == 1 else f"{show_short(self.cap)} × {shown['full']}"
        return f"clamp({shown['value']}, 0, {top})"

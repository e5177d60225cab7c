"""A share of the points at the target, then a fixed slope: clamp(pB + k(a - t) / per, 0, cap x B) (达标分加减)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from shuping.methods.arithmetic import Array
from shuping.methods.method import Cells, Method, OperandField, Scored, Setting, bracketed
from shuping.values.rounding import show_short
from shuping.values.scalars import Exact


class BaseSlope(Method):
    """The share ``base`` of full points at the target, ``slope`` points more or fewer for each ``per`` beyond or short.

    ``slope`` counts points per unit of the value, unless ``per`` says another step: a share such as a growth rate is
    stored as 0.134, so "0.5 points for each percentage point" is ``slope: 0.5, per: 1%``. Never below nothing, never
    above ``cap`` times full points. Where lower is better, being below the target is what earns.
    """

    name: ClassVar[str] = "base_slope"
    promises: ClassVar[frozenset[str]] = frozenset({"monotone", "group_free"})
    example: ClassVar[Mapping[str, object]] = {
        "target": "10%",
        "base": "80%",
        "slope": "0.5",
        "per": "1%",
        "cap": "1.2",
    }
    target: OperandField
    base: Annotated[Exact, Field(ge=0)]
    slope: Annotated[Exact, Field(gt=0)]
    per: Annotated[Exact, Field(gt=0)] = Fraction(1)
    cap: Annotated[Exact, Field(gt=0)] = Fraction(1)

    @model_validator(mode="after")
    def _base_within(self) -> BaseSlope:
        if self.base > self.cap:
            raise PydanticCustomError("base_above_cap", "base not above cap")
        return self

    def kept(self, *, lower: bool = False) -> frozenset[str]:
        """Bounded where the cap is not above full points."""
        return self.promises | ({"bounded"} if self.cap <= 1 else set())

    def score(self, values: Array, setting: Setting) -> Scored:
        target = setting.operands["target"]
        beyond = target - values if setting.lower else values - target
        points = setting.full * setting.number(self.base) + beyond * setting.number(self.slope / self.per)
        return Scored(np.minimum(np.maximum(points, setting.number(0)), setting.full * setting.number(self.cap)))

    def spreadsheet(self, cells: Cells) -> str:
        value, target = cells.value, cells.operands["target"]
        beyond = f"({target}-{value})" if cells.lower else f"({value}-{target})"
        points = f"{cells.full}*{float(self.base)!r}+{beyond}*{float(self.slope / self.per)!r}"
        return f"MAX(0,MIN({cells.full}*{float(self.cap)!r},{points}))"

    def sentence(self, lang: str, *, lower: bool = False) -> str:
        target, base, slope = self.target.words(lang), show_short(self.base * 100), show_short(self.slope)
        per, cap = self.figure(self.per), show_short(self.cap)
        if lang == "zh":
            more, less = ("低于", "高于") if lower else ("高于", "低于")
            top = "满分" if self.cap == 1 else f"满分的{cap}倍"
            step = f"每{more}{per}加{slope}分，每{less}{per}减{slope}分"
            return f"以{target}为目标，达到目标得满分的{base}%，{step}，最高为{top}，扣完为止"
        more, less = ("below", "above") if lower else ("above", "below")
        top = "full points" if self.cap == 1 else f"{cap} times full points"
        step = f"{slope} points more for each {per} {more} it, {slope} fewer for each {per} {less} it"
        return f"{base}% of full points at the target ({target}), {step}, at most {top}, down to zero"

    def substituted(self, shown: Mapping[str, str], *, lower: bool = False) -> str:
        first, second = (shown["target"], shown["value"]) if lower else (shown["value"], shown["target"])
        per = "" if self.per == 1 else f" ÷ {show_short(self.per)}"
        beyond = f"({first} − {bracketed(second)}){per}"
        points = f"{show_short(self.base)} × {shown['full']} + {show_short(self.slope)} × {beyond}"
        return f"clamp({points}, 0, {show_short(self.cap)} × {shown['full']})"

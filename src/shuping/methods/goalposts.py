"""Fixed goalposts: B x (x - low) / (high - low), linear or logarithmic, clipped or not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from shuping.methods.arithmetic import Array
from shuping.methods.method import Cells, Method, Scored, Setting
from shuping.values.rounding import show_short
from shuping.values.scalars import Bool, Exact


class Goalposts(Method):
    """``low`` is worth nothing, ``high`` full points (high below low where less is better).

    ``scale: log`` uses natural logarithms (values must be above zero). ``clip`` holds the result between the posts.
    """

    name: ClassVar[str] = "goalposts"
    promises: ClassVar[frozenset[str]] = frozenset({"monotone", "group_free"})
    example: ClassVar[Mapping[str, object]] = {"low": "20", "high": "85"}
    low: Exact
    high: Exact
    scale: Literal["linear", "log"] = "linear"
    clip: Bool = True

    @model_validator(mode="after")
    def _apart(self) -> Goalposts:
        if self.low == self.high:
            raise PydanticCustomError("goalposts_equal", "low and high that differ")
        if self.scale == "log" and min(self.low, self.high) <= 0:
            raise PydanticCustomError("goalposts_log", "low and high above zero with scale: log")
        return self

    def kept(self, *, lower: bool = False) -> frozenset[str]:
        """Bounded where the result is held between the posts."""
        return self.promises | ({"bounded"} if self.clip else set())

    def more_is_better(self, *, lower: bool = False) -> bool:
        """Tell whether the post of full points is the higher one."""
        return self.high > self.low

    def score(self, values: Array, setting: Setting) -> Scored:
        low, high = setting.number(self.low), setting.number(self.high)
        undefined = np.zeros(len(values), dtype=bool)
        if self.scale == "log":
            ends = setting.arithmetic.ln(setting.arithmetic.array([self.low, self.high]))
            undefined = np.asarray(values <= setting.number(0), dtype=bool)
            values = setting.arithmetic.ln(np.where(undefined, setting.number(1), values))
            low, high = ends[0], ends[1]
        share = (values - low) / (high - low)
        if self.clip:
            share = np.minimum(np.maximum(share, setting.number(0)), setting.number(1))
        return Scored(setting.full * share, {"undefined": undefined})

    def spreadsheet(self, cells: Cells) -> str:
        low, high, value = repr(float(self.low)), repr(float(self.high)), cells.value
        if self.scale == "log":
            low, high, value = f"LN({low})", f"LN({high})", f"LN({value})"
        share = f"({value}-{low})/({high}-{low})"
        return f"{cells.full}*{f'MAX(0,MIN(1,{share}))' if self.clip else share}"

    def sentence(self, lang: str, *, lower: bool = False) -> str:
        low, high = self.figure(self.low), self.figure(self.high)
        if lang == "zh":
            scale = "取自然对数后" if self.scale == "log" else ""
            clip = "，超出两端的按两端计" if self.clip else "，两端不封顶不保底"
            return f"{scale}以{low}为零分、{high}为满分，按比例计分{clip}"
        scale = " on a logarithmic scale" if self.scale == "log" else ""
        clip = "held between the two" if self.clip else "not held between the two"
        return f"nothing at {low}, full points at {high}, in proportion between{scale}, {clip}"

    def substituted(self, shown: Mapping[str, Any], *, lower: bool = False) -> str:
        low, high, value = show_short(self.low), show_short(self.high), shown["value"]
        if self.scale == "log":
            low, high, value = f"ln {low}", f"ln {high}", f"ln {value}"
        share = f"({value} − {low}) ÷ ({high} − {low})"
        return f"{shown['full']} × {f'clamp({share}, 0, 1)' if self.clip else share}"

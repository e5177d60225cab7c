"""The same points for every unit that has a value (定额计分)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from shuping.methods.arithmetic import Array
from shuping.methods.method import Cells, Method, Scored, Setting
from shuping.values.rounding import show_short
from shuping.values.scalars import Exact


class Constant(Method):
    """So many ``points``, or that ``share`` of full points, whatever the value: for what only has to be reported."""

    name: ClassVar[str] = "constant"
    promises: ClassVar[frozenset[str]] = frozenset({"monotone", "group_free", "scale_free", "shift_free"})
    example: ClassVar[Mapping[str, object]] = {"share": "100%"}
    points: Exact | None = None
    share: Exact | None = None

    @model_validator(mode="after")
    def _one_worth(self) -> Constant:
        if (self.points is None) == (self.share is None):
            raise PydanticCustomError("points_or_share", "either points or share")
        return self

    def kept(self, *, lower: bool = False) -> frozenset[str]:
        """Bounded where the share is not above 1."""
        return self.promises | ({"bounded"} if self.share is not None and self.share <= 1 else set())

    def score(self, values: Array, setting: Setting) -> Scored:
        if self.share is not None:
            return Scored(setting.full * setting.number(self.share))
        assert self.points is not None
        return Scored(setting.arithmetic.full(len(values), self.points))

    def spreadsheet(self, cells: Cells) -> str:
        if self.share is not None:
            return f"{cells.full}*{float(self.share)!r}"
        assert self.points is not None
        return repr(float(self.points))

    def sentence(self, lang: str, *, lower: bool = False) -> str:
        if self.points is not None:
            points = show_short(self.points)
            return f"有数值即得{points}分" if lang == "zh" else f"{points} points whatever the value"
        assert self.share is not None
        share = show_short(self.share * 100)
        return f"有数值即得满分的{share}%" if lang == "zh" else f"{share}% of full points whatever the value"

    def substituted(self, shown: Mapping[str, str], *, lower: bool = False) -> str:
        if self.points is not None:
            return show_short(self.points)
        assert self.share is not None
        return f"{shown['full']} × {show_short(self.share)}"

"""What units are compared with over the years: the key ``frame`` of the rule book and of a criterion."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from shuping.values.scalars import Frozen


class Frame(Frozen):
    """Where the figures come from that a method takes from the comparison group: lowest and highest value, mean and
    standard deviation, best value, places, outlier limits. The word alone stands for ``{over: word}``.

    ``each_period``: from the period that is scored, anew each time; points then tell places within a year and nothing
    of change. ``pooled``: from all periods of the rule book of the same kind together. ``base: "2019"``: from that one
    period, for every other too; whoever goes beyond its highest value gets more than full points, unless ``max`` says
    otherwise.

    The last two make points comparable from year to year (OECD and JRC, Handbook on Constructing Composite Indicators,
    2008, section 5.3).
    """

    over: Literal["each_period", "pooled"] | None = None
    base: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, given: Any) -> Any:
        return {"over": given} if isinstance(given, str) else given

    @model_validator(mode="after")
    def _one_way(self) -> Frame:
        if (self.over is None) == (self.base is None):
            raise PydanticCustomError("frame_source", "each_period, pooled or {base: period}")
        return self

    @property
    def frozen(self) -> bool:
        """Tell whether other periods than the one being scored have a say."""
        return self.over != "each_period"

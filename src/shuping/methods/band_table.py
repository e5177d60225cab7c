"""Bands: a table from value to points, each band closed below and open above (分档计分)."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import ClassVar

import numpy as np
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from shuping.methods.arithmetic import Array
from shuping.methods.method import Cells, Method, Scored, Setting
from shuping.values.rounding import show_short
from shuping.values.scalars import Exact, Frozen


class Band(Frozen):
    """Values of ``from`` and above get ``points``; the last band has no ``from``."""

    from_: Exact | None = Field(None, alias="from")
    points: Exact


class BandTable(Method):
    """The first band whose ``from`` the value reaches gives its points. Bands stand from the highest down."""

    name: ClassVar[str] = "band_table"
    promises: ClassVar[frozenset[str]] = frozenset({"group_free"})
    example: ClassVar[Mapping[str, object]] = {
        "bands": [{"from": "90%", "points": "10"}, {"from": "80%", "points": "8"}, {"points": "5"}]
    }
    bands: tuple[Band, ...]

    @model_validator(mode="after")
    def _descending(self) -> BandTable:
        starts = [band.from_ for band in self.bands]
        if not starts or starts[-1] is not None or None in starts[:-1]:
            raise PydanticCustomError("bands_last", "bands with from, then one last band without")
        known = [start for start in starts if start is not None]
        if any(high <= low for high, low in pairwise(known)):
            raise PydanticCustomError("bands_order", "bands from the highest down")
        return self

    def kept(self, *, lower: bool = False) -> frozenset[str]:
        """Monotone where the points rise or fall all the way."""
        points = [band.points for band in self.bands]
        steady = points == sorted(points) or points == sorted(points, reverse=True)
        return self.promises | ({"monotone"} if steady else set())

    def more_is_better(self, *, lower: bool = False) -> bool:
        """Tell whether the highest band is worth as much as the lowest."""
        return self.bands[0].points >= self.bands[-1].points

    def score(self, values: Array, setting: Setting) -> Scored:
        points = setting.arithmetic.full(len(values), self.bands[-1].points)
        for band in reversed(self.bands[:-1]):
            assert band.from_ is not None
            reached = np.asarray(values >= setting.number(band.from_), dtype=bool)
            points = np.where(reached, setting.number(band.points), points)
        return Scored(points)

    def spreadsheet(self, cells: Cells) -> str:
        formula = repr(float(self.bands[-1].points))
        for band in reversed(self.bands[:-1]):
            assert band.from_ is not None
            formula = f"IF({cells.value}>={float(band.from_)!r},{float(band.points)!r},{formula})"
        return formula

    def sentence(self, lang: str, *, lower: bool = False) -> str:
        parts = []
        for band in self.bands:
            points = show_short(band.points)
            if band.from_ is None:
                parts.append(f"其余{points}分" if lang == "zh" else f"otherwise {points}")
            else:
                start = self.figure(band.from_)
                parts.append(f"达到{start}得{points}分" if lang == "zh" else f"{points} points from {start}")
        return "分档计分：" + "，".join(parts) if lang == "zh" else "by bands: " + ", ".join(parts)

    def substituted(self, shown: Mapping[str, str], *, lower: bool = False) -> str:
        table = "; ".join(
            f"≥ {show_short(band.from_)}: {show_short(band.points)}"
            if band.from_ is not None
            else f"… {show_short(band.points)}"
            for band in self.bands
        )
        return f"{shown['value']} → [{table}]"

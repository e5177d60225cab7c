"""A grade given elsewhere turned into points: a table from the grade's number to points (等次折算)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import ClassVar

import numpy as np
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from shuping.methods.arithmetic import Array
from shuping.methods.method import Cells, Method, Scored, Setting
from shuping.values.rounding import show_short
from shuping.values.scalars import Exact, Frozen, Text


class GivenClass(Frozen):
    """One grade: the number that stands for it in the records, what it is worth, and what it is called."""

    code: Exact
    points: Exact
    title: Text | None = None

    def words(self, lang: str) -> str:
        """Return the grade's name, or its number."""
        return self.title.get(lang) if self.title is not None else show_short(self.code)


class ClassPoints(Method):
    """Exactly the points of the grade whose ``code`` the value is; points may be below zero. Any other value: missing.

    Several targets with a grade each are several leaves under one node, whose ``min`` limits what they cost together.
    Such leaves may carry ``points: 0``.
    """

    name: ClassVar[str] = "class_points"
    promises: ClassVar[frozenset[str]] = frozenset({"group_free"})
    lowest: ClassVar[Fraction | None] = None
    leads_to: ClassVar[str] = "→"
    example: ClassVar[Mapping[str, object]] = {
        "classes": [{"code": "1", "points": "0"}, {"code": "2", "points": "-0.3"}, {"code": "3", "points": "-0.5"}]
    }
    classes: tuple[GivenClass, ...]

    @model_validator(mode="after")
    def _distinct(self) -> ClassPoints:
        codes = [given.code for given in self.classes]
        if not codes or len(set(codes)) != len(codes):
            raise PydanticCustomError("class_codes", "classes, each with a code of its own")
        return self

    def more_is_better(self, *, lower: bool = False) -> bool:
        """Tell whether the highest code is worth as much as the lowest."""
        ordered = sorted(self.classes, key=lambda given: given.code)
        return ordered[-1].points >= ordered[0].points

    def kept(self, *, lower: bool = False) -> frozenset[str]:
        """Monotone where the points rise or fall with the codes."""
        points = [given.points for given in sorted(self.classes, key=lambda given: given.code)]
        steady = points == sorted(points) or points == sorted(points, reverse=True)
        return self.promises | ({"monotone"} if steady else set())

    def score(self, values: Array, setting: Setting) -> Scored:
        points = setting.arithmetic.full(len(values), Fraction(0))
        known = np.zeros(len(values), dtype=bool)
        for given in self.classes:
            here = np.asarray(values == setting.number(given.code), dtype=bool)
            points = np.where(here, setting.number(given.points), points)
            known |= here
        return Scored(points, {"undefined": ~known})

    def spreadsheet(self, cells: Cells) -> str:
        formula = '""'
        for given in reversed(self.classes):
            formula = f"IF({cells.value}={float(given.code)!r},{float(given.points)!r},{formula})"
        return formula

    def sentence(self, lang: str, *, lower: bool = False) -> str:
        if lang == "zh":
            return "按等次折算：" + "，".join(
                f"{given.words(lang)}计{show_short(given.points)}分" for given in self.classes
            )
        return "points by grade: " + ", ".join(
            f"{show_short(given.points)} for {given.words(lang)}" for given in self.classes
        )

    def substituted(self, shown: Mapping[str, str], *, lower: bool = False) -> str:
        return shown["value"]

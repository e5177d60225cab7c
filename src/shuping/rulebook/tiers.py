"""Points by tier: rows of a dataset counted with the points of their category, each matter once or every time."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from shuping.rulebook.formula_writing import name_text, number_text
from shuping.values.scalars import Exact, Frozen


class Tiers(Frozen):
    """Points of each row by the option of a category ``field``; options that are not listed earn nothing.

    ``same`` names the field that says which matter a row is about: with ``duplicates: highest`` a matter counts once,
    at its highest tier, with ``cumulative`` every row counts. ``where`` (a condition on the row) leaves rows out.
    """

    field: str
    points: dict[str, Exact]
    same: str | None = None
    duplicates: Literal["highest", "cumulative"] = "highest"
    where: str | None = None

    @model_validator(mode="after")
    def _same_to_compare(self) -> Tiers:
        if not self.points:
            raise PydanticCustomError("tiers_points", "at least one option with points")
        if self.same is None and "duplicates" in self.model_fields_set:
            raise PydanticCustomError("tiers_same", "duplicates only with same")
        return self

    def written(self) -> str:
        """Return the tiers in one line, as they are shown where another measure shows its formula."""
        points = ", ".join(f"{option} {number_text(number)}" for option, number in self.points.items())
        text = f"{self.field}: {points}"
        if self.same is not None:
            text += f"; same {self.same}: {self.duplicates}"
        return f"{text}; where {self.where}" if self.where else text

    def pieces(self) -> dict[str, str]:
        """Return a short name for each count in the formula: the options whose rows or matters it counts."""
        if self.same is None or self.duplicates == "cumulative":
            return {_plain(f"count({self._where([option])})"): option for option in self.points}
        reached = [
            [option for option, points in self.points.items() if points >= level] for level in set(self.points.values())
        ]
        name = name_text(self.same)
        return {_plain(f"distinct({name} {self._where(options)})"): "/".join(options) for options in reached}

    def formula(self) -> str:
        """Return the formula that counts the points.

        The highest tier of each matter is counted in layers: every matter earns the lowest points, those with a higher
        tier the step from one to the next. Nothing but distinct counts is needed, so that units merge exactly.
        """
        if self.same is None or self.duplicates == "cumulative":
            return _added([(points, f"count({self._where([option])})") for option, points in self.points.items()])
        layers: list[tuple[Fraction, str]] = []
        below = Fraction(0)
        for level in sorted(set(self.points.values())):
            reached = [option for option, points in self.points.items() if points >= level]
            layers.append((level - below, f"distinct({name_text(self.same)} {self._where(reached)})"))
            below = level
        return _added(layers)

    def _where(self, options: list[str]) -> str:
        listed = ", ".join(_quoted(option) for option in options)
        test = f"in ({listed})" if len(options) > 1 else f"== {listed}"
        return f"where {name_text(self.field)} {test}" + (f" and ({self.where})" if self.where else "")


def _added(parts: list[tuple[Fraction, str]]) -> str:
    """Return the sum of counts, each times its points."""
    text = ""
    for factor, count in parts:
        sign = ("-" if factor < 0 else "") if not text else (" - " if factor < 0 else " + ")
        size = abs(factor)
        times = "" if size == 1 else f"{number_text(size)} * "
        text += f"{sign}{times}{count}"
    return text


def _plain(text: str) -> str:
    """Run blanks together, as formulas are shown."""
    return " ".join(text.split())


def _quoted(option: str) -> str:
    return f"'{option}'" if '"' in option else f'"{option}"'

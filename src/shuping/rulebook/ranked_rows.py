"""Points by the places that several rankers give: each row of a dataset is one ranker's place for a unit."""

from __future__ import annotations

from fractions import Fraction

from shuping.rulebook.ballot_model import RankPoints
from shuping.rulebook.formula_writing import name_text, number_text


class RankedRows(RankPoints):
    """Points of a unit from the places in ``field``, one row for each ranker: ``full`` for the first place, the share
    ``step`` of it less for each place below, not below ``floor``.

    ``several: points`` (default) turns each ranker's place into points, down to the floor, and takes their mean;
    ``ranks`` turns the mean place into points. The two differ only where a place reaches the floor. ``where`` (a
    condition on the row) leaves rows out.
    """

    field: str
    where: str | None = None

    def written(self) -> str:
        """Return the setting in one line, as it is shown where another measure shows its formula."""
        text = f"{self.field}: {number_text(self.full)}, step {number_text(self.step)}, floor {number_text(self.floor)}"
        text += f"; several: {self.several}"
        return f"{text}; where {self.where}" if self.where else text

    def formula(self) -> str:
        """Return the formula of the points.

        Rows are turned into points in whole decimals, a step such as 1/3 multiplied out before and divided by after the
        mean: what is added up row by row is exact.
        """
        loss = self.full * self.step
        factor = _decimal_factor(self.full, self.floor, loss)
        condition = f" where {self.where}" if self.where else ""
        place = name_text(self.field)
        mean = f"mean({place}{condition})" if self.several == "ranks" else place
        floor, full, less = (number_text(size * factor) for size in (self.floor, self.full, loss))
        points = f"greatest({floor}, {full} - {less} * ({mean} - 1))"
        if self.several == "points":
            points = f"mean({points}{condition})"
        return points if factor == 1 else f"{points} / {factor}"


def _decimal_factor(*numbers: Fraction) -> int:
    """Return the smallest whole number that makes decimals of all of them."""
    factor = 1
    for number in numbers:
        rest = (number * factor).denominator
        for prime in (2, 5):
            while rest % prime == 0:
                rest //= prime
        factor *= rest
    return factor

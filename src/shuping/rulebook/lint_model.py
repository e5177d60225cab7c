"""From where on the linter speaks: limits that an organiser may set in the rule book, under ``lint``."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated

from pydantic import Field as PField

from shuping.values.scalars import Exact, Frozen, Int

Count = Annotated[Int, PField(ge=0)]
Amount = Annotated[Exact, PField(ge=0)]


class Lint(Frozen):
    """Limits of ``shuping check``: more than these, or less, and it says so. Nothing here changes a score.

    ``leaves``: single criteria in one comparison group; ``leaf_points``: points of a single criterion, where the total
    is 100 or more (a smaller total is taken as 100); ``minutes`` asked of one unit in a year (2400: 40 hours, one
    working week); ``evidence_files`` per row; ``spread``: best less worst points of a criterion, as a share of its full
    points; ``correlation``: its size between two criteria's values, looked at in groups of ``correlated_units`` or
    more; ``weight_gap``: effective less declared weight, in shares of the total.
    """

    leaves: Count = 40
    leaf_points: Amount = Fraction(1)
    minutes: Amount = Fraction(2400)
    evidence_files: Count = 2
    spread: Amount = Fraction(1, 50)
    correlation: Amount = Fraction(19, 20)
    correlated_units: Count = 8
    weight_gap: Amount = Fraction(1, 20)

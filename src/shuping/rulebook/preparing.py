"""How raw values are made ready before they are scored: the keys ``prepare`` of the rule book and of a measure.

The order is fixed: denominate, screen units, impute, treat outliers. What is done to which figure is recorded point by
point (``prepared.csv``).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field as PField
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from shuping.rulebook.frame_model import Frame
from shuping.values.scalars import Exact, Frozen, Int

Scope = Literal["group", "all"]


class Screen(Frozen):
    """Units with too little data have no total and count in no comparison.

    ``min_share``: at least this share of the measures that the unit is scored by must have a value, in all and below
    each criterion of ``branches``; ``zeros: missing`` counts a zero as no value here. ``keep`` names units that stay
    whatever they lack.
    """

    min_share: Annotated[Exact, PField(gt=0, le=1)]
    zeros: Literal["value", "missing"] = "value"
    branches: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()


class Impute(Frozen):
    """A missing value is filled with the mean or median of the comparison group, or of the units that share the
    attribute ``by`` (``unit.region``) with it, where at least ``min_n`` of them have a value.
    """

    statistic: Literal["mean", "median"] = "mean"
    by: str | None = None
    min_n: Annotated[Int, PField(ge=1)] = 1


class Outliers(Frozen):
    """While the absolute skewness is above ``skew`` and the kurtosis above ``kurtosis`` (both bias-corrected, as
    spreadsheets define them), the outermost value of the skewed tail is drawn in to its neighbour, one more at a time,
    ``max_points`` at the most.

    Where that is not enough, ``then`` replaces the untouched values by ``log``: ln(x - min + 1% of the range), or by
    ``box_cox``: ((x - min + 1) ^ lambda - 1) / lambda, with 0 for ln.

    ``frame``: over which periods skewness, kurtosis and limits are taken, where not the rule book's; with ``base`` the
    values of other periods are drawn in to the limits of that one.
    """

    skew: Annotated[Exact, PField(gt=0)] = Fraction(2)
    kurtosis: Exact = Fraction(7, 2)
    max_points: Annotated[Int, PField(ge=0, le=1000)] = 5
    then: Literal["nothing", "log", "box_cox"] = "nothing"
    frame: Frame | None = None
    lambda_: Annotated[Exact, PField(ge=-5, le=5)] | None = PField(None, alias="lambda")

    @model_validator(mode="after")
    def _lambda_with_box_cox(self) -> Outliers:
        if (self.then == "box_cox") != (self.lambda_ is not None):
            raise PydanticCustomError("box_cox_lambda", "lambda with box_cox, and only there")
        if self.lambda_ is not None and self.lambda_.denominator > 100:
            raise PydanticCustomError("box_cox_fine", "lambda with a denominator of at most 100")
        return self


class Preparation(Frozen):
    """Preparation of every measure that a criterion uses. ``over``: within each comparison group, or over all units."""

    over: Scope = "group"
    screen: Screen | None = None
    impute: Impute | None = None
    outliers: Outliers | None = None


class MeasurePreparation(Frozen):
    """Preparation of one measure: x / (denominator / scale) first, with a unit attribute (``unit.population``) or
    another measure as denominator; ``impute`` and ``outliers`` in place of the rule book's; ``skip`` leaves those out.
    """

    denominator: str | None = None
    scale: Annotated[Exact, PField(gt=0)] = Fraction(1)
    impute: Impute | None = None
    outliers: Outliers | None = None
    skip: tuple[Literal["impute", "outliers"], ...] = ()

    @model_validator(mode="after")
    def _scale_of_something(self) -> MeasurePreparation:
        if self.denominator is None and self.scale != 1:
            raise PydanticCustomError("scale_alone", "scale with a denominator")
        if any(getattr(self, step) is not None for step in self.skip):
            raise PydanticCustomError("skip_stated", "a step either stated or skipped")
        return self

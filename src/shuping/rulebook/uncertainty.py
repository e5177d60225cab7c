"""What a rule book says about the uncertainty of its ranks: the key ``uncertainty``.

Two kinds are kept apart. *Sampling*: what another sample, another jury or another reading would have given; an interval
for it has a coverage. *Choices*: weights, methods, ways to combine and to treat what is missing that a reasonable
person could have made otherwise; their variation is shown beside, and has no coverage.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import Field as PField
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from shuping.rulebook.gaps import MissingRule
from shuping.rulebook.preparing import Outliers
from shuping.values.scalars import Bool, Exact, Frozen, Int, Text


class WeightVariation(Frozen):
    """How weights (or points) of siblings vary; the number alone stands for ``{by: number}``.

    ``uniform``: every weight times 1 + U(-by, by); ``dirichlet``: the siblings' weights drawn around the declared ones
    with ``concentration`` (the larger, the nearer). Siblings always keep their sum. ``levels`` (1: the first) and
    ``criteria`` (parents, ``total`` for the first level) limit where; without them: everywhere.
    """

    kind: Literal["uniform", "dirichlet"] = "uniform"
    by: Annotated[Exact, PField(ge=0, lt=1)] | None = None
    concentration: Annotated[Exact, PField(gt=0)] | None = None
    levels: tuple[Annotated[Int, PField(ge=1, le=20)], ...] = ()
    by_level: dict[str, Annotated[Exact, PField(ge=0, lt=1)]] = PField(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _from_number(cls, given: Any) -> Any:
        return given if isinstance(given, dict) else {"by": given}

    @model_validator(mode="after")
    def _fits_kind(self) -> WeightVariation:
        uniform = self.by is not None or bool(self.by_level)
        if (self.kind == "uniform") != uniform or (self.kind == "dirichlet") != (self.concentration is not None):
            raise PydanticCustomError("weights_kind", "by (or by_level) with uniform, concentration with dirichlet")
        if self.by_level and (self.by is not None or self.levels):
            raise PydanticCustomError("weights_levels", "by_level alone, without by and levels")
        return self

    def spread(self, level: int) -> Fraction | None:
        """Return how far weights of a level vary, None where they do not (uniform only)."""
        if self.by_level:
            return self.by_level.get(str(level))
        return self.by if not self.levels or level in self.levels else None


class MeasurementError(Frozen):
    """The error of one measure: a standard deviation ``sd`` in the measure's own unit, or ``relative`` to the value."""

    sd: Annotated[Exact, PField(gt=0)] | None = None
    relative: Annotated[Exact, PField(gt=0)] | None = None

    @model_validator(mode="after")
    def _one_of(self) -> MeasurementError:
        if (self.sd is None) == (self.relative is None):
            raise PydanticCustomError("error_kind", "exactly one of sd and relative")
        return self


class Alternative(Frozen):
    """One choice that could have been made otherwise; the rule book's own is always among the variants.

    Exactly one of: ``method`` (scoring methods of the leaves ``of``), ``combine`` (of the nodes ``of``), ``missing``
    (policies of the criteria ``of``), ``outliers`` (treatments of all measures; ``none`` leaves them as they are).
    ``of`` names criteria (``total`` for the whole tree's first level); without it: all that it could be said of.
    """

    id: str
    title: Text | None = None
    of: tuple[str, ...] = ()
    method: tuple[dict[str, dict[str, Any] | None], ...] = ()
    combine: tuple[Literal["sum", "arithmetic", "geometric", "harmonic"], ...] = ()
    missing: tuple[MissingRule, ...] = ()
    outliers: tuple[Outliers | Literal["none"], ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _methods_by_name(cls, given: Any) -> Any:
        if isinstance(given, dict) and isinstance(given.get("method"), list):
            methods = [{one: None} if isinstance(one, str) else one for one in given["method"]]
            return {**given, "method": methods}
        return given

    @model_validator(mode="after")
    def _one_kind(self) -> Alternative:
        if sum(map(bool, (self.method, self.combine, self.missing, self.outliers))) != 1:
            raise PydanticCustomError("alternative_kind", "exactly one of method, combine, missing and outliers")
        if any(len(method) != 1 for method in self.method):
            raise PydanticCustomError("criterion_method", "exactly one method")
        if self.outliers and self.of:
            raise PydanticCustomError("alternative_of", "no of with outliers: it concerns all measures")
        return self

    @property
    def kind(self) -> Literal["method", "combine", "missing", "outliers"]:
        """What the alternatives are of."""
        if self.method:
            return "method"
        if self.combine:
            return "combine"
        return "missing" if self.missing else "outliers"

    @property
    def variants(self) -> tuple[Any, ...]:
        """The alternatives beside the rule book's own, in the order of the file."""
        return self.method or self.combine or self.missing or self.outliers


class Variation(Frozen):
    """What varies. ``surveys``, ``panels``, ``ballots`` and ``measures`` are sampling; ``weights`` and ``alternatives``
    are choices.
    """

    surveys: Literal["sampling", "fixed"] = "sampling"
    panels: Literal["bootstrap", "fixed"] = "bootstrap"
    ballots: Literal["bootstrap", "fixed"] = "bootstrap"
    measures: dict[str, MeasurementError] = PField(default_factory=dict)
    weights: WeightVariation | None = None
    alternatives: tuple[Alternative, ...] = ()


class Uncertainty(Frozen):
    """How rank intervals are made. ``draws`` replicates from ``seed``; ``sequence``: Sobol points for what has few
    dimensions (weights, alternatives), or plain random numbers.

    ``interval``: the level of rank intervals; ``quantiles`` and ``top`` (the probability of a place among the first k)
    are printed besides. Two units are told apart where one is ahead of the other with a probability of at least
    ``ahead``. ``shrink``: draw from scores shrunk by their reliability (the default, for coverage), or around the
    observed ones. ``enabled: false`` leaves it out.
    """

    enabled: Bool = True
    draws: Annotated[Int, PField(ge=10, le=1_000_000)] = 1000
    seed: Annotated[Int, PField(ge=0, lt=2**63)] = 2025
    sequence: Literal["sobol", "random"] = "sobol"
    interval: Annotated[Exact, PField(gt=0, lt=1)] = Fraction(9, 10)
    quantiles: tuple[Annotated[Exact, PField(ge=0, le=1)], ...] = ()
    top: tuple[Annotated[Int, PField(ge=1)], ...] = (3,)
    ahead: Annotated[Exact, PField(gt=Fraction(1, 2), lt=1)] = Fraction(9, 10)
    shrink: Bool = True
    vary: Variation = Variation()

"""What a rule book may say about what is not there: missing values, periods without points, branches with few data."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field as PField
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from shuping.values.scalars import Frozen, Int

MissingPolicy = Literal[
    "full",
    "zero",
    "rescale",
    "rescale_total",
    "group_mean",
    "group_median",
    "group_mean_points",
    "peer",
    "drop_unit",
    "block",
]
EachPeriod = Literal["week", "month", "quarter"]
MissingPeriod = Literal["reweight", "reweight_all", "zero", "carry", "carry_or_zero", "block"]

OF_A_GROUP: frozenset[str] = frozenset({"group_mean", "group_median", "group_mean_points", "peer"})
"""Policies that put the figures of other units in the place of a missing one."""
OF_VALUES: frozenset[str] = frozenset({"group_mean", "group_median"})
"""Policies that fill in a value before the method sees it."""


class MissingRule(Frozen):
    """What a missing value does; the word alone stands for ``{policy: word}``.

    ``full`` and ``zero`` points; ``rescale``: its siblings count for the whole; ``rescale_total``: what is missing is
    taken out of the whole, total / points that applied x full points; ``group_mean`` and ``group_median`` of the
    values of the comparison group, before the method; ``group_mean_points``: the mean of the group's points; ``peer``:
    the mean of the ``nearest`` units of the group by the other criteria of the same node; ``drop_unit``: the unit has
    no total; ``block``: the run stops. ``by: unit.<column>`` takes another grouping than the comparison group: a column
    of units.csv, ``unit.kind`` and ``unit.parent`` included.
    """

    policy: MissingPolicy
    by: str | None = None
    nearest: Annotated[Int, PField(ge=1, le=1000)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, given: Any) -> Any:
        return {"policy": given} if isinstance(given, str) else given

    @model_validator(mode="after")
    def _fits_policy(self) -> MissingRule:
        if self.by is not None and self.policy not in OF_A_GROUP:
            raise PydanticCustomError("missing_by", "by only where a group's figures are used")
        if self.by is not None and not self.by.startswith("unit."):
            raise PydanticCustomError("missing_column", "a column of units.csv, written unit.<column>")
        if (self.nearest is not None) != (self.policy == "peer"):
            raise PydanticCustomError("missing_nearest", "nearest with peer, and only there")
        return self

    @property
    def column(self) -> str | None:
        """The column of units.csv whose equal entries make a group; None for the comparison group."""
        return None if self.by is None else self.by.removeprefix("unit.")

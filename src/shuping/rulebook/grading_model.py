"""How figures are rounded, ranked and graded: the models of ``rounding``, ``tiebreak``, ``grades`` and ``grading``."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import Field as PField
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from shuping.values.rounding import Mode, round_exact
from shuping.values.scalars import ByGroup, CountByGroup, Exact, Frozen, Int, Text

MANUAL = "manual"
SPECIAL_KEYS = ("fewer_deductions", "unrounded_total", MANUAL)
"""Tie-breaking keys that are no criterion: the smaller sum of deductions, the total before it was rounded, and, as the
last one, the rank that a person decided (decisions.csv).
"""


class Stage(Frozen):
    """Rounding at one stage; ``leaf: 2`` is short for ``leaf: {places: 2}``. Without ``mode``: that of ``rounding``."""

    places: Annotated[Int, PField(ge=0, le=12)]
    mode: Mode | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_places(cls, given: Any) -> Any:
        return {"places": given} if isinstance(given, str | int) and not isinstance(given, bool) else given


class Rounding(Frozen):
    """How figures are rounded. ``places`` is for totals, ``detail_places`` for the points of single criteria in
    scores.csv, which are printed so without being counted so.

    ``leaf``, ``node`` and ``component`` round the points that are counted on: of every leaf, of every criterion with
    criteria below it, and of the first level (there in place of ``leaf`` or ``node``). A criterion's own ``places``
    comes before all three.
    """

    places: Annotated[Int, PField(ge=0, le=12)] = 2
    mode: Mode = "half_up"
    rank_on: Literal["published", "unrounded"] = "published"
    detail_places: Annotated[Int, PField(ge=0, le=12)] = 4
    leaf: Stage | None = None
    node: Stage | None = None
    component: Stage | None = None


class Worst(Frozen):
    """What a grade asks of a unit's worst criteria, as shares of their full points.

    ``by: mean`` (default): the mean of the ``count`` worst ones is at least ``min``; ``by: kth``: fewer than ``count``
    of them lie below ``min``. ``of`` names the criteria looked at, by default those of the first level. Criteria that
    do not apply or have no points are not looked at.
    """

    count: Annotated[Int, PField(ge=1)]
    min: Exact
    by: Literal["mean", "kth"] = "mean"
    of: tuple[str, ...] = ()


class Grade(Frozen):
    """A grade by threshold (``min``), by quota (``share`` of the units or ``count``), or by both; the last grade takes
    the rest and has none of them.

    ``round`` says what becomes of a part of a unit: 30% of 11 is 3.3 units. Shares are exact and may differ by
    comparison group. ``worst`` asks something of the unit's worst criteria as well.
    """

    title: Text | None = None
    min: Exact | None = None
    share: ByGroup | None = None
    count: CountByGroup | None = None
    round: Literal["floor", "half_up", "ceiling"] = "floor"
    worst: Worst | None = None

    @model_validator(mode="after")
    def _one_quota(self) -> Grade:
        if self.share is not None and self.count is not None:
            raise PydanticCustomError("grade_quota", "share or count, not both")
        if self.share is None and "round" in self.model_fields_set:
            raise PydanticCustomError("grade_round", "round only with share")
        shares = self.share.values() if isinstance(self.share, dict) else (self.share or 0,)
        counts = self.count.values() if isinstance(self.count, dict) else (self.count or 0,)
        if not all(0 <= share <= 1 for share in shares) or min(counts, default=0) < 0:
            raise PydanticCustomError("grade_share", "a share between 0 and 1, a count not below 0")
        return self

    @property
    def has_quota(self) -> bool:
        """Whether the grade has a limited number of places in some group."""
        return self.share is not None or self.count is not None

    def quota(self, group: str) -> Fraction | None:
        """Return the share or count that holds in a group; None where the grade has no quota there."""
        given: Any = self.share if self.share is not None else self.count
        found = given.get(group) if isinstance(given, dict) else given
        return None if found is None else Fraction(found)

    def places(self, group: str, base: int) -> int | None:
        """Return how many units of a group may get the grade, of ``base`` units; None where there is no limit.

        The share is compared as an exact fraction: 29% of 100 units are 29 places.
        """
        quota = self.quota(group)
        if quota is None:
            return None
        if self.share is None:
            return int(quota)
        part = quota * base
        if self.round == "half_up":
            return int(round_exact(part, 0))
        return part.numerator // part.denominator if self.round == "floor" else -(-part.numerator // part.denominator)


class Grading(Frozen):
    """How grades are given where rules differ.

    ``thresholds_on``: the total that ``min`` is compared with. ``quota_base``: the units that a share is taken of,
    those with a total or all of the group. ``freed_slot``: a place that a veto keeps a unit from goes to the next in
    order who meets the minimum, or stays empty. ``unreached_slot``: a place that nobody reaches stays empty, or is
    added to the next grade with a quota. ``tied_at_edge``: units with equal rank, more than there are places left, all
    get the grade, none of them gets it, or a person decides and their grade is left open. ``unqualified``: units that a
    veto calls unqualified keep their rank, or have none and count in no quota.
    """

    thresholds_on: Literal["published", "unrounded"] = "published"
    quota_base: Literal["ranked", "group"] = "ranked"
    freed_slot: Literal["pass_down", "empty"] = "pass_down"
    unreached_slot: Literal["empty", "next_grade"] = "empty"
    tied_at_edge: Literal["all_in", "all_out", "decide"] = "decide"
    unqualified: Literal["ranked", "unranked"] = "ranked"


class TieKey(Frozen):
    """One key that separates equal totals; ``tiebreak: [work]`` is short for ``[{key: work}]``.

    ``key`` is the id of a criterion (its points), else of a measure (its value), else ``fewer_deductions``,
    ``unrounded_total`` or, last of all, ``manual``: a person decides, with a reason (decisions.csv). ``direction``
    says which side comes first, by default the higher points, and of a measure the side that the measure calls
    better.
    """

    key: str
    direction: Literal["higher", "lower"] | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, given: Any) -> Any:
        return {"key": given} if isinstance(given, str) else given

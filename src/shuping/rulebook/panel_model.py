"""Panels: what reviewers mark, whose marks count, and how marks become a score. The models of ``panels``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, WithJsonSchema, model_validator
from pydantic import Field as PField
from pydantic_core import PydanticCustomError

from shuping.rulebook.grading_model import Stage
from shuping.rulebook.severity_model import Severity
from shuping.values.rounding import parse_exact
from shuping.values.scalars import Bool, Exact, Frozen, Int, Text

Output = Literal["score", "item", "group", "rank"]
LISTED = "listed"
FIGURES = ("base", "factor")
ABSENT_WORDS = {"zh": "缺席", "en": "absent"}
"""What a mark's cell may always say instead of a mark; the rule book may add words."""
Weight = Annotated[Exact, PField(ge=0)]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of an item: a ``number``, one ``by_group`` of units, ``unit.<attribute>``, or ``listed``: the cell of
    ``items/<panel>.csv`` for this unit and item.
    """

    number: Fraction | None = None
    by_group: Mapping[str, Fraction] = field(default_factory=dict)
    attribute: str | None = None

    @property
    def is_listed(self) -> bool:
        """Whether the figure stands in ``items/<panel>.csv``."""
        return self.number is None and self.attribute is None and not self.by_group


def _figure(given: Any) -> Figure:
    if isinstance(given, Figure):
        return given
    if given == LISTED:
        return Figure()
    try:
        if isinstance(given, dict) and given:
            return Figure(by_group={str(group): parse_exact(str(number)) for group, number in given.items()})
        if isinstance(given, str) and given.startswith("unit.") and len(given) > 5:
            return Figure(attribute=given[5:])
        if isinstance(given, Fraction):
            return Figure(number=given)
        if isinstance(given, str | int) and not isinstance(given, bool):
            return Figure(number=parse_exact(str(given)))
    except ValueError:
        pass
    raise PydanticCustomError("panel_figure", "a number, one per group, unit.<attribute> or listed")


ItemFigure = Annotated[
    Figure,
    BeforeValidator(_figure),
    WithJsonSchema({"description": "a number, one number per comparison group, unit.<attribute> or listed"}),
]


class PanelItem(Frozen):
    """One line of a panel's score sheet.

    ``points`` is its full mark, ``min`` and ``max`` what a reviewer may write (0 and the full mark, if not written). A
    mark below ``reason_below`` or above ``reason_above`` needs a reason. ``base + mark x factor`` is what the item
    counts; under ``weight`` (then every item has one) it counts ``weight x (base + mark x factor) / points``.
    ``places`` rounds what the item counts.
    """

    title: Text | None = None
    points: Annotated[Exact, PField(gt=0)] | None = None
    min: Exact = Fraction(0)
    max: Exact | None = None
    weight: Weight | None = None
    factor: ItemFigure | None = None
    base: ItemFigure | None = None
    places: Stage | None = None
    reason_below: Exact | None = None
    reason_above: Exact | None = None

    @model_validator(mode="after")
    def _has_a_range(self) -> PanelItem:
        if self.points is None and self.max is None:
            raise PydanticCustomError("panel_range", "points or max")
        if self.min >= self.highest:
            raise PydanticCustomError("panel_range", "min below max")
        return self

    @property
    def highest(self) -> Fraction:
        """The highest mark that may be given."""
        found = self.max if self.max is not None else self.points
        assert found is not None
        return found

    @property
    def full(self) -> Fraction:
        """The full mark: ``points``, or the highest mark that may be given."""
        return self.points if self.points is not None else self.highest


class Trim(Frozen):
    """Drop the ``high`` highest and ``low`` lowest marks, or ``share`` of them at each end (rounded down), when more
    than ``when_over`` judges ``scored`` (or are ``named``: those who scored and those declared absent).

    Exactly so many are dropped, also when several judges share the extreme. Where fewer would be left than one,
    nothing is dropped.
    """

    high: Annotated[Int, PField(ge=0)] = 1
    low: Annotated[Int, PField(ge=0)] = 1
    share: Annotated[Exact, PField(gt=0, lt=0.5)] | None = None
    when_over: Annotated[Int, PField(ge=0)] = 5
    counts: Literal["scored", "named"] = "scored"

    @model_validator(mode="after")
    def _one_way(self) -> Trim:
        if self.share is not None and self.model_fields_set & {"high", "low"}:
            raise PydanticCustomError("panel_trim", "high and low, or share")
        return self

    def ends(self, judges: int) -> tuple[int, int]:
        """Return how many marks are dropped at the lower and the upper end when so many judges scored."""
        if self.share is None:
            return self.low, self.high
        end = self.share.numerator * judges // self.share.denominator
        return end, end


class Absent(Frozen):
    """How a reviewer's absence is declared, beside the words 缺席 and absent in place of a mark: further ``words``; or
    a ``mark`` that, given to one unit on every item, says that the reviewer was absent (0, in some protocols). A single
    such mark among others stays a mark.
    """

    words: tuple[str, ...] = ()
    mark: Exact | None = None


class Recusal(Frozen):
    """Whose marks do not count: reviewers of the unit itself (``own``), those whose unit lies directly below it
    (``parent``: it is their parent), and conflicts ``declared`` in ``conflicts/<panel>.csv``. Their ``marks`` are left
    out and counted, or refused when the file is read.
    """

    own: Bool = True
    parent: Bool = False
    declared: Bool = True
    marks: Literal["leave_out", "refuse"] = "leave_out"


class PanelRounding(Frozen):
    """Rounding on the way to the score, each stage left out where it is not written: the ``mean`` (or median) of the
    judges' marks or totals in each reviewer group, what an ``item`` counts, and the ``score``.
    """

    mean: Stage | None = None
    item: Stage | None = None
    score: Stage | None = None


class Panel(Frozen):
    """Reviewers' marks to a score per unit.

    ``by: form`` takes the mean of each judge's total for the form, ``by: item`` the mean of each item's marks and then
    the total of the items; ``trim`` and ``median`` work on the same. A judge who left an item blank is left out whole
    (``blank: leave_out``), or counts for the items marked (``item_wise``, with ``by: item``). A reviewer group with
    fewer than ``min_judges`` has no mean; then the unit has no score (``group_missing: missing``) or the other groups'
    weights are brought to 1 (``reweight``).

    ``base`` and ``factor`` are those of the items that have none of their own. ``listed``: ``items/<panel>.csv`` says
    which items a unit is judged on, with their ``base`` and ``factor``; an item listed and marked by nobody leaves the
    score missing, or counts its ``base`` (``unmarked``).
    With weights on the items the score is out of ``scale``. ``secret``: no group's mean is shown that comes from fewer
    than ``min_shown`` judges. ``severity``: how severe reviewers are is estimated and shown beside the score.
    """

    title: Text | None = None
    items: dict[str, PanelItem]
    groups: dict[str, Weight]
    group_titles: dict[str, Text] = PField(default_factory=dict)
    by: Literal["form", "item"] = "form"
    aggregate: Literal["mean", "median"] = "mean"
    trim: Trim | None = None
    blank: Literal["leave_out", "item_wise"] = "leave_out"
    absent: Absent = Absent()
    recuse: Recusal = Recusal()
    min_judges: Annotated[Int, PField(ge=1)] = 1
    group_missing: Literal["missing", "reweight"] = "missing"
    base: ItemFigure | None = None
    factor: ItemFigure | None = None
    listed: Bool = False
    unmarked: Literal["missing", "base"] = "missing"
    scale: Annotated[Exact, PField(gt=0)] = Fraction(100)
    rounding: PanelRounding = PanelRounding()
    secret: Bool = False
    min_shown: Annotated[Int, PField(ge=2)] = 3
    severity: Severity | None = None

    @model_validator(mode="after")
    def _hangs_together(self) -> Panel:
        weighted = [item for item in self.items.values() if item.weight is not None]
        if weighted and len(weighted) < len(self.items):
            raise PydanticCustomError("panel_weights", "weights on all items or on none")
        if weighted and sum(item.weight or 0 for item in weighted) != 1:
            raise PydanticCustomError("panel_weights", "weights that add up to 1")
        if self.aggregate == "median" and self.trim is not None:
            raise PydanticCustomError("panel_median", "a median is not trimmed")
        if self.by == "form" and (self.blank == "item_wise" or self.rounding.item is not None or self.has_item_places):
            raise PydanticCustomError("panel_by", "item_wise and rounding of items need by: item")
        if self.lists_items and (self.by == "form" or weighted):
            raise PydanticCustomError("panel_listed", "listed items need by: item and points, not weights")
        return self

    @property
    def has_item_places(self) -> bool:
        """Whether some item rounds by itself."""
        return any(item.places is not None for item in self.items.values())

    @property
    def lists_items(self) -> bool:
        """Whether ``items/<panel>.csv`` says which items a unit is judged on."""
        return self.listed or any(figure.is_listed for _, figure in self.figures())

    @property
    def is_weighted(self) -> bool:
        """Whether the items carry weights rather than points."""
        return any(item.weight is not None for item in self.items.values())

    @property
    def asks_reasons(self) -> bool:
        """Whether some marks need a reason."""
        return any(item.reason_below is not None or item.reason_above is not None for item in self.items.values())

    def figures(self) -> list[tuple[tuple[str, str], Figure]]:
        """Return every base and factor with (item, key)."""
        pairs = [((name, key), self.figure(name, key)) for name in self.items for key in FIGURES]
        return [(where, figure) for where, figure in pairs if figure is not None]

    def figure(self, item: str, key: str) -> Figure | None:
        """Return the ``base`` or ``factor`` of an item: its own, else the panel's."""
        own: Figure | None = getattr(self.items[item], key)
        shared: Figure | None = getattr(self, key)
        return own if own is not None else shared

    def counted(self, item: str, mark: Fraction) -> Fraction:
        """Return base + mark x factor, as far as both are the same for every unit."""
        base, factor = (self.figure(item, key) for key in FIGURES)
        times = factor.number if factor is not None else None
        plus = base.number if base is not None else None
        return (plus or Fraction(0)) + mark * (times if times is not None else Fraction(1))

    @property
    def has_full_mark(self) -> bool:
        """Whether the full mark is the same for every unit."""
        return not self.lists_items and all(figure.number is not None for _, figure in self.figures())

    @property
    def full_mark(self) -> Fraction:
        """The score of a unit with full marks on every item; items without one fixed figure count their marks alone."""
        if self.is_weighted:
            return self.scale
        return sum((self.counted(name, item.full) for name, item in self.items.items()), Fraction(0))

    def full_of(self, source: PanelSource) -> Fraction | None:
        """Return the full mark of an output: of the panel, of one item; None for a rank."""
        if source.output == "rank":
            return None
        if source.output == "item" and source.item in self.items:
            item = self.items[source.item]
            return item.weight * self.scale if item.weight is not None else self.counted(source.item, item.full)
        return self.full_mark


class PanelSource(Frozen):
    """The output of a panel that a criterion uses: the ``score``; what one ``item`` counts; the mean of one reviewer
    ``group``; or the ``rank`` of the unit by its score within its comparison group (1 is best, ties share a rank).
    """

    id: str
    output: Output = "score"
    item: str | None = None
    group: str | None = None

    @model_validator(mode="after")
    def _fits_output(self) -> PanelSource:
        if (self.output == "item") != (self.item is not None) or (self.output == "group") != (self.group is not None):
            raise PydanticCustomError("panel_output", "item with output item, group with output group")
        return self

    @property
    def key(self) -> str:
        """A name for this output among those of all panels and ballots: the panel's id for its score."""
        if self.output == "score":
            return self.id
        return ":".join(part for part in (self.id, self.output, self.item or self.group) if part)

    @property
    def written(self) -> str:
        """The output as it is shown to people: ``review: group(leaders)``."""
        part = self.item or self.group
        return f"{self.id}: {self.output}({part})" if part else f"{self.id}: {self.output}"

"""The rule book as frozen models: what is asked, and how it counts.

The models hold what one place of the file can tell by itself; what needs several places at once (sums of points, names
that must exist, cycles) is checked in ``checks``. Every key that is accepted has an effect: a key of a later version is
refused, not ignored.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field as PField
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from shuping.rulebook.adjustments import Adjustments
from shuping.rulebook.ballot_model import Ballot, BallotSource
from shuping.rulebook.frame_model import Frame
from shuping.rulebook.gaps import EachPeriod, MissingPeriod, MissingRule
from shuping.rulebook.grading_model import Grade, Grading, Rounding, TieKey
from shuping.rulebook.lint_model import Lint
from shuping.rulebook.panel_model import Panel, PanelSource
from shuping.rulebook.preparing import MeasurePreparation, Preparation
from shuping.rulebook.ranked_rows import RankedRows
from shuping.rulebook.survey_model import IntervalKind, Survey
from shuping.rulebook.tiers import Tiers
from shuping.rulebook.uncertainty import Uncertainty
from shuping.values.ranking import RankStyle
from shuping.values.rounding import show_short
from shuping.values.scalars import Bool, ByGroup, Exact, Frozen, Int, Text

FORMAT: Literal["1"] = "1"
FieldType = Literal["date", "category", "unit", "integer", "number", "text", "flag"]
PeriodKind = Literal["day", "week", "month", "quarter", "year"]
Combine = Literal["sum", "arithmetic", "geometric", "harmonic"]
Weights = Literal["strict", "relative"]
Reduction = Literal["sum", "mean", "min", "max", "last"]


class Group(Frozen):
    """A comparison group: units of one ``kind``, or listed ``members``. ``graded: false`` lists and ranks without
    grades.
    """

    title: Text | None = None
    kind: str | None = None
    members: tuple[str, ...] = ()
    graded: Bool = True

    @model_validator(mode="after")
    def _one_way(self) -> Group:
        if (self.kind is None) == (not self.members):
            raise PydanticCustomError("group_source", "either kind or members")
        return self


class Field(Frozen):
    """One column of a dataset. ``below: filer`` limits a unit field to the units below the row's unit."""

    type: FieldType
    title: Text | None = None
    options: dict[str, Text] | None = None
    below: Literal["filer"] | None = None
    required: Bool = True
    min: Exact | None = None
    max: Exact | None = None
    places: Annotated[Int, PField(ge=0, le=18)] = 4
    unit: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _options_from_list(cls, given: Any) -> Any:
        if isinstance(given, dict) and isinstance(given.get("options"), list):
            options = given["options"]
            if all(isinstance(option, str) for option in options):
                return {**given, "options": {option: option for option in options}}
        return given

    @model_validator(mode="after")
    def _fits_type(self) -> Field:
        if (self.type == "category") != (self.options is not None):
            raise PydanticCustomError("field_options", "options for a category, and only there")
        if self.below is not None and self.type != "unit":
            raise PydanticCustomError("field_below", "below only for a unit field")
        if (self.min is not None or self.max is not None) and self.type not in ("integer", "number"):
            raise PydanticCustomError("field_range", "min and max only for integer and number")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise PydanticCustomError("field_range", "min not above max")
        return self


class Evidence(Frozen):
    """How much evidence a row may carry: a cap, never a demand for photographs."""

    max_files: Annotated[Int, PField(ge=0, le=20)] = 2


class Dataset(Frozen):
    """What is asked once per unit and period.

    Rows are dated by a date field (``dated_by``, by default the field ``date``) or filed for a whole period of one kind
    (``period: month``; the file then has a column ``period``). ``no_records`` says what a count over no rows is: by
    default missing; ``zero`` where the absence of rows means that nothing took place (and somebody handed
    the dataset in: without any file it stays missing). ``unique`` names the fields that,
    with unit and period, may stand in one row only (``[unit]``: one row a unit).
    """

    title: Text | None = None
    minutes: Exact = Fraction(0)
    fields: dict[str, Field]
    dated_by: str | None = None
    period: PeriodKind | None = None
    filed_by: str = "self"
    no_records: Literal["missing", "zero"] = "missing"
    unique: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    evidence: Evidence | None = None

    @property
    def date_field(self) -> str | None:
        """The field that dates a row, or None where rows are filed for a period."""
        if self.period is not None:
            return None
        return self.dated_by or "date"


class Measure(Frozen):
    """A figure per unit and period: a formula over one dataset (``from``), points by tier of its rows or by the places
    that they give (``rank_points``), a formula over other measures, or an estimate from a survey: the ``share`` of
    answers, the mean score of answers under ``points``, or (of a question answered with a number) the ``estimate:
    mean`` or ``total``; answers in ``exclude`` do not count. Fewer than ``min_n`` answers are no figure. ``interval``
    and ``level`` say how its confidence interval is made. Or an output of a ``ballot`` or ``panel``, as criteria take
    them: formulas, findings, adjustments and tie keys then use it like any other measure.

    ``per_unit`` reduces the periods of filed values, ``roll_up`` the units below; without them sums are added and
    ratios are ratios of sums. ``window: to_date`` runs from the start of the year to the end of the period.
    ``cumulative``: the filed values are running totals of the year; what a period adds is its last total less the last
    one before it (with ``to_date`` the last total itself), and nothing is summed twice.
    ``places`` is for printing (with ``percent``: of the percentage, 87.5% has one); the value itself stays exact.
    """

    title: Text | None = None
    from_: str | None = PField(None, alias="from")
    value: str | None = None
    tiers: Tiers | None = None
    rank_points: RankedRows | None = None
    ballot: BallotSource | None = None
    panel: PanelSource | None = None
    survey: str | None = None
    question: str | None = None
    share: tuple[str, ...] = ()
    points: dict[str, Exact] = PField(default_factory=dict)
    estimate: Literal["mean", "total"] = "mean"
    exclude: tuple[str, ...] = ()
    min_n: Annotated[Int, PField(ge=1)] = 30
    interval: IntervalKind | None = None
    level: Annotated[Exact, PField(gt=0, lt=1)] = Fraction(19, 20)
    per_unit: Reduction | None = None
    roll_up: Reduction | None = None
    window: Literal["period", "to_date"] = "period"
    cumulative: Bool = False
    direction: Literal["higher", "lower"] = "higher"
    prepare: MeasurePreparation | None = None
    places: Annotated[Int, PField(ge=0, le=12)] = 4
    percent: Bool = False
    unit: Text | None = None

    @cached_property
    def formula(self) -> str | None:
        """The formula that yields the value: as written, or the one that ``short`` stands for; None for a survey."""
        return self.value if self.short is None else self.short.formula()

    @property
    def short(self) -> Tiers | RankedRows | None:
        """What stands for a formula: points by tier or by place; None where a formula or a survey is written."""
        return self.tiers or self.rank_points

    @property
    def judged(self) -> BallotSource | PanelSource | None:
        """The output of a ballot or panel that the measure is; None where it is made of records or other measures."""
        return self.ballot or self.panel

    @property
    def table(self) -> str | None:
        """The dataset, survey, ballot or panel the measure is made from; None where it is made of other measures."""
        return self.from_ or self.survey or (None if self.judged is None else self.judged.id)

    @property
    def written(self) -> str:
        """What the measure comes from, as it is shown to people: its formula, tiers, places, output, or answers."""
        if self.short is not None:
            return self.short.written()
        if self.judged is not None:
            return self.judged.written
        return self.value or f"{self.survey}.{self.question}: {self.answers}"

    @property
    def answers(self) -> str:
        """Which answers of a survey count, and how: ``know + heard``, ``good=100, bad=0`` or ``mean``."""
        if self.points:
            return ", ".join(f"{option}={show_short(worth, 6)}" for option, worth in self.points.items())
        counted = " + ".join(self.share)
        if self.estimate == "total":
            return f"total({counted})" if counted else "total"
        return counted or "mean"

    @property
    def value_places(self) -> int:
        """Decimals of the value itself: two more than are printed where it is printed as a percentage."""
        return self.places + 2 if self.percent else self.places

    @model_validator(mode="after")
    def _one_kind(self) -> Measure:
        sources = (self.value, self.tiers, self.rank_points, self.survey, self.ballot, self.panel)
        if sum(given is not None for given in sources) != 1:
            raise PydanticCustomError("measure_source", "one of value, tiers, rank_points, survey, ballot and panel")
        if self.judged is not None and (self.from_ or self.per_unit or self.window == "to_date"):
            raise PydanticCustomError("measure_judged", "no from, per_unit and window with ballot and panel")
        if self.cumulative and (self.from_ is None or self.value is None or self.per_unit is not None):
            raise PydanticCustomError("measure_cumulative", "from and value with cumulative, and no per_unit")
        if self.short is not None and self.from_ is None:
            raise PydanticCustomError("measure_tiers", "from with tiers and rank_points")
        self._fits_survey()
        return self

    def _fits_survey(self) -> None:
        if self.survey is not None and (not self.question or (self.share and self.points) or self.from_ is not None):
            raise PydanticCustomError("measure_survey", "question and at most one of share and points, and no from")
        if self.survey is not None and self.interval in ("wilson", "logit") and (not self.share or self.is_total):
            raise PydanticCustomError("measure_interval", "wilson and logit only for a share")
        if self.survey is None and (self.points or self.interval is not None or self.is_total):
            raise PydanticCustomError("measure_sampled", "points, estimate and interval only with survey")

    @property
    def is_total(self) -> bool:
        """Tell whether a total is estimated, not a mean or share."""
        return self.estimate == "total"


class Criterion(Frozen):
    """A node of the criteria tree (``criteria``) or a leaf (``measure``, ``panel`` or ``ballot`` with a method).

    ``method`` is ``{name: {parameter: value}}``; the methods room declares the parameters. ``min_share`` is the share
    of the full points of a node that must rest on values, else the node is missing.

    ``each`` scores the criterion, and all below it, for every week, month or quarter that lies inside the period
    being scored, and takes the mean of the points; ``period_weights`` are by the place of the period (``{1: 0.2,
    2: 0.8}``), equal where none are given. ``missing_period``: a period without points is left out among those of its
    kind (``reweight``, the default) or among all criteria (``reweight_all``), counts as ``zero``, takes the points of
    the last earlier period (``carry``; with none earlier it is left out, or counts as zero with ``carry_or_zero``), or
    leaves the unit without a total (``block``).

    ``frame``: what the methods here and below compare with over the years, where not the rule book's (see ``Frame``).

    ``must_differ``: a leaf where two units of a comparison group (``all``) or all of them (``some``) have the same
    points is void for the whole group; ``missing`` says what follows.
    """

    id: str
    title: Text | None = None
    points: ByGroup | None = None
    weight: ByGroup | None = None
    combine: Combine | None = None
    weights: Weights | None = None
    criteria: tuple[Criterion, ...] = ()
    measure: str | None = None
    panel: PanelSource | None = None
    ballot: BallotSource | None = None
    method: dict[str, dict[str, Any] | None] | None = None
    missing: MissingRule | None = None
    min_share: Annotated[Exact, PField(gt=0, le=1)] | None = None
    frame: Frame | None = None
    each: EachPeriod | None = None
    period_weights: dict[str, Exact] = PField(default_factory=dict)
    missing_period: MissingPeriod | None = None
    applies_to: tuple[str, ...] | None = None
    places: Annotated[Int, PField(ge=0, le=12)] | None = None
    min: Exact | None = None
    max: Exact | None = None
    must_differ: Literal["all", "some"] | None = None

    @model_validator(mode="before")
    @classmethod
    def _method_by_name(cls, given: Any) -> Any:
        if isinstance(given, dict) and isinstance(given.get("method"), str):
            return {**given, "method": {given["method"]: None}}
        return given

    @model_validator(mode="after")
    def _node_or_leaf(self) -> Criterion:
        if self.points is not None and self.weight is not None:
            raise PydanticCustomError("criterion_share", "points or weight, not both")
        if bool(self.criteria) + sum(given is not None for given in (self.measure, self.panel, self.ballot)) != 1:
            raise PydanticCustomError("criterion_source", "exactly one of criteria, measure, panel and ballot")
        if self.criteria and self.method is not None:
            raise PydanticCustomError("criterion_method", "a method only on a leaf")
        if self.measure is not None and self.method is None:
            raise PydanticCustomError("criterion_method", "a method for the measure")
        if self.method is not None and len(self.method) != 1:
            raise PydanticCustomError("criterion_method", "exactly one method")
        if not self.criteria and (self.combine is not None or self.weights is not None):
            raise PydanticCustomError("criterion_combine", "combine only on a criterion with criteria below it")
        return self

    @property
    def judged(self) -> str | None:
        """The name of what people judged that this leaf looks at: an output of a panel or ballot; else None."""
        return self.panel.key if self.panel is not None else self.ballot.key if self.ballot is not None else None

    def walk(self) -> Iterator[Criterion]:
        """Yield this criterion and all below it, parents first, in the order of the file."""
        yield self
        for child in self.criteria:
            yield from child.walk()


class Finding(Frozen):
    """What is proposed for the problem list where ``when`` (a formula over measures) holds; people decide."""

    id: str
    when: str
    category: str
    title: Text
    groups: tuple[str, ...] | None = None


class CommentaryPart(Frozen):
    """One part of what was achieved: a heading and the first-level criteria it speaks of."""

    title: Text
    criteria: tuple[str, ...]


class Ask(Text):
    """What is asked for next; with a ``category``, only where findings of that category occurred."""

    category: str | None = None


class Publication(Frozen):
    """Texts of the published documents."""

    issuer: Text | None = None
    title: Text | None = None
    basis: Text | None = None
    opening: Text | None = None
    parts: tuple[CommentaryPart, ...] = ()
    categories: dict[str, Text] = PField(default_factory=dict)
    asks: tuple[Ask, ...] = ()
    closing: Text | None = None


class Rulebook(Frozen):
    """A whole rule book. ``scale`` is the full score of a tree whose first level carries weights; ``attributes`` gives
    the columns of units.csv titles for people.
    """

    format: Literal["1"] = FORMAT
    rulebook: str
    version: str
    title: Text
    periods: tuple[str, ...] = ()
    year_starts: str = "01-01"
    scale: Exact = Fraction(100)
    rounding: Rounding = Rounding()
    rank_style: RankStyle = "competition"
    missing: MissingRule = MissingRule(policy="drop_unit")
    attributes: dict[str, Text] = PField(default_factory=dict)
    groups: dict[str, Group]
    datasets: dict[str, Dataset] = PField(default_factory=dict)
    surveys: dict[str, Survey] = PField(default_factory=dict)
    measures: dict[str, Measure] = PField(default_factory=dict)
    panels: dict[str, Panel] = PField(default_factory=dict)
    ballots: dict[str, Ballot] = PField(default_factory=dict)
    combine: Combine | None = None
    weights: Weights = "strict"
    frame: Frame = Frame(over="each_period")
    criteria: tuple[Criterion, ...] = ()
    prepare: Preparation | None = None
    adjustments: Adjustments = PField(default_factory=Adjustments)
    grades: dict[str, Grade] = PField(default_factory=dict)
    grading: Grading = Grading()
    tiebreak: tuple[TieKey, ...] = ()
    findings: tuple[Finding, ...] = ()
    publish: Publication = Publication()
    lint: Lint = Lint()
    uncertainty: Uncertainty = Uncertainty()

    def walk(self) -> Iterator[Criterion]:
        """Yield every criterion, parents first, in the order of the file."""
        for criterion in self.criteria:
            yield from criterion.walk()

    def criterion(self, identifier: str) -> Criterion:
        """Return the criterion with this id. Raises KeyError when there is none."""
        for found in self.walk():
            if found.id == identifier:
                return found
        raise KeyError(identifier)

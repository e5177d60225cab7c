"""Sample surveys as frozen models: what is asked, of whom, how the sample was drawn, how much may be published."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, WithJsonSchema, model_validator
from pydantic import Field as PField
from pydantic_core import PydanticCustomError

from shuping.values.rounding import parse_exact
from shuping.values.scalars import Bool, Exact, Frozen, Int, Text

IntervalKind = Literal["wilson", "logit", "normal", "t"]
LonelyRule = Literal["refuse", "centre", "average"]


def _size(given: Any) -> Fraction | str:
    text = str(given)
    if isinstance(given, Fraction):
        return given
    if text.startswith("unit.") and len(text) > 5:
        return text
    try:
        return parse_exact(text)
    except ValueError as error:
        raise PydanticCustomError("survey_size", "a number or unit.<attribute>") from error


Size = Annotated[
    Fraction | str,
    BeforeValidator(_size),
    WithJsonSchema({"type": ["number", "string"], "description": "a number, or unit.<attribute>"}),
]
"""How large a part of the population is: a number, or the attribute of the unit that says it."""


class NumberQuestion(Frozen):
    """A question answered with a number of at most ``places`` decimals, between ``min`` and ``max``."""

    title: Text | None = None
    min: Exact | None = None
    max: Exact | None = None
    places: Annotated[Int, PField(ge=0, le=6)] = 0

    @model_validator(mode="after")
    def _ordered(self) -> NumberQuestion:
        if self.min is not None and self.max is not None and self.min > self.max:
            raise PydanticCustomError("field_range", "min not above max")
        return self


class Fieldwork(Frozen):
    """How asking went in one period: the dates, and how many were dialled (or called on), reached, and completed."""

    dates: Text | None = None
    dialled: Annotated[Int, PField(ge=1)] | None = None
    contacted: Annotated[Int, PField(ge=1)] | None = None
    completed: Annotated[Int, PField(ge=0)]

    @property
    def response_rate(self) -> Fraction | None:
        """Completed interviews out of all that were dialled; None where nobody counted them."""
        return None if self.dialled is None else Fraction(self.completed, self.dialled)

    @property
    def cooperation_rate(self) -> Fraction | None:
        """Completed interviews out of those who were reached."""
        return None if self.contacted is None else Fraction(self.completed, self.contacted)

    @model_validator(mode="after")
    def _falls(self) -> Fieldwork:
        counts = [count for count in (self.dialled, self.contacted, self.completed) if count is not None]
        if counts != sorted(counts, reverse=True):
            raise PydanticCustomError("survey_fieldwork", "completed not above contacted, contacted not above dialled")
        return self


class Stratum(Frozen):
    """A stratum and its size: ``population`` (members) or ``share`` of the population; neither where the weights of
    the answers already say how many each stands for.
    """

    title: Text | None = None
    population: Size | None = None
    share: Annotated[Exact, PField(gt=0, le=1)] | None = None

    @property
    def size(self) -> Fraction | str | None:
        """The stratum's size, as a number of members or a share, as far as it is given."""
        return self.population if self.population is not None else self.share

    @model_validator(mode="after")
    def _one_size(self) -> Stratum:
        if self.population is not None and self.share is not None:
            raise PydanticCustomError("survey_stratum", "population or share, not both")
        return self


class PostStrata(Frozen):
    """Post-stratification: the column or question ``by``, and the ``population`` of each of its answers (numbers of
    members, or shares).
    """

    by: str
    population: dict[str, Annotated[Exact, PField(gt=0)]]


class SurveyDesign(Frozen):
    """How the answers were drawn.

    ``sample: unit``: the answers of a unit and those below it are a sample of that unit; ``whole``: one sample for
    all, of which a unit holds a part (a domain). ``strata`` name the stratum column's entries. ``clusters: one_stage``:
    everybody in a drawn cluster was asked; ``two_stage``: a sample in each. ``population``: members of the whole
    population, where there are no strata. ``finite``: the samples are large enough, against their populations, for the
    finite population correction; the numbers come from the sizes of the strata or of the population where people were
    drawn directly, else from the column ``fpc`` (clusters, or people, in the stratum) and ``fpc2`` (members of the
    cluster). ``weights: inverse`` makes them of those numbers; ``given`` takes the column ``weight``.
    ``lonely``: what to do with a stratum of one drawn member, from which no variance can be had: ``refuse``,
    ``centre`` (take its distance from the mean of all), ``average`` (take the mean of the other strata's variances).
    """

    sample: Literal["unit", "whole"] = "unit"
    strata: dict[str, Stratum] = PField(default_factory=dict)
    clusters: Literal["none", "one_stage", "two_stage"] = "none"
    population: Size | None = None
    finite: Bool = False
    weights: Literal["given", "inverse"] = "given"
    post_strata: PostStrata | None = None
    lonely: LonelyRule = "refuse"

    @model_validator(mode="after")
    def _fits(self) -> SurveyDesign:
        sizes = [stratum.size for stratum in self.strata.values()]
        if any(size is None for size in sizes) and any(size is not None for size in sizes):
            raise PydanticCustomError("survey_sizes", "the size of every stratum, or of none")
        kinds = {stratum.share is None for stratum in self.strata.values() if stratum.size is not None}
        if len(kinds) > 1 or (kinds == {False} and sum(stratum.share or 0 for stratum in self.strata.values()) != 1):
            raise PydanticCustomError("survey_shares", "shares that add up to 1, or the population of every stratum")
        if self.strata and self.population is not None:
            raise PydanticCustomError("survey_population", "population of the whole only without strata")
        if self.weights == "inverse" and (not self.finite or self.sized):
            raise PydanticCustomError("survey_inverse", "finite: true, and no sizes, with weights: inverse")
        return self

    @property
    def sized(self) -> bool:
        """Tell whether strata, or the population, have sizes here."""
        return self.population is not None or any(stratum.size is not None for stratum in self.strata.values())

    @property
    def by_attribute(self) -> bool:
        """Tell whether a size is an attribute of the units."""
        sizes = [self.population, *(stratum.population for stratum in self.strata.values())]
        return any(isinstance(size, str) for size in sizes)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the answers' table must have for this design, beside the usual ones."""
        needed = ["fpc"] if self.finite and (self.clusters != "none" or not self._members) else []
        needed += ["fpc2"] if self.finite and self.clusters == "two_stage" else []
        return (*needed, "post_stratum") if self.post_strata and self.post_strata.by == "post_stratum" else (*needed,)

    @property
    def _members(self) -> bool:
        """Tell whether sizes are numbers of members, not shares."""
        return self.sized and all(stratum.share is None for stratum in self.strata.values())


class Survey(Frozen):
    """A sample survey: ``questions`` map a column of the answers to its allowed options, ``numbers`` are questions
    answered with a number.

    ``population``, ``frame`` and ``mode`` say who was asked, from which list, and how; ``fieldwork`` how it went, by
    period. Breakdowns with fewer than ``min_cell`` answers in a cell are not shown.
    """

    title: Text | None = None
    questions: dict[str, dict[str, Text]] = PField(default_factory=dict)
    numbers: dict[str, NumberQuestion] = PField(default_factory=dict)
    population: Text | None = None
    frame: Text | None = None
    mode: Text | None = None
    fieldwork: dict[str, Fieldwork] = PField(default_factory=dict)
    min_cell: Annotated[Int, PField(ge=1)] = 10
    design: SurveyDesign | None = None

    @model_validator(mode="before")
    @classmethod
    def _options_from_lists(cls, given: Any) -> Any:
        if isinstance(given, dict) and isinstance(given.get("questions"), dict):
            questions = {
                name: {option: option for option in options} if isinstance(options, list) else options
                for name, options in given["questions"].items()
            }
            return {**given, "questions": questions}
        return given

    @model_validator(mode="after")
    def _asks(self) -> Survey:
        if not self.questions and not self.numbers:
            raise PydanticCustomError("survey_empty", "questions or numbers")
        return self

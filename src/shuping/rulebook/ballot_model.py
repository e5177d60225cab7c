"""The rule book's key ``ballots``: how a secret ballot is marked, which papers are void, how votes become points."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field as PField
from pydantic import PlainValidator, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from shuping.values.rounding import parse_exact
from shuping.values.scalars import Bool, Exact, Frozen, Int, Text, number_or_none

Kind = Literal["grades", "marks", "ranks"]
Denominator = Literal["valid", "returned", "eligible"]
LineOrBallot = Literal["line", "ballot"]
BallotOrAllowed = Literal["ballot", "allowed"]
Output = Literal["score", "share", "item", "borda", "pairwise"]
ABSTAIN: Literal["abstain"] = "abstain"
Worth = Fraction | Literal["abstain"]


def _worth(given: Any) -> Worth:
    found: Worth | None = number_or_none(ABSTAIN)(given)
    if found is None:
        raise PydanticCustomError("exact", "a decimal, a fraction such as 2/3 or a percentage")
    return found


Points = Annotated[
    Worth,
    PlainValidator(_worth),
    WithJsonSchema(
        {
            "anyOf": [
                {"enum": [ABSTAIN]},
                {"type": "number"},
                {"type": "string", "pattern": r"^\s*[-+]?\d*\.?\d+\s*(/\s*\d+)?\s*%?$"},
            ],
            "description": "points, a fraction such as 2/3, or abstain",
        }
    ),
]
"""What a grade is worth: points kept exact, or the word ``abstain``."""


class Option(Frozen):
    """One grade of a ballot: its points, or ``abstain``; written short as the number or the word alone."""

    title: Text | None = None
    points: Points

    @model_validator(mode="before")
    @classmethod
    def _short(cls, given: Any) -> Any:
        return given if isinstance(given, dict | Option) else {"points": given}


class MarkRange(Frozen):
    """The marks printed on a ballot: from ``min`` to ``max``, with at most ``places`` decimals."""

    min: Exact = Fraction(0)
    max: Exact = Fraction(100)
    places: Annotated[Int, PField(ge=0, le=4)] = 2

    @model_validator(mode="after")
    def _upwards(self) -> MarkRange:
        if self.min >= self.max:
            raise PydanticCustomError("ballot_range", "min below max")
        return self

    def prints(self, mark: str) -> bool:
        """Tell whether a text is a mark that the ballot prints."""
        try:
            number = parse_exact(mark)
        except ValueError:
            return False
        return self.min <= number <= self.max and (number * 10**self.places).denominator == 1


class BallotItem(Frozen):
    """One question about each unit. ``points`` gives the grades other points here than the ballot's options say."""

    title: Text | None = None
    points: dict[str, Points] = PField(default_factory=dict)
    range: MarkRange | None = None


class VoterGroup(Frozen):
    """Voters with a ballot of their own (type or colour of paper): ``weight`` of their result; short: the number."""

    title: Text | None = None
    weight: Annotated[Exact, PField(gt=0)]

    @model_validator(mode="before")
    @classmethod
    def _short(cls, given: Any) -> Any:
        return given if isinstance(given, dict | VoterGroup) else {"weight": given}


class Quorum(Frozen):
    """``base`` / ``of`` of a voter group must be ``over`` ``min``: ``{base: returned, of: eligible, min: 2/3}``.

    Compared as fractions of counts: 20 of 30 is exactly 2/3.
    """

    base: Literal["present", "returned", "valid"] = "returned"
    of: Literal["eligible", "issued"] = "eligible"
    min: Annotated[Exact, PField(gt=0, le=1)]
    over: Literal[">=", ">"] = ">="


class Quota(Frozen):
    """How many units one ballot may give certain grades (``options``) or marks (``from`` up to ``below``).

    A ballot with more than ``at_most`` units or ``max_share`` of them, or fewer than ``at_least`` or ``min_share``, is
    void. ``of``: the share is one of all units on the form, or of those the ballot marks. Each item is looked at by
    itself; ``item`` limits the rule to one.
    """

    item: str | None = None
    options: tuple[str, ...] = ()
    from_: Exact | None = PField(None, alias="from")
    below: Exact | None = None
    at_most: Annotated[Int, PField(ge=0)] | None = None
    at_least: Annotated[Int, PField(ge=0)] | None = None
    max_share: Annotated[Exact, PField(ge=0, le=1)] | None = None
    min_share: Annotated[Exact, PField(ge=0, le=1)] | None = None
    of: Literal["form", "marked"] = "form"

    @model_validator(mode="after")
    def _says_something(self) -> Quota:
        limits = (self.at_most, self.at_least, self.max_share, self.min_share)
        if all(limit is None for limit in limits):
            raise PydanticCustomError("ballot_quota", "at_most, at_least, max_share or min_share")
        if bool(self.options) == (self.from_ is not None or self.below is not None):
            raise PydanticCustomError("ballot_quota", "either options, or from and below")
        return self


class VoidRules(Frozen):
    """Which lines and which ballots are void; a line is what one ballot says of one unit at one item.

    ``several_marks``: a line with several marks is void, or the whole ballot. ``blank``: a line without a mark abstains
    (``line``), or the ballot is void. ``out_of_range``: a mark that the ballot does not print is refused when the file
    is read, or the line or ballot is void. ``all_same``, and for ranks ``ties`` and ``gaps``: the ballot is void, or
    this is allowed.
    """

    several_marks: LineOrBallot = "line"
    blank: LineOrBallot = "line"
    out_of_range: Literal["refused", "line", "ballot"] = "refused"
    all_same: BallotOrAllowed = "allowed"
    ties: BallotOrAllowed = "ballot"
    gaps: BallotOrAllowed = "ballot"
    quotas: tuple[Quota, ...] = ()


class Abstention(Frozen):
    """What an abstention does: ``excluded`` from the denominator ``valid``, ``counted`` in it with no points, or
    excluded with a ``penalty`` taken from the voter group's result, once per abstaining line (``item``) or once per
    ballot that abstains about the unit (``ballot``).
    """

    how: Literal["excluded", "counted", "penalty"] = "excluded"
    penalty: Annotated[Exact, PField(ge=0)] = Fraction(0)
    per: Literal["item", "ballot"] = "item"

    @model_validator(mode="before")
    @classmethod
    def _short(cls, given: Any) -> Any:
        if isinstance(given, str):
            return {"how": given}
        return {"how": "penalty", **given} if isinstance(given, dict) and "penalty" in given else given

    @model_validator(mode="after")
    def _penalty_given(self) -> Abstention:
        if (self.how == "penalty") != (self.penalty > 0):
            raise PydanticCustomError("ballot_penalty", "a penalty above 0, and only with how: penalty")
        return self


class Overall(Frozen):
    """An item that judges the unit as a whole, beside the others on the same ballot.

    ``zero``: with one of these grades at ``item``, every other line about the unit earns nothing and still counts.
    ``forces``: such a grade at any other item forces the overall grade: ``{unfit: unfit}``. ``needs``: an overall
    grade needs that share of the other items at the same grade, else the line about ``item`` is void. ``scored``: its
    points count among those of the items.
    """

    item: str
    scored: Bool = False
    zero: tuple[str, ...] = ()
    forces: dict[str, str] = PField(default_factory=dict)
    needs: dict[str, Annotated[Exact, PField(gt=0, le=1)]] = PField(default_factory=dict)


class RankPoints(Frozen):
    """Points of a place for the output ``score``: ``full`` for the first, the share ``step`` less for each below, not
    below ``floor``. ``several: points`` takes the mean of the voters' points, ``ranks`` the points of the mean rank.
    """

    full: Annotated[Exact, PField(gt=0)] = Fraction(100)
    step: Annotated[Exact, PField(gt=0, le=1)]
    floor: Annotated[Exact, PField(ge=0)] = Fraction(0)
    several: Literal["points", "ranks"] = "points"


class Ballot(Frozen):
    """A secret ballot of closed voter groups about units.

    ``kind``: one of the ``options`` (``grades``), a number in ``range`` (``marks``), or places from 1 (``ranks``).
    ``items`` are questions about each unit, added up or averaged (``items_combine``); without them there is one.
    ``form``: one paper lists all units (``all``) or each is about one unit (``one``).

    ``denominator``: a group's points are divided by its valid lines, its returned ballots or its eligible voters.
    ``quorum`` and ``over_issued`` (more returned than issued) make a group's vote void (or with ``over_issued: vote``
    the whole); ``group_void``: the other groups' weights are scaled up (``reweight``), or the vote has no result and
    is to be repeated (``revote``). Below ``min_valid`` valid lines a group's result about a unit is hidden and missing
    (``too_few: missing``), or only hidden.

    ``own_unit``: lines about the voter's own unit (column ``own_unit`` of the ballots) are left out, or count.
    """

    title: Text | None = None
    kind: Kind = "grades"
    form: Literal["all", "one"] = "all"
    options: dict[str, Option] = PField(default_factory=dict)
    range: MarkRange | None = None
    rank_points: RankPoints | None = None
    items: dict[str, BallotItem] = PField(default_factory=dict)
    items_combine: Literal["sum", "mean"] = "sum"
    groups: dict[str, VoterGroup]
    denominator: Denominator = "valid"
    abstain: Abstention = Abstention()
    quorum: Quorum | None = None
    over_issued: Literal["group", "vote"] = "group"
    group_void: Literal["revote", "reweight"] = "revote"
    void: VoidRules = VoidRules()
    overall: Overall | None = None
    own_unit: Literal["excluded", "counts"] = "excluded"
    min_valid: Annotated[Int, PField(ge=1)] = 8
    too_few: Literal["missing", "hidden"] = "missing"

    @model_validator(mode="after")
    def _fits_kind(self) -> Ballot:
        if bool(self.options) != (self.kind == "grades"):
            raise PydanticCustomError("ballot_options", "options with grades, and only there")
        if self.kind != "marks" and (self.range is not None or any(item.range for item in self.items.values())):
            raise PydanticCustomError("ballot_kind", "range only with marks")
        if self.kind == "ranks" and self.items:
            raise PydanticCustomError("ballot_kind", "no items with ranks")
        if self.kind != "ranks" and self.rank_points is not None:
            raise PydanticCustomError("ballot_kind", "rank_points only with ranks")
        if self.kind != "grades" and self.overall is not None:
            raise PydanticCustomError("ballot_kind", "overall only with grades")
        if not self.groups:
            raise PydanticCustomError("ballot_groups", "at least one voter group")
        return self

    @property
    def item_ids(self) -> tuple[str, ...]:
        """The items; a ballot without items has one, with the empty id."""
        return tuple(self.items) or ("",)

    @property
    def scored_items(self) -> tuple[str, ...]:
        """The items whose points make the score: all but an overall one that is not scored."""
        over = self.overall.item if self.overall is not None and not self.overall.scored else None
        return tuple(item for item in self.item_ids if item != over)

    def worth(self, item: str) -> dict[str, Worth]:
        """Return what each grade is worth at an item."""
        own = self.items[item].points if item in self.items else {}
        return {name: own.get(name, option.points) for name, option in self.options.items()}

    def range_of(self, item: str) -> MarkRange:
        """Return the marks that an item prints."""
        own = self.items[item].range if item in self.items else None
        return own or self.range or MarkRange()

    def full_of(self, item: str) -> Fraction:
        """Return the most points a voter can give at an item."""
        if self.kind == "marks":
            return self.range_of(item).max
        if self.kind == "ranks":
            return self.rank_points.full if self.rank_points is not None else Fraction(1)
        given = [worth for worth in self.worth(item).values() if isinstance(worth, Fraction)]
        return max(given, default=Fraction(0))

    @cached_property
    def full_mark(self) -> Fraction:
        """The most points a unit can get: those of its items, added up or averaged."""
        total = sum((self.full_of(item) for item in self.scored_items), Fraction(0))
        return total if self.items_combine == "sum" else total / max(len(self.scored_items), 1)


class BallotSource(Frozen):
    """The output of a ballot that a criterion uses.

    ``score``; ``share`` of the votes with one of ``options`` (at ``item``, or at all), over all counted votes
    (``over: votes``) or as the weighted mean of the voter groups (``groups``); ``item``: the points of one item;
    ``borda`` and ``pairwise`` (Copeland's method: won comparisons, half for a tie) between 0 and 1.
    """

    id: str
    output: Output = "score"
    options: tuple[str, ...] = ()
    item: str | None = None
    over: Literal["votes", "groups"] = "votes"

    @model_validator(mode="after")
    def _fits_output(self) -> BallotSource:
        if (self.output == "share") != bool(self.options):
            raise PydanticCustomError("ballot_output", "options with share, and only there")
        if (self.output == "item" and self.item is None) or (self.item is not None and self.output not in _OF_ITEMS):
            raise PydanticCustomError("ballot_output", "item with output item, or share")
        return self

    @property
    def key(self) -> str:
        """A name for this output among those of all ballots and panels; no id looks like it."""
        parts = [self.output, *self.options, self.item or "", self.over]
        return f"{self.id}:{'.'.join(part for part in parts if part)}"

    @property
    def written(self) -> str:
        """The output as it is shown to people: ``annual: share(basic + unfit)``."""
        inside = " + ".join(self.options) or self.item or ""
        at = f", {self.item}" if self.options and self.item is not None else ""
        return f"{self.id}: {self.output}({inside}{at})" if inside else f"{self.id}: {self.output}"

    @property
    def is_rate(self) -> bool:
        """Whether the value is a share between 0 and 1."""
        return self.output in ("share", "borda", "pairwise")


_OF_ITEMS = ("item", "share")

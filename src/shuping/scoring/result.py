"""What scoring yields: frames for analysts, a trace for explanations, and everything the documents need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from shuping.records.folder import SourceFile
from shuping.records.register import Register
from shuping.rulebook.model import Rulebook
from shuping.scoring.explain import Explanation, explain
from shuping.scoring.first_level import FirstLevel

# Decimal columns: totals and changes carry the rule book's places, points its detail_places, weights six, values ten.
STANDING_SCHEMA: dict[str, type[pl.DataType]] = {
    "period": pl.String,
    "group": pl.String,
    "unit": pl.String,
    "name": pl.String,
    "name_en": pl.String,
    "total": pl.Decimal,  # null where missing
    "rank": pl.Int64,
    "grade": pl.String,
    "missing": pl.String,
    "previous_total": pl.Decimal,
    "previous_rank": pl.Int64,
    "change": pl.Decimal,
    "rank_change": pl.Int64,  # positive: moved up
    "previous_note": pl.String,  # what an earlier total was put together from where units merged or split
    "rank_low": pl.Int64,  # best place of the rank's interval for sampling error; null where nothing was sampled
    "rank_high": pl.Int64,
    "band": pl.String,  # letters: units of a group that share one cannot be told apart
    "tie": pl.String,  # null: alone in its place; shared; open: a person must decide; decided: a person did
    "grade_note": pl.String,  # "quota:excellent;veto:good": what kept the unit from a better grade, or left it open
    "bonus": pl.Decimal,  # added after caps; null where the rule book gives none
    "deduction": pl.Decimal,  # taken after caps, not below 0
    "veto": pl.String,  # ids of the vetoes that hold, joined by ";"
    "decided_grade": pl.String,  # by a person, beside the computed grade
    "decision_reason": pl.String,
    "decision_document": pl.String,
}
SCORES_SCHEMA: dict[str, type[pl.DataType]] = {
    "period": pl.String,
    "unit": pl.String,
    "criterion": pl.String,
    "value": pl.Decimal,
    "points": pl.Decimal,
    "points_max": pl.Decimal,
    "weight": pl.Decimal,
    "contribution": pl.Decimal,
    "missing": pl.String,
}
MEASURES_SCHEMA: dict[str, type[pl.DataType]] = {
    "period": pl.String,
    "unit": pl.String,
    "measure": pl.String,
    "value": pl.Decimal,
    "se": pl.Float64,
    "n": pl.Int64,
    "missing": pl.String,
    "records": pl.Int64,
}
TRACE_SCHEMA: dict[str, type[pl.DataType]] = {
    "period": pl.String,
    "group": pl.String,
    "unit": pl.String,
    "name": pl.String,
    "name_en": pl.String,
    "criterion": pl.String,  # "" for the total
    "parent": pl.String,  # null for the total, "" for the first level
    "depth": pl.Int64,  # 0 for the total
    "order": pl.Int64,  # position in the printed tree, 0 for the total
    "title_zh": pl.String,
    "title_en": pl.String,
    "kind": pl.String,  # total | node | measure | panel | ballot, then bonus | deduction | cap | veto
    "source": pl.String,  # id of the measure, panel or ballot
    "source_title_zh": pl.String,
    "source_title_en": pl.String,
    "formula": pl.String,  # the measure's formula as written
    "parts": pl.String,  # the formula's pieces in figures
    "prepared_zh": pl.String,  # what preparation did to the value, step by step; of a panel: who did not count
    "prepared_en": pl.String,
    "method": pl.String,
    "value": pl.String,  # for people
    "value_exact": pl.String,  # "numerator/denominator"; of the total: what it was before bonuses and deductions
    "operands": pl.String,  # the unit's own attributes and targets in the rule: "target=16/1; ..."
    "rule_zh": pl.String,  # the rule as a sentence
    "rule_en": pl.String,
    "substituted": pl.String,  # the rule with this unit's figures: "12 x min(1, 14 / 16) = 10.5"
    "points": pl.String,  # decimal text with detail_places (places for the total)
    "points_exact": pl.String,
    "points_max": pl.String,
    "weight": pl.String,  # share of the total, decimal text
    "contribution": pl.String,  # null below a node that is not additive
    "contribution_exact": pl.String,
    "worth_exact": pl.String,  # what a point of it adds to the total where nothing is missing, by the rule book
    "missing": pl.String,
    "missing_policy": pl.String,
    "imputed": pl.String,  # of how many units' figures one that was filled in is made: "n = 5; unit.region = hill"
    "records": pl.Int64,
    "files": pl.String,  # "records/activity.csv; ..." the files behind the records
    "place_zh": pl.String,  # of the total: rank, grade and what kept the unit from a better one
    "place_en": pl.String,
}
FINDINGS_SCHEMA: dict[str, type[pl.DataType]] = {
    "period": pl.String,
    "unit": pl.String,
    "finding": pl.String,
    "category": pl.String,
    "measure": pl.String,  # the first measure of the condition
    "value": pl.String,
    "records": pl.Int64,
}


@dataclass(frozen=True)
class RankUncertainty:
    """Frames of all periods (see ``standing.simulation.outcome``): ``ranks`` one row a unit and kind, with a column
    ``top_<k>`` and ``q_<share>`` for each asked for; ``places``, ``grades`` and ``pairs`` long; ``replicates`` the
    parameters of every draw.
    """

    ranks: pl.DataFrame = field(default_factory=pl.DataFrame)
    places: pl.DataFrame = field(default_factory=pl.DataFrame)
    grades: pl.DataFrame = field(default_factory=pl.DataFrame)
    pairs: pl.DataFrame = field(default_factory=pl.DataFrame)
    replicates: pl.DataFrame = field(default_factory=pl.DataFrame)

    def __bool__(self) -> bool:
        return self.ranks.height > 0


@dataclass(frozen=True, repr=False)
class Result:
    """A scored folder. All frames are Polars; figures are Decimals as published (in ``trace``: texts), null where
    missing.
    """

    rulebook: Rulebook
    register: Register
    periods: tuple[str, ...]
    standing: pl.DataFrame
    scores: pl.DataFrame
    measures: pl.DataFrame
    trace: pl.DataFrame
    findings: pl.DataFrame
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Files behind each dataset, survey and panel."""
    inputs: tuple[SourceFile, ...] = ()
    """Every file that was read, with its hash."""
    prepared: pl.DataFrame = field(default_factory=pl.DataFrame)
    """Every point that preparation changed (``PREPARED_SCHEMA``), step by step; empty without ``prepare``."""
    uncertainty: RankUncertainty = field(default_factory=RankUncertainty)
    """What sampling error and other choices would have made of the ranks; empty where there is neither."""
    first_level: FirstLevel | None = None
    """The last period's totals as a function of the first level's weights; None in a result made by hand."""

    def __repr__(self) -> str:
        units = self.standing.filter(pl.col("period") == self.period)["unit"].n_unique() if self.periods else 0
        book, periods = self.rulebook, ", ".join(self.periods)
        return f"<Result {book.rulebook} {book.version}: {units} units, {len(book.groups)} groups, {periods}>"

    @property
    def period(self) -> str:
        """The last period: the one the documents speak of."""
        return self.periods[-1]

    def explain(
        self, unit: str, criterion: str | None = None, period: str | None = None, *, lang: str = "zh"
    ) -> Explanation:
        """Return why a unit (id or name) got its score, or its points for one criterion. Raises InputError for
        unknown names.
        """
        return explain(self.trace, unit, criterion, period, lang=lang)

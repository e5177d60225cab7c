"""Where rules differ: every point that the design settles has a key, a default, a case for each reading, and words.

The rows are those of the design's table of defaults. A row names the model and field of the rule book that hold the
choice, the value that holds where nothing is written, the line of the rules that says it, and one case for each
reading: a rule book of tests/spec that has this value, with figures worked out by hand. What is checked: the field's
default, the value found in each rule book, that the readings' figures differ (a choice without a consequence would be
none), and that ``shuping rules`` says each reading on that line, in both languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from shuping.documents.rules import compose
from shuping.documents.rules.model import RulesDocument, Table
from shuping.documents.rules.words import phrases
from shuping.methods.efficacy import Efficacy
from shuping.methods.minmax import MinMax
from shuping.methods.ratio_to_best import RatioToBest
from shuping.rulebook.adjustments import Adjustments, Prize, Veto
from shuping.rulebook.ballot_model import Abstention, Ballot, Quorum, RankPoints, VoidRules
from shuping.rulebook.grading_model import Grading, Rounding
from shuping.rulebook.load import load
from shuping.rulebook.model import Criterion, Rulebook
from shuping.rulebook.panel_model import Panel, Trim
from shuping.rulebook.ranked_rows import RankedRows
from shuping.rulebook.rules import method_of
from tests.spec.test_spec import expected_of

HERE = Path(__file__).resolve().parent
ABSENT = object()
"""The default of a field that has none: the rule book must say it."""


@dataclass(frozen=True)
class Reading:
    """One setting, a case with it (``folder`` or ``folder:reading``), and the key of its words among the phrases."""

    value: Any
    case: str
    words: str


@dataclass(frozen=True)
class Point:
    """One row: what is settled, the key of its line in the rules (None: said elsewhere), where in the rule book, the
    default, and the readings.
    """

    title: str
    line: str | None
    model: type[BaseModel]
    field: str
    default: Any
    readings: tuple[Reading, ...]


def point(
    title: str, line: str | None, model: type[BaseModel], field: str, default: Any, *readings: tuple[Any, str, str]
) -> Point:
    return Point(title, line, model, field, default, tuple(Reading(*reading) for reading in readings))


POINTS = (
    point("thresholds of grades", "choice_thresholds", Grading, "thresholds_on", "published",
          ("published", "thresholds_on", "rank_on_published"),
          ("unrounded", "thresholds_on:unrounded", "rank_on_unrounded")),
    point("half-up of a negative", "choice_negative", Rounding, "mode", "half_up",
          ("half_up", "negative_half", "negative_away"),
          ("half_up_positive", "negative_half:positive", "negative_up")),
    point("lower end of a leaf", "choice_lower_end", Criterion, "min", None,
          (None, "leaf_lower_end", "lower_end_zero"),
          (Fraction(-5), "leaf_lower_end:own", "lower_end_own"),
          (Fraction(1), "leaf_lower_end:above", "lower_end_own")),
    point("total above the sum of points through bonus", "choice_total_cap", Adjustments, "total_cap", None,
          (None, "ac1_bonus_cap:no_cap", "total_uncapped"),
          ("points", "ac1_bonus_cap:total_capped", "total_points")),
    point("deductions: the lowest total", "choice_deductions", Adjustments, "deduct_floor", Fraction(0),
          (Fraction(0), "ac10_supervision", "deduct_floor"),
          (None, "ac10_supervision:no_floor", "deduct_no_floor")),
    point("best value of a group is 0", "choice_best_zero", RatioToBest, "when_best_is_zero", "missing",
          ("missing", "no_spread", "edge_missing"),
          ("full", "no_spread:full", "edge_full"), ("zero", "no_spread:zero", "edge_zero")),
    point("range of a group is 0", "choice_flat", MinMax, "when_flat", "full",
          ("full", "no_spread", "edge_full"),
          ("missing", "no_spread:missing", "edge_missing"), ("zero", "no_spread:zero", "edge_zero")),
    point("rank points by several rankers (records)", "choice_rankers", RankedRows, "several", "points",
          ("points", "ac2_thousand_points", "rankers_points"),
          ("ranks", "ac2_thousand_points:mean_first", "rankers_ranks")),
    point("rank points by several rankers (ballots)", "choice_rankers", RankPoints, "several", "points",
          ("points", "ballot_rankers", "rankers_points"),
          ("ranks", "ballot_rankers:ranks", "rankers_ranks")),
    point("clamp of the efficacy method", "choice_clamp", Efficacy, "clamp", (),
          ((), "ac7_efficacy:low", "clamp_none"),
          ((Fraction(60), Fraction(100)), "ac7_efficacy:clamped", "clamp_at")),
    point("missing period, reweight", "choice_period", Criterion, "missing_period", None,
          (None, "periods_missing", "gap_reweight"),
          ("reweight_all", "periods_missing:reweight_all", "gap_reweight_all")),
    point("carry with no earlier value", "choice_period", Criterion, "missing_period", None,
          ("carry", "periods_missing:carry", "gap_carry"),
          ("carry_or_zero", "periods_missing:carry_or_zero", "gap_carry_or_zero")),
    point("trim when more than n", "choice_trim_count", Trim, "counts", "scored",
          ("scored", "ac6_panel_trimmed_mean", "trim_count_scored"),
          ("named", "ac6_panel_trimmed_mean:named", "trim_count_named")),
    point("trim on", "choice_trim_on", Panel, "by", "form",
          ("form", "panel_trim_on", "trim_on_form"), ("item", "panel_trim_on:item", "trim_on_item")),
    point("abstention", "ballot_abstain", Abstention, "how", "excluded",
          ("excluded", "ballot_abstentions", "ballot_abstain_excluded"),
          ("counted", "ballot_abstentions:counted", "ballot_abstain_counted"),
          ("penalty", "ballot_abstentions:penalty", "ballot_penalty_item")),
    point("abstention counts as returned", "ballot_denominator", Ballot, "denominator", "valid",
          ("valid", "ballot_abstentions", "ballot_denominator_valid"),
          ("returned", "ballot_abstentions:returned", "ballot_denominator_returned")),
    point("penalty per item or per ballot", "ballot_abstain", Abstention, "per", "item",
          ("item", "ballot_penalty", "ballot_penalty_item"),
          ("ballot", "ballot_penalty:ballot", "ballot_penalty_ballot")),
    point("several marks for a unit", "ballot_several_marks", VoidRules, "several_marks", "line",
          ("line", "ballot_several_marks", "ballot_void_line"),
          ("ballot", "ballot_several_marks:ballot", "ballot_void_ballot")),
    point("a blank line", "ballot_blank", VoidRules, "blank", "line",
          ("line", "ballot_abstentions", "ballot_blank_line"),
          ("ballot", "ballot_abstentions:blank_void", "ballot_blank_ballot")),
    point("more returned than issued", "ballot_over_issued", Ballot, "over_issued", "group",
          ("group", "ballot_over_issued", "ballot_over_group"),
          ("vote", "ballot_over_issued:vote", "ballot_over_vote")),
    point("quorum: of whom", "ballot_quorum", Quorum, "base", "returned",
          ("returned", "ballot_quorum:more_than", "ballot_base_returned"),
          ("present", "ballot_quorum:present", "ballot_base_present")),
    point("quorum: at least or more than", "ballot_quorum", Quorum, "over", ">=",
          (">=", "ballot_quorum", "ballot_quorum_least"),
          (">", "ballot_quorum:more_than", "ballot_quorum_more")),
    point("too few valid ballots", "ballot_too_few", Ballot, "too_few", "missing",
          ("missing", "ballot_too_few", "ballot_few_missing"),
          ("hidden", "ballot_too_few:hidden", "ballot_few_hidden")),
    point("a slot freed by a veto", "choice_freed", Grading, "freed_slot", "pass_down",
          ("pass_down", "ac9_quota_veto_tie", "freed_pass_down"),
          ("empty", "ac9_quota_veto_tie:freed_empty", "freed_empty")),
    point("a slot nobody reaches", "choice_unreached", Grading, "unreached_slot", "empty",
          ("empty", "unreached_slot", "unreached_empty"),
          ("next_grade", "unreached_slot:next_grade", "unreached_next_grade")),
    point("units tied across a quota's edge", "choice_edge", Grading, "tied_at_edge", "decide",
          ("decide", "ac9_quota_veto_tie:tied_decide", "edge_decide"),
          ("all_in", "ac9_quota_veto_tie:tied_all_in", "edge_all_in"),
          ("all_out", "ac9_quota_veto_tie:tied_all_out", "edge_all_out")),
    point("rank on", "choice_rank_on", Rounding, "rank_on", "published",
          ("published", "rank_on", "rank_on_published"), ("unrounded", "rank_on:unrounded", "rank_on_unrounded")),
    point("veto", None, Veto, "effect", ABSENT,
          ("cap_grade", "ac9_quota_veto_tie", "cap_grade"), ("bar_top", "ac9_quota_veto_tie:bar_top", "bar_top"),
          ("unqualified", "veto_strengths", "unqualified")),
    point("quota base", "choice_quota_base", Grading, "quota_base", "ranked",
          ("ranked", "quota_base", "base_ranked"), ("group", "quota_base:group", "base_group")),
    point("a prize whose holder fails its condition", "choice_prizes", Prize, "handed_on", False,
          (False, "ac3_annual_prize:not_handed_on", "prize_not_handed_on"),
          (True, "ac3_annual_prize:handed_on", "prize_handed_on")),
)  # fmt: skip
ONE_WAY = (
    ("choice_fractions", "quota_29_percent", "fractions_exact"),
    ("choice_fractions", "ballot_quorum", "fractions_exact"),
    ("choice_multiplied", "judged_loss", "multiplied_after"),
)
"""Points with one reading only: nothing to set, a case all the same, and said in the rules."""


def book_of(case: str) -> Path:
    folder, _, reading = case.partition(":")
    return HERE / folder / f"rulebook{'.' + reading if reading else ''}.yaml"


@cache
def loaded(case: str) -> Rulebook:
    return load(book_of(case))


def inside(value: Any) -> Iterator[BaseModel]:
    """Yield every model of a rule book."""
    if isinstance(value, BaseModel):
        yield value
        for name in type(value).model_fields:
            yield from inside(getattr(value, name))
    elif isinstance(value, dict):
        for item in value.values():
            yield from inside(item)
    elif isinstance(value, tuple):
        for item in value:
            yield from inside(item)


def values_in(rulebook: Rulebook, model: type[BaseModel], field: str) -> list[Any]:
    methods = [method_of(rulebook, leaf) for leaf in rulebook.walk() if not leaf.criteria]
    return [getattr(found, field) for found in (*inside(rulebook), *methods) if type(found) is model]


@cache
def rules_of(case: str, lang: str) -> RulesDocument:
    return compose(loaded(case), lang)


def lines_of(case: str, key: str | None, lang: str) -> list[str]:
    """Return what the rules of a case say on the lines called ``key``, or all they say."""
    rules = rules_of(case, lang)
    if key is None:
        return list(rules.texts())
    rows = [
        [cell.text for cell in row if cell is not None]
        for section in rules.sections
        for block in section.blocks
        if isinstance(block, Table)
        for row in block.rows
    ]
    return [cells[1] for cells in rows if cells[0].casefold() == phrases()[key][lang].casefold()]


def is_said(case: str, line: str | None, key: str, lang: str) -> bool:
    """Tell whether the rules of a case say a phrase on a line, whatever fills its slots."""
    pattern = re.sub(r"\\\{\w+\\\}", ".+", re.escape(phrases()[key][lang].casefold()))
    return any(re.search(pattern, text.casefold()) for text in lines_of(case, line, lang))


def figures(case: str) -> dict[tuple[str, ...], str]:
    return {(row.get("period") or "", row["unit"], row["figure"]): row["value"] for row in expected_of(book_of(case))}


@pytest.mark.parametrize("row", POINTS, ids=lambda row: row.title)
def test_a_choice_has_a_key_a_default_a_case_for_each_reading_and_words(row: Point) -> None:
    info = row.model.model_fields[row.field]
    assert info.is_required() if row.default is ABSENT else info.get_default(call_default_factory=True) == row.default
    for reading in row.readings:
        assert reading.value in values_in(loaded(reading.case), row.model, row.field), reading
        for lang in ("zh", "en"):
            assert is_said(reading.case, row.line, reading.words, lang), (reading, lang)


@pytest.mark.parametrize("row", POINTS, ids=lambda row: row.title)
def test_the_readings_of_a_choice_differ_in_figures_and_in_words(row: Point) -> None:
    assert len(row.readings) >= 2, "both readings"
    for one, other in pairwise(row.readings):
        assert one.value != other.value
        if book_of(one.case).parent == book_of(other.case).parent:
            left, right = figures(one.case), figures(other.case)
            assert any(left[key] != right[key] for key in left.keys() & right.keys()), (one, other)
        for lang in ("zh", "en"):
            assert lines_of(one.case, row.line, lang) != lines_of(other.case, row.line, lang)


@pytest.mark.parametrize(("line", "case", "words"), ONE_WAY)
def test_what_is_settled_once_has_a_case_and_is_said(line: str, case: str, words: str) -> None:
    assert expected_of(book_of(case))
    assert all(is_said(case, line, words, lang) for lang in ("zh", "en"))


SILENT = {
    "choice_thresholds": "rank_on_published", "choice_negative": "negative_away", "choice_lower_end": "lower_end_zero",
    "choice_total_cap": "total_uncapped", "choice_best_zero": "edge_missing", "choice_flat": "edge_full",
    "choice_rankers": "rankers_points", "choice_clamp": "clamp_none", "choice_period": "gap_reweight",
    "choice_trim_count": "trim_count_scored", "choice_trim_on": "trim_on_form", "choice_freed": "freed_pass_down",
    "choice_unreached": "unreached_empty", "choice_quota_base": "base_ranked", "choice_prizes": "prize_not_handed_on",
}  # fmt: skip


@pytest.mark.parametrize(("line", "words"), SILENT.items())
def test_the_default_is_said_where_nothing_is_written(line: str, words: str) -> None:
    for lang in ("zh", "en"):
        assert is_said("tie_keys", line, words, lang)

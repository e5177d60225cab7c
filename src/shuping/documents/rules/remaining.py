"""What no other section says: settings of a later version, so that no key of the rule book goes unprinted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from pydantic import BaseModel

from shuping.documents.rules.model import Block, Column, Table, row
from shuping.documents.rules.words import Words
from shuping.documents.wording import exact_text, printable
from shuping.rulebook.model import Rulebook

SAID: Mapping[str, frozenset[str]] = {
    name: frozenset(fields.split())
    for name, fields in {
        "Rulebook": "format rulebook version title periods year_starts scale rounding rank_style missing attributes "
        "groups datasets surveys measures panels ballots combine weights frame criteria prepare adjustments grades "
        "grading tiebreak findings publish lint uncertainty",
        "Text": "zh en",
        "Ask": "zh en category",
        "Rounding": "places mode rank_on detail_places leaf node component",
        "Stage": "places mode",
        "Group": "title kind members graded",
        "Field": "type title options below required min max places unit",
        "Evidence": "max_files",
        "Dataset": "title minutes fields dated_by period filed_by no_records unique checks evidence",
        "Survey": "title questions numbers population frame mode fieldwork min_cell design",
        "NumberQuestion": "title min max places",
        "Fieldwork": "dates dialled contacted completed",
        "SurveyDesign": "sample strata clusters population finite weights post_strata lonely",
        "Stratum": "title population share",
        "PostStrata": "by population",
        "Measure": "title from_ value tiers rank_points ballot panel survey question share points "
        "estimate exclude min_n interval level per_unit roll_up window direction "
        "prepare cumulative places percent unit",
        "Tiers": "field points same duplicates where",
        "PanelItem": "title points min max weight factor base places reason_below reason_above",
        "Trim": "high low share when_over counts",
        "Absent": "words mark",
        "Recusal": "own parent declared marks",
        "PanelRounding": "mean item score",
        "Panel": "title items groups group_titles by aggregate trim blank absent recuse min_judges group_missing base "
        "factor listed unmarked scale rounding secret min_shown severity",
        "Severity": "of reviewers with_ min_units min_reviewers min_comparisons",
        "PanelSource": "id output item group",
        "Ballot": "title kind form options range rank_points items items_combine groups denominator abstain quorum "
        "over_issued group_void void overall own_unit min_valid too_few",
        "Option": "title points",
        "MarkRange": "min max places",
        "BallotItem": "title points range",
        "VoterGroup": "title weight",
        "Quorum": "base of min over",
        "Quota": "item options from_ below at_most at_least max_share min_share of",
        "VoidRules": "several_marks blank out_of_range all_same ties gaps quotas",
        "Abstention": "how penalty per",
        "Overall": "item scored zero forces needs",
        "RankPoints": "full step floor several",
        "RankedRows": "full step floor several field where",
        "BallotSource": "id output options item over",
        "Criterion": "id title points weight combine weights criteria measure panel ballot method missing min_share "
        "frame each must_differ period_weights missing_period applies_to places min max",
        "Frame": "over base",
        "MissingRule": "policy by nearest",
        "Grade": "title min share count round worst",
        "Worst": "count min by of",
        "Lint": "leaves leaf_points minutes evidence_files spread correlation correlated_units weight_gap",
        "Grading": "thresholds_on quota_base freed_slot unreached_slot tied_at_edge unqualified",
        "TieKey": "key direction",
        "Finding": "id when category title groups",
        "Publication": "issuer title basis opening parts categories asks closing",
        "CommentaryPart": "title criteria",
        "Adjustments": "order categories bonus bonus_cap deductions deductions_cap deduct_floor total_cap prizes veto",
        "Category": "title cap",
        "Bonus": "id title measure each per category floor cap item groups missing",
        "ItemBonus": "criterion most when_lost units",
        "Deduction": "id title measure each per range times cap groups missing",
        "LossRange": "least most",
        "Prize": "id title points when handed_on groups",
        "Veto": "id title when effect grade groups",
        "Preparation": "over screen impute outliers",
        "MeasurePreparation": "denominator scale impute outliers skip",
        "Screen": "min_share zeros branches keep",
        "Impute": "statistic by min_n",
        "Outliers": "skew kurtosis max_points then lambda_ frame",
        "Uncertainty": "enabled draws seed sequence interval quantiles top ahead shrink vary",
        "Variation": "surveys panels ballots measures weights alternatives",
        "WeightVariation": "kind by concentration levels by_level",
        "MeasurementError": "sd relative",
        "Alternative": "id title of method combine missing outliers",
    }.items()
}
"""The keys of each model that the other sections print. ``publish`` holds words for other documents, not rules."""


def remaining(rulebook: Rulebook, words: Words) -> Iterator[Block]:
    """Yield a table of the settings that no other section prints; nothing where there are none."""
    rows = [row(path, printable(_plain(value))) for path, value in unsaid(rulebook, "")]
    if rows:
        yield Table((Column(words.say("setting"), 40, code=True), Column(words.say("setting_value"), 60)), tuple(rows))


def unsaid(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield path and value of every setting that is written and not among ``SAID``."""
    if isinstance(value, BaseModel):
        said = SAID.get(type(value).__name__, frozenset())
        for name, info in type(value).model_fields.items():
            inside, here = getattr(value, name), ".".join(part for part in (path, info.alias or name) if part)
            if name in said:
                yield from unsaid(inside, here)
            elif inside != info.get_default(call_default_factory=True):
                yield here, inside
    elif isinstance(value, Mapping):
        for key, inside in value.items():
            yield from unsaid(inside, f"{path}.{key}")
    elif isinstance(value, tuple):
        for place, inside in enumerate(value):
            yield from unsaid(inside, f"{path}[{getattr(inside, 'id', place)}]")


def _plain(value: Any) -> str:
    if isinstance(value, Fraction):
        return exact_text(value)
    if isinstance(value, BaseModel):
        return _plain({name: getattr(value, name) for name in type(value).model_fields})
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_plain(inside)}" for key, inside in value.items() if inside is not None)
    if isinstance(value, tuple | list | frozenset):
        return ", ".join(_plain(inside) for inside in value)
    return str(value)

"""Criteria scored by periods: the rule in words, each period's points, and the mean with the figures of one unit."""

from __future__ import annotations

from fractions import Fraction

from shuping.rulebook.model import Criterion, Rulebook
from shuping.scoring.grid import REASON_NAMES
from shuping.scoring.measure_words import show_measure
from shuping.scoring.scores import PeriodPart, Scores
from shuping.values.rounding import show_short

PLACES = 6
MOST_TERMS = 6
"""Of more periods than this with equal weights, the sum is shown and not each term."""
_KINDS = {
    "week": {"zh": "周", "en": "week"},
    "month": {"zh": "月", "en": "month"},
    "quarter": {"zh": "季度", "en": "quarter"},
}
_MISSING = {
    "reweight": {"zh": "无得分的期不计，其余各期折算", "en": "a period without points is left out of the mean"},
    "reweight_all": {
        "zh": "无得分的期从总分中扣除分值，其余各项折算",
        "en": "a period without points is left out of the whole, and all criteria count for it",
    },
    "zero": {"zh": "无得分的期计零分", "en": "a period without points counts as zero"},
    "carry": {
        "zh": "无得分的期沿用此前最近一期的得分，此前没有的不计",
        "en": "a period without points takes those of the last earlier one, and is left out where there is none",
    },
    "carry_or_zero": {
        "zh": "无得分的期沿用此前最近一期的得分，此前没有的计零分",
        "en": "a period without points takes those of the last earlier one, and counts as zero where there is none",
    },
    "block": {
        "zh": "任何一期无得分的单位不计总分",
        "en": "a unit without points in any period has no total",
    },
}


def each_words(criterion: Criterion, lang: str) -> str:
    """Return how the periods of a criterion count, as the end of its rule; empty where it is scored once."""
    text = _share_words(criterion, lang)
    if criterion.each is None:
        return text
    kind, missing = _KINDS[criterion.each][lang], _MISSING[criterion.missing_period or "reweight"][lang]
    weights = "、" if lang == "zh" else ", "
    written = weights.join(show_short(weight) for _, weight in sorted_weights(criterion))
    if lang == "zh":
        how = f"各期权重依次为{written}，加权平均" if written else "取各期平均"
        return f"{text}；按{kind}计分，{how}；{missing}"
    how = f"the mean weighted {written} in their order" if written else "the mean of all"
    return f"{text}; scored for each {kind}, {how}; {missing}"


def sorted_weights(criterion: Criterion) -> list[tuple[int, Fraction]]:
    """Return the weights of the periods with their places, in order."""
    return sorted((int(place), weight) for place, weight in criterion.period_weights.items())


def _share_words(criterion: Criterion, lang: str) -> str:
    if criterion.min_share is None:
        return ""
    share = show_short(criterion.min_share * 100) + "%"
    if lang == "zh":
        return f"；有数据的分值不足{share}的，按缺值处理"
    return f"; missing where less than {share} of the points below rest on data"


def period_parts(rulebook: Rulebook, scores: Scores, index: int) -> str:
    """Return each period's points of a unit, behind its value where there is one: ``2025-01: 8 → 9.5; 2025-02: …``.

    A value that was filled in says of how many units it is made: ``7.5 (n = 4) → 9``.
    """
    return "; ".join(f"{part.name}: {_part(rulebook, part.scores, index)}" for part in scores.periods)


def _part(rulebook: Rulebook, scores: Scores, index: int) -> str:
    value = ""
    if scores.value is not None and not scores.value.reasons[index]:
        figure = Fraction(scores.value.values[index])
        measure = rulebook.measures.get(scores.criterion.measure or "")
        value = show_short(figure, PLACES) if measure is None else show_measure(measure, figure)
        if scores.filled_from is not None and scores.filled_from[index]:
            value += f" (n = {scores.filled_from[index]})"
    if not scores.present[index]:
        reason = REASON_NAMES[int(scores.why[index])] or "children_missing"
        return f"{value} → ({reason})" if value else f"({reason})"
    points = show_short(Fraction(scores.points[index]), rulebook.rounding.detail_places)
    return f"{value} → {points}" if value else points


def mean_in_figures(scores: Scores, index: int, shown_points: str) -> str | None:
    """Return the mean over the periods of a unit in figures; None where it has no points from them."""
    terms = [_term(part, index) for part in scores.periods if part.weight[index] != 0]
    if not terms or not scores.present[index] or scores.policy_applied[index]:
        return None
    weights = {weight for weight, _ in terms}
    total = sum((weight * points for weight, points in terms), Fraction(0))
    sign = "=" if total == scores.points[index] else "→"
    if len(weights) == 1 and next(iter(weights)).numerator == 1:
        return (
            f"{_plain_sum([points for _, points in terms])} ÷ {next(iter(weights)).denominator} {sign} {shown_points}"
        )
    if len(terms) > 2 * MOST_TERMS:
        return None
    shown = " + ".join(f"{_weight(weight)} × {_signed(points)}" for weight, points in terms)
    return f"{shown} {sign} {shown_points}"


def _term(part: PeriodPart, index: int) -> tuple[Fraction, Fraction]:
    return Fraction(part.weight[index]), Fraction(part.scores.points[index])


def _plain_sum(points: list[Fraction]) -> str:
    if len(points) > MOST_TERMS:
        return show_short(sum(points, Fraction(0)), PLACES)
    text = " + ".join(_signed(term) for term in points)
    return f"({text})" if len(points) > 1 else text


def _signed(points: Fraction) -> str:
    text = show_short(points, PLACES)
    return f"({text})" if text.startswith("-") else text


def _weight(weight: Fraction) -> str:
    decimal = show_short(weight, PLACES)
    return decimal if Fraction(decimal) == weight else f"{weight.numerator}/{weight.denominator}"

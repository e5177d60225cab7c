"""Checks of periods and missing values: keys that need each other, weights by place, policies that cannot act."""

from __future__ import annotations

from fractions import Fraction

from shuping.rulebook.check_report import Report
from shuping.rulebook.gaps import MissingRule
from shuping.rulebook.model import Criterion
from shuping.rulebook.rules import children_of, combine_of
from shuping.rulebook.yaml_source import Path
from shuping.values.periods import KINDS, Kind, Period, parse_span
from shuping.values.rounding import show_short

MOST = {"week": 53, "month": 12, "quarter": 4}
"""The most periods of a kind inside a year."""


def check_gaps(report: Report) -> None:
    """Report what cannot be meant about periods and missing values, where it stands."""
    rulebook = report.rulebook
    tops = _declared(report)
    root = combine_of(rulebook.combine, list(rulebook.criteria)) in ("sum", "arithmetic")
    for index, criterion in enumerate(rulebook.criteria):
        siblings = rulebook.criteria
        _check(report, ("criteria", index), criterion, siblings, rulebook.missing, tops, root)


def _declared(report: Report) -> list[Period]:
    """Return the periods that the rule book declares; faulty ones are reported elsewhere."""
    found: list[Period] = []
    for text in report.rulebook.periods:
        try:
            found += parse_span(text, report.rulebook.year_starts)
        except ValueError:
            continue
    return found


def _check(
    report: Report,
    path: Path,
    criterion: Criterion,
    siblings: tuple[Criterion, ...],
    inherited: MissingRule,
    periods: list[Period],
    additive: bool,
) -> None:
    rule = criterion.missing or inherited
    here = (*path, "missing") if criterion.missing is not None else path
    if rule.policy == "peer" and _alone(report, criterion, siblings):
        report.add("peer-alone", here, given=criterion.id)
    if not additive and (rule.policy == "rescale_total" or criterion.missing_period == "reweight_all"):
        late = rule.policy != "rescale_total"
        report.add("rescale-total-mean", (*path, "missing_period") if late else here, given=criterion.id)
    if criterion.min_share is not None and not criterion.criteria:
        report.add("min-share-leaf", (*path, "min_share"), key=True, given=criterion.id)
    inside = _check_each(report, path, criterion, periods)
    below = additive and combine_of(criterion.combine, list(criterion.criteria)) in ("sum", "arithmetic")
    for index, child in enumerate(criterion.criteria):
        _check(report, (*path, "criteria", index), child, criterion.criteria, rule, inside, below)


def _alone(report: Report, criterion: Criterion, siblings: tuple[Criterion, ...]) -> bool:
    """Tell whether nothing stands beside a criterion in some group where it counts."""
    parent = Criterion.model_construct(id="", criteria=siblings)
    counted = [children_of(parent, group) for group in report.rulebook.groups]
    return any(criterion in children and len(children) == 1 for children in counted)


def _check_each(report: Report, path: Path, criterion: Criterion, periods: list[Period]) -> list[Period]:
    """Check the periods of a criterion; return those in which the criteria below it are scored."""
    if criterion.each is None:
        for name in ("period_weights", "missing_period"):
            if getattr(criterion, name):
                report.add("each-needed", (*path, name), key=True, given=name)
        return periods
    short = [period for period in periods if KINDS.index(period.kind) < KINDS.index(criterion.each)]
    if short:
        report.add("each-too-long", (*path, "each"), given=criterion.each, period=short[0].name)
        return []
    inside = [period.inside(criterion.each) for period in periods]
    if criterion.period_weights:
        _check_weights(report, path, criterion, criterion.each, {len(parts) for parts in inside})
    return [part for parts in inside for part in parts]


def _check_weights(report: Report, path: Path, criterion: Criterion, kind: Kind, counts: set[int]) -> None:
    here = (*path, "period_weights")
    places = list(criterion.period_weights)
    for place in places:
        if not (place.isascii() and place.isdigit() and str(int(place)) == place and 1 <= int(place) <= MOST[kind]):
            report.add("period-place", (*here, place), key=True, given=place, most=MOST[kind])
            return
    for place, weight in criterion.period_weights.items():
        if weight < 0:
            report.add("period-weight-negative", (*here, place), given=show_short(weight))
            return
    total = sum(criterion.period_weights.values(), Fraction(0))
    if total != 1:
        report.add("period-weights-sum", here, key=True, given=show_short(total), where=criterion.id)
    wanted = {str(place) for place in range(1, max(counts, default=len(places)) + 1)}
    if len(counts) > 1 or set(places) != wanted:
        count = " / ".join(str(count) for count in sorted(counts)) or str(max(map(int, places)))
        report.add("period-weights-count", here, key=True, given=", ".join(places), allowed=count)

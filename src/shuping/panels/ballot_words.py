"""A ballot's value in figures: what each voter group's votes come to, down to counts per grade and never to a paper.

The texts hold ids, numbers and signs alone, as formulas do; ∅ is a voter group that does not count, with the condition
that it fails, and ··· one with too few votes to be shown.
"""

from __future__ import annotations

from fractions import Fraction

from shuping.panels.ballot_score import BallotScore, GroupResult, denominator
from shuping.panels.ballot_sheet import grades_of
from shuping.rulebook.ballot_model import Ballot, BallotSource
from shuping.values import Missing
from shuping.values.rounding import show_short

PLACES = 4
HIDDEN = "···"


def written(ballot: Ballot, source: BallotSource) -> str:
    """Return an output of a ballot as a formula of its voter groups: ``0.4 × A + 0.6 × B``."""
    if source.output == "share" and source.over == "votes":
        return f"({' + '.join(source.options)}) / {'n' if ballot.denominator == 'valid' else ballot.denominator}"
    terms = " + ".join(f"{show_short(group.weight)} × {name}" for name, group in ballot.groups.items())
    if source.output == "pairwise":
        return f"pairwise({terms})"
    inside = {"share": f"share({', '.join(source.options)})", "item": f"points({source.item})", "borda": "borda"}
    return terms if source.output == "score" else f"{inside[source.output]}: {terms}"


def parts(score: BallotScore | None) -> str | None:
    """Return the voter groups' results in figures, and how they are put together; None where nobody voted."""
    if score is None or not score.groups:
        return None
    shown = [_group(score, result) for result in score.groups]
    return "; ".join([*shown, *_together(score)])


def _group(score: BallotScore, result: GroupResult) -> str:
    head = f"{result.group} × {show_short(result.weight)}"
    if result.reason is not None:
        return f"{head}: ∅{_condition(score.ballot, result)}"
    if result.hidden or result.count is None:
        return f"{head}: {HIDDEN} (n < {score.ballot.min_valid})"
    items = score.ballot.item_ids if score.source.item is None else (score.source.item,)
    named = [_votes(score.ballot, result, item) for item in items]
    points = "" if result.points is None else f"{show_short(result.points, PLACES)} = "
    return f"{head}: {points if score.source.item is None else ''}{' ; '.join(named)}"


def _votes(ballot: Ballot, result: GroupResult, item: str) -> str:
    assert result.count is not None
    base = denominator(ballot, result.count.cells[item], result.count)
    counts = ", ".join(f"{grade} {votes}" for grade, votes in grades_of(ballot, result, item).items())
    found = result.items.get(item)
    mean = "" if found is None or not item else f"{show_short(found, PLACES)} "
    return f"{item + ' ' if item else ''}{mean}[{counts + ' / ' if counts else 'n = '}{base}]"


def _condition(ballot: Ballot, result: GroupResult) -> str:
    """Return the condition that a voter group fails, in figures."""
    count = result.count
    if count is None or result.reason == "no_records":
        return ""
    stated = count.turnout
    returned = stated.returned if stated.returned is not None else count.in_file
    if result.reason == "over_issued":
        return f" ({returned} > {stated.issued})"
    if result.reason == "too_few":
        return f" (n < {ballot.min_valid})"
    quorum = ballot.quorum
    assert quorum is not None
    base = {"present": stated.present, "returned": returned, "valid": returned - count.void_in_group}[quorum.base]
    whole = stated.issued if quorum.of == "issued" else stated.eligible
    sign = "<" if quorum.over == ">=" else "≤"
    return f" ({base} / {whole} {sign} {_fraction(quorum.min)})"


def _fraction(number: Fraction) -> str:
    return show_short(number) if Fraction(show_short(number)) == number else f"{number.numerator}/{number.denominator}"


def _together(score: BallotScore) -> list[str]:
    """Return the weighted mean over the voter groups, where there are several and it is one."""
    counted = [result for result in score.groups if result.reason is None and result.points is not None]
    plain = score.source.output == "score" and not any(result.hidden for result in counted)
    if isinstance(score.value, Missing) or not plain or len(score.groups) < 2:
        return []
    terms = " + ".join(
        f"{show_short(result.weight)} × {show_short(result.points or Fraction(0), PLACES)}" for result in counted
    )
    whole = sum((result.weight for result in counted), Fraction(0))
    mean = terms if whole == 1 else f"({terms}) / {show_short(whole)}"
    return [f"{mean} = {show_short(score.value, PLACES)}"]

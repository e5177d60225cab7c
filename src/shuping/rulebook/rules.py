"""What a criterion's settings come to: its method, its points and weight in a group, its policy for missing values."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from shuping.methods import METHODS, Method, Operand
from shuping.methods.ratio_capped import RatioCapped
from shuping.rulebook.ballot_model import BallotSource
from shuping.rulebook.gaps import MissingPolicy, MissingRule
from shuping.rulebook.model import Combine, Criterion, Rulebook


def method_of(rulebook: Rulebook, criterion: Criterion) -> Method:
    """Return the method object of a leaf; a panel or a ballot without one is scored in proportion to its full mark.

    Raises pydantic's ValidationError for wrong parameters and KeyError for an unknown method: ``checks`` reports both
    first.
    """
    if criterion.method is None and criterion.ballot is not None:
        return RatioCapped(target=Operand(number=full_of_ballot(rulebook, criterion.ballot)))
    if criterion.method is None:
        assert criterion.panel is not None
        return RatioCapped(target=Operand(number=rulebook.panels[criterion.panel.id].full_of(criterion.panel)))
    ((name, parameters),) = criterion.method.items()
    method = METHODS[name].model_validate(parameters or {}).titled(rulebook.attributes)
    measure = rulebook.measures.get(criterion.measure or "")
    return method.in_percent() if measure is not None and measure.percent else method


def full_of_ballot(rulebook: Rulebook, source: BallotSource) -> Fraction:
    """Return the highest value of a ballot's output: its full mark, that of an item, or 1 for a share.

    Raises KeyError for an unknown ballot.
    """
    ballot = rulebook.ballots[source.id]
    if source.output == "item":
        return ballot.full_of(source.item or "")
    return ballot.full_mark if source.output == "score" else Fraction(1)


def applies(criterion: Criterion, group: str) -> bool:
    """Tell whether a criterion counts in a comparison group."""
    if criterion.applies_to is not None and group not in criterion.applies_to:
        return False
    for share in (criterion.points, criterion.weight):
        if isinstance(share, dict) and group not in share:
            return False
    return not criterion.criteria or any(applies(child, group) for child in criterion.criteria)


def children_of(criterion: Criterion, group: str) -> list[Criterion]:
    """Return the criteria below that count in a group."""
    return [child for child in criterion.criteria if applies(child, group)]


def by_group(share: Fraction | dict[str, Fraction] | None, group: str) -> Fraction | None:
    """Return the number that holds in a group."""
    return share.get(group) if isinstance(share, dict) else share


def points_of(criterion: Criterion, group: str) -> Fraction | None:
    """Return a criterion's full points in a group: as written, else the sum of those below; None under weights."""
    written = by_group(criterion.points, group)
    if written is not None:
        return written
    below = [points_of(child, group) for child in children_of(criterion, group)]
    if not below or any(points is None for points in below):
        return None
    return sum((points for points in below if points is not None), Fraction(0))


def weights_of(children: list[Criterion], group: str) -> list[Fraction]:
    """Return the siblings' weights in a group, adding up to 1: as written (relative ones over their sum), or equal ones
    where none is written.
    """
    written = [by_group(child.weight, group) for child in children]
    if all(weight is None for weight in written):
        return [Fraction(1, len(children))] * len(children)
    given = [weight if weight is not None else Fraction(0) for weight in written]
    whole = sum(given, Fraction(0)) or Fraction(1)
    return given if whole == 1 else [weight / whole for weight in given]


def combine_of(combine: Combine | None, children: list[Criterion]) -> Combine:
    """Return how a node combines its children: as written; else a sum of points, or the mean under weights."""
    if combine is not None:
        return combine
    unweighted = [child for child in children if child.weight is None]
    pointed = any(child.points is not None or (child.criteria and _carries_points(child)) for child in unweighted)
    return "sum" if pointed else "arithmetic"


def _carries_points(criterion: Criterion) -> bool:
    return criterion.points is not None or any(
        _carries_points(child) for child in criterion.criteria if child.weight is None
    )


def root_of(rulebook: Rulebook) -> Criterion:
    """Return the whole tree as one node, with the empty id."""
    return Criterion.model_construct(
        id="",
        title=rulebook.title,
        points=None,
        weight=None,
        combine=rulebook.combine,
        weights=rulebook.weights,
        criteria=rulebook.criteria,
        measure=None,
        panel=None,
        method=None,
        missing=rulebook.missing,
        applies_to=None,
        places=None,
        min=None,
        max=None,
    )


def _inherited(criteria: tuple[Criterion, ...], rule: MissingRule) -> Iterator[tuple[str, MissingRule]]:
    for criterion in criteria:
        own = criterion.missing or rule
        yield criterion.id, own
        yield from _inherited(criterion.criteria, own)


def missing_rules(rulebook: Rulebook) -> dict[str, MissingRule]:
    """Return what a missing value does, by criterion: its own setting, its nearest ancestor's, or the rule book's."""
    return dict(_inherited(rulebook.criteria, rulebook.missing))


def policies(rulebook: Rulebook) -> dict[str, MissingPolicy]:
    """Return the policy alone for missing values, by criterion; see ``missing_rules``."""
    return {criterion: rule.policy for criterion, rule in missing_rules(rulebook).items()}


def shares_of_total(rulebook: Rulebook, group: str) -> dict[str, Fraction]:
    """Return each criterion's share of the total in a group, down the tree; only criteria that count there."""
    return shares_below(root_of(rulebook), group)


def shares_below(top: Criterion, group: str) -> dict[str, Fraction]:
    """Return the share of ``top``'s full points that each criterion below it carries in a group."""
    found: dict[str, Fraction] = {}

    def below(node: Criterion, share: Fraction) -> None:
        children = children_of(node, group)
        if not children:
            return
        if combine_of(node.combine, list(node.criteria)) == "sum":
            weights = [points_of(child, group) or Fraction(0) for child in children]
        else:
            weights = weights_of(children, group)
        whole = sum(weights, Fraction(0))
        for child, weight in zip(children, weights, strict=True):
            found[child.id] = share * weight / whole if whole else Fraction(0)  # deductions alone carry no share
            below(child, found[child.id])

    below(top, Fraction(1))
    return found

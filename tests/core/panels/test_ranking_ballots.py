"""Borda points and pairwise comparisons against hand counts, all pairs by hand, and properties."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from shuping.panels.ballot_score import BallotCount, count_ballot
from shuping.rulebook.ballot_model import Ballot, BallotSource
from tests.core.panels.by_paper import Paper, frame

BORDA, PAIRS = (BallotSource.model_validate({"id": "x", "output": output}) for output in ("borda", "pairwise"))


def count(rankings: list[tuple[str, dict[str, int]]], **more: object) -> BallotCount:
    declared = Ballot.model_validate({"kind": "ranks", "groups": {"A": "1"}, "min_valid": "1", **more})
    found = [
        Paper(str(n), group, None, {(unit, ""): str(place) for unit, place in places.items()})
        for n, (group, places) in enumerate(rankings)
    ]
    return count_ballot(declared, frame(found), None, "2025")


def by_order(*orders: str, times: int = 1) -> list[tuple[str, dict[str, int]]]:
    return [("A", {unit: place for place, unit in enumerate(order, 1)}) for order in orders for _ in range(times)]


def test_the_capital_of_tennessee() -> None:
    """The textbook example: 42 % Memphis, Nashville, Chattanooga, Knoxville; 26 % NCKM; 15 % CKNM; 17 % KCNM.

    Nashville wins all pairs, and Borda too: (42 x 2 + 26 x 3 + 15 + 17)/3 = 194/3 of 100; Memphis 126/3.
    """
    votes = (
        by_order("MNCK", times=42)
        + by_order("NCKM", times=26)
        + by_order("CKNM", times=15)
        + by_order("KCNM", times=17)
    )
    counted = count(votes)
    borda = {unit: score.value for unit, score in counted.values(BORDA, list("MNCK")).items()}
    assert borda == {unit: Fraction(points, 300) for unit, points in {"M": 126, "N": 194, "C": 173, "K": 107}.items()}
    compared = counted.compared()
    assert (compared.winner, compared.top) == ("N", ("N",))
    assert compared.points == {"N": 1, "C": Fraction(2, 3), "K": Fraction(1, 3), "M": 0}


def test_a_cycle_has_no_winner_and_all_are_at_the_top() -> None:
    compared = count(by_order("abcd", "bcad", "cabd")).compared()
    assert (compared.winner, compared.top) == (None, ("a", "b", "c"))
    assert compared.points == {"a": Fraction(2, 3), "b": Fraction(2, 3), "c": Fraction(2, 3), "d": 0}


def test_a_tie_is_half_a_win() -> None:
    compared = count(by_order("ab", "ba")).compared()
    assert (compared.winner, compared.top, compared.points) == (
        None,
        ("a", "b"),
        {"a": Fraction(1, 2), "b": Fraction(1, 2)},
    )


def test_shared_places_share_borda_points() -> None:
    counted = count([("A", {"a": 1, "b": 1, "c": 3})], void={"ties": "allowed"})
    assert [score.value for score in counted.values(BORDA, list("abc")).values()] == [Fraction(3, 4), Fraction(3, 4), 0]


def test_voter_groups_weigh_in_comparisons() -> None:
    """One voter of B (0.7) against three of A (0.3): B's share of its own ballots carries its weight."""
    votes = [*by_order("ab", times=3), ("B", {"b": 1, "a": 2})]
    counted = count(votes, groups={"A": "0.3", "B": "0.7"})
    assert counted.compared().winner == "b"
    assert [score.value for score in counted.values(BORDA, ["a", "b"]).values()] == [Fraction(3, 10), Fraction(7, 10)]


orders = st.lists(st.permutations("abcde"), min_size=1, max_size=9)


@settings(max_examples=50, deadline=None)
@given(orders)
def test_pairs_by_hand(votes: list[list[str]]) -> None:
    compared = count(by_order(*("".join(order) for order in votes))).compared()
    won = dict.fromkeys("abcde", Fraction(0))
    for one, other in combinations("abcde", 2):
        ahead = sum(order.index(one) < order.index(other) for order in votes)
        won[one] += Fraction(1) if 2 * ahead > len(votes) else Fraction(1, 2) if 2 * ahead == len(votes) else 0
        won[other] += Fraction(1) if 2 * ahead < len(votes) else Fraction(1, 2) if 2 * ahead == len(votes) else 0
    assert compared.points == {unit: points / 4 for unit, points in won.items()}
    assert sum(compared.points.values()) == Fraction(10, 4)  # one point for each of the ten pairs


@settings(max_examples=50, deadline=None)
@given(orders)
def test_a_winner_is_alone_at_the_top_and_units_in_other_names_fare_alike(votes: list[list[str]]) -> None:
    texts = ["".join(order) for order in votes]
    first, renamed = (
        count(by_order(*texts)),
        count(by_order(*(text.translate(str.maketrans("abcde", "edcba")) for text in texts))),
    )
    compared, other = first.compared(), renamed.compared()
    assert (compared.winner is not None) <= (compared.top == (compared.winner,))
    names = dict(zip("abcde", "edcba", strict=True))
    assert {names[unit]: points for unit, points in compared.points.items()} == other.points
    assert tuple(sorted(names[unit] for unit in compared.top)) == other.top

"""Other weights of the first level: by hand, against rule books rewritten with them, the closed form against both."""

from __future__ import annotations

import random
import re
from fractions import Fraction
from pathlib import Path

import pytest

import shuping
from shuping import appraisal
from shuping.errors import InputError
from shuping.scoring.first_level import GroupShares
from shuping.standing.standing import Standing
from shuping.standing.what_if.closed import first_level
from shuping.standing.what_if.ground import Ground
from shuping.standing.what_if.weights import declared, factors_of, shared_out, wanted_weights, weights_under
from tests.documents.what_if_case import BOOKS, PLAIN, write_folder, write_units

SPEC = Path(__file__).resolve().parents[3] / "spec"


def ground_of(path: Path, book: Path | None = None) -> tuple[Ground, list[Standing]]:
    return appraisal.ground_of(shuping.read(path, rulebook=book))


def drawn(weights: dict[str, Fraction], draw: random.Random) -> dict[str, Fraction]:
    """Return weights that keep their sum, up to all but one of them set."""
    names = [name for name, weight in weights.items() if weight]
    whole, mine = sum(weights.values()), {}
    for name in draw.sample(names, draw.randint(1, max(1, len(names) - 1))):
        mine[name] = (whole - sum(mine.values())) * Fraction(draw.randint(0, 40), 40)
    return shared_out(weights, mine) if len(mine) < len(names) else weights


# --- by hand ------------------------------------------------------------------------------------------------------


def test_totals_under_other_weights_by_hand(tmp_path: Path) -> None:
    """Work 25 of 100 instead of 50, order 45 and view 30 (30 : 20 of the 75 that are left).

    a: .9 x 25 + .8 x 45 + .7 x 30 = 22.5 + 36 + 21 = 79.5; published 45 + 24 + 14 = 83.
    b: .6 x 25 + .9 x 45 + 1 x 30 = 15 + 40.5 + 30 = 85.5; published 30 + 27 + 20 = 77. They change places.
    """
    folder = shuping.read(write_units(tmp_path, "plain", {"a": (90, 80, 70), "b": (60, 90, 100)}))
    found = shuping.what_if(folder, {"work": "25"})
    rows = {row["unit"]: row for row in found.moves.rows(named=True)}
    assert {unit: str(row["total"]) for unit, row in rows.items()} == {"a": "83.00", "b": "77.00"}
    assert {unit: str(row["total_under"]) for unit, row in rows.items()} == {"a": "79.50", "b": "85.50"}
    assert {unit: (row["rank"], row["rank_under"], row["moved"]) for unit, row in rows.items()} == {
        "a": (1, 2, -1),
        "b": (2, 1, 1),
    }
    assert {unit: (row["grade"], row["grade_under"]) for unit, row in rows.items()} == {
        "a": ("good", "fair"),
        "b": ("fair", "good"),
    }
    weights = {row["criterion"]: (row["weight_under"], row["asked"]) for row in found.weights.rows(named=True)}
    assert weights == {"work": ("25/1", True), "order": ("45/1", False), "view": ("30/1", False)}


def test_a_half_is_rounded_as_the_rule_book_says(tmp_path: Path) -> None:
    """.93 x 50 + .9441 x 50 = 93.705; the binary float of that sum is below it."""
    figures = {"a": (93, 94.41, 50)}
    rounded = {}
    for mode in ("half_up", "half_even", "down"):
        book = PLAIN.replace("half_up", mode)
        folder = shuping.read(write_units(tmp_path / mode, book, figures))
        found = shuping.what_if(folder, {"work": "50", "order": "50"})
        rounded[mode] = str(found.moves["total_under"][0])
    assert rounded == {"half_up": "93.71", "half_even": "93.70", "down": "93.70"}


def test_what_is_missing_and_left_out_for_the_total_follows_the_weights(tmp_path: Path) -> None:
    """Order is missing and taken out of the whole: .9 x 25 + .7 x 30 = 43.5 of the 55 that apply, 79.0909... of 100."""
    book = PLAIN.replace("points: 30,", "points: 30, missing: rescale_total,")
    folder = shuping.read(write_units(tmp_path, book, {"a": (90, "", 70)}))
    assert str(shuping.what_if(folder, {"work": "25"}).moves["total_under"][0]) == "79.09"
    # published: .9 x 50 + .7 x 20 = 59 of 70
    assert str(shuping.what_if(folder, {"work": "25"}).moves["total"][0]) == "84.29"


# --- against the rule book written anew ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["plain", "shared", "limited", "roots"])
def test_a_rule_book_written_with_these_weights_gives_the_same(tmp_path: Path, name: str) -> None:
    """The other way round: write the weights into the file and score the folder by it."""
    folder = write_folder(tmp_path / name, name)
    draw, text = random.Random(3), (folder / "rulebook.yaml").read_text(encoding="utf-8")
    ground, _ = ground_of(folder)
    for number in range(4):
        weights = drawn(declared(ground.rulebook, "towns"), draw)
        if not all(weights[one] for one in weights if declared(ground.rulebook, "towns")[one]):
            continue  # a rule book does not write a weight of nothing
        book = tmp_path / f"{name}.{number}.yaml"
        head, _, tail = text.partition("criteria:")
        for criterion, weight in weights.items():
            tail = re.sub(
                rf"(id: {criterion}\b.*?\b(?:points|weight): )[\d./]+", rf"\g<1>{weight}", tail, count=1, flags=re.S
            )
        book.write_text(f"{head}criteria:{tail}", encoding="utf-8")
        again, written = ground_of(folder, book)
        assert declared(again.rulebook, "towns") == weights
        tried = ground.standing(factors_of(ground.rulebook, {"towns": weights}))
        assert [(row.unit, row.total, row.rank) for row in tried] == [
            (row.unit, row.total, row.rank) for row in written
        ]


# --- the closed form against the engine ---------------------------------------------------------------------------


def agree(ground: Ground, group: GroupShares, weights: dict[str, Fraction]) -> int:
    """Compare exact totals of a group; return of how many units."""
    root = ground.scores(factors_of(ground.rulebook, {group.group: weights}))
    index = {unit: place for place, unit in enumerate(ground.grid.units)}
    for unit in group.units:
        settled = group.settled(unit, [weights[name] for name in group.criteria])
        place = index[unit.unit]
        assert (settled is not None) == bool(root.present[place]), unit.unit
        assert settled is None or settled.exact == root.points[place], unit.unit
        if settled is not None and root.adjustments is not None:
            assert settled.deduction == root.adjustments.deduction[place], unit.unit
    return len(group.units)


@pytest.mark.parametrize("name", BOOKS)
def test_totals_as_shares_and_weights_are_the_engines(tmp_path: Path, name: str) -> None:
    ground, standing = ground_of(write_folder(tmp_path, name))
    found = first_level(ground, standing).found
    assert not isinstance(found, str)
    draw, compared = random.Random(name), 0
    for group in found:
        for _ in range(25):
            compared += agree(ground, group, drawn(declared(ground.rulebook, group.group), draw))
    assert compared >= 300


def test_every_worked_case_agrees_or_says_why_not() -> None:
    """All folders with figures by hand: methods, policies, bonuses, deductions, caps, orders, vetoes."""
    draw, agreed, refused = random.Random(1), 0, set()
    for book in sorted(SPEC.rglob("rulebook*.yaml")):
        try:
            ground, standing = ground_of(book.parent, book)
        except InputError:  # a case of what is refused
            continue
        found = first_level(ground, standing).found
        if isinstance(found, str):
            refused.add(found)
            continue
        for group in found:
            for _ in range(4):
                agreed += agree(ground, group, drawn(declared(ground.rulebook, group.group), draw))
    assert agreed > 300
    assert refused == {"alone", "combine", "prizes"}


def test_the_own_weights_change_nothing(tmp_path: Path) -> None:
    for name in BOOKS:
        ground, standing = ground_of(write_folder(tmp_path / name, name))
        assert ground.standing({}) == [
            Standing(row.group, row.unit, row.total, row.rank, row.grade, row.missing, row.tie, row.notes)
            for row in standing
        ]


# --- what is asked for --------------------------------------------------------------------------------------------


def test_weights_are_shared_out_in_every_group(tmp_path: Path) -> None:
    """A quarter of 100 and of 200; the others keep their proportion 50 : 20, and 50 alone."""
    book = shuping.read(write_folder(tmp_path, "two_groups")).rulebook
    found = weights_under(book, wanted_weights(book, {"order": "25%"}))
    assert found["towns"] == {"work": Fraction(75 * 50, 70), "order": 25, "view": Fraction(75 * 20, 70)}
    assert found["bureaus"] == {"work": 150, "order": 50}


@pytest.mark.parametrize(
    ("weights", "code"),
    [
        ({"wrok": "3"}, "scoring.what-if-criterion"),
        ({"work": "a lot"}, "scoring.what-if-number"),
        ({"work": "-1"}, "scoring.what-if-number"),
        ({"slips": "3"}, "scoring.what-if-weightless"),
        ({"work": "60", "order": "50"}, "scoring.what-if-above"),
        ({"work": "60", "order": "20", "view": "10"}, "scoring.what-if-sum"),
        ({}, "scoring.what-if-nothing"),
    ],
)
def test_weights_that_cannot_be_are_refused(tmp_path: Path, weights: dict[str, str], code: str) -> None:
    folder = shuping.read(write_folder(tmp_path, "limited"))
    with pytest.raises(InputError) as caught:
        shuping.what_if(folder, weights)
    assert {problem.code for problem in caught.value.problems} == {code}
    for lang in ("zh", "en"):
        assert all(problem.message(lang) for problem in caught.value.problems)


def test_every_wrong_name_and_number_is_told_at_once(tmp_path: Path) -> None:
    folder = shuping.read(write_folder(tmp_path, "plain"))
    with pytest.raises(InputError) as caught:
        shuping.what_if(folder, {"wrok": "3", "ordre": "4", "view": "x"})
    assert len(caught.value.problems) == 3
    assert "work" in caught.value.problems[0].message("en")

"""Two rule books on the same two units, worked by hand: who moves, and what the change is made of."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import pytest

import shuping
from shuping.errors import InputError, OutputError
from shuping.records.folder import Folder
from shuping.records.register import Register, Unit
from shuping.review.compare import Comparison, compare
from shuping.rulebook.load import loads
from shuping.scoring.result import Result

HEAD = """format: 1
rulebook: small
version: "1"
title: Small
periods: ["2025"]
groups: {towns: {kind: town}}
measures: {m_one: {value: unit.one}, m_two: {value: unit.two}, m_three: {value: unit.three}}
"""
TEN = "method: {ratio_capped: {target: 10}}"
VALUES: dict[str, Mapping[str, str]] = {
    "x": {"one": "10", "two": "5", "three": "10"},
    "y": {"one": "5", "two": "10", "three": "0"},
}


def result(criteria: str, values: Mapping[str, Mapping[str, str]] = VALUES, more: str = "") -> Result:
    units = {name: Unit(name, name.upper(), name, "town", attributes=given) for name, given in values.items()}
    register = Register(units, attributes=("one", "two", "three"))
    return shuping.score(Folder(None, loads(f"{HEAD}{more}criteria: [{criteria}]\n"), register))


def one(points: str, more: str = "") -> str:
    return f"{{id: one, points: {points}, measure: m_one, {TEN}{more}}}"


def two(points: str, more: str = "") -> str:
    return f"{{id: two, points: {points}, measure: m_two, {TEN}{more}}}"


THREE = f"{{id: three, points: 60, measure: m_three, {TEN}}}"


def causes(found: Comparison, unit: str) -> dict[str, Fraction]:
    """Return what is not nought by criterion or kind."""
    return {
        row["criterion"] or row["kind"]: Fraction(row["difference_exact"])
        for row in found.of(unit).iter_rows(named=True)
    }


def moves(found: Comparison) -> dict[str, tuple[str, str, str, int]]:
    return {
        row["unit"]: (str(row["total_a"]), str(row["total_b"]), str(row["change"]), row["moved"])
        for row in found.moves.iter_rows(named=True)
    }


def test_points_moved_from_one_criterion_to_another() -> None:
    """x: 60 + 20 = 80 becomes 40 + 30 = 70; y: 30 + 40 = 70 becomes 20 + 60 = 80: they change places."""
    found = compare(result(f"{one('60')}, {two('40')}"), result(f"{one('40')}, {two('60')}"))
    assert moves(found) == {"y": ("70.00", "80.00", "10.00", 1), "x": ("80.00", "70.00", "-10.00", -1)}
    assert causes(found, "x") == {"one": -20, "two": 10}
    assert causes(found, "y") == {"one": -10, "two": 20}
    assert list(found.of("x")["criterion"]) == ["one", "two"]  # the largest first


def test_a_criterion_in_one_book_only() -> None:
    found = compare(result(f"{one('60')}, {two('40')}"), result(f"{one('40')}, {THREE}"))
    assert causes(found, "x") == {"one": -20, "two": -20, "three": 60}
    assert causes(found, "y") == {"one": -10, "two": -40}
    rows = {
        row["criterion"]: row for row in found.causes.iter_rows(named=True) if row["unit"] == "x" and row["criterion"]
    }
    assert {name: row["in_books"] for name, row in rows.items()} == {"one": "both", "two": "a", "three": "b"}
    assert (rows["two"]["a_exact"], rows["two"]["b_exact"]) == ("20/1", None)


def test_rescaling_is_a_line_of_its_own() -> None:
    """y has no second value: 30 of 60 and 20 of 40 both count for 50 of 100; 20 and 30 of them are rescaling."""
    values = {**VALUES, "y": {"one": "5", "three": "0"}}
    books = [result(f"{one(a)}, {two(b, ', missing: rescale')}", values) for a, b in (("60", "40"), ("40", "60"))]
    found = compare(*books)
    assert moves(found)["y"] == ("50.00", "50.00", "0.00", 0)
    assert causes(found, "y") == {"one": -10, "rescale": 10}


def test_rounding_is_a_line_of_its_own() -> None:
    """50/3 + 50 = 66.67 becomes 40/3 + 60 = 73.33: 6.66, where the exact totals are 20/3 apart."""
    values = {"x": {"one": "1", "two": "10", "three": "0"}, "y": VALUES["y"]}
    third = "{{id: one, points: {0}, measure: m_one, method: {{ratio_capped: {{target: 3}}}}}}"
    found = compare(*(result(f"{third.format(a)}, {two(b)}", values) for a, b in (("50", "50"), ("40", "60"))))
    assert moves(found)["x"][:3] == ("66.67", "73.33", "6.66")
    assert causes(found, "x") == {"one": Fraction(-10, 3), "two": 10, "rounding": Fraction(-1, 150)}


def test_bonuses_and_caps_are_causes_too() -> None:
    more = "adjustments: {bonus: [{id: extra, measure: m_three, cap: 4}]}\n"
    plain = f"{one('60')}, {two('40')}"
    found = compare(result(plain), result(plain, more=more))
    assert moves(found)["x"] == ("80.00", "84.00", "4.00", 0)
    assert causes(found, "x") == {"extra": 4}
    assert {row["kind"] for row in found.of("x").iter_rows(named=True)} == {"bonus"}


def test_a_branch_that_is_not_additive_stands_for_what_is_below_it() -> None:
    """A cap of 50 on the branch in B: its leaves cannot be told apart there, so the branch is compared as a whole."""
    tree = "{{id: both, points: 100{0}, criteria: [{1}, {2}]}}"
    found = compare(*(result(tree.format(cap, one("60"), two("40"))) for cap in ("", ", max: 50")))
    assert causes(found, "x") == {"both": -30}
    assert moves(found)["y"] == ("70.00", "50.00", "-20.00", 1)  # 50 both: a shared first place


def test_a_book_compared_with_itself_moves_nobody() -> None:
    same = result(f"{one('60')}, {two('40')}")
    found = compare(same, same)
    assert found.moved.height == 0
    assert set(found.causes["difference_exact"]) == {"0/1"}


def test_a_unit_without_a_total_has_no_causes_and_says_why() -> None:
    values = {**VALUES, "y": {"one": "5", "three": "0"}}
    found = compare(
        result(f"{one('60')}, {two('40', ', missing: zero')}", values), result(f"{one('60')}, {two('40')}", values)
    )
    row = next(row for row in found.moves.iter_rows(named=True) if row["unit"] == "y")
    assert (row["total_b"], row["change"], row["missing_b"]) == (None, None, "no_attribute")
    assert found.of("y").height == 0
    assert list(found.moved["unit"]) == ["y"]


def test_a_period_that_was_not_scored_is_refused() -> None:
    same = result(f"{one('60')}, {two('40')}")
    with pytest.raises(InputError) as caught:
        compare(same, same, "2024")
    assert [problem.code for problem in caught.value.problems] == ["scoring.unknown-period"]


COUNTY = Path(__file__).resolve().parents[3] / "examples" / "county"


def test_the_county_under_a_coming_rule_book(tmp_path: Path) -> None:
    """The next year's book lists other periods; last year's records are scored under both all the same."""
    text = (COUNTY / "rulebook.yaml").read_text(encoding="utf-8")
    book = tmp_path / "next.yaml"
    book.write_text(
        text.replace('periods: ["2024", "2025"]', 'periods: ["2026"]').replace("floor: 0.6", "floor: 0.2"),
        encoding="utf-8",
    )
    found = shuping.compare_rulebooks(COUNTY / "rulebook.yaml", book, COUNTY)
    assert found.period == "2025"
    sums: dict[str, Fraction] = {}
    for unit, difference in found.causes.select("unit", "difference_exact").iter_rows():
        sums[unit] = sums.get(unit, Fraction(0)) + Fraction(difference)
    changes = {unit: Fraction(change) for unit, change in found.moves.select("unit", "change").iter_rows()}
    assert sums == changes
    touched = {"activity_villages", "requests_speed", "windows_online", "replies_speed", None}
    assert set(found.causes.filter(found.causes["difference_exact"] != "0/1")["criterion"]) <= touched
    assert found.moved.height > 10
    out = tmp_path / "out"
    from shuping.comparing import write_comparison

    write_comparison(found, out)
    assert sorted(path.name for path in out.iterdir()) == ["causes.csv", "compare.csv", "manifest.json"]
    with pytest.raises(OutputError):
        write_comparison(found, out)
    write_comparison(found, out, force=True)

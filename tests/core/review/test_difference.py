"""The distance between two totals: worked by hand, and adding up whatever the rule book does."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

import shuping
from shuping.demo import write_county
from shuping.errors import InputError
from shuping.records.folder import Folder
from shuping.records.register import Register, Unit
from shuping.review.difference import Difference, ahead_of, since
from shuping.rulebook.load import loads
from shuping.scoring.result import Result

BOOK = """format: 1
rulebook: small
version: "1"
title: Small
periods: ["2024", "2025"]
groups: {towns: {kind: town}}
measures:
  m_one: {value: unit.one / unit.all}
  m_two: {value: unit.two / unit.all}
  m_three: {value: unit.three / unit.some}
  m_praise: {value: unit.praise}
criteria:
  - {id: one, points: 30, measure: m_one, method: {ratio_capped: {target: 1}}}
  - {id: two, points: 30, measure: m_two, method: {ratio_capped: {target: 1}}}
  - id: three
    points: 40
    title: {zh: 第三项, en: Third}
    measure: m_three
    method: {ratio_capped: {target: 1}}
    missing: rescale
adjustments: {bonus: [{id: praise, measure: m_praise}]}
"""
COLUMNS = ("one", "two", "three", "all", "some", "praise")


def result(**units: str) -> Result:
    given = {
        name: Unit(name, name.upper(), name, "town", attributes=dict(zip(COLUMNS, row.split(), strict=True)))
        for name, row in units.items()
    }
    return shuping.score(Folder(None, loads(BOOK), Register(given, attributes=COLUMNS)))


def lines(found: Difference) -> dict[str, Fraction]:
    rows = found.largest.iter_rows(named=True)
    return {row["criterion"] or row["kind"]: Fraction(row["difference_exact"]) for row in rows}


def assert_adds_up(found: Difference) -> None:
    for side, name in ((found.a, "a"), (found.b, "b")):
        exact = [Fraction(text) for text in found.lines[f"{name}_exact"] if text is not None]
        assert sum(exact) == Fraction(side.total)
    differences = map(Fraction, found.lines["difference_exact"])
    assert sum(differences) == Fraction(found.change)


def test_by_hand() -> None:
    """x: 10 + 20 + 40 and 1 more; y: 30 of 60 where the third is missing, so 50 of 100."""
    mine = result(x="1 2 3 3 3 1", y="2 1 0 3 0 0")
    found = ahead_of(mine, "x", "y")
    assert (str(found.b.total), str(found.a.total), str(found.change)) == ("71.00", "50.00", "21.00")
    assert (found.b.rank, found.a.rank) == (1, 2)
    assert lines(found) == {
        "one": Fraction(-10),
        "two": Fraction(10),
        "three": Fraction(40),
        "praise": Fraction(1),
        "rescale": Fraction(-20),
    }
    three = found.lines.filter(pl.col("criterion") == "three").row(0, named=True)
    assert (three["a_exact"], three["b_exact"], three["counts_in"]) == (None, "40/1", "b")
    assert (three["title_zh"], three["title_en"]) == ("第三项", "Third")
    assert_adds_up(found)


def test_rounding_is_a_line_of_its_own() -> None:
    """x: 30/7 + 60/7 + 40 = 370/7 = 52.857...; y: 30/7 x 2 + 40 = 340/7 = 48.571..."""
    found = ahead_of(result(x="1 2 1 7 1 0", y="1 1 1 7 1 0"), "x", "y")
    assert (str(found.b.total), str(found.a.total)) == ("52.86", "48.57")
    rounding = Fraction("52.86") - Fraction(370, 7) - (Fraction("48.57") - Fraction(340, 7))
    assert lines(found) == {"two": Fraction(30, 7), "rounding": rounding}
    assert rounding != 0
    assert_adds_up(found)


def test_the_other_way_round_is_the_same_with_the_other_sign() -> None:
    mine = result(x="1 2 3 3 3 1", y="2 1 0 3 0 0")
    there, back = lines(ahead_of(mine, "x", "y")), lines(ahead_of(mine, "y", "x"))
    assert back == {name: -difference for name, difference in there.items()}


def test_a_unit_against_itself_differs_in_nothing() -> None:
    found = ahead_of(result(x="1 2 3 3 3 1", y="2 1 0 3 0 0"), "x", "x")
    assert found.largest.height == 0
    assert found.lines.height > 0


def test_between_two_results() -> None:
    before, now = result(x="1 2 3 3 3 1"), result(x="3 2 3 3 3 0")
    found = since(now, "x", before)
    assert lines(found) == {"one": Fraction(20), "praise": Fraction(-1)}
    assert_adds_up(found)
    assert lines(since(now, "X", now, "2024")) == {}


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    """The demonstration county: surveys, a panel, bonuses by category, deductions, a veto, two years."""
    base = tmp_path_factory.mktemp("county")
    write_county(base / "county", seed=3)
    scored = shuping.score(shuping.read(base / "county"))
    shuping.write(scored, base / "result", documents=False)
    return scored, base / "result"


def test_everything_adds_up_in_the_demonstration_county(county: tuple[Result, Path]) -> None:
    scored, _ = county
    with_total = scored.standing.filter(pl.col("total").is_not_null())
    pairs = 0
    for period in scored.periods:
        units = with_total.filter(pl.col("period") == period)["unit"].to_list()
        for one, other in pairwise(units):
            assert_adds_up(ahead_of(scored, one, other, period))
            pairs += 1
    both = set(with_total.filter(pl.col("period") == "2024")["unit"]) & set(
        with_total.filter(pl.col("period") == "2025")["unit"]
    )
    for unit in sorted(both):
        assert_adds_up(since(scored, unit, scored, "2024"))
    assert pairs > 40
    assert len(both) > 20


def test_a_result_read_back_gives_the_same_lines(county: tuple[Result, Path]) -> None:
    scored, path = county
    stored = shuping.open_result(path)
    for found in (ahead_of, lambda result, one, other: since(result, one, result, "2024")):
        fresh, again = found(scored, "songlan", "shihong"), found(stored, "songlan", "shihong")
        assert fresh.lines.equals(again.lines)
        assert (fresh.change, fresh.a.rank, fresh.b.rank) == (again.change, again.a.rank, again.b.rank)


def test_a_trace_of_an_earlier_version_still_adds_up(county: tuple[Result, Path]) -> None:
    """It does not say what a point is worth by the rule book: what rescaling adds stays with the criteria."""
    _, path = county
    stored = shuping.open_result(path)
    object.__setattr__(stored, "trace", stored.trace.drop("worth_exact"))
    found = ahead_of(stored, "songlan", "shihong")
    assert_adds_up(found)
    assert "rescale" not in found.lines["kind"].to_list()


def test_a_unit_without_a_total() -> None:
    mine = result(x="1 2 3 3 3 1", y="1 1 1 0 1 0")
    assert mine.standing.filter(pl.col("unit") == "y")["total"].null_count() == 2
    with pytest.raises(InputError) as caught:
        ahead_of(mine, "x", "y")
    (problem,) = caught.value.problems
    assert problem.code == "scoring.no-total-to-compare"
    assert problem.message("zh").startswith("“y”在2025没有总分")
    assert problem.message("en").startswith('"y" has no total in 2025')


@pytest.mark.parametrize(("unit", "other", "period"), [("z", "x", None), ("x", "z", None), ("x", "y", "2020")])
def test_unknown_names(unit: str, other: str, period: str | None) -> None:
    with pytest.raises(InputError) as caught:
        ahead_of(result(x="1 2 3 3 3 1", y="2 1 0 3 0 0"), unit, other, period)
    wanted = "scoring.unknown-unit" if period is None else "scoring.unknown-period"
    assert [problem.code for problem in caught.value.problems] == [wanted]

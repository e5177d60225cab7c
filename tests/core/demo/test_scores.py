"""The engine's points and totals of the county equal those worked out a second time from the CSV files."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from shuping.appraisal import read, score
from shuping.demo import write_county
from shuping.scoring.result import Result
from tests.core.demo.by_hand import GROUPS, Year, round_half_up
from tests.core.demo.by_hand_scores import score as score_by_hand
from tests.core.demo.by_hand_scores import totals

CASES = [(seed, kind, year) for seed in (2025, 7) for kind in GROUPS for year in ("2024", "2025")]


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> dict[int, tuple[Path, Result]]:
    found: dict[int, tuple[Path, Result]] = {}
    for seed in (2025, 7):
        folder = tmp_path_factory.mktemp(f"county{seed}")
        write_county(folder, seed=seed)
        found[seed] = (folder, score(read(folder)))
    return found


@pytest.mark.parametrize(("seed", "kind", "year"), CASES)
def test_totals_and_ranks(scored: dict[int, tuple[Path, Result]], seed: int, kind: str, year: str) -> None:
    folder, result = scored[seed]
    expected = totals(score_by_hand(Year(folder, year), kind))
    rows = [r for r in result.standing.iter_rows(named=True) if r["period"] == year and r["group"] == GROUPS[kind]]
    assert {row["unit"]: row["total"] for row in rows} == expected
    for row in rows:  # no two totals are equal here, so the place is one more than the number of better totals
        better = sum(total > expected[row["unit"]] for total in expected.values())
        assert list(expected.values()).count(expected[row["unit"]]) == 1
        assert row["rank"] == 1 + better


@pytest.mark.parametrize(("seed", "kind", "year"), CASES)
def test_points_of_every_criterion(scored: dict[int, tuple[Path, Result]], seed: int, kind: str, year: str) -> None:
    folder, result = scored[seed]
    expected = {
        (unit, criterion): round_half_up(points, 4)
        for criterion, by_unit in score_by_hand(Year(folder, year), kind).items()
        for unit, points in by_unit.items()
    }
    units = {unit for unit, _ in expected}
    under_weights = {"residents_aware": Decimal(4), "residents_satisfied": Decimal(6)}
    leaves = {criterion.id for criterion in result.rulebook.walk() if not criterion.criteria}
    given = {
        (row["unit"], row["criterion"]): row["contribution"] if row["criterion"] in under_weights else row["points"]
        for row in result.scores.iter_rows(named=True)
        if row["period"] == year and row["unit"] in units and row["criterion"] in leaves
    }
    assert {key: given[key] for key in expected if key in given} == {key: expected[key] for key in given}
    assert given.keys() == expected.keys()


def test_the_demonstration_has_every_grade_and_a_few_excellent_townships(
    scored: dict[int, tuple[Path, Result]],
) -> None:
    rows = scored[2025][1].standing.iter_rows(named=True)
    last = [row for row in rows if row["period"] == "2025" and row["group"] == "townships"]
    grades = [row["grade"] for row in last]
    assert set(grades) == {"excellent", "good", "fair", "poor"}
    assert 2 <= grades.count("excellent") <= 4
    assert all(Decimal(60) < row["total"] < Decimal(98) for row in last)
    assert any(row["rank_change"] >= 3 for row in last)


def test_findings_are_proposed_in_every_category_and_spare_the_best(scored: dict[int, tuple[Path, Result]]) -> None:
    result = scored[2025][1]
    now = [row for row in result.findings.iter_rows(named=True) if row["period"] == "2025"]
    assert {row["category"] for row in now} == result.rulebook.publish.categories.keys()
    graded = result.rulebook.groups.keys() - {"zones"}
    units = {
        r["unit"]: r["grade"]
        for r in result.standing.iter_rows(named=True)
        if r["period"] == "2025" and r["group"] in graded
    }
    named = {row["unit"] for row in now} & units.keys()
    assert 5 <= len(named) < len(units)
    found = {
        grade: [sum(r["unit"] == unit for r in now) for unit, own in units.items() if own == grade]
        for grade in ("excellent", "fair")
    }
    assert max(found["excellent"]) < max(found["fair"])


def test_what_was_left_out_is_missing_and_not_zero(scored: dict[int, tuple[Path, Result]]) -> None:
    result = scored[2025][1]
    missing = {
        (row["unit"], row["measure"]): row["missing"]
        for row in result.measures.iter_rows(named=True)
        if row["period"] == "2025" and row["unit"] in ("yueling", "forestry")
    }
    assert missing["yueling", "awareness"] == "no_records"
    assert missing["forestry", "training_sessions"] == "no_records"
    assert missing["forestry", "tasks_on_time"] is None

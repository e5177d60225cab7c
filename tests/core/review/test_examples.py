"""What the linter says of the examples that come along: no errors, and these warnings, for these reasons."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import shuping
from shuping.review.lint import lint
from shuping.rulebook.load import load, positions_of

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = ROOT / "examples"
BOOKS = sorted(EXAMPLES.glob("*/rulebook.yaml"))
SPECS = sorted((ROOT / "tests" / "spec").rglob("rulebook*.yaml"))


def test_the_county() -> None:
    """Meetings are counted, and it says so; five targets were beyond every unit in 2025."""
    review = shuping.check(EXAMPLES / "county")
    assert review.of("error") == ()
    assert [
        (remark.rule.code, remark.params["given_en"].rpartition("(")[2][:-1]) for remark in review.of("warning")
    ] == [
        ("SH208", "meetings"),
        ("SH404", "tasks_in_time"),
        ("SH404", "investment_target"),
        ("SH404", "jobs_target"),
        ("SH404", "windows_open"),
        ("SH404", "residents_satisfied"),
    ]
    assert set(Counter(remark.rule.code for remark in review.of("advice"))) == {
        *("SH103", "SH107", "SH205", "SH206", "SH402", "SH403"),
    }


def test_the_county_s_burden_adds_up_to_minutes_times_rows() -> None:
    folder = shuping.read(EXAMPLES / "county")
    review = shuping.check(EXAMPLES / "county")
    for row in review.burden:
        assert row.total == (row.rows or 0) * folder.rulebook.datasets[row.dataset].minutes
    activities = (EXAMPLES / "county" / "records" / "activity.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    of_2025 = sum(1 for line in activities if ",2025-" in line)
    assert {row.dataset: row.rows for row in review.burden}["activity"] == of_2025 > 0


@pytest.mark.parametrize("book", BOOKS, ids=lambda path: path.parent.name)
def test_no_example_has_errors_or_warnings_in_its_rules(book: Path) -> None:
    review = lint(load(book), positions_of(book))
    known = {"county": ["SH208"], "asem": ["SH105"]}  # asem: 49 indicators, as published
    assert [remark.rule.code for remark in review.of("error", "warning")] == known.get(book.parent.name, [])


@pytest.mark.case("hdi")
def test_the_human_development_index(case: Path) -> None:
    """All countries are compared at three decimals: 52 of them share an index that differed before rounding."""
    review = shuping.check(EXAMPLES / "hdi", settings={"SHUPING_CASES": str(case.parent)})
    assert review.of("error", "warning") == ()
    assert "52" in next(remark.message() for remark in review.remarks if remark.rule.code == "SH406")


def test_every_worked_case_can_be_looked_at() -> None:
    assert len(SPECS) > 10
    for book in SPECS:
        review = lint(load(book), positions_of(book))
        for remark in review.remarks:
            assert remark.message("zh") != ""
            assert remark.message("en") != ""
            assert remark.place.line

"""What a scored period shows: weights, correlations and burden worked out by hand or by another program."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from statistics import correlation, pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuping.review.limits import Limits
from shuping.review.lint import Review
from tests.core.review.pages import checked

HEAD = "id,name,name_en,kind,parent,valid_from,valid_to,"
M = "method: {ratio_capped: {target: 100}}"


def units(columns: str, rows: list[str], kind: str = "township") -> str:
    lines = [f"{kind[0]}{number},单位{number},Unit {number},{kind},,,,{row}" for number, row in enumerate(rows, 1)]
    return "\n".join([HEAD + columns, *lines]) + "\n"


def reviewed(folder: Path, criteria: str, rows: list[str], **files: str) -> Review:
    text = f"""periods: ["2025"]
measures: {{a: {{value: unit.a}}, b: {{value: unit.b}}}}
criteria:
{criteria}"""
    return checked(text, folder, {"units.csv": units("a,b", rows), **files})


BOTH = f"  - {{id: a, points: 60, measure: a, {M}}}\n  - {{id: b, points: 40, measure: b, {M}}}\n"


def test_effective_weights_by_hand(tmp_path: Path) -> None:
    rows = ["20,80", "60,90", "100,100", "40,70"]
    review = reviewed(tmp_path, BOTH, rows)
    first, second = (pstdev(column) for column in ((20, 60, 100, 40), (80, 90, 100, 70)))
    shares = {row.criterion: row for row in review.weights}
    assert shares["a"].declared == Fraction(3, 5)
    assert float(shares["a"].effective) == pytest.approx(60 * first / (60 * first + 40 * second), abs=1e-6)
    assert shares["a"].effective + shares["b"].effective == 1


def test_effective_weights_of_units_that_are_all_alike(tmp_path: Path) -> None:
    review = reviewed(tmp_path, BOTH, ["50,50"] * 4)
    assert review.weights == ()
    assert review.codes == ("SH401", "SH404")


def test_two_units_are_too_few_to_say_that_nothing_differs(tmp_path: Path) -> None:
    assert "SH401" not in reviewed(tmp_path, BOTH, ["50,50"] * 2).codes


@pytest.mark.parametrize(("last", "reported"), [(80, True), (82, False)])
def test_a_fiftieth_of_the_points_is_no_spread(tmp_path: Path, last: int, reported: bool) -> None:
    """Of 60 points 1.2 are a fiftieth: values of 80 and 82 of 100 are exactly that far apart."""
    rows = [f"{80 if number < 3 else last + 2},{number * 10}" for number in range(5)]
    assert ("SH401" in reviewed(tmp_path, BOTH, rows).codes) is reported


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=8, max_size=10))
def test_correlations_as_the_standard_library_has_them(
    tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[int, int]]
) -> None:
    first, second = zip(*pairs, strict=True)
    known = len(set(first)) > 1 and len(set(second)) > 1
    r = correlation(first, second) if known else 0
    review = reviewed(tmp_path_factory.mktemp("r"), BOTH, [f"{a},{b}" for a, b in pairs])
    found = [remark for remark in review.remarks if remark.rule.code == "SH402"]
    assert bool(found) is (abs(r) > 0.95)
    if found:
        assert float(found[0].params["r"]) == pytest.approx(r, abs=5e-4)


def test_seven_units_say_nothing_of_a_correlation(tmp_path: Path) -> None:
    assert "SH402" not in reviewed(tmp_path, BOTH, [f"{number},{number}" for number in range(7)]).codes


# --- the burden ---------------------------------------------------------------------------------------------------

ASKED = """periods: ["2024", "2025", "2025-Q4"]
datasets:
  visit: {minutes: 1.5, fields: {date: {type: date}}}
  report: {minutes: 20, period: month, fields: {n: {type: integer}}}
  weekly: {minutes: 2, period: week, fields: {n: {type: integer}}}
  free: {minutes: 0, fields: {date: {type: date}}}
measures:
  visits: {from: visit, value: count()}
  n: {from: report, value: sum(n)}
  w: {from: weekly, value: sum(n), window: to_date}
  f: {from: free, value: count()}
"""
RECORDS = {
    "records/visit.csv": "unit,date\nt1,2025-01-05\nt1,2025-11-05\nt1,2024-11-05\nt2,2025-12-31\n",
    "records/report.csv": "unit,period,n\nt1,2025-01,3\nt2,2025-01,3\nt2,2025-02,3\n",
    "records/weekly.csv": "unit,period,n\nt1,2024-W52,3\nt1,2025-W02,3\nt1,2025-W52,3\n",
    "records/free.csv": "unit,date\nt1,2025-01-05\n",
}


def test_the_burden_of_a_year_by_hand(tmp_path: Path) -> None:
    """The year of the period counts: of four visits three, of three weeks two."""
    review = checked(ASKED, tmp_path, {"units.csv": units("a", ["1", "1"]), **RECORDS})
    found = {row.dataset: (row.rows, row.filers, row.most, row.total) for row in review.burden}
    assert found == {
        "visit": (3, 2, Fraction(3), Fraction(9, 2)),
        "report": (3, 2, Fraction(40), Fraction(60)),
        "weekly": (2, 1, Fraction(4), Fraction(4)),
    }
    assert review.minutes == {"t1": 27, "t2": Fraction("41.5")}
    assert sum(review.minutes.values()) == sum(row.total or 0 for row in review.burden)


def test_the_burden_without_records_is_what_is_asked_at_least(tmp_path: Path) -> None:
    review = checked(ASKED, tmp_path)
    assert {row.dataset: row.at_least for row in review.burden} == {"visit": None, "report": 240, "weekly": 104}
    assert all(row.rows is None and row.total is None for row in review.burden)


@pytest.mark.parametrize(("limit", "reported"), [("41.4", True), ("41.5", False)])
def test_the_unit_that_files_most_is_named(tmp_path: Path, limit: str, reported: bool) -> None:
    """Unit 2: a visit of 1.5 minutes and two reports of 20; unit 1: two visits, a report, two weeks: 27 minutes."""
    files = {"units.csv": units("a", ["1", "1"]), **RECORDS}
    review = checked(ASKED, tmp_path, files, Limits(minutes=Fraction(limit)))
    heavy = [remark.params for remark in review.remarks if remark.rule.code == "SH203"]
    assert [(one["unit_en"], one["minutes"], one["count"]) for one in heavy] == [("Unit 2", "41.5", 1)] * reported


# --- grades and places --------------------------------------------------------------------------------------------


def test_quotas_are_judged_by_the_register(tmp_path: Path) -> None:
    grades = "grades: {excellent: {share: 20%}, good: {count: 9}, fair: {}}\n"
    review = reviewed(tmp_path, BOTH + grades, ["10,20", "30,40", "50,60", "70,80"])
    found = {remark.place.field: (remark.params["places"], remark.params["size"]) for remark in review.remarks
             if remark.rule.code == "SH110"}  # fmt: skip
    assert found == {"grades.excellent": (0, 4), "grades.good": (9, 4)}


def test_five_units_give_a_fifth_of_them_a_place(tmp_path: Path) -> None:
    grades = "grades: {excellent: {share: 20%}, fair: {}}\n"
    assert "SH110" not in reviewed(tmp_path, BOTH + grades, [f"{n},{n}" for n in range(5)]).codes


def test_a_target_of_their_own_is_looked_up(tmp_path: Path) -> None:
    """Unit 1 has 50 of 60, unit 2 has 40 of 40: one of them reached it."""
    criteria = "  - {id: a, points: 100, measure: a, method: {ratio_capped: {target: unit.b}}}\n"
    assert "SH404" not in reviewed(tmp_path, criteria, ["50,60", "40,40"]).codes
    assert "SH404" in reviewed(tmp_path / "other", criteria, ["50,60", "40,41"]).codes


def test_equal_totals_that_were_equal_before_rounding_need_no_more_places(tmp_path: Path) -> None:
    assert "SH406" not in reviewed(tmp_path, BOTH, ["50,50", "50,50", "40,40"]).codes

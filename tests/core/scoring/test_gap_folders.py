"""Periods and missing values through a folder: errors at their place, late corrections, panels, what the trace says."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import shuping
from shuping.errors import InputError

HEAD = """format: 1
rulebook: small
version: "1"
title: Small
periods: ["2025"]
groups: {towns: {kind: town}}
datasets:
  monthly: {period: month, unique: [unit], fields: {done: {type: number}}}
measures:
  done: {from: monthly, value: sum(done)}
  people: {value: unit.people}
"""
MONTHS = {"A": ["1", "2", "3"], "B": ["4", "", "6"]}


def folder(path: Path, criteria: str, months: dict[str, list[str]] = MONTHS, head: str = HEAD, **files: str) -> Path:
    """Write a folder of two units with the running figures of the first months."""
    path.mkdir(exist_ok=True)
    (path / "rulebook.yaml").write_text(f"{head}criteria:\n{criteria}\n", encoding="utf-8")
    (path / "units.csv").write_text("id,name,kind,region,people\nA,A,town,hill,5\nB,B,town,hill,\n", encoding="utf-8")
    (path / "records").mkdir(exist_ok=True)
    lines = [
        f"{unit},2025-{place:02d},{value}"
        for unit, values in months.items()
        for place, value in enumerate(values, 1)
        if value
    ]
    (path / "records/monthly.csv").write_text("\n".join(["unit,period,done", *lines]) + "\n", encoding="utf-8")
    for name, text in files.items():
        place = path / name.replace("__", "/")
        place.parent.mkdir(exist_ok=True)
        place.with_suffix(".csv").write_text(text, encoding="utf-8")
    return path


def scored(path: Path) -> Any:
    return shuping.score(shuping.read(path))


def shown(caught: pytest.ExceptionInfo[InputError]) -> list[tuple[str, str]]:
    return [(problem.code, problem.place.show()) for problem in caught.value.problems]


def test_block_stops_the_run_and_names_unit_criterion_period_and_file(tmp_path: Path) -> None:
    node = """  - id: work
    points: 100
    each: month
    criteria:
      - {id: deeds, points: 100, measure: done, method: {ratio_uncapped: {target: 10}}, missing: block}"""
    with pytest.raises(InputError) as caught:
        scored(folder(tmp_path, node, {"A": ["1"] * 12, "B": ["1", "", *["1"] * 10]}))
    assert shown(caught) == [("scoring.blocked", "records/monthly.csv [criteria.deeds]")]
    sentence = caught.value.problems[0].message("en")
    assert "2025-02" in sentence
    assert '"B"' in sentence
    assert "no records" in sentence


def test_block_names_every_unit_at_once_and_lets_complete_data_through(tmp_path: Path) -> None:
    leaf = "  - {id: heads, points: 100, measure: people, method: {ratio_uncapped: {target: 10}}, missing: block}"
    with pytest.raises(InputError) as caught:
        scored(folder(tmp_path, leaf))
    assert [problem.params["unit"] for problem in caught.value.problems] == ["B"]
    complete = folder(tmp_path, leaf)
    units = (complete / "units.csv").read_text(encoding="utf-8").replace("hill,\n", "hill,7\n")
    (complete / "units.csv").write_text(units, encoding="utf-8")
    assert scored(complete).standing["total"].to_list() == [Decimal(70), Decimal(50)]


def test_a_column_that_units_do_not_have_is_refused(tmp_path: Path) -> None:
    leaf = (
        "  - {id: heads, points: 9, measure: people, method: minmax, missing: {policy: group_mean, by: unit.regions}}"
    )
    with pytest.raises(InputError) as caught:
        scored(folder(tmp_path, leaf))
    assert shown(caught) == [("scoring.unknown-attribute", "units.csv")]
    assert "region" in caught.value.problems[0].message("zh")


def test_a_period_that_holds_none_of_those_asked_for_is_refused_when_it_is_scored(tmp_path: Path) -> None:
    leaf = "  - {id: deeds, points: 9, each: quarter, measure: done, method: minmax, period_weights: {1: 0.5, 2: 0.5}}"
    path = folder(tmp_path, leaf, head=HEAD.replace('periods: ["2025"]\n', ""))
    for period in ("2025", "2025-01"):
        with pytest.raises(InputError) as caught:
            shuping.score(shuping.read(path), period)
        assert shown(caught) == [("scoring.each-period", "[criteria.deeds]")]


LEAF = "  - {id: deeds, points: 100, measure: done, each: month, method: {ratio_uncapped: {target: 10}}}"
RUNNING = HEAD.replace("sum(done)}", "sum(done), cumulative: true}")


def deeds(path: Path) -> dict[str, Decimal]:
    """Return A's measured value by period."""
    found = scored(path).measures.filter((pl.col("unit") == "A") & (pl.col("measure") == "done"))
    return dict(found.filter(pl.col("value").is_not_null()).select("period", "value").iter_rows())


def test_a_late_correction_of_one_month_changes_that_month_only(tmp_path: Path) -> None:
    before = deeds(folder(tmp_path, LEAF))
    after = deeds(folder(tmp_path, LEAF, {"A": ["9", "2", "3"]}))
    assert before == {"2025": 6, "2025-01": 1, "2025-02": 2, "2025-03": 3}
    assert after == {"2025": 14, "2025-01": 9, "2025-02": 2, "2025-03": 3}


def test_a_late_correction_of_a_running_total_leaves_the_later_totals(tmp_path: Path) -> None:
    """What January had too little was filed with February's total already: nothing is carried over and added again."""
    before = deeds(folder(tmp_path, LEAF, {"A": ["1", "5", "9"]}, RUNNING))
    after = deeds(folder(tmp_path, LEAF, {"A": ["2", "5", "9"]}, RUNNING))
    assert before == {"2025": 9, "2025-01": 1, "2025-02": 4, "2025-03": 4}
    assert after == {"2025": 9, "2025-01": 2, "2025-02": 3, "2025-03": 4}


def test_running_totals_of_a_year_that_starts_in_september(tmp_path: Path) -> None:
    head = RUNNING + 'year_starts: "09-01"\n'
    path = folder(tmp_path, LEAF, {}, head)
    lines = ["unit,period,done", "A,2025-09,3", "A,2025-10,7", "A,2026-01,8", "A,2026-09,1"]
    (path / "records/monthly.csv").write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")
    assert deeds(path) == {"2025": 8, "2025-09": 3, "2025-10": 4, "2026-01": 1}


def test_running_totals_roll_up_by_what_each_unit_added(tmp_path: Path) -> None:
    """A parent's February is what those below added in it, also where one of them filed nothing then."""
    path = folder(tmp_path, LEAF, {"v1": ["10", "12"], "v2": ["20", "", "26"]}, RUNNING)
    lines = "id,name,kind,parent,region,people\nA,A,town,,,\nv1,v1,village,A,,\nv2,v2,village,A,,\n"
    (path / "units.csv").write_text(lines, encoding="utf-8")
    assert deeds(path) == {"2025": 38, "2025-01": 30, "2025-02": 2, "2025-03": 6}


def test_a_panel_is_scored_by_periods(tmp_path: Path) -> None:
    head = HEAD + "panels: {visit: {items: {all: {points: 10}}, groups: {leaders: 1}}}\n"
    criteria = "  - {id: visits, points: 100, each: quarter, panel: {id: visit}}"
    marks = "reviewer,group,unit,item,mark,period\n" + "".join(
        f"r,leaders,{unit},all,{mark},{period}\n"
        for unit, mark, period in [("A", 8, "2025-Q1"), ("A", 6, "2025-Q3"), ("B", 9, "2025-Q4")]
    )
    result = scored(folder(tmp_path, criteria, head=head, marks__visit=marks))
    assert result.standing.sort("unit")["total"].to_list() == [Decimal(70), Decimal(90)]
    parts = result.trace.filter((pl.col("unit") == "A") & (pl.col("criterion") == "visits"))["parts"].item()
    assert parts == "2025-Q1: 8 → 80; 2025-Q2: (no_records); 2025-Q3: 6 → 60; 2025-Q4: (no_records)"


def test_targets_are_those_of_the_period(tmp_path: Path) -> None:
    leaf = "  - {id: deeds, points: 100, measure: done, each: month, method: {ratio_uncapped: {target: target}}}"
    targets = "unit,period,measure,value\nA,2025-01,done,2\nA,2025-02,done,4\nA,2025,done,99\n"
    result = scored(folder(tmp_path, leaf, targets=targets))
    row = result.trace.filter((pl.col("unit") == "A") & (pl.col("criterion") == "deeds")).to_dicts()[0]
    assert row["points_exact"] == "50/1", "March has a value but no target: it is left out"
    assert row["parts"].startswith("2025-01: 1 → 50; 2025-02: 2 → 50; 2025-03: 3 → (no_target); 2025-04: (no_records)")
    assert row["substituted"] == "(50 + 50) ÷ 2 = 50.0000"
    assert (row["missing"], row["missing_policy"]) == ("no_target", "period_reweight")


def test_what_was_filled_in_says_from_whom(tmp_path: Path) -> None:
    leaf = (
        "  - {id: heads, points: 100, measure: people, method: {ratio_uncapped: {target: 10}}, "
        "missing: {policy: group_mean, by: unit.region}}"
    )
    result = scored(folder(tmp_path, leaf))
    rows = {row["unit"]: row for row in result.trace.filter(pl.col("criterion") == "heads").to_dicts()}
    assert (rows["A"]["imputed"], rows["A"]["missing"]) == (None, None)
    assert (rows["B"]["imputed"], rows["B"]["missing"]) == ("n = 1; unit.region = hill", "no_attribute")
    assert (rows["B"]["value"], rows["B"]["points"], rows["B"]["missing_policy"]) == ("5", "50.0000", "group_mean")
    for lang, words in (("zh", "填补依据: n = 1"), ("en", "filled in from: n = 1")):
        assert words in result.explain("B", lang=lang).text()
        assert "填补" not in result.explain("A", lang=lang).text()


def test_a_value_filled_in_for_a_month_is_marked_in_that_month(tmp_path: Path) -> None:
    leaf = LEAF.replace("each: month", "each: month, missing: group_mean")
    result = scored(folder(tmp_path, leaf))
    row = result.trace.filter((pl.col("unit") == "B") & (pl.col("criterion") == "deeds")).to_dicts()[0]
    assert row["parts"].startswith("2025-01: 4 → 40; 2025-02: 2 (n = 1) → 20; 2025-03: 6 → 60; 2025-04: (no_records)")
    assert (row["points"], row["missing"], row["substituted"]) == (
        "40.0000",
        "no_records",
        "(40 + 20 + 60) ÷ 3 = 40.0000",
    )


def test_the_total_says_what_was_left_out_for_it(tmp_path: Path) -> None:
    criteria = """  - id: heads
    points: 60
    measure: people
    method: {ratio_capped: {target: 10}}
    missing: rescale_total
  - {id: deeds, points: 40, measure: done, each: month, method: {ratio_capped: {target: 6}}}"""
    result = scored(folder(tmp_path, criteria))
    row = result.trace.filter((pl.col("unit") == "B") & (pl.col("criterion") == "")).to_dicts()[0]
    # B's months: 4 and 6 of 6 -> 5/6 of 40; nothing of 60: 33.3333 x 100 / 40 = 83.33
    assert row["points"] == "83.33"
    assert row["substituted"] == "33.3333 × 100 ÷ 40 = 83.33"


def test_contributions_of_months_add_up(tmp_path: Path) -> None:
    criteria = """  - id: work
    points: 70
    each: month
    missing: rescale
    criteria:
      - {id: most, points: 30, measure: done, method: minmax}
      - {id: heads, points: 40, measure: people, method: {ratio_capped: {target: 10}}}
  - {id: deeds, points: 30, measure: done, method: {ratio_capped: {target: 8}}}"""
    result = scored(folder(tmp_path, criteria))
    for row in result.standing.iter_rows(named=True):
        mine = result.scores.filter(pl.col("unit") == row["unit"])
        leaves = mine.filter(pl.col("criterion").is_in(["most", "heads", "deeds"]))
        assert leaves["contribution"].sum() == row["total"]
        assert mine.filter(pl.col("criterion").is_in(["work", "deeds"]))["contribution"].sum() == row["total"]


@pytest.mark.parametrize("policy", ["rescale", "full", "zero"])
def test_a_branch_with_too_little_data_says_so_and_nothing_below_it_counts(tmp_path: Path, policy: str) -> None:
    criteria = f"""  - id: work
    points: 60
    min_share: 60%
    missing: {policy}
    criteria:
      - {{id: most, points: 30, measure: done, method: {{ratio_capped: {{target: 20}}}}}}
      - {{id: heads, points: 30, measure: people, method: {{ratio_capped: {{target: 10}}}}}}
  - {{id: deeds, points: 40, measure: done, method: {{ratio_capped: {{target: 20}}}}}}"""
    result = scored(folder(tmp_path, criteria))
    rows = {row["criterion"]: row for row in result.trace.filter(pl.col("unit") == "B").to_dicts()}
    assert rows["work"]["missing"] == "too_little_data"
    assert "60%" in rows["work"]["rule_en"]
    # B's deeds: 10 of 20, half of 40; its branch: half of it is known, 60 % is asked for
    assert rows[""]["points"] == {"rescale": "50.00", "full": "80.00", "zero": "20.00"}[policy]
    leaves = [Decimal(rows[name]["contribution"] or 0) for name in ("most", "heads")]
    assert leaves == [0, 0]

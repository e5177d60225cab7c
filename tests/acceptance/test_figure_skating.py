"""Two competitions of the International Skating Union: every element, component, total and rank, from the marks.

1,421 elements, 790 components, 158 totals and 158 ranks in 16 events. In one event a judge is absent: the protocols
print 0.00 on every component; and two pairs of equal totals are separated by the element score.
"""

from __future__ import annotations

import csv
import os
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

import shuping
from shuping.panels.outputs import judge_panel
from shuping.panels.score import PanelScore
from shuping.rulebook.load import loads
from shuping.scoring.grid import grid_of

pytestmark = pytest.mark.case("figure_skating")
EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "figure_skating"
ITEMS = {
    "Skating Skills": "ss",
    "Transitions": "tr",
    "Performance": "pe",
    "Composition": "co",
}  # the fifth has 3 spellings


def published(name: str) -> list[dict[str, str]]:
    path = Path(os.environ["SHUPING_CASES"]) / "figure_skating" / name
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def read(book: str | None = None) -> shuping.Folder:
    folder = shuping.read(EXAMPLE, settings={"SHUPING_CASES": os.environ["SHUPING_CASES"]})
    if book is None:
        return folder
    return shuping.Folder(folder.path, loads(book, "rulebook.yaml"), folder.register, panels=folder.panels,
                          panel_items=folder.panel_items)  # fmt: skip


def judged(folder: shuping.Folder, panel: str) -> dict[str, PanelScore]:
    groups = grid_of(folder.rulebook, folder.register).group_of_unit()
    return judge_panel(folder, panel, groups, "2017")


def wrong_components(folder: shuping.Folder) -> int:
    """Count the components that are not mean x factor as published: round2(published mean x factor)."""
    scores, wrong = judged(folder, "components"), 0
    for aspect in published("aspects.csv"):
        if aspect["section"] == "components":
            exact = Fraction(aspect["scores_of_panel"]) * Fraction(aspect["factor"]) * 100
            rounded = Fraction((2 * exact + 1).__floor__() // 2, 100)
            item = ITEMS.get(aspect["aspect_desc"], "in")
            wrong += scores[aspect["performance_id"]].items.get(item) != rounded
    return wrong


@pytest.fixture(scope="module")
def folder() -> shuping.Folder:
    return read()


@pytest.fixture(scope="module")
def result(folder: shuping.Folder) -> shuping.Result:
    return shuping.score(folder)


def test_every_element_is_the_published_one(folder: shuping.Folder) -> None:
    scores = judged(folder, "elements")
    rows = [row for row in published("aspects.csv") if row["section"] == "elements"]
    found = [scores[row["performance_id"]].items[f"e{int(float(row['aspect_num']))}"] for row in rows]
    assert len(rows) == 1421
    assert found == [Fraction(row["scores_of_panel"]) for row in rows]


def test_every_component_is_the_published_one(folder: shuping.Folder) -> None:
    assert sum(len(score.items) for score in judged(folder, "components").values()) == 790
    assert wrong_components(folder) == 0


def test_every_part_total_and_rank_is_the_published_one(result: shuping.Result) -> None:
    standing = {
        row["unit"]: (Fraction(str(row["total"])), row["rank"]) for row in result.standing.iter_rows(named=True)
    }
    points = {
        (unit, criterion.split("_")[0]): Fraction(str(value))
        for unit, criterion, value in result.scores.select("unit", "criterion", "points").iter_rows()
        if criterion.startswith(("elements", "components")) and value is not None
    }
    rows = published("performances.csv")
    assert len(rows) == 158
    for row in rows:
        unit = row["performance_id"]
        assert standing[unit] == (Fraction(row["total_segment_score"]), int(row["rank"])), unit
        assert points[unit, "elements"] == Fraction(row["total_element_score"]), unit
        assert points[unit, "components"] == Fraction(row["total_component_score"]), unit


def test_the_two_ties_are_separated_and_no_other(result: shuping.Result) -> None:
    tied = result.standing.group_by("group", "total").len().filter(pl.col("len") > 1)
    assert sorted(tied["group"].to_list()) == ["china_ladies_short", "china_pairs_short"]
    assert result.standing.group_by("group", "rank").len()["len"].max() == 1


def test_other_readings_do_not_give_the_published_components() -> None:
    """Each of them is a setting, so a wrong one must show."""
    book = (EXAMPLE / "rulebook.yaml").read_text(encoding="utf-8")
    readings = {
        "the zero is a mark": ("absent: {mark: 0}", "absent: {}"),
        "the mean is not rounded": ("rounding: {mean: 2, item: 2}", "rounding: {item: 2}"),
        "only the sum is rounded": ("rounding: {mean: 2, item: 2}", "rounding: {score: 2}"),
        "nothing is dropped": ("when_over: 4", "when_over: 9"),
        "two are dropped at each end": ("high: 1, low: 1", "high: 2, low: 2"),
    }
    wrong = {}
    for name, (old, new) in readings.items():
        assert old in book
        wrong[name] = wrong_components(read(book.replace(old, new)))
    assert all(wrong.values()), wrong


def test_the_explanation_shows_items_and_counts_and_no_judge(result: shuping.Result) -> None:
    absent = "7d224320a4"  # judge J6 was absent
    explained = result.explain(absent, lang="en")
    text = "\n".join(str(pair) for step in explained.top.walk() for pair in step.details("en"))
    rows = result.trace.filter((pl.col("unit") == absent) & (pl.col("criterion") == "components_short"))
    row = rows.row(0, named=True)
    assert "ss: " in row["parts"]
    assert "(n = 8)" in row["parts"]
    assert (row["prepared_zh"], row["prepared_en"]) == (
        "每项两端共去掉2个分数；缺席1人",
        "2 marks of each item dropped at the ends; 1 absent",
    )
    assert "1 absent" in text
    assert "J6" not in str(row) + text

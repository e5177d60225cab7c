"""Coherence of a scored folder: which pairs, which shares, worked out by hand from a small rule book."""

from __future__ import annotations

from pathlib import Path
from statistics import correlation, pstdev

import numpy as np
import polars as pl
import pytest

import shuping
from shuping.review.coherence import Coherence, coherence
from shuping.review.coherence_limits import CoherenceLimits
from shuping.review.coherence_redundancy import redundancy
from tests.core.review.pages import whole

HEAD = "id,name,kind,a,b,c,d\n"
BOOK = """periods: ["2025"]
rounding: {places: 2, detail_places: 6}
measures: {a: {value: unit.a}, b: {value: unit.b}, c: {value: unit.c}, d: {value: unit.d, direction: lower}}
criteria:
  - id: work
    points: 60
    criteria:
      - {id: first, points: 40, measure: a, method: {ratio_capped: {target: 100}}, missing: rescale}
      - {id: second, points: 20, measure: b, method: {ratio_capped: {target: 100}}}
  - {id: view, points: 40, measure: c, method: {ratio_capped: {target: 100}}}
  - {id: lapses, points: 0, measure: d, method: {shortfall_multiple: {factor: 2, target: 0}}}
"""
ROWS = [
    (40, 90, 30, 0), (80, 60, 50, 1), (60, 70, 20, 0), (100, 20, 90, 3), (20, 80, 60, 0),
    (90, 10, 70, 2), (50, 50, 40, 0), (70, 30, 80, 1), (30, 40, 10, 0),
]  # fmt: skip


def looked_at(folder: Path, rows: list[tuple[object, ...]], book: str = BOOK) -> tuple[shuping.Result, Coherence]:
    (folder / "rulebook.yaml").write_text(whole(book), encoding="utf-8")
    lines = [f"t{number},Town {number},township," + ",".join(map(str, row)) for number, row in enumerate(rows, 1)]
    (folder / "units.csv").write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    result = shuping.score(shuping.read(folder))
    return result, coherence(result)


def columns() -> dict[str, list[float]]:
    """Return the shares of full points by hand; what only deducts in points."""
    found = {"first": [row[0] / 100 for row in ROWS], "second": [row[1] / 100 for row in ROWS]}
    found["view"], found["lapses"] = [row[2] / 100 for row in ROWS], [-2.0 * row[3] for row in ROWS]
    found["work"] = [(40 * one + 20 * other) / 60 for one, other in zip(found["first"], found["second"], strict=True)]
    parts = zip(found["work"], found["view"], found["lapses"], strict=True)
    found[""] = [60 * work + 40 * view + lapses for work, view, lapses in parts]
    return found


def test_every_pair_of_the_tree_by_hand(tmp_path: Path) -> None:
    _, found = looked_at(tmp_path, ROWS)
    by_hand = columns()
    pairs = {(row["first"], row["second"]): row for row in found.correlations.iter_rows(named=True)}
    expected = {
        ("work", "view"): "siblings", ("work", "lapses"): "siblings", ("view", "lapses"): "siblings",
        ("first", "second"): "siblings", ("work", ""): "above", ("first", "work"): "above", ("first", ""): "above",
        ("second", "work"): "above", ("second", ""): "above", ("view", ""): "above", ("lapses", ""): "above",
    }  # fmt: skip
    assert {pair: row["relation"] for pair, row in pairs.items() if row["relation"] != "apart"} == expected
    for (first, second), row in pairs.items():
        assert row["pearson"] == pytest.approx(correlation(by_hand[first], by_hand[second]), abs=1e-9)
        assert row["n"] == 9
    assert pairs["lapses", ""]["flag"] == "against"
    assert pairs["first", "second"]["flag"] == "negative"


def test_effective_weights_by_hand(tmp_path: Path) -> None:
    """Points x standard deviation; one point of what only deducts is one of the total's hundred."""
    _, found = looked_at(tmp_path, ROWS)
    by_hand = columns()
    worth = {"first": 40, "second": 20, "view": 40, "lapses": 1}
    products = {name: points * pstdev(by_hand[name]) for name, points in worth.items()}
    rows = found.weights.filter(pl.col("among") == "leaves")
    assert dict(rows.select("criterion", "declared").iter_rows()) == {
        "first": 0.4, "second": 0.2, "view": 0.4, "lapses": 0,
    }  # fmt: skip
    for row in rows.iter_rows(named=True):
        assert row["effective"] == pytest.approx(products[row["criterion"]] / sum(products.values()), abs=1e-9)
        assert row["pearson"] == pytest.approx(correlation(by_hand[row["criterion"]], by_hand[""]), abs=1e-9)
    assert rows["importance"].sum() == pytest.approx(1)


def test_balanced_weights_leave_out_what_has_no_weight(tmp_path: Path) -> None:
    _, found = looked_at(tmp_path, ROWS)
    rows = found.weights.filter((pl.col("above") == "") & (pl.col("among") == "children"))
    weights = dict(rows.select("criterion", "balanced").iter_rows())
    assert weights["lapses"] == 0
    assert min(weights.values()) >= 0
    assert sum(weights.values()) == pytest.approx(1)
    by_hand = columns()
    mean = [
        weights["work"] * one + weights["view"] * other
        for one, other in zip(*map(by_hand.get, ("work", "view")), strict=True)
    ]
    squares = [correlation(by_hand[name], mean) ** 2 for name in ("work", "view")]
    assert squares[0] / sum(squares) == pytest.approx(0.6, abs=1e-9)


def test_the_total_is_that_of_the_criteria_before_bonuses(tmp_path: Path) -> None:
    book = BOOK + "adjustments:\n  bonus: [{id: extra, measure: d}]\n"
    _, found = looked_at(tmp_path, ROWS, book)
    by_hand = columns()
    row = found.correlations.filter((pl.col("first") == "view") & (pl.col("second") == "")).row(0, named=True)
    assert row["pearson"] == pytest.approx(correlation(by_hand["view"], by_hand[""]), abs=1e-9)


def test_missing_scores_are_left_out_pair_by_pair(tmp_path: Path) -> None:
    rows = [("", *ROWS[0][1:]), *ROWS[1:]]
    _, found = looked_at(tmp_path, rows)
    n = {(row["first"], row["second"]): row["n"] for row in found.correlations.iter_rows(named=True)}
    assert (n["first", "second"], n["first", ""], n["second", ""]) == (8, 8, 9)
    work = found.nodes.filter(pl.col("node") == "work").row(0, named=True)
    assert (work["alpha_n"], work["complete"]) == (8, 8)


def test_the_order_of_rows_changes_nothing(tmp_path: Path) -> None:
    _, found = looked_at(tmp_path, ROWS)
    file = tmp_path / "units.csv"
    head, *lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([head, *reversed(lines)]) + "\n", encoding="utf-8")
    again = coherence(shuping.score(shuping.read(tmp_path)))
    for name in ("correlations", "weights", "nodes", "components"):
        assert getattr(found, name).equals(getattr(again, name))


def test_few_units_are_shown_without_comment(tmp_path: Path) -> None:
    _, found = looked_at(tmp_path, ROWS[:4])
    assert set(found.correlations["flag"]) <= {"few"}
    assert found.nodes.filter(pl.col("node") == "")["balance"].to_list() == ["exact"]  # two weights, four units


def test_a_geometric_mean_is_not_balanced_by_weights_of_a_sum(tmp_path: Path) -> None:
    book = (
        BOOK.replace("    points: 60\n", "    points: 60\n    combine: geometric\n")
        .replace("points: 40, measure: a", "weight: 2/3, measure: a")
        .replace("points: 20, measure: b", "weight: 1/3, measure: b")
    )
    _, found = looked_at(tmp_path, ROWS, book)
    work = found.nodes.filter(pl.col("node") == "work").row(0, named=True)
    assert work["balance"] == "not_mean"


def test_what_could_be_left_out(tmp_path: Path) -> None:
    """The second criterion says what the first says; leaving out the third moves one unit in twenty."""
    rows = [(10 * number, 9 * number, 50 + number % 2, 0) for number in range(1, 10)]
    result, found = looked_at(tmp_path, rows)
    removed = pl.DataFrame(
        {
            "period": ["2025"] * 3,
            "group": ["townships"] * 3,
            "criterion": ["work", "view", "first"],
            "moved": [0, 1, 4],
            "mean_change": [0.0, 0.1, 0.9],
        }
    )
    listed = redundancy(found, removed, {"townships": 20}).to_dicts()
    assert [(row["kind"], row["criterion"], row["other"]) for row in listed] == [
        ("alike", "second", "first"), ("idle", "view", None),
    ]  # fmt: skip
    assert listed[0]["pearson"] == pytest.approx(1)
    strict = coherence(result, limits=CoherenceLimits(units=10))
    assert not redundancy(strict, removed, {"townships": 9}).height


def test_matrix_and_frame_agree(tmp_path: Path) -> None:
    _, found = looked_at(tmp_path, ROWS)
    (group,) = found.groups
    place = {name: number for number, name in enumerate(group.scores.nodes)}
    for row in found.correlations.iter_rows(named=True):
        assert group.matrix.spearman[place[row["first"]], place[row["second"]]] == pytest.approx(
            row["spearman"], abs=1e-9
        )
    assert np.array_equal(np.diag(group.matrix.n), [9] * len(place))

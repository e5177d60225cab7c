"""Ranks without a criterion, against rule books written without it and scored exactly."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

import shuping
from shuping import appraisal
from shuping.records.folder import Folder
from shuping.records.register import Register, Unit
from shuping.rulebook.gaps import MissingRule
from shuping.rulebook.load import loads
from shuping.scoring.grid import Grid
from shuping.standing.drivers.removal import Removal, removal
from shuping.standing.simulation.appraise import setting_of
from shuping.standing.simulation.parameters import Parameters
from shuping.standing.simulation.run import simulate

HEAD = """format: 1
rulebook: small
version: "1"
title: Small
periods: ["2025"]
groups: {towns: {kind: town}, zones: {kind: zone}}
measures:  # nothing divided by nothing is missing
  m_a: {value: unit.a / unit.has_a}
  m_b: {value: unit.b / unit.has_b}
  m_c: {value: unit.c / unit.has_c}
  m_d: {value: unit.d / unit.has_d}
"""
TEN = "method: {ratio_capped: {target: 10}}"
SUMS = """criteria:
  - {id: x, points: 60, criteria: [
      {id: a, points: 40, measure: m_a, METHOD, missing: GAP},
      {id: b, points: 20, measure: m_b, METHOD, missing: GAP}]}
  - {id: y, points: 25, measure: m_c, METHOD, missing: GAP}
  - {id: z, points: 15, criteria: [{id: d, points: 15, measure: m_d, METHOD, missing: GAP}]}
"""
SUMS_WITHOUT = {
    "x": """criteria:
  - {id: y, points: 62.5, measure: m_c, METHOD, missing: GAP}
  - {id: z, points: 37.5, criteria: [{id: d, points: 37.5, measure: m_d, METHOD, missing: GAP}]}
""",
    "a": """criteria:
  - {id: x, points: 60, criteria: [{id: b, points: 60, measure: m_b, METHOD, missing: GAP}]}
  - {id: y, points: 25, measure: m_c, METHOD, missing: GAP}
  - {id: z, points: 15, criteria: [{id: d, points: 15, measure: m_d, METHOD, missing: GAP}]}
""",
    "d": """criteria:
  - {id: x, points: 80, criteria: [
      {id: a, points: 160/3, measure: m_a, METHOD, missing: GAP},
      {id: b, points: 80/3, measure: m_b, METHOD, missing: GAP}]}
  - {id: y, points: 100/3, measure: m_c, METHOD, missing: GAP}
""",
}
MEANS = """combine: geometric
criteria:
  - {id: x, weight: 0.6, combine: arithmetic, criteria: [
      {id: a, weight: 0.5, measure: m_a, METHOD, missing: GAP},
      {id: b, weight: 0.5, measure: m_b, METHOD, missing: GAP}]}
  - {id: y, weight: 0.2, measure: m_c, METHOD, missing: GAP}
  - {id: z, weight: 0.2, measure: m_d, METHOD, missing: GAP}
"""
MEANS_WITHOUT = {
    "x": """combine: geometric
criteria:
  - {id: y, weight: 0.5, measure: m_c, METHOD, missing: GAP}
  - {id: z, weight: 0.5, measure: m_d, METHOD, missing: GAP}
""",
    "b": """combine: geometric
criteria:
  - {id: x, weight: 0.6, combine: arithmetic, criteria: [{id: a, weight: 1, measure: m_a, METHOD, missing: GAP}]}
  - {id: y, weight: 0.2, measure: m_c, METHOD, missing: GAP}
  - {id: z, weight: 0.2, measure: m_d, METHOD, missing: GAP}
""",
}


def values(seed: int, missing: float) -> dict[str, dict[str, str]]:
    draw = random.Random(seed)
    return {
        f"u{number}": {name: "" if draw.random() < missing else str(draw.randint(10, 100) / 10) for name in "abcd"}
        for number in range(9)
    }


def folder(tree: str, given: Mapping[str, Mapping[str, str]], gap: str, more: str = "") -> Folder:
    units = {
        name: Unit(name, name.upper(), name, "town" if number < 6 else "zone", attributes=_columns(mine))
        for number, (name, mine) in enumerate(given.items())
    }
    head = HEAD if len(given) > 6 else HEAD.replace(", zones: {kind: zone}", "")
    text = head + more + tree.replace("METHOD", TEN).replace("GAP", gap)
    columns = (*"abcd", *(f"has_{name}" for name in "abcd"))
    return Folder(None, loads(text), Register(units, attributes=columns))


def _columns(given: Mapping[str, str]) -> dict[str, str]:
    there = {f"has_{name}": "1" if given[name] else "0" for name in "abcd"}
    return {name: given[name] or "0" for name in "abcd"} | there


def left_out(folder: Folder) -> Removal:
    _, case_of = appraisal.score_with_cases(folder)
    return removal(case_of("2025"), "2025")


def ranks(folder: Folder) -> dict[str, int | None]:
    return dict(shuping.score(folder).standing.select("unit", "rank").iter_rows())


def without(found: Removal, own: Mapping[str, int | None], criterion: str) -> dict[str, int | None]:
    """Return every unit's rank without the criterion: its own where it does not move."""
    moved = dict(found.moves.filter(pl.col("criterion") == criterion).select("unit", "without").iter_rows())
    return {unit: moved.get(unit, rank) for unit, rank in own.items()}


@pytest.mark.parametrize("gap", ["rescale", "zero", "full", "drop_unit"])
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("tree", "trees"), [(SUMS, SUMS_WITHOUT), (MEANS, MEANS_WITHOUT)], ids=["sums of points", "means"]
)
def test_as_a_rule_book_without_it(tree: str, trees: dict[str, str], seed: int, gap: str) -> None:
    given = values(seed, 0.0 if seed == 0 else 0.12)
    mine = folder(tree, given, gap)
    own, found = ranks(mine), left_out(mine)
    for criterion, written in trees.items():
        expected = ranks(folder(written, given, gap))
        got = without(found, own, criterion)
        # who has no total with the criterion has no rank to move from
        assert got == {unit: rank if own[unit] else None for unit, rank in expected.items()}, criterion
        row = found.criteria.filter((pl.col("criterion") == criterion) & (pl.col("group") == "towns")).row(
            0, named=True
        )
        towns = [unit for unit, rank in own.items() if rank and int(unit[1:]) < 6]
        if all(got[unit] for unit in towns):
            moves = [abs((own[unit] or 0) - (got[unit] or 0)) for unit in towns]
            assert row["mean_change"] == pytest.approx(sum(moves) / len(moves))
            assert (row["moved"], row["largest"]) == (sum(map(bool, moves)), max(moves))
            assert row["top_changes"] == (
                {unit for unit in towns if own[unit] == 1} != {unit for unit in towns if got[unit] == 1}
            )


def test_a_criterion_alone_in_its_branch_is_the_branch() -> None:
    found = left_out(folder(SUMS, values(0, 0.0), "zero"))
    rows = {row["criterion"]: row for row in found.criteria.filter(pl.col("group") == "towns").iter_rows(named=True)}
    assert rows["d"]["mean_change"] == rows["z"]["mean_change"]
    assert (rows["d"]["parent"], rows["d"]["depth"], rows["d"]["weight"]) == ("z", 2, 0.15)
    moves = {name: found.moves.filter(pl.col("criterion") == name).drop("criterion").rows() for name in ("d", "z")}
    assert moves["d"] == moves["z"]


def test_a_lone_criterion_leaves_nothing() -> None:
    found = left_out(folder("criteria: [{id: a, points: 10, measure: m_a, METHOD}]\n", values(0, 0.0), "zero"))
    assert found.criteria["mean_change"].to_list() == [None, None]
    assert found.moves.height == 0


def test_a_criterion_that_counts_in_one_group_only() -> None:
    """Where the zones have one criterion alone, it cannot be left out there; in the towns it can."""
    tree = """criteria:
  - {id: a, points: {towns: 60, zones: 100}, measure: m_a, METHOD}
  - {id: b, points: {towns: 40}, measure: m_b, METHOD}
"""
    given = values(4, 0.0)
    found = left_out(folder(tree, given, "zero"))
    rows = {(row["group"], row["criterion"]): row["mean_change"] for row in found.criteria.iter_rows(named=True)}
    assert set(rows) == {("towns", "a"), ("towns", "b"), ("zones", "a")}
    assert rows["zones", "a"] is None
    alone = ranks(folder("criteria: [{id: b, points: 100, measure: m_b, METHOD}]\n", given, "zero"))
    mine = ranks(folder(tree, given, "zero"))
    got = without(found, mine, "a")
    assert {unit: got[unit] for unit in list(given)[:6]} == {unit: alone[unit] for unit in list(given)[:6]}


def test_a_tie_is_not_separated_by_what_is_left_out() -> None:
    given = {
        name: {"a": a, "b": b, "c": "5", "d": "5"}
        for name, a, b in (("u0", "8", "4"), ("u1", "4", "6"), ("u2", "2", "2"))
    }
    tree = """tiebreak: [a]
criteria:
  - {id: a, points: 50, measure: m_a, METHOD}
  - {id: b, points: 50, measure: m_b, METHOD}
  - {id: y, points: 50, measure: m_c, METHOD}
"""
    given["u1"]["b"] = "8"
    mine = folder(tree, given, "zero")
    assert ranks(mine) == {"u0": 1, "u1": 2, "u2": 3}
    found = left_out(mine)
    assert without(found, ranks(mine), "a") == {"u0": 2, "u1": 1, "u2": 3}
    given["u1"]["b"] = "4"
    mine = folder(tree, given, "zero")
    assert without(left_out(mine), ranks(mine), "a") == {"u0": 1, "u1": 1, "u2": 3}


def test_bonuses_stay() -> None:
    """A deduction keeps its points when a criterion goes: 100 x 0.3 - 20 is behind 100 x 0.2."""
    given = {"u0": {"a": "10", "b": "3", "c": "2", "d": "0"}, "u1": {"a": "1", "b": "2", "c": "0", "d": "0"}}
    more = "adjustments: {deductions: [{id: lapses, measure: m_c, each: 10}]}\n"
    tree = "criteria: [{id: a, points: 50, measure: m_a, METHOD}, {id: b, points: 50, measure: m_b, METHOD}]\n"
    mine = folder(tree, given, "zero", more)
    assert ranks(mine) == {"u0": 1, "u1": 2}
    assert without(left_out(mine), ranks(mine), "a") == {"u0": 2, "u1": 1}


def test_the_order_of_units_changes_nothing() -> None:
    given = values(2, 0.1)
    one = left_out(folder(SUMS, given, "rescale"))
    # the kinds go by position: turned within each group
    names = list(given)
    turned = {name: given[name] for name in (*names[5::-1], *names[:5:-1])}
    other = left_out(folder(SUMS, turned, "rescale"))
    assert one.criteria.equals(other.criteria)
    assert one.moves.equals(other.moves)


def test_who_has_nothing_left_in_a_branch_is_treated_as_missing_there() -> None:
    """u0 has no second value in x. Without the first, x has nothing of u0; y and z count for all: 16 of 40."""
    given = values(0, 0.0)
    given["u0"] = {"a": "10", "b": "", "c": "4", "d": "4"}
    mine = folder(SUMS, given, "rescale")
    book = mine.rulebook.model_copy(
        update={"criteria": tuple(node.model_copy(update={"missing": _rescale()}) for node in mine.rulebook.criteria)}
    )
    mine = replace(mine, rulebook=book)
    seen: dict[str, float] = {}
    _, case_of = appraisal.score_with_cases(mine)

    def watch(grid: Grid, _block: object, _draws: object, totals: np.ndarray, _ranks: object) -> None:
        seen.update(zip(grid.units, totals[:, 0].tolist(), strict=True))

    without_a = Parameters(1, {"a": np.array([0.0])})
    simulate(setting_of(case_of("2025"), "choices"), without_a, "choices", watch=watch)
    assert seen["u0"] == pytest.approx(100 * (10 + 6) / 40)
    assert np.isfinite(seen["u1"])


def _rescale() -> MissingRule:
    return MissingRule(policy="rescale")

"""Where a unit stands in every criterion: by hand, with ties, and with sampling error."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

import shuping
from shuping import appraisal
from shuping.records.folder import Folder
from shuping.records.register import Register, Unit
from shuping.rulebook.load import loads
from shuping.standing.drivers.strengths import profile
from shuping.standing.simulation.noise import Noise

BOOK = """format: 1
rulebook: small
version: "1"
title: Small
periods: ["2025"]
groups: {towns: {kind: town}}
measures: {m_a: {value: unit.a}, m_b: {value: unit.b}, m_c: {value: unit.c}}
criteria:
  - {id: x, points: 60, criteria: [
      {id: a, points: 40, measure: m_a, method: {ratio_capped: {target: 10}}},
      {id: b, points: 20, measure: m_b, method: {ratio_capped: {target: 10}}}]}
  - {id: c, points: 40, measure: m_c, method: {ratio_capped: {target: 10}}}
"""
VALUES = {"t1": "10 2 5", "t2": "10 4 5", "t3": "6 4 5", "t4": "4 8 5", "t5": "2 10 5"}


def folder(given: dict[str, str], more: str = "") -> Folder:
    units = {
        name: Unit(name, name.upper(), name, "town", attributes=dict(zip("abc", row.split(), strict=True)))
        for name, row in given.items()
    }
    return Folder(None, loads(BOOK + more), Register(units, attributes=("a", "b", "c")))


def found(given: dict[str, str] = VALUES, **options: Any) -> dict[tuple[str, str], dict[str, Any]]:
    frame = profile(shuping.score(folder(given)).trace, "2025", **options)
    return {(row["unit"], row["criterion"]): row for row in frame.iter_rows(named=True)}


def test_by_hand() -> None:
    rows = found()
    assert len(rows) == 5 * 4
    # a: 40 40 24 16 8; the median is 24 of 40
    a = [rows[unit, "a"] for unit in VALUES]
    assert [row["rank"] for row in a] == [1, 1, 3, 4, 5]
    assert [row["ties"] for row in a] == [1, 1, 0, 0, 0]
    assert [row["standing"] for row in a] == [0.75, 0.75, 0.0, -0.5, -1.0]
    assert [row["share"] for row in a] == [1.0, 1.0, 0.6, 0.4, 0.2]
    assert {row["group_share"] for row in a} == {0.6}
    assert [row["gain"] for row in a] == [16.0, 16.0, 0.0, -8.0, -16.0]
    assert [row["verdict"] for row in a] == ["strength", "strength", None, "weakness", "weakness"]
    # b: 4 8 8 16 20
    assert [rows[unit, "b"]["standing"] for unit in VALUES] == [-1.0, -0.25, -0.25, 0.5, 1.0]
    assert [rows[unit, "b"]["verdict"] for unit in VALUES] == ["weakness", None, None, "strength", "strength"]
    assert {(row["low"], row["above"]) for row in rows.values()} == {(None, None)}


def test_where_all_are_equal_nobody_is_strong() -> None:
    rows = found()
    assert [rows[unit, "c"]["standing"] for unit in VALUES] == [0.0] * 5
    assert [rows[unit, "c"]["ties"] for unit in VALUES] == [4] * 5
    assert {rows[unit, "c"]["verdict"] for unit in VALUES} == {None}


def test_a_branch_has_a_standing_and_no_verdict() -> None:
    rows = found()
    # x: 44 48 32 32 28
    assert [rows[unit, "x"]["rank"] for unit in VALUES] == [2, 1, 3, 3, 5]
    assert {(rows[unit, "x"]["leaf"], rows[unit, "x"]["verdict"]) for unit in VALUES} == {(False, None)}


def test_a_unit_alone_stands_nowhere() -> None:
    rows = found({"t1": "10 2 5"})
    assert {(row["standing"], row["verdict"], row["of"]) for row in rows.values()} == {(None, None, 1)}


def test_the_first_places_go_by_standing_then_by_what_they_add() -> None:
    rows = found(most=1)
    # t5: last in a (-16), first in b (+12)
    assert (rows["t5", "a"]["place"], rows["t5", "b"]["place"]) == (1, 1)
    given = {"t1": "10 10 9", "t2": "4 4 5", "t3": "2 2 5"}
    rows = found(given, most=1)
    # first in all three: a adds 24, b 12, c 16
    assert [rows["t1", name]["place"] for name in "abc"] == [1, None, None]
    rows = found(given, most=2)
    assert [rows["t1", name]["place"] for name in "abc"] == [1, None, 2]


def test_equal_ones_share_a_place_even_beyond_the_number() -> None:
    """First in both, and sixteen points above the median in both: neither is put before the other."""
    given = {"t1": "8 10 5", "t2": "4 2 5", "t3": "2 1 5"}
    rows = found(given, most=1)
    assert [rows["t1", name]["gain"] for name in "ab"] == [16.0, 16.0]
    assert [rows["t1", name]["place"] for name in "ab"] == [1, 1]


def test_standings_of_a_criterion_add_up_to_nothing() -> None:
    random = np.random.default_rng(5)
    given = {f"t{number}": " ".join(str(value) for value in random.integers(0, 5, 3)) for number in range(12)}
    rows = found(given)
    for criterion in "abc":
        assert sum(row["standing"] for (_, name), row in rows.items() if name == criterion) == pytest.approx(0)


def with_noise(sd: float, values: dict[str, str] = VALUES) -> dict[tuple[str, str], dict[str, Any]]:
    stated = f"uncertainty: {{draws: 400, shrink: false, vary: {{measures: {{m_a: {{sd: {sd}}}}}}}}}\n"
    result, case_of = appraisal.score_with_cases(folder(values, stated))
    frame = profile(result.trace, "2025", case_of("2025"))
    return {(row["unit"], row["criterion"]): row for row in frame.iter_rows(named=True)}


def test_a_small_error_leaves_the_verdict_and_a_large_one_takes_it() -> None:
    sure, unsure = with_noise(0.01), with_noise(8.0)
    assert (sure["t5", "a"]["verdict"], sure["t5", "a"]["below"]) == ("weakness", 1.0)
    assert (sure["t5", "a"]["low"], sure["t5", "a"]["high"]) == (5, 5)
    assert unsure["t5", "a"]["verdict"] == "unclear"
    assert unsure["t5", "a"]["place"] is None
    assert unsure["t5", "a"]["low"] < unsure["t5", "a"]["high"]
    # only what rests on the measure with an error has an interval
    assert {name for (_, name), row in unsure.items() if row["low"] is not None} == {"a", "x"}
    assert unsure["t5", "b"]["verdict"] == "strength"
    for row in unsure.values():
        if row["low"] is not None:
            assert row["low"] <= row["rank"] <= row["high"]


def test_the_probability_of_either_side_is_that_of_the_normal_distribution() -> None:
    """Two units 2 apart with errors of 1 each: one stands above the other with probability Phi(2 / sqrt 2)."""
    from scipy.stats import norm

    stated = "uncertainty: {draws: 20000, shrink: false, vary: {measures: {m_a: {sd: 1}}}}\n"
    book = folder({"t1": "6 2 5", "t2": "4 4 5"}, stated)
    result, case_of = appraisal.score_with_cases(book)
    rows = profile(result.trace, "2025", case_of("2025")).filter(pl.col("criterion") == "a")
    ahead = float(norm.cdf(2 / np.sqrt(2)))
    assert rows["above"].to_list() == pytest.approx([ahead, 1 - ahead], abs=4 * np.sqrt(ahead * (1 - ahead) / 20000))


def test_values_without_error_stay_tied() -> None:
    result, case_of = appraisal.score_with_cases(folder(VALUES, "uncertainty: {draws: 50}\n"))
    case = replace(case_of("2025"), noise=(Noise("measure", "m_c", np.array([0.0, 0.0, 0.0, 0.0, 1.0])),))
    rows = profile(result.trace, "2025", case).filter(pl.col("criterion") == "c")
    # t1 to t4 are equal in every draw: all above t5 or all below, each as often
    above = rows["above"].to_list()[:4]
    assert len(set(above)) == 1
    assert above[0] == pytest.approx(rows["below"][4])


def test_the_order_of_units_changes_nothing() -> None:
    turned = dict(reversed(VALUES.items()))
    assert found() == found(turned)

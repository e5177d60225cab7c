"""A memory limit changes how much is held at once, and not one figure."""

from __future__ import annotations

from pathlib import Path

import pytest

import shuping
from shuping.standing.simulation.memory import bytes_of, cells_within, units_within

BOOK = """format: 1
rulebook: small
version: "1"
title: Small
periods: ["2025"]
groups: {one: {kind: one}, two: {kind: two}, three: {kind: three}}
measures: {m: {value: unit.m}, n: {value: unit.n}}
criteria:
  - {id: a, points: 60, measure: m, method: minmax}
  - {id: b, points: 40, measure: n, method: {minmax: {floor: 0.2}}}
uncertainty: {draws: 300, vary: {measures: {m: {sd: 6}, n: {sd: 2}}, weights: 0.4}}
"""


@pytest.mark.parametrize(
    ("limit", "wanted"),
    [("2GB", 2 * 10**9), ("500 MiB", 500 * 2**20), ("1.5gb", 15 * 10**8), ("800B", 800), ("80%", None), (None, None)],
)
def test_limits_as_duckdb_writes_them(limit: str | None, wanted: int | None) -> None:
    assert bytes_of(limit) == wanted


def test_what_fits() -> None:
    assert cells_within(None, 4_000_000) == 4_000_000
    assert cells_within(10**8, 4_000_000) == 250_000
    assert units_within(10**8, 8000, 1000, 10) == 156
    assert (cells_within(1, 9), units_within(1, 9, 1000, 1)) == (1, 1)


def test_no_figure_depends_on_the_limit(tmp_path: Path) -> None:
    (tmp_path / "rulebook.yaml").write_text(BOOK, encoding="utf-8")
    rows = [f"u{at},u{at},{('one', 'two', 'three')[at % 3]},{at * 37 % 50},{at * 11 % 9}\n" for at in range(15)]
    (tmp_path / "units.csv").write_text("id,name,kind,m,n\n" + "".join(rows), encoding="utf-8")
    read = shuping.read(tmp_path)
    free = shuping.score(read).uncertainty
    held = shuping.score(read, memory_limit="300kB").uncertainty
    assert free.ranks.height
    assert units_within(bytes_of("300kB"), 8000, 300, 2) < 15  # blocks of units, and of replicates
    assert cells_within(bytes_of("300kB"), 4_000_000) < 5 * 300
    for name in ("ranks", "places", "pairs", "replicates"):
        assert getattr(held, name).equals(getattr(free, name))

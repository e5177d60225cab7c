"""What a trace and an explanation tell of a panel: means and counts of groups, never a mark, nothing of few judges."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import shuping

SPEC = Path(__file__).resolve().parents[2] / "spec"
ONE_GROUP = "    groups: {judges: 1}\n"


def scored(base: Path, case: str, **changes: str) -> shuping.Result:
    folder = base / case
    shutil.copytree(SPEC / case, folder)
    book = (folder / "rulebook.yaml").read_text(encoding="utf-8")
    for old, new in changes.items():
        book = book.replace(old, new)
    (folder / "rulebook.yaml").write_text(book, encoding="utf-8")
    return shuping.score(shuping.read(folder))


def row(result: shuping.Result, unit: str, criterion: str = "report") -> dict[str, Any]:
    found = result.trace.filter((pl.col("unit") == unit) & (pl.col("criterion") == criterion))
    return found.row(0, named=True)


def test_means_counts_and_who_did_not_count(tmp_path: Path) -> None:
    result = scored(tmp_path, "ac6_panel_trimmed_mean")
    six = row(result, "six")
    assert six["parts"] == "judges × 1: 90.375 (n = 6)"
    assert (six["prepared_zh"], six["prepared_en"]) == (
        "两端共去掉2个分数；缺席1人",
        "2 marks dropped at the ends; 1 absent",
    )
    assert row(result, "five")["prepared_en"] is None
    told = [pair for one in result.explain("six", lang="en").top.walk() for pair in one.details("en")]
    assert ("not counted", "2 marks dropped at the ends; 1 absent") in told


def test_those_who_stood_aside_are_counted_and_not_named(tmp_path: Path) -> None:
    town = row(scored(tmp_path, "panel_recusal"), "t2")
    assert (town["parts"], town["prepared_en"]) == ("judges × 1: 82 (n = 1)", "2 stood aside")
    assert "r2" not in str(town)


@pytest.mark.parametrize(("judges", "shown"), [("3", "judges × 1: ··· (n = 2)"), ("2", "judges × 1: 78.5 (n = 2)")])
def test_a_secret_panel_tells_no_mean_of_few(judges: str, shown: str, tmp_path: Path) -> None:
    secret = f"{ONE_GROUP}    secret: true\n    min_shown: {judges}\n"
    result = scored(tmp_path, "ac6_panel_trimmed_mean", **{ONE_GROUP: secret})
    assert row(result, "two")["parts"] == shown
    assert row(result, "seven")["parts"] == "judges × 1: 90.1 (n = 7)"


def test_a_secret_panel_by_item_tells_no_item_of_few(tmp_path: Path) -> None:
    secret = f"{ONE_GROUP}    secret: true\n"
    blank = row(scored(tmp_path, "panel_blank", **{ONE_GROUP: secret}), "x")
    assert (blank["parts"], blank["prepared_en"]) == ("judges × 1: ··· (n = 1)", "1 left out for a blank item")


def test_each_output_shows_its_own_parts(tmp_path: Path) -> None:
    result = scored(tmp_path, "panel_outputs")
    plan, peers, place = (row(result, "a", name) for name in ("plan", "peers", "place"))
    assert (plan["formula"], plan["value"]) == ("plan", "24")
    assert plan["parts"].endswith("; plan: 24")
    assert (peers["formula"], peers["parts"], peers["value"]) == ("peers", "peers × 0.6: 70 (n = 1)", "70")
    assert (place["formula"], place["value"]) == ("rank(0.4 × leaders + 0.6 × peers)", "1")

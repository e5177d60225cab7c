"""``shuping whatif`` on the command line: tables, data, files, languages, refusals."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from tests.core.front.conftest import Ran
from tests.documents.what_if_case import write_folder, write_units

Command = Callable[..., Ran]


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """Two towns that change places where work counts 25 (by hand in the test of the first level)."""
    return write_units(tmp_path / "two", "plain", {"a": (90, 80, 70), "b": (60, 90, 100)})


def test_data_holds_exact_weights_and_texts(shuping: Command, two: Path) -> None:
    ran = shuping("whatif", two, "--weight", "work=25", "--find", "a", "--json")
    assert ran.code == 0
    found = json.loads(ran.out)
    assert [(row["unit"], row["total"], row["total_under"], row["rank_under"]) for row in found["moves"]] == [
        ("b", "77.00", "85.50", 1),
        ("a", "83.00", "79.50", 2),
    ]
    assert [row["weight_under"] for row in found["weights"]] == ["25/1", "45/1", "30/1"]
    assert {row["way"] for row in found["ranges"]} == {"exact"}
    assert all(Fraction(row["low_exact"]) <= Fraction(row["weight"]) for row in found["ranges"])


def test_both_languages(shuping: Command, two: Path) -> None:
    english = shuping("whatif", two, "--weight", "work=25%", "--find", "b", "--lang", "en").out
    chinese = shuping("whatif", two, "--weight", "work=25%", "--find", "b", "--lang", "zh").out
    assert "2 → 1 ▲1" in english
    assert "2 → 1 ▲1" in chinese
    assert "Siblings keep their sum" in english
    assert "同级权重之和不变" in chinese
    assert "Keeps its rank" in english
    assert "名次不变" in chinese
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in english)


def test_nobody_moves_under_the_own_weights(shuping: Command, two: Path) -> None:
    ran = shuping("whatif", two, "--weight", "work=50")
    assert "No unit's total, rank or grade changes." in ran.out


def test_a_file_is_written_once(shuping: Command, two: Path, tmp_path: Path) -> None:
    out = tmp_path / "moves.csv"
    assert shuping("whatif", two, "--weight", "work=25", "--out", out, "--quiet").out == ""
    with out.open(encoding="utf-8-sig", newline="") as lines:
        rows = {row["unit"]: row for row in csv.DictReader(lines)}
    assert (rows["b"]["moved"], rows["b"]["change"]) == ("1", "8.50")
    refused = shuping("whatif", two, "--weight", "work=25", "--out", out)
    assert refused.code == 4
    assert shuping("whatif", two, "--find", "a", "--out", out, "--force").code == 0
    with out.open(encoding="utf-8-sig", newline="") as lines:
        first = next(csv.DictReader(lines))
    assert {"low_numerator", "low_denominator", "whole_numerator"} <= set(first)


def test_two_runs_and_permuted_rows_say_the_same(shuping: Command, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "ours", "limited")
    arguments = ("whatif", folder, "--weight", "work=33.5", "--find", "u03", "--json")
    first = shuping(*arguments).out
    head, *rows = (folder / "units.csv").read_text(encoding="utf-8").splitlines()
    (folder / "units.csv").write_text("\n".join([head, *reversed(rows)]) + "\n", encoding="utf-8")
    assert shuping(*arguments).out == first


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "--find UNIT"),
        (("--weight", "work"), "work"),
        (("--weight", "wrok=3"), 'Did you mean "work"'),
        (("--weight", "work=much"), "no number from zero upwards"),
        (("--weight", "work=120"), "more than the 100"),
        (("--find", "nobody"), 'no unit "nobody"'),
        (("--weight", "work=20", "--period", "1999"), "1999"),
    ],
)
def test_what_cannot_be_is_said_with_exit_code_two(
    shuping: Command, two: Path, arguments: tuple[str, ...], said: str
) -> None:
    ran = shuping("whatif", two, *arguments)
    assert ran.code == 2
    assert said in ran.err


def test_the_rule_book_and_the_folder_stay_as_they_are(shuping: Command, two: Path) -> None:
    before = {path.name: path.read_bytes() for path in two.iterdir()}
    assert shuping("whatif", two, "--weight", "work=25", "--find", "a").code == 0
    assert {path.name: path.read_bytes() for path in two.iterdir()} == before

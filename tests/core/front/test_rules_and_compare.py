"""``shuping rules`` and ``shuping compare`` on the starter folder."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

from tests.core.front.conftest import Ran

Command = Callable[..., Ran]


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_rules_are_printed_in_the_language_asked_for(shuping: Command, folder: Path) -> None:
    for target in (folder, folder / "rulebook.yaml"):
        chinese, english = shuping("rules", target, "--lang", "zh"), shuping("rules", target, "--lang", "en")
        assert (chinese.code, english.code) == (0, 0)
        assert "指标和计分标准" in chinese.out
        assert "Criteria and standards" in english.out
        assert "Worked examples" in english.out


def test_rules_as_data(shuping: Command, folder: Path) -> None:
    found = json.loads(shuping("rules", folder, "--json", "--lang", "en").out)
    assert [section["title"] for section in found["sections"]][:2] == ["General", "Ranks and grades"]


def test_rules_are_written_once_and_kept_without_force(shuping: Command, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "printed"
    assert shuping("rules", folder, "--out", out).code == 0
    assert names(out) == {"rules.zh.docx", "rules.en.docx", "rules.html"}
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    refused = shuping("rules", folder, "--out", out)
    assert refused.code == 4
    assert refused.err.count("--force") == 3
    assert shuping("rules", folder, "--out", out, "--force").code == 0
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_rules_of_a_faulty_rule_book_are_its_problems(shuping: Command, tmp_path: Path) -> None:
    (tmp_path / "wrong.yaml").write_text("format: 1\nrulebook: wrong\n")
    ran = shuping("rules", tmp_path / "wrong.yaml")
    assert (ran.code, ran.out) == (3, "")
    assert "wrong.yaml" in ran.err


def changed(folder: Path, tmp_path: Path) -> Path:
    """Return a rule book like the folder's, in which requests count for less and activities for more."""
    text = (folder / "rulebook.yaml").read_text(encoding="utf-8")
    for before, after in (("40", "20"), ("30", "40"), ("60", "80")):
        assert f"points: {before}" in text
        text = text.replace(f"points: {before}", f"points: {after}")
    book = tmp_path / "next.yaml"
    book.write_text(text, encoding="utf-8")
    return book


def test_compare_names_who_moves_and_why(shuping: Command, folder: Path, tmp_path: Path) -> None:
    own, book, out = folder / "rulebook.yaml", changed(folder, tmp_path), tmp_path / "compared"
    ran = shuping("compare", own, book, folder, "--lang", "en", "--out", out)
    assert ran.code == 0
    assert "Mainly from" in ran.out
    assert "units change in total, rank or grade" in ran.out
    with (out / "compare.csv").open(encoding="utf-8-sig", newline="") as lines:
        moves = {row["unit"]: Fraction(row["change"]) for row in csv.DictReader(lines)}
    with (out / "causes.csv").open(encoding="utf-8-sig", newline="") as lines:
        sums = dict.fromkeys(moves, Fraction(0))
        for row in csv.DictReader(lines):
            sums[row["unit"]] += Fraction(int(row["difference_numerator"]), int(row["difference_denominator"]))
    assert sums == moves
    assert any(moves.values())
    assert shuping("compare", own, book, folder, "--out", out).code == 4


def test_compare_with_itself_moves_nobody(shuping: Command, folder: Path) -> None:
    own = folder / "rulebook.yaml"
    found = json.loads(shuping("compare", own, own, folder, "--json").out)
    assert {row["change"] for row in found["moves"]} == {"0.00"}
    assert "0 of 3 units change" in shuping("compare", own, own, folder).out


def test_a_period_outside_is_refused(shuping: Command, folder: Path) -> None:
    own = folder / "rulebook.yaml"
    assert shuping("compare", own, own, folder, "--period", "1999").code == 2


def test_help(shuping: Command) -> None:
    for command in ("rules", "compare"):
        for lang in ("zh", "en"):
            ran = shuping(command, "--help", "--lang", lang)
            assert ran.code == 0
            assert "help-" not in ran.out

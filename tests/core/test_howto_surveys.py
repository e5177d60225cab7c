"""The page on surveys: its commands print what it says, its rule book loads and says what residents said."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from fractions import Fraction
from pathlib import Path
from typing import get_args

import pytest

import shuping
from shuping.cli import run
from shuping.rulebook.survey_model import IntervalKind, LonelyRule, SurveyDesign
from shuping.surveying import survey

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "howto" / "surveys.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"\$ shuping (plan-survey[^\n]*)\n((?:(?!```).+\n)+)", PAGE)


@pytest.mark.parametrize(("command", "printed"), COMMANDS, ids=[command for command, _ in COMMANDS])
def test_a_command_prints_what_the_page_says(command: str, printed: str) -> None:
    caught = io.StringIO()
    with contextlib.redirect_stdout(caught):
        assert run(shlex.split(command), {}) == 0
    assert caught.getvalue() == printed


def folder(path: Path) -> Path:
    """Write the page's rule book with 40 answers in two strata of one township, and too few in another."""
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    (path / "rulebook.yaml").write_text(text, encoding="utf-8")
    (path / "units.csv").write_text(
        "id,name,kind,urban,rural\na,A,township,400,600\nb,B,township,100,0\n", encoding="utf-8"
    )
    (path / "surveys").mkdir()
    counts = {
        ("a", "urban", "good", 2): 15, ("a", "urban", "bad", 0): 5, ("a", "rural", "fair", 1): 18,
        ("a", "rural", "bad", 0): 2, ("a", "rural", "dk", 0): 7, ("b", "urban", "good", 3): 29,
    }  # fmt: skip
    lines = ["unit,period,stratum,satisfied,visits"]
    for (unit, stratum, answer, visits), count in counts.items():
        lines += [f"{unit},2025,{stratum},{answer},{visits}"] * count
    (path / "surveys/residents.csv").write_text("\n".join(lines), encoding="utf-8")
    return path


def test_the_rule_book_of_the_page_weights_its_strata(tmp_path: Path) -> None:
    read = shuping.read(folder(tmp_path))
    found = survey(read).estimates
    values = {(row["measure"], row["unit"]): row["value"] or row["missing"] for row in found.iter_rows(named=True)}
    # 20 valid answers of 20 stand for 400, 27 (7 of them cannot say) for 600: 20 for 600 x 20 / 27
    town, country = Fraction(400), Fraction(600) * 20 / 27
    share = (town * 3 / 4 + country * 9 / 10) / (town + country)
    score = (town * 75 + country * 54) / (town + country)
    assert Fraction(values["satisfied_share", "a"]) == share
    assert Fraction(values["satisfaction", "a"]) == score
    assert Fraction(values["taking_part", "a"]) == Fraction(400 * 30, 20 * 1000) + Fraction(600 * 18, 27 * 1000)
    assert values["satisfied_share", "b"] == "too_few"  # 29


def test_the_page_names_every_setting() -> None:
    words = {*SurveyDesign.model_fields, *get_args(IntervalKind), *get_args(LonelyRule)}
    assert [word for word in sorted(words) if not re.search(rf"`[^`]*\b{word}\b[^`]*`", PAGE)] == []

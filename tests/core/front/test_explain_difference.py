"""``shuping explain --against`` and ``--since``: what is printed, in both languages, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from shuping import appraisal
from shuping.demo import write_county
from tests.core.front.conftest import Ran

Command = Callable[..., Ran]


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("county")
    write_county(base / "county", seed=2025)
    appraisal.write(appraisal.score(appraisal.read(base / "county")), base / "result", documents=False)
    return base / "result"


def words(text: str) -> str:
    """Return what was printed without line breaks: the terminal breaks where it likes."""
    return "".join(text.split())


def test_against_another_unit(shuping: Command, county: Path) -> None:
    ran = shuping("explain", county, "songlan", "--against", "Shihong Town")
    assert ran.code == 0
    assert "Songlan Town – Shihong Town · 2025" in ran.out
    assert "Published total" in ran.out
    assert "lines are equal on both sides" in ran.out
    assert words("add up to the difference of the totals") in words(ran.out)
    chinese = shuping("explain", county, "songlan", "--against", "石泓镇", "--lang", "zh")
    assert "松岚镇 – 石泓镇 · 2025" in chinese.out
    assert words("各行的准确值之和正好等于总分之差") in words(chinese.out)
    assert "第 1 名" in chinese.out


def test_since_a_period_and_since_a_result(shuping: Command, county: Path) -> None:
    by_period = shuping("explain", county, "songlan", "--since", "2024")
    assert by_period.code == 0
    assert "Songlan Town · 2024 → 2025" in by_period.out
    by_result = shuping("explain", county, "songlan", "--since", county, "--period", "2024", "--json")
    data = json.loads(by_result.out)
    assert (data["a"]["period"], data["b"]["period"]) == ("2025", "2024")
    assert sum(Fraction(line["difference_exact"]) for line in data["lines"]) == Fraction(data["change"])
    same = shuping("explain", county, "songlan", "--since", county)
    assert "2025 ←" in same.out


def test_units_of_two_groups(shuping: Command, county: Path) -> None:
    ran = shuping("explain", county, "songlan", "--against", "health")
    assert words("different comparison groups: their ranks do not compare") in words(ran.out)
    assert words("不在同一比较组，名次不可比") in words(
        shuping("explain", county, "songlan", "--against", "health", "--lang", "zh").out
    )


@pytest.mark.parametrize(
    "given",
    [
        ("duty_review", "--against", "shihong"),
        ("duty_review", "--since", "2024"),
        ("--against", "shihong", "--since", "2024"),
    ],
)
def test_one_explanation_at_a_time(shuping: Command, county: Path, given: tuple[str, ...]) -> None:
    for lang, said in (("en", "one of a criterion, --against and --since"), ("zh", "一次只能给一个")):
        ran = shuping("explain", county, "songlan", *given, "--lang", lang)
        assert ran.code == 2
        assert said in ran.err


def test_since_neither_period_nor_result(shuping: Command, county: Path, tmp_path: Path) -> None:
    for lang, said in (("en", "neither a period of the result nor a result folder"), ("zh", "既不是结果中的考核期")):
        ran = shuping("explain", county, "songlan", "--since", "2019", "--lang", lang)
        assert ran.code == 2
        assert said in ran.err
        assert "2024, 2025" in ran.err
    assert shuping("explain", county, "songlan", "--since", tmp_path).code == 2


def test_an_unknown_unit(shuping: Command, county: Path) -> None:
    ran = shuping("explain", county, "songlan", "--against", "shihng")
    assert ran.code == 2
    assert "shihong" in ran.err


def test_the_help_is_in_both_languages(shuping: Command) -> None:
    assert "--against" in shuping("explain", "--help").out
    assert words("逐项相加正好等于差额") in words(shuping("explain", "--help", "--lang", "zh").out)

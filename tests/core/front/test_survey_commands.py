"""``shuping survey`` and ``shuping plan-survey``: what is printed, in both languages and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.core.front.conftest import Ran

Command = Callable[..., Ran]
BOOK = """format: 1
rulebook: poll
version: "1"
title: {zh: 调查, en: Poll}
periods: ["2024", "2025"]
groups: {towns: {kind: town}}
surveys:
  residents:
    title: {zh: 群众调查, en: Residents' survey}
    questions:
      satisfied:
        {good: {zh: 满意, en: Satisfied}, bad: {zh: 不满意, en: Dissatisfied}, dk: {zh: 不清楚, en: Cannot say}}
      home: {urban: {zh: 城镇, en: Town}, rural: {zh: 农村, en: Country}}
    fieldwork: {2025: {dialled: 6247, contacted: 4000, completed: 3002}}
measures:
  satisfaction:
    {title: {zh: 满意率, en: Satisfaction}, survey: residents, question: satisfied, share: [good], exclude: [dk]}
"""


@pytest.fixture
def poll(tmp_path: Path) -> Path:
    """Two towns asked in two years; 200 answers each, town b much better in the second."""
    (tmp_path / "surveys").mkdir()
    (tmp_path / "rulebook.yaml").write_text(BOOK, encoding="utf-8")
    (tmp_path / "units.csv").write_text(
        "id,name,name_en,kind\na,甲镇,Town A,town\nb,乙镇,Town B,town\n", encoding="utf-8"
    )
    good = {("a", 2024): 150, ("a", 2025): 156, ("b", 2024): 120, ("b", 2025): 180}
    lines = ["unit,period,satisfied,home"]
    for (unit, year), count in good.items():
        for number in range(200):
            home = "urban" if number % 25 == 0 else "rural"
            lines.append(f"{unit},{year},{'good' if number < count else 'bad'},{home}")
    lines += ["a,2025,dk,urban"] * 5
    (tmp_path / "surveys/residents.csv").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path


def test_survey_says_what_is_known(shuping: Command, poll: Path) -> None:
    ran = shuping("survey", poll, "--json")
    found = json.loads(ran.out)
    a, b = found["estimates"]
    assert (a["unit"], a["value"], a["n"], a["records"], a["previous"]) == ("a", "39/50", 200, 205, "3/4")
    assert (a["distinguishable"], b["distinguishable"]) == (False, True)
    assert b["change"] == pytest.approx(0.3)
    assert (round(b["low"], 3), round(b["high"], 3)) == (0.851, 0.934)  # Wilson, 180 of 200
    assert found["fieldwork"] == {"residents": {"dialled": 6247, "contacted": 4000, "completed": 3002}}


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", ("没有可分辨的变化", "上升", "90.0%", "+30.0", "应答率 48.1%", "配合率 75.1%", "甲镇")),
        ("en", ("distinguishable", "rose", "90.0%", "+30.0", "response rate of 48.1%", "cooperation", "Town A")),
    ],
)
def test_survey_in_both_languages(shuping: Command, poll: Path, lang: str, words: tuple[str, ...]) -> None:
    ran = shuping("survey", poll, "--lang", lang)
    assert (ran.code, ran.err) == (0, "")
    assert [word for word in words if word not in ran.out] == []


def test_small_cells_are_not_shown(shuping: Command, poll: Path) -> None:
    found = json.loads(shuping("survey", poll, "--by", "home", "--json").out)["cells"]
    assert {cell["suppressed"] for cell in found} == {"small", "complement"}  # 8 of 200 live in the town
    assert {cell["value"] for cell in found} == {None}
    assert "不显示" in shuping("survey", poll, "--by", "home", "--lang", "zh").out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--by", "age"), "measures.unknown-breakdown"),
        (("--against", "c"), "measures.unknown-unit-against"),
        (("--measure", "awareness"), "measures.unknown-survey-measure"),
        (("--period", "2020"), "scoring.period-outside"),
    ],
)
def test_survey_refuses(shuping: Command, poll: Path, arguments: tuple[str, ...], code: str) -> None:
    ran = shuping("survey", poll, *arguments, "--json")
    assert ran.code == 2
    assert json.loads(ran.out)["problems"][0]["code"] == code


def test_one_unit_against_another(shuping: Command, poll: Path) -> None:
    (found,) = json.loads(shuping("survey", poll, "--against", "a", "--json").out)["differences"]
    error = (0.78 * 0.22 / 200 + 0.9 * 0.1 / 200) ** 0.5
    assert (found["unit"], found["against"], found["distinguishable"]) == ("b", "a", True)
    assert found["change_high"] - found["change_low"] == pytest.approx(2 * 1.959964 * error)
    shown = shuping("survey", poll, "--against", "a", "--lang", "zh").out
    assert "与“甲镇”之差" in shown
    assert "较高" in shown
    earlier = shuping("survey", poll, "--against", "b", "--period", "2024", "--lang", "en").out
    assert "higher" in earlier  # 75 % against 60 %


def test_a_folder_without_surveys(shuping: Command, folder: Path) -> None:
    ran = shuping("survey", folder, "--json")
    assert [problem["code"] for problem in json.loads(ran.out)["problems"]] == ["measures.no-survey-measures"]


def test_an_interval_without_degrees_of_freedom_has_no_ends(shuping: Command, poll: Path) -> None:
    design = "    design: {clusters: one_stage, lonely: centre}\nmeasures:"
    text = BOOK.replace("measures:", design).replace("share: [good]", "interval: t, share: [good]")
    (poll / "rulebook.yaml").write_text(text, encoding="utf-8")
    answers = (poll / "surveys/residents.csv").read_text(encoding="utf-8").replace("\n", ",x\n") + ",x"
    (poll / "surveys/residents.csv").write_text(answers.replace("home,x", "home,cluster", 1), encoding="utf-8")
    (a, _) = json.loads(shuping("survey", poll, "--json").out)["estimates"]
    assert (a["low"], a["high"], a["n"]) == (None, None, 200)
    assert "—" in shuping("survey", poll, "--lang", "zh").out


def test_nobody_was_asked(shuping: Command, poll: Path) -> None:
    (poll / "surveys/residents.csv").unlink()
    assert "no answers for 2025" in shuping("survey", poll, "--lang", "en").out


@pytest.mark.parametrize(
    ("arguments", "n"),
    [
        ((), 385), (("--error", "3%"), 1068), (("--population", "1000"), 278), (("--population", "10000"), 370),
        (("--deff", "1.5"), 577), (("--share", "0.9", "--error", "0.03"), 385),
    ],
)  # fmt: skip
def test_plan(shuping: Command, arguments: tuple[str, ...], n: int) -> None:
    assert json.loads(shuping("plan-survey", *arguments, "--json").out)["n"] == n
    for lang, words in (("zh", f"需要 {n} 份有效答卷"), ("en", f"{n} valid answers are needed")):
        assert words in shuping("plan-survey", *arguments, "--lang", lang).out


def test_plan_with_strata_units_and_response(shuping: Command) -> None:
    strata = ("--stratum", "城镇=400", "--stratum", "农村=600")
    ran = shuping("plan-survey", *strata, "--units", 3, "--response", "48%", "--lang", "zh")
    for words in ("需要 278 份", "城镇: 111", "农村: 167", "共 834 份", "要联系 1738 人", "10.1 个百分点"):
        assert words in ran.out
    # (0.4 x 0.5 + 0.6 x 0.3)^2 x 1.96^2 / 0.05^2 = 221.9; / (1 + 220.9 / 1000) = 181.8; 200 and 180 of 380 of 182
    neyman = shuping(
        "plan-survey", "--stratum", "a=400:0.5", "--stratum", "b=600:0.9", "--allocation", "neyman", "--json"
    )
    assert json.loads(neyman.out)["strata"] == {"a": 96, "b": 86}


def test_plan_for_a_given_number(shuping: Command) -> None:
    assert (
        "20 valid answers reach ±21.9 percentage points" in shuping("plan-survey", "--answers", 20, "--lang", "en").out
    )
    assert "应全部调查" in shuping("plan-survey", "--population", 1, "--lang", "zh").out


@pytest.mark.parametrize(
    ("arguments", "codes"),
    [
        (("--error", "0"), ["plan-share"]), (("--share", "half"), ["plan-share"]),
        (("--level", "100%"), ["plan-share"]),
        (("--deff", "-1"), ["plan-number"]), (("--units", "0"), ["plan-number"]),
        (("--stratum", "a"), ["plan-stratum"]),
        (("--stratum", "a=9:2"), ["plan-share"]), (("--answers", "9", "--population", "8"), ["plan-over"]),
        (("--stratum", "a=9", "--population", "8"), ["plan-strata"]),
        (("--error", "2", "--response", "0", "--deff", "x"), ["plan-share", "plan-number", "plan-share"]),
    ],
)  # fmt: skip
def test_plan_refuses_all_at_once(shuping: Command, arguments: tuple[str, ...], codes: list[str]) -> None:
    ran = shuping("plan-survey", *arguments, "--json")
    assert ran.code == 2
    assert [problem["code"] for problem in json.loads(ran.out)["problems"]] == [f"cli.{code}" for code in codes]

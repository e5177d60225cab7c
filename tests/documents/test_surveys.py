"""A survey from its folder to the documents: explanation, rules in words, and a commentary that keeps to what a sample
can tell.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import shuping
from shuping import printing
from shuping.documents.commentary.evidence import evidence
from shuping.documents.commentary.model import plain
from shuping.documents.commentary.view import View
from shuping.documents.rules.console import as_data

BOOK = """format: 1
rulebook: poll
version: "1"
title: {zh: 群众评价, en: Residents' view}
periods: ["2024", "2025"]
groups: {towns: {kind: town}}
surveys:
  residents:
    title: {zh: 群众调查, en: Residents' survey}
    population: {zh: 常住居民, en: residents}
    questions:
      view: {good: {zh: 满意, en: Satisfied}, bad: {zh: 不满意, en: Dissatisfied}, dk: {zh: 不清楚, en: Cannot say}}
    numbers: {visits: {title: {zh: 参加次数, en: Events attended}, min: 0}}
    fieldwork: {2025: {dialled: 6247, completed: 3002}}
    design:
      strata: {urban: {title: {zh: 城镇, en: Town}, share: 0.4}, rural: {title: {zh: 农村, en: Country}, share: 0.6}}
      post_strata: {by: stratum, population: {urban: 4, rural: 6}}
measures:
  satisfied:
    {title: {zh: 群众满意率, en: residents who are satisfied}, survey: residents, question: view, share: [good],
     exclude: [dk], percent: true, places: 1, interval: normal}
  score: {survey: residents, question: view, points: {good: 100, bad: 20}, exclude: [dk], places: 1, level: 90%}
  visits: {survey: residents, question: visits, estimate: total, min_n: 1}
criteria:
  - {id: view, title: {zh: 群众评价, en: Residents' view}, points: 100, measure: satisfied,
     method: {ratio_capped: {target: 0.9}}}
"""
GOOD = {("a", "2024"): (89, 71), ("a", "2025"): (90, 72), ("b", "2024"): (60, 40), ("b", "2025"): (100, 72)}
"""Satisfied of 120 in town and of 80 in the country; a as in the arithmetic of strata by share: 84.0 %."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "surveys").mkdir()
    (tmp_path / "rulebook.yaml").write_text(BOOK, encoding="utf-8")
    (tmp_path / "units.csv").write_text(
        "id,name,name_en,kind\na,甲镇,Town A,town\nb,乙镇,Town B,town\n", encoding="utf-8"
    )
    lines = ["unit,period,stratum,view,visits"]
    for (unit, period), counts in GOOD.items():
        for stratum, asked, good in zip(("urban", "rural"), (120, 80), counts, strict=True):
            lines += [f"{unit},{period},{stratum},good,1"] * good + [f"{unit},{period},{stratum},bad,"] * (asked - good)
    (tmp_path / "surveys/residents.csv").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path


def test_the_explanation_goes_down_to_counts_and_errors(folder: Path) -> None:
    text = shuping.score(shuping.read(folder)).explain("a", lang="zh").text()
    for words in (
        "share(good) = 162; n = 200", "n_eff = 171.4", "deff(weights) = 1.17", "interval(0.95) = 79.0%–89.0%",
        "response_rate = 48.06%", "84%",
    ):  # fmt: skip
        assert words in text


def test_values_carry_their_error_into_the_result(folder: Path) -> None:
    rows = {
        row["unit"]: row for row in shuping.measure(shuping.read(folder), "2025", ["satisfied"]).iter_rows(named=True)
    }
    assert (rows["a"]["n"], f"{rows['a']['se'] * 100:.2f}") == (200, "2.57")


@pytest.mark.parametrize(
    ("lang", "noise", "change"),
    [
        ("zh", "群众满意率为84%，与2024年的82.9%相比没有可分辨的变化", "由2024年的50%提高到87.3%"),
        (
            "en",
            "stands at 84%, with no distinguishable change from 82.9% in 2024",
            "rose from 50% in 2024 to 87.3%",
        ),
    ],
)
def test_the_commentary_does_not_make_a_change_of_noise(folder: Path, lang: str, noise: str, change: str) -> None:
    view = View(shuping.score(shuping.read(folder)), lang)
    criterion = view.rulebook.criterion("view")
    said = {unit: plain(evidence(view, criterion, unit, alone=True, turn=0)) for unit in ("a", "b")}
    assert noise in said["a"]
    assert change in said["b"]


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", ("调查对象：常住居民", "分层：城镇 40%、农村 60%", "事后分层", "拨打6247次", "完成3002份",
                "不含“不清楚”", "满意 100", "参加次数的估计总数", "附95%的正态置信区间", "附90%的t分布置信区间",
                "不足30份")),
        ("en", ("population: residents", "strata: Town 40%, Country 60%", "post-stratified by stratum", "6247 dialled",
                "without “Cannot say”", "estimated total of Events attended", "with a normal 95% interval",
                "with Student's 90% interval")),
    ],
)  # fmt: skip
def test_the_rules_say_the_design_and_what_counts(folder: Path, lang: str, said: tuple[str, ...]) -> None:
    text = str(as_data(printing.rules(folder, lang)))
    assert [words for words in said if words not in text.replace("\\'", "'")] == []

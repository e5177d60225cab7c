"""The section on rank intervals: every setting of `uncertainty` is in words, in both languages."""

from __future__ import annotations

import pytest

from shuping.documents.rules import compose
from shuping.documents.rules.model import Paragraph, Table
from shuping.documents.rules.uncertain import uncertain
from shuping.documents.rules.words import Words
from shuping.rulebook.load import loads
from tests.documents.test_rules import SMALL

SURVEY = "surveys: {s: {questions: {q: {y: {zh: 是, en: 'Yes'}, n: {zh: 否, en: 'No'}}}}}\n"
WHOLE = """uncertainty:
  draws: 500
  seed: 7
  interval: 0.8
  quantiles: [0.25, 0.75]
  top: [1, 4]
  ahead: 0.95
  vary:
    measures: {visits: {sd: 2.5}}
    weights: {by_level: {"1": 0.1, "2": 0.25}}
    alternatives:
      - {id: m, title: {zh: 计分, en: Scoring}, of: [many], method: [minmax, {pass_fail: {target: 12}}]}
      - {id: c, combine: [geometric]}
      - {id: g, of: [total], missing: [{policy: peer, nearest: 6}]}
      - {id: o, outliers: [none, {skew: 1.5}]}
"""


def said(uncertainty: str, lang: str = "en") -> str:
    """Return the section's texts, one a line; nothing where there is none."""
    lines: list[str] = []
    for block in uncertain(loads(SMALL + uncertainty), Words(lang)):
        if isinstance(block, Paragraph):
            lines.append(block.text)
        else:
            assert isinstance(block, Table)
            lines += [" | ".join(cell.text for cell in row if cell) for row in block.rows]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("setting", "en", "zh"),
    [
        ("draws: 500", "Replicates | 500, from the seed 7", "重算次数 | 500次，随机种子7"),
        ("interval", "At 80%: it contains the true rank in about 80% of cases", "置信水平80%"),
        ("ahead", "with a probability of at least 95%", "概率不低于95%"),
        ("bands", "A band is a longest run of units", "不能区分的单位 | "),
        ("quantiles", "Further quantiles of the rank | 25%, 75%", "另列的名次分位数 | 25%、75%"),
        ("top", "Of the first place, of a place among the first 4", "列第一名的概率、列前4名的概率"),
        ("sd", "error of “Number of visits” | A standard deviation of 2.5", "“走访次数”的测量误差 | 标准差2.5"),
        ("shrink", "drawn in towards the group's mean", "越向本组均值收缩"),
        ("levels", "Level 2: each multiplied by a factor drawn evenly within 25%", "二级指标：各乘以一个系数"),
        ("choices", "promises to contain nothing", "只说明选择的影响，不保证包含什么"),
        ("method", "Scoring (m) | Methods: Number of visits | ", "计分（m） | 计分方法：走访次数 | 本办法所定；"),
        ("parameters", "full points from 12, otherwise none", "达到12得满分"),
        ("combine", "Ways to combine: everywhere | As written above; the weighted geometric", "按权重求几何平均"),
        ("missing", "Missing values: the total", "最相近的6个单位"),
        ("outliers", "outliers are not treated; while the skewness is above 1.5", "不处理离群值；偏度绝对值大于1.5"),
    ],
)  # fmt: skip
def test_every_setting_is_in_words(setting: str, en: str, zh: str) -> None:
    assert en in said(WHOLE)
    assert zh in said(WHOLE, "zh")


@pytest.mark.parametrize(
    ("uncertainty", "en", "zh"),
    [
        (SURVEY, "Surveys | Drawn again within their standard errors", "问卷调查 | 按抽样标准误重新抽取"),
        (SURVEY + "uncertainty: {vary: {surveys: fixed}}\n", "Surveys | Taken to be without error", "视为没有误差"),
        (SURVEY + "uncertainty: {shrink: false}\n", "intervals then fall short of their level", "不收缩；区间会略低于"),
        (SURVEY + "uncertainty: {sequence: random}\n", "Points drawn | Random numbers throughout", "都用随机数"),
        ("uncertainty: {enabled: false}\n", "Rank intervals are switched off", "名次区间已停用"),
        (
            "uncertainty: {vary: {weights: {kind: dirichlet, concentration: 40, levels: [1]}}}\n",
            "Dirichlet distribution around the declared ones, with a concentration of 40; at Level 1 only",
            "狄利克雷分布，集中度40；只限一级指标",
        ),
        ("uncertainty: {vary: {weights: 0.3}}\n", "at least 90% (does not arise here)", "（本办法目前没有这种情形）"),
        ("uncertainty: {vary: {measures: {visits: {relative: 0.05}}}}\n", "of 5% of the value", "标准差为指标值的5%"),
    ],
)
def test_what_is_in_force_is_said(uncertainty: str, en: str, zh: str) -> None:
    assert en in said(uncertainty)
    assert zh in said(uncertainty, "zh")


def test_nothing_is_said_where_nothing_can_vary() -> None:
    assert said("") == ""
    titles = [section.title for section in compose(loads(SMALL), "en").sections]
    assert "How certain the ranks are" not in titles
    assert "How certain the ranks are" in [part.title for part in compose(loads(SMALL + SURVEY), "en").sections]

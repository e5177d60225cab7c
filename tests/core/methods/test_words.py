"""The words of every method: a sentence in each language, and a rule with figures in it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest

from shuping.methods import METHODS, Method, Operand
from shuping.values.rounding import show_short
from shuping.values.scalars import Text
from tests.core.methods.rules import RULES as RULES_BY_NAME
from tests.core.methods.ways import scored, told

SHOWN = {"value": "0.7", "full": "12", "target": "1.5", "lowest": "0.2", "highest": "0.9", "best": "0.9", "rank": "3"}
SHOWN |= {"met": "0", "reached": "1", "satisfactory": "12", "unacceptable": "6", "loss": "5", "group_mean": "0.4"}
SHOWN |= {"group_sd": "0.1", "worse": "3", "others": "7", "flat": "0", "place": "2", "count": "8", "beaten": "5"}
SHOWN |= {"start": "0.1", "unit": "0.9"}
ALSO: list[tuple[str, Mapping[str, Any]]] = [
    ("ratio_capped", {"target": "unit.villages"}),
    ("ratio_capped", {"target": "target"}),
    ("ratio_uncapped", {"target": "2"}),
    ("minmax", {}),
    ("goalposts", {"low": "1", "high": "100", "scale": "log", "clip": "false"}),
    ("minmax", {"when_flat": "missing"}),
    ("ratio_to_best", {"when_best_is_zero": "full"}),
    ("base_slope", {"target": "target", "base": "1", "slope": "2"}),
    ("efficacy", {"satisfactory": "unit.good", "unacceptable": "unit.bad", "clamp": ["60", "100"]}),
    ("judged_deduction", {"times": "2"}),
    ("zscore", {"mean": "0.5", "sd": "0.1", "spread": "population", "when_flat": "zero"}),
    ("distance_to_target", {"target": "target", "start": "unit.before", "cap": "false"}),
    ("class_points", {"classes": [{"code": "1", "points": "2", "title": {"zh": "优", "en": "Excellent"}}]}),
    ("constant", {"points": "3"}),
    ("tiered_points", {"cap": "1.5"}),
]
RULES = [METHODS[name].model_validate(dict(METHODS[name].example)) for name in METHODS] + [
    METHODS[name].model_validate(dict(given)) for name, given in ALSO
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
@pytest.mark.parametrize("lower", [False, True])
def test_sentences_in_both_languages(rule: Method, lower: bool) -> None:
    chinese, english = rule.sentence("zh", lower=lower), rule.sentence("en", lower=lower)
    for text in (chinese, english, rule.substituted(SHOWN, lower=lower)):
        assert text.strip()
        assert not re.search(r"[{}]|None|Fraction|Operand|  ", text)
    assert re.search("[\u4e00-\u9fff]", chinese)
    assert not re.search("[\u4e00-\u9fff]", english)


@pytest.mark.parametrize(
    "name",
    [
        "ratio_capped", "ratio_uncapped", "minmax", "pass_fail", "rank_step", "ratio_to_best", "base_slope",
        "pass_then_rank", "zscore", "distance_to_target", "distance_to_reference", "rank", "percentile_rank", "borda",
        "shortfall_multiple",
    ],
)  # fmt: skip
def test_the_sentence_says_which_direction_is_better(name: str) -> None:
    rule = METHODS[name].model_validate(dict(METHODS[name].example))
    for lang in ("zh", "en"):
        assert rule.sentence(lang, lower=True) != rule.sentence(lang)


@pytest.mark.parametrize(
    ("operand", "chinese", "english"),
    [
        (Operand(unit="T01"), "单位“T01”的数值", 'the value of unit "T01"'),
        (Operand(number=None, attribute="villages"), "单位属性“villages”", 'the unit\'s "villages"'),
        (Operand(), "下达的目标值", "its target"),
    ],
)
def test_operands_in_words(operand: Operand, chinese: str, english: str) -> None:
    assert (operand.words("zh"), operand.words("en")) == (chinese, english)


def test_an_attribute_with_a_title_is_called_by_it() -> None:
    given = METHODS["ratio_capped"].model_validate({"target": "unit.aim"})
    rule = given.titled({"aim": Text(zh="年度目标", en="Yearly target"), "other": Text(zh="别的", en="Other")})
    assert "以本单位的年度目标为目标" in rule.sentence("zh")
    assert "(target: the unit's yearly target)" in rule.sentence("en")
    assert given.titled({}).sentence("zh") == given.sentence("zh")
    acronym = METHODS["ratio_capped"].model_validate({"target": "unit.gdp"}).titled({"gdp": Text(zh="产值", en="GDP")})
    assert "the unit's GDP)" in acronym.sentence("en")


@pytest.mark.parametrize(
    ("lower", "met", "text"), [(False, "1", "3 ≥ 2"), (False, "0", "3 < 2"), (True, "1", "3 ≤ 2"), (True, "0", "3 > 2")]
)
def test_all_or_nothing_states_the_comparison_that_holds(lower: bool, met: str, text: str) -> None:
    rule = METHODS["pass_fail"].model_validate({"target": "2"})
    assert rule.substituted({"value": "3", "target": "2", "met": met, "full": "5"}, lower=lower) == text


def worked_out(text: str) -> float:
    """Work a substituted rule out: its signs are those of print, its functions those of the methods."""
    text = text.translate(str.maketrans({"×": "*", "÷": "/", "−": "-", "[": "(", "]": ")"}))
    text = re.sub(r"ln (\S+?)(?=[ )])", r"ln(\1)", text)
    assert re.fullmatch(r"[-+*/(). ,0-9a-z]*", text), text
    names = {"min": min, "max": max, "ln": math.log, "clamp": lambda x, low, high: max(low, min(high, x))}
    return float(eval(text, {"__builtins__": {}}, names))


NUMBERS = [Fraction(text) for text in ("-1.5", "0.5", "2", "2", "3.25", "6", "2.5")]
LEADS = [name for name, rule in RULES_BY_NAME.items() if rule.leads_to == "=" and rule.name != "band_table"]


@pytest.mark.parametrize("name", LEADS)
@pytest.mark.parametrize("lower", [False, True])
@pytest.mark.parametrize("numbers", [NUMBERS, [Fraction(3)] * 2, [Fraction(4)], [Fraction(0), Fraction(-1)]])
def test_the_rule_with_figures_in_it_comes_to_the_points(name: str, lower: bool, numbers: list[Fraction]) -> None:
    rule = RULES_BY_NAME[name]
    operands = {key: [operand.number or numbers[0]] * len(numbers) for key, operand in rule.operands().items()}
    found = scored(rule, numbers, full=100, lower=lower, operands=operands)
    for index, points in enumerate(told(found)):
        shown = {"value": show_short(numbers[index]), "full": "100"}
        shown |= {key: show_short(column[index]) for key, column in operands.items()}
        shown |= {key: show_short(Fraction(fact[index])) for key, fact in found.facts.items()}
        if isinstance(points, Fraction):
            text = rule.substituted(shown, lower=lower)
            floored = points if rule.lowest is None else max(points, Fraction(0))
            assert max(worked_out(text), 0 if rule.lowest is not None else -math.inf) == pytest.approx(
                float(floored), abs=2e-4
            ), text

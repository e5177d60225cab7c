"""The words of every method: a sentence in each language, and a rule with figures in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from shuping.methods import METHODS, Method, Operand
from shuping.values.scalars import Text

SHOWN = {"value": "0.7", "full": "12", "target": "1.5", "lowest": "0.2", "highest": "0.9", "best": "0.9", "rank": "3"}
SHOWN |= {"met": "0"}
ALSO: list[tuple[str, Mapping[str, Any]]] = [
    ("ratio_capped", {"target": "unit.villages"}),
    ("ratio_capped", {"target": "target"}),
    ("ratio_uncapped", {"target": "2"}),
    ("minmax", {}),
    ("goalposts", {"low": "1", "high": "100", "scale": "log", "clip": "false"}),
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
    "name", ["ratio_capped", "ratio_uncapped", "minmax", "pass_fail", "rank_step", "ratio_to_best"]
)
def test_the_sentence_says_which_direction_is_better(name: str) -> None:
    rule = METHODS[name].model_validate(dict(METHODS[name].example))
    for lang in ("zh", "en"):
        assert rule.sentence(lang, lower=True) != rule.sentence(lang)


@pytest.mark.parametrize(
    ("operand", "chinese", "english"),
    [
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

"""The words of every method: a sentence in each language, and a rule with figures in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from shuping.methods import METHODS, Method, Operand

SHOWN = {"value": "0.7", "full": "12", "target": "1.5", "lowest": "0.2", "highest": "0.9", "best": "0.9", "rank": "3"}
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

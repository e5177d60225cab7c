"""What a linter of appraisal rules is asked to find, each with its rule; ``test_pages`` provokes them all."""

from __future__ import annotations

import pytest

from shuping.errors import catalogue
from shuping.review.remark import RULES
from shuping.rulebook.load import RulebookError, loads
from tests.core.review.pages import PAGES, whole

LISTED = {
    "a criterion that cannot reach its points": "out-of-reach",
    "a bonus cap that can never bind": "cap-never-binds",
    "quotas that cannot be met for a group's size": "quota-too-small",
    "a measure asked twice under two names": "measure-twice",
    "leaves under one point": "small-leaf",
    "indicators that do not tell units apart": "no-spread",
    "highly correlated ones": "correlated",
    "effective weight beside the declared one": "weight-in-effect",
    "evidence that only proves that a meeting was held or a paper issued": "proof-of-paper",
    "weekly collection": "weekly",
    "more than N leaves": "many-leaves",
    "minutes asked per unit and in all": "heavy-burden",
    "what a method does not promise": "promise-not-made",
}


@pytest.mark.parametrize("what", LISTED.values(), ids=LISTED)
def test_it_has_a_rule_a_reason_and_a_page(what: str) -> None:
    rule = RULES[what]
    assert (PAGES / f"{rule.code}.md").is_file()
    for lang in ("zh", "en"):
        assert rule.why(lang)
        assert rule.advice(lang)


def test_weights_that_do_not_add_up_stop_a_rule_book_where_they_stand() -> None:
    """An error of the rule book itself: it is not a matter of opinion, and nothing can be scored with it."""
    leaf = "measure: m, method: minmax}"
    leaves = f"criteria:\n  - {{id: a, weight: 0.5, {leaf}\n  - {{id: b, weight: 0.4, {leaf}\n"
    with pytest.raises(RulebookError) as caught:
        loads(whole(f"measures: {{m: {{value: unit.m}}}}\n{leaves}"))
    (problem,) = caught.value.problems
    assert problem.code == "rulebook.weights-sum"
    assert problem.place is not None
    assert (problem.place.line, problem.place.column) == (2, 1)
    assert problem.code in catalogue()

"""What a missing value does, in words: the policy, whose figures stand in, how many of them."""

from __future__ import annotations

from shuping.documents.rules.words import Words
from shuping.rulebook.gaps import MissingRule
from shuping.rulebook.model import Rulebook
from shuping.scoring.words import policy_words


def missing_words(rulebook: Rulebook, rule: MissingRule, words: Words) -> str:
    """Return a rule for missing values as a clause."""
    text = policy_words(rule.policy, words.lang) or ""
    if rule.nearest is not None:
        text += words.say("nearest", count=rule.nearest)
    if rule.column is not None:
        known = {name: words.say(f"column_{name}") for name in ("kind", "parent")}
        column = known.get(rule.column) or words.text(rulebook.attributes.get(rule.column), rule.column)
        text += words.say("grouped_by", column=column)
    return text

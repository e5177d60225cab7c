"""How a node combines its criteria, in words."""

from __future__ import annotations

from shuping.rulebook.model import Criterion, Rulebook
from shuping.rulebook.rules import combine_of
from shuping.values.rounding import show_short

_SENTENCES = {
    "sum": {"zh": "下级各项得分相加", "en": "the sum of the criteria below"},
    "arithmetic": {"zh": "下级各项得分按权重加权平均", "en": "the weighted mean of the criteria below"},
    "geometric": {"zh": "下级各项得分率按权重求几何平均", "en": "the weighted geometric mean of the criteria below"},
    "harmonic": {"zh": "下级各项得分率按权重求调和平均", "en": "the weighted harmonic mean of the criteria below"},
}


def combine_sentence(rulebook: Rulebook, criterion: Criterion, lang: str) -> str:
    """Return the rule of a node as one sentence, with its floor, cap and rounding where it has them."""
    how = combine_of(criterion.combine, list(criterion.criteria))
    return _SENTENCES[how][lang] + bounds_words(criterion, lang)


def bounds_words(criterion: Criterion, lang: str) -> str:
    """Return a criterion's own floor, cap and rounding as the end of a sentence; empty where it has none."""
    text = ""
    if criterion.min is not None:
        text += f"，不低于{show_short(criterion.min)}分" if lang == "zh" else f", at least {show_short(criterion.min)}"
    if criterion.max is not None:
        text += f"，最高{show_short(criterion.max)}分" if lang == "zh" else f", at most {show_short(criterion.max)}"
    if criterion.places is not None:
        text += f"，保留{criterion.places}位小数" if lang == "zh" else f", rounded to {criterion.places} decimals"
    return text

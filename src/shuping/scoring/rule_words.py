"""How a node combines its criteria, in words."""

from __future__ import annotations

from shuping.preparation.words import frame_words, prepare_sentence
from shuping.rulebook.frame_rules import frames_of
from shuping.rulebook.model import Criterion, Rulebook
from shuping.rulebook.rules import combine_of
from shuping.rulebook.stages import rounding_of
from shuping.scoring.period_words import each_words
from shuping.values.rounding import show_short

_SENTENCES = {
    "sum": {"zh": "下级各项得分相加", "en": "the sum of the criteria below"},
    "arithmetic": {"zh": "下级各项得分按权重加权平均", "en": "the weighted mean of the criteria below"},
    "geometric": {"zh": "下级各项得分率按权重求几何平均", "en": "the weighted geometric mean of the criteria below"},
    "harmonic": {"zh": "下级各项得分率按权重求调和平均", "en": "the weighted harmonic mean of the criteria below"},
}
MODES: dict[str, dict[str, str]] = {
    "half_up": {"zh": "四舍五入", "en": "half up"},
    "half_up_positive": {"zh": "四舍五入，负数的一半向上", "en": "half up, halves below zero upwards too"},
    "half_even": {"zh": "四舍六入五成双", "en": "half to even"},
    "down": {"zh": "舍去其余", "en": "cut off"},
}
"""Ways of rounding, in words."""


def combine_sentence(rulebook: Rulebook, criterion: Criterion, lang: str) -> str:
    """Return the rule of a node as one sentence, with its floor, cap and rounding where it has them."""
    how = combine_of(criterion.combine, list(criterion.criteria))
    return combine_words(how, lang) + bounds_words(rulebook, criterion, lang)


def combine_words(how: str, lang: str) -> str:
    """Return a way of putting the criteria below together (``sum``, ``arithmetic``, ...) in words."""
    return _SENTENCES[how][lang]


def prepared_first(rulebook: Rulebook, criterion: Criterion, lang: str) -> str:
    """Return what is done to a leaf's values before the method, as the start of a sentence; empty where nothing is."""
    measure = rulebook.measures.get(criterion.measure or "")
    said = prepare_sentence(rulebook, measure, lang) if measure is not None else ""
    if not said:
        return ""
    return f"先预处理：{said}。然后" if lang == "zh" else f"prepared first: {said}. Then "


def bounds_words(rulebook: Rulebook, criterion: Criterion, lang: str) -> str:
    """Return a criterion's own floor, cap and rounding as the end of a sentence; empty where it has none."""
    frame = frames_of(rulebook).get(criterion.id)
    text = "" if frame is None else frame_words(frame, lang)
    if criterion.min is not None:
        text += f"，不低于{show_short(criterion.min)}分" if lang == "zh" else f", at least {show_short(criterion.min)}"
    if criterion.max is not None:
        text += f"，最高{show_short(criterion.max)}分" if lang == "zh" else f", at most {show_short(criterion.max)}"
    text += _stage_words(rulebook, criterion, lang) + each_words(criterion, lang)
    return text + _spread_words(criterion, lang)


def _spread_words(criterion: Criterion, lang: str) -> str:
    """What becomes of a leaf that does not tell units apart; empty where nothing is asked."""
    if criterion.must_differ is None:
        return ""
    zh, en = {
        "all": ("同组有单位得分相同", "two units of a group have the same points"),
        "some": ("同组各单位得分全部相同", "all units of a group have the same points"),
    }[criterion.must_differ]
    return f"；{zh}时本项作废" if lang == "zh" else f"; void where {en}"


def _stage_words(rulebook: Rulebook, criterion: Criterion, lang: str) -> str:
    """The rounding of this criterion's own stage; how it is done only where that is not the way of the totals."""
    stage = rounding_of(rulebook, criterion)
    if stage is None:
        return ""
    places, mode = stage
    text = f"，保留{places}位小数" if lang == "zh" else f", rounded to {places} decimal{'' if places == 1 else 's'}"
    if mode == rulebook.rounding.mode:
        return text
    return text + (f"（{MODES[mode][lang]}）" if lang == "zh" else f" ({MODES[mode][lang]})")

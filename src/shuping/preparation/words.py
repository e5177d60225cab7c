"""What preparation does, in words; and figures short enough to read, however small."""

from __future__ import annotations

from fractions import Fraction

from shuping.rulebook.frame_model import Frame
from shuping.rulebook.frame_rules import treats_together
from shuping.rulebook.model import Measure, Rulebook
from shuping.rulebook.preparing import Impute, Outliers, Screen
from shuping.rulebook.preparing_rules import impute_of, outliers_of
from shuping.values.rounding import show_short
from shuping.values.scalars import Text

DIGITS = 6


def short(value: Fraction) -> str:
    """Return a figure with at least six significant digits, without trailing zeros (``0.000149237``, ``14``)."""
    places, scaled = DIGITS, abs(value)
    while 0 < scaled < Fraction(1, 10) and places < 40:
        scaled, places = scaled * 10, places + 1
    return show_short(value, places)


def prepare_sentence(rulebook: Rulebook, measure: Measure, lang: str) -> str:
    """Return what is done to a measure's values before they are scored, as one sentence; empty where nothing is."""
    own = measure.prepare
    parts = []
    if own is not None and own.denominator is not None:
        parts.append(_denominator(title_of(rulebook, own.denominator).get(lang), own.scale, lang))
    everyone = rulebook.prepare is not None and rulebook.prepare.over == "all"
    impute, outliers = impute_of(rulebook, measure), outliers_of(rulebook, measure)
    if impute is not None:
        shared = None if impute.by is None else title_of(rulebook, impute.by).get(lang)
        parts.append(_impute(impute, shared, everyone, lang))
    if outliers is not None:
        parts.append(_outliers(outliers, everyone, lang) + frame_words(treats_together(rulebook, outliers), lang))
    return ("；" if lang == "zh" else "; ").join(parts)


def frame_words(frame: Frame, lang: str) -> str:
    """Return over which periods units are compared, in brackets; empty where that is the period itself."""
    if frame.base is not None:
        return f"（以{frame.base}为基期，参数固定）" if lang == "zh" else f" (against {frame.base}, held fixed)"
    if frame.over == "pooled":
        return "（各年度合并比较）" if lang == "zh" else " (all periods pooled)"
    return ""


def title_of(rulebook: Rulebook, name: str) -> Text:
    """Return the title of an attribute (``unit.region``) or a measure, in quotes; its name where it has none."""
    if name.startswith("unit."):
        title = rulebook.attributes.get(name.removeprefix("unit."))
    else:
        title = rulebook.measures[name].title
    return Text(zh=name, en=name) if title is None else Text(zh=f"“{title.zh}”", en=f'"{title.en}"')


def screen_sentence(rule: Screen, lang: str) -> str:
    """Return who is screened out, as one sentence."""
    share = show_short(rule.min_share * 100, 4)
    branches = ("、" if lang == "zh" else ", ").join(rule.branches)
    kept = ("、" if lang == "zh" else ", ").join(rule.keep)
    if lang == "zh":
        text = f"有数值的指标不足{share}%的单位不参评" + (f"（{branches}各项内分别计算）" if branches else "")
        text += "，零视为没有数值" if rule.zeros == "missing" else ""
        return text + (f"；{kept}不受此限" if kept else "")
    text = f"a unit with values for less than {share}% of its measures is not appraised"
    text += f" (also within each of {branches})" if branches else ""
    text += ", a zero counting as no value" if rule.zeros == "missing" else ""
    return text + (f"; {kept} stay in any case" if kept else "")


def _denominator(by: str, scale: Fraction, lang: str) -> str:
    times = "" if scale == 1 else f" × {show_short(scale)}"
    return f"数值除以{by}{times}" if lang == "zh" else f"the value is divided by {by}{times}"


def _impute(rule: Impute, shared: str | None, everyone: bool, lang: str) -> str:
    least = "" if rule.min_n == 1 else (f"（至少{rule.min_n}个）" if lang == "zh" else f" (at least {rule.min_n})")
    if lang == "zh":
        whose = f"{shared}相同的单位" if shared else ("全部单位" if everyone else "本组")
        statistic = "平均值" if rule.statistic == "mean" else "中位数"
        return f"缺值以{whose}的{statistic}补齐{least}"
    whose = f"the units with the same {shared}" if shared else ("all units" if everyone else "the group")
    return f"a missing value is filled with the {rule.statistic} of {whose}{least}"


def _outliers(rule: Outliers, everyone: bool, lang: str) -> str:
    skew, kurtosis = show_short(rule.skew), show_short(rule.kurtosis)
    if lang == "zh":
        text = f"{'全部单位' if everyone else '组内'}偏度绝对值大于{skew}且峰度大于{kurtosis}时，"
        text += f"由长尾一端逐个缩至相邻值（最多{rule.max_points}个）"
        then = {"log": "，仍不合则取对数", "box_cox": f"，仍不合则作Box-Cox变换（λ={_lambda(rule)}）"}
        return text + then.get(rule.then, "")
    text = f"while |skewness| > {skew} and kurtosis > {kurtosis} {'over all units' if everyone else 'in the group'}, "
    text += f"the tail is drawn in to its neighbour, one value more at a time (at most {rule.max_points})"
    then = {"log": "; else logarithms", "box_cox": f"; else a Box-Cox transformation (lambda {_lambda(rule)})"}
    return text + then.get(rule.then, "")


def _lambda(rule: Outliers) -> str:
    return show_short(rule.lambda_ or Fraction(0))

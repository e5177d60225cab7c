"""What figures of agreement mean, in a sentence of each language, with the convention that each sentence rests on.

Intraclass correlations by Koo & Li (Journal of Chiropractic Medicine 15, 2016, 155-163), who read the interval and not
the estimate alone; alpha by Krippendorff (Content Analysis, 4th ed. 2019, chapter 12); W by Schmidt (Decision Sciences
28, 1997, 763-774). They are conventions of their fields, no law: the sentence names them.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from shuping.panels.agreement import Agreement
from shuping.panels.agreement_alpha import Alpha, Metric
from shuping.panels.agreement_concordance import Concordance
from shuping.panels.agreement_intraclass import Intraclass
from shuping.panels.agreement_marks import Reason, Unmeasured
from shuping.values.rounding import show

_REASONS: dict[Reason, dict[str, str]] = {
    "one_reviewer": {"zh": "只有一名评委，谈不上一致", "en": "there is only one reviewer to agree with"},
    "few_units": {
        "zh": "所有评委都评过的单位不足两个",
        "en": "fewer than two units were marked by every reviewer",
    },
    "no_variation": {"zh": "所有得分都相同，无从衡量", "en": "all marks are the same, so nothing can be measured"},
    "no_spread": {
        "zh": "各单位的平均得分全都相同，无从衡量",
        "en": "the units' mean marks are all the same, so nothing can be measured",
    },
    "one_unit": {
        "zh": "得到两个以上分数的单位只有一个，无从比较",
        "en": "only one unit has two marks, and there is nothing to tell it from",
    },
    "no_pairs": {"zh": "没有一个单位得到两个以上的分数", "en": "no unit has two marks"},
}
_RELIABILITY = (
    (Fraction("0.5"), {"zh": "差", "en": "poor"}),
    (Fraction("0.75"), {"zh": "中等", "en": "moderate"}),
    (Fraction("0.9"), {"zh": "好", "en": "good"}),
    (None, {"zh": "很好", "en": "excellent"}),
)
_CONCORDANCE = (
    (Fraction("0.3"), {"zh": "很弱", "en": "very weak"}),
    (Fraction("0.5"), {"zh": "弱", "en": "weak"}),
    (Fraction("0.7"), {"zh": "中等", "en": "moderate"}),
    (Fraction("0.9"), {"zh": "强", "en": "strong"}),
    (None, {"zh": "极强", "en": "unusually strong"}),
)
_METRICS: dict[Metric, dict[str, str]] = {
    "nominal": {"zh": "定类", "en": "nominal"},
    "ordinal": {"zh": "定序", "en": "ordinal"},
    "interval": {"zh": "定距", "en": "interval"},
}
_SENTENCES = {
    "icc": {
        "zh": "{k} 名评委平均分的信度 ICC(2,k) 为 {value}（{confidence} 置信区间 {low} 至 {high}）："
        "按 Koo 与 Li（2016）的界线（0.5、0.75、0.9），属于{grade}。单个评委 ICC(2,1) 为 {single}："
        "一个分数的差异中，{share} 来自单位之间的差别，其余来自评委的宽严和偶然；"
        "若各评委宽严一样，则为 {consistent}（ICC(3,1)）。",
        "en": "The mean mark of {k} reviewers has a reliability of {value} (ICC(2,k); {confidence} interval {low} to "
        "{high}): {grade} by the bounds 0.5, 0.75 and 0.9 of Koo & Li (2016). A single reviewer's is {single} "
        "(ICC(2,1)): {share} of the variation of one mark comes from differences between units, the rest from the "
        "reviewers' severity and chance; were all equally severe, it would be {consistent} (ICC(3,1)).",
    },
    "left_out": {
        "zh": "有 {count} 个单位未被全部评委评分，不在组内相关和 W 的计算之内。",
        "en": "Left out of the correlations and W: {count} not marked by every reviewer.",
    },
    "alpha_high": {
        "zh": "Krippendorff α（{metric}）为 {value}，达到 0.800：按 Krippendorff（2019）的惯例，评分可以信赖。",
        "en": "Krippendorff's alpha ({metric}) is {value}, at least 0.800: by Krippendorff's (2019) convention the "
        "marks can be relied on.",
    },
    "alpha_middle": {
        "zh": "Krippendorff α（{metric}）为 {value}，在 0.667 与 0.800 之间：按 Krippendorff（2019）的惯例，"
        "只能作试探性的结论。",
        "en": "Krippendorff's alpha ({metric}) is {value}, between 0.667 and 0.800: by Krippendorff's (2019) "
        "convention good for tentative conclusions only.",
    },
    "alpha_low": {
        "zh": "Krippendorff α（{metric}）为 {value}，低于 0.667：按 Krippendorff（2019）的惯例，"
        "单个评分连试探性的结论也支撑不了。",
        "en": "Krippendorff's alpha ({metric}) is {value}, below 0.667: by Krippendorff's (2019) convention single "
        "marks do not support even tentative conclusions.",
    },
    "w": {
        "zh": "{k} 名评委给 {units} 个单位排的次序，Kendall W 为 {value}：按 Schmidt（1997）的尺度，一致程度{grade}；"
        "{chance}。",
        "en": "Kendall's W of the orders in which {k} reviewers put {units} units is {value}: {grade} agreement on "
        "Schmidt's (1997) scale; {chance}.",
    },
}  # fmt: skip

_CHANCE = {
    "seldom": {"zh": "随机排序极少如此一致（p {p}）", "en": "orders made at random rarely agree so (p {p})"},
    "often": {"zh": "随机排序也常如此（p {p}）", "en": "orders made at random often agree as well (p {p})"},
}


def sentences(agreement: Agreement, lang: str, metric: Metric = "interval") -> list[str]:
    """Return what the figures mean, a sentence each for the correlations, alpha under ``metric`` and W, in ``zh`` or
    ``en``; where a figure is not there, why.
    """
    found = [
        _icc(agreement.intraclass, lang),
        alpha_sentence(agreement.alpha[metric], lang),
        _w(agreement.concordance, lang),
    ]
    left_out = agreement.intraclass.left_out if isinstance(agreement.intraclass, Intraclass) else 0
    if left_out:
        count = str(left_out) if lang == "zh" else f"{left_out} {'unit' if left_out == 1 else 'units'}"
        found.append(_SENTENCES["left_out"][lang].format(count=count))
    return found


def metric_title(metric: Metric, lang: str) -> str:
    """Return a metric's name."""
    return _METRICS[metric][lang]


def reason_words(reason: Reason, lang: str) -> str:
    """Return why a figure is not there."""
    return _REASONS[reason][lang]


def _not_there(name: str, reason: Reason, lang: str) -> str:
    why = reason_words(reason, lang)
    return f"{name}未计算：{why}。" if lang == "zh" else f"{name} is not computed: {why}."


def _icc(found: Intraclass | Unmeasured, lang: str) -> str:
    if isinstance(found, Unmeasured):
        return _not_there("组内相关系数" if lang == "zh" else "The intraclass correlation", found.reason, lang)
    mean, single, consistent = (found.of(form) for form in ("ICC(2,k)", "ICC(2,1)", "ICC(3,1)"))
    share = max(Fraction(0), Fraction(single.value or 0))
    return _SENTENCES["icc"][lang].format(
        k=found.squares.reviewers,
        value=_figure(mean.value),
        confidence=f"{show(Fraction(str(found.confidence)) * 100, 0)}%",
        low=_figure(mean.low),
        high=_figure(mean.high),
        grade=_range(mean.low, mean.high, lang),
        single=_figure(single.value),
        share=f"{show(share * 100, 0)}%",
        consistent=_figure(consistent.value),
    )


def _range(low: float | None, high: float | None, lang: str) -> str:
    """Return the grades of both ends of an interval: ``poor to good``, or one word where they are the same."""
    ends = [_grade(_RELIABILITY, Fraction(-1) if end is None else Fraction(end), lang) for end in (low, high)]
    if ends[0] == ends[1]:
        return f"“{ends[0]}”" if lang == "zh" else ends[0]
    return f"“{ends[0]}”到“{ends[1]}”之间" if lang == "zh" else f"between {ends[0]} and {ends[1]}"


def _grade(scale: Sequence[tuple[Fraction | None, dict[str, str]]], value: Fraction, lang: str) -> str:
    return next(words[lang] for bound, words in scale if bound is None or value < bound)


def alpha_sentence(found: Alpha | Unmeasured, lang: str) -> str:
    """Return what alpha means by Krippendorff's bounds, or why there is none."""
    if isinstance(found, Unmeasured):
        return _not_there("Krippendorff α " if lang == "zh" else "Krippendorff's alpha", found.reason, lang)
    band = "high" if found.value >= Fraction("0.8") else "middle" if found.value >= Fraction("0.667") else "low"
    metric = metric_title(found.metric, lang)
    return _SENTENCES[f"alpha_{band}"][lang].format(metric=metric, value=show(found.value, 3))


def _w(found: Concordance | Unmeasured, lang: str) -> str:
    if isinstance(found, Unmeasured):
        return _not_there("Kendall W " if lang == "zh" else "Kendall's W", found.reason, lang)
    grade, chance = _grade(_CONCORDANCE, found.value, lang), _chance(found.p, lang)
    return _SENTENCES["w"][lang].format(
        k=found.reviewers, units=found.units, value=_figure(found.value), grade=grade, chance=chance
    )


def _chance(p: float, lang: str) -> str:
    shown = "< 0.001" if p < 0.001 else f"= {show(Fraction(p), 3)}"
    words = _CHANCE["seldom" if p < 0.05 else "often"][lang]
    return words.format(p=shown)


def _figure(value: float | Fraction | None) -> str:
    return "–" if value is None else show(Fraction(value), 2)

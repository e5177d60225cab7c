"""The words of explanations, in both languages."""

from __future__ import annotations

from shuping.values import REASONS

WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "none": "无",
        "weight": "占总分",
        "contribution": "计入总分",
        "measure": "指标",
        "value": "数值",
        "formula": "公式",
        "parts": "构成",
        "rule": "计分办法",
        "substituted": "代入计算",
        "missing": "缺值原因",
        "policy": "缺值处理",
        "imputed": "填补依据",
        "prepared": "预处理",
        "not_counted": "未计入",
        "records": "记录",
        "rows": "条",
        "place": "名次和等次",
        "bonus": "加分",
        "deduction": "扣分",
        "cap": "封顶或保底",
        "veto": "一票否决",
    },
    "en": {
        "none": "none",
        "weight": "share of total",
        "contribution": "adds",
        "measure": "measure",
        "value": "value",
        "formula": "formula",
        "parts": "made of",
        "rule": "rule",
        "substituted": "in figures",
        "missing": "missing because",
        "policy": "treated as",
        "imputed": "filled in from",
        "prepared": "prepared",
        "not_counted": "not counted",
        "records": "records",
        "rows": "rows",
        "place": "place",
        "bonus": "bonus",
        "deduction": "deduction",
        "cap": "limit",
        "veto": "veto",
    },
}
POLICIES: dict[str, dict[str, str]] = {
    "full": {"zh": "按满分计", "en": "full points"},
    "zero": {"zh": "按零分计", "en": "zero points"},
    "rescale": {"zh": "不计此项，同级其他项折算为满分", "en": "left out; its siblings count for the whole"},
    "group_mean": {"zh": "以组内平均值代替", "en": "the group's mean in its place"},
    "rescale_total": {
        "zh": "不计此项，总分按应得分折算",
        "en": "left out; the total counts for the whole: total / points that applied × full points",
    },
    "group_median": {"zh": "以组内中位数代替", "en": "the group's median in its place"},
    "group_mean_points": {"zh": "以组内平均得分代替", "en": "the group's mean of the points in its place"},
    "peer": {
        "zh": "以同级其他项最接近的单位的平均值代替",
        "en": "the mean of the units nearest by its siblings in its place",
    },
    "block": {"zh": "缺值时停止计分", "en": "the run stops"},
    "period_reweight": {"zh": "缺的期不计，其余各期折算", "en": "the period is left out of the mean"},
    "period_reweight_all": {
        "zh": "缺的期从总分中扣除分值，其余各项折算",
        "en": "the period is left out of the whole",
    },
    "period_zero": {"zh": "缺的期计零分", "en": "the period counts as zero"},
    "period_carry": {"zh": "缺的期沿用此前最近一期的得分", "en": "the period takes the points of the last earlier one"},
    "period_carry_or_zero": {
        "zh": "缺的期沿用此前最近一期的得分，此前没有的计零分",
        "en": "the period takes the points of the last earlier one, or zero where there is none",
    },
    "period_block": {"zh": "缺任何一期的单位不计总分", "en": "a unit that lacks a period has no total"},
    "nothing": {"zh": "不加不扣", "en": "nothing added, nothing taken"},
    "drop_unit": {"zh": "该单位不计总分、不排名", "en": "the unit has no total and no rank"},
}

ADJUSTING = ("bonus", "deduction", "cap", "veto")
"""Kinds of the rows of the trace that stand after the criteria."""


def missing_words(reason: str | None, lang: str) -> str | None:
    """Return the reason of a missing value for people."""
    return None if reason is None else REASONS[reason][lang]


def policy_words(policy: str | None, lang: str) -> str | None:
    """Return what was done about a missing value, for people."""
    return None if policy is None else POLICIES[policy][lang]

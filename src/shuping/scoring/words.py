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
        "records": "记录",
        "rows": "条",
        "place": "名次和等次",
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
        "records": "records",
        "rows": "rows",
        "place": "place",
    },
}
POLICIES: dict[str, dict[str, str]] = {
    "full": {"zh": "按满分计", "en": "full points"},
    "zero": {"zh": "按零分计", "en": "zero points"},
    "rescale": {"zh": "不计此项，同级其他项折算为满分", "en": "left out; its siblings count for the whole"},
    "group_mean": {"zh": "以组内平均值代替", "en": "the group's mean in its place"},
    "drop_unit": {"zh": "该单位不计总分、不排名", "en": "the unit has no total and no rank"},
}


def missing_words(reason: str | None, lang: str) -> str | None:
    """Return the reason of a missing value for people."""
    return None if reason is None else REASONS[reason][lang]


def policy_words(policy: str | None, lang: str) -> str | None:
    """Return what was done about a missing value, for people."""
    return None if policy is None else POLICIES[policy][lang]

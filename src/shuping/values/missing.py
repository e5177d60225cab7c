"""A value that is not there, with the reason. It is never zero, and never compares as a number."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

REASONS: dict[str, dict[str, str]] = {
    "no_records": {"zh": "没有记录", "en": "no records"},
    "no_value": {"zh": "没有填报数值", "en": "no value given"},
    "division_by_zero": {"zh": "除数为零", "en": "division by zero"},
    "no_previous": {"zh": "没有上一期数值", "en": "no value of the earlier period"},
    "no_target": {"zh": "没有目标值", "en": "no target"},
    "no_attribute": {"zh": "单位属性未填", "en": "unit attribute not given"},
    "no_reference": {"zh": "参照单位没有数值", "en": "the reference unit has no value"},
    "no_spread": {"zh": "组内没有差异", "en": "no spread within the group"},
    "not_applicable": {"zh": "不适用", "en": "not applicable"},
    "too_few": {"zh": "样本太少", "en": "too few answers"},
    "no_quorum": {"zh": "投票未达法定人数，须重投", "en": "the vote has no quorum and is to be repeated"},
    "over_issued": {"zh": "收回票多于发出票，投票无效", "en": "more ballots returned than issued: the vote is void"},
    "undefined": {"zh": "无法计算", "en": "cannot be computed"},
    "not_valid": {"zh": "单位在这一期尚未设立或已经撤销", "en": "the unit did not exist in this period"},
    "screened": {"zh": "数据太少，不参评", "en": "too little data to be appraised"},
    "not_spread": {"zh": "各单位得分没有拉开差距", "en": "the units were not told apart"},
    "children_missing": {"zh": "下级指标缺值", "en": "criteria below are missing"},
    "too_little_data": {"zh": "有数据的分值不足", "en": "too little of it rests on data"},
}


@dataclass(frozen=True, slots=True)
class Missing:
    """No value, because of ``reason`` (a key of ``REASONS``)."""

    reason: str

    def __post_init__(self) -> None:
        if self.reason not in REASONS:
            raise ValueError(f"unknown reason {self.reason!r}; known: {', '.join(REASONS)}")

    def __bool__(self) -> bool:
        raise TypeError("Missing is neither true nor false; ask isinstance(value, Missing)")

    def words(self, lang: str) -> str:
        """Return the reason for people, in ``zh`` or ``en``."""
        return REASONS[self.reason][lang]


Value = Fraction | Missing
"""An exact number, or no number with a reason."""

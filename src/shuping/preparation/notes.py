"""What preparation did to one figure: a compact notation for tables, and words in both languages for explanations."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from shuping.preparation.words import short
from shuping.rulebook.preparing import Outliers
from shuping.values.scalars import Text


@dataclass(frozen=True, slots=True)
class Note:
    """``reason`` in the notation of formulas' parts, ``words`` for people."""

    reason: str
    words: Text


def denominated(by: str, title: Text, figure: Fraction, scale: Fraction) -> Note:
    """Divided by a unit attribute or another measure."""
    times = "" if scale == 1 else f" × {short(scale)}"
    zh, en = f"除以{title.zh}（{short(figure)}）{times}", f"divided by {title.en} ({short(figure)}){times}"
    return Note(f"÷ ({by} = {short(figure)}){times}", Text(zh=zh, en=en))


def without_denominator(by: str, title: Text, reason: str) -> Note:
    """The denominator is missing, and the value with it."""
    return Note(f"{by} = ({reason})", Text(zh=f"缺少分母{title.zh}", en=f"its denominator {title.en} is missing"))


def imputed(statistic: str, count: int, shared: str, title: Text, filled: Fraction) -> Note:
    """Filled from ``count`` values; ``shared``: what these units have in common (``unit.region = north``)."""
    zh = f"以{title.zh}{count}个单位的{'平均值' if statistic == 'mean' else '中位数'}{short(filled)}补齐"
    units = "1 unit" if count == 1 else f"{count} units"
    en = f"imputed: {statistic} of {units}{title.en}, {short(filled)}"
    return Note(f"{statistic} of {units}{shared} = {short(filled)}", Text(zh=zh, en=en))


def limited(value: Fraction, base: str) -> Note:
    """Drawn in to the limit that the outliers of a base period set."""
    figure = short(value)
    return Note(
        f"to {figure} (limit of {base})",
        Text(zh=f"缩至{base}的界限{figure}", en=f"drawn in to {figure}, the limit of {base}"),
    )


def treated(step: str, value: Fraction, points: int, passed: bool, rule: Outliers) -> Note:
    """Drawn in with ``points`` values in all, or transformed; ``passed``: the thresholds are met now."""
    figure = short(value)
    limits = f"{short(rule.skew)} / {short(rule.kurtosis)}"
    still, still_zh = ("", "") if passed else (f", still beyond {limits}", f"，偏度和峰度仍超过{limits}")
    if step == "winsorise":
        count = "1 point" if points == 1 else f"{points} points"
        words = Text(zh=f"缩尾至{figure}（共{points}个数值）{still_zh}", en=f"winsorised to {figure} ({count}){still}")
        return Note(f"to {figure} ({count}){still}", words)
    zh, en = ("取对数", "logarithm") if step == "log" else ("作Box-Cox变换", "Box-Cox transformation")
    return Note(f"to {figure}{still}", Text(zh=f"{zh}得{figure}{still_zh}", en=f"{en}: {figure}{still}"))

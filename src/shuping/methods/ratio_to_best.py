"""In proportion to the best of the comparison group: B x a / max(a) (按实绩赋分)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from shuping.methods.arithmetic import Array
from shuping.methods.method import Cells, Compared, Method, Scored, Setting, divide
from shuping.methods.no_spread import NoSpread, choice_cell, settle
from shuping.values.rounding import parse_exact

_ZERO_WORDS: dict[NoSpread, dict[str, str]] = {
    "missing": {"zh": "", "en": ""},
    "full": {
        "zh": "；最好值不大于零时，持最好值者得满分，其余不得分",
        "en": "; where the best is zero or below, full points for those who hold it, none for the others",
    },
    "zero": {"zh": "；最好值不大于零时都不得分", "en": "; no points where the best is zero or below"},
}


class RatioToBest(Method):
    """Full points for the group's best, the others in proportion.

    A best value of zero or below is no yardstick. ``when_best_is_zero`` says what it gives: missing; ``full`` points to
    those who hold the best value and none to the others; ``zero`` points to all.
    """

    name: ClassVar[str] = "ratio_to_best"
    compares: ClassVar[Compared] = "values"
    promises: ClassVar[frozenset[str]] = frozenset({"bounded", "scale_free"})
    when_best_is_zero: NoSpread = "missing"

    def kept(self, *, lower: bool = False) -> frozenset[str]:
        """Monotone, unless a best value of zero costs what one had."""
        # where lower is better and nobody gets points at zero, coming down to zero costs what one had
        return self.promises | (set() if lower and self.when_best_is_zero == "zero" else {"monotone"})

    def score(self, values: Array, setting: Setting) -> Scored:
        best = setting.groups.lowest(values) if setting.lower else setting.groups.highest(values)
        top, bottom = (best, values) if setting.lower else (values, best)
        ratio, _ = divide(top, bottom, setting)
        flat = np.asarray(best <= setting.number(0), dtype=bool)
        if self.when_best_is_zero == "full":
            ratio = np.where(flat, setting.number(0), ratio)
            flat = flat & np.asarray(values == best, dtype=bool)
        points, missing = settle(setting.full * ratio, flat, self.when_best_is_zero, setting)
        return Scored(points, missing, {"best": best})

    def spreadsheet(self, cells: Cells) -> str:
        best = f"{'MIN' if cells.lower else 'MAX'}({cells.group})"
        ratio = f"{best}/{cells.value}" if cells.lower else f"{cells.value}/{best}"
        instead = choice_cell(self.when_best_is_zero, f"IF({cells.value}={best},{cells.full},0)")
        return f"IF({best}<=0,{instead},{cells.full}*{ratio})"

    def sentence(self, lang: str, *, lower: bool = False) -> str:
        if lang == "zh":
            rule = "组内最高值得满分，其余按与最高值之比计分"
            if lower:
                rule = "组内最低值得满分，其余按最低值与实际值之比计分"
        else:
            rule = "full points for the group's highest value, the others in proportion to it"
            if lower:
                rule = "full points for the group's lowest value, the others by the ratio of the lowest to theirs"
        return rule + _ZERO_WORDS[self.when_best_is_zero][lang]

    def substituted(self, shown: Mapping[str, str], *, lower: bool = False) -> str:
        if self.when_best_is_zero != "missing" and parse_exact(shown["best"]) <= 0:
            holds = self.when_best_is_zero == "full" and shown["value"] == shown["best"]
            return f"{shown['full']} × {1 if holds else 0}"
        top, bottom = (shown["best"], shown["value"]) if lower else (shown["value"], shown["best"])
        return f"{shown['full']} × {top} ÷ {bottom}"

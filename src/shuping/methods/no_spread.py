"""What a method that compares units gives where the group shows no difference: missing, full points or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from shuping.methods.arithmetic import Array
from shuping.methods.method import Setting

NoSpread = Literal["missing", "full", "zero"]
_WORDS = {
    "missing": {"zh": "按缺值处理", "en": "points are missing"},
    "full": {"zh": "得满分", "en": "full points"},
    "zero": {"zh": "不得分", "en": "no points"},
}


def settle(
    points: Array, flat: NDArray[np.bool_], choice: NoSpread, setting: Setting
) -> tuple[Array, Mapping[str, NDArray[np.bool_]]]:
    """Return the points (n,) with the units marked ``flat`` treated as chosen, and who has none for lack of spread."""
    if choice == "missing":
        return points, {"no_spread": flat}
    return np.where(flat, setting.full if choice == "full" else setting.number(0), points), {}


def choice_words(choice: NoSpread, lang: str) -> str:
    """Return what is given, for the end of a sentence."""
    return _WORDS[choice][lang]


def choice_cell(choice: NoSpread, full: str) -> str:
    """Return what a spreadsheet shows then; ``full`` is the cell of the full points."""
    return {"missing": '""', "full": full, "zero": "0"}[choice]

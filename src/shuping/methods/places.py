"""Places within the comparison group, 1 for the best; equal values share a place in one of three ways."""

from __future__ import annotations

from typing import Literal

from shuping.methods.arithmetic import Array
from shuping.methods.method import Cells, Setting

Ties = Literal["better", "mean", "worse"]
_WORDS = {
    "better": {"zh": "并列的都按靠前的名次", "en": "equal values share the better place"},
    "mean": {"zh": "并列的取名次的平均", "en": "equal values share the mean of their places"},
    "worse": {"zh": "并列的都按靠后的名次", "en": "equal values share the worse place"},
}


def places(values: Array, setting: Setting, ties: Ties) -> Array:
    """Return each unit's place in its group, shape (n,), from 1; a half place can come of ``ties="mean"``."""
    groups = setting.groups
    first = groups.ranks(values, ascending=setting.lower)
    last = groups.sizes + 1 - groups.ranks(values, ascending=not setting.lower)
    if ties == "mean":
        halves: Array = setting.arithmetic.whole(first + last) / setting.number(2)
        return halves
    return setting.arithmetic.whole(first if ties == "better" else last)


def place_cell(cells: Cells, ties: Ties) -> str:
    """Return the place as a spreadsheet expression."""
    order = 1 if cells.lower else 0
    first = f"RANK({cells.value},{cells.group},{order})"
    last = f"(COUNT({cells.group})+1-RANK({cells.value},{cells.group},{1 - order}))"
    return {"better": first, "mean": f"({first}+{last})/2", "worse": last}[ties]


def tie_words(ties: Ties, lang: str) -> str:
    """Return how equal values share a place, for the end of a sentence."""
    return _WORDS[ties][lang]

"""How far along the way from a start to a goal a value has come: the rule of both distance methods."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from shuping.methods.arithmetic import Array
from shuping.methods.method import Setting, bracketed, divide
from shuping.values.rounding import parse_exact


def way(values: Array, start: Array, goal: Array, cap: bool, setting: Setting) -> tuple[Array, NDArray[np.bool_]]:
    """Return the share of the way (n,), 1 at the goal, and where there is no way: the goal is no better than the start.

    With ``cap`` whoever has reached the goal has the whole way, and no more than it, wherever the start lies.
    """
    done, whole = (start - values, start - goal) if setting.lower else (values - start, goal - start)
    share, _ = divide(done, whole, setting)
    nowhere = np.asarray(whole <= setting.number(0), dtype=bool)
    if cap:
        reached = np.asarray(values <= goal if setting.lower else values >= goal, dtype=bool)
        share = np.where(reached, setting.number(1), np.minimum(share, setting.number(1)))
        nowhere &= ~reached
    return share, nowhere


def way_cell(value: str, start: str, goal: str, *, cap: bool, lower: bool) -> str:
    """Return the share of the way as a spreadsheet expression."""
    if lower:
        share, reached = f"({start}-{value})/({start}-{goal})", f"{value}<={goal}"
    else:
        share, reached = f"({value}-{start})/({goal}-{start})", f"{value}>={goal}"
    return f"IF({reached},1,{share})" if cap else share


def way_text(shown: Mapping[str, str], goal: str, *, cap: bool, lower: bool) -> str:
    """Return the share of the way with figures in it; ``shown`` holds ``value``, ``start`` and the goal by its name."""
    value, start, end = parse_exact(shown["value"]), shown["start"], shown[goal]
    if cap and (value <= parse_exact(end) if lower else value >= parse_exact(end)):
        return "1"
    if lower:
        return f"({start} − {bracketed(shown['value'])}) ÷ ({start} − {bracketed(end)})"
    return f"({shown['value']} − {bracketed(start)}) ÷ ({end} − {bracketed(start)})"

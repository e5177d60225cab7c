"""One panel with named reviewers -> its checks, period by period."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from zlib import crc32

import polars as pl

from shuping.screening.alike import constant, identical
from shuping.screening.finding import ALARMS, DRAWS, PanelScreen
from shuping.screening.late import WINDOW, last_minute
from shuping.screening.sheets import sheets_of
from shuping.screening.together import together


def screen_panel(
    marks: pl.DataFrame,
    panel: str = "",
    *,
    seed: int,
    own_units: Mapping[str, str] | None = None,
    alarms: float = ALARMS,
    draws: int = DRAWS,
    window: Fraction = WINDOW,
) -> tuple[PanelScreen, ...]:
    """Screen the marks of named reviewers, each period by itself, in the order of the periods.

    ``marks``: reviewer, unit, item, mark, perhaps period and ``at`` (Datetime: when the mark was given). ``own_units``:
    reviewer -> id of the unit he belongs to. ``alarms``: the most false alarms
    that a check may be expected to raise on random marks. The same arguments give the same result, in whatever order
    the rows come. Reads nothing and changes nothing.

    Raises ValueError for ``alarms`` not between 0 and 1, or fewer than one draw.
    """
    if not 0 < alarms < 1 or draws < 1:
        raise ValueError("alarms between 0 and 1, and at least one draw")
    if "period" not in marks.columns:
        marks = marks.with_columns(period=pl.lit(None, pl.String))
    found = []
    for period in sorted(marks["period"].fill_null("").unique().to_list()):
        sheets = sheets_of(marks.filter(pl.col("period").fill_null("") == period), own_units)
        start = (seed, crc32(panel.encode()), crc32(period.encode()))
        reciprocal, block = together(sheets, alarms, draws, start)
        checks = identical(sheets, alarms), constant(sheets, alarms), reciprocal, block
        screen = (*checks, last_minute(sheets, alarms, window))
        found.append(PanelScreen(panel, period, len(sheets.reviewers), len(sheets.units), screen))
    return tuple(found)

"""Which rows a measure looks at: the days of its window, and what they are grouped by. Loads no SQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from shuping.rulebook.model import Dataset, Measure
from shuping.values.periods import Period

Window = Literal["period", "to_date"]


@dataclass(frozen=True, slots=True)
class Group:
    """Which rows and which grouping a branch has."""

    window: Window
    filed: bool


def group_of(measure: Measure) -> Group:
    """Return the window and grouping of a measure's rows."""
    return Group(measure.window, measure.per_unit is not None or measure.cumulative)


def spans(period: Period) -> dict[Window, tuple[date, date]]:
    """Return the first and last day of both windows of a period."""
    return {"period": (period.start, period.end), "to_date": (period.year().start, period.end)}


def periods_inside(dataset: Dataset, period: Period, window: Window) -> list[str]:
    """Return the names of the dataset's periods that lie wholly inside the window, in order."""
    assert dataset.period is not None
    start, end = spans(period)[window]
    years = [period.year(), period] if window == "to_date" else [period]
    found = {part.name: part for span in years for part in span.split(dataset.period)}
    return [name for name, part in sorted(found.items()) if start <= part.start and part.end <= end]

"""Made-up panels: arrays of marks as frames, seeded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from shuping.screening import Check, PanelScreen, screen_panel

DAY = datetime(2025, 12, 20, 9)


def frame(marks: np.ndarray, minutes: np.ndarray | None = None, item: str = "whole") -> pl.DataFrame:
    """Return the marks of an array (reviewer x unit, nan for none), with times in minutes after nine where given."""
    rows = []
    for reviewer, unit in np.argwhere(~np.isnan(marks)):
        at = None if minutes is None else DAY + timedelta(minutes=float(minutes[reviewer, unit]))
        rows.append((f"r{reviewer:03d}", f"u{unit:03d}", item, f"{marks[reviewer, unit]:g}", at))
    schema = {"reviewer": pl.String, "unit": pl.String, "item": pl.String, "mark": pl.String, "at": pl.Datetime("us")}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(pl.col("mark").cast(pl.Decimal(38, 4)))


def judged(random: np.random.Generator, reviewers: int, units: int) -> np.ndarray:
    """Return marks of reviewers who differ in severity, over units that differ in worth, each erring for himself."""
    worth, severity = random.normal(80, 4, units), random.normal(0, 5, (reviewers, 1))
    return np.round(worth + severity + random.normal(0, 6, (reviewers, units)))


def homes(reviewers: int, units: int) -> dict[str, str]:
    """Return each reviewer's own unit, in turn."""
    return {f"r{at:03d}": f"u{at % units:03d}" for at in range(reviewers)}


def screened(marks: pl.DataFrame, own: Mapping[str, str] | None = None, seed: int = 1, **more: float) -> PanelScreen:
    """Screen a panel of one period."""
    (found,) = screen_panel(marks, "jury", seed=seed, own_units=own, **more)  # type: ignore[arg-type]
    return found


def check(screen: PanelScreen, name: str) -> Check:
    """Return one check by name."""
    (found,) = (one for one in screen.checks if one.name == name)
    return found

"""The analysis in the terminal (what stands out, the rest is in the files), and as plain data for ``--json``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from shuping.documents.analysis.compose import compose
from shuping.documents.analysis.model import Grid
from shuping.documents.analysis.view import Analysis

if TYPE_CHECKING:
    from rich.table import Table

SECTIONS = 1
"""Sections of each part that are printed: weights; the others are on the page."""


def tables(analysis: Analysis, lang: str) -> Iterator[Table]:
    """Yield, for every comparison group, the first table of its first section."""
    from rich.table import Table

    for part in compose(analysis, lang).parts:
        for section in part.sections[:SECTIONS]:
            grid = next((block for block in section.blocks if isinstance(block, Grid)), None)
            if grid is None:
                continue
            drawn = [
                place for place, _ in enumerate(grid.heads[1:]) if any(cells[place].drawing for _, cells in grid.rows)
            ]
            table = Table(title=f"{part.title}: {section.title}", title_justify="left")
            for place, head in enumerate(grid.heads):
                if place - 1 not in drawn:
                    table.add_column(head.title, justify=head.align)
            for title, cells in grid.rows:
                table.add_row(title, *(cell.text for place, cell in enumerate(cells) if place not in drawn))
            yield table


def as_data(analysis: Analysis) -> dict[str, Any]:
    """Return every frame as rows, with what they rest on."""
    found: dict[str, Any] = {
        "period": analysis.period, "points": analysis.points, "seed": analysis.seed, "interval": analysis.level,
        "assumed_weights": analysis.assumed,
    }  # fmt: skip
    return found | {name: json.loads(frame.write_json()) for name, frame in analysis.frames().items()}

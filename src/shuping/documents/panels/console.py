"""The document in the terminal, caterpillar plots drawn with characters, and as plain data for ``--json``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from shuping.documents.panels.model import Caterpillar, PanelDocument, Paragraph, Table, Track
from shuping.documents.panels.view import Judgement, SeverityView

if TYPE_CHECKING:
    from rich.console import RenderableType

CELLS = 48
"""Width of a caterpillar plot in characters."""
LONGEST = 12
"""A heading's word up to this width is not broken."""


def printed(document: PanelDocument, limit: int = 60) -> Iterator[RenderableType]:
    """Yield everything in reading order for a terminal; of longer tables and plots ``limit`` lines and ``…``."""
    from rich.text import Text

    yield Text(document.title, style="bold")
    yield Text(f"{document.subtitle}\n", style="dim")
    for section in document.sections:
        yield Text(section.title, style="bold underline")
        for block in section.blocks:
            if isinstance(block, Paragraph):
                yield Text(block.text + "\n")
            else:
                yield _table(block, limit) if isinstance(block, Table) else caterpillar(block, limit)
        yield Text("")


def _table(found: Table, limit: int) -> RenderableType:
    from rich.box import SIMPLE_HEAD
    from rich.cells import cell_len
    from rich.table import Table as Printed
    from rich.text import Text

    table = Printed(
        title=Text(found.caption, style="bold"), title_justify="left", header_style="dim", box=SIMPLE_HEAD,
        pad_edge=False,
    )  # fmt: skip
    for column in found.columns:
        longest = max((cell_len(word) for word in column.title.split()), default=1)
        table.add_column(Text(column.title), justify=column.align, overflow="fold", min_width=min(longest, LONGEST))
    for row in found.rows[:limit]:
        table.add_row(*(Text("" if cell is None else cell.text) for cell in row))
    if len(found.rows) > limit:
        table.add_row(f"… {len(found.rows) - limit}")
    return table


def caterpillar(found: Caterpillar, limit: int = 60) -> RenderableType:
    """Return the plot as a table of two columns: labels, and intervals drawn with ``─``, ``●`` and ``○``.

    Of a longer plot both ends are drawn, ``limit`` lines together.
    """
    from rich.table import Table as Printed
    from rich.text import Text

    table = Printed(
        title=Text(found.caption, style="bold"), title_justify="left", caption=Text(found.note, style="dim"),
        caption_justify="left", box=None, show_header=False,
    )  # fmt: skip
    table.add_column(overflow="fold")
    table.add_column(no_wrap=True)
    low, high = reach(found)
    left_out = max(0, len(found.tracks) - limit)
    upper = limit - limit // 2 if left_out else len(found.tracks)
    for track in found.tracks[:upper]:
        table.add_row(Text(track.label), Text(drawn(track, low, high, found.zero)))
    if left_out:
        table.add_row(f"… {left_out}", "")
    for track in found.tracks[upper + left_out :]:
        table.add_row(Text(track.label), Text(drawn(track, low, high, found.zero)))
    table.add_row("", Text(f"{low:g}".ljust(CELLS - len(f"{high:g}")) + f"{high:g}", style="dim"))
    return table


def reach(found: Caterpillar) -> tuple[float, float]:
    """Return the ends of the axis: round numbers around everything that is drawn."""
    values = [value for track in found.tracks for value in (track.low, track.high, track.raw) if value is not None]
    values += [] if found.zero is None else [found.zero]
    low, high = min(values), max(values)
    step = 10 ** (len(str(int(max(high - low, 1)))) - 1) / 2
    return (low // step) * step, -((-high // step) * step)


def drawn(track: Track, low: float, high: float, zero: float | None = None) -> str:
    """Return one line of the plot."""

    def cell(value: float) -> int:
        share = (value - low) / (high - low) if high > low else 0.5
        return min(CELLS - 1, max(0, round(share * (CELLS - 1))))

    cells = [" "] * CELLS
    if zero is not None:
        cells[cell(zero)] = "│"
    for place in range(cell(track.low), cell(track.high) + 1):
        cells[place] = "─"
    if track.raw is not None:
        cells[cell(track.raw)] = "○"
    cells[cell(track.value)] = "●"
    return "".join(cells).rstrip()


def as_data(judgement: Judgement) -> dict[str, Any]:
    """Return the figures as plain data: frames as lists of rows, sentences by language. No row stands for a ballot."""
    ballots = [
        {
            "id": view.id,
            "counts": _rows(view.sheet),
            "grades": _rows(view.grades),
            "scores": _rows(view.scores),
            "meaning": _said(view.meaning),
        }
        for view in judgement.ballots
    ]
    panels = [
        {
            "id": view.id,
            "scores": _rows(view.scores),
            "groups": _rows(view.groups),
            "agreement": _rows(view.agreement),
            "meaning": _said(view.meaning),
            "spread": _rows(view.spread),
            "severity": None if view.severity is None else _severity(view.severity),
            "severity_refused": _said(view.refused) or None,
        }
        for view in judgement.panels
    ]
    return {"period": judgement.period, "ballots": ballots, "panels": panels}


def _severity(found: SeverityView) -> dict[str, Any]:
    return {
        "units": _rows(found.units),
        "reviewers": _rows(found.reviewers),
        "variances": _rows(found.variances),
        "meaning": _said(found.meaning),
    }


def _rows(frame: pl.DataFrame) -> Any:
    return json.loads(frame.write_json())


def _said(sentences: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    return {lang: list(texts) for lang, texts in sentences.items()}

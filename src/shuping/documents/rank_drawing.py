"""Drawings of rank intervals and of large matrices: inline SVG as in ``drawing``, clear without colour."""

from __future__ import annotations

from itertools import groupby

from shuping.documents.report_ranks import STEPS, KindView, Matrix, RangeRow

LABELS = 8
"""About so many places are labelled along an axis."""


def span(row: RangeRow, view: KindView) -> str:
    """Draw an interval as a line (with end strokes for sampling, dashed for choices), its median as a stroke, and the
    published rank as a dot.
    """
    low, high, dot = (_at(place, view.places) for place in (row.low, row.high, row.rank))
    parts = [f'<svg class="span {view.kind}" aria-hidden="true"><line class="grid" x2="100%" y1="50%" y2="50%"/>']
    parts.append(f'<line class="reach" x1="{low}" x2="{high}" y1="50%" y2="50%"/>')
    if view.kind == "sampling":
        parts += [f'<line class="cap" x1="{end}" x2="{end}" y1="30%" y2="70%"/>' for end in dict.fromkeys((low, high))]
    if row.middle is not None:
        middle = _at(row.middle, view.places)
        parts.append(f'<line class="middle" x1="{middle}" x2="{middle}" y1="15%" y2="85%"/>')
    parts.append(f'<circle class="dot" cx="{dot}" cy="50%" r="4.5"/>')
    return "".join(parts) + "</svg>"


def places_head(view: KindView) -> str:
    """Draw the head of the column of intervals: some of the places."""
    places = labelled(view.places)
    texts = (
        f'<text class="num{"" if place in (1, places[-1]) else " between"}" x="{_at(place, view.places)}" y="70%">'
        f"{place}</text>"
        for place in places
    )
    return f'<svg class="span head" aria-hidden="true">{"".join(texts)}</svg>'


def labelled(places: int) -> list[int]:
    """Return the places that are labelled: the first, then at even steps."""
    step = next(size for size in (1, 2, 5, 10, 20, 50, 100, 200, 500, 10**6) if places / size <= LABELS)
    return [1, *(place for place in range(step, places + 1, step) if place > 1 and (place - 1) / step > 0.7)]


def drawn_matrix(matrix: Matrix, label: str) -> str:
    """Draw a matrix as squares, the darker the likelier; those of units that cannot be told apart have a dot.

    ``label``: the id of the text that says what it shows.
    """
    columns, rows = len(matrix.heads), len(matrix.rows)
    shades: dict[int, list[str]] = {}
    near: list[str] = []
    for down, (_, cells) in enumerate(matrix.rows):
        at = 0
        for shade, run in groupby(cells, key=lambda cell: cell.shade):
            length = len(list(run))
            if shade:
                shades.setdefault(shade, []).append(f"M{at} {down}h{length}v1h-{length}z")
            at += length
        near += [f"M{across}.4 {down}.4h.2v.2h-.2z" for across, cell in enumerate(cells) if cell.near]
    paths = [f'<path class="h{step}" d="{"".join(shades[step])}"/>' for step in range(1, STEPS + 1) if step in shades]
    if near:
        paths.append(f'<path class="near" d="{"".join(near)}"/>')
    inner = f'<svg viewBox="0 0 {columns} {rows}" preserveAspectRatio="none">{"".join(paths)}</svg>'
    top = "".join(
        f'<text class="num" x="{_at(place, columns)}" y="-6">{matrix.heads[place - 1]}</text>'
        for place in labelled(columns)
    )
    side = "".join(
        f'<text class="num side" x="-6" y="{_at(place, rows)}">{matrix.rows[place - 1][0].rank}</text>'
        for place in labelled(rows)
    )
    return f'<svg class="map" role="img" aria-labelledby="{label}">{inner}{top}{side}</svg>'


def _at(place: float, places: int) -> str:
    return f"{100 * (place - 0.5) / places:.4g}%"

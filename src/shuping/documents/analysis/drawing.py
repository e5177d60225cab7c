"""The small drawings of the analysis: inline SVG in percent, colours by the page's style sheet (decision 5).

Positions are drawing, never figures: the figure stands beside it as text.
"""

from __future__ import annotations

from collections.abc import Sequence


def bars(shares: Sequence[tuple[str, float | None]], whole: float) -> str:
    """Draw a bar for each (class, share), one below the other; ``whole`` is the share that fills the width."""
    high = 7
    parts = [f'<svg class="bars" aria-hidden="true" height="{high * len(shares) + 2}">']
    for place, (name, share) in enumerate(shares):
        if share is not None and whole > 0:
            at = place * high + 1
            parts.append(f'<rect class="{name}" x="0" y="{at}" width="{_percent(share / whole)}" height="{high - 1}"/>')
    return "".join(parts) + "</svg>"


def index(first: Sequence[float | None], total: Sequence[float | None]) -> str:
    """Draw a Sobol index's (estimate, low, high): first order above, total below, each a bar with its interval."""
    parts = ['<svg class="bars" aria-hidden="true" height="20">']
    for name, (value, low, high), top in (("importance", first, 1), ("effective", total, 11)):
        if value is None or low is None or high is None:
            continue
        parts.append(f'<rect class="{name}" x="0" y="{top}" width="{_percent(value)}" height="8"/>')
        parts.append(
            f'<line class="interval" x1="{_percent(low)}" x2="{_percent(high)}" y1="{top + 4}" y2="{top + 4}"/>'
        )
    return "".join(parts) + "</svg>"


def tone(correlation: float | None) -> int:
    """Return the colour of a correlation, -5 to 5."""
    return 0 if correlation is None or correlation != correlation else round(5 * correlation)


def _percent(share: float) -> str:
    """Cut off at the ends of the width: an estimate may lie outside."""
    return f"{100 * min(1.0, max(0.0, share)):.4g}%"

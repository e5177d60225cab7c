"""The report's own small drawings: inline SVG without script, style attributes or fixed widths.

Positions are percentages of the space the page gives, so a drawing fits a phone and a wall alike, and colours come from
the page's style sheet, so that it follows dark mode. Positions are drawing, never figures: the figure stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from html import escape

from shuping.documents.report_groups import Dots, Scale
from shuping.documents.wording import full_points_text

TICKS_UP_TO = 60
"""Groups larger than this are drawn as a range: single ticks would only blur."""


def bar(share: float | None, others: Sequence[float] = (), before: float | None = None) -> str:
    """Draw points as a share of full points (0 to 1), with the other units of the group as ticks or a range.

    ``share`` is None for a missing figure: the track alone is drawn. ``before``: the period before, a ring.
    """
    parts = ['<svg class="bar" aria-hidden="true"><rect class="track" width="100%" height="8" y="4"/>']
    if share is not None:
        parts.append(f'<rect class="fill" width="{_percent(share)}" height="8" y="4"/>')
    if 0 < len(others) < TICKS_UP_TO:
        path = "".join(f"M{round(1000 * other)} 0v16" for other in sorted(set(others)))
        parts.append(f'<svg viewBox="0 0 1000 16" preserveAspectRatio="none"><path class="tick" d="{path}"/></svg>')
    elif others:
        parts.append(f'<line class="range" x1="{_percent(min(others))}" x2="{_percent(max(others))}" y1="8" y2="8"/>')
    if before is not None:
        parts.append(f'<circle class="before" cx="{_percent(0.01 + 0.98 * before)}" cy="8" r="3"/>')
    return "".join(parts) + "</svg>"


def dots(row: Dots, scale: Scale) -> str:
    """Draw a unit's total as a dot, the earlier one as a ring, and the grade thresholds as lines through all rows."""
    parts = ['<svg class="dots" aria-hidden="true">', *_threshold_lines(scale)]
    now, before = (None if value is None else scale.place(value) for value in (row.total, row.previous))
    if now is not None and before is not None:
        parts.append(f'<line class="link" x1="{_percent(before)}" x2="{_percent(now)}" y1="50%" y2="50%"/>')
    if before is not None:
        parts.append(f'<circle class="ring" cx="{_percent(before)}" cy="50%" r="3.5"/>')
    if now is not None:
        parts.append(f'<circle class="dot" cx="{_percent(now)}" cy="50%" r="5"/>')
    return "".join(parts) + "</svg>"


def scale_head(scale: Scale) -> str:
    """Draw the head of the dots' column: each threshold with its grade, in both languages."""
    parts = ['<svg class="dots head" aria-hidden="true">']
    for end in scale.ends:
        at, side = ("100%", "num last") if end == scale.high else (_percent(scale.place(end)), "num")
        parts.append(f'<text class="{side}" x="{at}" y="36%">{full_points_text(end)}</text>')
    for line in scale.thresholds:
        at = _percent(scale.place(line.value))
        parts.append(f'<text class="num" x="{at}" y="36%">{escape(line.shown)}</text>')
        parts.extend(
            f'<text lang="{lang}" x="{at}" y="78%">{escape(text)}</text>'
            for lang, text in (("zh", line.title.zh), ("en", line.title.en))
        )
    return "".join(parts) + "</svg>"


def _threshold_lines(scale: Scale) -> Iterable[str]:
    for line in scale.thresholds:
        at = _percent(scale.place(line.value))
        yield f'<line class="threshold" x1="{at}" x2="{at}" y1="0" y2="100%"/>'


def _percent(share: float | Decimal) -> str:
    return f"{100 * float(share):.4g}%"

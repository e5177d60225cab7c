"""Caterpillar plots as Altair charts: an estimate, its interval, the raw mean beside it as a ring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shuping.documents.chart_palette import DARK, LIGHT, Palette, configured
from shuping.documents.panels.model import Caterpillar

if TYPE_CHECKING:
    import altair as alt

ROW = 20
"""Height of one line in pixels."""


def caterpillar_chart(found: Caterpillar, *, dark: bool = False) -> alt.VConcatChart:
    """Return the plot, sorted as the tracks are; needs ``shuping[documents]``."""
    palette = DARK if dark else LIGHT
    return configured([_plot(found, palette)], palette)


def _plot(found: Caterpillar, palette: Palette) -> Any:
    import altair as alt

    rows = [
        {"label": track.label, "value": track.value, "low": track.low, "high": track.high, "raw": track.raw}
        for track in found.tracks
    ]
    order = list(dict.fromkeys(track.label for track in found.tracks))
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("label:N", sort=order, title=None, axis=alt.Axis(minExtent=130))
    )
    scale = alt.Scale(zero=False, nice=True)
    layers = [
        base.mark_rule(color=palette.fill, strokeWidth=3).encode(
            x=alt.X("low:Q", scale=scale, title=None), x2="high:Q"
        ),
        base.mark_point(stroke=palette.soft, fill=palette.paper, size=55, strokeWidth=1.5, opacity=1)
        .encode(x=alt.X("raw:Q", scale=scale, title=None))
        .transform_filter("isValid(datum.raw)"),
        base.mark_circle(color=palette.accent, size=70, opacity=1).encode(x=alt.X("value:Q", scale=scale, title=None)),
    ]
    if found.zero is not None:
        line = alt.Chart(alt.InlineData(values=[{"zero": found.zero}])).mark_rule(color=palette.soft, strokeDash=[2, 3])
        layers.insert(0, line.encode(x=alt.X("zero:Q", scale=scale, title=None)))
    title = alt.TitleParams(found.caption, subtitle=found.note, subtitleFontSize=12)
    return alt.layer(*layers).properties(title=title, height=alt.Step(ROW), width=460)

"""Caterpillar plots as Altair charts: an estimate, its interval, the raw mean beside it as a ring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shuping.documents.chart_palette import DARK, LIGHT, Palette, configured
from shuping.documents.panels.model import Caterpillar

if TYPE_CHECKING:
    import altair as alt

ROW = 20
"""Height of one line in pixels."""
LABELLED, TALL = 120, 2400
"""More lines than this have no labels, and share so many pixels."""


def caterpillar_chart(found: Caterpillar, *, dark: bool = False) -> alt.VConcatChart:
    """Return the plot, sorted as the tracks are; needs ``shuping[documents]``."""
    palette = DARK if dark else LIGHT
    return configured([_plot(found, palette)], palette)


def _plot(found: Caterpillar, palette: Palette) -> Any:
    import altair as alt

    rows = [
        {"label": track.label, "place": place, "value": track.value, "low": track.low, "high": track.high,
         "raw": track.raw}
        for place, track in enumerate(found.tracks)
    ]  # fmt: skip
    many = len(rows) > LABELLED
    base = alt.Chart(alt.InlineData(values=rows)).encode(y=_unlabelled(len(rows)) if many else _labelled(found))
    wide, dot, ring = (1, 6, 6) if many else (3, 70, 55)
    scale = alt.Scale(zero=False, nice=True)
    layers = [
        base.mark_rule(color=palette.fill, strokeWidth=wide).encode(
            x=alt.X("low:Q", scale=scale, title=None), x2="high:Q"
        ),
        base.mark_point(stroke=palette.soft, fill=palette.paper, size=ring, strokeWidth=1 if many else 1.5, opacity=1)
        .encode(x=alt.X("raw:Q", scale=scale, title=None))
        .transform_filter("isValid(datum.raw)"),
        base.mark_circle(color=palette.accent, size=dot, opacity=1).encode(x=alt.X("value:Q", scale=scale, title=None)),
    ]
    if found.zero is not None:
        line = alt.Chart(alt.InlineData(values=[{"zero": found.zero}])).mark_rule(color=palette.soft, strokeDash=[2, 3])
        layers.insert(0, line.encode(x=alt.X("zero:Q", scale=scale, title=None)))
    title = alt.TitleParams(found.caption, subtitle=found.note, subtitleFontSize=12)
    return alt.layer(*layers).properties(
        title=title, height=min(TALL, 2 * len(rows)) if many else alt.Step(ROW), width=460
    )


def _labelled(found: Caterpillar) -> Any:
    import altair as alt

    order = list(dict.fromkeys(track.label for track in found.tracks))
    return alt.Y("label:N", sort=order, title=None, axis=alt.Axis(minExtent=130))


def _unlabelled(count: int) -> Any:
    import altair as alt

    scale = alt.Scale(domain=[-0.5, count - 0.5], reverse=True, nice=False, zero=False)
    return alt.Y("place:Q", scale=scale, axis=None)

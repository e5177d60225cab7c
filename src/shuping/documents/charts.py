"""Charts as Altair specifications: the standing, the criteria as small multiples, a unit's profile.

Positions are floats, as every drawing's; the figures printed beside the marks are the frames' own texts. Nothing is
told by colour alone: the earlier total is a ring, the highlighted unit's name is bold.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from shuping.documents.chart_palette import DARK, LIGHT, Palette, configured, word
from shuping.documents.report_arrange import arrange
from shuping.documents.report_groups import GroupView, Panel, PanelRow, Standing
from shuping.documents.report_view import Node, ReportView, UnitView
from shuping.errors import InputError, Lang, Problem
from shuping.scoring.result import Result
from shuping.scoring.words import ADJUSTING

if TYPE_CHECKING:
    import altair as alt

Kind = Literal["standing", "criteria", "profile"]
KINDS: tuple[Kind, ...] = ("standing", "criteria", "profile")
ROW = 22
"""Height of one unit in pixels."""


def chart(
    result: Result,
    kind: Kind,
    *,
    period: str | None = None,
    group: str | None = None,
    unit: str | None = None,
    lang: Lang = "zh",
    dark: bool = False,
) -> alt.VConcatChart:
    """Return a chart of one period (default: the last).

    ``standing``: the totals of each group (or of ``group``), sorted, with grade thresholds and the totals before.
    ``criteria``: one panel a first-level criterion, units in order of their points, ``unit`` highlighted.
    ``profile``: the points of ``unit`` on each first-level criterion against its group's range.
    Raises InputError for a kind, period, group or unit that the result does not have.
    """
    page = _page(result, kind, period, group, unit)
    palette = DARK if dark else LIGHT
    if kind == "profile":
        subject = next(view for view in page.units if view.standing.unit == unit)
        return configured([_profile(subject, lang, palette)], palette)
    groups = [view for view in page.groups if group in (None, view.id) and (kind == "standing" or view.panels)]
    if kind == "standing":
        return configured([_standing(view, lang, palette) for view in groups], palette)
    return configured([_criteria(view, unit, lang, palette) for view in groups], palette)


def chart_svg(chart: alt.VConcatChart) -> str:
    """Return the chart as SVG text. Nothing is loaded from anywhere."""
    import vl_convert

    drawn = str(vl_convert.vegalite_to_svg(json.loads(chart.to_json()), allowed_base_urls=[]))
    return _renumbered(drawn)


def _renumbered(svg: str) -> str:
    """Number the clips from 0: the converter counts on through its life, and equal charts must give equal bytes."""
    numbers: dict[str, int] = {}

    def numbered(found: re.Match[str]) -> str:
        return f"{found[1]}{numbers.setdefault(found[2], len(numbers))}"

    return re.sub(r"""((?:id="|url\(#)(?:clip|gradient_))(\d+)""", numbered, svg)


def chart_png(chart: alt.VConcatChart, scale: float = 2.0) -> bytes:
    """Return the chart as a PNG at ``scale`` pixels to the point. Nothing is loaded from anywhere."""
    import vl_convert

    return bytes(vl_convert.vegalite_to_png(json.loads(chart.to_json()), scale=scale, allowed_base_urls=[]))


def _page(result: Result, kind: str, period: str | None, group: str | None, unit: str | None) -> ReportView:
    problems = []
    if kind not in KINDS:
        problems.append(Problem("documents.unknown-chart", {"given": kind, "known": ", ".join(KINDS)}))
    if period not in (None, *result.periods):
        problems.append(Problem("documents.unknown-period", {"given": period, "known": ", ".join(result.periods)}))
    page = arrange(result, period if period in result.periods else None)
    known = [view.id for view in page.groups]
    if group not in (None, *known):
        problems.append(Problem("documents.unknown-group", {"given": group, "known": ", ".join(known)}))
    if kind == "profile" and unit is None:
        problems.append(Problem("documents.chart-needs-unit", {}))
    elif unit not in (None, *(view.standing.unit for view in page.units)):
        problems.append(Problem("documents.unknown-unit", {"given": unit}))
    if problems:
        raise InputError(problems)
    return page


def _labels(rows: Sequence[Standing], lang: Lang) -> dict[str, str]:
    """Return a label per unit; units of one name are told apart by their ids."""
    names = {row.unit: row.name.zh if lang == "zh" else row.name.en for row in rows}
    often = [name for name in names.values() if list(names.values()).count(name) > 1]
    return {unit: f"{name} ({unit})" if name in often else name for unit, name in names.items()}


def _standing(group: GroupView, lang: Lang, palette: Palette) -> Any:
    import altair as alt

    labels = _labels(group.rows, lang)
    rows = [_dot_row(row, labels[row.unit], lang) for row in group.rows]
    scale = alt.Scale(domain=[float(group.scale.low), float(group.scale.high)], nice=False)
    x = alt.X("total:Q", scale=scale, title=word("total", lang))
    y = alt.Y("unit:N", sort=[row["unit"] for row in rows], title=None, axis=alt.Axis(minExtent=130))
    base = alt.Chart(_data(rows)).encode(y=y)
    lines = [
        {"value": float(line.value), "label": f"{line.title.zh if lang == 'zh' else line.title.en} {line.shown}"}
        for line in group.scale.thresholds
    ]
    limits = alt.Chart(_data(lines)).encode(x=alt.X("value:Q", scale=scale, title=word("total", lang)))
    return alt.layer(
        limits.mark_rule(color=palette.soft, strokeDash=[2, 3]),
        limits.mark_text(color=palette.soft, dy=-8, y=0).encode(text="label:N"),
        base.mark_rule(color=palette.soft, strokeWidth=1.5).encode(x="previous:Q", x2="total:Q"),
        base.mark_point(stroke=palette.soft, fill=palette.paper, size=50, strokeWidth=1.5, opacity=1).encode(
            x=alt.X("previous:Q", scale=scale)
        ),
        base.mark_circle(color=palette.accent, size=90, opacity=1).encode(x=x),
        base.mark_text(color=palette.ink, align="left", x="width", dx=10).encode(text="shown:N"),
    ).properties(title=_title(group, lang), height=alt.Step(ROW), width=420)


def _dot_row(row: Standing, label: str, lang: Lang) -> dict[str, Any]:
    now, before = row.dots
    grade = "" if row.grade is None else row.grade.zh if lang == "zh" else row.grade.en
    return {
        "unit": label,
        "total": None if now is None else float(now),
        "previous": None if before is None else float(before),
        "shown": word("missing", lang) if row.total is None else f"{row.total}  {grade}".rstrip(),
    }


def _criteria(group: GroupView, unit: str | None, lang: Lang, palette: Palette) -> Any:
    import altair as alt

    labels = _labels(group.rows, lang)
    panels = [_panel(panel, labels, unit, lang, palette) for panel in group.panels]
    return alt.concat(*panels, columns=3).properties(title=_title(group, lang))


def _panel(panel: Panel, labels: dict[str, str], unit: str | None, lang: Lang, palette: Palette) -> Any:
    import altair as alt

    rows = [_bar_row(row, labels, unit, lang) for row in panel.rows]
    bold: Any = {"test": f"datum.value === {json.dumps(labels.get(unit or ''))}", "value": "bold"}
    axis = alt.Axis(labelFontWeight={"condition": bold, "value": "normal"}, labelLimit=110, minExtent=110)
    y = alt.Y("unit:N", sort=[row["unit"] for row in rows], title=None, axis=axis)
    base = alt.Chart(_data(rows)).encode(y=y)
    colour = alt.condition("datum.marked", alt.value(palette.accent), alt.value(palette.fill))
    x = alt.X("share:Q", scale=alt.Scale(domain=[0, 1]), axis=None)
    return alt.layer(
        base.mark_bar(color=palette.track, height=9, clip=True).encode(x=alt.XDatum(1, type="quantitative", axis=None)),
        base.mark_bar(height=9, clip=True).encode(x=x, color=colour),
        base.mark_text(color=palette.ink, align="left", x="width", dx=6).encode(text="shown:N"),
    ).properties(title=_panel_title(panel, lang), width=130, height=alt.Step(18))


def _bar_row(row: PanelRow, labels: dict[str, str], unit: str | None, lang: Lang) -> dict[str, Any]:
    return {
        "unit": labels[row.standing.unit],
        "share": row.share,
        "shown": word("missing", lang) if row.points is None else row.points,
        "marked": row.standing.unit == unit,
    }


def _profile(subject: UnitView, lang: Lang, palette: Palette) -> Any:
    import altair as alt

    nodes = subject.root.children if subject.root else ()
    rows = [_profile_row(node, lang) for node in nodes if node.kind not in ADJUSTING]
    y = alt.Y("criterion:N", sort=[row["criterion"] for row in rows], title=None)
    share = alt.Scale(domain=[0, 1])
    base = alt.Chart(_data(rows)).encode(y=y)
    axis = alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1])
    x = alt.X("share:Q", scale=share, axis=axis, title=word("share_of_full", lang))
    return alt.layer(
        base.mark_bar(color=palette.track, height=12, clip=True).encode(x=alt.XDatum(1, type="quantitative")),
        base.mark_bar(color=palette.fill, height=12, clip=True).encode(x=x),
        base.mark_rule(color=palette.ink, strokeWidth=1.5).encode(x="low:Q", x2="high:Q"),
        base.mark_tick(color=palette.ink, size=10, thickness=1.5).encode(x="low:Q"),
        base.mark_tick(color=palette.ink, size=10, thickness=1.5).encode(x="high:Q"),
        base.mark_text(color=palette.ink, align="left", x="width", dx=10).encode(text="shown:N"),
    ).properties(title=_profile_title(subject, lang), height=alt.Step(26), width=380)


def _profile_row(node: Node, lang: Lang) -> dict[str, Any]:
    everyone = [*node.others, *(() if node.share is None else (node.share,))]
    shown = word("missing", lang) if node.points is None else node.points
    return {
        "criterion": node.title.zh if lang == "zh" else node.title.en,
        "share": node.share,
        "low": min(everyone, default=None),
        "high": max(everyone, default=None),
        "shown": f"{shown} / {node.points_max}" if node.points_max else shown,
    }


def _data(rows: Sequence[dict[str, Any]]) -> Any:
    import altair as alt

    return alt.InlineData(values=list(rows))


def _title(group: GroupView, lang: Lang) -> str:
    return group.title.zh if lang == "zh" else group.title.en


def _panel_title(panel: Panel, lang: Lang) -> Any:
    import altair as alt

    full = word("full_points", lang).format(points=panel.points_max)
    title = panel.title.zh if lang == "zh" else panel.title.en
    return alt.TitleParams(title, subtitle=full, fontSize=12, subtitleFontSize=11, offset=6, anchor="start")


def _profile_title(subject: UnitView, lang: Lang) -> Any:
    import altair as alt

    row = subject.standing
    name = row.name.zh if lang == "zh" else row.name.en
    total = word("no_total", lang) if row.total is None else f"{word('total', lang)} {row.total}"
    return alt.TitleParams(name, subtitle=f"{total} · {word('range_note', lang)}")

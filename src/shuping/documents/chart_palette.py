"""The look of the charts, light and dark, and their words. Blue on grey: clear to any colour vision, and in print."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import altair as alt

FONT = "Noto Sans CJK SC, Microsoft YaHei, PingFang SC, sans-serif"


class Palette(NamedTuple):
    """The colours of a chart by what they are for."""

    paper: str
    ink: str
    soft: str
    track: str
    fill: str
    accent: str


LIGHT = Palette(paper="#ffffff", ink="#1c2127", soft="#565f69", track="#e6e9ea", fill="#7fa8cc", accent="#1d5b8f")
DARK = Palette(paper="#14171a", ink="#e7e9ea", soft="#a7afb7", track="#2b3238", fill="#4a7fae", accent="#8ec3ee")


def word(key: str, lang: str) -> str:
    """Return a word of the charts (or of the report) in ``zh`` or ``en``."""
    return _words()[key][lang]


def configured(parts: Sequence[Any], palette: Palette) -> alt.VConcatChart:
    """Stack the charts and give them the house look."""
    import altair as alt

    stacked: alt.VConcatChart = (
        alt.vconcat(*parts, spacing=36)
        .configure(font=FONT, background=palette.paper, padding=16)
        .configure_view(stroke=None)
        .configure_axis(
            domain=False,
            ticks=False,
            grid=False,
            labelColor=palette.ink,
            labelFontSize=12,
            labelLimit=220,
            labelPadding=8,
            titleColor=palette.soft,
            titleFontWeight="normal",
        )
        .configure_title(anchor="start", color=palette.ink, subtitleColor=palette.soft, fontSize=14, offset=22)
        .configure_text(fontSize=12)
    )
    return stacked


@cache
def _words() -> dict[str, dict[str, str]]:
    path = resources.files("shuping.documents").joinpath("phrases", "report.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))

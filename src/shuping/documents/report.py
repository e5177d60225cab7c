"""The HTML report: one self-contained file with the standing, the criteria side by side and a page per unit.

The file needs no network and runs under a strict content-security policy: its own style sheet and script are inlined
and named there by their hashes. Without JavaScript everything is visible, one unit after the other.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from shuping.documents import drawing, rank_drawing
from shuping.documents.html_page import asset, environment, policy
from shuping.documents.packing import need
from shuping.documents.report_arrange import arrange
from shuping.documents.report_groups import Pair
from shuping.documents.report_view import ReportView
from shuping.documents.report_what_if import weighing
from shuping.scoring.result import Result

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

FIGURE_SPACE = "\u2007"
REPORT_FILE = "report.html"


def write_report(result: Result, path: Path, lang: Literal["zh", "en"] | None = None) -> None:
    """Write the report on the result's last period to ``path``. Same result, same bytes.

    ``lang`` fixes the language shown first; by default it is Chinese, or English where the reader's browser does not
    ask for Chinese. Both languages are in the file. Raises MissingExtraError without the ``documents`` extra.
    """
    path.write_text(render_report(result, lang), encoding="utf-8", newline="\n")


def render_report(result: Result, lang: Literal["zh", "en"] | None = None) -> str:
    """Return the report as HTML (see ``write_report``). Raises MissingExtraError where jinja2 is not installed."""
    need("jinja2", "jinja2")
    template = _environment().get_template("report.html.j2")
    page = arrange(result)
    style, script = asset("report.css"), asset("report.js")
    if page.certainty:
        style += asset("report_certainty.css")
    weights = weighing(result, page)
    if weights.groups:
        style, script = style + asset("report_what_if.css"), script + asset("report_what_if.js")
    return template.render(
        page=page,
        weights=weights,
        lang=lang or "zh",
        fixed=lang is not None,
        style=_trusted(style),
        script=_trusted(script),
        policy=policy(style, script=script),
        document_title=_document_title(page),
    )


@cache
def phrases() -> dict[str, dict[str, str]]:
    """Return the words of the interface: ``{key: {"zh": text, "en": text}}``."""
    return tomllib.loads(asset("report.toml", "phrases")) | tomllib.loads(asset("report_what_if.toml", "phrases"))


def _document_title(page: ReportView) -> Pair:
    return Pair(f"{page.title.zh} · {page.period.zh}", f"{page.title.en} · {page.period.en}")


@cache
def _environment() -> Environment:
    made = environment()
    made.globals.update(
        t=say,
        both=both,
        spoken=spoken,
        in_line=in_line,
        trusted=_trusted,
        bar=lambda *given: _trusted(drawing.bar(*given)),
        dots=lambda *given: _trusted(drawing.dots(*given)),
        scale_head=lambda *given: _trusted(drawing.scale_head(*given)),
        span=lambda *given: _trusted(rank_drawing.span(*given)),
        places_head=lambda *given: _trusted(rank_drawing.places_head(*given)),
        drawn_matrix=lambda *given: _trusted(rank_drawing.drawn_matrix(*given)),
    )
    return made


def say(key: str, **given: object) -> Markup:
    """Return a phrase of the interface in both languages; what fills it may itself be a pair."""
    filled = {lang: {name: _in(value, lang) for name, value in given.items()} for lang in ("zh", "en")}
    words = phrases()[key]
    return both(Pair(words["zh"].format_map(filled["zh"]), words["en"].format_map(filled["en"])))


def both(text: Pair) -> Markup:
    """Return a text in both languages, escaped; the style sheet shows one of them."""
    from markupsafe import Markup, escape

    if text.zh == text.en:
        return escape(text.zh)
    return Markup("<span lang=zh>{}</span><span lang=en>{}</span>").format(text.zh, text.en)


def spoken(key: str) -> Mapping[str, str]:
    """Return a phrase for an attribute that the script fills."""
    return phrases()[key]


def in_line(figure: str, decimals: int) -> str:
    """Return a figure with figure spaces for the decimals it lacks, so that points stand in line in a column."""
    lacking = decimals - len(figure.partition(".")[2]) + (0 if "." in figure or not decimals else 1)
    return figure + FIGURE_SPACE * lacking


def _in(value: object, lang: str) -> object:
    return (value.zh if lang == "zh" else value.en) if isinstance(value, Pair) else value


def _trusted(text: str) -> Markup:
    """Mark our own style sheet, script or drawing as HTML. Drawings escape the texts they write."""
    from markupsafe import Markup

    return Markup(text)  # nosec B704 - our own files and drawings, never a text of the user's

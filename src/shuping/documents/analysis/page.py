"""The analysis as one HTML file: both languages, no script, no network, a strict content-security policy."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from shuping.documents.analysis.compose import compose
from shuping.documents.analysis.model import Say
from shuping.documents.analysis.view import Analysis
from shuping.documents.analysis.words import phrases
from shuping.documents.html_page import asset, environment, policy
from shuping.documents.packing import need

if TYPE_CHECKING:
    from jinja2 import Environment


def render_page(analysis: Analysis, lang: str) -> str:
    """Return the page; ``lang`` is shown first. Same figures, same bytes. Raises MissingExtraError without jinja2."""
    need("jinja2", "jinja2")
    style = asset("rules.css") + asset("analysis.css")
    documents = [compose(analysis, "zh"), compose(analysis, "en")]
    template = _environment().get_template("analysis.html.j2")
    return template.render(documents=documents, lang=lang, style=style, policy=policy(style), phrases=phrases())


@cache
def _environment() -> Environment:
    made = environment()
    made.tests["say"] = lambda block: isinstance(block, Say)
    return made

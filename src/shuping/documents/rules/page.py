"""The rules as one HTML file: both languages in it, no script, no network, under a strict content-security policy."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from shuping.documents.html_page import asset, environment, policy
from shuping.documents.packing import need
from shuping.documents.rules.compose import compose
from shuping.documents.rules.model import Paragraph
from shuping.records.register import Register
from shuping.rulebook.model import Rulebook

if TYPE_CHECKING:
    from jinja2 import Environment


def render_page(rulebook: Rulebook, lang: str, register: Register | None = None) -> str:
    """Return the page; ``lang`` is shown first. Raises MissingExtraError where jinja2 is not installed."""
    need("jinja2", "jinja2")
    style = asset("rules.css")
    template = _environment().get_template("rules.html.j2")
    documents = [compose(rulebook, "zh", register), compose(rulebook, "en", register)]
    return template.render(documents=documents, lang=lang, style=style, policy=policy(style))


@cache
def _environment() -> Environment:
    made = environment()
    made.tests["paragraph"] = lambda block: isinstance(block, Paragraph)
    return made

"""The rules as one HTML file: both languages in it, no script, no network, under a strict content-security policy."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

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
    style = _asset("rules.css")
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    ours = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    template = _environment().get_template("rules.html.j2")
    documents = [compose(rulebook, "zh", register), compose(rulebook, "en", register)]
    return template.render(documents=documents, lang=lang, style=style, policy=ours)


@cache
def _asset(name: str) -> str:
    found = resources.files("shuping.documents").joinpath("templates", name)
    return found.read_text(encoding="utf-8").replace("\r\n", "\n")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FunctionLoader(_asset), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.tests["paragraph"] = lambda block: isinstance(block, Paragraph)
    environment.filters["ours"] = lambda text: Markup(text)  # nosec B704 - our own style sheet, no text of the user's
    return environment

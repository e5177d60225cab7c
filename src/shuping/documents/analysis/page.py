"""The analysis as one HTML file: both languages, no script, no network, a strict content-security policy."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from shuping.documents.analysis.compose import compose
from shuping.documents.analysis.model import Say
from shuping.documents.analysis.view import Analysis
from shuping.documents.analysis.words import phrases
from shuping.documents.packing import need

if TYPE_CHECKING:
    from jinja2 import Environment


def render_page(analysis: Analysis, lang: str) -> str:
    """Return the page; ``lang`` is shown first. Same figures, same bytes. Raises MissingExtraError without jinja2."""
    need("jinja2", "jinja2")
    style = _asset("rules.css") + _asset("analysis.css")
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    documents = [compose(analysis, "zh"), compose(analysis, "en")]
    template = _environment().get_template("analysis.html.j2")
    return template.render(documents=documents, lang=lang, style=style, policy=policy, phrases=phrases())


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
    environment.tests["say"] = lambda block: isinstance(block, Say)
    environment.filters["ours"] = lambda text: Markup(text)  # nosec B704 - our own style sheet and drawings
    return environment

"""The document as one HTML file: both languages, plots inside as pictures; no script, no network, a strict policy."""

from __future__ import annotations

import base64
from functools import cache
from typing import TYPE_CHECKING

from shuping.documents.charts import chart_png, chart_svg
from shuping.documents.html_page import asset, environment, policy
from shuping.documents.packing import need
from shuping.documents.panels.charts import LABELLED, caterpillar_chart
from shuping.documents.panels.compose import compose
from shuping.documents.panels.model import Caterpillar, Paragraph
from shuping.documents.panels.view import Judgement

if TYPE_CHECKING:
    from jinja2 import Environment


def render_page(judgement: Judgement, lang: str) -> str:
    """Return the page; ``lang`` is shown first. Raises MissingExtraError without ``shuping[documents]``."""
    need("jinja2", "jinja2")
    need("altair", "altair")
    style = asset("rules.css") + asset("panel.css")
    documents = [compose(judgement, "zh"), compose(judgement, "en")]
    template = _environment().get_template("panel.html.j2")
    return template.render(documents=documents, lang=lang, style=style, policy=policy(style, pictures=True))


def _picture(found: Caterpillar, *, dark: bool) -> str:
    """Return the plot as a data URL; one of very many lines as pixels, which takes a tenth of the room."""
    chart = caterpillar_chart(found, dark=dark)
    if len(found.tracks) > LABELLED:
        return f"data:image/png;base64,{base64.b64encode(chart_png(chart, 1)).decode('ascii')}"
    return f"data:image/svg+xml;base64,{base64.b64encode(chart_svg(chart).encode('utf-8')).decode('ascii')}"


@cache
def _environment() -> Environment:
    made = environment()
    made.tests["paragraph"] = lambda block: isinstance(block, Paragraph)
    made.tests["caterpillar"] = lambda block: isinstance(block, Caterpillar)
    made.globals["picture"] = _picture
    return made

"""What every document on one HTML page is made with: its files, its templates, its content-security policy."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def asset(name: str, folder: str = "templates") -> str:
    """Return a template, style sheet, script or catalogue of phrases; the same text on every system."""
    found = resources.files("shuping.documents").joinpath(folder, name)
    return found.read_text(encoding="utf-8").replace("\r\n", "\n")


def policy(style: str, *, script: str = "", pictures: bool = False) -> str:
    """Return the content-security policy: nothing from anywhere but this very style sheet and script, and pictures
    that the page itself holds.
    """
    images = "img-src data:; " if pictures else ""
    ours = f"style-src '{_hash(style)}'" + (f"; script-src '{_hash(script)}'" if script else "")
    return f"default-src 'none'; {images}{ours}; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def environment() -> Environment:
    """Return an environment for the templates: autoescaped, strict about names. ``ours`` marks what needs no escape."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined
    from markupsafe import Markup

    made = Environment(
        loader=FunctionLoader(asset), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters["ours"] = lambda text: Markup(text)  # nosec B704 - our own style sheet and drawings
    return made

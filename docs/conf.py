"""Sphinx: Markdown pages, a theme without external assets, and reference pages written from the code itself."""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from shuping import __version__
from tools.reference import GENERATED

project = "Shuping 述评"
author = "The Shuping developers"
copyright = "The Shuping developers, Apache-2.0"
version = release = __version__
extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 4
suppress_warnings = ["myst.header"]  # generated parts start at their own heading level
exclude_patterns = ["Thumbs.db"]
html_theme = "furo"
html_title = f"Shuping 述评 {version}"
html_copy_source = False
language = "en"


def _fill(app, docname, source):
    source[0] = re.sub(r"<!-- generated: (\w+) -->", lambda match: GENERATED[match[1]](), source[0])


def setup(app):
    """Fill the generated parts of the pages while they are read."""
    from pygments.lexers.special import TextLexer

    app.connect("source-read", _fill)
    app.add_lexer("csv", TextLexer)  # Pygments has no colours for it: tables of the folder are shown as they are

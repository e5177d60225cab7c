"""The rule book as people read it: one document in two languages, as Word files, as a page and in the terminal.

Every figure in it is a figure of the models, apart from the numbering and the worked examples, which say so.
"""

from shuping.documents.rules.compose import compose
from shuping.documents.rules.page import render_page
from shuping.documents.rules.word import word_bytes

__all__ = ["compose", "render_page", "word_bytes"]

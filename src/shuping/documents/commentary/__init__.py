"""The commentary: a review meeting's appraisal in words, every figure a reference into the result."""

from shuping.documents.commentary.compose import compose
from shuping.documents.commentary.model import Commentary, Count, Figure, plain
from shuping.documents.commentary.references import resolve
from shuping.documents.commentary.word import write_commentary

__all__ = ["Commentary", "Count", "Figure", "compose", "plain", "resolve", "write_commentary"]

"""The analysis as a document in one language: a part a comparison group, sections, paragraphs, tables with drawings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Align = Literal["left", "right"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A cell: its text; ``tone`` (-5 to 5) colours a correlation; ``drawing``: SVG of our own, beside the text;
    ``doubtful``: its sign is not certain.
    """

    text: str
    tone: int = 0
    drawing: str = ""
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """A column: heading, how its cells stand; ``full``: read out where the heading is only a number."""

    title: str
    align: Align = "right"
    full: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. Every row has a heading and one cell a column after the first. ``kind``: its style; ``legend``: what the
    drawings' colours mean, as (class, words).
    """

    caption: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[str, tuple[Figure, ...]], ...]
    kind: Literal["plain", "heat"] = "plain"
    legend: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Say:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it."""

    title: str
    blocks: tuple[Say | Grid, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One comparison group."""

    title: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class AnalysisDocument:
    """The whole analysis in one language."""

    lang: str
    title: str
    subtitle: str
    opening: tuple[Say, ...]
    parts: tuple[Part, ...]

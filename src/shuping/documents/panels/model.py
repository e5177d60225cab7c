"""A document of ballots and panels: sections of paragraphs, tables and caterpillar plots, in one language."""

from __future__ import annotations

from dataclasses import dataclass

from shuping.documents.rules.model import Cell, Column, Paragraph, Table, row

__all__ = ["Block", "Caterpillar", "Cell", "Column", "PanelDocument", "Paragraph", "Section", "Table", "Track", "row"]


@dataclass(frozen=True, slots=True)
class Track:
    """A line of a caterpillar plot: an estimate with its interval, and the raw mean beside it where there is one."""

    label: str
    value: float
    low: float
    high: float
    raw: float | None = None


@dataclass(frozen=True, slots=True)
class Caterpillar:
    """Estimates with their intervals, sorted; ``key`` names its file, ``zero`` draws a line there."""

    key: str
    caption: str
    note: str
    tracks: tuple[Track, ...]
    zero: float | None = None


Block = Paragraph | Table | Caterpillar


@dataclass(frozen=True, slots=True)
class Section:
    """One ballot or panel."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class PanelDocument:
    """Everything that people judged in one period, in one language."""

    lang: str
    title: str
    subtitle: str
    sections: tuple[Section, ...]

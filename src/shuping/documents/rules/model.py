"""The rules as a document: sections of paragraphs and tables, in one language, the same for every kind of file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: its text (lines parted by a line break) and how many rows and columns it takes."""

    text: str
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Column:
    """A column: heading, share of the width, how its cells stand; ``code`` for formulas; ``numbering`` for ordinals."""

    title: str
    width: int
    align: Literal["left", "center", "right"] = "left"
    code: bool = False
    numbering: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table. A row has one entry a column; None where a cell above or to the left covers the place.

    ``wide``: too wide for an upright page. ``caption`` may be empty. ``made_up``: its figures are examples.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell | None, ...], ...]
    caption: str = ""
    wide: bool = False
    made_up: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; ``number`` is its place in a list, empty outside lists."""

    text: str
    number: str = ""


Block = Paragraph | Table


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its ordinal, and what stands under it."""

    number: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class RulesDocument:
    """A whole rule book in words, in one language."""

    lang: str
    title: str
    subtitle: str
    sections: tuple[Section, ...]
    signature: str = ""

    def texts(self, *, made_up: bool = False) -> Iterator[str]:
        """Yield every text without the numbering; the worked examples only with ``made_up``."""
        yield from (self.title, self.subtitle, self.signature)
        for section in self.sections:
            yield section.title
            for block in section.blocks:
                if isinstance(block, Paragraph):
                    yield block.text
                elif made_up or not block.made_up:
                    yield block.caption
                    yield from (column.title for column in block.columns)
                    for row in block.rows:
                        held = zip(row, block.columns, strict=True)
                        yield from (cell.text for cell, column in held if cell is not None and not column.numbering)


def row(*texts: str) -> tuple[Cell, ...]:
    """Return a row of plain cells."""
    return tuple(Cell(text) for text in texts)

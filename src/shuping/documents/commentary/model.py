"""The commentary as data: sections of paragraphs of runs, where every number is a reference into a frame.

A commentary holds no digit of its own. A run is one of

- ``Words``: our own words, from ``phrases/*.toml``; never a digit;
- ``Quoted``: words that belong to the rule book, the register or the calendar (names, titles, a period's label);
- ``Ordinal``: the number of a line in an attached list;
- ``Figure``: one cell of a frame of the result, with the text shown for it;
- ``Count``: a number of rows of a frame, with the conditions that select them.

``references.resolve`` finds the text of a figure or count anew from the result: the tests walk every run with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Table = Literal["standing", "scores", "measures", "findings", "uncertainty"]
Form = Literal["plain", "signed", "magnitude"]


@dataclass(frozen=True, slots=True)
class Words:
    """Our own words."""

    text: str


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words of the rule book, the register or the calendar, quoted as they are."""

    text: str


@dataclass(frozen=True, slots=True)
class Ordinal:
    """The position of a row in an attached list."""

    text: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One cell of a frame: ``item`` is the row's criterion, measure or finding ("" in standing).

    ``form``: ``signed`` prints ``+1.20``; ``magnitude`` leaves the sign to the words around it ("rose by 1.20").
    """

    table: Table
    period: str
    unit: str
    item: str
    column: str
    text: str
    form: Form = "plain"


@dataclass(frozen=True, slots=True)
class Condition:
    """What a counted row must meet. ``over`` and ``under`` compare with zero, ``given`` and ``missing`` with null."""

    column: str
    test: Literal["is", "over", "under", "given", "missing"]
    value: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """A number of rows of ``table`` that meet every condition; ``distinct`` counts the values of one column instead."""

    table: Table
    where: tuple[Condition, ...]
    text: str
    distinct: str = ""


Run = Words | Quoted | Ordinal | Figure | Count
Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its ordinal (``一、``, ``1.``), paragraphs, and sections below it."""

    number: str
    title: Runs
    paragraphs: tuple[Runs, ...] = ()
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A row of an attached table; a ``band`` is one cell across the table (the name of a comparison group)."""

    cells: tuple[Runs, ...]
    band: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an attached table: heading, share of the width, and how its cells stand."""

    title: str
    width: int
    align: Literal["left", "center", "right"] = "left"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A table that follows the text, with its label (``附件1``) and title."""

    label: str
    title: Runs
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Commentary:
    """A whole commentary in one language, for one period."""

    lang: str
    period: str
    title: Runs
    subtitle: Runs
    opening: tuple[Runs, ...]
    sections: tuple[Section, ...]
    closing: tuple[Runs, ...]
    signature: Runs
    attachments: tuple[Attachment, ...]

    def runs(self) -> Iterator[Run]:
        """Yield every run in reading order, the attached tables included."""
        for runs in (self.title, self.subtitle, *self.opening):
            yield from runs
        for section in self.sections:
            yield from _section_runs(section)
        for runs in (*self.closing, self.signature):
            yield from runs
        for attachment in self.attachments:
            yield from attachment.title
            for row in attachment.rows:
                for cell in row.cells:
                    yield from cell

    def text(self) -> str:
        """Return the commentary as plain text, one line a heading or paragraph, without the attached tables."""
        lines = [plain(self.title), plain(self.subtitle), *map(plain, self.opening)]
        for section in self.sections:
            lines += _section_lines(section)
        lines += [*map(plain, self.closing), plain(self.signature)]
        return "\n".join(line for line in lines if line)


def plain(runs: Runs) -> str:
    """Return the text of some runs."""
    return "".join(run.text for run in runs)


def _section_runs(section: Section) -> Iterator[Run]:
    yield from section.title
    for paragraph in section.paragraphs:
        yield from paragraph
    for below in section.sections:
        yield from _section_runs(below)


def _section_lines(section: Section) -> list[str]:
    lines = [section.number + plain(section.title), *map(plain, section.paragraphs)]
    for below in section.sections:
        lines += _section_lines(below)
    return lines

"""The rules in the terminal: headings, paragraphs and tables, and as plain data for ``--json``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from shuping.documents.rules.model import Paragraph, RulesDocument, Table

if TYPE_CHECKING:
    from rich.console import RenderableType


def printed(rules: RulesDocument) -> Iterator[RenderableType]:
    """Yield everything in reading order for a terminal."""
    from rich.text import Text

    yield Text(rules.title, style="bold")
    yield Text(f"{rules.subtitle}\n", style="dim")
    for section in rules.sections:
        yield Text(f"{section.number}{section.title}", style="bold")
        for block in section.blocks:
            yield Text(block.number + block.text) if isinstance(block, Paragraph) else _table(block)
        yield Text("")


def _table(found: Table) -> RenderableType:
    from rich.table import Table as Printed
    from rich.text import Text

    table = Printed(
        title=Text(found.caption) if found.caption else None, title_justify="left", show_lines=True, header_style="dim"
    )
    for column in found.columns:
        table.add_column(Text(column.title), justify=column.align, ratio=column.width, overflow="fold")
    for row in found.rows:
        table.add_row(*(Text("" if cell is None else cell.text) for cell in row))
    return table


def as_data(rules: RulesDocument) -> dict[str, Any]:
    """Return the document as plain data: sections of paragraphs (texts) and tables (headings and rows of texts)."""
    return {
        "title": rules.title,
        "subtitle": rules.subtitle,
        "sections": [
            {
                "title": section.title,
                "blocks": [
                    block.number + block.text if isinstance(block, Paragraph) else _plain(block)
                    for block in section.blocks
                ],
            }
            for section in rules.sections
        ],
    }


def _plain(table: Table) -> dict[str, Any]:
    return {
        "caption": table.caption,
        "columns": [column.title for column in table.columns],
        "rows": [[None if cell is None else cell.text for cell in row] for row in table.rows],
    }

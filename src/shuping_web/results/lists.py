"""The standing as rows for a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from shuping_web.results.adapters import Group


def standing_columns() -> list[str]:
    """Return the headings of ``standing_rows``."""
    heads = [_("Group"), _("Code"), _("Unit"), _("Rank"), _("Interval"), _("Total"), _("Grade"), _("Note")]
    return [*heads, _("Since last period")]


def standing_rows(groups: Sequence[Group]) -> Iterator[tuple[object, ...]]:
    """Yield each unit's place, figures as printed on the page."""
    for group in groups:
        for row in group.rows:
            rank, note = (_("to be decided") if row.open else row.rank), row.note or row.missing
            total, change = _number(row.total), _number(row.change)
            yield (group.title, row.unit, row.name, rank, row.interval, total, row.grade, note, change)


def _number(text: str | None) -> object:
    try:
        return None if text is None else Decimal(text.replace("\u2212", "-"))
    except InvalidOperation:
        return text

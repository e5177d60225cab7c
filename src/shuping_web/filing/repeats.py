"""Rows that may stand only once (``unique`` of a dataset), asked again in the turn of the action that writes them: two
people may have been told at the same moment that theirs is the first. What the same row is, the library says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from shuping_web.cycles.adapters import Rulebook
from shuping_web.filing.adapters import Key, Row, keys_of, repeats
from shuping_web.filing.queries import rows_beside, versions_beside
from shuping_web.people.language import semicolon
from shuping_web.people.models import Unit

SHOWN = 12
NewRow = tuple[Unit, str, Mapping[str, str]]


class Beside:
    """What stands beside new rows (unit, period, values), read when it is made; ``refuse_repeated`` reads once more
    only what has changed since. ``without``: the record that a row takes the place of.
    """

    def __init__(self, book: Rulebook, dataset: str, rows: Sequence[NewRow], without: int | None = None) -> None:
        self._spec, self._dataset, self._rows, self._without = book.datasets[dataset], dataset, rows, without
        self._units = {unit.pk for unit, _period, _values in rows}
        self._versions: dict[int, int] = {}
        self._standing: dict[int, Key | None] = {}
        self._keys = keys_of(self._spec, [Row(unit.code, period, values) for unit, period, values in rows])
        if self._spec.unique:
            self._renew()

    def refuse_repeated(self) -> None:
        """Raise ValidationError where a row repeats one that stands now, or another of the new ones. Asks for the turn
        of the action that writes them. What is asked here was asked of the library when the form was judged: this is
        for what came in since.
        """
        if not self._spec.unique:
            return
        self._renew()
        standing = {key for key in self._standing.values() if key is not None}
        found = [self._rows[at] for at in repeats(self._keys, standing)]
        if found:
            raise ValidationError(
                _(
                    "Somebody filed a row with the same values in the meantime; it may stand only once. What you wrote "
                    "is still here: %s."
                )
                % semicolon().join(self._named(*row) for row in found[:SHOWN])
            )

    def _renew(self) -> None:
        """Read what came or changed: every change of a record gives it another version."""
        now = versions_beside(self._dataset, self._units, without=self._without)
        new = [key for key, version in now.items() if self._versions.get(key) != version]
        rows = rows_beside(self._dataset, self._units, only=new if self._versions else None, without=self._without)
        read = dict(zip((row.record or 0 for row in rows), keys_of(self._spec, rows), strict=True)) if new else {}
        self._standing = {key: read[key] if key in read else self._standing[key] for key in now}
        self._versions = now

    def _named(self, unit: Unit, period: str, values: Mapping[str, str]) -> str:
        shown = [values.get(name, "") for name in self._spec.unique if name != "unit"]
        return ", ".join([unit.name, *([period] if period else []), *shown])


def refuse_repeated(book: Rulebook, dataset: str, rows: Sequence[NewRow], *, without: int | None = None) -> None:
    """Raise ValidationError for rows that repeat one that stands, or each other; asks for the turn."""
    if book.datasets[dataset].unique:
        Beside(book, dataset, rows, without).refuse_repeated()

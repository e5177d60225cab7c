"""Rows that may stand only once (``unique`` of a dataset), asked again in the turn of the action that writes them: two
people may have been told at the same moment that theirs is the first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from shuping_web.cycles.adapters import Rulebook
from shuping_web.filing.adapters import Dataset, Row
from shuping_web.filing.queries import rows_beside
from shuping_web.people.adapters import exact
from shuping_web.people.models import Unit

NUMBERS = ("integer", "number")
SHOWN = 12
Key = tuple[str | Fraction, ...]


def refuse_repeated(
    book: Rulebook, dataset: str, rows: Sequence[tuple[Unit, str, Mapping[str, str]]], *, without: int | None = None
) -> None:
    """Raise ValidationError for rows (unit, period, values) that repeat one that stands, or each other; a row without
    all of the fields of ``unique`` repeats none. ``without``: the record that a row takes the place of. What is asked
    here was asked of the library when the form was judged: this is for what came in since.
    """
    spec = book.datasets[dataset]
    if not spec.unique:
        return
    standing = rows_beside(dataset, {unit.pk for unit, _period, _values in rows}, without=without)
    there: set[Key | None] = {_key(spec, row) for row in standing}
    repeated = []
    for unit, period, values in rows:
        key = _key(spec, Row(unit.code, period, values))
        if key is not None and key in there:
            repeated.append(", ".join([unit.name, *([period] if period else []), *map(str, key[2:])]))
        there.add(key)
    if repeated:
        raise ValidationError(
            _("Somebody filed a row with the same values in the meantime; it may stand only once. What you wrote is "
              "still here: %s.") % "; ".join(repeated[:SHOWN])
        )  # fmt: skip


def _key(spec: Dataset, row: Row) -> Key | None:
    found: list[str | Fraction] = [row.unit, row.period]
    for name in spec.unique:
        if name == "unit":
            continue
        text = row.values.get(name, "")
        if not text:
            return None
        number = exact(text) if spec.fields[name].type in NUMBERS else None
        found.append(text if number is None else number)
    return tuple(found)

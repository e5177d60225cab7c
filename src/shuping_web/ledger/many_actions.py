"""Many rows and their events in a short turn.

What a database takes of each row is worked out before the turn; in it the rows are only numbered, chained and written,
so that nobody else waits for more than that. Nothing here is half done: the turn is one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import Field, Model

from shuping_web.ledger.chain import FIRST, canonical, hash_of_text, joined
from shuping_web.ledger.models import Event

GIVEN = ("at", "actor", "action", "unit", "data")
"""What is known of an event before its turn."""
MANY = 1_000
"""Rows from which on SQLite is given room for them."""
ROOM = 64_000
"""That room, in kibibytes."""


@dataclass(frozen=True)
class ReadyRows:
    """Rows of one table as its database takes them; the first value of each is its key, not yet known."""

    model: type[Model]
    rows: Sequence[list[Any]]

    def at(self, places: Sequence[int], columns: Mapping[str, Sequence[Any]]) -> ReadyRows:
        """Return the rows at these places, with what was not known of them before: by field a value for each place, as
        the database takes it.
        """
        names = [field.name for field in _fields(self.model)]
        chosen = [list(self.rows[place]) for place in places]
        for name, values in columns.items():
            column = names.index(name)
            for row, value in zip(chosen, values, strict=True):
                row[column] = value
        return ReadyRows(self.model, chosen)


@dataclass(frozen=True)
class ReadyEvent:
    """An event without number, subject and hash: its canonical parts, and its columns as the database takes them."""

    parts: dict[str, str]
    columns: dict[str, Any]


def ready_rows(objects: Sequence[Model]) -> ReadyRows:
    """Return new objects of one kind as rows to be written. Raises ValueError where there are none."""
    if not objects:
        raise ValueError("no rows")
    model = type(objects[0])
    fields = _fields(model)[1:]
    rows = [[None, *(_value(field, field.pre_save(one, True)) for field in fields)] for one in objects]
    return ReadyRows(model, rows)


def ready_event(*, actor: str, at: datetime, action: str, unit: str, data: dict[str, Any]) -> ReadyEvent:
    """Return an event to be chained."""
    event = Event(at=at.astimezone(UTC), actor=actor, action=action, unit=unit, data=data)
    content = event.content()
    fields = {field.name: field for field in _fields(Event)}
    columns = {name: _value(fields[name], getattr(event, name)) for name in GIVEN}
    return ReadyEvent({name: canonical(content[name]) for name in GIVEN}, columns)


def write_rows(ready: ReadyRows) -> list[int]:
    """Write rows and return their keys, one after the other. Asks for the turn."""
    keys = _next_keys(ready.model, len(ready.rows))
    _insert(ready.model, _fields(ready.model), [[key, *row[1:]] for key, row in zip(keys, ready.rows, strict=True)])
    return keys


def write_events(events: Sequence[ReadyEvent], subjects: Sequence[str]) -> None:
    """Add events after the last one, each with its subject. Asks for the turn."""
    last, previous = Event.objects.order_by("-number").values_list("number", "hash").first() or (0, FIRST)
    fields, rows = _fields(Event)[1:], []
    for number, (event, subject) in enumerate(zip(events, subjects, strict=True), last + 1):
        text = joined({**event.parts, "number": str(number), "subject": canonical(subject)})
        made = hash_of_text(previous, text)
        told = {**event.columns, "number": number, "subject": subject, "previous": previous, "hash": made}
        rows.append([told[field.name] for field in fields])
        previous = made
    _insert(Event, fields, rows)


def _fields(model: type[Model]) -> list[Field[Any, Any]]:
    """Return the columns of a table, its key first."""
    found = model._meta.concrete_fields
    return sorted(found, key=lambda field: not field.primary_key)


def _value(field: Field[Any, Any], value: Any) -> Any:
    return field.get_db_prep_save(value, connection)


def _insert(model: type[Model], fields: Sequence[Field[Any, Any]], rows: Sequence[Sequence[Any]]) -> None:
    quoted = connection.ops.quote_name
    columns = ", ".join(quoted(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite" and len(rows) > MANY:
            # SQLite keeps 2 MB of pages; what does not fit is written and read again and again before the turn is over.
            # The connection keeps the larger limit until it is closed
            cursor.execute(f"PRAGMA cache_size = -{ROOM}")
        # names are the model's own; what people wrote goes beside the statement
        cursor.executemany(f"INSERT INTO {quoted(model._meta.db_table)} ({columns}) VALUES ({marks})", rows)  # nosec B608


def _next_keys(model: type[Model], number: int) -> list[int]:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sequence = "nextval(pg_get_serial_sequence(%s, %s))"
            given = [connection.ops.quote_name(table), model._meta.pk.column, number]
            cursor.execute(f"SELECT {sequence} FROM generate_series(1, %s)", given)  # nosec B608
            return sorted(key for (key,) in cursor.fetchall())
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])  # keys of old rows never come back
        last = (cursor.fetchone() or (0,))[0]
        return list(range(last + 1, last + 1 + number))

"""What is only ever added to is kept so by the database itself: it refuses to change or remove such rows, whoever asks
through the site's connection.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

EVENTS = "ledger_event"
TABLES: list[str] = [EVENTS]
"""The tables whose rows are added and never changed; a room adds its own with ``append_only``."""
READ_ALONE = "django_migrations"
"""What the owner writes and the site's own role only reads."""


def append_only(table: str) -> None:
    """Say that the rows of a table are never changed or removed (called in ``ready`` of a room)."""
    if table not in TABLES:
        TABLES.append(table)


def protect(connection: BaseDatabaseWrapper) -> None:
    """Make the tables append-only; done again after each migration, since SQLite loses triggers where a table is made
    anew. Only their owner can, so nothing happens for another role.
    """
    for table in TABLES:
        if connection.vendor == "sqlite":
            _run(connection, _triggers(table).values())
        elif owns(connection, table):
            _run(connection, _postgresql(table))


def unprotect(connection: BaseDatabaseWrapper) -> None:
    """Open the tables again. For tests that break what must hold on purpose; nothing of the site calls it."""
    if connection.vendor != "sqlite":
        _run(connection, ["SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL DEFERRED"])  # what waits, is looked at
    for table in TABLES:
        if connection.vendor == "sqlite":
            _run(connection, [f"DROP TRIGGER IF EXISTS {name}" for name in _triggers(table)])
        else:
            drop = f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}"
            _run(connection, [drop, f"GRANT UPDATE, DELETE, TRUNCATE ON {table} TO CURRENT_USER"])


def grant(connection: BaseDatabaseWrapper, role: str) -> None:
    """Give the site's own role, which owns no table, what it needs: everything but changing or removing what is only
    added to, and changing the tables themselves.
    """
    name = connection.ops.quote_name(role)
    _run(
        connection,
        (
            f"GRANT USAGE ON SCHEMA public TO {name}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}",
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}",
            *(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {name}" for table in TABLES),
            f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {READ_ALONE} FROM {name}",
        ),
    )


def owns(connection: BaseDatabaseWrapper, table: str) -> bool:
    """Tell whether the role of a connection to PostgreSQL may change a table itself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_has_role(tableowner, 'USAGE') FROM pg_tables WHERE tablename = %s", [table])
        found = cursor.fetchone()
    return found is not None and bool(found[0])


def after_migrate(sender: Any, using: str, **_: Any) -> None:
    """Protect the tables once they are there (signal ``post_migrate``)."""
    from django.db import connections

    connection = connections[using]
    if set(TABLES) <= set(connection.introspection.table_names()):
        protect(connection)


def _triggers(table: str) -> dict[str, str]:
    return {
        f"{table}_no_{what.lower()}": f"CREATE TRIGGER IF NOT EXISTS {table}_no_{what.lower()} BEFORE {what} "
        f"ON {table} BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed or removed'); END"
        for what in ("UPDATE", "DELETE")
    }


def _postgresql(table: str) -> tuple[str, ...]:
    # Nothing refers to an event, so even the owner can do without the right to change one. Where other tables refer to
    # a row, PostgreSQL locks it with the rights of the owner, who needs them for that: there the trigger stops alone.
    taken = [f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM CURRENT_USER"] if table == EVENTS else []
    return (
        f"CREATE OR REPLACE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION 'rows of {table} are never changed or removed'; END $$",
        f"CREATE OR REPLACE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_append_only()",
        *taken,
    )


def _run(connection: BaseDatabaseWrapper, statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)

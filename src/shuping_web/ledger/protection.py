"""The database itself refuses to change or remove events, whoever asks through the site's connection."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "ledger_event"
SQLITE = {
    f"{TABLE}_no_{what.lower()}": f"CREATE TRIGGER IF NOT EXISTS {TABLE}_no_{what.lower()} BEFORE {what} ON {TABLE} "
    "BEGIN SELECT RAISE(ABORT, 'events are never changed or removed'); END"
    for what in ("UPDATE", "DELETE")
}
POSTGRESQL = (
    f"CREATE OR REPLACE FUNCTION {TABLE}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'events are never changed or removed'; END $$",
    f"CREATE OR REPLACE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {TABLE} "
    f"FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_is_append_only()",
    f"REVOKE UPDATE, DELETE, TRUNCATE ON {TABLE} FROM CURRENT_USER",
)


def protect(connection: BaseDatabaseWrapper) -> None:
    """Make the table of events append-only; done again after each migration, since SQLite loses triggers where a
    table is made anew.
    """
    _run(connection, SQLITE.values() if connection.vendor == "sqlite" else POSTGRESQL)


def unprotect(connection: BaseDatabaseWrapper) -> None:
    """Open the table again. For tests that break the chain on purpose; nothing of the site calls it."""
    if connection.vendor == "sqlite":
        _run(connection, [f"DROP TRIGGER IF EXISTS {name}" for name in SQLITE])
    else:
        drop = f"DROP TRIGGER IF EXISTS {TABLE}_append_only ON {TABLE}"
        _run(connection, [drop, f"GRANT UPDATE, DELETE, TRUNCATE ON {TABLE} TO CURRENT_USER"])


def grant(connection: BaseDatabaseWrapper, role: str) -> None:
    """Give the site's own role, which owns no table, what it needs: everything but changing or removing events."""
    name = connection.ops.quote_name(role)
    _run(
        connection,
        (
            f"GRANT USAGE ON SCHEMA public TO {name}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}",
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}",
            f"REVOKE UPDATE, DELETE, TRUNCATE ON {TABLE} FROM {name}",
        ),
    )


def after_migrate(sender: Any, using: str, **_: Any) -> None:
    """Protect the events once the tables are there (signal ``post_migrate``)."""
    from django.db import connections

    connection = connections[using]
    if TABLE in connection.introspection.table_names():
        protect(connection)


def _run(connection: BaseDatabaseWrapper, statements: Any) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)

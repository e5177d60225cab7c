"""The database opened when a command of the site starts: looked at first, so that what is wrong is told in words that
say who must act; then brought up to date by the role that owns it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer
from django.core.exceptions import ImproperlyConfigured

CANNOT = 2
"""Exit code: what the site was given does not do."""
PATIENCE = 10
"""Seconds within which a database must answer."""
NO_RIGHT = "42501"
"""PostgreSQL's code for what a role may not do."""
SITE, OWNER = "DATABASE_URL", "DATABASE_OWNER_URL"


class Unready(Exception):
    """The database cannot be used; says why and who must act, in Chinese and English."""


@contextmanager
def told() -> Iterator[None]:
    """Turn what is wrong with settings or database into a sentence on the terminal and exit code 2."""
    try:
        yield
    except (Unready, ImproperlyConfigured) as wrong:
        typer.echo(str(wrong), err=True)
    except OSError as wrong:
        typer.echo(
            "数据目录不能使用：请启动网站的人换一个，或请机器管理员授权 / "
            "the folder for the site's data cannot be used: whoever starts the site names another, or the machine's "
            f"administrator allows it\n  {wrong}", err=True,
        )  # fmt: skip
    else:
        return
    raise typer.Exit(CANNOT)


def open_database() -> None:
    """Look at the database, and bring its tables up to date: as their owner where one is named, else as the site's own
    role. Raises Unready.
    """
    from django.core.management import call_command
    from django.db import DatabaseError, connection, connections

    from shuping_web.ledger.protection import grant, protect
    from shuping_web.site.database import as_owner

    _look_both()
    try:
        with as_owner() as role:
            now = connections["default"]
            if behind(now):
                call_command("migrate", verbosity=0, interactive=False)
            protect(now)
            if role:
                grant(now, role)
    except DatabaseError as error:
        raise _no_tables(connection, error) from None


def behind(connection: Any) -> bool:
    """Tell whether tables are to be made or changed."""
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _look_both() -> None:
    from django.db import connection

    from shuping_web.site.database import settings_of

    owner = os.environ.get(OWNER, "")
    here = connection.settings_dict
    if connection.vendor != "postgresql":
        if owner:
            raise Unready(
                f"设置了 {OWNER}，但没有设置 {SITE}：启动网站的人请两个都设，或都不设 / "
                f"{OWNER} is set and {SITE} is not: whoever starts the site sets both, or neither"
            )
        return
    look(here, SITE)
    if not owner:
        return
    there = settings_of(owner, Path(), name=OWNER)
    if any(there[key] != here[key] for key in ("HOST", "PORT", "NAME")):
        raise Unready(
            f"{OWNER} 与 {SITE} 须指向同一台服务器上的同一个数据库，只是用户不同：请启动网站的人改正 / "
            f"{OWNER} and {SITE} name the same database of the same server, with two users: whoever starts the site "
            "puts it right"
        )
    look(there, OWNER)


def look(given: dict[str, Any], variable: str) -> None:
    """Connect to a PostgreSQL once. Raises Unready where that fails, with the server's own words and without the
    password: a pool would try again in silence until it gives up, and say neither.
    """
    import psycopg

    shared = _parameters(given)
    try:
        psycopg.connect(dbname=given["NAME"], **shared).close()
    except psycopg.ProgrammingError as error:
        zh, en = f"{variable} 里有 PostgreSQL 不认识的选项", f"{variable} has an option that PostgreSQL does not know"
        raise Unready(_words(zh, en, error)) from None
    except psycopg.OperationalError as error:
        if not _answers(given["HOST"], int(given["PORT"])):
            raise Unready(_words(*_down(given, variable), error)) from None
        try:
            # told apart by trying, not by the message: the server writes it in its own language
            psycopg.connect(dbname="postgres", **shared).close()
        except psycopg.OperationalError:
            raise Unready(_words(*_turned_away(given, variable), error)) from None
        raise Unready(_words(*_no_database(given, variable), error)) from None


def _parameters(given: dict[str, Any]) -> dict[str, Any]:
    options = {key: value for key, value in given["OPTIONS"].items() if key != "pool"}
    return {
        "host": given["HOST"], "port": given["PORT"], "user": given["USER"] or None,
        "password": given["PASSWORD"] or None, "connect_timeout": PATIENCE, **options,
    }  # fmt: skip


def _down(given: dict[str, Any], variable: str) -> tuple[str, str]:
    where = f"{given['HOST']}:{given['PORT']}"
    return (
        f"{variable} 所指的 {where} 没有数据库应答：请启动网站的人核对主机和端口，请服务器管理员确认 PostgreSQL 在运行",
        f"no database answers at {where}, which {variable} names: whoever starts the site looks at host and port, "
        "whoever runs the server whether PostgreSQL is up",
    )


def _turned_away(given: dict[str, Any], variable: str) -> tuple[str, str]:
    user = given["USER"]
    return (
        f"数据库服务器拒绝用户“{user}”：请启动网站的人核对 {variable} 里的用户和密码，请数据库管理员确认该用户可以登录"
        "（pg_hba.conf）",
        f"the server refuses the user '{user}': whoever starts the site looks at user and password in {variable}, the "
        "database's administrator whether the user may sign in (pg_hba.conf)",
    )


def _no_database(given: dict[str, Any], variable: str) -> tuple[str, str]:
    user, name = given["USER"], given["NAME"]
    return (
        f"用户“{user}”进不了数据库“{name}”：请数据库管理员建立它（CREATE DATABASE）或允许连接，"
        f"或请启动网站的人改正 {variable}",
        f"the user '{user}' cannot enter the database '{name}': its administrator makes it (CREATE DATABASE) or lets "
        f"the user connect, or whoever starts the site corrects {variable}",
    )


def _answers(host: str, port: int) -> bool:
    import socket

    if host.startswith("/"):
        return Path(host, f".s.PGSQL.{port}").exists()
    try:
        socket.create_connection((host, port), PATIENCE).close()
    except OSError:
        return False
    return True


def _no_tables(connection: Any, error: Exception) -> Unready:
    """Return what to say where the tables could not be brought up to date."""
    if connection.vendor == "sqlite":
        return Unready(
            _words(
                f"打不开数据库文件 {connection.settings_dict['NAME']}：请启动网站的人确认数据目录可写、文件完好",
                f"the database's file {connection.settings_dict['NAME']} cannot be used: whoever starts the site looks "
                "whether the folder can be written to and the file is whole", error,
            )
        )  # fmt: skip
    if NO_RIGHT in _codes(error):
        return Unready(
            _words(
                f"表需要新建或更新，而所用的用户无权这样做：请启动网站的人这一次用 {OWNER} 写明表的所有者，"
                "或请数据库管理员授权",
                f"tables are to be made or changed, and the user may not: whoever starts the site names their owner in "
                f"{OWNER} for this start, or the database's administrator grants it", error,
            )
        )  # fmt: skip
    return Unready(
        _words(
            "数据库不能更新到这一版：请数据库管理员看下面服务器的话",
            "the database cannot be brought to this version: its administrator reads what the server says", error,
        )
    )  # fmt: skip


def _codes(error: BaseException | None) -> set[str]:
    """Return PostgreSQL's codes of an error and of those that it came of: Django wraps them, twice at times."""
    found = set()
    while error is not None:
        found.add(str(getattr(error, "sqlstate", "")))
        error = error.__cause__ or error.__context__
    return found


def _words(zh: str, en: str, error: Exception) -> str:
    said = " ".join(str(error).split())
    return f"{zh} / {en}\n  {said}"

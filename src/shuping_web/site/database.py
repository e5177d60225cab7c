"""Which database the site uses: SQLite in its data folder, or the PostgreSQL that ``DATABASE_URL`` names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SCHEMES = ("postgresql", "postgres")
STAYS = 60
"""Seconds that a thread of the server keeps its connection to SQLite: opening one costs as much as a small page."""
THREADS = min(8, 2 * (os.cpu_count() or 1) + 1)
"""Threads of the server that answer. Python runs one at a time; the others wait for the database or for a writer's
turn. Many more would only slow down each other.
"""
WAITS = 20
"""Seconds that a request waits for its turn at the database."""
FORM = "postgresql://user:password@host:5432/name"


def settings_of(url: str, data: Path, *, name: str = "DATABASE_URL") -> dict[str, Any]:
    """Return Django's settings of a database: of the URL, or without one SQLite in the data folder. Raises
    ImproperlyConfigured, without showing the password, for a URL that is none of PostgreSQL's. ``name``: of the
    variable that holds the URL.
    """
    return _postgresql(url, name) if url else _sqlite(data)


def _sqlite(data: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": data / "shuping.sqlite3",
        "CONN_MAX_AGE": STAYS,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",  # a read before a write would otherwise meet "database is locked"
            "timeout": WAITS,
            # FULL costs 3 ms a write; with NORMAL a power cut takes the last records whose filing was confirmed
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        },
    }


def _postgresql(url: str, variable: str) -> dict[str, Any]:
    try:
        parts = urlsplit(url)
        port = parts.port or 5432
    except ValueError:
        raise _wrong(variable, "端口不是数字", "its port is no number") from None
    name, options = unquote(parts.path.lstrip("/")), dict(parse_qsl(parts.query))
    host = unquote(parts.hostname or "") or options.pop("host", "")  # a folder of sockets stands after the "?"
    if parts.scheme not in SCHEMES:
        start = parts.scheme or "?"
        raise _wrong(variable, f"给出的开头是“{start}:”", f"the one given starts with '{start}:'")
    if not host:
        raise _wrong(variable, "没有写主机", "the host is missing")
    if not name:
        raise _wrong(variable, "没有写数据库名", "the name of the database is missing")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(port),
        # a pool of its own for each process: its threads take connections in turns and hand them back
        "OPTIONS": {**options, "pool": {"min_size": 1, "max_size": 8, "timeout": WAITS}},
    }


def _wrong(variable: str, zh: str, en: str) -> ImproperlyConfigured:
    # the URL itself is not shown: it holds a password
    return ImproperlyConfigured(
        f"{variable} 应写作 {FORM}，{zh}：请启动网站的人改正 / "
        f"{variable} is written {FORM}; {en}: whoever starts the site puts it right"
    )


@contextmanager
def as_owner() -> Iterator[str]:
    """Work as the owner of the tables where ``DATABASE_OWNER_URL`` names one; yields the name of the site's own role,
    which then is not the owner (else nothing).
    """
    from django.db import connections
    from django.db.utils import load_backend

    url = os.environ.get("DATABASE_OWNER_URL", "")
    if not url:
        yield ""
        return
    site = connections["default"]
    wanted = settings_of(url, Path(), name="DATABASE_OWNER_URL")
    del wanted["OPTIONS"]["pool"]  # pools are known by the alias: the site would be given the owner's connections
    owner = load_backend(wanted["ENGINE"]).DatabaseWrapper({**site.settings_dict, **wanted}, alias="default")
    connections["default"] = owner
    try:
        yield str(site.settings_dict["USER"])
    finally:
        owner.close()
        connections["default"] = site

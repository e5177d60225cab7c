"""The SQLite that the site opens: what it has confirmed is on the disk."""

from __future__ import annotations

import pytest
from django.db import connection

FULL = 2


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL keeps what it confirmed unless told otherwise")
@pytest.mark.django_db
def test_a_commit_waits_for_the_disk():
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert cursor.execute("PRAGMA synchronous").fetchone() == (FULL,)

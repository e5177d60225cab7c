"""The demonstration county, generated once for all tests of this room."""

from __future__ import annotations

import csv
import io

import pytest

from shuping.demo import county_files

Table = list[dict[str, str]]


def read(content: bytes) -> Table:
    """Return a CSV file's rows."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"))))


@pytest.fixture(scope="session")
def files() -> dict[str, bytes]:
    """Every file of the county by its relative path."""
    return county_files()


@pytest.fixture(scope="session")
def tables(files: dict[str, bytes]) -> dict[str, Table]:
    """Every CSV file by its name without folder and ending."""
    return {
        path.split("/")[-1].removesuffix(".csv"): read(text) for path, text in files.items() if path.endswith(".csv")
    }

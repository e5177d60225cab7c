"""Partials by unit and field, and their roll-up, against the records counted in Python."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuping.errors import RulebookError
from shuping.measures.breakdown import breakdown
from shuping.rulebook.model import Rulebook

ROWS = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(0, 40), st.sampled_from(["x", "y"]), st.integers(-300, 300)),
    max_size=25,
)
ABOVE = {"a": ["a", "top"], "b": ["b", "top"]}


def rulebook(**values: str) -> Rulebook:
    fields = {
        "date": {"type": "date"},
        "kind": {"type": "category", "options": ["x", "y"]},
        "amount": {"type": "number", "places": 2, "required": True},
    }
    measures = {name: {"from": "events", "value": value} for name, value in values.items()}
    head = {"rulebook": "b", "version": "1", "title": "B", "groups": {"all": {"kind": "k"}}}
    return Rulebook.model_validate({**head, "datasets": {"events": {"fields": fields}}, "measures": measures})


def by_python(rows: list[tuple[str, int, str, int]]) -> set[tuple[Any, ...]]:
    found: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for unit, day, kind, amount in rows:
        if day < 31:  # January; the rest is February
            for above in ABOVE[unit]:
                found[above, kind].append((day, amount))
    return {
        (unit, kind, len(given), sum(amount for _, amount in given), len({day for day, _ in given}))
        for (unit, kind), given in found.items()
    }


@given(ROWS)
def test_rolled_up_partials_are_the_counts_of_the_records(rows: list[tuple[str, int, str, int]]) -> None:
    found = breakdown(rulebook(n="count()", q="sum(amount)", d="distinct(date)"), "events", "2025-01", ["kind"])
    records, amount, days = found.columns
    assert list(found.columns.values()) == ["sum", "sum", "or"]
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE events (unit TEXT, date DATE, kind TEXT, amount DECIMAL(18, 2))")
        connection.execute(
            "CREATE TABLE links AS SELECT * FROM "
            "(VALUES ('a', 'a'), ('a', 'top'), ('b', 'b'), ('b', 'top')) AS t(unit, ancestor)"
        )
        for unit, day, kind, hundredths in rows:
            when = date(2025, 1, 1) + timedelta(days=day)
            connection.execute(
                "INSERT INTO events VALUES (?, ?, ?, ?::DECIMAL(18, 2) / 100)", [unit, when, kind, hundredths]
            )
        connection.execute(f"CREATE TABLE parts AS {found.sql}")
        connection.execute(f"CREATE TABLE merged AS {found.rolled_up('parts', 'links')}")
        figures = f"SELECT unit, kind, {records}, ({amount} * 100)::BIGINT, bit_count({days}) FROM merged"
        assert set(connection.execute(figures).fetchall()) == by_python(rows)


def test_what_cannot_be_broken_down_is_refused() -> None:
    with pytest.raises(ValueError, match="no field of events: colour"):
        breakdown(rulebook(n="count()"), "events", "2025-01", ["colour"])
    with pytest.raises(ValueError, match="several kinds"):
        breakdown(rulebook(n="count()", k="distinct(kind)"), "events", "2025-01", ["kind"])
    with pytest.raises(ValueError, match="several kinds"):
        breakdown(rulebook(n="last(amount)"), "events", "2025-01", ["kind"])
    with pytest.raises(RulebookError):
        breakdown(rulebook(n="sum(nothing)"), "events", "2025-01", ["kind"])

"""Scoring a cycle: over what is frozen, else over what is filed; once for each state of the records."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from shuping_web.cycles.models import Cycle, Stage
from shuping_web.cycles.queries import book_of
from shuping_web.filing.adapters import Row
from shuping_web.filing.queries import frozen, register, rows_of
from shuping_web.ledger.queries import head
from shuping_web.results.adapters import Scoring, score


def scoring_of(cycle: Cycle) -> Scoring:
    """Return the scored cycle. Raises the library's InputError.

    The last event stands for the state of all records: nothing changes without one.
    """
    return _scoring(cycle.pk, (head() or (0, ""))[1])


@lru_cache(maxsize=8)
def _scoring(cycle_id: int, _state: str) -> Scoring:
    cycle = Cycle.objects.select_related("rulebook").get(pk=cycle_id)
    book = book_of(cycle)
    tables = list(cycle.tables.values_list("room", "name", "text"))
    if cycle.stage == Stage.FROZEN:
        units, rows = _frozen(cycle_id)
    else:
        units, rows = register(), rows_of(book, accepted_only=False)
    return score(book, units, rows, tables, cycle.period)


def _frozen(cycle_id: int) -> tuple[list[Mapping[str, Any]], dict[str, list[Row]]]:
    kept = frozen(cycle_id)
    assert kept is not None
    rows = {
        name: [Row(row["unit"], row["period"], row["values"]) for row in found]
        for name, found in kept.content["records"].items()
    }
    return kept.content["units"], rows

"""A folder's records made ready before the turn in which they are taken in: others write meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import uuid4

from shuping_web.cycles.models import Cycle, RulebookVersion
from shuping_web.filing.models import Record, State
from shuping_web.folders.adapters import FolderRead
from shuping_web.ledger.many_actions import ReadyRows, ready_rows
from shuping_web.people.adapters import exact
from shuping_web.people.models import Account

Key = tuple[str, str, str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True)
class ReadyFolder:
    """For each record of a folder what makes it the same as another one, and its row; ``unit``, ``filer``, ``cycle``
    and ``state`` of the rows are not known yet.
    """

    keys: list[Key]
    rows: ReadyRows | None


def made_ready(folder: FolderRead, by: Account, at: datetime) -> ReadyFolder:
    """Make the records of a folder ready for ``take_in``; decides nothing."""
    cycle = Cycle(rulebook=RulebookVersion(text=folder.text))  # says by which rules the records are dated; never saved
    records = [
        Record(
            dataset=row.dataset, cycle=cycle, period=row.period, values=dict(row.values), state=State.ACCEPTED,
            submission=uuid4(), filed_by=by, filed_at=at,
        )
        for row in folder.records
    ]  # fmt: skip
    keys = [key_of(row.dataset, row.unit, row.period, row.values) for row in folder.records]
    return ReadyFolder(keys, ready_rows(records) if records else None)


def key_of(dataset: str, unit: str, period: str, values: Mapping[str, object]) -> Key:
    """Return what makes two records the same: figures by their value, texts as they are, empty ones left out."""
    plain = sorted((name, _plain(str(value))) for name, value in values.items() if value not in (None, ""))
    return dataset, unit, period, tuple(plain)


@lru_cache(maxsize=50_000)
def _plain(value: str) -> str:
    number = exact(value)
    return value if number is None else str(number)

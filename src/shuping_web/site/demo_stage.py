"""The stage of the demonstration: its people, its units and its days, counted back from the moment it is filled in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from shuping_web.cycles.models import Cycle
from shuping_web.cycles.queries import local_day
from shuping_web.folders.adapters import FolderRead
from shuping_web.people.models import Account, Unit


@dataclass(frozen=True)
class Times:
    """Moments and days around the moment at which the demonstration is filled in."""

    now: datetime

    def ago(self, days: float, minutes: int = 0) -> datetime:
        """Return the moment so many days ago, and so many minutes later."""
        return self.now - timedelta(days=days) + timedelta(minutes=minutes)

    def day(self, ahead: int) -> date:
        """Return the day so many days ahead, or ago where negative."""
        return local_day(self.now) + timedelta(days=ahead)


@dataclass
class County:
    """Everything that the parts of the demonstration need. ``cycles``: by the names ``last``, ``safety``, ``year``;
    ``last_folder`` is what was filed last year alone.
    """

    times: Times
    folder: FolderRead
    last_folder: FolderRead
    people: dict[str, Account]
    cycles: dict[str, Cycle] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.units = {unit.code: unit for unit in Unit.objects.all()}

    def filer(self, code: str) -> Account:
        """Return who files for a unit."""
        return self.people[{"baimao": "town", "agriculture": "bureau"}.get(code, code)]

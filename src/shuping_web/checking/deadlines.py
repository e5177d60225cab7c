"""Until when each unit may file, for all units at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import QuerySet

from shuping_web.cycles.models import Cycle, LaterDeadline
from shuping_web.cycles.queries import end_of
from shuping_web.filing.models import Record


@dataclass(frozen=True)
class Ends:
    """The end of filing: of the cycle, and the later ones allowed to units (by number)."""

    usual: datetime
    later: Mapping[int, datetime] = field(default_factory=dict)

    def of(self, unit: int) -> datetime:
        """Return the moment at which a unit's filing ends."""
        return self.later.get(unit, self.usual)

    def groups(self, records: QuerySet[Record]) -> Iterator[tuple[datetime, QuerySet[Record]]]:
        """Yield each end with the records that it holds for."""
        yield self.usual, records.exclude(unit__in=list(self.later)) if self.later else records
        for end in sorted(set(self.later.values())):
            yield end, records.filter(unit__in=[unit for unit, until in self.later.items() if until == end])


def end_of_filing(cycle: Cycle) -> Ends:
    """Return when filing ends in a cycle: a later day allowed to a unit holds for all below it."""
    later: dict[int, date] = {}
    allowed = LaterDeadline.objects.filter(cycle=cycle, ended_at__isnull=True, until__gt=cycle.filing_until)
    for unit, until in allowed.values_list("unit__paths_below__below", "until"):
        later[unit] = max(until, later.get(unit, until))
    return Ends(end_of(cycle.filing_until), {unit: end_of(until) for unit, until in later.items()})

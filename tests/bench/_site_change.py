"""Change a figure of a record of a filled site through its action: ``python -m tests.bench._site_change DATA TIME``."""

from __future__ import annotations

import sys
from pathlib import Path


def main(data: Path, time: int) -> None:
    """Add one to a whole number of a record; of another dataset each ``time``, so that no change is like the last."""
    from shuping_web.site.commands import prepare

    prepare(data)
    from django.utils import timezone

    from shuping_web.cycles.models import Cycle
    from shuping_web.cycles.queries import book_of
    from shuping_web.filing.actions import change_record
    from shuping_web.filing.models import Record, State

    cycle = Cycle.objects.select_related("rulebook").get()
    book = book_of(cycle)
    counted = [
        (dataset, name)
        for dataset, spec in sorted(book.datasets.items())
        for name, field in spec.fields.items()
        if field.type == "integer" and Record.objects.filter(dataset=dataset, state=State.FILED).exists()
    ]
    dataset, name = counted[time % len(counted)]
    record = Record.objects.filter(dataset=dataset, state=State.FILED, period__lte=cycle.period).order_by("pk")[0]
    changed = {**record.values, name: str(int(record.values[name]) + 1)}
    change_record(
        cycle=cycle, record=record, period=record.period, values=changed, version=record.version, by=record.filed_by,
        at=timezone.now(),
    )  # fmt: skip
    print(dataset, name)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))

"""Change one record of a filled site through its action: ``python -m tests.bench._site_change DATA``."""

from __future__ import annotations

import sys
from pathlib import Path


def main(data: Path) -> None:
    """Accept the record that has waited longest."""
    from shuping_web.site.commands import prepare

    prepare(data)
    from django.utils import timezone

    from shuping_web.cycles.models import Cycle
    from shuping_web.filing.actions import check_record
    from shuping_web.filing.models import Record, State
    from shuping_web.people.models import Membership

    record = Record.objects.filter(state=State.FILED).order_by("pk")[0]
    checker = Membership.objects.filter(role="checker").select_related("account")[0].account
    check_record(
        cycle=Cycle.objects.get(), record=record, accept=True, reason="", version=record.version, by=checker,
        at=timezone.now(),
    )  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]))

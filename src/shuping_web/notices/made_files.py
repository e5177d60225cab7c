"""Files that the worker made for one person: kept beside the database, readable by nobody else, for a day.

Where a file was made but its work did not end, nobody is given it; begun again, the work writes it anew.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Q

from shuping_web.notices.models import OPEN, Job, JobState

KEEP = timedelta(hours=24)
"""How long a file can be fetched after it was made; then it is deleted."""
FOLDER = "made"


def place_of(job: Job) -> Path:
    """Return where the file of a job is kept."""
    return Path(settings.DATA) / FOLDER / str(job.key)


def keep_file(job: Job, content: Iterable[bytes]) -> int:
    """Keep the file of a job, whole or not at all, and return its bytes; one that is there already is replaced."""
    place = place_of(job)
    place.parent.mkdir(mode=0o700, exist_ok=True)
    half, size = place.with_suffix(f".{job.tries}.half"), 0
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        for part in content:
            size += out.write(part)
        out.flush()
        os.fsync(out.fileno())
    half.replace(place)
    return size


def kept_until(job: Job) -> datetime | None:
    """Return until when the file of a job can be fetched; None where there is none (any more)."""
    if job.state != JobState.DONE or job.ended_at is None or not place_of(job).is_file():
        return None
    return job.ended_at + KEEP


def let_files_go(now: datetime) -> int:
    """Delete the files whose time is over or that belong to no work, what broken-off work has left among them; return
    how many.
    """
    there = [path for path in (Path(settings.DATA) / FOLDER).glob("*") if path.is_file()]
    if not there:
        return 0
    live = Job.objects.filter(Q(state__in=OPEN) | Q(ended_at__gt=now - KEEP))
    keep = {str(key) for key in live.values_list("key", flat=True)}
    gone = [path for path in there if path.name.partition(".")[0] not in keep]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def let_files_of(account: int) -> None:
    """Delete the files that were made for an account."""
    for job in Job.objects.filter(started_by_id=account):
        place_of(job).unlink(missing_ok=True)

"""Work in the background: started by an action, taken by one worker at a time, its progress kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q
from django.utils import timezone

from shuping_web.ledger.actions import in_turn, record
from shuping_web.notices.models import Job, JobState
from shuping_web.people.models import Account

LEASE = timedelta(minutes=2)
"""How long a worker holds its work without a sign of life; each step of progress begins it anew."""
MOST_TRIES = 5
Progress = Callable[[int, int, str], None]
Work = Callable[[Job, Progress], str]
WORK: dict[str, Work] = {}
"""Each kind of work: a function of the job and of ``progress(done, total, words)``; it returns what to say at the end.
It may be begun again after the power failed, and must then do nothing twice.
"""


@dataclass(frozen=True)
class Told:
    """What the page of a job says of it in the language of the page: in a sentence, and where it leads when it has
    ended (an address and the words of the link).
    """

    said: str = ""
    back: str = ""
    leads: str = ""


TELL: dict[str, Callable[[Job], Told]] = {}
"""How each kind of work is told; kinds without an entry are told by the message they left."""


FETCH: dict[str, Callable[[Job], bool]] = {}
"""Kinds of work that leave a file (``made_files``), each with whether the person who started it may have it now."""


class Lost(Exception):
    """The lease ran out and another worker has the job: this one stops."""


def can_do(
    kind: str, work: Work, tell: Callable[[Job], Told] | None = None, fetch: Callable[[Job], bool] | None = None
) -> None:
    """Add a kind of work; a room does so when it is made ready. ``fetch``: it leaves a file, which the person who
    started it may have while this holds. Raises ValueError for a kind that is there.
    """
    if WORK.setdefault(kind, work) is not work:
        raise ValueError(f"there is work of this kind already: {kind}")
    if tell is not None:
        TELL[kind] = tell
    if fetch is not None:
        FETCH[kind] = fetch


def told_of(job: Job) -> Told:
    """Return what a job's page says of it."""
    return TELL[job.kind](job) if job.kind in TELL else Told(job.message)


@in_turn
def start_job(*, kind: str, given: Mapping[str, Any], by: Account, at: datetime, total: int = 0) -> Job:
    """Keep work to be done once the transaction has ended. Raises KeyError for a kind that nobody can do."""
    WORK[kind]
    job = Job.objects.create(kind=kind, given=dict(given), total=total, started_by=by, made_at=at)
    record(by=by, action="job_started", subject=f"job:{job.key}", at=at, data={"kind": kind})
    return job


def take_job(worker: str) -> Job | None:
    """Take the oldest work that waits, or whose worker gave no sign of life; None where there is none. Two workers
    never get the same: each claims by an UPDATE that asks for the state it saw.
    """
    now = timezone.now()
    due = Q(state=JobState.WAITING) | Q(state=JobState.RUNNING, lease_until__lt=now)
    for job in Job.objects.filter(due)[:5]:
        if job.tries >= MOST_TRIES:
            Job.objects.filter(due, pk=job.pk).update(
                state=JobState.FAILED, ended_at=now, message="", lease_until=None, worker=""
            )
        elif Job.objects.filter(due, pk=job.pk, tries=job.tries).update(
            state=JobState.RUNNING, worker=worker, lease_until=now + LEASE, tries=F("tries") + 1
        ):
            return Job.objects.get(pk=job.pk)
    return None


def do_job(job: Job) -> None:
    """Do work that was taken, and keep how it ended. What went wrong is shown by its kind, not by its text, which might
    hold what is not everybody's.
    """

    def progress(done: int, total: int, words: str = "") -> None:
        if not _mine(job).update(done=done, total=total, message=words[:300], lease_until=timezone.now() + LEASE):
            raise Lost

    try:
        words = WORK[job.kind](job, progress)
    except Lost:
        return
    except Exception as error:
        _mine(job).update(state=JobState.FAILED, ended_at=timezone.now(), message=type(error).__name__, worker="")
        raise
    _mine(job).update(
        state=JobState.DONE, ended_at=timezone.now(), message=words[:300], done=F("total"), lease_until=None, worker=""
    )


def _mine(job: Job) -> Any:
    return Job.objects.filter(pk=job.pk, worker=job.worker, tries=job.tries, state=JobState.RUNNING)

"""Work in the background: one worker at a time, taken up again after a crash, its progress kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from shuping_web.notices import job_actions
from shuping_web.notices.job_actions import LEASE, MOST_TRIES, Lost, can_do, do_job, start_job, take_job
from shuping_web.notices.models import Job, JobState
from shuping_web.notices.worker import Worker, look
from tests.web.conftest import World

SEEN: list[tuple[int, int]] = []


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    work: dict[str, Any] = {}
    monkeypatch.setattr(job_actions, "WORK", work)
    return work


def start(world: World, kind: str) -> Job:
    return start_job(kind=kind, given={"n": 3}, total=3, by=world.people["office"], at=timezone.now())


def count(job: Job, progress: Any) -> str:
    for done in range(job.given["n"]):
        progress(done + 1, 3, f"row {done + 1}")
        found = Job.objects.get(pk=job.pk)
        SEEN.append((found.done, found.percent))
    return "counted"


def test_progress_is_seen_while_it_works(world: World, kinds: dict[str, Any]) -> None:
    SEEN.clear()
    can_do("count", count)
    job = start(world, "count")
    assert look("one")
    job.refresh_from_db()
    assert SEEN == [(1, 33), (2, 66), (3, 100)]
    assert (job.state, job.message, job.percent) == (JobState.DONE, "counted", 100)
    assert not look("one")


def test_work_that_nobody_can_do_is_not_started(world: World, kinds: dict[str, Any]) -> None:
    with pytest.raises(KeyError):
        start(world, "unknown")
    can_do("count", count)
    with pytest.raises(ValueError, match="already"):
        can_do("count", lambda _job, _progress: "")


def test_a_second_worker_waits_for_the_lease(world: World, kinds: dict[str, Any]) -> None:
    can_do("count", count)
    job = start(world, "count")
    first = take_job("one")
    assert first is not None
    assert take_job("two") is None
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))  # the first one was killed
    second = take_job("two")
    assert second is not None
    assert (second.pk, second.worker, second.tries) == (job.pk, "two", 2)
    do_job(first)  # it comes back to life: its lease is lost, and it writes nothing
    job.refresh_from_db()
    assert (job.state, job.worker, job.done) == (JobState.RUNNING, "two", 0)
    do_job(second)
    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert timedelta(0) < LEASE


def test_work_that_kills_its_worker_ends(world: World, kinds: dict[str, Any]) -> None:
    can_do("count", count)
    job = start(world, "count")
    for _ in range(MOST_TRIES):
        assert take_job("one") is not None
        Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert take_job("one") is None
    job.refresh_from_db()
    assert job.state == JobState.FAILED


def test_an_error_is_kept_by_its_kind_alone(world: World, kinds: dict[str, Any]) -> None:
    def breaks(_job: Job, _progress: Any) -> str:
        raise RuntimeError("secret of a unit")

    can_do("breaks", breaks)
    job = start(world, "breaks")
    taken = take_job("one")
    assert taken is not None
    with pytest.raises(RuntimeError):
        do_job(taken)
    job.refresh_from_db()
    assert (job.state, job.message) == (JobState.FAILED, "RuntimeError")
    assert issubclass(Lost, Exception)


@pytest.mark.django_db(transaction=True)
def test_the_thread_starts_and_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    looked = threading.Event()

    def once(_name: str) -> bool:
        looked.set()
        raise RuntimeError("an error does not end the worker")

    monkeypatch.setattr("shuping_web.notices.worker.look", once)
    worker = Worker()
    worker.start()
    assert looked.wait(10)
    worker.stop()
    assert not worker._thread.is_alive()

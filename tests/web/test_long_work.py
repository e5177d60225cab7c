"""Long work is done in the background: with progress, once, and nothing of it half done where the worker is killed."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shuping_web.cycles.models import Cycle
from shuping_web.filing import table_actions, upload_actions
from shuping_web.filing.models import Batch, Record
from shuping_web.folders import upload_actions as folder_work
from shuping_web.ledger.models import Event
from shuping_web.notices.actions import Draft, plan_batch
from shuping_web.notices.job_actions import do_job, take_job
from shuping_web.notices.models import Job, JobState, Kind, Message
from shuping_web.notices.worker import look
from shuping_web.people.models import Account
from tests.web.conftest import NOW, World, folder
from tests.web.test_filing_tables import send, workbook

SignedIn = Callable[[str], Client]
ROWS = 12


class Killed(BaseException):
    """What SIGKILL leaves: nothing after it runs, and no transaction is ended."""


@pytest.fixture(autouse=True)
def _long_from_ten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shuping_web.filing.import_views.AT_ONCE", 10)


def uploaded(client: Client, rows: int = ROWS) -> int:
    send(client, workbook([["east", "2025-03-01", "talk", number] for number in range(1, rows + 1)]))
    return Batch.objects.get(filed_at__isnull=True).pk


def start(client: Client, number: int) -> Job:
    answer = client.post(f"/import/{number}/file/")
    job = Job.objects.latest("pk")
    assert answer.url == f"/job/{job.key}/"
    return job


def test_a_long_spreadsheet_is_filed_in_the_background_with_progress(
    world: World, client_of: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    east = client_of("east")
    number = uploaded(east)
    job = start(east, number)
    assert start(east, number) == job  # pressed twice
    assert Record.objects.count() == 0
    assert str(job.key) in east.get(f"/import/{number}/").content.decode()
    page = east.get(f"/job/{job.key}/").content.decode()
    assert '<noscript><meta http-equiv="refresh"' in page
    assert client_of("west").get(f"/job/{job.key}/").status_code == 404
    seen: list[tuple[int, str]] = []

    def confirm(**given: Any) -> int:
        found = Job.objects.get()
        seen.append((found.percent, upload_actions.told_of_upload(found).said))
        return table_actions.confirm_batch(**given)

    monkeypatch.setattr(upload_actions, "confirm_batch", confirm)
    assert look("one")
    assert seen == [(50, "The rows are being filed, all or none.")]
    page = east.get(f"/job/{job.key}/").content.decode()
    assert "12 records filed" in page
    assert "/records/activity/" in page
    assert "refresh" not in page
    assert Record.objects.count() == ROWS
    assert "已填报 12" in client_in_chinese(world).get(f"/job/{job.key}/").content.decode()


def client_in_chinese(world: World) -> Client:
    client = Client(headers={"host": "localhost", "accept-language": "zh-hans"})
    client.force_login(world.people["east"])
    return client


def killed_after(monkeypatch: pytest.MonkeyPatch, room: ModuleType, name: str) -> None:
    """Let a worker take the work that waits and be killed right after a function of a module did its part."""
    real = getattr(room, name)

    def killed(*given: Any, **named: Any) -> None:
        real(*given, **named)
        raise Killed

    taken = take_job("one")
    assert taken is not None
    with monkeypatch.context() as patched:
        patched.setattr(room, name, killed)
        with pytest.raises(Killed):
            do_job(taken)


def test_a_worker_killed_in_the_middle_leaves_nothing_half_filed(
    world: World, client_of: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    east = client_of("east")
    job, before = start(east, uploaded(east)), Event.objects.count()
    killed_after(monkeypatch, table_actions, "record_ready")
    assert (Record.objects.count(), Event.objects.count()) == (0, before)
    job.refresh_from_db()
    assert job.state == JobState.RUNNING
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert "no sign of life" in east.get(f"/job/{job.key}/").content.decode()
    assert look("two")
    job.refresh_from_db()
    assert (job.state, Record.objects.count()) == (JobState.DONE, ROWS)
    job.state = JobState.RUNNING  # killed after the rows were filed, before that was noted
    assert upload_actions.file_upload(job, lambda _done, _total, _words: None) == '{"filed": 12}'
    assert Record.objects.count() == ROWS


def test_what_changed_since_the_look_is_said_and_nothing_is_filed(
    world: World, client_of: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    east = client_of("east")
    number = uploaded(east)
    job = start(east, number)
    world.cycle.stage = "frozen"
    world.cycle.save(update_fields=["stage"])
    assert look("one")
    page = east.get(f"/job/{job.key}/").content.decode()
    assert "frozen" in page
    assert "Nothing was filed." in page
    assert f"/import/{number}/" in page  # where it can be started again
    assert Record.objects.count() == 0
    world.cycle.stage = "filing"
    world.cycle.save(update_fields=["stage"])
    again = start(east, number)
    assert again != job
    uploaded(east, 3)  # another file in its place
    assert look("one")
    assert "Nothing was filed." in east.get(f"/job/{again.key}/").content.decode()
    assert Record.objects.count() == 0


@pytest.fixture
def archive(tmp_path: Path) -> bytes:
    """The organisation as a folder of twelve records, packed."""
    rows = "unit,date,form,people\n" + "".join(f"east,2025-03-01,talk,{at}\n" for at in range(1, ROWS + 1))
    place, out = folder(tmp_path / "folder", rows), io.BytesIO()
    with zipfile.ZipFile(out, "w") as parts:
        for file in sorted(place.rglob("*.*")):
            parts.write(file, file.relative_to(place).as_posix())
    return out.getvalue()


def take_in(client: Client, archive: bytes) -> Job:
    terms = {"until": "2025-12-20", "checked": "no", "name": "Taken in", "reason": "", "period": ""}
    answer = client.post("/cycles/take-in/", {"file": SimpleUploadedFile("folder.zip", archive), **terms})
    job = Job.objects.latest("pk")
    assert answer.url == f"/job/{job.key}/"
    return job


def test_a_folder_of_many_records_is_taken_in_once_also_where_the_worker_is_killed(
    world: World, client_of: SignedIn, archive: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shuping_web.folders.views.AT_ONCE", 10)
    office, cycles, before = client_of("office"), Cycle.objects.count(), Event.objects.count()
    job = take_in(office, archive)
    assert folder_work.archive_of(job).exists()
    killed_after(monkeypatch, folder_work, "take_in")
    assert (Cycle.objects.count(), Record.objects.count(), Event.objects.count()) == (cycles, 0, before + 1)
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert look("two")
    page = office.get(f"/job/{job.key}/").content.decode()
    assert "The folder is a cycle now." in page
    assert (Cycle.objects.count(), Record.objects.count()) == (cycles + 1, ROWS)
    assert not folder_work.archive_of(job).exists()
    job.refresh_from_db()
    again = folder_work.folder_take_in(job, lambda _done, _total, _words: None)
    assert again == job.message  # killed after the cycle was made, before that was noted
    assert Cycle.objects.count() == cycles + 1


def test_a_folder_that_the_site_contradicts_is_told_on_the_page_of_the_work(
    world: World, client_of: SignedIn, archive: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shuping_web.folders.views.AT_ONCE", 10)
    office, cycles = client_of("office"), Cycle.objects.count()
    job = take_in(office, archive)
    world.units["east"].attributes = {"population": "1"}
    world.units["east"].save(update_fields=["attributes"])
    assert look("one")
    page = office.get(f"/job/{job.key}/").content.decode()
    assert "says otherwise of: east" in page
    assert "Nothing was taken in." in page
    assert "/cycles/take-in/" in page
    assert (Cycle.objects.count(), Record.objects.count()) == (cycles, 0)


def test_a_list_of_20000_records_stays_small_and_asks_as_little_as_a_short_one(
    world: World, client_of: SignedIn
) -> None:
    rows = [
        table_actions.NewRow(
            world.units["east"], "", {"date": "2025-03-01", "form": "talk", "people": str(at % 500 + 1)}
        )
        for at in range(20_000)
    ]
    addresses = ("/records/", "/records/activity/", "/records/activity/?page=3&order=f_people&q=talk", "/queue/", "/")
    checker, asked = client_of("office"), []
    for some in (rows[:1], rows[1:]):
        given = {"cycle": world.cycle, "dataset": "activity", "rows": some, "submission": uuid4()}
        table_actions.file_rows(**given, by=world.people["east"], at=NOW)
        for address in addresses:
            checker.get(address)  # what is kept between requests is there
            with CaptureQueriesContext(connection) as queries:
                page = checker.get(address)
            assert len(page.content) < 100_000
            asked.append((address, len(queries)))
    assert asked[: len(addresses)] == asked[len(addresses) :]
    start = time.monotonic()
    lines = b"".join(checker.get("/records/activity/?format=csv").streaming_content).count(b"\r\n")
    assert lines == 20_001
    assert time.monotonic() - start < 30  # two seconds on a machine with nothing else to do


def test_a_batch_of_500_mails_is_shown_in_pages(world: World, client_of: SignedIn) -> None:
    people = [Account(username=f"u{at}", name=f"N{at}", email=f"u{at}@county.example") for at in range(500)]
    Account.objects.bulk_create(people)
    drafts = [Draft(account, "Reminder", "Please file. " * 40, "two records") for account in people]
    batch = plan_batch(kind=Kind.REMINDER, title="All", drafts=drafts, by=world.people["office"], at=NOW)
    office, address = client_of("office"), f"/outbox/{batch.pk}/"
    with CaptureQueriesContext(connection) as queries:
        page = office.get(address)
    assert len(page.content) < 100_000
    assert len(queries) < 30
    shown = [one.pk for one in page.context["page"]]
    answer = office.post(f"{address}decide/", {"shown": shown, "send": shown[1:], "page": "2"})
    assert answer.url == f"{address}?page=2"
    page = office.get(answer.url)
    second = [one.pk for one in page.context["page"]]
    sent = office.post(f"{address}decide/", {"shown": second, "send": second[2:], "decision": "approve"})
    assert sent.status_code == 302
    left = set(Message.objects.filter(batch=batch, state="excluded").values_list("pk", flat=True))
    assert left == {shown[0], *second[:2]}  # not those of the pages that were never opened

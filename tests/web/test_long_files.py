"""Long files and freezing are made by the worker: once, for who asked, as that person may read when they are made."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineWorkbook

from shuping_web.checking import freeze_actions
from shuping_web.cycles.models import Cycle
from shuping_web.exports import table
from shuping_web.filing import actions as filing
from shuping_web.filing.actions import canonical, check_record, content_of, file_record, freeze
from shuping_web.filing.models import Record, RecordSet
from shuping_web.folders import actions as folders
from shuping_web.folders import hand_out_actions
from shuping_web.ledger import quiet
from shuping_web.ledger.models import Event
from shuping_web.notices.made_files import KEEP, let_files_go, place_of
from shuping_web.notices.models import Job, JobState
from shuping_web.notices.worker import look
from shuping_web.people.models import Membership
from tests.web.conftest import NOW, World
from tests.web.test_long_work import client_in_chinese, killed_after

SignedIn = Callable[[str], Client]
ROWS = 12
LIST = "/records/activity/?order=f_people&format="


@pytest.fixture(autouse=True)
def _long_from_ten(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(settings, "DATA", tmp_path)
    monkeypatch.setattr(table, "AT_ONCE", {"csv": 10, "xlsx": 10})
    monkeypatch.setattr(table, "STEP", 5)
    monkeypatch.setattr(freeze_actions, "AT_ONCE", 10)
    monkeypatch.setattr(hand_out_actions, "AT_ONCE", 10)


def put(world: World, people: int, unit: str = "east", *, accept: bool = True) -> Record:
    """File a record, and let a checker accept it."""
    values = {"date": "2025-03-01", "form": "talk", "people": str(people)}
    record = file_record(
        cycle=world.cycle, dataset="activity", unit=world.units[unit], period="", values=values, submission=uuid4(),
        by=world.people[unit], at=NOW,
    )  # fmt: skip
    if accept:
        by = world.people["checker"]
        check_record(cycle=world.cycle, record=record, accept=True, reason="", version=1, by=by, at=NOW)
    return record


@pytest.fixture
def filed(world: World) -> None:
    """Twelve accepted records of East, one of West."""
    for at in range(ROWS):
        put(world, at + 1)
    put(world, ROWS + 1, "west")


def body(answer: Any) -> bytes:
    assert answer.status_code == 200, answer.status_code
    return b"".join(answer.streaming_content)


def asked(client: Client, address: str) -> Job:
    answer = client.get(address)
    job = Job.objects.latest("pk")
    assert (answer.status_code, answer.url) == (302, f"/job/{job.key}/")
    return job


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_long_list_is_the_file_that_a_short_one_is(
    world: World, client_of: SignedIn, filed: None, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    east = client_of("east")
    monkeypatch.setattr(table, "AT_ONCE", {"csv": 100, "xlsx": 100})
    at_once = body(east.get(LIST + kind))
    monkeypatch.setattr(table, "AT_ONCE", {"csv": 10, "xlsx": 10})
    job = asked(east, LIST + kind)
    assert asked(east, LIST + kind) == job  # asked twice while it waits
    assert east.get(f"/job/{job.key}/file/").status_code == 404  # not there yet
    assert look("one")
    answer = east.get(f"/job/{job.key}/file/")
    assert body(answer) == at_once
    assert f".{kind}" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]
    page = east.get(f"/job/{job.key}/").content.decode()
    assert f"The file of {ROWS} rows is ready." in page  # East's, not West's row
    assert f'href="/job/{job.key}/file/"' in page
    assert "/records/activity/?order=f_people" in page
    assert f"共 {ROWS} 行" in client_in_chinese(world).get(f"/job/{job.key}/").content.decode()
    if kind == "xlsx":
        assert len(CalamineWorkbook.from_filelike(io.BytesIO(at_once)).get_sheet_by_index(0).to_python()) == ROWS + 1
    else:
        assert at_once.count(b"\r\n") == ROWS + 1


def test_nobody_else_has_the_file_and_who_may_not_read_the_list_any_more_has_not(
    world: World, client_of: SignedIn, filed: None
) -> None:
    east = client_of("east")
    job = asked(east, LIST + "csv")
    assert look("one")
    for other in ("west", "office", "admin", "auditor"):
        assert client_of(other).get(f"/job/{job.key}/file/").status_code == 404
    place = place_of(job)
    assert (place.stat().st_mode & 0o777, place.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    waiting = asked(east, LIST + "xlsx")
    Membership.objects.filter(account=world.people["east"]).update(valid_to=NOW.date() - timedelta(days=400))
    assert east.get(f"/job/{job.key}/file/").status_code == 404
    assert look("one")
    assert "not there for you any more" in east.get(f"/job/{waiting.key}/").content.decode()
    assert not place_of(waiting).exists()


def test_files_are_deleted_after_their_time_and_what_broken_off_work_left(
    world: World, client_of: SignedIn, filed: None
) -> None:
    east = client_of("east")
    job = asked(east, LIST + "csv")
    assert look("one")
    stray = place_of(job).with_name("of-no-work")
    stray.write_text("half")
    assert let_files_go(timezone.now()) == 1
    assert not stray.exists()
    assert place_of(job).exists()
    Job.objects.update(ended_at=timezone.now() - KEEP)
    assert east.get(f"/job/{job.key}/file/").status_code == 404
    assert let_files_go(timezone.now()) == 1
    assert not place_of(job).exists()
    assert "deleted after its time" in east.get(f"/job/{job.key}/").content.decode()


def test_progress_is_told_in_rows(world: World, client_of: SignedIn, filed: None, monkeypatch: Any) -> None:
    east = client_of("east")
    job, pages = asked(east, LIST + "xlsx"), []
    real = table._write

    def seen(sheet: Any, row: int, *rest: Any) -> None:
        if row == 7 and not pages:
            pages.append(Client.get(east, f"/job/{job.key}/").content.decode())
        real(sheet, row, *rest)

    monkeypatch.setattr(table, "_write", seen)
    assert look("one")
    assert "5 rows are written." in pages[0]
    assert '<progress id="done" max="100"></progress>' in pages[0]


def test_a_long_cycle_is_handed_out_once_also_where_the_worker_is_killed(
    world: World, client_of: SignedIn, filed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, address = client_of("office"), f"/cycles/{world.cycle.pk}/folder/"
    answer = office.post(address)
    job = Job.objects.latest("pk")
    assert answer.url == f"/job/{job.key}/"
    assert office.post(address).url == answer.url
    killed_after(monkeypatch, hand_out_actions, "_keep")
    assert not Event.objects.filter(action="folder_exported").exists()
    assert office.get(f"/job/{job.key}/file/").status_code == 404  # it lies there, and nobody is given it
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert look("two")
    content = body(office.get(f"/job/{job.key}/file/"))
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert "records/activity.csv" in names
    event = Event.objects.get(action="folder_exported")
    assert event.data["sha256"] == hashlib.sha256(content).hexdigest()
    job.refresh_from_db()
    again = hand_out_actions.folder_hand_out(job, lambda _done, _total, _words: None)
    assert again == job.message  # killed after the event, before the end was noted
    assert Event.objects.filter(action="folder_exported").count() == 1
    assert client_of("checker").get(f"/job/{job.key}/file/").status_code == 404


def test_a_long_cycle_is_frozen_once_also_where_the_worker_is_killed(
    world: World, client_of: SignedIn, filed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = client_of("office")
    answer = office.post("/freeze/", {"name": "First"})
    job = Job.objects.latest("pk")
    assert answer.url == f"/job/{job.key}/"
    assert office.post("/freeze/", {"name": "First"}).url == answer.url
    assert "being frozen in the background" in office.get("/freeze/").content.decode()
    wanted = content_of(world.cycle)
    killed_after(monkeypatch, freeze_actions, "_note")
    assert not RecordSet.objects.exists()
    assert Cycle.objects.get(pk=world.cycle.pk).stage == "filing"
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert look("two")
    kept = RecordSet.objects.get()
    assert (kept.name, kept.content) == ("First", wanted)
    assert kept.sha256 == hashlib.sha256(canonical(wanted).encode()).hexdigest()
    assert "Frozen." in office.get(f"/job/{job.key}/").content.decode()
    job.refresh_from_db()
    assert freeze_actions.freeze_cycle(job, lambda _done, _total, _words: None) == job.message
    assert RecordSet.objects.count() == 1
    assert Event.objects.filter(action="cycle_frozen").count() == 1
    assert job.state == JobState.DONE


def test_what_cannot_be_frozen_is_said_at_once_and_what_came_since_on_the_page_of_the_work(
    world: World, client_of: SignedIn, filed: None
) -> None:
    office = client_of("office")
    waiting = put(world, 50, accept=False)
    answer = office.post("/freeze/", follow=True)
    assert "1 records wait to be checked" in answer.content.decode()
    assert not Job.objects.exists()
    by = world.people["checker"]
    check_record(cycle=world.cycle, record=waiting, accept=True, reason="", version=1, by=by, at=NOW)
    office.post("/freeze/")
    put(world, 51, accept=False)
    assert look("one")
    page = office.get(f"/job/{Job.objects.get().key}/").content.decode()
    assert "1 records wait to be checked" in page
    assert "Nothing was frozen." in page
    assert not RecordSet.objects.exists()


def test_what_is_written_while_the_records_are_gathered_is_in_the_set_or_after_it(
    world: World, filed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody writes each time the records were read outside the turn: they are read again inside it."""
    real, numbers = filing.content_of, iter(range(100, 200))

    def moved(cycle: Cycle) -> dict[str, Any]:
        found = real(cycle)
        put(world, next(numbers))
        return found

    calls: list[Cycle] = []

    def counted(cycle: Cycle) -> dict[str, Any]:
        calls.append(cycle)
        return moved(cycle) if len(calls) <= quiet.TRIES else real(cycle)

    monkeypatch.setattr(filing, "content_of", counted)
    kept = freeze(cycle=world.cycle, by=world.people["office"], at=NOW)
    assert len(calls) == 1 + quiet.TRIES
    assert kept.content == real(world.cycle)
    assert "101" in {row["values"]["people"] for row in kept.content["records"]["activity"]}


def test_a_folder_read_while_somebody_writes_is_read_again(
    world: World, filed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = folders.files_of_cycle, []

    def moved(cycle: Cycle, *, evidence: bool) -> dict[str, bytes]:
        found = real(cycle, evidence=evidence)
        calls.append(1)
        if len(calls) <= quiet.TRIES:
            put(world, 90 + len(calls))
        return found

    monkeypatch.setattr(folders, "files_of_cycle", moved)
    content = folders.hand_out(cycle=world.cycle, by=world.people["office"], at=NOW)
    assert len(calls) == 1 + quiet.TRIES
    lines = zipfile.ZipFile(io.BytesIO(content)).read("records/activity.csv").decode()
    assert [str(90 + at) in lines for at in range(1, quiet.TRIES + 1)] == [True] * quiet.TRIES

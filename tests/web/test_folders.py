"""A folder becomes a cycle, a cycle a folder, and both are scored alike; archives that play tricks are refused."""

from __future__ import annotations

import hashlib
import io
import stat
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import uuid4

import polars as pl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

import shuping
from shuping.demo import write_county
from shuping.records import csv_bytes
from shuping_web.cycles.models import Cycle, Table
from shuping_web.filing.actions import file_record, freeze
from shuping_web.filing.models import Record, State
from shuping_web.folders.actions import hand_out, put_table, take_in
from shuping_web.folders.adapters import InputError, packed, read_path, unpacked
from shuping_web.folders.queries import kind_of
from shuping_web.ledger.models import Event
from shuping_web.ledger.queries import verify
from shuping_web.people.actions import System, add_account
from shuping_web.people.models import Account, Unit
from shuping_web.results.queries import scoring_of
from tests.web.conftest import BOOK, NOW, PASSWORD, UNITS, World, folder

SignedIn = Callable[[str], Client]
UNTIL = date(2099, 12, 20)
ROWS = "unit,date,form,people\neast,2025-03-01,talk,42\nwest,2025-03-01,talk,84\n"


def zipped(path: Path, top: str = "") -> bytes:
    """Pack a folder as people do."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(path.rglob("*")):
            archive.write(file, top + file.relative_to(path).as_posix())
    return out.getvalue()


def unzipped(content: bytes, path: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(path)
    return path


@pytest.fixture
def importer(db: None) -> Account:
    return add_account(username="importer", name="Importer", password=PASSWORD, by=System(), at=NOW)


def test_the_county_goes_in_and_out_and_is_scored_alike(importer: Account, tmp_path: Path) -> None:
    """Figures of the site and of the folder that it hands out equal those of the folder that went in, byte by byte."""
    write_county(tmp_path / "county")
    expected = shuping.score(shuping.read(tmp_path / "county"), "2025")
    read = unpacked(zipped(tmp_path / "county", "county/"), "county.zip")
    cycle = take_in(folder=read, period="2025", until=UNTIL, by=importer, at=NOW)
    assert Unit.objects.count() == len(shuping.read(tmp_path / "county").register.units)
    on_site = scoring_of(cycle).result
    out = unzipped(hand_out(cycle=cycle, by=importer, at=NOW), tmp_path / "out")
    again = shuping.score(shuping.read(out), "2025")
    for found in (on_site, again):
        assert found.standing.equals(expected.standing)
        assert found.scores.equals(expected.scores)
        assert csv_bytes(found.standing) == csv_bytes(expected.standing)
    assert (out / "rulebook.yaml").read_bytes() == (tmp_path / "county" / "rulebook.yaml").read_bytes()
    freeze(cycle=cycle, by=importer, at=NOW)
    cycle.refresh_from_db()
    frozen = unzipped(hand_out(cycle=cycle, by=importer, at=NOW), tmp_path / "frozen")
    assert {file.name: file.read_bytes() for file in frozen.rglob("*.csv")} == {
        file.name: file.read_bytes() for file in out.rglob("*.csv")
    }
    assert verify() == []


def test_the_same_cycle_is_the_same_archive_and_every_hand_out_is_an_event(world: World) -> None:
    first, second = (hand_out(cycle=world.cycle, by=world.people["office"], at=NOW) for _ in range(2))
    assert first == second
    noted = Event.objects.filter(action="folder_exported")
    assert [event.data["sha256"] for event in noted] == [hashlib.sha256(first).hexdigest()] * 2


def test_what_the_site_holds_already_is_not_kept_twice(world: World, tmp_path: Path) -> None:
    """A folder handed out and taken in again adds no record: asked once, used by both cycles."""
    for town, people in (("east", "42"), ("west", "84")):
        file_record(
            cycle=world.cycle, dataset="activity", unit=world.units[town], period="",
            values={"date": "2025-03-01", "form": "talk", "people": people}, submission=uuid4(),
            by=world.people[town], at=NOW,
        )  # fmt: skip
    office = world.people["office"]
    read = unpacked(hand_out(cycle=world.cycle, by=office, at=NOW), "small.zip")
    again = take_in(folder=read, period="2025", until=UNTIL, by=office, at=NOW)
    assert Record.objects.count() == 2
    assert scoring_of(again).result.standing.equals(scoring_of(world.cycle).result.standing)
    with pytest.raises(ValidationError, match="activity"):
        take_in(folder=read_path(folder(tmp_path / "less", ROWS.rsplit("west", 1)[0])), period="2025", until=UNTIL,
                by=office, at=NOW)  # fmt: skip


def test_a_register_that_says_otherwise_is_refused(world: World, tmp_path: Path) -> None:
    path = folder(tmp_path / "other", ROWS)
    text = (path / "units.csv").read_text(encoding="utf-8")
    (path / "units.csv").write_text(text.replace("East One,village", "East One,town"), encoding="utf-8")
    with pytest.raises(ValidationError, match="east-1"):
        take_in(folder=read_path(path), period="2025", until=UNTIL, by=world.people["office"], at=NOW)
    assert Cycle.objects.count() == 1


def trick(**entries: bytes) -> bytes:
    return packed({name.replace("__", "/"): body for name, body in entries.items()})


def linked() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        entry = zipfile.ZipInfo("units.csv")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    return out.getvalue()


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"no archive", "records.broken-zip"),
        (packed({"../units.csv": b"x"}), "records.zip-path"),
        (packed({"/etc/units.csv": b"x"}), "records.zip-path"),
        (packed({"records\\units.csv": b"x"}), "records.zip-path"),
        (packed({"c:units.csv": b"x"}), "records.zip-path"),
        (linked(), "records.zip-path"),
        (packed({"sources.yaml": b"x", "units.csv": b"y"}), "records.zip-stranger"),
        (packed({"rulebook.yaml": b"x", "run.sh": b"y"}), "records.zip-stranger"),
        (packed({"records/activity.csv": b"0" * 301_000_000}), "records.zip-bomb"),
        (packed({f"records/activity.{number}.csv": b"x" for number in range(2001)}), "records.zip-bomb"),
    ],
    ids=["none", "up", "absolute", "backslash", "drive", "link", "sources", "script", "bomb", "many"],
)
def test_archives_that_play_tricks_are_refused(raw: bytes, code: str) -> None:
    with pytest.raises(InputError) as refused:
        unpacked(raw, "folder.zip")
    assert {problem.code for problem in refused.value.problems} == {code}
    for lang in ("zh", "en"):
        assert refused.value.problems[0].message(lang)  # type: ignore[arg-type]


def test_a_folder_is_taken_in_on_screen_and_what_is_wrong_is_said(
    world: World, client_of: SignedIn, tmp_path: Path
) -> None:
    office = client_of("office")
    sent = {"name": "Second", "period": "", "until": "2099-12-20", "checked": "no", "reason": ""}
    wrong = zipped(folder(tmp_path / "wrong", ROWS.replace("84", "many")))
    page = office.post("/cycles/take-in/", {**sent, "file": SimpleUploadedFile("small.zip", wrong)})
    assert page.status_code == 200
    assert "records/activity.csv" in page.content.decode()
    assert "many" in page.content.decode()
    assert 'value="Second"' in page.content.decode()
    assert Cycle.objects.count() == 1
    right = zipped(folder(tmp_path / "right", ROWS))
    found = office.post("/cycles/take-in/", {**sent, "file": SimpleUploadedFile("small.zip", right)})
    made = Cycle.objects.get(name="Second")
    assert found.url == f"/cycles/{made.pk}/"
    assert {record.state for record in Record.objects.all()} == {State.FILED}
    answer = office.post(f"/cycles/{made.pk}/folder/")
    assert answer["Content-Type"] == "application/zip"
    assert "records/activity.csv" in zipfile.ZipFile(io.BytesIO(answer.content)).namelist()


TARGETS = "unit,period,measure,value\neast,2025,people,60\nwest,2025,people,80\n"


def test_a_table_is_checked_and_takes_the_place_of_the_one_before(world: World, client_of: SignedIn) -> None:
    office, at = client_of("office"), f"/cycles/{world.cycle.pk}/tables/targets/targets/"
    wrong = TARGETS.replace("west", "vest").replace("60", "sixty")
    page = office.post(at, {"file": SimpleUploadedFile("my targets.csv", wrong.encode())})
    text = page.content.decode()
    assert page.context["number"] == 2
    assert "my targets.csv" in text
    assert "vest" in text
    assert not Table.objects.exists()
    for body in (TARGETS, TARGETS.replace("80", "90")):
        assert office.post(at, {"file": SimpleUploadedFile("targets.csv", body.encode())}).status_code == 302
    kept = Table.objects.get()
    assert (kept.room, kept.name, kept.rows) == ("targets", "targets", 2)
    assert pl.read_csv(io.StringIO(kept.text), infer_schema=False)["value"].to_list() == ["60", "90"]
    events = list(Event.objects.filter(action="table_put"))
    assert events[1].data["old"] == events[0].data["sha256"]
    assert office.post(f"{at}take-out/").status_code == 302
    assert not Table.objects.exists()
    assert office.get(f"/cycles/{world.cycle.pk}/tables/targets/others/").status_code == 404


def test_a_frozen_cycle_keeps_its_tables(world: World) -> None:
    office = world.people["office"]
    freeze(cycle=world.cycle, by=office, at=NOW)
    world.cycle.refresh_from_db()
    kind = kind_of(world.cycle, "targets", "targets")
    assert kind is not None
    with pytest.raises(ValidationError):
        put_table(cycle=world.cycle, kind=kind, text=TARGETS, rows=2, by=office, at=NOW)


def test_the_small_folder_is_what_the_small_world_is(tmp_path: Path) -> None:
    read = read_path(folder(tmp_path / "small", ROWS))
    assert read.text == BOOK
    assert list(read.units) == [unit.code for unit in UNITS]

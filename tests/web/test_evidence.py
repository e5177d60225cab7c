"""Evidence on records: sent, counted, used again, judged, handed out, frozen; and what the site makes of bad input."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from shuping_web.checking.actions import confirm_correction, propose_correction
from shuping_web.checking.evidence_actions import check_evidence
from shuping_web.checking.models import Kind
from shuping_web.checking.riskiest import ordered_queue
from shuping_web.evidence.actions import receive
from shuping_web.evidence.keeping import path_of
from shuping_web.evidence.models import File, Upload
from shuping_web.filing.actions import Stale, change_record, check_record, file_record, freeze
from shuping_web.filing.attached_actions import Chosen
from shuping_web.filing.evidence_actions import describe_evidence
from shuping_web.filing.evidence_audit import files_kept, look_at_all
from shuping_web.filing.models import Draft, Evidence, Proof, Record, State
from shuping_web.filing.people_actions import move_drafts
from shuping_web.folders.actions import take_in
from shuping_web.folders.adapters import packed, unpacked
from shuping_web.folders.queries import files_of_cycle
from shuping_web.ledger.models import Event
from shuping_web.people.permissions import Role
from shuping_web.site.settings import number
from tests.web.conftest import NOW, World
from tests.web.evidence_samples import CAMERA, docx, pdf, photo

SignedIn = Callable[[str], Client]
TYPED = {"f_date": "2025-03-01", "f_form": "talk", "f_people": "317"}
VALUES = {"date": "2025-03-01", "form": "talk", "people": "317"}


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.EVIDENCE_FOLDER = tmp_path / "evidence"
    return tmp_path / "evidence"


def sent(raw: bytes, name: str = "scan.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, raw, "application/octet-stream")


def post(
    client: Client, world: World, *files: SimpleUploadedFile, to: str = "/records/activity/new/", **more: str
) -> Any:
    unit = more.pop("unit", str(world.units["east"].pk))
    data = {"submission": str(more.pop("submission", uuid4())), "unit": unit, **TYPED, **more, "files": list(files)}
    return client.post(to, data)


def filed(world: World, raw: bytes | None = None, *, by: str = "east", name: str = "a.pdf") -> Record:
    account = world.people[by]
    got = receive(raw=raw or pdf(title="one"), name=name, submission=uuid4(), by=account, at=NOW)
    return file_record(
        cycle=world.cycle, dataset="activity", unit=world.units[by], period="", values=VALUES, submission=uuid4(),
        by=account, at=NOW, evidence=[Chosen(got.file, got.name, got.received_at)],
    )  # fmt: skip


def accepted(world: World, record: Record) -> Record:
    record.refresh_from_db()
    return check_record(
        cycle=world.cycle, record=record, accept=True, reason="", version=record.version, by=world.people["checker"],
        at=NOW,
    )  # fmt: skip


def test_files_go_with_a_record_and_are_named_in_its_event(world: World, client_of: SignedIn) -> None:
    east = client_of("east")
    shown = east.get("/records/activity/new/").content.decode()
    assert "At most 2 files" in shown
    assert "2 more can be added." in shown
    assert 'enctype="multipart/form-data"' in shown
    post(east, world, sent(pdf(), "../证明.pdf"), sent(photo(), "IMG_1.JPG"))
    record = Record.objects.get()
    rows = list(record.evidence.order_by("pk"))
    assert [(one.name, one.file.kind, one.file.pages) for one in rows] == [
        ("证明.pdf", "pdf", 1),
        ("IMG_1.JPG", "jpg", None),
    ]
    assert CAMERA not in path_of(rows[1].file.sha256).read_bytes()
    event = Event.objects.get(action="record_filed")
    assert event.data["evidence_added"] == [{"sha256": one.file.sha256, "name": one.name} for one in rows]
    assert Upload.objects.count() == 0
    page = east.get(f"/record/{record.pk}/").content.decode()
    assert "place, time and device were taken out of the photo" in page
    assert "Not looked at yet" in page


def test_too_many_files_are_refused_beside_the_field_and_nothing_is_lost(world: World, client_of: SignedIn) -> None:
    east, form = client_of("east"), str(uuid4())
    answer = post(east, world, *(sent(pdf(title=str(n)), f"{n}.pdf") for n in range(3)), submission=form)
    shown = answer.content.decode()
    assert Record.objects.count() == 0
    assert "At most 2 files go with this; 3 are chosen." in shown
    assert 'value="317"' in shown
    names = [one.pk for one in Upload.objects.order_by("pk")]
    assert all(f'name="evidence_u{pk}" checked' in shown for pk in names)
    post(east, world, submission=form, **{f"evidence_u{pk}": "on" for pk in names[1:]})
    assert [one.name for one in Evidence.objects.order_by("pk")] == ["1.pdf", "2.pdf"]


def test_a_wrong_field_does_not_lose_the_files(world: World, client_of: SignedIn) -> None:
    east, form = client_of("east"), str(uuid4())
    shown = post(east, world, sent(pdf(), "a.pdf"), submission=form, f_people="many").content.decode()
    upload = Upload.objects.get()
    assert f'name="evidence_u{upload.pk}" checked' in shown
    post(east, world, submission=form, **{f"evidence_u{upload.pk}": "on"})
    assert Evidence.objects.get().name == "a.pdf"


@pytest.mark.parametrize(
    ("raw", "name", "says"),
    [
        (b"", "a.pdf", "a.pdf is empty."),
        (b"<script>alert(1)</script>", "a.pdf", "a.pdf is no PDF, JPEG"),
        (pdf(11), "a.pdf", "a.pdf has 11 pages; a file may have 10."),
        (b"%PDF-" + b"0" * 10_000_000, "a.pdf", "a.pdf has 10.1 MB; a file may have 10 MB."),
        (docx({"word/vbaProject.bin": b"x"}), "a.docx", "a.docx holds a macro"),
        (pdf()[:300], "a.pdf", "a.pdf is damaged"),
    ],
    ids=["empty", "wrong-type", "pages", "large", "macro", "broken"],
)
def test_bad_files_are_told_beside_the_field(
    world: World, client_of: SignedIn, raw: bytes, name: str, says: str
) -> None:
    answer = post(client_of("east"), world, sent(raw, name))
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert says in shown.split('id="id_files_error"')[1]
    assert 'value="317"' in shown
    assert (Record.objects.count(), File.objects.count()) == (0, 0)


def test_what_is_refused_is_said_in_chinese_too(world: World, client_of: SignedIn) -> None:
    east = client_of("east")
    east.cookies["django_language"] = "zh-hans"
    assert "假.pdf 不是 PDF、JPEG" in post(east, world, sent(b"<svg/>", "假.pdf")).content.decode()


def test_a_file_that_was_used_before_is_offered_not_kept_twice(world: World, client_of: SignedIn) -> None:
    east, form = client_of("east"), str(uuid4())
    first = filed(world)
    shown = post(east, world, sent(pdf(title="one"), "again.pdf"), submission=form).content.decode()
    old = first.evidence.get()
    assert "again.pdf was used before (used before: East, filed" in shown
    assert f'name="evidence_e{old.pk}" checked' in shown
    assert Record.objects.count() == 1
    post(east, world, submission=form, **{f"evidence_e{old.pk}": "on"})
    second = Evidence.objects.exclude(pk=old.pk).get()
    assert second.file == old.file
    assert second.received_at == old.received_at
    assert "Goes also with:" in east.get(f"/record/{second.record_id}/").content.decode()


def test_nobody_takes_a_file_by_its_number(world: World, client_of: SignedIn) -> None:
    """The number of another unit's evidence or upload, sent with one's own form, is no file of that form."""
    theirs = filed(world).evidence.get()
    form = uuid4()
    upload = receive(raw=pdf(title="two"), name="b.pdf", submission=form, by=world.people["east"], at=NOW)
    ticks = {
        f"evidence_e{theirs.pk}": "on",
        f"evidence_u{upload.pk}": "on",
        "evidence_e": "on",
        "evidence_e9" * 9: "on",
    }
    post(client_of("west"), world, unit=str(world.units["west"].pk), submission=str(form), **ticks)
    assert Record.objects.get(unit=world.units["west"]).evidence.count() == 0


def test_the_same_bytes_of_another_unit_are_no_news_to_the_filer_and_a_sign_to_the_checker(
    world: World, client_of: SignedIn
) -> None:
    filed(world)
    shown = post(client_of("west"), world, sent(pdf(title="one"), "mine.pdf"), unit=str(world.units["west"].pk))
    assert shown.status_code == 302
    queued = ordered_queue(world.people["checker"], world.cycle, NOW, NOW.date(), "en")
    assert [[sign.kind for sign in one.signs if sign.kind == "file"] for one in queued] == [["file"], ["file"]]
    record = Record.objects.get(unit=world.units["west"])
    checker, west = (client_of(name).get(f"/record/{record.pk}/").content.decode() for name in ("checker", "west"))
    assert "evidence filed by another unit too" in checker
    assert "Goes also with:" in checker
    assert "Goes also with:" not in west
    assert "another unit" not in west


def test_one_file_on_two_records_of_one_unit_is_no_sign(world: World) -> None:
    filed(world)
    filed(world)
    assert File.objects.count() == 1
    queued = ordered_queue(world.people["checker"], world.cycle, NOW, NOW.date(), "en")
    assert [sign.kind for one in queued for sign in one.signs if sign.kind == "file"] == []


def test_taking_a_file_off_drops_the_acceptance_and_leaves_the_row(world: World, client_of: SignedIn) -> None:
    record = accepted(world, filed(world))
    record = change_record(
        cycle=world.cycle, record=record, period="", values=VALUES, version=record.version, by=world.people["east"],
        at=NOW, evidence=[],
    )  # fmt: skip
    assert (record.state, record.version) == (State.FILED, 2)
    gone = Evidence.objects.get()
    assert gone.removed_at == NOW
    said = Event.objects.get(action="record_changed").data
    assert said["evidence_removed"] == [{"sha256": gone.file.sha256, "name": "a.pdf"}]
    assert client_of("checker").get(f"/evidence/{gone.pk}/").status_code == 200  # the history names it


def test_a_change_of_the_figures_leaves_the_files(world: World, client_of: SignedIn) -> None:
    record = filed(world)
    row = record.evidence.get()
    address = f"/record/{record.pk}/change/"
    shown = client_of("east").get(address).content.decode()
    assert f'name="evidence_e{row.pk}" checked' in shown
    assert "1 more can be added." in shown
    post(client_of("east"), world, to=address, f_people="318", version="1", **{f"evidence_e{row.pk}": "on"})
    record.refresh_from_db()
    assert record.values["people"] == "318"
    assert Evidence.objects.get().removed_at is None


def test_more_files_than_the_rule_book_says_are_refused_by_the_action_too(world: World) -> None:
    east, files = world.people["east"], [pdf(title=str(one)) for one in range(3)]
    got = [receive(raw=raw, name="a.pdf", submission=uuid4(), by=east, at=NOW) for raw in files]
    with pytest.raises(ValidationError):
        file_record(
            cycle=world.cycle, dataset="activity", unit=world.units["east"], period="", values=VALUES,
            submission=uuid4(), by=east, at=NOW, evidence=[Chosen(one.file, one.name, NOW) for one in got],
        )  # fmt: skip
    assert Record.objects.count() == Evidence.objects.count() == 0


def test_a_draft_keeps_the_files(world: World, client_of: SignedIn) -> None:
    east, form = client_of("east"), str(uuid4())
    post(east, world, sent(pdf(), "a.pdf"), sent(b"<svg/>", "b.pdf"), to="/records/activity/draft/", submission=form)
    draft, upload = Draft.objects.get(), Upload.objects.get()
    shown = east.get(f"/records/activity/new/?draft={draft.pk}").content.decode()
    assert f'name="evidence_u{upload.pk}" checked' in shown
    assert "b.pdf is no PDF" in shown


def test_what_a_file_is_travels_with_it_and_a_new_description_drops_the_acceptance(
    world: World, client_of: SignedIn
) -> None:
    record = filed(world)
    row = record.evidence.get()
    check_evidence(
        cycle=world.cycle, evidence=row, proves=True, reason="", version=1, by=world.people["checker"], at=NOW
    )
    accepted(world, record)
    typed = {"version": "1", "title": "关于表彰的决定", "number": "县发〔2025〕3号", "issuer": "县委",
             "dated": "2025-02-01", "holds_from": "2025-01-01", "holds_to": "2025-02-28"}  # fmt: skip
    client_of("east").post(f"/evidence/{row.pk}/describe/", typed)
    record.refresh_from_db()
    row.refresh_from_db()
    assert (record.state, record.version, row.proof) == (State.FILED, 2, Proof.OPEN)
    page = client_of("checker").get(f"/record/{record.pk}/").content.decode()
    assert "县发〔2025〕3号 县委 2025-02-01" in page
    assert "the record lies outside" in page  # of 1 March, the file in force until 28 February
    post(client_of("east"), world, **{f"evidence_e{row.pk}": "on"})
    assert Evidence.objects.order_by("-pk")[0].number == "县发〔2025〕3号"


def test_a_description_in_the_wrong_order_or_of_an_old_version_is_told(world: World, client_of: SignedIn) -> None:
    row = filed(world).evidence.get()
    address = f"/evidence/{row.pk}/describe/"
    days = {"version": "1", "title": "kept", "holds_from": "2025-03-01", "holds_to": "2025-02-01"}
    shown = client_of("east").post(address, days).content.decode()
    assert "This lies before the first day." in shown
    assert 'value="kept"' in shown
    shown = client_of("east").post(address, {"version": "7", "title": "kept"}).content.decode()
    assert "changed in the meantime" in shown
    with pytest.raises(Stale):
        describe_evidence(cycle=world.cycle, evidence=row, what={}, version=7, by=world.people["east"], at=NOW)


def test_the_checker_says_whether_it_proves_and_why_not(world: World, client_of: SignedIn) -> None:
    record = filed(world)
    row, checker = record.evidence.get(), client_of("checker")
    address = f"/evidence/{row.pk}/check/"
    assert "Say why it does not prove it" in checker.post(
        address, {"decision": "doubted", "version": "1", "reason": " "}
    ).content.decode()  # fmt: skip
    checker.post(address, {"decision": "doubted", "version": "1", "reason": "another year"})
    row.refresh_from_db()
    assert (row.proof, row.reason, row.checked_by) == (Proof.DOUBTED, "another year", world.people["checker"])
    assert "another year" in client_of("east").get(f"/record/{record.pk}/").content.decode()
    checker.post(address, {"decision": "proves", "version": "9"})
    row.refresh_from_db()
    assert row.proof == Proof.DOUBTED
    assert Event.objects.filter(action="evidence_checked").count() == 1


def test_a_file_is_handed_out_to_be_saved_and_never_to_be_run(world: World, client_of: SignedIn) -> None:
    raw = pdf(title="one")
    row = filed(world, raw, name='证明".pdf').evidence.get()
    answer = client_of("head").get(f"/evidence/{row.pk}/")
    assert answer.content == raw
    assert hashlib.sha256(answer.content).hexdigest() == row.file.sha256
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment; filename")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.broken_ledger
def test_a_damaged_file_is_told_and_not_handed_out(world: World, client_of: SignedIn) -> None:
    row = filed(world).evidence.get()
    path_of(row.file.sha256).chmod(0o640)
    path_of(row.file.sha256).write_bytes(b"something else")
    answer = client_of("head").get(f"/evidence/{row.pk}/", follow=True)
    assert "missing or damaged" in answer.content.decode()
    assert b"something else" not in answer.content


def test_a_frozen_set_names_the_files_by_their_hashes(world: World, client_of: SignedIn) -> None:
    record = accepted(world, filed(world))
    kept = freeze(cycle=world.cycle, by=world.people["office"], at=NOW)
    (row,) = kept.content["records"]["activity"]
    assert [one["sha256"] for one in row["evidence"]] == [record.evidence.get().file.sha256]
    assert row["evidence"][0]["proof"] == "open"
    assert f"a.pdf ({row['evidence'][0]['sha256'][:12]})" in client_of("office").get("/frozen/1/").content.decode()


def test_files_of_a_draft_go_with_it_when_the_work_is_handed_over(world: World, client_of: SignedIn) -> None:
    form = str(uuid4())
    post(client_of("east"), world, sent(pdf(), "a.pdf"), to="/records/activity/draft/", submission=form)
    east, west = world.people["east"], world.people["west"]
    move_drafts(giver=east, taker=west, unit=world.units["east"], role=Role.FILER, at=NOW)
    assert Draft.objects.get().account == Upload.objects.get().account == west


def test_a_correction_keeps_the_files_of_the_row(world: World) -> None:
    record = accepted(world, filed(world))
    freeze(cycle=world.cycle, by=world.people["office"], at=NOW)
    world.cycle.refresh_from_db()
    made = propose_correction(
        cycle=world.cycle, kind=Kind.CHANGE, record=record, dataset="activity", unit=world.units["east"], period="",
        values={**VALUES, "people": "42"}, reason="Mistyped.", submission=uuid4(), by=world.people["east"], at=NOW,
    )  # fmt: skip
    kept = confirm_correction(correction=made, by=world.people["office"], at=NOW)
    assert kept is not None
    (row,) = kept.content["records"]["activity"]
    assert row["values"]["people"] == "42"
    assert [one["sha256"] for one in row["evidence"]] == [File.objects.get().sha256]


@pytest.mark.parametrize("given", ["ten", "0", "-1", "1e3", "5000", "１０"])
def test_a_limit_that_is_no_number_is_told_at_the_start(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("SHUPING_EVIDENCE_MB", given)
    with pytest.raises(ImproperlyConfigured, match="SHUPING_EVIDENCE_MB"):
        number("SHUPING_EVIDENCE_MB", 10)


def test_the_list_of_a_unit_counts_dataset_criteria_pages_and_hash(world: World, client_of: SignedIn) -> None:
    first, _second = filed(world), filed(world)
    office = client_of("office")
    shown = office.get("/evidence/of/east/").content.decode()
    assert "Events; People" in shown  # both criteria of the rule book look at activities
    assert shown.count(first.evidence.get().file.sha256) == 2
    assert f"record {first.pk}" in shown
    answer: Any = office.get("/evidence/of/east/?format=csv")
    table = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(table) == 3
    assert "SHA-256" in table[0]
    assert f"record {first.pk}" in table[2]
    assert "record" not in table[1]
    assert client_of("west").get("/evidence/of/east/").status_code == 404


def test_the_list_asks_as_often_for_one_file_as_for_fifty(
    world: World, client_of: SignedIn, django_assert_max_num_queries: Any
) -> None:
    office = client_of("office")
    filed(world)
    with django_assert_max_num_queries(60) as first:
        office.get("/evidence/of/east/")
    for other in range(49):
        filed(world, pdf(title=str(other)))
    with django_assert_max_num_queries(len(first.captured_queries)):
        assert office.get("/evidence/of/east/").content.decode().count("<code ") == 50


def test_an_erased_person_leaves_no_name_of_a_file_that_was_not_filed(world: World) -> None:
    from shuping_web.evidence.actions import let_go_of_uploads

    receive(raw=pdf(), name="private.pdf", submission=UUID(int=1), by=world.people["east"], at=NOW)
    let_go_of_uploads(account=world.people["east"], at=NOW)
    assert Upload.objects.count() == 0
    assert File.objects.count() == 1


@pytest.mark.broken_ledger
def test_a_folder_hands_evidence_out_and_takes_it_back_under_its_hashes(world: World, tmp_path: Path) -> None:
    """Out of an open cycle and a frozen one the same list; taken in elsewhere, the rows have the same files."""
    first, second = filed(world, docx(), name="a.docx"), filed(world, photo(), name="b.jpg")
    office = world.people["office"]
    describe_evidence(
        cycle=world.cycle, evidence=second.evidence.get(), version=1, by=world.people["east"], at=NOW,
        what={"title": "=1+1", "number": "3号", "issuer": "县委", "dated": date(2025, 2, 1), "holds_from": None,
              "holds_to": None, "internal": True},
    )  # fmt: skip
    accepted(world, first)
    accepted(world, second)
    check_evidence(
        cycle=world.cycle, evidence=first.evidence.get(), proves=False, reason="blurred", version=1,
        by=world.people["checker"], at=NOW,
    )  # fmt: skip
    opened = files_of_cycle(world.cycle)
    freeze(cycle=world.cycle, by=office, at=NOW)
    world.cycle.refresh_from_db()
    assert files_of_cycle(world.cycle) == opened
    for one in Evidence.objects.select_related("file"):
        assert hashlib.sha256(opened[f"evidence/{one.file.sha256}.{one.file.kind}"]).hexdigest() == one.file.sha256
    assert "evidence.csv" not in files_of_cycle(world.cycle, evidence=False)
    read = unpacked(packed(opened), "small.zip")
    assert [(one.dataset, one.row) for one in read.evidence] == [("activity", 2), ("activity", 3)]
    names = ("file", "title", "name", "number", "issuer", "dated", "internal", "proof", "reason")
    before = list(Evidence.objects.values_list(*names))
    Evidence.objects.all().delete()
    Record.objects.all().delete()  # another site, with the same units
    take_in(folder=read, period="2025", until=date(2099, 12, 20), by=office, at=NOW)
    after = list(Evidence.objects.values_list(*names))
    assert after == before
    assert after[0][-2:] == (Proof.DOUBTED, "blurred")
    told = Event.objects.get(action="folder_imported").data["evidence"]
    assert told == sorted(File.objects.values_list("sha256", flat=True))


@pytest.mark.broken_ledger
def test_a_folder_with_a_file_that_is_none_of_the_kinds_is_refused(world: World) -> None:
    filed(world)
    files = files_of_cycle(world.cycle)
    (name,) = [one for one in files if one.startswith("evidence/")]
    bad = b"<script>alert(1)</script>"
    digest = hashlib.sha256(bad).hexdigest()
    text = files["evidence.csv"].decode().replace(name[9:73], digest)
    files = {**files, "evidence.csv": text.encode(), f"evidence/{digest}.pdf": bad}
    del files[name]
    Evidence.objects.all().delete()
    Record.objects.all().delete()
    read = unpacked(packed(files), "small.zip")
    with pytest.raises(ValidationError, match="PDF"):
        take_in(folder=read, period="2025", until=date(2099, 12, 20), by=world.people["office"], at=NOW)
    assert Evidence.objects.count() == 0


@pytest.mark.broken_ledger
def test_a_folder_is_not_handed_out_with_a_file_missing(world: World, client_of: SignedIn) -> None:
    path_of(filed(world).evidence.get().file.sha256).unlink()
    address = f"/cycles/{world.cycle.pk}/folder/"
    shown = client_of("office").post(address, follow=True).content.decode()
    assert "missing or damaged on the site: a.pdf" in shown
    without = client_of("office").post(address, {"evidence": "no"})
    assert without["Content-Type"] == "application/zip"


def test_what_must_hold_of_evidence_is_looked_at(world: World) -> None:
    row = filed(world).evidence.get()
    assert list(files_kept()) == []
    path = path_of(row.file.sha256)
    path.chmod(0o640)
    content = path.read_bytes()
    path.write_bytes(content[:-1])
    assert "has another size" in " ".join(files_kept())
    path.write_bytes(content[:-1] + b"?")
    assert list(files_kept()) == []  # sizes are looked at always, contents when asked
    assert [one.what for one in look_at_all()] == ["damaged"]
    path.unlink()
    assert "is gone" in " ".join(files_kept())
    assert [one.what for one in look_at_all()] == ["gone"]
    path.write_bytes(content)


def test_files_that_no_record_names_are_listed_and_stay(world: World, folder: Path) -> None:
    filed(world)
    got = receive(raw=pdf(title="never filed"), name="b.pdf", submission=uuid4(), by=world.people["east"], at=NOW)
    (folder / "ab").mkdir(exist_ok=True)
    (folder / "ab" / ".new-x").write_bytes(b"half")
    (folder / "ab" / ("ab" + "0" * 62)).write_bytes(b"nobody")
    found = {one.name: one.what for one in look_at_all()}
    assert found == {".new-x": "piece", "ab" + "0" * 62: "orphan", got.file.sha256: "waiting"}
    assert len(list(folder.rglob("*"))) >= 5

"""What is wrong stands beside its field or cell, in the language of the page; what was typed stays, nothing is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from shuping_web.filing.models import Batch, Draft, Record
from shuping_web.ledger.models import Event
from shuping_web.people.permissions import Role
from tests.web.conftest import BOOK, PASSWORD, World, person
from tests.web.test_cycles import until
from tests.web.test_filing_tables import send, workbook

SignedIn = Callable[[str], Client]
WIDE = BOOK.replace(
    "      people: {type",
    """      note: {type: text, required: false, title: {zh: 备注, en: Note}}
      rate: {type: number, required: false, min: 0, title: {zh: 比率, en: Rate}, unit: {zh: 元, en: yuan}}
      village: {type: unit, below: filer, required: false, title: {zh: 村, en: Village}}
      people: {type""",
)
SOUND = {"unit": "east", "date": "2025-03-01", "form": "talk", "people": "41", "note": "", "rate": "", "village": ""}
TAKEN = [
    ("people", "１２３", "123"),
    ("people", "  41 ", "41"),
    ("people", "４１．０", "41.0"),
    ("rate", "1,234", "1234"),
    ("rate", "１２３，４５６.5", "123456.5"),
    ("rate", "1,234,567", "1234567"),
    ("date", "2025年3月1日", "2025-03-01"),
    ("date", "２０２５年３月１日", "2025-03-01"),
    ("date", "2025/3/1", "2025-03-01"),
    ("date", "2025.3.1", "2025-03-01"),
    ("date", "20250301", "2025-03-01"),
    ("date", "2025-03-01 00:00:00", "2025-03-01"),
    ("note", "好 😀", "好 😀"),
    ("note", "من اليمين", "من اليمين"),  # written from right to left: no character turns it
    ("village", "东一村", "east-1"),
]
"""Spellings of which only one thing can be meant: the field, what is typed, what is kept."""
REFUSED = [
    ("people", "many", "many", "many"),
    ("people", "12%", "12%", "12%"),
    ("people", "12 人", "12 人", "12 人"),
    ("people", "1,23", "1,23", "1,23"),  # a decimal comma, or a slip
    ("rate", "1,234,5", "1,234,5", "1,234,5"),
    ("people", "4e3", "4e3", "4e3"),
    ("people", "-3", "-3", "-3"),
    ("people", "501", "500", "500"),
    ("people", "9" * 39, "99", "99"),
    ("people", "\u202e41", "\u202e41", "\u202e41"),
    ("people", "١٢", "١٢", "١٢"),
    ("people", "50O", "50O", "50O"),
    ("date", "1/3/2025", "1/3/2025", "1/3/2025"),  # two days in two countries
    ("date", "45717", "2025-03-01", "2025-03-01"),  # how spreadsheets count days
    ("date", "2025-02-30", "2025-02-30", "2025-02-30"),
    ("date", "三月一日", "三月一日", "三月一日"),
    ("date", "2024-12-31", "2025", "2025"),
    ("form", "dance", "dance", "dance"),
    ("note", "字" * 10_000, "10000", "10000"),
    ("note", "a\u202eb", "U+202E", "U+202E"),
    ("note", "a\x01b", "U+0001", "U+0001"),
    ("village", "无此村", "无此村", "无此村"),
    ("village", "west", "west", "west"),
]
"""The field, what is typed, and a piece of what is said in English and in Chinese."""


@pytest.fixture
def wide(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> World:
    """The small organisation, with a field of each type."""
    monkeypatch.setattr("tests.web.conftest.BOOK", WIDE)
    world: World = request.getfixturevalue("world")
    return world


@pytest.fixture
def client_in(wide: World) -> Callable[[str, str], Client]:
    """Return a function that signs somebody in, in a language."""

    def signed_in(username: str, lang: str) -> Client:
        client = Client(headers={"host": "localhost", "accept-language": lang})
        client.force_login(wide.people[username])
        return client

    return signed_in


def form_of(world: World, **other: str) -> dict[str, Any]:
    typed = {f"f_{name}": text for name, text in {**SOUND, **other}.items() if name != "unit"}
    return {"submission": str(uuid4()), "unit": world.units["east"].pk, **typed}


def grid_of(*rows: dict[str, str]) -> dict[str, str]:
    typed = {f"r{at}_{name}": text for at, row in enumerate(rows) for name, text in row.items()}
    return {"submission": str(uuid4()), "grid": "1", **typed}


def sheet_of(*rows: dict[str, Any]) -> bytes:
    return workbook([[row[name] for name in SOUND] for row in rows], list(SOUND))


def kept() -> tuple[int, int]:
    return Record.objects.count(), Event.objects.count()


@pytest.mark.parametrize(("field", "typed", "expected"), TAKEN, ids=[f"{one[0]}-{one[1]}" for one in TAKEN])
def test_what_can_mean_one_thing_is_taken(
    wide: World, client_of: SignedIn, field: str, typed: str, expected: str
) -> None:
    east = client_of("east")
    assert east.post("/records/activity/new/", form_of(wide, **{field: typed})).status_code == 302
    assert east.post("/records/activity/grid/", grid_of({**SOUND, field: typed})).status_code == 302
    sent = send(east, sheet_of({**SOUND, field: typed}))
    east.post(f"{sent.url}file/")
    assert [record.values[field] for record in Record.objects.all()] == [expected] * 3


@pytest.mark.parametrize("lang", ["en", "zh-hans"])
@pytest.mark.parametrize(("field", "typed", "en", "zh"), REFUSED, ids=[f"{one[0]}-{one[1][:12]!a}" for one in REFUSED])
def test_what_is_wrong_is_said_beside_it(
    wide: World, client_in: Callable[[str, str], Client], field: str, typed: str, en: str, zh: str, lang: str
) -> None:
    east, before, said = client_in("east", lang), kept(), en if lang == "en" else zh
    page = east.post("/records/activity/new/", form_of(wide, **{field: typed}))
    errors = page.context["form"].errors
    assert list(errors) == [f"f_{field}"]
    beside(errors[f"f_{field}"], said, lang)
    assert page.context["form"][f"f_{field}"].value() == typed
    assert page.context["form"]["f_people"].value() == (typed if field == "people" else "41")

    page = east.post("/records/activity/grid/", grid_of(SOUND, {**SOUND, field: typed}))
    first, second = page.context["grid"].rows
    assert [cell.column.name for cell in second.cells if cell.errors] == [field]
    assert not any(cell.errors for cell in first.cells)
    beside(next(cell.errors for cell in second.cells if cell.errors), said, lang)
    assert (second.value(field), first.value("people")) == (typed, "41")

    sent = send(east, sheet_of(SOUND, {**SOUND, field: typed}))
    rows = east.get(sent.url).context["judged"].rows
    assert [list(row.errors) for row in rows] == [[], [field]]
    beside(rows[1].errors[field], said, lang)
    marked = east.get(f"{sent.url}marked.xlsx").content
    again = east.get(send(east, marked).url).context["judged"]
    assert again.rows[1].cells[field] == typed
    assert kept() == before


def beside(errors: Any, said: str, lang: str) -> None:
    """One sentence, in the language of the page, with what was given or what is allowed."""
    (text,) = errors
    assert said in text
    assert any("\u4e00" <= mark <= "\u9fff" for mark in text.replace(said, "")) == (lang != "en")


def test_nul_is_taken_out_wherever_it_is_sent(wide: World, client_of: SignedIn) -> None:
    east, office = client_of("east"), client_of("office")
    east.post("/records/activity/new/", form_of(wide, note="a\x00b"))
    east.post("/records/activity/grid/", grid_of({**SOUND, "note": "a\x00b"}))
    assert [record.values["note"] for record in Record.objects.all()] == ["ab", "ab"]
    east.post("/records/activity/draft/", {**form_of(wide, note="a\x00b"), "keep": "1"})
    assert Draft.objects.get().content["f_note"] == "ab"
    for address in ("/records/activity/?q=%00&unit=%00&period=%00&order=%00", "/units/?q=%00", "/rulebooks/?q=a%00b"):
        assert office.get(address).status_code == 200
    assert office.get("/unit/%00/").status_code == 404


@pytest.mark.parametrize("lang", ["en", "zh-hans"])
def test_more_than_a_form_takes_is_said_in_words(client_in: Callable[[str, str], Client], lang: str) -> None:
    east = client_in("east", lang)
    many = {f"r{line}_{name}": "" for line in range(200) for name in range(60)}
    for sent in (many, {"r0_note": "x" * 7_000_000}):
        answer = east.post("/records/activity/grid/", sent)
        assert answer.status_code == 400
        assert ("More was sent" if lang == "en" else "超过了表单的上限") in answer.content.decode()
    lines = grid_of(*[SOUND] * 201)
    page = east.post("/records/activity/grid/", lines)
    assert "200" in page.context["errors"][0]  # none of them is dropped in silence
    assert Record.objects.count() == 0
    assert Batch.objects.count() == 0


def test_the_choice_between_theirs_and_mine_is_made_field_by_field(wide: World, client_of: SignedIn) -> None:
    east = client_of("east")
    assert east.post("/records/activity/new/", form_of(wide, note="first", village="东一村")).status_code == 302
    record = Record.objects.get()
    address = f"/record/{record.pk}/change/"
    assert east.get(address).context["form"]["f_village"].value() == "East One"
    mine = {**form_of(wide, note="mine", people="50", village="东一村"), "version": "1"}
    theirs = {**form_of(wide, note="theirs", people="60", village="东一村"), "version": "1"}
    assert client_of("east").post(address, theirs).status_code == 302
    page = east.post(address, mine)
    text = page.content.decode()
    assert "Somebody else changed this record" in text
    assert [(one.name, one.theirs, one.mine) for one in page.context["both"] if one.differs] == [
        ("f_note", "theirs", "mine"), ("f_people", "60", "50"),
    ]  # fmt: skip
    assert page.context["form"]["f_note"].value() == "mine"
    assert page.context["changed"].who == "East"
    chosen = {**mine, "version": "2", "take_f_note": "theirs", "take_f_people": "mine"}
    assert client_of("east").post(address, {**theirs, "version": "2", "f_note": "third"}).status_code == 302
    again = east.post(address, chosen)  # it has moved once more: both are shown again, nothing is taken unseen
    assert ("f_note", "third", "mine") in [(one.name, one.theirs, one.mine) for one in again.context["both"]]
    assert east.post(address, {**chosen, "version": "3"}).status_code == 302
    record.refresh_from_db()
    assert (record.values["note"], record.values["people"], record.version) == ("third", "50", 4)


def test_a_draft_knows_the_version_it_was_written_for(wide: World, client_in: Callable[[str, str], Client]) -> None:
    person(wide, "second", Role.FILER, "east")
    east = client_in("east", "en")
    east.post("/records/activity/new/", form_of(wide))
    record = Record.objects.get()
    address = f"/record/{record.pk}/change/"
    kept_at = east.post(
        "/records/activity/draft/", {**form_of(wide, people="50"), "version": "1", "record": record.pk, "keep": "1"}
    ).url
    assert client_in("second", "en").post(address, {**form_of(wide, people="60"), "version": "1"}).status_code == 302
    page = east.get(kept_at)  # after a crash it is opened again
    assert "This is your draft" in page.content.decode()
    assert page.context["form"]["f_people"].value() == "50"
    sent = {**form_of(wide, people="50"), "version": page.context["form"]["version"].value()}
    assert "Somebody else changed" in east.post(address, sent).content.decode()
    record.refresh_from_db()
    assert record.values["people"] == "60"


def test_what_a_field_takes_stands_beside_it(wide: World, client_in: Callable[[str, str], Client]) -> None:
    for lang, hints in (("en", ["at least 1", "at least 0, decimals: up to 4"]), ("zh-hans", ["不小于 1"])):
        page = client_in("east", lang).get("/records/activity/new/").content.decode()
        for hint in hints:
            assert hint in page
        assert f'<option value="{"East One" if lang == "en" else "东一村"}"></option>' in page
        assert 'list="offered_f_village"' in page
        assert "西镇" not in page  # not below the units for which East files
        grid = client_in("east", lang).get("/records/activity/grid/").content.decode()
        assert hints[0] in grid
        assert 'list="offered_village"' in grid


def test_sent_twice_is_filed_once_whichever_way(wide: World, client_of: SignedIn) -> None:
    east = client_of("east")
    form, grid = form_of(wide), grid_of(SOUND, {**SOUND, "people": "42"})
    for _time in range(2):
        assert east.post("/records/activity/new/", form).status_code == 302
        assert east.post("/records/activity/grid/", grid).status_code == 302
    sheet = send(east, sheet_of(SOUND))
    for _time in range(2):
        assert east.post(f"{sheet.url}file/").status_code == 302
    assert Record.objects.count() == 4


@pytest.mark.parametrize("lang", ["en", "zh-hans"])
def test_a_deadline_that_passes_while_a_form_is_open_loses_nothing(
    wide: World, client_in: Callable[[str, str], Client], lang: str
) -> None:
    east = client_in("east", lang)
    east.post("/records/activity/new/", form_of(wide, note="before"))
    record = Record.objects.get()
    sheet = send(east, sheet_of(SOUND))
    until(wide, date(2025, 11, 30))  # the clock of this test stands a year later
    for address in ("/records/activity/new/", f"/record/{record.pk}/change/"):
        page = east.post(address, {**form_of(wide, note="我写的"), "version": "1"})
        told(page, page.context["form"].non_field_errors(), lang)
        assert page.context["form"]["f_note"].value() == "我写的"
    page = east.post("/records/activity/grid/", grid_of({**SOUND, "note": "我写的"}))
    told(page, page.context["errors"], lang)
    assert page.context["grid"].rows[0].value("note") == "我写的"
    page = east.post(f"{sheet.url}file/")
    told(page, page.context["errors"], lang)
    assert page.context["judged"].rows[0].cells["people"] == "41"
    record.refresh_from_db()
    assert (record.values["note"], Record.objects.count()) == ("before", 1)


def told(page: Any, errors: Any, lang: str) -> None:
    """The day stands in the sentence, in the language of the page."""
    assert page.status_code == 200
    assert "2025-11-30" in errors[0]
    assert any("\u4e00" <= mark <= "\u9fff" for mark in errors[0].partition("(")[0]) == (lang != "en")


def test_a_session_that_expires_while_one_writes_loses_nothing(wide: World, client_of: SignedIn) -> None:
    for address, sent, piece in (
        ("/records/activity/new/", form_of(wide, note="我写的"), "我写的"),
        ("/records/activity/grid/", grid_of({**SOUND, "note": "我写的"}), "我写的"),
    ):
        client = Client(headers={"host": "localhost", "accept-language": "en"})
        typed = {"username": "east", "password": PASSWORD}
        assert client.post("/sign-in/", typed).status_code == 302
        del client.cookies["sessionid"]
        answer = client.post(address, sent)
        assert answer.url.startswith("/sign-in/")
        again = client.post(answer.url, typed)
        assert again.url == address
        page = client.get(address).content.decode()
        assert piece in page
        assert "It is not sent yet." in page
    assert Record.objects.count() == 0

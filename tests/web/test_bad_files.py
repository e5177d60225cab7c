"""Files that are not what they should be: said beside the field or cell, in bounded time and memory, nothing kept."""

from __future__ import annotations

import io
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from shuping_web.cycles.models import Cycle, RulebookVersion
from shuping_web.filing.models import Batch, Record
from shuping_web.people.models import Account
from tests.web.conftest import BOOK, UNITS, World
from tests.web.test_filing_tables import HEAD, send, workbook

SignedIn = Callable[[str], Client]
ROW = ["east", "2025-03-01", "talk", 1]
SECONDS = 20
"""On a busy machine; alone none of them takes three."""
MEGABYTES = 150
PLACES = {"records": ("east", "/records/activity/import/"), "accounts": ("admin", "/accounts/import/"),
          "folder": ("office", "/cycles/take-in/")}  # fmt: skip


def archive(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        for name, body in files.items():
            parts.writestr(name, body)
    return out.getvalue()


def with_sheet(body: bytes) -> bytes:
    out = io.BytesIO(workbook([ROW]))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet2.xml", body)
    return out.getvalue()


def long_sheet() -> bytes:
    row = '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>east</t></is></c></row>'
    return with_sheet(f"<worksheet><sheetData>{''.join(row.format(at) for at in range(1, 200_002))}".encode())


def folder_of(**files: bytes) -> bytes:
    lines = [f"{unit.code},{unit.name},{unit.name_en},{unit.kind},{unit.parent or ''}" for unit in UNITS]
    units = "\n".join(["id,name,name_en,kind,parent", *lines]).encode()
    return archive({"rulebook.yaml": BOOK.encode(), "units.csv": units, **files})


PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
BOMB = b"0" * 1_000_000
ALL = ("records", "accounts", "folder")
WRONG: dict[str, tuple[str, Callable[[], bytes], tuple[str, ...]]] = {
    "a picture": ("a.xlsx", lambda: PNG, ALL),
    "an old or locked workbook": ("a.xlsx", lambda: OLE, ALL),
    "a PDF": ("a.pdf", lambda: b"%PDF-1.4\n%\xe2\xe3", ALL),
    "nothing": ("a.csv", lambda: b"", ALL),
    "half a workbook": ("a.xlsx", lambda: workbook([ROW])[:3000], ALL),
    "an archive of something else": ("a.xlsx", lambda: archive({"a.txt": b"x"}), ALL),
    "no text of any encoding": ("a.csv", lambda: b"unit,date\ncaf\xe9 \x81\x30,2\n", ("records", "accounts")),
    "a zip bomb": ("a.xlsx", lambda: with_sheet(BOMB * 310), ALL),
    "200,000 rows on a sheet": ("a.xlsx", long_sheet, ("records", "accounts")),
    "200,000 lines": ("a.csv", lambda: b"unit,date,form\n" + b"east,2025-03-01,talk\n" * 200_000, ("records",)),
    "200,000 accounts": ("a.csv", lambda: b"user name,name\n" + b"wei,Wei\n" * 200_000, ("accounts",)),
    "a folder with a bomb": ("a.zip", lambda: folder_of(**{"records/activity.csv": BOMB * 310}), ("folder",)),
    "a folder with a workbook that is one": (
        "a.zip", lambda: folder_of(**{"records/activity.xlsx": with_sheet(BOMB * 160)}), ("folder",)
    ),
    "a folder with a path out of it": ("a.zip", lambda: folder_of(**{"../units.csv": b"x"}), ("folder",)),
}  # fmt: skip
CASES = [(name, place) for name, (_file, _raw, places) in WRONG.items() for place in places]


def client_in(world: World, username: str, lang: str) -> Client:
    client = Client(headers={"host": "localhost", "accept-language": lang})
    client.force_login(world.people[username])
    return client


def counted() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Record, Batch, Account, Cycle, RulebookVersion))


def said_of(page: Any) -> str:
    form = page.context.get("form")
    looked = page.context.get("looked")
    texts = [text for errors in form.errors.values() for text in errors] if form is not None else []
    texts += [one.text for one in page.context.get("problems", ())]
    return " ".join([*texts, *(looked.faults if looked is not None else ())])


@pytest.mark.parametrize(("name", "place"), CASES, ids=[f"{place}: {name}" for name, place in CASES])
def test_a_wrong_file_is_told_and_costs_little(world: World, name: str, place: str) -> None:
    (username, address), (file, made, _places) = PLACES[place], WRONG[name]
    raw = made()
    other = {"until": "2025-12-20", "checked": "no", "name": "我的名称", "reason": "why"}
    before = counted()
    for lang in ("en", "zh-hans"):
        client = client_in(world, username, lang)
        if lang == "en":  # looking at the memory makes all slower
            tracemalloc.start()
        start = time.monotonic()
        page = client.post(address, {"file": SimpleUploadedFile(file, raw), **other})
        assert time.monotonic() - start < SECONDS
        if lang == "en":
            assert tracemalloc.get_traced_memory()[1] < MEGABYTES * 1_000_000
            tracemalloc.stop()
        assert page.status_code == 200
        said = said_of(page)
        assert said
        assert any("\u4e00" <= mark <= "\u9fff" for mark in said) == (lang != "en"), said
        if place == "folder":  # all else that was typed is still there
            assert 'value="我的名称"' in page.content.decode()
    assert counted() == before


def test_moved_columns_are_taken_by_their_headings(world: World, client_of: SignedIn) -> None:
    moved = workbook([["talk", 7, "2025-03-01", "east"]], ["form", "people", "date", "unit"])
    page = client_of("east").get(send(client_of("east"), moved).url)
    assert page.context["judged"].sound
    assert "another order" in page.content.decode()
    listed = workbook([["x@county.example", "Wei", "wei"]], ["e-mail", "姓名", "user name"])
    page = client_of("admin").post("/accounts/import/", {"file": SimpleUploadedFile("a.xlsx", listed)})
    (row,) = page.context["looked"].rows
    assert (row.cells["username"], row.cells["name"], row.wrong) == ("wei", "Wei", {})


@pytest.mark.parametrize(("encoding", "named"), [("gb18030", "GB18030"), ("utf-16", "UTF-16"), ("utf-8-sig", "")])
def test_another_encoding_is_read_and_said(world: World, client_of: SignedIn, encoding: str, named: str) -> None:
    text = "单位,日期,形式,人次\n东镇,2025年3月1日,讲座,４\n"
    east = client_of("east")
    page = east.get(send(east, text.encode(encoding), "list.csv").url)
    assert page.context["judged"].sound
    assert (f"read as {named}" in page.content.decode()) == bool(named)


def sheets(**other: Any) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for name in other.get("names", ("activity",)):
        sheet = book.add_worksheet(name)
        for at, heading in enumerate(HEAD):
            sheet.write(0, at, heading)
        other["fill"](book, sheet)
        if name in other.get("hidden", ()):
            sheet.hide()
    book.close()
    return out.getvalue()


def test_formulas_are_read_as_their_results_and_merged_cells_as_empty(world: World, client_of: SignedIn) -> None:
    def fill(book: Any, sheet: Any) -> None:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.merge_range(1, 0, 2, 0, "east")
        sheet.write(1, 1, 45717, day)  # a serial number under the format of a date is that day
        sheet.write(1, 2, "talk")
        sheet.write_formula(1, 3, "=2+2", None, 4)
        for at, cell in enumerate(["2025-03-02", "talk", 5], 1):
            sheet.write(2, at, cell)

    east = client_of("east")
    first, second = east.get(send(east, sheets(fill=fill)).url).context["judged"].rows
    assert (dict(first.cells), first.wrong) == (
        {"unit": "east", "date": "2025-03-01", "form": "talk", "people": "4"}, False,
    )  # fmt: skip
    assert list(second.errors) == ["unit"]  # a merged cell holds its value in the first row alone


def test_an_error_in_a_cell_is_told_with_its_cell(world: World, client_of: SignedIn) -> None:
    def fill(_book: Any, sheet: Any) -> None:
        for at, cell in enumerate(ROW[:3]):
            sheet.write(1, at, cell)
        sheet.write_formula(1, 3, "=1/0", None, "#DIV/0!")

    page = send(client_of("east"), sheets(fill=fill))
    (said,) = page.context["form"].errors["file"]
    assert said.startswith("D2:")


def test_hidden_sheets_are_not_read_and_several_are_asked_about(world: World, client_of: SignedIn) -> None:
    def fill(_book: Any, sheet: Any) -> None:
        for at, cell in enumerate(ROW):
            sheet.write(1, at, cell)

    east = client_of("east")
    page = east.get(send(east, sheets(names=("one", "two"), hidden=("two",), fill=fill)).url)
    assert len(page.context["judged"].rows) == 1
    (said,) = send(east, sheets(names=("one", "two"), fill=fill)).context["form"].errors["file"]
    assert "activity" in said


@pytest.mark.parametrize(
    "raw",
    [
        b"\x00\x01\x02\x03", b"x" * 3_000_000, b"format: 1\nrulebook: [", b"a: &a [1]\nb: *a\n", PNG,
        b"format: 1\nformat: 1\n", BOOK.encode()[:600],
    ],
    ids=["control characters", "too long", "half", "an alias", "a picture", "twice", "the first part"],
)  # fmt: skip
def test_a_rule_book_that_is_none_is_told_and_its_text_stays(world: World, raw: bytes) -> None:
    before = counted()
    for lang in ("en", "zh-hans"):
        office = client_in(world, "office", lang)
        sent = {"file": SimpleUploadedFile("a.yaml", raw), "reason": "为什么", "decision": "keep"}
        page = office.post("/rulebooks/add/", sent)
        assert page.status_code == 200
        said = said_of(page)
        assert any("\u4e00" <= mark <= "\u9fff" for mark in said) == (lang != "en"), said
        assert page.context["form"]["reason"].value() == "为什么"
    assert counted() == before

"""Many rows at once: the spreadsheet with its dry run, the grid, drafts, the period before, a bureau for many units."""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from shuping_web.cycles.actions import add_rulebook, open_cycle
from shuping_web.cycles.models import Cycle
from shuping_web.cycles.queries import book_of
from shuping_web.filing.actions import check_record, file_record, freeze
from shuping_web.filing.adapters import ROWS
from shuping_web.filing.models import Batch, Draft, Record, State
from shuping_web.filing.queries import misfits, rows_of
from shuping_web.ledger.models import Event
from shuping_web.notices.worker import look
from shuping_web.people.actions import System
from shuping_web.people.models import Unit
from shuping_web.people.permissions import Role
from tests.web.conftest import BOOK, NOW, World, person
from tests.web.matrix.claims import adjusted

SignedIn = Callable[[str], Client]
HEAD = ["unit", "date", "form", "people"]
GOOD = [["东镇", "2025-03-01", "讲座", 40], ["east", "2025-03-02", "talk", 41]]
PERIODS = (
    BOOK.replace("rulebook: small", "rulebook: offices")
    .replace("measures: {", "measures: {jobs: {from: figure, value: sum(jobs)}, ")
    .replace(
        "measures:",
        """  figure:
    title: {zh: 数字, en: Figures}
    filed_by: county
    period: quarter
    unique: [unit]
    fields: {jobs: {type: integer, min: 0, title: {zh: 就业, en: Jobs}}}
measures:""",
        1,
    )
)


def workbook(rows: list[list[Any]], head: list[str] | None = None) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("activity")
    for at, row in enumerate([head or HEAD, *rows]):
        for column, cell in enumerate(row):
            sheet.write(at, column, cell)
    book.close()
    return out.getvalue()


def send(client: Client, content: bytes, name: str = "list.xlsx") -> Any:
    return client.post("/records/activity/import/", {"file": SimpleUploadedFile(name, content)})


def first_error(page: Any) -> str:
    return str(page.context["form"].errors["file"][0])


def test_the_form_comes_back_filled_in_and_is_filed_once(world: World, client_of: SignedIn) -> None:
    east = client_of("east")
    form = CalamineWorkbook.from_filelike(io.BytesIO(east.get("/records/activity/form.xlsx").content))
    (head, *_rest) = form.get_sheet_by_name("activity").to_python()
    assert head == ["单位 Unit", "日期 Date", "形式 Form", "人次 People"]  # who files is not asked: it is known
    moved = [[row[3], row[1], row[2], row[0]] for row in GOOD]
    sent = send(east, workbook(moved, [str(head[at]) for at in (3, 1, 2, 0)]))
    page = east.get(sent.url)
    assert "another order" in page.content.decode()
    assert Record.objects.count() == 0
    number = Batch.objects.get().pk
    assert {east.post(f"/import/{number}/file/").url for _ in range(2)} == {"/records/activity/"}
    rows = list(Record.objects.order_by("pk").values_list("unit__code", "values", "state"))
    assert rows == [
        ("east", {"date": "2025-03-01", "form": "talk", "people": "40"}, State.FILED),
        ("east", {"date": "2025-03-02", "form": "talk", "people": "41"}, State.FILED),
    ]
    actions = list(Event.objects.filter(action__contains="filed").values_list("action", flat=True))
    assert actions == ["records_filed", "record_filed", "record_filed"]
    assert Batch.objects.get().content == {}


def test_each_wrong_cell_is_marked_on_the_page_and_in_the_file(world: World, client_of: SignedIn) -> None:
    east = client_of("east")
    rows = [*GOOD, ["east", "2024-12-31", "dance", "many"], ["west", "2025-03-01", "talk", 1]]
    page = east.get(send(east, workbook(rows)).url)
    judged = page.context["judged"]
    assert [(row.number, sorted(row.errors)) for row in judged.rows if row.wrong] == [
        (4, ["date", "form", "people"]),
        (5, ["unit"]),  # East does not file for West
    ]
    assert page.content.decode().count('<td class="bad">') == 4
    number = Batch.objects.get().pk
    assert east.post(f"/import/{number}/file/").status_code == 200
    assert Record.objects.count() == 0  # all or nothing
    file = east.get(f"/import/{number}/marked.xlsx").content
    with zipfile.ZipFile(io.BytesIO(file)) as parts:
        comments = parts.read("xl/comments1.xml").decode()
    assert set(re.findall(r'<comment ref="([A-Z0-9]+)"', comments)) == {"B4", "C4", "D4", "A5"}
    again = east.get(send(east, file).url).context["judged"]  # it is read back as it was
    assert [row.number for row in again.rows if row.wrong] == [4, 5]


@pytest.mark.parametrize("name", ["list.csv", "gbk.csv"])
def test_csv_is_read_too(world: World, client_of: SignedIn, name: str) -> None:
    text = "单位,日期,形式,人次\n东镇,2025-03-01,讲座,40\n"
    east = client_of("east")
    sent = send(east, text.encode("gb18030" if name == "gbk.csv" else "utf-8"), name)
    assert east.get(sent.url).context["judged"].sound


def test_unknown_and_missing_columns_are_told(world: World, client_of: SignedIn) -> None:
    east = client_of("east")
    page = east.get(send(east, workbook([["east", "2025-03-01", "talk"]], ["unit", "date", "fomr"])).url)
    said = " ".join(page.context["judged"].problems)
    assert "fomr" in said
    assert "form" in said
    assert "people" in said


def test_what_would_be_too_much_is_refused_and_says_the_limit(world: World, client_of: SignedIn) -> None:
    east = client_of("east")
    out = io.BytesIO(workbook(GOOD))
    row = '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>east</t></is></c></row>'
    many = "".join(row.format(at) for at in range(1, 200_002))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet2.xml", f"<worksheet><sheetData>{many}</sheetData></worksheet>")
    start = time.monotonic()
    assert "20000" in first_error(send(east, out.getvalue()))
    csv = ("unit,date,form,people\n" + "east,2025-03-01,talk,1\n" * (ROWS + 1)).encode()
    assert "20000" in first_error(send(east, csv, "list.csv"))
    assert "10000000" in first_error(send(east, b"x" * 10_000_001, "list.csv"))
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", b"<workbook/>")
        parts.writestr("xl/worksheets/sheet1.xml", b"0" * 200_000_000)
    assert "unpack" in first_error(send(east, bomb.getvalue()))
    assert time.monotonic() - start < 20
    for name, content in (("list.xlsx", b"PK\x03\x04 no zip"), ("list.pdf", b"%PDF"), ("list.csv", b"")):
        assert send(east, content or b" ", name).status_code == 200
    assert Batch.objects.count() == 0


def test_formulas_are_not_run(world: World, client_of: SignedIn) -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("activity")
    for at, row in enumerate([HEAD, ["east", "2025-03-01", "talk", 0]]):
        for column, cell in enumerate(row):
            sheet.write(at, column, cell)
    sheet.write_formula(1, 3, "=1+1", None, 7)  # 7 is what the program that saved it found last
    book.close()
    east = client_of("east")
    (row,) = east.get(send(east, out.getvalue()).url).context["judged"].rows
    assert row.cells["people"] == "7"


def grid_of(*rows: tuple[str, str, str, str], **more: str) -> dict[str, str]:
    sent = {"submission": str(uuid4()), **more}
    for number, texts in enumerate(rows):
        sent |= {f"r{number}_{name}": text for name, text in zip(HEAD, texts, strict=True)}
    return sent


def test_a_grid_is_filed_whole_or_not_at_all(world: World, client_of: SignedIn) -> None:
    east = client_of("east")
    assert east.get("/records/activity/grid/").content.decode().count("<tr>") == 9
    wrong = grid_of(("east", "2025-03-01", "talk", "40"), ("east", "2025-13-01", "talk", "9"), ("east", "", "", ""))
    page = east.post("/records/activity/grid/", wrong)
    assert 'id="r1_date_error"' in page.content.decode()
    assert 'value="2025-13-01"' in page.content.decode()
    assert Record.objects.count() == 0
    right = {**wrong, "r1_date": "2025/3/2"}
    assert {east.post("/records/activity/grid/", right).status_code for _ in range(2)} == {302}
    assert [one.values["date"] for one in Record.objects.order_by("pk")] == ["2025-03-01", "2025-03-02"]
    more = east.post("/records/activity/grid/", {**wrong, "more": "1"})
    assert len(more.context["grid"].rows) == 11
    assert "Nothing is filled in" in east.post("/records/activity/grid/", grid_of()).content.decode()


def test_a_draft_is_its_writers_alone_and_ends_when_it_is_filed(world: World, client_of: SignedIn) -> None:
    east, submission = client_of("east"), str(uuid4())
    sent = {
        "submission": submission, "unit": world.units["east"].pk, "f_date": "2025-03-01", "f_form": "talk",
        "f_people": "ma",
    }  # fmt: skip
    kept = east.post("/records/activity/draft/", sent, headers={"accept": "application/json"})
    assert "Nothing is filed yet" in kept.json()["text"]
    east.post("/records/activity/draft/", {**sent, "f_people": "man"})
    draft = Draft.objects.get()
    assert draft.content["f_people"] == "man"
    for path in ("/", "/records/", "/records/activity/", "/records/activity/new/"):
        assert f"?draft={draft.pk}" in east.get(path).content.decode(), path
        assert (
            "?draft="
            not in client_of("head" if path != "/records/activity/new/" else "west").get(path).content.decode()
        )
    assert 'value="man"' in east.get(f"/records/activity/new/?draft={draft.pk}").content.decode()
    assert 'value="man"' not in client_of("west").get(f"/records/activity/new/?draft={draft.pk}").content.decode()
    assert east.post("/records/activity/new/", {**sent, "f_people": "40"}).status_code == 302
    assert Draft.objects.count() == 0
    grid = grid_of(("east", "2025-03-01", "talk", "4"), grid="1")
    at = east.post("/records/activity/draft/", grid).url
    assert 'value="2025-03-01"' in east.get(at).content.decode()
    east.post("/records/activity/grid/", grid)
    assert Draft.objects.count() == 0


@pytest.fixture
def offices(world: World) -> World:
    """The same towns under a second rule book, in which the county files a dataset for them."""
    book = add_rulebook(text=PERIODS, reason="", by=System(), at=NOW)
    cycle = open_cycle(rulebook=book, period="2025", filing_until=date(2099, 12, 20), by=System(), at=NOW)
    person(world, "bureau", Role.FILER, "county")
    return World(cycle, world.people, world.units)


def figure(world: World, unit: str, period: str, jobs: str) -> Record:
    return file_record(
        cycle=world.cycle, dataset="figure", unit=world.units[unit], period=period, values={"jobs": jobs},
        submission=uuid4(), by=world.people["bureau"], at=NOW,
    )  # fmt: skip


def test_a_bureau_files_for_many_units_and_they_only_look(offices: World, client_of: SignedIn) -> None:
    bureau, east = client_of("bureau"), client_of("east")
    codes = {one.code for one in bureau.get("/records/figure/new/").context["form"].fields["unit"].queryset}
    assert codes == {"east", "west", "east-1"}  # the towns that are ranked, and what lies below them
    for path in ("new/", "grid/", "import/", "form.xlsx", "again/"):
        assert east.get(f"/records/figure/{path}").status_code == 404
    record = figure(offices, "east", "2025-Q1", "7")
    assert record.filer == offices.units["county"]
    assert ">7<" in east.get("/records/figure/").content.decode()
    assert ">7<" not in client_of("west").get("/records/figure/").content.decode()
    assert east.get(f"/record/{record.pk}/change/").status_code == 404
    assert bureau.get(f"/record/{record.pk}/change/").status_code == 200
    again = bureau.post(
        "/records/figure/new/",
        {"submission": str(uuid4()), "unit": offices.units["east"].pk, "period": "2025-Q1", "f_jobs": "8"},
    )
    assert again.status_code == 200  # unique: [unit]: one row a unit and quarter
    assert Record.objects.count() == 1


def test_the_answers_of_the_period_before_are_offered_and_not_filed(offices: World, client_of: SignedIn) -> None:
    bureau = client_of("bureau")
    east, west = figure(offices, "east", "2025-Q1", "7"), figure(offices, "west", "2025-Q1", "9")
    figure(offices, "west", "2025-Q2", "10")
    page = bureau.get("/records/figure/again/?period=2025-Q2")
    assert [(one.pk, there) for one, _values, there in page.context["rows"]] == [(east.pk, False), (west.pk, True)]
    grid = bureau.get(f"/records/figure/grid/?period=2025-Q2&take={east.pk}").context["grid"]
    (row,) = grid.rows
    assert [cell.value for cell in row.cells] == ["east", "2025-Q2", "7"]
    assert Record.objects.count() == 3
    sent = {"submission": str(grid.submission), **{cell.name: cell.value for cell in row.cells}}
    assert bureau.post("/records/figure/grid/", sent).status_code == 302
    new = Record.objects.get(period="2025-Q2", unit__code="east")
    assert (new.values, new.state) == ({"jobs": "7"}, State.FILED)


def test_what_was_asked_once_is_there_for_the_other_rule_book(
    offices: World, world: World, client_of: SignedIn
) -> None:
    first = Cycle.objects.order_by("pk")[0]
    values = {"date": "2025-03-01", "form": "talk", "people": "40"}
    filed = file_record(
        cycle=first, dataset="activity", unit=world.units["east"], period="", values=values, submission=uuid4(),
        by=world.people["east"], at=NOW,
    )  # fmt: skip
    page = client_of("office").get("/records/activity/").content.decode()
    assert "Asked once, for:" in page
    assert "Small county 1 · 2025" in page
    rows = rows_of(book_of(offices.cycle), accepted_only=False)["activity"]
    assert [row.record for row in rows] == [filed.pk]


def test_what_does_not_fit_the_other_declaration_is_told_and_left_out(world: World, client_of: SignedIn) -> None:
    text = BOOK.replace("rulebook: small", "rulebook: strict").replace("min: 1,", "min: 41,")
    cycle = open_cycle(
        rulebook=add_rulebook(text=text, reason="", by=System(), at=NOW), period="2025",
        filing_until=date(2099, 12, 20), by=System(), at=NOW,
    )  # fmt: skip
    made = [
        file_record(
            cycle=world.cycle, dataset="activity", unit=world.units["east"], period="",
            values={"date": day, "form": "talk", "people": people}, submission=uuid4(), by=world.people["east"], at=NOW,
        )
        for day, people in (("2025-03-01", "40"), ("2025-03-02", "50"))
    ]  # fmt: skip
    for one in made:
        check_record(
            cycle=world.cycle, record=one, accept=True, reason="", version=1, by=world.people["checker"], at=NOW
        )
    book = book_of(cycle)
    assert list(misfits(book, "activity")) == [made[0].pk]
    assert [row.record for row in rows_of(book, accepted_only=True)["activity"]] == [made[1].pk]
    assert "does not fit" in client_of("office").get("/records/activity/").content.decode()
    kept = freeze(cycle=cycle, by=world.people["office"], at=NOW)
    assert [row["values"]["people"] for row in kept.content["records"]["activity"]] == ["50"]
    assert misfits(book_of(world.cycle), "activity") == {}


def test_a_list_is_searched_narrowed_and_ordered(world: World, client_of: SignedIn) -> None:
    for number, (form, people) in enumerate((("talk", "9"), ("sport", "100"), ("talk", "20"))):
        values = {"date": f"2025-0{number + 1}-01", "form": form, "people": people}
        file_record(
            cycle=world.cycle, dataset="activity", unit=world.units["east" if number else "west"], period="",
            values=values, submission=uuid4(), by=world.people["east"], at=NOW,
        )  # fmt: skip
    office = client_of("office")

    def people(query: str) -> list[str]:
        return [row.record.values["people"] for row in office.get(f"/records/activity/?{query}").context["rows"]]

    assert people("order=f_people") == ["9", "20", "100"]  # as figures: "100" stands after "20"
    assert people("order=-f_people") == ["100", "20", "9"]
    assert people("q=Sport") == ["100"]
    assert people("q=talk&unit=east") == ["20"]  # no title holds "talk" elsewhere; the option's title is Talk
    assert people("period=2025-01") == ["9"]
    assert people("period=2025-Q1&order=f_date") == ["9", "100", "20"]
    assert people("period=nonsense") == []
    assert people("unit=west&state=accepted") == []


def test_a_list_asks_as_much_for_fifty_rows_as_for_one(world: World, client_of: SignedIn) -> None:
    office, numbers = client_of("office"), []
    for many in (1, 49):
        for number in range(many):
            values = {"date": "2025-03-01", "form": "talk", "people": str(number + 1)}
            file_record(
                cycle=world.cycle, dataset="activity", unit=world.units["east"], period="", values=values,
                submission=uuid4(), by=world.people["east"], at=NOW,
            )  # fmt: skip
        with CaptureQueriesContext(
            connection,
        ) as asked:
            office.get("/records/activity/?order=f_people&q=talk")
        numbers.append(len(asked))
    assert numbers[0] == numbers[1]


def test_both_versions_stand_side_by_side(world: World, client_of: SignedIn) -> None:
    values = {"date": "2025-03-01", "form": "talk", "people": "40"}
    record = file_record(
        cycle=world.cycle, dataset="activity", unit=world.units["east"], period="", values=values, submission=uuid4(),
        by=world.people["east"], at=NOW,
    )  # fmt: skip
    sent = {"submission": str(record.submission), "f_date": "2025-03-01", "f_form": "talk", "version": "1"}
    east = client_of("east")
    east.post(f"/record/{record.pk}/change/", {**sent, "f_people": "41"})
    page = east.post(f"/record/{record.pk}/change/", {**sent, "f_people": "99"})
    assert [(one.title, one.theirs, one.mine) for one in page.context["both"] if one.differs] == [
        ("People", "41", "99")
    ]
    assert 'name="version" value="2"' in page.content.decode()
    assert east.post(f"/record/{record.pk}/change/", {**sent, "f_people": "99", "version": "2"}).status_code == 302
    record.refresh_from_db()
    assert record.values["people"] == "99"


@pytest.mark.broken_ledger
def test_an_import_that_cannot_be_whole_leaves_nothing(world: World, client_of: SignedIn) -> None:
    east = client_of("east")
    send(east, workbook(GOOD))
    Cycle.objects.update(filing_until=date(2020, 1, 1))
    page = east.post(f"/import/{Batch.objects.get().pk}/file/")
    assert "2020-01-01" in page.content.decode()
    assert Record.objects.count() == 0
    assert Batch.objects.get().filed_at is None
    assert Unit.objects.filter(code="east").exists()


def test_twenty_thousand_rows_are_filed_in_one_go(world: World, client_of: SignedIn) -> None:
    east = client_of("east")
    csv = "unit,date,form,people\n" + "".join(f"east,2025-03-01,talk,{at % 500 + 1}\n" for at in range(ROWS))
    sent = send(east, csv.encode(), "list.csv")
    start = time.monotonic()
    assert east.post(f"/import/{Batch.objects.get().pk}/file/").status_code == 302
    assert sent.status_code == 302
    assert look("worker")
    assert time.monotonic() - start < 60
    assert Record.objects.count() == ROWS


def test_what_is_claimed_is_not_filed_in_bulk(world: World, client_of: SignedIn) -> None:
    adjusted(world)
    east = client_of("east")
    for path in ("grid/", "import/", "form.xlsx"):
        assert east.get(f"/records/award/{path}").status_code == 404
        assert east.get(f"/records/activity/{path}").status_code == 200

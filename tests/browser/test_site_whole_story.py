"""The whole way in a real browser: rules added and opened as a cycle, filed by form, grid and spreadsheet, returned,
corrected, accepted, frozen; then the standing, and why. Every page on the way is held against the accessibility rules.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
import xlsxwriter
from playwright.sync_api import Page, expect

from tests.browser.test_site_story import clean, sign_in, site  # noqa: F401  # fixtures
from tests.web.conftest import BOOK

pytestmark = pytest.mark.needs("chromium")
PROCESSES = 2
"""As many as a machine of two cores has: what one wrote the other shows."""
SECOND = BOOK.replace('version: "1"', 'version: "2"').replace("points: 40", "points: 30").replace("60,", "70,")
PASTED = "{name}\t2025-03-02\ttalk\t10\n{name}\t2025-03-03\tsport\t20"
SHEET = [("unit", "date", "form", "people"), ("east", "2025-03-04", "talk", 15), ("east-1", "2025-03-05", "sport", 15)]
PASTE = """(cell, text) => {
  const data = new DataTransfer(); data.setData('text/plain', text);
  cell.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
}"""
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook() -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for at, row in enumerate(SHEET):
        sheet.write_row(at, 0, row)
    book.close()
    return out.getvalue()


def open_cycle(office: Page, address: str) -> None:
    """Add a second version of the rules, see what it changes, and open a cycle with it."""
    office.goto(f"{address}/rulebooks/add/")
    clean(office)
    office.fill("#id_text", SECOND)
    office.fill("#id_reason", "70 : 30")
    office.locator("button[value=look]").click()
    expect(office.locator("main")).to_contain_text("30")
    clean(office)
    office.locator("button[value=keep]").click()
    clean(office)
    office.locator("a[href$='/open/']").click()
    clean(office)
    office.fill("#id_filing_last", "2099-12-20")
    office.locator("main form button").last.click()
    expect(office).to_have_url(re.compile(r"/cycles/\d+/$"))
    clean(office)


def file_in_three_ways(east: Page, address: str, locale: str) -> None:
    """File one record by form, two pasted into the grid, two by spreadsheet."""
    east.goto(f"{address}/records/activity/new/")
    east.select_option("#id_unit", index=0)
    east.fill("#id_f_date", "2025-03-01")
    east.select_option("#id_f_form", "talk")
    east.fill("#id_f_people", "40")
    east.locator("main form button").first.click()
    expect(east).to_have_url(re.compile(r"/record/\d+/$"))

    east.goto(f"{address}/records/activity/grid/")
    clean(east)
    cell = east.locator("table.grid tbody tr").first.locator("select, input").first
    cell.evaluate(PASTE, PASTED.format(name="东镇" if locale == "zh-CN" else "East"))
    expect(east.locator("table.grid tbody tr").nth(1).locator("input").first).to_have_value("2025-03-03")
    clean(east)
    east.locator("main form[data-grid] button:not([name])").click()
    expect(east).to_have_url(re.compile(r"/records/activity/$"))

    east.goto(f"{address}/records/activity/import/")
    clean(east)
    east.locator("#id_file").set_input_files({"name": "rows.xlsx", "mimeType": KIND, "buffer": workbook()})
    east.locator("main form button").click()
    clean(east)
    with east.expect_navigation():
        east.locator("form[action$='/file/'] button").click()
    east.goto(f"{address}/records/activity/")
    expect(east.locator("main tbody tr")).to_have_count(5)
    clean(east)


def check_all(checker: Page, east: Page, address: str) -> None:
    """Return the first record, have it corrected, and accept everything."""
    checker.goto(f"{address}/queue/")
    clean(checker)
    record = address + str(checker.locator("main tbody th a").first.get_attribute("href"))
    checker.goto(record)
    checker.fill("#reason", "41?")
    with checker.expect_navigation():
        checker.locator("button[value=return]").click()
    east.goto(f"{record}change/")
    clean(east)
    people = int(east.locator("#id_f_people").input_value())
    east.fill("#id_f_people", str(people + 1))
    with east.expect_navigation():
        east.locator("main form button").first.click()
    for _ in range(5):
        checker.goto(f"{address}/queue/")
        checker.goto(address + str(checker.locator("main tbody th a").first.get_attribute("href")))
        with checker.expect_navigation():
            checker.locator("button[value=accept]").click()
    checker.goto(f"{address}/queue/")
    expect(checker.locator("main tbody th a")).to_have_count(0)


@pytest.mark.parametrize(("locale", "width"), [("zh-CN", 390), ("en-GB", 1920)])
def test_from_the_rules_to_the_reason(
    sign_in: Callable[..., Page],  # noqa: F811
    site: str,  # noqa: F811
    locale: str,
    width: int,
) -> None:
    office = sign_in("office", locale, width)
    open_cycle(office, site)
    east = sign_in("east", locale, width)
    file_in_three_ways(east, site, locale)
    checker = sign_in("checker", locale, width)
    check_all(checker, east, site)

    office.goto(f"{site}/freeze/")
    clean(office)
    with office.expect_navigation():
        office.locator("main form button").first.click()
    office.goto(f"{site}/standing/")
    clean(office)
    row = office.locator("tr", has=office.locator("a[href='/standing/east/']"))
    expect(row).to_contain_text("100.00")  # the only town that filed: 30 + 70
    row.locator("a").click()
    clean(office)
    office.locator("details.criterion > summary").first.click()
    office.locator("a[href='/standing/east/events/']").click()
    clean(office)
    expect(office.locator("main tbody tr")).to_have_count(5)
    office.locator("main tbody a").first.click()
    expect(office).to_have_url(re.compile(r"/record/\d+/$"))
    clean(office)

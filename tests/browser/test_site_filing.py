"""Many rows in a real browser: pasted into the grid, kept as a draft while one types, and sent as a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_site_story import clean, sign_in, site

__all__ = ["sign_in", "site"]
pytestmark = pytest.mark.needs("chromium")
WORDS = {
    "zh-CN": {
        "form": "讲座", "file": "填报所有行", "draft": "继续填写", "look": "查看", "wrong": "需要改正",
        "all": "全部填报", "marked": "下载标出错误单元格的表格", "kept": "已存为草稿",
    },
    "en-GB": {
        "form": "Talk", "file": "File all lines", "draft": "Write on", "look": "Look at it", "wrong": "put right",
        "all": "File them all", "marked": "Download it with the wrong cells marked", "kept": "Kept as a draft",
    },
}  # fmt: skip
PASTE = """([field, text]) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  document.getElementsByName(field)[0].dispatchEvent(
    new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


@pytest.mark.parametrize(("locale", "width"), [("zh-CN", 1280), ("en-GB", 390)])
def test_rows_are_pasted_kept_and_filed(
    sign_in: Callable[..., Page], site: str, tmp_path: Path, locale: str, width: int
) -> None:
    words = WORDS[locale]
    east = sign_in("east", locale, width)
    east.goto(f"{site}/records/activity/grid/")
    clean(east)
    lines = [f"2025-03-{day:02}\t{words['form']}\t{day}" for day in range(1, 13)]
    lines[4] = f"2025-03-05\t{words['form']}\tmany"
    east.evaluate(PASTE, ["r0_date", "\n".join(lines) + "\n"])
    expect(east.locator("tbody tr")).to_have_count(12)  # eight lines stand there; four were added
    expect(east.locator("[name=r11_people]")).to_have_value("12")
    expect(east.locator("[name=r0_form]")).to_have_value("talk")
    expect(east.locator("[data-kept]")).to_contain_text(words["kept"], timeout=15_000)
    east.goto(site)
    clean(east)
    east.get_by_role("link", name=re.compile(words["draft"])).click()
    expect(east.locator("[name=r11_people]")).to_have_value("12")
    east.get_by_role("button", name=words["file"]).click()
    expect(east.locator("#r4_people_error")).to_be_visible()
    clean(east)
    east.fill("[name=r4_people]", "5")
    east.get_by_role("button", name=words["file"]).click()
    expect(east).to_have_url(f"{site}/records/activity/")
    expect(east.locator("tbody tr")).to_have_count(12)
    clean(east)
    file = tmp_path / "list.csv"
    file.write_text("people,unit,date,form\n9,east,2025-04-01,talk\nx,east,2025-04-02,talk\n", encoding="utf-8")
    east.goto(f"{site}/records/activity/import/")
    clean(east)
    east.set_input_files("#id_file", file)
    east.get_by_role("button", name=words["look"]).click()
    expect(east.get_by_role("status")).to_contain_text(words["wrong"])
    clean(east)
    with east.expect_download() as loaded:
        east.get_by_role("link", name=words["marked"]).click()
    assert loaded.value.suggested_filename == "activity-marked.xlsx"
    file.write_text("people,unit,date,form\n9,east,2025-04-01,talk\n", encoding="utf-8")
    east.goto(f"{site}/records/activity/import/")
    east.set_input_files("#id_file", file)
    east.get_by_role("button", name=words["look"]).click()
    clean(east)
    east.get_by_role("button", name=words["all"]).click()
    expect(east.locator("tbody tr")).to_have_count(13)
    east.goto(f"{site}/records/activity/new/")
    clean(east)


PASTE_HTML = """([field, text, html]) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  data.setData("text/html", html);
  document.getElementsByName(field)[0].dispatchEvent(
    new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


def test_a_table_without_tabs_is_pasted_by_its_cells(sign_in: Callable[..., Page], site: str) -> None:
    east = sign_in("east", "en-GB", 1280)
    east.goto(f"{site}/records/activity/grid/")
    table = (
        "<table><tr><td>2025-05-01</td><td>Talk</td><td>7</td></tr><tr><td>2025-05-02</td><td>Talk</td><td>8</td></tr>"
    )
    east.evaluate(PASTE_HTML, ["r0_date", "2025-05-01\nTalk\n7\n2025-05-02\nTalk\n8", f"<html><body>{table}</table>"])
    expect(east.locator("[name=r1_people]")).to_have_value("8")
    expect(east.locator("[name=r1_form]")).to_have_value("talk")
    expect(east.locator("[name=r2_date]")).to_have_value("")
    east.evaluate(
        PASTE, ["r2_date", '2025-05-03\tTalk\t"9\n"\n']
    )  # a line break inside a cell, as spreadsheets copy it
    expect(east.locator("[name=r2_people]")).to_have_value("9")

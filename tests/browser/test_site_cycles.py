"""Rule books and cycles in a real browser: looked at, mended, kept, opened, moved; a table with mistakes."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_site_story import clean, sign_in, site  # noqa: F401  # fixtures of the small organisation
from tests.web.conftest import BOOK

pytestmark = pytest.mark.needs("chromium")
SECOND = (
    BOOK.replace('version: "1"', 'version: "2"').replace("points: 40", "points: 30").replace("points: 60", "points: 70")
)
WRONG = SECOND.replace("measure: events", "measure: evnts")
LINE = next(number for number, line in enumerate(WRONG.splitlines(), 1) if "evnts" in line)
WORDS = {
    "zh-CN": {
        "look": "查看", "keep": "保存这个版本", "line": f"第 {LINE} 行", "open": "用它开启考核", "send": "开启",
        "days": "个工作日", "move": "进入另一阶段", "now": "核验", "put": "检查并放入", "wrong": "有 2 处要改正",
        "zip": "下载为文件夹（ZIP）",
    },
    "en-GB": {
        "look": "Look at it", "keep": "Keep this version", "line": f"Line {LINE}", "open": "Open a cycle with it",
        "send": "Open the cycle", "days": "working days", "move": "Move the cycle", "now": "Checking",
        "put": "Check and put in place", "wrong": "2 things to put right", "zip": "Download as a folder (ZIP)",
    },
}  # fmt: skip


@pytest.mark.parametrize(("locale", "width"), [("zh-CN", 1280), ("en-GB", 390)])
def test_from_a_rule_book_to_a_cycle(
    sign_in: Callable[..., Page],  # noqa: F811
    site: str,  # noqa: F811
    tmp_path: Path,
    locale: str,
    width: int,
) -> None:
    words = WORDS[locale]
    page = sign_in("office", locale, width)
    page.goto(f"{site}/rulebooks/")
    clean(page)
    page.goto(f"{site}/rulebooks/add/")
    clean(page)
    page.fill("#id_text", WRONG)
    page.get_by_role("button", name=words["look"]).click()
    expect(page.locator(".errors")).to_contain_text(words["line"])
    clean(page)
    page.fill("#id_text", SECOND)
    page.get_by_role("button", name=words["look"]).click()
    expect(page.locator(".rules")).to_be_visible()
    clean(page)
    page.fill("#id_reason", "Meetings count less.")
    page.get_by_role("button", name=words["keep"]).click()
    expect(page.locator("h1")).to_contain_text("small 2")
    clean(page)
    rules = page.url
    page.goto(f"{rules}changes/")
    expect(page.get_by_role("row").nth(1)).to_be_visible()
    clean(page)
    page.goto(rules)
    page.get_by_role("link", name=words["open"]).click()
    clean(page)
    for name, day in (("filing_last", "2099-09-25"), ("checking_first", "2099-09-28")):
        page.fill(f"#id_{name}", day)
    page.fill("#id_checking_days", "5")
    page.get_by_role("button", name=words["send"], exact=True).click()
    expect(page.locator(".stages")).to_contain_text(words["days"])
    clean(page)
    cycle = page.url
    page.select_option("#id_step", "checking")
    page.get_by_role("button", name=words["move"]).click()
    expect(page.locator(".stages [aria-current=step]")).to_contain_text(words["now"])
    with page.expect_download() as handed:
        page.get_by_role("button", name=words["zip"]).click()
    with zipfile.ZipFile(handed.value.path()) as archive:
        assert "rulebook.yaml" in archive.namelist()
    page.goto(f"{cycle}later/")
    clean(page)
    page.goto(f"{cycle}tables/")
    clean(page)
    wrong = tmp_path / "targets.csv"
    wrong.write_text("unit,period,measure,value\neast,2025,people,many\nvest,2025,people,8\n", encoding="utf-8")
    page.goto(f"{cycle}tables/targets/targets/")
    page.set_input_files("#id_file", wrong)
    page.get_by_role("button", name=words["put"]).click()
    expect(page.locator(".errors h2")).to_have_text(words["wrong"])
    clean(page)
    page.goto(f"{site}/calendar/?after=2025-09-26&number=1")
    expect(page.get_by_role("status")).to_have_text("2025-09-28")  # a Sunday that is made up for
    clean(page)
    for path in ("/cycles/", "/cycles/take-in/", "/"):
        page.goto(site + path)
        clean(page)

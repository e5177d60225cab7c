"""A file too many, one that is none, used again on a second record, judged by the checker, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_site_story import clean, sign_in, site  # noqa: F401  # fixtures
from tests.web.evidence_samples import pdf, photo

pytestmark = pytest.mark.needs("chromium")
WORDS = {
    "zh-CN": {
        "file": "填报", "none": "不是 PDF", "many": "最多附 2 个文件", "again": "使用以前报过的文件", "say": "注明内容",
        "save": "保存", "not": "不能佐证", "open": "尚未查看", "removed": "位置、时间、设备信息已去除",
        "list": "佐证材料目录",
    },
    "en-GB": {
        "file": "File", "none": "is no PDF", "many": "At most 2 files go with this", "say": "Say what it is",
        "again": "Use a file again that was filed before", "save": "Save", "not": "Does not prove it",
        "open": "Not looked at yet", "removed": "were taken out of the photo", "list": "List of evidence",
    },
}  # fmt: skip


def payload(name: str, raw: bytes) -> Any:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": raw}


def typed(page: Page, site: str, words: dict[str, str], *files: Any) -> None:  # noqa: F811
    page.goto(f"{site}/records/activity/new/")
    page.fill("#id_f_date", "2025-03-01")
    page.select_option("#id_f_form", "talk")
    page.fill("#id_f_people", "317")
    page.set_input_files("#id_files", list(files))
    page.get_by_role("button", name=words["file"], exact=True).click()


@pytest.mark.parametrize(("locale", "width"), [("zh-CN", 390), ("en-GB", 1280)])
def test_files_go_with_a_record_are_used_again_and_judged(
    sign_in: Callable[..., Page], site: str, locale: str, width: int  # noqa: F811
) -> None:  # fmt: skip
    words = WORDS[locale]
    east, checker = (sign_in(name, locale, width) for name in ("east", "checker"))
    three = [payload("a.pdf", pdf(title="a")), payload("b.jpg", photo()), payload("c.pdf", pdf(title="c"))]
    typed(east, site, words, *three, payload("d.pdf", b"<svg/>"))
    expect(east.locator("#id_files_error")).to_contain_text(words["many"])
    expect(east.locator("#id_files_error")).to_contain_text(words["none"])
    expect(east.locator("#id_f_people")).to_have_value("317")
    clean(east)
    east.get_by_label("c.pdf").uncheck()
    east.get_by_role("button", name=words["file"], exact=True).click()
    east.wait_for_url("**/record/*/")
    record = east.url
    expect(east.locator("#evidence")).to_contain_text(words["removed"])
    clean(east)
    east.get_by_role("link", name=words["say"]).first.click()
    east.fill("#id_title", "关于表彰的决定")
    clean(east)
    east.get_by_role("button", name=words["save"], exact=True).click()
    east.wait_for_url("**/record/*/")

    east.goto(f"{site}/records/activity/new/")
    east.fill("#id_f_date", "2025-03-02")
    east.select_option("#id_f_form", "talk")
    east.fill("#id_f_people", "42")
    east.get_by_text(words["again"]).click()
    clean(east)
    east.get_by_label("关于表彰的决定").check()
    east.get_by_role("button", name=words["file"], exact=True).click()
    east.wait_for_url("**/record/*/")
    expect(east.locator("#evidence a").first).to_have_text("关于表彰的决定")

    checker.goto(record)
    clean(checker)
    checker.locator("#evidence summary").first.click()
    clean(checker)
    checker.locator("#evidence textarea").first.fill("another year")
    checker.locator("#evidence button[value=doubted]").first.click()
    expect(checker.locator("#evidence li").first).to_contain_text(words["not"])
    expect(checker.locator("#evidence li").nth(1)).to_contain_text(words["open"])
    clean(checker)
    with checker.expect_download() as download:
        checker.get_by_role("link", name="b.jpg").click()
    assert b"GPS" not in download.value.path().read_bytes()

    east.goto(f"{site}/evidence/of/east/")
    expect(east.locator("h1")).to_contain_text(words["list"])
    expect(east.locator("tbody tr")).to_have_count(3)
    clean(east)

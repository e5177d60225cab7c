"""Reminders in a real browser: written, looked at, approved, read; every page held against the accessibility rules."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_site_story import clean, sign_in, site  # noqa: F401  # fixtures

pytestmark = pytest.mark.needs("chromium")
WORDS = {
    "zh-CN": {
        "write": "拟写并查看", "approve": "批准", "paper": "打印通知单", "make": "生成地址", "state": "站内和纸质",
    },
    "en-GB": {
        "write": "Write them", "approve": "Approve", "paper": "Sheets to print", "make": "Make an address",
        "state": "On the site and on paper",
    },
}  # fmt: skip


@pytest.mark.parametrize(("locale", "width"), [("zh-CN", 1280), ("en-GB", 390)])
def test_a_reminder_is_seen_before_it_goes(
    sign_in: Callable[..., Page],  # noqa: F811
    site: str,  # noqa: F811
    locale: str,
    width: int,
) -> None:
    words = WORDS[locale]
    office = sign_in("office", locale, width)
    office.goto(f"{site}/outbox/")
    clean(office)
    office.goto(f"{site}/reminders/new/")
    clean(office)
    office.fill("#id_note_zh", "请抓紧。")  # the accounts have no language: they are written to in Chinese
    office.get_by_role("button", name=words["write"]).click()
    clean(office)
    office.locator("main details summary").first.click()
    letter = office.locator(".letter").first
    expect(letter).to_contain_text("东镇")
    expect(letter).to_contain_text("请抓紧。")
    clean(office)

    east = sign_in("east", locale, width)
    east.goto(f"{site}/messages/")
    clean(east)
    expect(east.locator("article")).to_have_count(0)
    office.get_by_role("button", name=words["approve"]).click()
    expect(office.locator("main tbody tr").first).to_contain_text(words["state"])
    clean(office)
    office.get_by_role("link", name=words["paper"]).click()
    expect(office.locator("article")).to_contain_text("东镇")
    clean(office)
    east.reload()
    expect(east.locator("article")).to_contain_text("请抓紧。")
    clean(east)
    east.goto(f"{site}/me/notices/")
    clean(east)
    east.get_by_role("button", name=words["make"]).click()
    clean(east)
    answer = east.request.get(east.input_value("#address"))
    assert answer.status == 200
    assert "BEGIN:VCALENDAR" in answer.text()

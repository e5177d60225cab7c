"""Claims in a real browser, zh and en: claimed without a document, put right, checked, approved; a loss proposed."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import test_site_story as story
from tests.browser.test_site_story import clean, sign_in, site

__all__ = ["sign_in", "site"]
pytestmark = pytest.mark.needs("chromium")
WORDS = {
    "zh-CN": {
        "award": "加分 · 荣誉", "loss": "扣分 · 述职不实", "send": "提交", "check": "初核通过", "approve": "认定",
        "counts": "已认定，计入", "answer": "提交说明", "reply": "本单位的说明",
    },
    "en-GB": {
        "award": "Bonus · Awards", "loss": "Deduction · Weak report", "send": "Send", "check": "Checked, pass it on",
        "approve": "Approve", "counts": "Approved, counts", "answer": "Send the answer", "reply": "Our answer",
    },
}  # fmt: skip


@pytest.fixture
def adjustments(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the site begin with honours, a judged loss and a veto; asked for before the site."""
    adjusted = story.FILL.replace("small.BOOK", "ADJUSTED").replace(
        "from datetime import date", "from datetime import date\nfrom tests.web.matrix.claims import ADJUSTED"
    )
    monkeypatch.setattr(story, "FILL", adjusted)


def look(page: Page, name: str) -> None:
    """Find no fault in a page; keep a picture of it where one asks for it."""
    clean(page)
    if folder := os.environ.get("SHUPING_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.parametrize(("locale", "width"), [("zh-CN", 1280), ("en-GB", 390)])
def test_a_bonus_and_a_deduction(
    adjustments: None, sign_in: Callable[..., Page], site: str, locale: str, width: int
) -> None:
    words = WORDS[locale]
    east = sign_in("east", locale, width)
    east.goto(f"{site}/claims/")
    look(east, f"claims-empty-{locale}")
    east.get_by_role("link", name=words["award"]).click()
    east.fill("#id_f_issued", "2025-03-01")
    east.fill("#id_f_matter", "清洁河流")
    east.select_option("#id_f_tier", "city")
    east.get_by_role("button", name=words["send"], exact=True).click()
    expect(east.locator("#id_f_document_error")).to_be_visible()
    expect(east.locator("#id_f_matter")).to_have_value("清洁河流")
    look(east, f"claim-form-{locale}")
    east.fill("#id_f_document", "市政发〔2025〕3号")
    east.fill("#id_issuer", "市政府")
    east.get_by_role("button", name=words["send"], exact=True).click()
    expect(east).to_have_url(re.compile(r"/claim/\d+/$"))
    look(east, f"claim-{locale}")
    claim = east.url

    checker = sign_in("checker", locale, width)
    checker.goto(claim)
    look(checker, f"claim-to-check-{locale}")
    checker.get_by_role("button", name=words["check"]).click()
    office = sign_in("office", locale, width)
    office.goto(claim)
    office.get_by_role("button", name=words["approve"], exact=True).click()
    expect(office.locator(".state").first).to_have_text(words["counts"])

    checker.goto(f"{site}/claims/")
    look(checker, f"claims-{locale}")
    checker.get_by_role("link", name=words["loss"]).click()
    expect(checker.locator("#id_unit")).to_have_value("")
    checker.select_option("#id_unit", label="东镇" if locale == "zh-CN" else "East")
    checker.fill("#id_f_date", "2025-05-01")
    checker.fill("#id_f_loss", "6.5")
    checker.fill("#id_f_reason", "半数是上年工作。")
    checker.get_by_role("button", name=words["send"], exact=True).click()
    expect(checker).to_have_url(re.compile(r"/claim/\d+/$"))
    loss = checker.url
    east.goto(loss)
    east.fill("#reply", words["reply"])
    look(east, f"answer-{locale}")
    east.locator("form[action$='/answer/'] button").click()
    expect(east.locator("main")).to_contain_text(words["reply"])

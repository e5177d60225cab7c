"""Drawn by lot, asked, accepted, frozen, corrected by a second person, and what that changed, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_site_story import clean, sign_in, site  # noqa: F401  # fixtures

pytestmark = pytest.mark.needs("chromium")
WORDS = {
    "zh-CN": {
        "file": "填报", "state": "公布方案", "draw": "抽取", "same": "记录相同", "ask": "询问", "answer": "提交答复",
        "accept": "通过", "freeze": "封存已通过的记录", "correct": "提出更正", "propose": "提出", "confirm": "确认",
        "change": "对总分和位次的改动", "lot": "抽中", "round": "整百数", "east": "东镇", "one": "只填一项",
    },
    "en-GB": {
        "file": "File", "state": "State the plan", "draw": "Draw from", "same": "the same records", "ask": "Ask",
        "answer": "Send the answer", "accept": "Accept", "freeze": "Freeze the accepted records",
        "correct": "Propose a correction", "propose": "Propose", "confirm": "Confirm",
        "change": "What it changed in totals and ranks", "lot": "drawn by lot", "round": "is a round figure",
        "east": "East", "one": "State either a share or a number.",
    },
}  # fmt: skip


def file(page: Page, site: str, people: str, words: dict[str, str]) -> str:  # noqa: F811
    page.goto(f"{site}/records/activity/new/")
    page.fill("#id_f_date", "2025-03-01")
    page.select_option("#id_f_form", "talk")
    page.fill("#id_f_people", people)
    page.get_by_role("button", name=words["file"], exact=True).click()
    page.wait_for_url("**/record/*/")
    return page.url


@pytest.mark.parametrize(("locale", "width"), [("zh-CN", 390), ("en-GB", 1280)])
def test_checked_by_lot_frozen_and_corrected(
    sign_in: Callable[..., Page], site: str, locale: str, width: int  # noqa: F811
) -> None:  # fmt: skip
    words = WORDS[locale]
    east, office, checker = (sign_in(name, locale, width) for name in ("east", "office", "checker"))
    record = file(east, site, "200", words)

    office.goto(f"{site}/sampling/")
    clean(office)
    office.goto(f"{site}/sampling/new/")
    clean(office)
    office.fill("#id_reason", "3/10")
    office.get_by_role("button", name=words["state"]).click()
    expect(office.locator("#id_share_error")).to_contain_text(words["one"])
    expect(office.locator("#id_reason")).to_have_value("3/10")
    clean(office)
    office.fill("#id_number", "1")
    office.fill("#id_seed", "dice: 4 2 6")
    office.get_by_role("button", name=words["state"]).click()
    expect(office.locator("main")).not_to_contain_text("dice: 4 2 6")
    clean(office)
    office.get_by_role("button", name=words["draw"]).click()
    expect(office.locator("main")).to_contain_text(words["same"])
    office.locator("main summary").click()
    expect(office.locator("main")).to_contain_text("dice: 4 2 6")
    clean(office)

    checker.goto(f"{site}/queue/")
    expect(checker.locator("tbody").first).to_contain_text(words["lot"])
    expect(checker.locator("tbody").first).to_contain_text(words["round"])
    checker.locator("main summary").click()
    clean(checker)
    checker.get_by_role("link", name=words["east"]).click()
    clean(checker)
    checker.fill("#text", "200?")
    checker.get_by_role("button", name=words["ask"], exact=True).click()

    east.goto(site)
    clean(east)
    east.goto(f"{site}/questions/")
    clean(east)
    east.goto(record)
    clean(east)
    east.locator("textarea[name=answer]").fill("是 / Yes")
    east.get_by_role("button", name=words["answer"]).click()
    checker.goto(record)
    expect(checker.locator("main")).to_contain_text("是 / Yes")
    clean(checker)
    checker.get_by_role("button", name=words["accept"]).click()
    office.goto(f"{site}/completeness/")
    clean(office)
    office.get_by_role("link", name=words["east"]).click()
    clean(office)
    office.goto(f"{site}/freeze/")
    clean(office)
    office.get_by_role("button", name=words["freeze"]).click()
    clean(office)

    east.goto(record)
    east.get_by_role("link", name=words["correct"]).click()
    clean(east)
    east.fill("#id_f_people", "20")
    east.fill("#id_reason", "200 → 20")
    east.get_by_role("button", name=words["propose"], exact=True).click()
    clean(east)
    checker.goto(site)
    checker.goto(f"{site}/corrections/")
    clean(checker)
    checker.locator("tbody a").first.click()
    clean(checker)
    checker.get_by_role("button", name=words["confirm"]).click()
    clean(checker)
    office.goto(f"{site}/frozen/2/")
    clean(office)
    office.get_by_role("link", name=words["change"]).click()
    expect(office.locator("main")).to_be_visible()
    clean(office)
    for path in ("corrections/", "corrections/reopen/", "corrections/new/activity/", "freeze/", "standing/"):
        office.goto(f"{site}/{path}")
        clean(office)
    east.goto(record)
    clean(east)

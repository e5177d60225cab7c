"""Second factor, slips, invitations and what is typed into a form, in a real browser; every page held against axe."""

# ruff: noqa: F401, F811 - fixtures are imported by their names
from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_site_story import PASSWORD, clean, sign_in, site

pytestmark = pytest.mark.needs("chromium")
NEW = "another good staple 7"
WORDS = {
    "zh-CN": {
        "on": "开启", "again": "已恢复", "throw": "清除", "slips": "制作密码条",
        "links": "制作邀请", "set": "设置密码",
    },
    "en-GB": {
        "on": "Switch it on", "again": "is back", "throw": "Throw it away", "slips": "Make slips to print",
        "links": "Make invitations", "set": "Set the password",
    },
}  # fmt: skip


def looked(page: Page, name: str) -> None:
    """Hold a page against the rules; keep a picture where $SHUPING_PICTURES says so."""
    clean(page)
    folder = os.environ.get("SHUPING_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}-{page.viewport_size['width']}.png", full_page=True)


@pytest.mark.parametrize(("locale", "width"), [("zh-CN", 390), ("en-GB", 1280)])
def test_second_factor_and_recovery_code(
    sign_in: Callable[..., Page],
    browser: Browser,
    site: str,
    locale: str,
    width: int,
) -> None:
    words, page = WORDS[locale], sign_in("office", locale, width)
    for path in ("/me/password/", "/me/sessions/", "/me/second-factor/"):
        page.goto(site + path)
        looked(page, "own" + path.replace("/", "-"))
    secret = page.locator("main code").inner_text().replace(" ", "")
    page.fill("#id_code", pyotp.TOTP(secret).now())
    page.get_by_role("button", name=words["on"]).click()
    looked(page, "recovery")
    code = page.locator("ol.codes code").first.inner_text()
    page.goto(f"{site}/me/second-factor/")
    looked(page, "factor-on")
    other = browser.new_context(locale=locale, viewport={"width": width, "height": 900}).new_page()
    other.goto(f"{site}/sign-in/")
    other.fill("#id_username", "office")
    other.fill("#id_password", PASSWORD)
    other.locator("main button").click()
    looked(other, "code")
    other.fill("#id_code", code)
    other.locator("main button").click()
    expect(other.locator("header .who > a")).to_be_visible()
    other.context.close()


@pytest.mark.parametrize(("locale", "width"), [("zh-CN", 1280), ("en-GB", 390)])
def test_what_is_typed_stays_until_it_is_saved(
    sign_in: Callable[..., Page],
    site: str,
    locale: str,
    width: int,
) -> None:
    words, page = WORDS[locale], sign_in("east", locale, width)
    form = f"{site}/records/activity/new/"
    page.goto(form)
    page.fill("#id_f_date", "2025-03-01")
    page.fill("#id_f_people", "317")
    page.goto(f"{site}/")
    page.goto(form)
    expect(page.locator("#id_f_people")).to_have_value("317")
    expect(page.locator("#id_f_date")).to_have_value("2025-03-01")
    expect(page.locator("main p.note", has_text=words["again"])).to_be_visible()
    looked(page, "typed")
    page.get_by_role("button", name=words["throw"]).click()
    expect(page.locator("#id_f_people")).to_have_value("")
    page.fill("#id_f_people", "318")
    page.locator(".who form").last.get_by_role("button").click()  # signing out forgets it
    page.fill("#id_username", "east")
    page.fill("#id_password", PASSWORD)
    page.locator("main button").click()
    page.goto(form)
    expect(page.locator("#id_f_people")).to_have_value("")


@pytest.mark.parametrize(("locale", "width"), [("zh-CN", 1280), ("en-GB", 390)])
def test_slips_and_invitations(sign_in: Callable[..., Page], site: str, locale: str, width: int) -> None:
    words, page = WORDS[locale], sign_in("admin", locale, width)
    page.goto(f"{site}/accounts/passes/")
    looked(page, "passes")
    page.check("[name=account][value=auditor]")
    page.get_by_role("button", name=words["slips"]).click()
    looked(page, "slips")
    code = page.locator("code.big").inner_text()
    page.goto(f"{site}/accounts/passes/?q=checker")
    page.check("[name=account][value=checker]")
    page.get_by_role("button", name=words["links"]).click()
    looked(page, "invitations")
    link = page.locator("main code").first.inner_text()
    page.locator(".who form").last.get_by_role("button").click()
    page.goto(link)
    looked(page, "invitation")
    page.fill("#id_new", NEW)
    page.fill("#id_again", "another")
    page.get_by_role("button", name=words["set"]).click()
    expect(page.locator("#id_again_error")).to_be_visible()
    looked(page, "invitation-wrong")
    page.goto(f"{site}/slip/")
    looked(page, "slip")
    page.fill("#id_username", "auditor")
    page.fill("#id_code", code)
    page.fill("#id_new", NEW)
    page.fill("#id_again", NEW)
    page.get_by_role("button", name=words["set"]).click()
    looked(page, "sign-in")
    page.fill("#id_username", "auditor")
    page.fill("#id_password", NEW)
    page.locator("main button").click()
    expect(page.locator("header .who > a")).to_be_visible()

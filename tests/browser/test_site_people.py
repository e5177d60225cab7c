"""Units, accounts and roles in a real browser: read and changed, every page held against the accessibility rules."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import xlsxwriter
from playwright.sync_api import Page, expect

from tests.browser.test_site_story import clean, sign_in, site  # noqa: F401  # fixtures

pytestmark = pytest.mark.needs("chromium")
WORDS = {
    "zh-CN": {
        "merge": "合并", "east": "东镇", "look": "预检名单", "make": "建立账号", "checker": "核验员", "give": "授予",
        "appoint": "指定", "over": "份额合计应为 1", "taken": "用户名已被使用",
    },
    "en-GB": {
        "merge": "Merge", "east": "East", "look": "Look at the list", "make": "Make the accounts", "checker": "Checker",
        "give": "Give the role", "appoint": "Appoint", "over": "The shares must add up to 1", "taken": "is taken",
    },
}  # fmt: skip


def accounts(*rows: tuple[str, str]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for at, row in enumerate([("username", "name"), *rows]):
        sheet.write_row(at, 0, row)
    book.close()
    return out.getvalue()


def send(page: Page, content: bytes, words: dict[str, str]) -> None:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    page.locator("#id_file").set_input_files({"name": "list.xlsx", "mimeType": kind, "buffer": content})
    page.get_by_role("button", name=words["look"]).click()


@pytest.mark.parametrize(("locale", "width"), [("zh-CN", 1280), ("en-GB", 390)])
def test_units_accounts_and_roles(sign_in: Callable[..., Page], site: str, locale: str, width: int) -> None:  # noqa: F811
    words = WORDS[locale]
    admin = sign_in("admin", locale, width)
    for path in (
        "units/",
        "units/new/",
        "unit/east/",
        "unit/east/rename/",
        "unit/east/move/",
        "unit/east/end/",
        "unit/east/split/",
        "accounts/",
        "accounts/new/",
        "roles/",
    ):
        admin.goto(f"{site}/{path}")
        clean(admin)
    admin.goto(f"{site}/unit/east/merge/")
    for code, share in (("east", "0.6"), ("west", "0.5")):
        admin.locator(f"#id_take_{code}").check()
        admin.fill(f"#id_share_{code}", share)
    admin.fill("#id_code", "centre")
    admin.fill("#id_name", "中心镇")
    admin.get_by_role("button", name=words["merge"], exact=True).click()
    expect(admin.get_by_role("alert")).to_contain_text(words["over"])
    expect(admin.locator("#id_share_west")).to_have_value("0.5")
    clean(admin)
    admin.fill("#id_share_west", "0.4")
    admin.get_by_role("button", name=words["merge"], exact=True).click()
    expect(admin.locator("main")).to_contain_text("0.6")
    clean(admin)

    admin.goto(f"{site}/accounts/import/")
    clean(admin)
    send(admin, accounts(("east", "王某"), ("li", "李某")), words)
    expect(admin.locator("td.fault")).to_contain_text(words["taken"])
    clean(admin)
    admin.goto(f"{site}/accounts/import/")
    send(admin, accounts(("wang", "王某"), ("li", "李某")), words)
    clean(admin)
    admin.get_by_role("button", name=words["make"]).click()
    clean(admin)

    security = sign_in("security", locale, width)
    security.goto(f"{site}/accounts/?q=wang")
    security.get_by_role("link", name="王某").click()
    clean(security)
    security.locator("main a.button").click()
    clean(security)
    security.get_by_label(words["checker"], exact=True).check()
    security.get_by_role("button", name=words["give"], exact=True).click()
    expect(security.locator(".roles")).to_contain_text(words["checker"])
    clean(security)

    east = sign_in("east", locale, width)
    east.goto(f"{site}/me/")
    clean(east)
    east.locator("a[href*='/me/deputy/']").click()
    clean(east)
    east.select_option("#id_deputy", label="Head (head)")
    east.fill("#id_until", (date.today() + timedelta(days=7)).isoformat())
    east.get_by_role("button", name=words["appoint"], exact=True).click()
    expect(east.locator(".roles")).to_contain_text("Head")
    clean(east)

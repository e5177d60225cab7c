"""What holds on every page: its frame by keyboard, the pages of what goes wrong, and the work without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from tests.browser.answering import NARROW, SITE, WIDE, Answered, answered, aside
from tests.web.conftest import World, client_of, world
from tests.web.matrix.filing import filed

__all__ = ["client_of", "world"]
pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db]
LOOKS = ((NARROW, "light"), (WIDE, "dark"))
EXPECTED = re.compile(r"status of (4|5)\d\d")
"""The browser's own word on an answer that is not 200."""


@pytest.fixture(autouse=True)
def _turn() -> None:
    """Here the two take turns inside a test."""


def records() -> list[Any]:
    with aside():
        return list(apps.get_model("filing.Record").objects.all())


def held(seen: Answered) -> None:
    """Hold what is on the page against the rules, in the languages and colours of ``LOOKS``."""
    for width, scheme in LOOKS:
        assert seen.look(width, scheme) == []
    assert [one for one in seen.complaints if not EXPECTED.search(one)] == []


@pytest.mark.parametrize(("locale", "words"), [("zh-CN", "没有这个页面"), ("en-GB", "There is no such page")])
def test_a_page_that_is_not_there(
    world: World, client_of: Callable[[str], Client], browser: Browser, locale: str, words: str
) -> None:
    with answered(browser, client_of("east"), locale) as seen:
        assert seen.go("/nothing/of/the/kind/") == 404
        expect(seen.page.locator("h1")).to_have_text(words)
        held(seen)


@pytest.mark.parametrize(("locale", "words"), [("zh-CN", "这里出错了"), ("en-GB", "Something went wrong here")])
def test_a_fault_of_ours_is_said_and_nothing_of_it_shown(
    world: World,
    client_of: Callable[[str], Client],
    browser: Browser,
    monkeypatch: pytest.MonkeyPatch,
    locale: str,
    words: str,
) -> None:
    def broken() -> None:
        raise RuntimeError("secret detail 317")

    monkeypatch.setattr("shuping_web.site.views.current", broken)
    client = client_of("east")
    client.raise_request_exception = False
    with answered(browser, client, locale) as seen:
        assert seen.go("/") == 500
        expect(seen.page.locator("h1")).to_have_text(words)
        assert "317" not in seen.page.content()
        held(seen)


def test_a_form_older_than_the_sign_in_says_that_nothing_was_saved(
    world: World, client_of: Callable[[str], Client], browser: Browser
) -> None:
    client = client_of("east")
    client.handler.enforce_csrf_checks = True
    with answered(browser, client, "en-GB") as seen:
        seen.go("/records/activity/new/")
        client.cookies.pop("csrftoken")
        seen.page.fill("#id_f_people", "40")
        with seen.page.expect_navigation():
            seen.page.locator("main form button").first.click()
        expect(seen.page.get_by_role("alert")).to_contain_text("Nothing was saved")
        held(seen)
    assert records() == []


def test_the_first_key_leads_to_the_content_and_everything_reached_shows_where_one_is(
    world: World, client_of: Callable[[str], Client], browser: Browser
) -> None:
    with answered(browser, client_of("office"), "en-GB") as seen:
        seen.go("/")
        page = seen.page
        page.keyboard.press("Tab")
        skip = page.locator(".skip")
        expect(skip).to_be_focused()
        expect(skip).to_be_in_viewport()
        order: list[tuple[int, int, str]] = []
        for _ in range(40):
            page.keyboard.press("Tab")
            found = page.evaluate(FOCUSED)
            if found is None:
                break
            assert found["ring"] >= 2, found
            order.append((found["top"], found["left"], found["where"]))
        places = [where for _top, _left, where in order]
        assert places == sorted(places, key=["header", "main"].index)
        inside = [(top, left) for top, left, where in order if where == "main"]
        assert inside == sorted(inside)
        seen.go("/")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"


FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const box = one.getBoundingClientRect(), style = getComputedStyle(one);
  return {top: Math.round(box.top + scrollY), left: Math.round(box.left), text: one.innerText,
    ring: style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth),
    where: one.closest('header') ? 'header' : 'main'};
}"""


@pytest.mark.parametrize(("locale", "menu", "place"), [("zh-CN", "菜单", "记录"), ("en-GB", "Menu", "Records")])
def test_a_phone_opens_the_menu_when_it_is_asked_for(
    world: World, client_of: Callable[[str], Client], browser: Browser, locale: str, menu: str, place: str
) -> None:
    narrow: dict[str, Any] = {"viewport": {"width": NARROW, "height": 900}}
    with answered(browser, client_of("office"), locale, **narrow) as seen:
        page, asks, nav = seen.page, seen.page.locator("header summary"), seen.page.locator("header nav")
        seen.go("/records/activity/")
        expect(asks).to_have_text(re.compile(rf"{menu}\s+{place}"))
        expect(nav).to_be_hidden()
        asks.focus()
        page.keyboard.press("Enter")
        expect(nav).to_be_visible()
        page.keyboard.press("Tab")
        expect(nav.locator("a").first).to_be_focused()
        held(seen)
        seen.go("/records/activity/")
        page.set_viewport_size({"width": WIDE, "height": 900})
        expect(asks).to_be_hidden()
        expect(nav.locator("a[aria-current=true]")).to_have_text(place)


@pytest.fixture
def plain(browser: Browser, world: World, client_of: Callable[[str], Client]) -> Iterator[Callable[[str], Page]]:
    """Open the site for somebody in a browser without JavaScript, on a phone, in Chinese."""
    off: dict[str, Any] = {"java_script_enabled": False, "viewport": {"width": NARROW, "height": 900}}
    people = client_of("east"), client_of("checker")
    with answered(browser, people[0], **off) as east, answered(browser, people[1], **off) as checker:
        pages = {"east": east, "checker": checker}
        yield lambda who: pages[who].page
    for seen in pages.values():
        assert [one for one in seen.complaints if not EXPECTED.search(one)] == []


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def test_filed_and_checked_without_javascript(plain: Callable[[str], Page]) -> None:
    east, checker = plain("east"), plain("checker")
    east.goto(SITE)
    east.locator("header summary").click()
    with east.expect_navigation():
        east.locator("header nav a").first.click()
    east.goto(f"{SITE}/records/activity/new/")
    east.fill("#id_f_date", "2025-03-01")
    east.select_option("#id_f_form", "talk")
    east.fill("#id_f_people", "many")
    press(east, "填报")
    expect(east.locator("#id_f_people")).to_have_value("many")
    expect(east.locator("#id_f_people_error")).to_be_visible()
    press(east, "存为草稿")
    east.goto(SITE)
    with east.expect_navigation():
        east.get_by_role("link", name=re.compile("继续填写")).click()
    east.fill("#id_f_people", "40")
    press(east, "填报")
    expect(east.locator(".state").first).to_have_text("待核验")

    east.goto(f"{SITE}/records/activity/grid/")
    lines = east.locator("table.grid tbody tr").count()
    press(east, "增加行")
    assert east.locator("table.grid tbody tr").count() > lines
    east.fill("[name=r0_date]", "2025-03-02")
    east.select_option("[name=r0_form]", "sport")
    east.fill("[name=r0_people]", "12")
    press(east, "填报所有行")
    expect(east.locator("main tbody tr")).to_have_count(2)

    for _ in range(2):
        checker.goto(f"{SITE}/queue/")
        with checker.expect_navigation():
            checker.locator("main tbody th a").first.click()
        press(checker, "通过")
    checker.goto(f"{SITE}/queue/")
    expect(checker.locator("main tbody th a")).to_have_count(0)
    press(checker, "English")
    checker.goto(f"{SITE}/queue/")
    expect(checker.locator("h1")).to_have_text("To check")


def test_returned_and_changed_without_javascript(world: World, plain: Callable[[str], Page]) -> None:
    east, checker = plain("east"), plain("checker")
    with aside():
        number = filed(world)
    checker.goto(f"{SITE}/record/{number}/")
    press(checker, "按此理由退回")
    expect(checker.locator("#reason_error")).to_be_visible()
    checker.fill("#reason", "317?")
    press(checker, "按此理由退回")
    expect(checker.locator("main tbody th a")).to_have_count(0)
    east.goto(f"{SITE}/record/{number}/change/")
    expect(east.locator(".note.warning")).to_contain_text("317?")
    east.fill("#id_f_people", "31")
    press(east, "填报")
    assert [record.values["people"] for record in records()] == ["31"]

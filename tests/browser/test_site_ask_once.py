"""Ask once, in a real browser, zh and en: what a unit filed for one appraisal is there for another that wants the same
dataset, shown with its source; it is checked once, counts in both, and what does not fit the other's rules is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from tests.browser.answering import NARROW, SITE, WIDE, Answered, answered, aside
from tests.web.conftest import BOOK, NOW, Cycle, System, World, add_rulebook, client_of, open_cycle, world

__all__ = ["client_of", "world"]
pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db]
SAFETY = (
    BOOK.replace("rulebook: small", "rulebook: safety")
    .replace("{zh: 小县考核, en: Small county}", "{zh: 安全考核, en: Safety}")
    .replace("min: 1,", "min: 10,")
)
"""The second appraisal: it asks for the same activities, but for none of fewer than ten people."""
WORDS = {
    "zh-CN": {
        "file": "填报", "choose": "选择", "accept": "通过", "accepted": "已通过",
        "small": "小县考核 1 · 2025 · East", "safety": "安全考核 1 · 2025 · East", "source": "一次填报，来源：",
        "once": "一数一报：这里有 1 条记录是为另一项考核填报的，本考核直接采用，只需补报缺少的。",
        "unfit": "有 1 条记录是按另一套办法填报的，不符合本办法的要求，此处不采用。",
    },
    "en-GB": {
        "file": "File", "choose": "Choose", "accept": "Accept", "accepted": "Accepted",
        "small": "Small county 1 · 2025 · East", "safety": "Safety 1 · 2025 · East", "source": "Asked once, for:",
        "once": "Asked once: 1 record here was filed for another appraisal and counts for this one too. "
        "File only what is missing.",
        "unfit": "1 record was filed for other rules and does not fit these; it is not used here.",
    },
}  # fmt: skip


@pytest.fixture(autouse=True)
def _turn() -> None:
    """Here the two take turns inside a test."""


@pytest.fixture
def safety(world: World) -> Cycle:
    """A second cycle, opened after the world's own."""
    book = add_rulebook(text=SAFETY, reason="", by=System(), at=NOW)
    return open_cycle(rulebook=book, period="2025", filing_until=date(2099, 12, 15), by=System(), at=NOW)


@pytest.fixture
def signed_in(browser: Browser, client_of: Callable[[str], Client]) -> Iterator[Callable[[str, str, int], Answered]]:
    """Return a function that gives somebody a browser of their own; at the end none of them has complained."""
    with ExitStack() as stack:
        opened: list[Answered] = []

        def sign_in(who: str, locale: str, width: int) -> Answered:
            viewport = {"width": width, "height": 900}
            with aside():
                client = client_of(who)
            opened.append(stack.enter_context(answered(browser, client, locale, viewport=viewport)))
            return opened[-1]

        yield sign_in
        assert [seen.complaints for seen in opened if seen.complaints] == []


def choose(page: Page, cycle: Cycle, word: str) -> None:
    """Choose the cycle that all pages show, where it is not the chosen one already."""
    page.goto(f"{SITE}/cycles/")
    button = page.locator(f"form[action='/cycles/{cycle.pk}/choose/']").get_by_role("button", name=re.compile(word))
    if button.count():
        with page.expect_navigation():
            button.click()


def file_activity(page: Page, day: str, people: str, word: str) -> None:
    """File an activity by the form of the cycle that is chosen."""
    page.goto(f"{SITE}/records/activity/new/")
    page.fill("#id_f_date", day)
    page.select_option("#id_f_form", "talk")
    page.fill("#id_f_people", people)
    with page.expect_navigation():
        page.get_by_role("button", name=word, exact=True).click()


def looked(seen: Answered, width: int) -> None:
    """Hold the page against the rules, light and dark."""
    assert [seen.look(width, scheme) for scheme in ("light", "dark")] == [[], []]


@pytest.mark.parametrize(("locale", "width"), [("zh-CN", NARROW), ("en-GB", WIDE)])
def test_filed_for_one_appraisal_and_there_for_the_other(
    world: World, safety: Cycle, signed_in: Callable[[str, str, int], Answered], locale: str, width: int
) -> None:
    words, east = WORDS[locale], signed_in("east", locale, width)
    page = east.page
    choose(page, world.cycle, words["choose"])
    file_activity(page, "2025-03-01", "40", words["file"])
    page.goto(f"{SITE}/records/activity/")
    expect(page.locator("main tbody tr")).to_have_count(1)
    expect(page.locator("main")).not_to_contain_text(words["source"])

    choose(page, safety, words["choose"])
    page.goto(SITE)
    expect(page.locator("main tbody tr").filter(has=page.locator("a[href='/records/activity/']"))).to_contain_text("1")
    page.goto(f"{SITE}/records/activity/")
    expect(page.locator("main .note").first).to_have_text(words["once"])
    row = page.locator("main tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text(words["source"])
    expect(row).to_contain_text(words["small"])
    looked(east, width)
    row.locator("th a").click()
    expect(page.locator("main .note")).to_contain_text(words["small"])
    looked(east, width)

    file_activity(page, "2025-04-01", "60", words["file"])
    choose(page, world.cycle, words["choose"])
    page.goto(f"{SITE}/records/activity/")
    expect(page.locator("main tbody tr").filter(has_text=words["safety"])).to_have_count(1)
    expect(page.locator("main tbody tr")).to_have_count(2)

    west = signed_in("west", locale, width)
    choose(west.page, safety, words["choose"])
    west.go("/records/activity/")
    expect(west.page.locator("main tbody tr")).to_have_count(0)
    expect(west.page.locator("main")).not_to_contain_text("East")


@pytest.mark.parametrize(("locale", "width"), [("zh-CN", WIDE), ("en-GB", NARROW)])
def test_checked_once_it_counts_in_both_and_what_does_not_fit_is_told(
    world: World, safety: Cycle, signed_in: Callable[[str, str, int], Answered], locale: str, width: int
) -> None:
    words, east = WORDS[locale], signed_in("east", locale, width)
    choose(east.page, world.cycle, words["choose"])
    file_activity(east.page, "2025-03-01", "40", words["file"])
    file_activity(east.page, "2025-03-02", "5", words["file"])

    checker = signed_in("checker", locale, width)
    choose(checker.page, safety, words["choose"])
    for people in ("40", "5"):
        checker.go("/records/activity/?period=any")
        cell = checker.page.get_by_role("cell", name=people, exact=True)
        checker.page.locator("main tbody tr").filter(has=cell).locator("th a").click()
        with checker.page.expect_navigation():
            checker.page.get_by_role("button", name=words["accept"], exact=True).click()
    checker.go("/queue/")
    expect(checker.page.locator("main tbody tr")).to_have_count(0)

    office, totals = signed_in("office", locale, width), {}
    for cycle in (world.cycle, safety):
        choose(office.page, cycle, words["choose"])
        office.go("/records/activity/")
        shown = office.page.locator("main tbody tr .state:visible")
        expect(shown).to_have_text([words["accepted"]] * 2)
        office.go("/standing/east/events/")
        totals[cycle.pk] = office.page.locator("main tbody tr").count()
    assert totals == {world.cycle.pk: 2, safety.pk: 1}, "the record of five people counts for the first rules alone"
    office.go("/records/activity/")
    expect(office.page.locator("main .note.warning")).to_contain_text(words["unfit"])
    expect(office.page.locator("main tbody .error")).to_have_count(1)
    looked(office, width)

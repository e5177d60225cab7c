"""The report in a real browser: accessible, usable by keyboard and on a phone, whole without script or network."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.documents.report_case import FIGURES, NASTY, UNITS

pytestmark = pytest.mark.needs("chromium")
Visit = Callable[..., Page]
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def rows(page: Page) -> list[str]:
    """Return the names of the units that the standing shows, in order."""
    names = page.locator("#group-townships tbody tr:not([hidden]) th")
    return [name.inner_text() for name in names.all()]


@pytest.mark.parametrize(
    ("scheme", "locale", "width"),
    [("light", "zh-CN", 1280), ("dark", "en-GB", 1280), ("dark", "zh-CN", 360), ("light", "en-GB", 360)],
)
def test_no_accessibility_rule_is_broken(visit: Visit, scheme: str, locale: str, width: int) -> None:
    for fragment in ("", "#unit-T4"):
        page = visit(fragment, width=width, locale=locale, color_scheme=scheme)
        if fragment:
            page.locator(".unit.shown button[data-open='1']").click()
        found = Axe().run(page, options=WCAG).response
        broken = [
            (rule["id"], node["target"], node["failureSummary"])
            for rule in found["violations"]
            for node in rule["nodes"]
        ]
        assert broken == []
        assert len(found["passes"]) > 20


@pytest.mark.parametrize("width", [1280, 768, 390, 360])
@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_nothing_runs_off_the_side(visit: Visit, width: int, locale: str) -> None:
    for fragment in ("", "#unit-T4", "#unit-T3"):
        page = visit(fragment, width=width, locale=locale)
        if fragment:
            page.locator(".unit.shown button[data-open='1']").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_script_the_standing_and_every_explanation_are_there(visit: Visit) -> None:
    page = visit(java_script_enabled=False)
    for _, _, name, _ in UNITS.values():
        article = page.locator(f"article[data-name-zh='{name}']")
        expect(article).to_be_visible()
        expect(article.get_by_role("heading", level=2, name=name, exact=True)).to_be_visible()
        assert article.locator("details").count() == 4
    first = page.locator("#unit-T1\\.outreach")
    first.locator("summary").first.click()
    first.locator("details > summary").first.click()
    expect(first.get_by_text("12 × min(1, 15.0000 / 16) = 11.2500")).to_be_visible()
    expect(page.locator("#filter")).to_be_hidden()
    page.get_by_role("radio", name="English").check()  # the language changes by style sheet alone
    expect(page.get_by_role("heading", name="Standing")).to_be_visible()


def test_the_language_follows_the_reader_and_changes_on_request(visit: Visit) -> None:
    page = visit(locale="en-GB")
    expect(page.get_by_role("heading", name="Annual appraisal")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.title() == "Annual appraisal · 2025"
    page.get_by_role("radio", name="中文").check()
    expect(page.get_by_role("heading", name="年度综合考核")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert page.title() == "年度综合考核 · 2025年"
    assert "Outreach" not in page.locator("body").inner_text()


def test_the_filter_leaves_the_units_named_and_says_how_many(visit: Visit) -> None:
    page = visit()
    page.get_by_label("按单位名称筛选").fill("乡")
    assert rows(page) == ["石桥乡", "云台乡"]
    expect(page.locator("#filter-count")).to_have_text("显示 2 个单位，共 7 个")
    expect(page.locator("#group-bureaus")).to_be_hidden()
    page.get_by_label("按单位名称筛选").fill("bailuzhou")
    assert rows(page) == ["白鹭洲农业科技示范镇"]


def test_the_standing_sorts_by_any_column_and_missing_stays_last(visit: Visit) -> None:
    page = visit()
    head = page.locator("#group-townships thead")
    head.get_by_role("button", name="比上期").click()
    assert rows(page)[:3] == ["石桥乡", "白鹭洲农业科技示范镇", "清溪镇"]  # -5.17, 0.00, +3.15
    expect(head.locator("[aria-sort]")).to_have_attribute("aria-sort", "ascending")
    head.get_by_role("button", name="总分").click()
    head.get_by_role("button", name="总分").click()
    assert [rows(page)[0], rows(page)[-1]] == ["清溪镇", "云台乡"]
    head.get_by_role("button", name="总分").click()
    assert [rows(page)[0], rows(page)[-1]] == ["白鹭洲农业科技示范镇", "云台乡"]


def test_from_the_standing_to_the_reason_by_keyboard_alone(visit: Visit) -> None:
    page = visit()
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.locator("#group-townships a").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#unit-T1\\.title")).to_be_focused()
    expect(page.locator(".overview")).to_be_hidden()
    assert page.title().startswith("清溪镇 · ")
    outline = None
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "SUMMARY":
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            break
    assert outline == "solid"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("distinct(village) = 15.0000; unit.villages = 16").first).to_be_visible()
    expect(page.get_by_text("57 条记录").first).to_be_visible()


def test_back_leads_to_the_standing(visit: Visit) -> None:
    page = visit()
    page.locator("#group-townships a").nth(3).click()
    expect(page.locator("#unit-T4")).to_be_visible()
    expect(page.locator("article:visible")).to_have_count(1)
    page.go_back()
    expect(page.locator("#group-townships")).to_be_visible()
    expect(page.locator("article:visible")).to_have_count(0)


def test_an_address_opens_a_criterion(visit: Visit) -> None:
    page = visit("#unit-T2.outreach")
    expect(page.locator("#unit-T2\\.outreach")).to_have_attribute("open", "")
    expect(page.locator("article:visible")).to_have_count(1)


def test_highlighting_marks_the_unit_in_every_panel_of_its_group(visit: Visit) -> None:
    page = visit()
    page.get_by_label("突出显示").select_option("石桥乡")
    expect(page.locator(".panel tr.marked th")).to_have_text(["石桥乡", "石桥乡"], use_inner_text=True)


def test_hostile_names_do_nothing(visit: Visit) -> None:
    page = visit("#unit-T3")  # a dialog would fail the load, an error the fixture
    expect(page.get_by_role("heading", level=2, name=NASTY[0])).to_be_visible()
    page.get_by_role("radio", name="English").check()
    expect(page.locator("#unit-T3\\.title")).to_contain_text(NASTY[1])


def test_print_shows_the_unit_with_everything_open(visit: Visit) -> None:
    page = visit("#unit-T1")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    expect(page.get_by_text("12 × min(1, 15.0000 / 16) = 11.2500").first).to_be_visible()
    expect(page.locator(".top")).to_be_hidden()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details[open]").count() == 0


def test_totals_on_the_pages_are_those_typed_in_by_hand(visit: Visit) -> None:
    page = visit()
    for unit, figures in FIGURES.items():
        fragment = "unit-" + unit.replace(" ", ".20.")
        page.evaluate("fragment => { location.hash = fragment; }", fragment)
        expect(page.locator(".unit.shown .headline .big").first).to_have_text(figures[3] or "缺值", use_inner_text=True)

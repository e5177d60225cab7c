"""Rank intervals in a real browser: accessible in both schemes, whole on a phone, opened without script."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from shuping.documents.report import write_report
from tests.documents.rank_case import uncertain_result
from tests.documents.test_rank_intervals import many

pytestmark = pytest.mark.needs("chromium")
Visit = Callable[..., Page]
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="module", params=[3, 40], ids=["figures", "drawn"])
def report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a report whose matrices are tables, and of one whose matrices are drawn."""
    path: Path = tmp_path_factory.mktemp("ranks") / "report.html"
    case = uncertain_result()
    write_report(case if request.param == 3 else many(case, request.param), path)
    return path.as_uri()


@pytest.mark.parametrize(
    ("scheme", "locale", "width"),
    [("light", "zh-CN", 1280), ("dark", "en-GB", 1280), ("dark", "zh-CN", 390), ("light", "en-GB", 390)],
)
def test_no_accessibility_rule_is_broken_and_nothing_runs_off_the_side(
    visit: Visit, scheme: str, locale: str, width: int
) -> None:
    page = visit("", width=width, locale=locale, color_scheme=scheme)
    found = Axe().run(page, options=WCAG).response
    broken = [(rule["id"], node["target"]) for rule in found["violations"] for node in rule["nodes"]]
    assert broken == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_reader_without_script_or_with_a_keyboard_gets_there(visit: Visit) -> None:
    page = visit(locale="en-GB", java_script_enabled=False)
    page.get_by_role("radio", name="English").check()
    page.get_by_role("link", name="Rank intervals").click()
    expect(page.get_by_role("heading", name="How certain are the ranks?")).to_be_in_viewport()
    expect(page.get_by_text("promises nothing").first).to_be_visible()
    frames = page.locator(".wide")
    assert all(frame.get_attribute("tabindex") == "0" for frame in frames.all())
    for drawing in page.locator("svg.map").all():
        label = page.locator(f"[id='{drawing.get_attribute('aria-labelledby')}']")
        expect(label).to_contain_text("The stronger the colour, the likelier")

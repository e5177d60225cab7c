"""The page of ``shuping analyse`` in a real browser: accessible, whole without a script, nothing off the side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

import shuping
from shuping import analysing
from tests.core.review.pages import whole
from tests.core.review.test_coherence_of_results import BOOK, HEAD, ROWS

pytestmark = pytest.mark.needs("chromium")
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of a small folder: correlations of both signs, a criterion that only deducts."""
    folder: Path = tmp_path_factory.mktemp("analysis")
    (folder / "rulebook.yaml").write_text(whole(BOOK), encoding="utf-8")
    lines = [f"t{place},Town {place},township," + ",".join(map(str, row)) for place, row in enumerate(ROWS, 1)]
    (folder / "units.csv").write_text("\n".join([HEAD.strip(), *lines]) + "\n", encoding="utf-8")
    read = shuping.read(folder)
    analysing.write_analysis(analysing.analyse(read, points=64), read, folder / "out")
    return (folder / "out" / "analysis.html").as_uri()


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Open the page; at the end the browser has complained of nothing and asked for nothing else."""
    seen: list[str] = []
    contexts = []

    def opened(width: int, scheme: str = "light", **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: seen.append(request.url) if request.url != address else None)
        page.on("console", lambda message: seen.append(message.text))
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert seen == []


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("dark", 390), ("light", 390)])
@pytest.mark.parametrize("language", ["中文", "English"])
def test_no_accessibility_rule_is_broken(visit: Callable[..., Page], scheme: str, width: int, language: str) -> None:
    page = visit(width, scheme)
    page.get_by_role("radio", name=language).check()
    found = Axe().run(page, options=WCAG).response
    assert [(rule["id"], rule["nodes"][0]["failureSummary"]) for rule in found["violations"]] == []
    assert len(found["passes"]) > 20
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_language_changes_without_a_script(visit: Callable[..., Page]) -> None:
    page = visit(390, java_script_enabled=False)
    expect(page.get_by_role("heading", name="什么左右名次")).to_be_visible()
    page.get_by_role("radio", name="English").check()
    expect(page.get_by_role("heading", name="What drives the ranks")).to_be_visible()
    expect(page.get_by_role("heading", name="什么左右名次")).to_be_hidden()


def test_bars_are_as_long_as_their_figures(visit: Callable[..., Page]) -> None:
    """Declared weights of 60 % and 40 %: the second bar is two thirds of the first."""
    page = visit(1280)
    table = page.locator("main.zh table").first
    widths = [box["width"] for bar in table.locator("rect.declared").all()[:2] if (box := bar.bounding_box())]
    assert widths[1] / widths[0] == pytest.approx(2 / 3, abs=0.02)

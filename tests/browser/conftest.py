"""A real browser for the report: the system's chromium, its profile thrown away, the network closed."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from shuping.documents.report import write_report
from tests.documents import report_case

QUIET = (
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)


@contextmanager
def turn_of(browser: Browser) -> Iterator[None]:
    """Let Playwright go on; afterwards its loop, which stands still between its turns, is not marked as running in this
    thread, where Django refuses to work beside a loop.
    """
    before = asyncio._get_running_loop()
    asyncio._set_running_loop(browser._loop)
    try:
        yield
    finally:
        asyncio._set_running_loop(before)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = launched(playwright)
        yield found
        asyncio._set_running_loop(found._loop)
        found.close()


def launched(playwright: Playwright) -> Browser:
    """Start the system's chromium; it is not its turn then."""
    found = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(QUIET))
    asyncio._set_running_loop(None)
    return found


@pytest.fixture(autouse=True)
def _turn(browser: Browser) -> Iterator[None]:
    with turn_of(browser):
        yield


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the hand-made case's report."""
    path: Path = tmp_path_factory.mktemp("report") / "report.html"
    write_report(report_case.result(), path)
    return path.as_uri()


@pytest.fixture
def visit(browser: Browser, report: str) -> Iterator[Callable[..., Page]]:
    """Open the report; at the end of the test no request beyond the file and no complaint of the browser is left."""
    seen: list[str] = []
    contexts = []

    def opened(fragment: str = "", *, width: int = 1280, locale: str = "zh-CN", **options: Any) -> Page:
        context = browser.new_context(locale=locale, viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        context.route(lambda address: not address.startswith("file:"), lambda route: route.abort())
        page = context.new_page()
        page.on("request", lambda request: seen.append(request.url) if request.url.split("#")[0] != report else None)
        page.on("console", lambda message: seen.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: seen.append(str(error)))
        page.goto(report + fragment)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert seen == []


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return what makes the data folder of an organisation by a program, once; each test's site has a copy of it."""
    from tests.browser.test_site_story import environment

    @cache
    def made(program: str) -> Path:
        data = tmp_path_factory.mktemp("organisation") / "data"
        subprocess.run([sys.executable, "-c", program, str(data)], check=True, env={**environment(), "PYTHONPATH": "."})
        return data

    return made

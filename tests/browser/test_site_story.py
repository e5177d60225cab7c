"""The site in a real browser, from an empty database on: filed, returned, corrected, accepted, frozen, and read."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.needs("chromium")
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PASSWORD = "correct horse battery"
FILL = """
from shuping_web.site.commands import prepare
from pathlib import Path
import sys
prepare(Path(sys.argv[1]))
from django.conf import settings
from django.contrib.auth.hashers import get_hashers
hashers = settings.PASSWORD_HASHERS
from tests.web import conftest as small
settings.PASSWORD_HASHERS = hashers  # the quick ones are for tests that no server reads
get_hashers.cache_clear()
from datetime import date
from shuping_web.people.models import Unit
small.add_units(small.UNITS, by=small.System(), at=small.NOW)
book = small.add_rulebook(text=small.BOOK, reason="", by=small.System(), at=small.NOW)
cycle = small.open_cycle(rulebook=book, period="2025", filing_until=date(2099, 12, 20), by=small.System(), at=small.NOW)
world = small.World(cycle, {}, {unit.code: unit for unit in Unit.objects.all()})
people = [("east", "FILER", "east"), ("checker", "CHECKER", None)]
people += [("office", "OFFICE", None), ("auditor", "AUDITOR", None)]
people += [("admin", "ADMINISTRATOR", None), ("security", "SECURITY", None), ("head", "UNIT_HEAD", "east")]
for name, role, unit in people:
    small.person(world, name, small.Role[role], unit)
"""
WORDS = {
    "zh-CN": {
        "new": "填报一条", "send": "填报", "return": "按此理由退回", "accept": "通过", "change": "修改", "town": "东镇",
        "freeze": "封存已通过的记录", "returned": "已退回", "accepted": "已通过", "frozen": "依据已封存的记录",
    },
    "en-GB": {
        "new": "File a record", "send": "File", "return": "Return with this reason", "accept": "Accept",
        "change": "Change", "town": "East", "freeze": "Freeze the accepted records", "returned": "Returned",
        "accepted": "Accepted", "frozen": "From the frozen records",
    },
}  # fmt: skip


def environment() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not key.startswith(("SHUPING_", "DJANGO_"))}


@pytest.fixture
def site(filled: Callable[[str], Path], tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """Start the site on a port of its own with a small organisation; end it after the test. It answers with one
    process, in a module that says so (``PROCESSES``) with as many.
    """
    clean, data = environment(), shutil.copytree(filled(FILL), tmp_path / "data")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "shuping.cli", "serve", "--data", str(data), "--port", str(port)]
    command += ["--workers", str(getattr(request.module, "PROCESSES", 1))]
    with subprocess.Popen(command, env=clean, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            yield _when_ready(f"http://127.0.0.1:{port}")
        finally:
            server.terminate()
            server.wait(20)


def _when_ready(address: str) -> str:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"{address}/sign-in/", timeout=2):
                return address
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the site did not start within a minute")


@pytest.fixture
def sign_in(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Sign somebody in, in a browser of their own; at the end nothing came from elsewhere and nothing complained."""
    seen: list[str] = []
    contexts = []

    def opened(username: str, locale: str, width: int = 1280) -> Page:
        context = browser.new_context(locale=locale, viewport={"width": width, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.on(
            "request", lambda request: seen.append(request.url) if not request.url.startswith((site, "data:")) else None
        )
        page.on("console", lambda message: seen.append(message.text))
        page.on("pageerror", lambda error: seen.append(str(error)))
        page.goto(site)
        clean(page)
        page.fill("#id_username", username)
        page.fill("#id_password", PASSWORD)
        page.locator("main button").click()
        expect(page.locator("header .who > a")).to_be_visible()
        return page

    yield opened
    for context in contexts:
        context.close()
    assert seen == []


def clean(page: Page) -> None:
    """No accessibility rule is broken, and nothing runs off the side."""
    found = Axe().run(page, options=WCAG).response
    broken = [(rule["id"], node["target"]) for rule in found["violations"] for node in rule["nodes"]]
    assert broken == []
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("locale", "width"), [("zh-CN", 1280), ("en-GB", 390)])
def test_from_a_form_to_the_frozen_standing(sign_in: Callable[..., Page], site: str, locale: str, width: int) -> None:
    words = WORDS[locale]
    east = sign_in("east", locale, width)
    clean(east)
    east.goto(f"{site}/records/activity/")
    east.get_by_role("link", name=words["new"]).click()
    clean(east)
    east.fill("#id_f_date", "2025-03-01")
    east.select_option("#id_f_form", "talk")
    east.fill("#id_f_people", "many")
    east.get_by_role("button", name=words["send"], exact=True).click()
    expect(east.locator("#id_f_people")).to_have_value("many")
    expect(east.locator("#id_f_people_error")).to_be_visible()
    clean(east)
    east.fill("#id_f_people", "40")
    east.get_by_role("button", name=words["send"], exact=True).click()
    clean(east)
    number = re.search(r"/record/(\d+)/", east.url)
    assert number is not None
    record = f"{site}/record/{number[1]}/"

    checker = sign_in("checker", locale, width)
    checker.goto(f"{site}/queue/")
    clean(checker)
    checker.get_by_role("link", name=words["town"]).click()
    clean(checker)
    checker.fill("#reason", "42?")
    checker.get_by_role("button", name=words["return"]).click()

    east.goto(record)
    expect(east.locator(".state").first).to_have_text(words["returned"])
    east.get_by_role("link", name=words["change"], exact=True).click()
    east.fill("#id_f_people", "42")
    east.get_by_role("button", name=words["send"], exact=True).click()
    checker.goto(record)
    checker.get_by_role("button", name=words["accept"]).click()
    east.goto(record)
    expect(east.locator(".state").first).to_have_text(words["accepted"])
    clean(east)

    office = sign_in("office", locale, width)
    office.goto(f"{site}/freeze/")
    clean(office)
    office.get_by_role("button", name=words["freeze"]).click()
    office.goto(f"{site}/standing/")
    expect(office.locator("main")).to_contain_text(words["frozen"])
    expect(office.get_by_role("row", name=re.compile(words["town"]))).to_contain_text("100.00")
    clean(office)
    office.get_by_role("link", name=words["town"]).click()
    clean(office)
    auditor = sign_in("auditor", locale, width)
    auditor.goto(f"{site}/ledger/")
    clean(auditor)

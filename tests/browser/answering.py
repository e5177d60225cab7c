"""A browser whose questions the site answers in this process: no server, no port, and the test's own transaction.

Whatever is not asked of the site itself is refused and noted, as is every complaint of the browser: of its console, of
a script, of the content security policy (the answers carry the site's own headers).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route

from tests.browser.conftest import turn_of
from tests.web import conftest

# conftest sets Django up
__all__ = ["SITE", "Answered", "Window", "answered", "aside", "broken_rules", "conftest", "different"]
SITE = "http://localhost"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROW, WIDE, WIDEST = 390, 1280, 1920
LANGUAGES = ("zh-CN", "en-GB")
OK = 200
GAPS = r"""() => {
  const text = document.documentElement.lang.startsWith('zh') ? document.querySelector('main').innerText : '';
  return text.match(/.{0,20}[。；：！？，、] +[^ \n].{0,20}|[\u4e00-\u9fff][:;] .{0,20}/g) || [];
}"""
"""Where sentences were joined as in English, or a narrow colon or semicolon stands in Chinese."""
HOP_BY_HOP = frozenset({"content-length", "connection"})


@dataclass
class Answered:
    """A page of a browser, who asks by it, and what went wrong meanwhile."""

    page: Page
    client: Client
    complaints: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    def go(self, path: str) -> int:
        """Open an address of the site; return the status of the answer, after wherever it leads to. The browser keeps
        the first address.
        """
        self.statuses.clear()
        self.page.goto(SITE + path)
        return self.statuses[0]

    def speak(self, locale: str) -> None:
        """Ask for pages in this language from now on."""
        self.page.set_extra_http_headers({"Accept-Language": locale})

    def look(self, width: int, scheme: str, *, rules: list[str] | None = None) -> list[Any]:
        """Return what breaks an accessibility rule, or runs off the side, at this width and in this colour scheme."""
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # light or dark
        broken = broken_rules(self.page, rules)
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        gaps = [("a gap after a Chinese stop", text) for text in self.page.evaluate(GAPS)]
        return [*broken, *gaps, *([("runs off the side", wide)] if wide > width else [])]


def broken_rules(page: Page, rules: list[str] | None = None) -> list[Any]:
    """Return the rules of WCAG 2.2 AA and of good practice that the page breaks, each with where; or only of those
    named.
    """
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(Axe().axe_script)
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": WCAG}
    found = page.evaluate("only => axe.run({runOnly: only, resultTypes: ['violations']})", only)
    return [
        (rule["id"], node["target"], node["failureSummary"]) for rule in found["violations"] for node in rule["nodes"]
    ]


class _Elements(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kept = [f"{name}={value}" for name, value in attrs if name in ("class", "id", "name", "type")]
        self.found.append(" ".join([tag, *kept]))


def different(path: str, clients: Mapping[str, Client]) -> Iterator[str]:
    """Yield who sees a page at an address, but of those whose pages have the same kinds of elements only the first."""
    known = set()
    for who, client in clients.items():
        found = client.get(path)
        if found.status_code != OK or not found.headers["Content-Type"].startswith("text/html"):
            continue
        text = found.content.decode()
        elements = frozenset(_Elements(text[text.index("<main") :]).found)
        if elements not in known:
            known.add(elements)
            yield who


@contextmanager
def aside() -> Iterator[None]:
    """Let Django work while a browser is open: its loop stands still meanwhile."""
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(loop)


@contextmanager
def answered(browser: Browser, client: Client, locale: str = "zh-CN", **options: Any) -> Iterator[Answered]:
    """Open a browser for whom ``client`` is signed in as."""
    with turn_of(browser):
        context = browser.new_context(**{"locale": locale, "viewport": {"width": WIDE, "height": 900}, **options})
        try:
            yield _listening(context, client)
        finally:
            context.close()


class Window:
    """One window that people use one after the other; nothing of the last one is left in it. A fresh one each would
    take as long as its page.
    """

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.empty: Answered | None = None

    @contextmanager
    def of(self, client: Client) -> Iterator[Answered]:
        """Give it to whom ``client`` is signed in as; after a failure nobody gets it any more."""
        with turn_of(self.browser):
            seen, self.empty = self.empty or _listening(self.browser.new_context(locale="zh-CN"), client), None
            try:
                seen.client = client
                seen.page.set_viewport_size({"width": WIDE, "height": 900})
                seen.page.emulate_media(color_scheme="null")
                yield seen
                seen.page.evaluate("localStorage.clear(), sessionStorage.clear()")
                seen.page.goto("about:blank")
                seen.page.set_extra_http_headers({})
                seen.page.context.clear_cookies()
                seen.complaints.clear()
                self.empty = seen
            finally:
                if self.empty is None:
                    seen.page.context.close()

    def close(self) -> None:
        """Close it."""
        if self.empty is not None:
            with turn_of(self.browser):
                self.empty.page.context.close()


def _listening(context: BrowserContext, client: Client) -> Answered:
    page = context.new_page()
    known = Answered(page, client)
    context.route("**/*", lambda route, request: _answer(known, route, request))
    page.on("console", lambda message: known.complaints.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: known.complaints.append(str(error)))
    return known


def _found(client: Client, request: Request) -> Any:
    parts = urlsplit(request.url)
    headers = {name: value for name, value in request.headers.items() if name not in ("cookie", "content-type")}
    headers["host"] = "localhost"
    found = client.generic(
        request.method, parts.path + (f"?{parts.query}" if parts.query else ""), request.post_data_buffer or b"",
        content_type=request.headers.get("content-type", ""), headers=headers,
    )  # fmt: skip
    while "Location" in found.headers:  # followed here: the browser would not ask us again
        found = client.get(found.headers["Location"], headers=headers)
    return found


def _answer(known: Answered, route: Route, request: Request) -> None:
    if not request.url.startswith(SITE + "/"):
        known.complaints.append(f"asked for {request.url}")
        route.abort()
        return
    with aside():
        found = _found(known.client, request)
    if request.is_navigation_request():
        known.statuses.append(found.status_code)
    body = b"".join(found.streaming_content) if found.streaming else found.content
    kept = {name: value for name, value in found.items() if name.lower() not in HOP_BY_HOP}
    route.fulfill(status=found.status_code, headers=kept, body=body)

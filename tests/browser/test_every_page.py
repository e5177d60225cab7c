"""Every page of the site, as everybody who may see it sees it, in a real browser.

The addresses come from the URL configuration, the objects and the roles from the permission matrix: an address that is
not declared there fails here too. Each page is looked at in both languages, light and dark, on a phone and on a
screen: nothing breaks an accessibility rule, runs off the side, complains, or asks anybody but the site.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver
from playwright.sync_api import Browser

from tests.browser.answering import NARROW, WIDE, Window, different
from tests.web.conftest import World, client_of, world
from tests.web.matrix import ROLES
from tests.web.test_matrix import OPEN_TO_ALL, SEEN, address

__all__ = ["client_of", "world"]
pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db]
VIEWS = (("zh-CN", WIDE, "light", NARROW, "dark"), ("en-GB", NARROW, "light", WIDE, "dark"))
"""Every pair of a language, a width and a colour scheme stands in here."""
PAGES = [pattern for pattern in get_resolver().url_patterns if SEEN.get((str(pattern.name), "get"))]
NO_PAGES = {"language", "sign-out", "deadlines", "form-file", "marked-import", "rulebook-text", "import-template"}
NO_PAGES |= {"my-data", "account-data", "job-file"}
"""Addresses that answer a GET with a file, or lead elsewhere."""


@pytest.fixture(autouse=True)
def _turn() -> None:
    """Here the two take turns inside a test."""


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[Window]:
    found = Window(browser)
    yield found
    found.close()


def who_look(path: str, name: str, client_of: Callable[[str], Client]) -> Iterator[Client]:
    """Yield one client for each different page that roles see at an address."""
    if name in OPEN_TO_ALL:
        yield Client(headers={"host": "localhost"})
        return
    clients = {role: client_of(role) for role in ROLES if role in SEEN[name, "get"]}
    for role in different(path, clients):
        yield clients[role]


def test_what_is_no_page_answers_with_something_else(world: World, client_of: Callable[[str], Client]) -> None:
    for pattern in [pattern for pattern in PAGES if str(pattern.name) in NO_PAGES]:
        name = str(pattern.name)
        role = next(role for role in ROLES if role in SEEN[name, "get"])
        found = client_of(role).get(address(pattern, world))
        if found.streaming:
            b"".join(found.streaming_content)  # which closes it
        kind = found.headers["Content-Type"] if found.status_code == 200 else ""
        assert not kind.startswith("text/html"), name


@pytest.mark.parametrize(
    "pattern", [pattern for pattern in PAGES if pattern.name not in NO_PAGES], ids=lambda pattern: str(pattern.name)
)
def test_nobody_is_kept_out(
    pattern: URLPattern, world: World, client_of: Callable[[str], Client], window: Window
) -> None:
    path, name = address(pattern, world), str(pattern.name)
    broken = []
    for number, client in enumerate(who_look(path, name, client_of)):
        with window.of(client) as seen:
            for locale, width, scheme, other_width, other_scheme in VIEWS if number == 0 else VIEWS[:1]:
                seen.speak(locale)
                assert seen.go(path) == 200
                assert seen.page.title().strip(" ·") != "Shuping 述评", "the page has no title of its own"
                broken += [(locale, width, scheme, one) for one in seen.look(width, scheme)]
                broken += [(locale, other_width, other_scheme, one) for one in seen.look(other_width, other_scheme)]
            broken += seen.complaints
    assert broken == []


FORMS = [pattern for pattern in PAGES if SEEN.get((str(pattern.name), "post")) and pattern.name not in NO_PAGES]
EMPTIED = """() => {
  const one = 'main form[method=post]';
  const form = document.querySelector(one + ':not([action])') || document.querySelector(one);
  if (!form) return false;
  form.noValidate = true;
  for (const field of form.elements) {
    if (['text', 'number', 'date', 'email', 'password', 'textarea'].includes(field.type)) field.value = '';
    if (field.matches('select')) field.selectedIndex = 0;
  }
  form.requestSubmit();
  return true;
}"""
LOOSE = """() => [...document.querySelectorAll('[aria-describedby]')].flatMap(
  field => field.getAttribute('aria-describedby').split(/\\s+/).filter(id => !document.getElementById(id)))
  .concat([...document.querySelectorAll('.wrong')].filter(
    one => one.querySelector('input:not([type=hidden]),select,textarea')
      && !one.matches('[aria-invalid=true]') && !one.querySelector('[aria-invalid=true]'))
    .map(one => one.outerHTML.slice(0, 200)))"""
"""What a field says describes it and is not there, and fields with an error that do not say they are wrong."""


@pytest.mark.parametrize("pattern", FORMS, ids=lambda pattern: str(pattern.name))
def test_a_form_sent_empty_says_what_is_wrong_beside_the_field(
    pattern: URLPattern, world: World, client_of: Callable[[str], Client], window: Window
) -> None:
    path, name = address(pattern, world), str(pattern.name)
    role = next(role for role in ROLES if role in SEEN[name, "post"])
    client = Client(headers={"host": "localhost"}) if name in OPEN_TO_ALL else client_of(role)
    with window.of(client) as seen:
        seen.go(path)
        with seen.page.expect_navigation():
            assert seen.page.evaluate(EMPTIED)
        assert seen.page.evaluate(LOOSE) == []
        assert seen.look(NARROW, "light") == []
        assert [one for one in seen.complaints if "status of 4" not in one] == []

"""Every address of the site, tried by every role, on objects of the own unit, of another and on ones that do not exist.

The addresses come from the URL configuration: one that is not declared here fails the test.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern

from shuping_web.filing.actions import file_record
from shuping_web.site.urls import urlpatterns
from tests.web.conftest import NOW, World

ROLES = ("admin", "office", "east", "west", "head", "checker", "auditor", "observer")
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
ALL = frozenset(ROLES)
READS_ALL = frozenset({"office", "checker"})
FILES = frozenset({"east", "west"})
OF_EAST = frozenset({"east", "head"})
SEEN: dict[tuple[str, str], frozenset[str]] = {
    # address name, method: who gets something other than 404 (for records: of one of East's records)
    ("home", "get"): ALL,
    ("start", "get"): frozenset(),
    ("start", "post"): frozenset(),
    ("sign-in", "get"): ALL,
    ("sign-in", "post"): ALL,
    ("sign-out", "get"): ALL,
    ("sign-out", "post"): ALL,
    ("language", "get"): ALL,
    ("language", "post"): ALL,
    ("records", "get"): READS_ALL | FILES | {"head"},
    ("dataset", "get"): READS_ALL | FILES | {"head"},
    ("new-record", "get"): FILES,
    ("new-record", "post"): FILES,
    ("record", "get"): READS_ALL | OF_EAST,
    ("change-record", "get"): frozenset({"east"}),
    ("change-record", "post"): frozenset({"east"}),
    ("withdraw-record", "post"): frozenset({"east"}),
    ("queue", "get"): frozenset({"checker"}),
    ("check-record", "post"): frozenset({"checker"}),
    ("freeze", "get"): frozenset({"office"}),
    ("freeze", "post"): frozenset({"office"}),
    ("standing", "get"): frozenset({"office"}),
    ("standing-unit", "get"): frozenset({"office"}),
    ("ledger", "get"): frozenset({"auditor"}),
}
READ_ONLY = {"home", "records", "dataset", "record", "queue", "standing", "standing-unit", "ledger"}
POST_ONLY = {"withdraw-record", "check-record"}


def address(pattern: URLPattern, record: int, unit: str = "east") -> str:
    text = "/" + str(pattern.pattern)
    values = {"<str:dataset>": "activity", "<int:number>": str(record), "<str:code>": unit}
    for key, value in values.items():
        text = text.replace(key, value)
    return text


def methods(name: str) -> tuple[str, ...]:
    if name in READ_ONLY:
        return ("get",)
    return ("post",) if name in POST_ONLY else ("get", "post")


def test_every_address_is_declared() -> None:
    declared = {(pattern.name, method) for pattern in urlpatterns for method in methods(str(pattern.name))}
    assert declared == set(SEEN)


@pytest.fixture
def record(world: World) -> int:
    values = {"date": "2025-03-01", "form": "talk", "people": "317"}
    return file_record(
        cycle=world.cycle, dataset="activity", unit=world.units["east"], period="", values=values, submission=uuid4(),
        by=world.people["east"], at=NOW,
    ).pk  # fmt: skip


@pytest.mark.parametrize("pattern", urlpatterns, ids=[str(pattern.name) for pattern in urlpatterns])
def test_who_sees_what(pattern: URLPattern, record: int, client_of: Callable[[str], Client]) -> None:
    name = str(pattern.name)
    for method in methods(name):
        for role in ROLES:
            found = getattr(client_of(role), method)(address(pattern, record))
            seen = found.status_code != 404
            assert seen == (role in SEEN[name, method]), (method, role, found.status_code)
            assert found.status_code in (200, 302, 404, 405), (method, role, found.status_code)


@pytest.mark.parametrize("name", ["record", "change-record", "withdraw-record"])
def test_another_units_record_and_one_that_does_not_exist_answer_alike(
    name: str, record: int, client_of: Callable[[str], Client]
) -> None:
    pattern = next(pattern for pattern in urlpatterns if pattern.name == name)
    for method in methods(name):
        west = client_of("west")
        other, nothing = (getattr(west, method)(address(pattern, number)) for number in (record, 999_999))
        assert (other.status_code, nothing.status_code) == (404, 404)
        pages = ((other, record), (nothing, 999_999))
        plain = [TOKEN.sub("", page.content.decode()).replace(f"/record/{number}/", "") for page, number in pages]
        assert plain[0] == plain[1]


def test_lists_and_counts_do_not_tell_of_other_units(record: int, client_of: Callable[[str], Client]) -> None:
    for path in ("/", "/records/", "/records/activity/", "/records/activity/?state=filed"):
        own, other = (client_of(role).get(path).content.decode() for role in ("east", "west"))
        assert "317" not in other
        assert own != other


def test_nobody_signed_in_is_sent_to_sign_in(record: int) -> None:
    open_to_all = {"sign-in", "start", "language"}
    for pattern in urlpatterns:
        if pattern.name not in open_to_all and "get" in methods(str(pattern.name)):
            found = Client(headers={"host": "localhost"}).get(address(pattern, record))
            assert (found.status_code, found.url.partition("?")[0]) == (302, "/sign-in/"), pattern.name

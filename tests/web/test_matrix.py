"""Every address of the site, tried by every role and method, on objects of the own unit, of another, and of nobody.

The addresses come from the URL configuration; who sees them is declared in the modules of ``tests/web/matrix``. An
address that is not declared there fails.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern

from shuping_web.site.urls import urlpatterns
from tests.web.conftest import World
from tests.web.matrix import ROLES
from tests.web.matrix.filing import filed

ROOMS = [
    import_module(f"tests.web.matrix.{path.stem}") for path in sorted(Path(__file__).parent.glob("matrix/[!_]*.py"))
]
METHODS = ("get", "post")
SEEN: dict[tuple[str, str], frozenset[str]] = {}
PATHS: dict[str, Callable[[World], str]] = {}
NOTHING: dict[str, str] = {}
for _room in ROOMS:
    SEEN.update(_room.SEEN)
    PATHS.update(getattr(_room, "PATHS", {}))
    NOTHING.update(getattr(_room, "NOTHING", {}))
VARYING = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|value="[0-9a-f-]{36}"')
OPEN_TO_ALL = {name for room in ROOMS for name in getattr(room, "OPEN_TO_ALL", ())} | {"sign-in", "start", "language"}
NAMES = [str(pattern.name) for pattern in urlpatterns]


def address(pattern: URLPattern, world: World) -> str:
    name = str(pattern.name)
    text = PATHS[name](world) if name in PATHS else "/" + str(pattern.pattern)
    assert "<" not in text, f"{name}: tests/web/matrix gives no object for {text}"
    return text


def test_every_address_is_flat_and_named() -> None:
    assert all(isinstance(pattern, URLPattern) for pattern in urlpatterns)
    assert len(NAMES) == len(set(NAMES))


def test_every_address_is_declared() -> None:
    assert {name for name, _method in SEEN} == set(NAMES)
    assert sum(len(room.SEEN) for room in ROOMS) == len(SEEN)


@pytest.mark.parametrize("pattern", urlpatterns, ids=NAMES)
def test_who_sees_what(pattern: URLPattern, world: World, client_of: Callable[[str], Client]) -> None:
    name = str(pattern.name)
    for method in METHODS:
        for role in ROLES:
            found = getattr(client_of(role), method)(address(pattern, world))
            if found.streaming:
                b"".join(found.streaming_content)  # which closes it
            if (name, method) not in SEEN:
                assert found.status_code in (404, 405), (method, role, found.status_code)
                continue
            assert (found.status_code != 404) == (role in SEEN[name, method]), (method, role, found.status_code)
            assert found.status_code in (200, 302, 404), (method, role, found.status_code)


@pytest.mark.parametrize("name", sorted(NOTHING))
def test_another_units_object_and_one_that_does_not_exist_answer_alike(
    name: str, world: World, client_of: Callable[[str], Client]
) -> None:
    pattern = next(pattern for pattern in urlpatterns if pattern.name == name)
    path = address(pattern, world)
    for method in [method for method in METHODS if (name, method) in SEEN]:
        west = client_of("west")
        plain = []
        for one in (path, NOTHING[name]):
            found = getattr(west, method)(one)
            assert found.status_code == 404, (method, one)
            plain.append(VARYING.sub("", found.content.decode()).replace(one, ""))
        assert plain[0] == plain[1]


def test_lists_and_counts_do_not_tell_of_other_units(world: World, client_of: Callable[[str], Client]) -> None:
    filed(world)
    for path in ("/", "/records/", "/records/activity/", "/records/activity/?state=filed"):
        own, other = (client_of(role).get(path).content.decode() for role in ("east", "west"))
        assert "317" not in other
        assert own != other


def test_nobody_signed_in_is_sent_to_sign_in(world: World) -> None:
    cycle = world.cycle
    for pattern in urlpatterns:
        name = str(pattern.name)
        if name in OPEN_TO_ALL or (name, "get") not in SEEN:
            continue
        with transaction.atomic():  # each object in a world of its own
            found = Client(headers={"host": "localhost"}).get(address(pattern, world))
            transaction.set_rollback(True)
        assert (found.status_code, found.url.partition("?")[0]) == (302, "/sign-in/"), name
        world.cycle = cycle  # an address may have opened another one, which is gone
        world.cycle.refresh_from_db()

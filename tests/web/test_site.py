"""First start, policy, languages, declared columns, and pages that ask the database no more for more rows."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from shuping_web.filing.actions import file_record
from shuping_web.people.actions import make_start_token
from shuping_web.people.models import Account
from shuping_web.people.permissions import ROLES, Permission, Role
from shuping_web.site.context import BELOW, PLACES, places
from tests.web.conftest import NOW, PASSWORD, World


def test_the_first_administrator_is_made_once_with_the_printed_token(db: None) -> None:
    token = make_start_token()
    assert token is not None
    client = Client(headers={"host": "localhost"})
    details = {"token": token, "username": "first", "name": "First", "password": PASSWORD}
    assert client.get(f"/start/?token={token}").status_code == 200
    assert not Account.objects.exists()  # looking at a link changes nothing
    assert client.post("/start/", {**details, "token": "wrong"}).status_code == 200
    assert client.post("/start/", {**details, "password": "12345"}).status_code == 200
    assert not Account.objects.exists()
    assert client.post("/start/", details).status_code == 302
    assert client.get("/start/").status_code == 404
    assert client.post("/start/", {**details, "username": "second"}).status_code == 404
    assert client.post("/sign-in/", {"username": "first", "password": PASSWORD}).status_code == 302
    assert make_start_token() is None


def test_without_a_secret_the_site_does_not_start(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import shuping_web.site.settings"],
        capture_output=True,
        text=True,
        env={"SHUPING_DATA": str(tmp_path)},
        check=False,
    )
    assert done.returncode != 0
    assert "SHUPING_SECRET_KEY" in done.stderr


def test_every_page_has_a_strict_policy(world: World, client_of: Callable[[str], Client]) -> None:
    for path in ("/", "/records/", "/nowhere/"):
        policy = client_of("east").get(path).headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


def test_every_role_is_explained() -> None:
    assert set(ROLES) == set(Role)


ONE_KIND = "/ledger/?action=record_filed"
"""Names are asked for by kind of object: one question for each kind on the page, however many rows."""


@pytest.mark.parametrize("path", ["/records/activity/", "/queue/", ONE_KIND, "/"])
def test_a_list_asks_no_more_for_more_rows(path: str, world: World, client_of: Callable[[str], Client]) -> None:
    client = client_of({"/queue/": "checker", ONE_KIND: "auditor"}.get(path, "east"))

    def queries(rows: int) -> int:
        for _ in range(rows):
            file_record(
                cycle=world.cycle, dataset="activity", unit=world.units["east"], period="",
                values={"date": "2025-03-01", "form": "talk", "people": "4"}, submission=uuid4(),
                by=world.people["east"], at=NOW,
            )  # fmt: skip
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    assert queries(1) == queries(49)


def test_the_page_speaks_the_language_asked_for(world: World) -> None:
    for language, word in (("en", "Records"), ("zh-hans", "记录")):
        client = Client(headers={"host": "localhost", "accept-language": language})
        client.force_login(world.people["east"])
        assert word in client.get("/records/").content.decode()


def test_the_menu_says_where_a_page_lies() -> None:
    firsts = {str(pattern.pattern).partition("/")[0] for pattern in get_resolver().url_patterns}
    assert set(BELOW) - firsts == set(), "an address that is not there any more"
    assert set(BELOW.values()) - {name for name, _permissions, _title in PLACES} == set()

    def current(path: str) -> dict[str, str]:
        return {one.address: one.current for one in places(path, set(Permission)) if one.current}

    assert current("/records/") == {"/records/": "page"}
    assert current("/records/activity/new/") == {"/records/": "true"}
    assert current("/record/12/change/") == {"/records/": "true"}
    assert current("/correction/3/") == {"/corrections/": "true"}
    assert current("/") == current("/me/") == {}

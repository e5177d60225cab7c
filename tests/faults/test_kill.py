"""The server killed while people file: what was acknowledged is there, once, and nothing is half-written.

Some thirty times within a thousand filings the whole group of the server's processes gets SIGKILL, from a thread that
does not know what the others are doing. Filers send again what got no answer, under the same number, as browsers do.
"""

from __future__ import annotations

import http.client
import http.cookiejar
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from uuid import uuid4

import pytest

from tools import postgres

ROOT = Path(__file__).resolve().parents[2]
FILINGS, FILERS, KILLS = 1000, 4, 30
LIMIT = 900.0
"""Seconds after which a run ends whatever it has come to."""
PASSWORD = "correct horse battery"
FILL = """
import sys
from pathlib import Path
from shuping_web.site.commands import prepare
prepare(Path(sys.argv[1]))
from datetime import date
from django.conf import settings
from django.contrib.auth.hashers import get_hashers
hashers = settings.PASSWORD_HASHERS
from tests.web import conftest as small
settings.PASSWORD_HASHERS = hashers
get_hashers.cache_clear()
from shuping_web.people.models import Unit
small.add_units(small.UNITS, by=small.System(), at=small.NOW)
book = small.add_rulebook(text=small.BOOK, reason="", by=small.System(), at=small.NOW)
cycle = small.open_cycle(rulebook=book, period="2025", filing_until=date(2099, 12, 20), by=small.System(), at=small.NOW)
world = small.World(cycle, {}, {unit.code: unit for unit in Unit.objects.all()})
small.person(world, "east", small.Role.FILER, "east")
"""
LOOK = """
import json, sys
from pathlib import Path
from shuping_web.site.commands import prepare
prepare(Path(sys.argv[1]))
from shuping_web.filing.models import Record
from shuping_web.ledger.models import Event
from shuping_web.site.audit import invariants
events = Event.objects.filter(action="record_filed").values_list("subject", flat=True)
print(json.dumps({
    "records": {str(one.submission): [one.pk, one.values] for one in Record.objects.all()},
    "events": sorted(events),
    "wrong": [text for finding in invariants() for text in finding.wrong],
}))
"""


class Server:
    """``shuping serve`` in a process group of its own, to be killed and started again."""

    def __init__(self, data: Path, env: dict[str, str], *options: str) -> None:
        self.data, self.env, self.options = data, env, options
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "shuping.cli", "serve", "--data", str(self.data), "--port", str(self.port)]
        command += self.options
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(command, env=self.env, stdout=quiet, stderr=quiet, start_new_session=True)
        for _ in range(600):
            with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.port}/sign-in/", timeout=5):
                return
            time.sleep(0.1)
        raise AssertionError("the site did not start within a minute")

    def kill(self) -> None:
        assert self.process is not None
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)


class Filer(threading.Thread):
    """Somebody who files, and sends again under the same number what got no answer."""

    def __init__(self, address: str, numbers: list[int], ends: float) -> None:
        super().__init__(daemon=True)
        self.address, self.numbers, self.ends = address, numbers, ends
        self.acknowledged: dict[str, tuple[int, str]] = {}
        self.sent: set[str] = set()
        jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))

    def get(self, path: str) -> str:
        return str(self.opener.open(self.address + path, timeout=20).read().decode())

    def post(self, path: str, token: str, **values: str) -> str:
        data = urllib.parse.urlencode({"csrfmiddlewaretoken": token, **values}).encode()
        return str(self.opener.open(self.address + path, data, timeout=20).geturl())

    def sign_in(self) -> tuple[str, str]:
        self.post("/sign-in/", _token(self.get("/sign-in/")), username="east", password=PASSWORD)
        form = self.get("/records/activity/new/")
        found = re.search(r'<select name="unit".*?<option value="(\d+)"', form, re.DOTALL)
        assert found is not None
        return _token(form), found[1]

    def run(self) -> None:
        token, unit = self.sign_in()
        for number in self.numbers:
            submission = str(uuid4())
            self.sent.add(submission)
            day = f"2025-{number % 12 + 1:02d}-{number % 28 + 1:02d}"
            values = {"unit": unit, "f_date": day, "f_form": "talk", "f_people": str(number % 500 + 1)}
            while time.monotonic() < self.ends:
                with suppress(OSError, http.client.HTTPException):
                    got = self.post("/records/activity/new/", token, submission=submission, **values)
                    record = re.search(r"/record/(\d+)/$", got)
                    assert record is not None, got
                    self.acknowledged[submission] = int(record[1]), values["f_people"]
                    break
                time.sleep(0.05)


def _token(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert found is not None
    return found[1]


@pytest.fixture(params=["sqlite", "postgresql"])
def environment(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """The variables of a site on either database; PostgreSQL with its promises kept (no ``fsync=off``)."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("SHUPING_", "DJANGO_", "DATABASE_"))}
    with ExitStack() as stack:
        if request.param == "postgresql":
            clean["DATABASE_URL"] = stack.enter_context(postgres.server())
        yield clean


def _python(code: str, data: Path, env: dict[str, str]) -> str:
    command = [sys.executable, "-c", code, str(data)]
    return subprocess.run(
        command, check=True, env={**env, "PYTHONPATH": "."}, cwd=ROOT, stdout=subprocess.PIPE
    ).stdout.decode()


def test_killed_while_people_file(tmp_path: Path, environment: dict[str, str]) -> None:
    data = tmp_path / "data"
    _python(FILL, data, environment)
    server = Server(data, environment, "--workers", "1")  # one more each would only start more slowly, 60 times
    server.start()
    kills, ends = 0, time.monotonic() + LIMIT
    try:
        address = f"http://127.0.0.1:{server.port}"
        filers = [Filer(address, list(range(one, FILINGS, FILERS)), ends) for one in range(FILERS)]
        for filer in filers:
            filer.start()
        while any(filer.is_alive() for filer in filers):
            done = sum(len(filer.acknowledged) for filer in filers)
            if done >= (kills + 1) * FILINGS / (KILLS + 1) and kills < KILLS:
                server.kill()
                kills += 1
                server.start()
            time.sleep(0.02)
    finally:
        server.kill()
    found = json.loads(_python(LOOK, data, environment).splitlines()[-1])
    acknowledged = {key: value for filer in filers for key, value in filer.acknowledged.items()}
    sent = {submission for filer in filers for submission in filer.sent}
    assert len(acknowledged) == FILINGS
    assert kills >= KILLS - 2
    assert set(acknowledged) <= set(found["records"]) <= sent
    for submission, (number, people) in acknowledged.items():
        assert found["records"][submission][0] == number
        assert found["records"][submission][1]["people"] == people
    assert found["events"] == sorted(f"record:{number}" for number, _values in found["records"].values())
    assert found["wrong"] == []

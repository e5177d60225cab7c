"""A process of the server that dies is started again; the others go on answering."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path

from tests.faults.test_kill import Server

LONGEST = 40


def test_a_process_that_dies_is_started_again(tmp_path: Path) -> None:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("SHUPING_", "DATABASE_"))}
    server = Server(tmp_path / "data", clean, "--workers", "2")
    server.start()
    try:
        assert eventually(lambda: len(answering(server)) == 2)
        before = answering(server)
        os.kill(min(before), signal.SIGKILL)
        time.sleep(1)  # what had come to it, and comes while it dies, is lost with it
        assert min(before) not in answering(server)
        assert all(answers(server.port) for _time in range(20))
        assert eventually(lambda: len(answering(server)) == 2)
        assert answers(server.port)
    finally:
        server.kill()


def answering(server: Server) -> set[int]:
    """Return the processes of the server that answer: the spawned children of its first one."""
    assert server.process is not None
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == server.process.pid and b"spawn_main" in (entry / "cmdline").read_bytes():
                found.add(int(entry.name))
        except OSError:  # it has ended by now
            continue
    return found


def eventually(true: Callable[[], bool]) -> bool:
    """Ask again and again until something is true; False where it is not in time."""
    ends = time.monotonic() + LONGEST
    while time.monotonic() < ends:
        if true():
            return True
        time.sleep(0.2)
    return False


def answers(port: int) -> bool:
    """Tell whether a page is answered, on a line of its own."""
    with suppress(OSError), closing(HTTPConnection("127.0.0.1", port, timeout=20)) as line:
        line.request("GET", "/sign-in/", headers={"Host": "localhost"})
        return line.getresponse().status == 200
    return False

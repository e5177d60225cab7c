"""A throw-away PostgreSQL server for tests: made in a folder of its own, on loopback and a free port, gone afterwards.

``python tools/postgres.py COMMAND ...`` runs a command with ``DATABASE_URL`` set to it. The role there is no superuser:
it may make databases, and is refused what the site must be refused.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PACKAGE = "postgresql"
INSTALLED = Path("/usr/lib/postgresql")
SITE = "site"
OWNER = "owner"
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
"""For tests that do not look at what a crash of the machine leaves."""


class NoServer(Exception):
    """There is no PostgreSQL on this machine; says which package brings it."""


def programs() -> Path:
    """Return the folder of the newest PostgreSQL server. Raises NoServer."""
    found = sorted(INSTALLED.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    if not found and on_path is None:
        raise NoServer(f"缺少 PostgreSQL / PostgreSQL is missing: apt-get install {PACKAGE}")
    return found[-1].parent if found else Path(str(on_path)).resolve().parent


@contextmanager
def server(*settings: str) -> Iterator[str]:
    """Run a server while inside; yields the URL of its database ``shuping`` for the role ``site``. Roles ``owner`` and
    ``site`` have the same throw-away password. Raises NoServer.
    """
    bin_folder = programs()
    with tempfile.TemporaryDirectory(prefix="shuping-postgres-") as folder:
        place, password = Path(folder), secrets.token_hex(16)
        (place / "password").write_text(password, encoding="ascii")
        become = _owned(place)
        data, port = place / "data", _free_port()
        initdb = [bin_folder / "initdb", "-D", data, "-U", "postgres", "-A", "scram-sha-256", "-E", "UTF8"]
        subprocess.run(
            [*initdb, "--locale=C.UTF-8", "--no-sync", f"--pwfile={place / 'password'}"],
            check=True,
            stdout=subprocess.DEVNULL,
            **become,
        )
        options = ["listen_addresses=127.0.0.1", f"port={port}", f"unix_socket_directories={place}", *settings]
        command = [bin_folder / "postgres", "-D", data, *(part for one in options for part in ("-c", one))]
        with (
            (place / "log").open("wb") as log,
            subprocess.Popen(command, stderr=log, stdout=subprocess.DEVNULL, **become) as process,
        ):
            try:
                address = f"postgres:{password}@127.0.0.1:{port}/postgres"
                _ready(bin_folder, address, process, place / "log")
                roles = [f"CREATE ROLE {role} LOGIN CREATEDB PASSWORD '{password}'" for role in (SITE, OWNER)]
                _sql(bin_folder, address, *roles, f"CREATE DATABASE shuping OWNER {SITE}")
                yield f"postgresql://{SITE}:{password}@127.0.0.1:{port}/shuping"
            finally:
                _stopped(process)


def _stopped(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)  # the fast way: it ends its clients' sessions and does not wait for them
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()


def _owned(place: Path) -> dict[str, object]:
    """Return how to start the server's programs: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = known.get("postgres") or known["nobody"]
    for path in (place, place / "password"):
        os.chown(path, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "cwd": place}


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _ready(bin_folder: Path, address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    host = address.split("@")[1].split("/")[0]
    asked = [bin_folder / "pg_isready", "-q", "-h", host.split(":")[0], "-p", host.split(":")[1]]
    for _ in range(300):
        if process.poll() is not None:
            break
        if subprocess.run(asked, check=False).returncode == 0:
            return
        time.sleep(0.1)
    raise NoServer(f"PostgreSQL did not start:\n{log.read_text(encoding='utf-8', errors='replace')}")


def _sql(bin_folder: Path, address: str, *statements: str) -> None:
    commands = [part for statement in statements for part in ("-c", statement)]
    psql = [bin_folder / "psql", "-q", "-X", "-v", "ON_ERROR_STOP=1", "-d", f"postgresql://{address}", *commands]
    subprocess.run(psql, check=True)


def main(command: list[str]) -> int:
    """Run a command beside a server; return its exit status, 1 where there is no server: tests that did not run did not
    pass.
    """
    try:
        with server(*QUICK) as url:
            return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, check=False).returncode
    except NoServer as missing:
        print(missing, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Twenty people at once read every page of the site: the county's full year and ten times that, on SQLite.

The pages come from the URL configuration and the permission matrix (``_site_pages``), the data from ``_county_site``;
the server is the one of ``shuping serve``, asked over the loopback. Twenty people, of every role, walk through their
pages in an order drawn from a seed:
- with a second or two of thought before each page (the target: p95 of every page under 150 ms, nearest rank, so that of
  fewer than twenty readings it is the slowest), and
- without any, which shows how many pages a second there are at most.
Processor time a page is measured alone, page by page: it does not depend on what else the machine does. Beside it stand
the page of the password, which asks for nothing but who is signed in, and the rows of a list read by hand in SQL.
The standing is asked for after a change of the records, ten times; the target is a second.

    python tests/bench/site_load.py [--full] [--data FOLDER]    with --data, databases made before are used again
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, RemoteDisconnected
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
P95, BYTES, STANDING = 0.150, 100_000, 1.0
SEED, TICKS = 20251103, os.sysconf("SC_CLK_TCK")
ALONE = 8
"""Readings of a page alone."""
PLAIN = "/me/password/"


@dataclass
class Read:
    """Readings of the pages: seconds by route, bytes, answers other than 200."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    largest: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    other: set[str] = field(default_factory=set)

    def add(self, route: str, path: str, status: int, size: int, seconds: float) -> None:
        """Note one reading."""
        self.seconds[route].append(seconds)
        self.largest[route] = max(self.largest[route], size)
        if status not in (200, 302):  # a redirect is the answer of pages that are for others at this time
            self.other.add(f"{status} {path}")


def rank(values: list[float], share: float) -> float:
    """Return a percentile, nearest rank."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


class Person:
    """One of the twenty: a connection that stays open, a cookie, pages."""

    def __init__(self, port: int, cookie: str, pages: list[list[str]], number: int) -> None:
        self.pages = pages
        self.draws = random.Random(f"{SEED} {number}")
        self._headers = {"Host": "localhost", "Cookie": f"sessionid={cookie}", "Accept-Language": "zh-CN"}
        self._headers |= {"Accept-Language": "en"} if number % 2 else {}
        self._port = port
        self._line = HTTPConnection("127.0.0.1", port, timeout=60)

    def read(self, path: str) -> tuple[int, int, float]:
        """Return status, bytes and seconds of a page."""
        try:
            return self._read(path)
        except (RemoteDisconnected, ConnectionError):  # the server closes a line that was idle for half a minute
            self._line.close()
            return self._read(path)

    def _read(self, path: str) -> tuple[int, int, float]:
        began = time.perf_counter()
        self._line.request("GET", path, headers=self._headers)
        answer = self._line.getresponse()
        size = len(answer.read())
        return answer.status, size, time.perf_counter() - began

    def walk(self, until: float, thought: bool, found: Read) -> None:
        """Read pages until a moment: each route in turn, in an order of one's own, at one of its addresses."""
        by_route: dict[str, list[str]] = {}
        for route, path in self.pages:
            by_route.setdefault(route, []).append(path)
        while True:
            for route in self.draws.sample(sorted(by_route), len(by_route)):
                if thought:
                    time.sleep(self.draws.uniform(1, 2))
                if time.perf_counter() > until:
                    return
                path = self.draws.choice(by_route[route])
                found.add(route, path, *self.read(path))


@contextmanager
def served(data: Path) -> Iterator[tuple[int, int]]:
    """Start the site on a free port of the loopback; yields the port and the number of its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "shuping.cli", "serve", "--data", str(data), "--port", str(port)]
    environment = {name: text for name, text in os.environ.items() if not name.startswith(("SHUPING_", "DATABASE_"))}
    with (data / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            _wait_for(port, process)
            _until_quiet(process.pid)
            yield port, process.pid
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _try in range(240):
        if process.poll() is not None:
            raise SystemExit("the server ended")
        try:
            line = HTTPConnection("127.0.0.1", port, timeout=5)
            line.request("GET", "/sign-in/", headers={"Host": "localhost"})
            line.getresponse().read()
        except OSError:
            time.sleep(0.25)
        else:
            return
    raise SystemExit("the server does not answer")


def _until_quiet(server: int) -> None:
    """Wait until the server has made ready what it makes before it is asked."""
    for _try in range(120):
        before = processor(server)
        time.sleep(1)
        if processor(server) - before < 0.05:
            return
    raise SystemExit("the server does not come to rest")


def processor(root: int) -> float:
    """Return the seconds of processor that a process and those it started have used."""
    parents: dict[int, int] = {}
    used: dict[int, float] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        number = int(entry.parent.name)
        parents[number], used[number] = int(fields[1]), (int(fields[11]) + int(fields[12])) / TICKS
    family, grew = {root}, True
    while grew:
        more = {number for number, parent in parents.items() if parent in family} - family
        family, grew = family | more, bool(more)
    return sum(used.get(number, 0.0) for number in family)


def together(people: list[Person], seconds: float, thought: bool) -> tuple[Read, float]:
    """Let everybody read for so long; return the readings and the seconds that it took."""
    found, began = Read(), time.perf_counter()
    threads = [threading.Thread(target=one.walk, args=(began + seconds, thought, found)) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found, time.perf_counter() - began


def alone(people: list[Person], server: int) -> tuple[Read, dict[str, float]]:
    """Read each page by itself; return the readings, and the processor's seconds a page by route."""
    found, spent = Read(), {}
    reader = {route: one for one in people for route, _path in one.pages}
    for route in sorted(reader):
        one = reader[route]
        path = next(path for name, path in one.pages if name == route)
        one.read(path)
        before = processor(server)
        for _time in range(ALONE):
            found.add(route, path, *one.read(path))
        spent[route] = (processor(server) - before) / ALONE
    return found, spent


def by_hand(data: Path) -> float:
    """Return the seconds that SQLite needs for the rows of a list and their number, asked for by hand."""
    line = sqlite3.connect(data / "shuping.sqlite3")
    line.execute("PRAGMA query_only = 1")
    rows = """SELECT r.*, u.* FROM filing_record r JOIN people_unit u ON u.id = r.unit_id
        WHERE r.dataset = 'request' ORDER BY r.filed_at DESC, r.id DESC LIMIT 50"""
    taken = []
    for _time in range(9):
        began = time.perf_counter()
        line.execute(rows).fetchall()
        line.execute("SELECT count(*) FROM filing_record WHERE dataset = 'request'").fetchall()
        taken.append(time.perf_counter() - began)
    line.close()
    return median(taken)


def recomputed(data: Path, office: Person) -> list[float]:
    """Return the seconds of ten readings of the standing, each after a change of a record through its action: each of
    another dataset than the one before, so that something is to be worked out again.
    """
    times, change = [], [sys.executable, "-m", "tests.bench._site_change", str(data)]
    for time_ in range(10):
        subprocess.run([*change, str(time_)], check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
        status, _size, seconds = office.read("/standing/")
        assert status == 200
        times.append(seconds)
    return times


def report(found: Read, title: str, target: bool) -> bool:
    """Print the slowest pages; tell whether every one kept the target."""
    worst = sorted(((rank(taken, 0.95), route) for route, taken in found.seconds.items()), reverse=True)
    every = [one for taken in found.seconds.values() for one in taken]
    print(f"  {title}: {len(every)} pages of {len(worst)} kinds; p50 {rank(every, 0.5) * 1000:.0f} ms, "
          f"p95 {rank(every, 0.95) * 1000:.0f} ms, slowest {max(every) * 1000:.0f} ms")  # fmt: skip
    over = [route for seconds, route in worst if seconds > P95]
    if target:
        print(f"    kinds whose p95 is over {P95 * 1000:.0f} ms: {len(over)} of {len(worst)} {' '.join(over[:20])}")
        for seconds, route in worst[:10]:
            taken = found.seconds[route]
            print(f"    {route:<20} p50 {rank(taken, 0.5) * 1000:4.0f}  p95 {seconds * 1000:4.0f} ms  of {len(taken)}")
    return not over


def measure(data: Path, times: int, seconds: float) -> bool:
    """Measure one database; tell whether the targets were kept."""
    plan = subprocess.run(
        [sys.executable, "-m", "tests.bench._site_pages", str(data)], check=True, cwd=ROOT, stdout=subprocess.PIPE
    )
    given: list[dict[str, Any]] = json.loads(plan.stdout)
    with served(data) as (port, server):
        people = [Person(port, one["cookie"], one["pages"], at) for at, one in enumerate(given)]
        singly, spent = alone(people, server)
        costly = sorted(((used, route) for route, used in spent.items()), reverse=True)
        plain = plain_page(people, server)
        hand = by_hand(data)
        print(f"  processor a page, alone: median {median(spent.values()) * 1000:.0f} ms, the page of the password "
              f"{plain * 1000:.0f} ms; the list of requests {spent['dataset'] * 1000:.0f} ms, its rows by hand in SQL "
              f"{hand * 1000:.1f} ms")  # fmt: skip
        print("    most: " + ", ".join(f"{route} {used * 1000:.0f}" for used, route in costly[:12]))
        walked, _taken = together(people, seconds, True)
        kept = report(walked, "twenty people, 1-2 s of thought", True)
        before = processor(server)
        rushed, taken = together(people, seconds / 3, False)
        number = sum(map(len, rushed.seconds.values()))
        report(rushed, "without thought", False)
        print(f"    {number / taken:.0f} pages a second, {(processor(server) - before) / number * 1000:.0f} ms of "
              "processor a page")  # fmt: skip
        office = next(one for one in people if any(route == "standing" for route, _path in one.pages))
        standing = recomputed(data, office)
    print(f"  the standing after a change: median {median(standing):.2f} s, slowest {max(standing):.2f} s "
          f"(target {STANDING:.0f}): {' '.join(f'{one:.2f}' for one in standing)}")  # fmt: skip
    largest = sorted(((size, route) for read in (singly, walked) for route, size in read.largest.items()), reverse=True)
    print(f"  largest page: {largest[0][1]} {largest[0][0]:,} bytes (target {BYTES:,})")
    others = singly.other | walked.other | rushed.other
    if others:
        print(f"  answers other than 200: {', '.join(sorted(others)[:8])}")
    return ((kept and median(standing) < STANDING) or times > 1) and largest[0][0] < BYTES and not others


def plain_page(people: list[Person], server: int) -> float:
    """Return the processor's seconds of the page that only asks who is signed in."""
    people[0].read(PLAIN)
    before = processor(server)
    for _time in range(5 * ALONE):
        people[0].read(PLAIN)
    return (processor(server) - before) / (5 * ALONE)


def main() -> int:
    """Measure the county and ten of its size; 1 where a target was missed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--times", type=int, nargs="*", default=[1, 10])
    given = parser.parse_args()
    kept = True
    with tempfile.TemporaryDirectory() as made:
        for times in given.times:
            data = (given.data or Path(made)) / str(times)
            if not (data / "people.json").exists():
                data.mkdir(parents=True, exist_ok=True)
                fill = [sys.executable, "-m", "tests.bench._county_site", str(data), str(times)]
                subprocess.run(fill, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
            line = sqlite3.connect(data / "shuping.sqlite3")
            tables = ("filing_record", "people_unit", "people_account", "ledger_event")
            numbers = [line.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables]
            line.close()
            print(f"{times} x the county: {numbers[0]:,} records, {numbers[1]:,} units, {numbers[2]:,} accounts, "
                  f"{numbers[3]:,} events", flush=True)  # fmt: skip
            kept = measure(data, times, given.seconds or (180 if given.full else 60)) and kept
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())

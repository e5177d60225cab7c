"""What all tests share: the real cases, the programs of the system, the Hypothesis profiles, and an honest count."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]
IN_CI = bool(os.environ.get("CI"))
CASES = Path(os.environ.get("SHUPING_CASES") or ROOT / "../shared/cases")  # the one line that knows this folder
if CASES.is_dir():
    os.environ["SHUPING_CASES"] = str(CASES.resolve())

# The same examples on every run; `./dev property` looks further.
settings.register_profile("ci", derandomize=True, max_examples=60, deadline=None, print_blob=True)
settings.register_profile("long", max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ci")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out a test whose case or program is not there, visibly; in CI that is a failure."""
    for kind, name, there in _wants(item):
        item.user_properties.append((kind, name))
        if not there:
            stop = pytest.fail if IN_CI else pytest.skip
            stop(f"{kind} {name} is not there")


def _wants(item: pytest.Item) -> Iterator[tuple[str, str, bool]]:
    for mark in item.iter_markers("case"):
        for name in mark.args:
            yield "case", name, (CASES / name).is_dir()
    for mark in item.iter_markers("needs"):
        for name in mark.args:
            yield "program", name, shutil.which(name) is not None


@pytest.fixture
def case(request: pytest.FixtureRequest) -> Path:
    """The folder of the case that the test is marked with: ``@pytest.mark.case("hdi")``."""
    mark = request.node.get_closest_marker("case")
    if mark is None or len(mark.args) != 1:
        raise ValueError("the fixture `case` needs the mark case(name)")
    return CASES.resolve() / str(mark.args[0])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how many acceptance cases and tests with outside programs ran, and how many did not."""
    lines = _counts(terminalreporter)
    terminalreporter.section("what ran")
    for line in lines:
        terminalreporter.write_line(line)
    cache: pytest.Cache | None = getattr(config, "cache", None)  # there is none under -p no:cacheprovider
    if cache is not None:
        cache.set("shuping/counts", lines)


def _counts(terminalreporter: pytest.TerminalReporter) -> list[str]:
    cases: dict[str, Counter[str]] = {}
    programs: Counter[str] = Counter()
    for outcome in ("passed", "failed", "skipped", "error"):
        for report in terminalreporter.stats.get(outcome, ()):
            ran = "not run" if outcome == "skipped" or report.when == "setup" else "ran"
            for kind, name in getattr(report, "user_properties", ()):
                if kind == "case":
                    cases.setdefault(name, Counter())[ran] += 1
            if any(kind == "program" for kind, _ in getattr(report, "user_properties", ())):
                programs[ran] += 1
    left_out = sorted(name for name, counts in cases.items() if not counts["ran"])
    tests = sum((counts for counts in cases.values()), Counter())
    return [
        f"acceptance cases: {len(cases) - len(left_out)} ran, {len(left_out)} not run"
        + (f" ({', '.join(left_out)})" if left_out else "")
        + f"; their tests: {tests['ran']} ran, {tests['not run']} not run",
        f"tests with a browser or an office program: {programs['ran']} ran, {programs['not run']} not run",
    ]

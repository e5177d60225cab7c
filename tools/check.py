"""``./dev test``: every check one after the other, then one table that says what passed, what failed, what did not run.

With arguments it runs pytest alone: the name of a folder below tests/ (``core``, ``documents`` ...), or anything that
pytest understands.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / ".pytest_cache" / "check"  # its own: a pytest beside this run must not overwrite the counts
COUNTS = CACHE / "v" / "shuping" / "counts"


@dataclass(frozen=True)
class Step:
    """One check: its name and its command."""

    name: str
    command: tuple[str, ...]


STEPS = (
    Step("system", (sys.executable, "tools/system_tools.py")),
    Step("lint", ("./dev", "lint")),
    Step("types", ("./dev", "types")),
    Step("docs", ("./dev", "docs")),
    Step(
        "tests", (sys.executable, "-m", "pytest", "-q", "-n", "2", "-o", f"cache_dir={CACHE}", "--ignore=tests/faults")
    ),
    Step(
        "site-pg",
        (
            sys.executable,
            "tools/postgres.py",
            sys.executable,
            "-m",
            "pytest",
            "tests/web",
            "-q",
            "-n",
            "2",
            "-p",
            "no:cacheprovider",
        ),
    ),
    Step(
        "faults",
        (sys.executable, "-m", "pytest", "tests/faults", "-q", "-n", "2", "-p", "no:cacheprovider"),
    ),
    Step("wheel", ("./dev", "wheel")),
)


@dataclass(frozen=True)
class Outcome:
    """How a step ended."""

    step: Step
    status: int
    seconds: float

    def line(self) -> str:
        """Return the outcome as a line of the summary."""
        return f"  {self.step.name:<8} {'passed' if self.status == 0 else 'FAILED':<8} {self.seconds:6.1f} s"


def run(step: Step) -> Outcome:
    """Run a step with its output on the screen."""
    print(f"\n== {step.name}", flush=True)
    started = time.monotonic()
    status = subprocess.run(step.command, cwd=ROOT, check=False).returncode
    return Outcome(step, status, time.monotonic() - started)


def counts() -> str:
    """Return what the tests left behind about cases and programs: how many ran, how many did not."""
    if not COUNTS.exists():
        return "  the tests left no counts: they did not finish"
    return "\n".join(f"  {line}" for line in json.loads(COUNTS.read_text(encoding="utf-8")))


def everything() -> int:
    """Run all steps, even after one failed, so that one run shows all there is to mend."""
    COUNTS.unlink(missing_ok=True)
    outcomes = [run(step) for step in STEPS]
    failed = [outcome.step.name for outcome in outcomes if outcome.status != 0]
    print("\n== summary", *(outcome.line() for outcome in outcomes), counts(), sep="\n")
    print(f"FAILED: {', '.join(failed)}" if failed else "all passed")
    return 1 if failed else 0


def some(arguments: list[str]) -> int:
    """Run pytest alone on a kind of tests, or with pytest's own arguments."""
    folder = ROOT / "tests" / arguments[0]
    if not arguments[0].startswith("-") and folder.exists():
        arguments = [str(folder), *arguments[1:]]
    return subprocess.run([sys.executable, "-m", "pytest", *arguments], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(some(sys.argv[1:]) if len(sys.argv) > 1 else everything())

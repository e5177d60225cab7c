"""``./dev bench [--write] [NAME ...]``: run the benchmarks of tests/bench, each a script with its own targets.

With ``--write`` what they print goes into docs/benchmarks.md as well, with the machine and the day; sections of
benchmarks that were not run stay as they are.
"""

from __future__ import annotations

import ast
import os
import platform
import re
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "tests" / "bench"
PAGE = ROOT / "docs" / "benchmarks.md"
FULL = {"records_100m": ["--full"]}
"""Arguments of a benchmark whose published figure takes longer than its everyday run."""
HEAD = """# Benchmarks

Made by `./dev bench --write`; each section is what one script of `tests/bench` printed, on the machine and the day it
names. Every figure stands beside the direct alternative in the same run: a ratio says more than seconds on one machine.
Targets are for a quiet machine with two cores.
"""
SECTION = re.compile(r"^## (\w+)\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
PACKAGES = ("duckdb", "polars", "numpy", "scipy")


def machine() -> str:
    """Return the machine in one line: processor, cores, memory, load before the run, system and versions."""
    info = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*: (.+)", info.read_text(encoding="utf-8")) if info.exists() else None
    name = found[1] if found else platform.processor() or platform.machine()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    system = f"{platform.system()}, Python {platform.python_version()}"
    packages = ", ".join(f"{one} {version(one)}" for one in PACKAGES)
    return f"{name}, {os.cpu_count()} cores, {memory:.0f} GB, load {os.getloadavg()[0]:.1f}; {system}, {packages}"


def run(path: Path, arguments: list[str]) -> tuple[int, str]:
    """Run one script, showing its lines as they come; return its exit status and its text."""
    lines = []
    with subprocess.Popen([sys.executable, str(path), *arguments], stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            lines.append(line)
    return process.returncode, "".join(lines)


def section(path: Path, text: str, status: int, where: str) -> str:
    """Return one section of the page."""
    what = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").partition("\n\n")[0]
    outcome = "Every target was met." if status == 0 else "**A target was missed, or the run failed.**"
    day = datetime.now(UTC).date().isoformat()
    return f"## {path.stem}\n\n{what}\n\n```text\n{text.rstrip()}\n```\n\n{outcome} {day}; {where}.\n\n"


def write(sections: dict[str, str]) -> None:
    """Put new sections into the page, in the order of their names."""
    known = {}
    if PAGE.exists():
        known = {found[1]: found[0] for found in SECTION.finditer(PAGE.read_text(encoding="utf-8"))}
    both = {name: text.rstrip() for name, text in {**known, **sections}.items()}
    PAGE.write_text("\n\n".join([HEAD.rstrip(), *(both[name] for name in sorted(both))]) + "\n", encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Run the named benchmarks, or all. Exit status 1 when one fails, 2 when a name is unknown or there is none."""
    publish = "--write" in arguments
    names = [name for name in arguments if name != "--write"]
    known = {path.stem: path for path in sorted(FOLDER.glob("*.py")) if not path.stem.startswith("_")}
    unknown = [name for name in names if name not in known]
    if unknown or not known:
        print(f"没有这个基准 / no such benchmark: {', '.join(unknown)}; known: {', '.join(known)}", file=sys.stderr)
        return 2
    statuses = []
    for name in names or known:
        print(f"== {name}", flush=True)
        where = machine()
        status, text = run(known[name], FULL.get(name, []) if publish else [])
        statuses.append(status)
        if publish:
            write({name: section(known[name], text, status, where)})
    return 1 if any(statuses) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

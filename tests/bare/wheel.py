"""The wheel in a clean environment: bare first, then with the documents extra. Run by ``./dev wheel``.

Bare, the demonstration writes its tables, names the extra that is missing and ends well; with the extra it writes
everything. Nothing of the checkout is visible to the installed package: it runs from an empty folder.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
UV = (sys.executable, "-m", "uv")
TABLES = ("standing.csv", "scores.csv", "measures.csv", "trace.parquet", "manifest.json")
DOCUMENTS = ("result.xlsx", "commentary.zh.docx", "commentary.en.docx", "report.html")


class Failure(Exception):
    """The wheel does not do what it promises."""


def run(command: Iterable[str | Path], cwd: Path) -> str:
    """Run a command away from the checkout and return what it said. Raises Failure with all of it when it fails."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV"))}
    clean["SHUPING_DEBUG"] = "1"  # a fault shows where it stands
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=cwd, env=clean, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    if done.returncode != 0:
        raise Failure(f"{' '.join(words)} ended with {done.returncode}\n{said}")
    return said


def uv(words: Iterable[str | Path], cwd: Path) -> None:
    """Run uv; where the registry's certificate is not trusted, once more with the system's certificates."""
    command = [*UV, *words]
    try:
        run(command, cwd)
    except Failure as failure:
        if "certificate" not in str(failure):
            raise
        run([*command, "--system-certs"], cwd)


def build(folder: Path) -> Path:
    """Build sdist and, from that, the wheel; return the wheel."""
    uv(["build", "--quiet", "--out-dir", folder, ROOT], folder)
    (wheel,) = folder.glob("*.whl")
    return wheel


def check_contents(wheel: Path) -> None:
    """Every file of the package that git knows is in the wheel, and nothing else of the repository is."""
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "src/shuping", "src/shuping_web"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    wanted = {name.removeprefix("src/") for name in done.stdout.split("\n") if name and (ROOT / name).exists()}
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    if wanted != held:
        raise Failure(f"not in the wheel: {sorted(wanted - held)}; too much in the wheel: {sorted(held - wanted)}")


def install(venv: Path, requirement: str) -> None:
    """Install into the environment the versions of requirements.lock, and nothing that is not asked for."""
    target = ("--python", venv / "bin" / "python")
    lock = ROOT / "requirements.lock"
    uv(["pip", "install", "--quiet", *target, "--constraint", lock, requirement], venv.parent)


def check_demo(shuping: Path, folder: Path, wanted: Iterable[str]) -> str:
    """Run the demonstration; the files are there and not empty. Return what it said."""
    said = run([shuping, "demo", folder], folder.parent)
    found = {path.name for path in folder.rglob("*") if path.is_file() and path.stat().st_size > 0}
    lacking = sorted(set(wanted) - found)
    if lacking:
        raise Failure(f"shuping demo did not write {lacking}; it wrote {sorted(found)} and said\n{said}")
    return said


def main() -> int:
    """Build, look inside, install bare, then with documents. Exit status 1 with the reason when something is wrong."""
    with tempfile.TemporaryDirectory(prefix="shuping-wheel-") as name:
        work = Path(name)
        try:
            check(work)
        except Failure as failure:
            print(failure)
            return 1
    return 0


def check(work: Path) -> None:
    """Take all steps in an empty folder. Raises Failure."""
    wheel = build(work)
    check_contents(wheel)
    print(f"built {wheel.name}, {wheel.stat().st_size / 1024:.0f} kB, every file of the package in it", flush=True)
    venv = work / "venv"
    run([*UV, "venv", "--quiet", "--python", sys.executable, venv], work)
    install(venv, str(wheel))
    shuping = venv / "bin" / "shuping"
    if "demo" not in run([shuping, "--help"], work):
        raise Failure("shuping --help does not name the task demo")
    said = check_demo(shuping, work / "bare", TABLES)
    if "documents" not in said:
        raise Failure(f"without the documents extra the demonstration does not name it:\n{said}")
    print("bare: tables, trace and manifest; the extra is named", flush=True)
    install(venv, f"{wheel}[documents]")
    check_demo(shuping, work / "full", (*TABLES, *DOCUMENTS))
    print("with the documents extra: workbook, commentaries and report too", flush=True)


if __name__ == "__main__":
    sys.exit(main())

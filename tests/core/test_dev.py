"""The tools around the library: the entry script, the honest count of what ran, the list of programs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import system_tools

ROOT = Path(__file__).resolve().parents[2]
DEV = ROOT / "dev"


def dev(*words: str) -> subprocess.CompletedProcess[str]:
    """Run a task that needs no environment, under the plainest shell there is."""
    shell = shutil.which("dash") or "sh"
    return subprocess.run([shell, str(DEV), *words], capture_output=True, text=True, check=False)


def test_alone_it_lists_every_task() -> None:
    done = dev()
    tasks = set(re.findall(r"^([a-z]+)\)\s", DEV.read_text(encoding="utf-8"), re.MULTILINE))
    listed = set(re.findall(r"^  ([a-z]+) ", done.stdout, re.MULTILINE))
    assert done.returncode == 0
    assert {"demo", "test", "lint", "types", "bench", "docs", "serve"} <= listed
    assert listed == tasks


def test_an_unknown_task_is_named_and_refused() -> None:
    done = dev("dmeo")
    assert done.returncode == 2
    assert "no such task: dmeo" in done.stderr
    assert "  demo [DIR]" in done.stderr


def test_serve_shows_its_options() -> None:
    done = dev("serve", "--help")
    assert done.returncode == 0
    assert "--demo" in done.stdout


def test_without_python_it_says_what_to_install(tmp_path: Path) -> None:
    copy = tmp_path / "dev"
    shutil.copy(DEV, copy)
    for name in ("dirname", "cat"):
        (tmp_path / name).symlink_to(str(shutil.which(name)))
    shell = str(shutil.which("dash") or shutil.which("sh"))
    done = subprocess.run(
        [shell, copy, "lint"], env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "python3-venv" in done.stderr
    assert "缺少 Python 3.11" in done.stderr


CASE_TEST = """
import pytest

@pytest.mark.case("hdi")
def test_one(case):
    assert (case / "x.csv").exists()

@pytest.mark.needs("a-program-that-nobody-has")
def test_two():
    pass
"""


def inner_run(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run pytest with the project's conftest on a test that reads a case and one that needs a program."""
    (folder / "test_inner.py").write_text(CASE_TEST, encoding="utf-8")
    clean = {key: value for key, value in os.environ.items() if key != "CI" and not key.startswith("PYTEST")}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "tests.conftest",
        "-o",
        f"cache_dir={folder}/cache",
        "--strict-markers",
    ]
    options = ["--rootdir", folder, "-c", os.devnull, "-o", "markers=case(name): x\nneeds(programs): x"]
    return subprocess.run(
        [*command, *options, folder / "test_inner.py"],
        cwd=ROOT,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_case_that_is_not_there_is_counted(tmp_path: Path) -> None:
    done = inner_run(tmp_path, SHUPING_CASES=str(tmp_path / "nowhere"))
    assert done.returncode == 0
    assert "acceptance cases: 0 ran, 1 not run (hdi); their tests: 0 ran, 1 not run" in done.stdout
    assert "tests with a browser or an office program: 0 ran, 1 not run" in done.stdout


def test_in_ci_a_case_that_is_not_there_is_a_failure(tmp_path: Path) -> None:
    done = inner_run(tmp_path, SHUPING_CASES=str(tmp_path / "nowhere"), CI="true")
    assert done.returncode == 1
    assert "case hdi is not there" in done.stdout
    assert "program a-program-that-nobody-has is not there" in done.stdout
    assert "acceptance cases: 0 ran, 1 not run (hdi)" in done.stdout


def test_a_case_that_is_there_runs(tmp_path: Path) -> None:
    (tmp_path / "hdi").mkdir()
    (tmp_path / "hdi" / "x.csv").touch()
    done = inner_run(tmp_path, SHUPING_CASES=str(tmp_path))
    assert done.returncode == 0
    assert "acceptance cases: 1 ran, 0 not run; their tests: 1 ran, 0 not run" in done.stdout


def test_missing_programs_are_named_and_fail_only_in_ci(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(system_tools, "TOOLS", (system_tools.Tool("no-such-package", ("no-such-program",)),))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.delenv("CI", raising=False)
    assert system_tools.main() == 0
    assert "apt-get install no-such-package" in capsys.readouterr().out
    monkeypatch.setenv("CI", "true")
    assert system_tools.main() == 1

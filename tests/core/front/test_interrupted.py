"""Ctrl-C at any moment: the result is there as a whole or not at all, and nothing else is left."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from shuping.archive.folder import open_result
from shuping.cli import run
from shuping.values.unbroken import unbroken

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "review_meeting"
STARTED = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # also where the tests themselves run in the background
from shuping.cli import main
print("started", flush=True)
main(sys.argv[1:])
"""
MOMENTS = 8
SEED = 20251124


def start(out: Path, temporary: Path) -> subprocess.Popen[str]:
    arguments = ["score", str(EXAMPLE), "--out", str(out), "--quiet"]
    temporary.mkdir(exist_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-c", STARTED, *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(temporary)},
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "started\n"
    return process


@pytest.fixture(scope="module")
def duration(tmp_path_factory: pytest.TempPathFactory) -> float:
    """Seconds that a score of the example takes when nobody interrupts it."""
    folder = tmp_path_factory.mktemp("whole")
    begin = time.monotonic()
    process = start(folder / "out" / "result", folder / "tmp")
    _, told = process.communicate(timeout=120)
    assert process.returncode == 0, told
    assert list((folder / "tmp").iterdir()) == []
    return time.monotonic() - begin


@pytest.mark.parametrize("number", range(MOMENTS))
def test_a_result_is_whole_or_absent(tmp_path: Path, duration: float, number: int) -> None:
    moment = duration * (number + random.Random(SEED + number).random()) / MOMENTS
    process = start(tmp_path / "out" / "result", tmp_path / "tmp")
    time.sleep(moment)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=120)
    assert "Traceback" not in told
    # 0: it had ended before; by the signal itself: the interpreter was already shutting down, the result written
    assert process.returncode in (0, 130, -signal.SIGINT), told
    assert list((tmp_path / "tmp").iterdir()) == []
    if (tmp_path / "out").exists():
        assert [path.name for path in (tmp_path / "out").iterdir()] == ["result"]
        assert open_result(tmp_path / "out" / "result").standing.height > 0
    else:
        assert process.returncode == 130


def test_an_error_that_a_library_makes_of_it_is_an_interruption(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def takes_it_for_a_fault(*_: object, **__: object) -> None:
        try:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(1)
        except KeyboardInterrupt as error:
            raise ValueError("unexpected value") from error

    monkeypatch.setattr("shuping.appraisal.read", takes_it_for_a_fault)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        assert run(["score", str(EXAMPLE), "--out", str(tmp_path / "result"), "--quiet"], {}) == 130
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)


def test_the_same_error_without_an_interruption_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ValueError("unexpected value")

    monkeypatch.setattr("shuping.appraisal.read", fails)
    assert run(["score", str(EXAMPLE), "--out", str(tmp_path / "result"), "--quiet"], {}) == 70


@pytest.fixture
def heard() -> Iterator[None]:
    """Interruptions are heard, whatever started the tests: what a shell runs in the background ignores them."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heard")
def test_what_must_not_break_ends_first() -> None:
    """The interruption comes after the block, not within it, and it does come."""
    done = []

    def interrupted() -> None:
        with unbroken():
            os.kill(os.getpid(), signal.SIGINT)
            done.append("first")
            time.sleep(0.01)
            done.append("second")

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert done == ["first", "second"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_mistake_in_such_a_block_is_told_as_one() -> None:
    with pytest.raises(ValueError, match="mistake"), unbroken():
        raise ValueError("mistake")

"""A small folder that scores, made by ``shuping new``, and a way to run the command line without a process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from shuping.cli import run
from shuping.records import new_folder


@dataclass(frozen=True)
class Ran:
    """What a command printed and its exit code."""

    code: int
    out: str
    err: str


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A fresh starter folder."""
    new_folder(tmp_path / "ours", "en")
    return tmp_path / "ours"


@pytest.fixture
def shuping(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run the command line in this process: ``shuping("score", folder, "--out", out)``."""

    def command(*arguments: object, **environment: str) -> Ran:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments], {"LANG": "en_GB.UTF-8", **environment})
        captured = capsys.readouterr()
        assert "Traceback" not in captured.out + captured.err
        return Ran(code, captured.out, captured.err)

    return command

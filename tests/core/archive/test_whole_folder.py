"""A result folder appears whole or not at all, and what stood there before is never lost."""

# ruff: noqa: PT012 - what is tested is a block that fails after it has begun to write
from __future__ import annotations

import errno
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from shuping.archive.folder import MANIFEST, whole_folder
from shuping.errors import OutputError

ROOT = Path(__file__).resolve().parents[3]


def everything(folder: Path) -> dict[str, str]:
    """Return every file below a folder with its text, and every folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") if path.is_file() else "/"
        for path in sorted(folder.rglob("*"))
    }


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A result folder that is there already."""
    folder = tmp_path / "result"
    folder.mkdir()
    (folder / MANIFEST).write_text("{}", encoding="utf-8")
    (folder / "standing.csv").write_text("old", encoding="utf-8")
    return folder


def code_of(caught: pytest.ExceptionInfo[OutputError]) -> str:
    (problem,) = caught.value.problems
    assert problem.place.file
    assert problem.message("zh") != problem.message("en")
    return problem.code


def test_a_folder_appears_when_the_block_ends_well(tmp_path: Path) -> None:
    with whole_folder(tmp_path / "a" / "b" / "result", force=False) as folder:
        (folder / "sub").mkdir()
        (folder / "sub" / "x.csv").write_text("1", encoding="utf-8")
        assert not (tmp_path / "a" / "b" / "result").exists()
    assert everything(tmp_path) == {"a": "/", "a/b": "/", "a/b/result": "/", "a/b/result/sub": "/", "a/b/result/sub/x.csv": "1"}  # fmt: skip  # noqa: E501
    assert (tmp_path / "a" / "b" / "result").stat().st_mode & 0o755 == 0o755


@pytest.mark.parametrize("error", [ValueError("a fault"), KeyboardInterrupt(), SystemExit(1)])
def test_nothing_is_left_behind_when_the_block_fails(tmp_path: Path, error: BaseException) -> None:
    with pytest.raises(type(error)), whole_folder(tmp_path / "a" / "result", force=False) as folder:
        (folder / "x.csv").write_text("half", encoding="utf-8")
        raise error
    assert everything(tmp_path) == {}


def test_a_full_disk_is_an_error_of_the_output_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught, whole_folder(tmp_path / "result", force=False) as folder:
        (folder / "x.csv").write_text("half", encoding="utf-8")
        raise OSError(errno.ENOSPC, "No space left on device")
    assert code_of(caught) == "archive.unwritable"
    assert "No space left" in caught.value.problems[0].message("zh")
    assert everything(tmp_path) == {}


def test_a_device_that_is_really_full(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught, whole_folder(tmp_path / "result", force=False) as folder:
        (folder / "x.csv").symlink_to("/dev/full")
        (folder / "x.csv").write_text("half", encoding="utf-8")
    assert code_of(caught) == "archive.unwritable"
    assert everything(tmp_path) == {}


def test_a_full_disk_under_force_keeps_the_old_result(tmp_path: Path, old: Path) -> None:
    before = everything(tmp_path)
    with pytest.raises(OutputError), whole_folder(old, force=True):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert everything(tmp_path) == before


def test_an_existing_result_is_replaced_only_by_force(tmp_path: Path, old: Path) -> None:
    with pytest.raises(OutputError) as caught, whole_folder(old, force=False):
        pytest.fail("the block must not run")
    assert code_of(caught) == "archive.exists"
    with whole_folder(old, force=True) as folder:
        (folder / "new.csv").write_text("new", encoding="utf-8")
        assert everything(old)["standing.csv"] == "old"
    assert everything(tmp_path) == {"result": "/", "result/new.csv": "new"}


@pytest.mark.parametrize("force", [False, True])
def test_what_is_not_a_result_is_never_replaced(tmp_path: Path, force: bool) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.docx").write_text("years of work", encoding="utf-8")
    (tmp_path / "file").write_text("a file", encoding="utf-8")
    before = everything(tmp_path)
    for name, code in (("mine", "archive.foreign-folder"), ("file", "archive.not-a-folder")):
        with pytest.raises(OutputError) as caught, whole_folder(tmp_path / name, force=force):
            pytest.fail("the block must not run")
        assert code_of(caught) == code
    assert everything(tmp_path) == before


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "result").mkdir()
    with whole_folder(tmp_path / "result", force=False) as folder:
        (folder / "x").write_text("1", encoding="utf-8")
    assert everything(tmp_path) == {"result": "/", "result/x": "1"}


@pytest.mark.parametrize("error", [OSError(errno.EIO, "Input/output error"), KeyboardInterrupt()])
def test_the_old_result_comes_back_when_the_swap_fails(
    tmp_path: Path, old: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    before = everything(tmp_path)
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        if Path(target) == old and (self / "new.csv").exists():
            raise error
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises((OutputError, KeyboardInterrupt)), whole_folder(old, force=True) as folder:
        (folder / "new.csv").write_text("new", encoding="utf-8")
    monkeypatch.undo()
    assert everything(tmp_path) == before


def test_the_old_result_is_not_deleted_when_it_cannot_be_put_back(
    tmp_path: Path, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        if Path(target) == old:
            raise OSError(errno.EIO, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(OutputError), whole_folder(old, force=True) as folder:
        (folder / "new.csv").write_text("new", encoding="utf-8")
    assert "old" in everything(tmp_path).values()


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutputError) as caught, whole_folder(tmp_path / "file" / "result", force=False):
        pytest.fail("the block must not run")
    assert code_of(caught) == "archive.unwritable"
    assert everything(tmp_path) == {"file": ""}


LIMITED = """
import sys
from pathlib import Path
from shuping.appraisal import write
from shuping.errors import OutputError
from tests.documents.small_case import small_result
try:
    write(small_result(), Path(sys.argv[1]))
except OutputError as error:
    print(error.problems[0].code)
"""


@pytest.mark.parametrize("limit", [100, 3_000, 8_000, 20_000])
def test_a_real_limit_of_file_size_wherever_it_is_met(tmp_path: Path, limit: int) -> None:
    """The limit is met by a table, by the trace, by the workbook or by the report, as it grows."""
    ran = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path / "result")],
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        check=False,
        cwd=ROOT,
    )
    assert ran.stdout.strip() in ("archive.unwritable", "records.unwritable"), ran.stderr
    assert everything(tmp_path) == {}

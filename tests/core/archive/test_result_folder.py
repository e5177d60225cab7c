"""What stands in a result folder: hashes that an independent reading confirms, equal bytes on every run, read back."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from shuping.appraisal import write
from shuping.archive.folder import open_result, sha256_of
from shuping.errors import InputError
from shuping.version import __version__
from tests.documents.small_case import small_result

TABLES = {"standing.csv", "scores.csv", "measures.csv", "trace.parquet"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A result folder with its tables only."""
    write(small_result(), tmp_path / "result", documents=False)
    return tmp_path / "result"


def code_of(caught: pytest.ExceptionInfo[InputError]) -> list[str]:
    assert all(problem.message("zh") != problem.message("en") for problem in caught.value.problems)
    return [problem.code for problem in caught.value.problems]


def test_the_manifest_lists_every_file_with_its_hash(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    there = {path.name for path in folder.iterdir()} - {"manifest.json"}
    assert there >= TABLES
    assert {entry["path"] for entry in manifest["outputs"]} == there
    for entry in manifest["outputs"]:
        raw = (folder / entry["path"]).read_bytes()
        assert (entry["sha256"], entry["bytes"]) == (hashlib.sha256(raw).hexdigest(), len(raw))
    assert (manifest["shuping"], manifest["format"]) == (__version__, "1")
    assert manifest["rulebook"]["id"] == "small"
    assert manifest["periods"] == ["2024", "2025"]


def test_two_runs_give_equal_bytes(folder: Path, tmp_path: Path) -> None:
    write(small_result(), tmp_path / "again", documents=False)
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    second = {path.name: path.read_bytes() for path in (tmp_path / "again").iterdir()}
    assert first == second


def test_a_result_is_read_back_as_it_was(folder: Path) -> None:
    stored, result = open_result(folder), small_result()
    assert stored.trace.equals(result.trace)
    assert stored.standing["unit"].to_list() == result.standing["unit"].to_list()
    assert stored.standing["total"].to_list() == [None if t is None else str(t) for t in result.standing["total"]]
    unit = result.standing["unit"][0]
    assert stored.explain(unit).text("zh") == result.explain(unit).text("zh")


@pytest.mark.parametrize("name", ["standing.csv", "trace.parquet"])
def test_a_file_that_was_changed_or_is_gone_is_noticed(folder: Path, name: str) -> None:
    with (folder / name).open("ab") as stream:
        stream.write(b" ")
    with pytest.raises(InputError) as caught:
        open_result(folder)
    assert code_of(caught) == ["archive.changed"]
    (folder / name).unlink()
    with pytest.raises(InputError) as caught:
        open_result(folder)
    assert code_of(caught) == ["archive.file-missing"]


BROKEN = ["", "{", "[]", "null", "{}", '{"format": "1", "outputs": []}', '{"format": "2", "outputs": []}',
          '{"format": "1", "outputs": [1]}', '{"format": "1", "outputs": [{"path": "standing.csv"}]}',
          '{"format": "1", "outputs": {"a": 1}}', "\ufeff{}"]  # fmt: skip


@pytest.mark.parametrize("text", BROKEN)
def test_a_manifest_that_is_none_is_refused(folder: Path, text: str) -> None:
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        open_result(folder)
    assert code_of(caught) == ["archive.not-a-result"]


def test_a_folder_that_is_no_result(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(InputError) as caught:
            open_result(path)
        assert code_of(caught) == ["archive.not-a-result"]


def test_a_moved_result_is_still_one(folder: Path, tmp_path: Path) -> None:
    shutil.move(folder, tmp_path / "elsewhere")
    assert open_result(tmp_path / "elsewhere").manifest["format"] == "1"


def test_the_hash_of_a_file_longer_than_one_piece(tmp_path: Path) -> None:
    raw = b"0123456789abcdef" * 200_000
    (tmp_path / "long").write_bytes(raw)
    assert sha256_of(tmp_path / "long") == hashlib.sha256(raw).hexdigest()

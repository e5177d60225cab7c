"""The generator repeats itself, and writing never destroys what a person changed."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from shuping.demo import county_files, write_county
from shuping.errors import OutputError

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "county"


def digest(files: dict[str, bytes]) -> str:
    return hashlib.sha256(b"".join(path.encode() + b"\0" + files[path] for path in sorted(files))).hexdigest()


def in_folder(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_same_seed_gives_same_bytes_in_another_process_with_another_hash_seed(files: dict[str, bytes]) -> None:
    program = (
        "import hashlib; from shuping.demo import county_files; files = county_files()\n"
        "joined = b''.join(path.encode() + b'\\0' + files[path] for path in sorted(files))\n"
        "print(hashlib.sha256(joined).hexdigest())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "4711", "TZ": "Pacific/Auckland", "LC_ALL": "C"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == digest(files)


def test_another_seed_changes_every_table_and_not_the_rules(files: dict[str, bytes]) -> None:
    other = county_files(7)
    assert other.keys() == files.keys()
    assert [path for path in files if other[path] == files[path]] == ["rulebook.yaml"]


def test_committed_example_is_what_the_generator_writes(files: dict[str, bytes]) -> None:
    committed = in_folder(EXAMPLE)
    del committed["README.md"]
    assert committed.keys() == files.keys()
    assert [path for path in files if committed[path] != files[path]] == []


def test_example_stays_small(files: dict[str, bytes]) -> None:
    assert sum(len(content) for path, content in files.items() if path.endswith(".csv")) < 1_000_000


def test_writing_twice_changes_nothing(tmp_path: Path, files: dict[str, bytes]) -> None:
    write_county(tmp_path / "county")
    write_county(tmp_path / "county")
    assert in_folder(tmp_path / "county") == files


def test_a_file_that_a_person_changed_is_kept_and_named(tmp_path: Path) -> None:
    folder = tmp_path / "county"
    write_county(folder)
    (folder / "units.csv").write_text("mine\n", encoding="utf-8")
    (folder / "targets.csv").unlink()
    with pytest.raises(OutputError) as caught:
        write_county(folder)
    assert [problem.params["path"] for problem in caught.value.problems] == ["units.csv"]
    assert (folder / "units.csv").read_text(encoding="utf-8") == "mine\n"
    assert not (folder / "targets.csv").exists()  # nothing was written at all


def test_force_overwrites_and_leaves_other_files_alone(tmp_path: Path, files: dict[str, bytes]) -> None:
    folder = tmp_path / "county"
    folder.mkdir()
    (folder / "units.csv").write_text("mine\n", encoding="utf-8")
    (folder / "notes.txt").write_text("keep me", encoding="utf-8")
    write_county(folder, force=True)
    assert in_folder(folder) == {**files, "notes.txt": b"keep me"}


def test_a_directory_that_cannot_be_made_is_a_located_problem(tmp_path: Path) -> None:
    (tmp_path / "county").write_text("a file where the directory should be", encoding="utf-8")
    with pytest.raises(OutputError) as caught:
        write_county(tmp_path / "county")
    problem = caught.value.problems[0]
    assert problem.code == "demo.cannot-write"
    assert problem.place.file == (tmp_path / "county").as_posix()
    assert problem.message("zh")
    assert problem.message("en")

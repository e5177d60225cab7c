"""``evidence.csv``: every file is there, named, and has the hash that is stated."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from shuping.errors import InputError
from shuping.records.evidence_list import read_evidence
from shuping.records.zip_folder import packed_folder
from tests.core.records.test_zip_contents import packed

ONE = hashlib.sha256(b"one").hexdigest()
FILE = f"evidence/{ONE}.pdf"


def folder(path: Path, rows: str, heading: str = "dataset,row,sha256,file,title") -> Path:
    (path / "evidence").mkdir()
    (path / FILE).write_bytes(b"one")
    (path / "evidence.csv").write_text(f"{heading}\n{rows}\n", encoding="utf-8")
    return path


def test_a_folder_without_a_list_has_no_evidence(tmp_path: Path) -> None:
    assert read_evidence(tmp_path, {}) == ()


def test_one_file_may_go_with_two_rows(tmp_path: Path) -> None:
    rows = f"activity,2,{ONE},{FILE},决定\nactivity,3,{ONE.upper()},{FILE},"
    found = read_evidence(folder(tmp_path, rows), {"activity": 2})
    assert [(one.dataset, one.row, one.content, one.columns["title"]) for one in found] == [
        ("activity", 2, b"one", "决定"), ("activity", 3, b"one", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        (f"activity,2,{'0' * 64},{FILE},", ["records.evidence-hash"]),
        (f"activity,2,{ONE},evidence/none.pdf,", ["records.evidence-missing"]),
        (f"activity,2,{ONE},../evidence/{ONE}.pdf,", ["records.evidence-missing"]),
        (f"activity,2,{ONE},,", ["records.evidence-missing"]),
        (f"activity,1,{ONE},{FILE},", ["records.evidence-row"]),
        (f"activity,4,{ONE},{FILE},", ["records.evidence-row"]),
        (f"activity,x,{ONE},{FILE},", ["records.evidence-row"]),
        (f"other,2,{ONE},{FILE},", ["records.evidence-row"]),
        (f"activity,9,{'0' * 64},{FILE},", ["records.evidence-hash", "records.evidence-row"]),
    ],
)
def test_what_does_not_agree_is_told_at_its_line(tmp_path: Path, rows: str, codes: list[str]) -> None:
    with pytest.raises(InputError) as error:
        read_evidence(folder(tmp_path, rows), {"activity": 2})
    assert [problem.code for problem in error.value.problems] == codes
    assert {problem.place.line for problem in error.value.problems} == {2}
    for lang in ("zh", "en"):
        assert all(problem.message(lang) for problem in error.value.problems)  # type: ignore[arg-type]


def test_a_file_that_is_not_named_is_told(tmp_path: Path) -> None:
    path = folder(tmp_path, f"activity,2,{ONE},{FILE},")
    (path / "evidence" / f"{'0' * 64}.pdf").write_bytes(b"two")
    with pytest.raises(InputError) as error:
        read_evidence(path, {"activity": 2})
    assert [problem.code for problem in error.value.problems] == ["records.evidence-unnamed"]


def test_a_column_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        read_evidence(folder(tmp_path, f"activity,2,{FILE}", "dataset,row,file"), {"activity": 2})
    assert [problem.code for problem in error.value.problems] == ["records.missing-column"]


def test_an_archive_takes_evidence_by_its_hash_and_nothing_else_there() -> None:
    kept = packed_folder(packed({"rulebook.yaml": b"x", FILE: b"one", "evidence.csv": b"y"}), "folder.zip")
    assert set(kept) == {"rulebook.yaml", FILE, "evidence.csv"}
    for name in ("evidence/scan.pdf", f"evidence/{ONE}.html", f"evidence/{ONE}.svg"):
        with pytest.raises(InputError):
            packed_folder(packed({"rulebook.yaml": b"x", name: b"one"}), "folder.zip")

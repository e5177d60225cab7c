"""Archives of a folder: what comes out is what went in; what leads out of it or lies about its size is refused."""

from __future__ import annotations

import io
import stat
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuping.errors import InputError
from shuping.records.zip_folder import packed_folder
from shuping.records.zip_guard import Limits, contents

NAMES = st.lists(st.text("abc-_xyz", min_size=1, max_size=6), min_size=1, max_size=3).map("/".join)


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return out.getvalue()


def code(raw: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(InputError) as refused:
        contents(raw, "a.zip", limits or Limits())
    problem = refused.value.problems[0]
    assert problem.place.file == "a.zip"
    assert problem.message("zh") != problem.message("en")
    return problem.code


@given(st.dictionaries(NAMES, st.binary(max_size=300), max_size=5), st.sampled_from([0, 8]))
def test_what_comes_out_is_what_went_in(files: dict[str, bytes], method: int) -> None:
    assert contents(packed(files, method), "a.zip") == files


def test_folders_are_left_out() -> None:
    assert contents(packed({"records/": b"", "records/a.csv": b"x"}), "a.zip") == {"records/a.csv": b"x"}


@pytest.mark.parametrize("name", ["../a", "a/../../b", "/a", "a\\b", "c:a", "./a", "a\nb"])
def test_paths_that_lead_out_are_refused(name: str) -> None:
    assert code(packed({"units.csv": b"x", name: b"y"})) == "records.zip-path"


def test_links_are_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        entry = zipfile.ZipInfo("units.csv")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    assert code(out.getvalue()) == "records.zip-path"


def test_what_unpacks_to_too_much_is_refused() -> None:
    assert code(packed({"a.csv": b"0" * 1001}), Limits(bytes=1000)) == "records.zip-bomb"
    assert contents(packed({"a.csv": b"0" * 1000}), "a.zip", Limits(bytes=1000)) == {"a.csv": b"0" * 1000}


def test_a_directory_that_lies_about_a_size_is_refused() -> None:
    raw = bytearray(packed({"a.csv": b"0" * 5000}))
    central = raw.index(b"PK\x01\x02")
    raw[central + 24 : central + 28] = struct.pack("<I", 10)
    assert code(bytes(raw), Limits(bytes=1000)) == "records.zip-bomb"


@pytest.mark.parametrize("raw", [b"", b"text", packed({"a": b"x" * 99})[:60]], ids=["empty", "text", "cut"])
def test_what_is_no_archive_is_said_to_be_damaged(raw: bytes) -> None:
    assert code(raw) == "records.broken-zip"


def test_a_folder_comes_out_with_or_without_the_folder_around_it() -> None:
    files = {"rulebook.yaml": b"r", "units.csv": b"u", "records/activity.csv": b"a", "marks/duty/first.xlsx": b"m"}
    left = {"README.md": b"x", ".DS_Store": b"x", "__MACOSX/units.csv": b"x", "records/~$activity.xlsx": b"x"}
    assert packed_folder(packed({**files, **left}), "a.zip") == files
    around = {f"County 2025/{name}": body for name, body in files.items()}
    assert packed_folder(packed({**around, **left}), "a.zip") == files


@pytest.mark.parametrize(
    "name", ["sources.yaml", "records/a.parquet", "run.sh", "results/standing.csv", "a/b/units.csv"]
)
def test_what_does_not_belong_to_a_folder_is_refused(name: str) -> None:
    with pytest.raises(InputError) as refused:
        packed_folder(packed({"units.csv": b"u", name: b"x"}), "a.zip")
    (problem,) = refused.value.problems
    assert (problem.code, problem.params["given"]) == ("records.zip-stranger", name)
    assert problem.message("zh") != problem.message("en")

"""Mutated tables, maps and workbooks: a located problem or a sound folder, never another exception."""

from __future__ import annotations

import contextlib
import io
import tempfile
from pathlib import Path

import xlsxwriter
from hypothesis import example, given
from hypothesis import strategies as st

from shuping.errors import Problem, ShupingError
from shuping.records import Folder, read_folder
from shuping.rulebook.model import Rulebook
from tests.core.records.small_folder import GOOD, UNITS, activity, write

BOOK = activity(unique=["date", "village"], checks=["cost / people <= 10", 'form == "sport" or people < 100'])
WHOLE_FILE = {
    *("binary-file", "broken-xlsx", "column-type", "duplicate-column", "empty-file", "error-cell", "missing-column"),
    *(
        "more-problems",
        "no-units",
        "not-xlsx",
        "unknown-column",
        "which-sheet",
        "zip-bomb",
        "encrypted-xlsx",
        "check-too-large",
    ),
}
SNIPPETS = [
    *(b'"', b",", b"\n", b"\r\n", b";", b"\t", b"\0", b"\xff", b"\xef\xbb\xbf", b"\xe5\x8d", "村".encode("gb18030")),
    *(b"=1+1", b"1e400", b"-", b"t1", b"2025-02-30"),
]


@st.composite
def mutated(draw: st.DrawFn, good: bytes) -> bytes:
    """Cut, repeat, replace and insert at random places, one to four times."""
    raw = good
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(raw)))
        end = min(len(raw), start + draw(st.integers(0, 12)))
        piece = draw(st.sampled_from([b"", raw[start:end] * 2, *SNIPPETS]) | st.binary(max_size=6))
        raw = raw[:start] + piece + raw[end:]
    return raw


def outcome(files: dict[str, str | bytes], units: str = UNITS, book: Rulebook = BOOK) -> Folder | tuple[Problem, ...]:
    """Return what reading the folder yields, reading under both policies."""
    with tempfile.TemporaryDirectory() as place:
        base = write(Path(place), {key: value for key, value in files.items() if key != "units.csv"}, units)
        if "units.csv" in files:
            (base / "units.csv").write_bytes(bytes(files["units.csv"]))  # type: ignore[arg-type]
        try:
            return read_folder(base, book)
        except ShupingError as error:
            strict = error.problems
        with contextlib.suppress(ShupingError):
            read_folder(base, book, accept="valid")
        return strict


def is_located(problem: Problem, file: str) -> bool:
    assert problem.message("zh")
    assert problem.message("en")
    whole = problem.code.removeprefix("records.") in WHOLE_FILE
    return problem.place.file == file and (whole or problem.place.line is not None)


@given(raw=mutated(GOOD.encode("utf-8")))
@example(raw=GOOD.encode("utf-16")[:-1])
@example(raw=GOOD.replace("\n", "\r").encode())
def test_mutated_csv(raw: bytes) -> None:
    found = outcome({"records/activity.csv": raw})
    if isinstance(found, Folder):
        assert (
            found.datasets["activity"]
            .frame.null_count()
            .select("unit", "filer", "date", "form", "village", "people")
            .row(0)
            == (0,) * 6
        )
    else:
        assert all(is_located(problem, "records/activity.csv") for problem in found)


@given(raw=mutated(UNITS.encode("utf-8")))
def test_mutated_units(raw: bytes) -> None:
    found = outcome({"units.csv": raw})
    if isinstance(found, Folder):
        assert all(unit.id and unit.name and unit.kind for unit in found.register)
    else:
        assert all(is_located(problem, "units.csv") for problem in found)


def _workbook() -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet("activity")
    for at, line in enumerate(GOOD.splitlines()):
        sheet.write_row(at, 0, line.split(","))
    book.close()
    return stream.getvalue()


@given(raw=mutated(_workbook()))
def test_mutated_workbooks(raw: bytes) -> None:
    found = outcome({"records/activity.xlsx": raw})
    if not isinstance(found, Folder):
        assert all(is_located(problem, "records/activity.xlsx") for problem in found)


SOURCES = """datasets:
  activity:
    path: in.csv
    missing: ["-"]
    thousands: ","
    keep: [{column: unit, matches: 't.'}]
    formats: {date: '%Y-%m-%d'}
    values: {form: {talk: lecture}}
    columns: {unit: unit, date: date, form: form, village: village, people: people, cost: {value: "1"}}
"""


@given(raw=mutated(SOURCES.encode("utf-8")))
def test_mutated_maps(raw: bytes) -> None:
    found = outcome({"sources.yaml": raw, "in.csv": GOOD})
    if not isinstance(found, Folder):
        assert all(problem.place.file is not None and problem.message("zh") for problem in found)

"""``evidence.csv`` of a folder: which file in ``evidence/`` goes with which row, each under the hash that is stated.

The library scores no evidence; it sees that a folder that is handed on still holds what its list says.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from shuping.errors import InputError, Place, Problem
from shuping.records.csv_reader import read_csv
from shuping.records.sheet import ROW

LIST, ROOM = "evidence.csv", "evidence"
NEEDED = ("dataset", "row", "sha256", "file")
FIRST_ROW = 2


@dataclass(frozen=True)
class Listed:
    """A file of evidence: its dataset, its row there (the first below the heading is 2), content and all columns."""

    dataset: str
    row: int
    content: bytes
    columns: Mapping[str, str]


def read_evidence(folder: Path, rows: Mapping[str, int]) -> tuple[Listed, ...]:
    """Return the evidence of a folder; nothing where it has no ``evidence.csv``. ``rows``: how many rows each dataset
    has.

    Raises InputError with every problem: a column that is missing, a file that is not there, not named or does not have
    its hash, a row that there is not.
    """
    path = folder / LIST
    if not path.exists():
        return ()
    sheet = read_csv(path.read_bytes(), LIST, "")
    missing = [name for name in NEEDED if name not in sheet.headings]
    if missing:
        allowed = ", ".join(sheet.headings)
        raise InputError(
            [Problem("records.missing-column", {"given": name, "allowed": allowed}, Place(LIST)) for name in missing]
        )
    problems, found = [row.problem for row in sheet.broken], []
    for line in sheet.frame.to_dicts():
        columns = {name: str(line[name] or "").removeprefix("'") for name in sheet.headings}
        wrong, content = _judged(folder, columns, int(line[ROW]), rows)
        problems += wrong
        if not wrong:
            found.append(Listed(columns["dataset"], int(columns["row"]), content, columns))
    problems += _unnamed(folder, {one.columns["file"] for one in found} if not problems else None)
    if problems:
        raise InputError(problems)
    return tuple(found)


def _judged(
    folder: Path, columns: Mapping[str, str], line: int, rows: Mapping[str, int]
) -> tuple[list[Problem], bytes]:
    wrong, content, name = [], b"", columns["file"]
    path = folder / ROOM / Path(name).name
    if name != f"{ROOM}/{path.name}" or not path.is_file():
        wrong.append(Problem("records.evidence-missing", {"given": name}, Place(LIST, line=line, field="file")))
    else:
        content = path.read_bytes()
        sha256 = hashlib.sha256(content).hexdigest()
        if sha256 != columns["sha256"].lower():
            params = {"given": name, "allowed": columns["sha256"], "found": sha256}
            wrong.append(Problem("records.evidence-hash", params, Place(LIST, line=line, field="sha256")))
    row, most = columns["row"], rows.get(columns["dataset"], 0) + FIRST_ROW - 1
    if not (row.isdecimal() and len(row) < 10 and FIRST_ROW <= int(row) <= most):
        params = {"given": row, "dataset": columns["dataset"]}
        wrong.append(Problem("records.evidence-row", params, Place(LIST, line=line, field="row")))
    return wrong, content


def _unnamed(folder: Path, named: set[str] | None) -> Iterator[Problem]:
    """Yield a problem for each file that no row names; where rows are wrong already, that is not asked."""
    base = folder / ROOM
    if named is None or not base.is_dir():
        return
    for path in sorted(base.iterdir()):
        shown = f"{ROOM}/{path.name}"
        if shown not in named and not path.name.startswith("."):
            yield Problem("records.evidence-unnamed", {"given": shown}, Place(shown))

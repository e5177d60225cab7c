"""Foreign files that complete one another: ``joins`` of a source in sources.yaml.

```yaml
joins:
  - path: ${SHUPING_CASES}/figure_skating/aspects.csv
    on: {aspect_id: aspect_id}            # a column of this file: the column of the other that holds the same
    columns: {unit: performance_id, item: aspect_num}   # or a list, where the names stay
    unmatched: refuse                     # or drop the row, or keep it with empty cells
```

Every key stands in at most one row of the other file: a row is never doubled.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import polars as pl
from pydantic import Field as PField
from pydantic import field_validator
from pydantic_core import PydanticCustomError

from shuping.errors import InputError, Problem
from shuping.records.sheet import ROW, Sheet
from shuping.records.suggest import clip, hint, listed
from shuping.rulebook.yaml_source import Path, Positions
from shuping.values.scalars import Frozen

SHOWN = 200


class ForeignFile(Frozen):
    """How one foreign file is read."""

    path: str
    format: Literal["csv", "xlsx", "parquet"] | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    missing: tuple[str, ...] = ()
    thousands: str | None = None

    @field_validator("missing", mode="before")
    @classmethod
    def _empty_is_missing(cls, given: Any) -> Any:
        return ["" if mark is None else mark for mark in given] if isinstance(given, list) else given

    @field_validator("delimiter")
    @classmethod
    def _one_mark(cls, given: str | None) -> str | None:
        given = "\t" if given in ("tab", "\\t") else given
        if given is not None and given not in (",", ";", "\t", "|"):
            raise PydanticCustomError("source_delimiter", "one of , ; | and tab")
        return given

    @field_validator("thousands")
    @classmethod
    def _a_separator(cls, given: str | None) -> str | None:
        if given is not None and given not in (",", "'", " ", "\u00a0", "\u202f", "."):
            raise PydanticCustomError("source_thousands", "one of , ' . and a space")
        return given


class Join(ForeignFile):
    """A second file, whose ``columns`` (new name: its column) are put beside the rows that agree with it in ``on``."""

    on: dict[str, str] = PField(min_length=1)
    columns: dict[str, str] = PField(min_length=1)
    unmatched: Literal["refuse", "drop", "keep"] = "refuse"

    @field_validator("columns", mode="before")
    @classmethod
    def _from_list(cls, given: Any) -> Any:
        if isinstance(given, list) and all(isinstance(name, str) for name in given):
            return {name: name for name in given}
        return given


def joined(sheet: Sheet, other: Sheet, join: Join, positions: Positions, path: Path) -> Sheet:
    """Return the sheet with the other's columns beside its own, in its own order and with its own row numbers.

    Raises InputError for unknown columns, names already taken, keys that stand twice in the other file, and rows
    without a partner (unless they may be dropped or kept).
    """
    problems = [*_unknown(sheet, other, join, positions, path), *_taken(sheet, join, positions, path)]
    problems = problems or list(_twice(other, join))
    if problems:
        raise InputError(problems)
    keys = [f"_key{at}" for at in range(len(join.on))]
    right = other.frame.select(
        *(pl.col(theirs).alias(key) for key, theirs in zip(keys, join.on.values(), strict=True)),
        *(pl.col(theirs).alias(name) for name, theirs in join.columns.items()),
        _found=pl.lit(True),
    )
    left = sheet.frame.with_columns(pl.col(ours).alias(key) for key, ours in zip(keys, join.on, strict=True))
    whole = left.join(right, on=keys, how="left", maintain_order="left").drop(keys)
    if join.unmatched == "refuse" and whole["_found"].null_count():
        raise InputError(_unmatched(sheet, other, join, whole.filter(pl.col("_found").is_null())))
    if join.unmatched == "drop":
        whole = whole.filter(pl.col("_found").is_not_null())
    columns = [name for name in whole.columns if name not in (ROW, "_found")]
    return Sheet(sheet.file, sheet.sha256, whole.select(*columns, ROW), sheet.sheet, sheet.broken)


def _unknown(sheet: Sheet, other: Sheet, join: Join, positions: Positions, path: Path) -> Iterator[Problem]:
    named = [(sheet, ours, ("on", ours), True) for ours in join.on]
    named += [(other, theirs, ("on", ours), False) for ours, theirs in join.on.items()]
    named += [(other, theirs, ("columns", name), False) for name, theirs in join.columns.items()]
    for file, name, where, key in named:
        if name not in file.headings:
            params = {
                "given": clip(name),
                "file": file.file,
                "allowed": listed(file.headings),
                **hint(name, file.headings),
            }
            yield Problem("records.unknown-foreign-column", params, positions.place((*path, *where), key=key))


def _taken(sheet: Sheet, join: Join, positions: Positions, path: Path) -> Iterator[Problem]:
    for name in join.columns:
        if name in sheet.headings:
            params = {"given": name, "file": sheet.file}
            yield Problem("records.join-column-taken", params, positions.place((*path, "columns", name), key=True))


def _twice(other: Sheet, join: Join) -> Iterator[Problem]:
    columns = list(dict.fromkeys(join.on.values()))
    whole = other.frame.filter(pl.all_horizontal(pl.col(columns).is_not_null()))
    again = whole.filter(~pl.struct(columns).is_first_distinct())
    for row in again.head(SHOWN).iter_rows(named=True):
        params = {"given": ", ".join(clip(row[name]) for name in columns), "columns": ", ".join(columns)}
        yield Problem("records.join-twice", params, other.place(row[ROW]))


def _unmatched(sheet: Sheet, other: Sheet, join: Join, rows: pl.DataFrame) -> list[Problem]:
    found = []
    for row in rows.head(SHOWN).iter_rows(named=True):
        given = ", ".join(clip(row[name] or "∅") for name in join.on)
        params = {"given": given, "file": other.file, "columns": ", ".join(join.on.values())}
        found.append(Problem("records.join-unmatched", params, sheet.place(row[ROW])))
    return found

"""A table of the folder before it is written: its header and its rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

Cell = str | int | date | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """``header`` names the columns; every row has one cell for each. ``None`` is written as an empty cell."""

    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @classmethod
    def of(cls, header: str, rows: Iterable[Sequence[Cell]]) -> Sheet:
        """Return a sheet from a header written with spaces and its rows."""
        return cls(tuple(header.split()), tuple(tuple(row) for row in rows))

    def to_csv(self) -> bytes:
        """Return the sheet as CSV: UTF-8 without byte-order mark, LF line ends."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.header)
        writer.writerows(self.rows)
        return text.getvalue().encode("utf-8")

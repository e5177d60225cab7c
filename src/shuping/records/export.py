"""The one writer of CSV: the same bytes for the same frame, and no cell that a spreadsheet would run as a formula.

UTF-8 without BOM and LF line ends, because results are compared byte by byte and read by programs; ``bom=True`` is for
files that people open in Excel by double click, where the BOM makes it see Chinese.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from shuping.errors import Problem
from shuping.records.files_out import unwritable
from shuping.records.folder import Rejected
from shuping.values.unbroken import unbroken

_DANGEROUS = r"^[=+\-@\t\r\n]"
_NEGATIVE = r"^[+-][0-9]+(?:\.[0-9]+)?%?$"


def neutral(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: ``=1+1`` becomes ``'=1+1``; ``-3.5`` stays."""
    series = pl.Series([text])
    return str(series.to_frame("cell").select(_neutral("cell")).item())


def _neutral(name: str) -> pl.Expr:
    cell = pl.col(name)
    risky = cell.str.contains(_DANGEROUS) & ~cell.str.contains(_NEGATIVE)
    return pl.when(risky).then(pl.concat_str(pl.lit("'"), cell)).otherwise(cell).alias(name)


def csv_bytes(frame: pl.DataFrame, *, bom: bool = False) -> bytes:
    """Return a frame as CSV bytes: decimals with all places, dates ISO, missing cells empty, texts neutral."""
    texts = [name for name, kind in frame.schema.items() if kind in (pl.String, pl.Categorical, pl.Enum)]
    safe = frame.with_columns(pl.col(texts).cast(pl.String)).with_columns(_neutral(name) for name in texts)
    safe = safe.rename({name: neutral(name) for name in safe.columns})
    return safe.write_csv(include_bom=bom, line_terminator="\n", quote_style="necessary").encode("utf-8")


def write_csv(frame: pl.DataFrame, path: Path | str, *, bom: bool = False) -> None:
    """Write a frame as CSV, whole or not at all. Raises OutputError when the file cannot be written."""
    content = csv_bytes(frame, bom=bom)
    try:
        with unbroken():
            Path(path).write_bytes(content)
    except OSError as error:
        raise unwritable(path, error) from error


def rejected_frame(rejected: Sequence[Rejected]) -> pl.DataFrame:
    """Return rejected rows as a frame: table, file, row, reasons in both languages, then the cells as they stood."""
    columns = list(dict.fromkeys(name for row in rejected for name in row.values))
    own = ("_table", "_file", "_row", "_reason_zh", "_reason_en")
    data: dict[str, list[str | int | None]] = {key: [] for key in [*own, *columns]}
    for row in rejected:
        data["_table"].append(row.table)
        data["_file"].append(row.file)
        data["_row"].append(row.row)
        data["_reason_zh"].append("；".join(_reason(problem, "zh") for problem in row.problems))
        data["_reason_en"].append("; ".join(_reason(problem, "en") for problem in row.problems))
        for name in columns:
            data[name].append(row.values.get(name))
    schema = {key: pl.Int64 if key == "_row" else pl.String for key in data}
    return pl.DataFrame(data, schema=schema)


def _reason(problem: Problem, lang: str) -> str:
    words = problem.message("zh" if lang == "zh" else "en")
    return f"{problem.place.field}: {words}" if problem.place.field else words


def write_rejected(rejected: Sequence[Rejected], path: Path | str, *, bom: bool = True) -> None:
    """Write rejected rows for the people who mend them (hence with BOM by default). Raises OutputError."""
    write_csv(rejected_frame(rejected), path, bom=bom)

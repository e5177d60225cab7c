"""Frames from Python are judged like files; Parquet too."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest

from shuping.errors import InputError
from shuping.records import folder_from_frames, read_folder, read_register
from tests.core.records.small_folder import UNITS, rulebook, write

UNIT_FRAME = pl.read_csv(UNITS.encode(), infer_schema=False)
COLUMNS: dict[str, list[Any]] = {
    "unit": ["t1", "t2"],
    "date": [date(2025, 1, 5), date(2025, 2, 28)],
    "form": ["lecture", "sport"],
    "village": ["v1", "v3"],
    "people": [12, 40],
    "cost": [1.5, None],
    "done": [True, None],
    "note": ["a", None],
}
EXPECTED = [
    ("t1", date(2025, 1, 5), "lecture", "v1", 12, Decimal("1.50"), True, "a"),
    ("t2", date(2025, 2, 28), "sport", "v3", 40, None, None, None),
]


def pandas_frame() -> Any:
    frame = pd.DataFrame({**COLUMNS, "date": pd.to_datetime(COLUMNS["date"])})
    assert frame["cost"].dtype == "float64"
    return frame


@pytest.mark.parametrize(
    "frame",
    [
        pl.DataFrame(COLUMNS),
        pl.DataFrame(COLUMNS).lazy(),
        pl.DataFrame(COLUMNS).with_columns(pl.col("date").cast(pl.Datetime), pl.col("people").cast(pl.Float64)),
        pl.DataFrame(COLUMNS).with_columns(pl.col("form").cast(pl.Categorical), pl.col("cost").cast(pl.Decimal(10, 3))),
        pl.DataFrame(COLUMNS).with_columns(pl.col("date").cast(pl.String), pl.col("people").cast(pl.UInt8)),
        pandas_frame(),
        COLUMNS,
    ],
    ids=["polars", "lazy", "datetime-float", "categorical-decimal", "texts", "pandas", "dict"],
)
def test_frames_become_the_same_table(frame: Any) -> None:
    folder = folder_from_frames(rulebook(), UNIT_FRAME, {"activity": frame})
    table = folder.datasets["activity"]
    assert table.frame.drop("filer", "_file", "_row").rows() == EXPECTED
    assert table.frame["_row"].to_list() == [1, 2]
    assert [(file.path, file.rows, len(file.sha256)) for file in folder.inputs] == [
        ("records/activity", 2, 64),
        ("units", 6, 64),
    ]


def test_a_register_may_be_given_and_the_hash_tells_frames_apart() -> None:
    register = read_register(UNIT_FRAME)
    hashes = [
        folder_from_frames(rulebook(), register, {"activity": pl.DataFrame(COLUMNS).head(count)}).inputs[0].sha256
        for count in (2, 1, 2)
    ]
    assert hashes[0] == hashes[2] != hashes[1]


@pytest.mark.parametrize(
    ("column", "values", "code"),
    [
        ("people", [12.5, 40.0], "records.not-a-whole-number"),
        ("cost", [0.1 + 0.2, None], "records.too-many-decimals"),
        ("cost", [float("nan"), None], "records.not-a-number"),
        ("date", [datetime(2025, 1, 5, 8, 30), None], "records.not-a-date"),
        ("form", [["lecture"], ["sport"]], "records.column-type"),
    ],
)
def test_frames_are_refused_like_files(column: str, values: list[Any], code: str) -> None:
    frame = pl.DataFrame(COLUMNS).with_columns(pl.Series(column, values))
    with pytest.raises(InputError) as caught:
        folder_from_frames(rulebook(), UNIT_FRAME, {"activity": frame})
    assert caught.value.problems[0].code == code


def test_a_frame_of_no_table_and_a_thing_that_is_no_frame() -> None:
    with pytest.raises(InputError, match="did you mean “activity”"):
        folder_from_frames(rulebook(), UNIT_FRAME, {"activty": pl.DataFrame(COLUMNS)})
    with pytest.raises(InputError, match="which is no frame"):
        folder_from_frames(rulebook(), UNIT_FRAME, {"activity": object()})


def test_parquet_is_read_by_its_types_and_hashed(tmp_path: Path) -> None:
    base = write(tmp_path, {"records/x": ""})
    (base / "records/x").unlink()
    pl.DataFrame(COLUMNS).write_parquet(base / "records/activity.parquet")
    folder = read_folder(base, rulebook())
    assert folder.datasets["activity"].frame.drop("filer", "_file", "_row").rows() == EXPECTED
    (base / "records/activity.parquet").write_bytes(b"PAR1 and then nothing that is Parquet PAR1")
    with pytest.raises(InputError, match="the Parquet file cannot be read"):
        read_folder(base, rulebook())

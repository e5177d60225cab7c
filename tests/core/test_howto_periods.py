"""The page on periods and missing values: its rule book loads and scores as the page says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import polars as pl

import shuping
from shuping.rulebook.gaps import MissingPeriod, MissingPolicy

PAGE = Path(__file__).resolve().parents[2] / "docs" / "howto" / "periods-and-missing.md"
UNITS = "id,name,kind,region,people\na,A,township,hill,40\nb,B,township,hill,\nc,C,township,plain,20\n"


def folder(path: Path) -> Path:
    """Write the page's rule book with a few rows: a has 8 items in ten months and 4 in one, b roads alone."""
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (path / "rulebook.yaml").write_text(text, encoding="utf-8")
    (path / "units.csv").write_text(UNITS, encoding="utf-8")
    (path / "records").mkdir()
    items = [f"a,2025-{month:02d},{4 if month == 2 else 8}" for month in range(1, 12)]
    (path / "records/monthly.csv").write_text("\n".join(["unit,period,items", *items]), encoding="utf-8")
    roads = "unit,period,roads\na,2025-Q1,5\na,2025-Q2,15\na,2025-Q4,30\nb,2025-Q2,40\n"
    (path / "records/progress.csv").write_text(roads, encoding="utf-8")
    return path


def test_the_rule_book_of_the_page_scores_as_the_page_says(tmp_path: Path) -> None:
    result = shuping.score(shuping.read(folder(tmp_path)))
    points = {
        (row["unit"], row["criterion"]): None if row["points"] is None else str(row["points"].normalize())
        for row in result.scores.iter_rows(named=True)
    }
    # a: (10 x 1 + 0.5 + 0) / 12 of 40 = 35; roads 30 of 40, 15 of 20;
    # quarters 5, 10, (the second's again), 15 -> 0.1 x 10 + 0.2 x 20 + 0.3 x 20 + 0.4 x 20 = 19; 40 of 50 people: 16
    assert [points["a", name] for name in ("publicity", "roads_year", "roads_quarters", "building", "service")] == [
        "35", "15", "19", "34", "16",
    ]  # fmt: skip
    # b: no items: zero in each month; its second quarter's total covers the first too, so no quarter is known alone:
    # half of the branch is there, half is asked for, 20 of 20 count for 40; people as a, the only other in the hills
    assert [points["b", name] for name in ("publicity", "roads_year", "roads_quarters", "building", "service")] == [
        "0", "2E+1", None, "4E+1", "16",
    ]  # fmt: skip
    totals = dict(result.standing.select("unit", pl.col("total").cast(pl.String)).iter_rows())
    # c: zero of 40 for its months, 8 of 20 for its people, nothing of its roads: the branch is missing, 8 of 60 for 100
    assert totals == {"a": "85.00", "b": "56.00", "c": "13.33"}


def test_the_page_names_every_policy() -> None:
    text = PAGE.read_text(encoding="utf-8")
    missing = [word for kind in (MissingPolicy, MissingPeriod) for word in get_args(kind) if f"`{word}`" not in text]
    assert [word for word in missing if f"policy: {word}" not in text] == []

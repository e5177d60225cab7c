"""The page on comparing years: its rule book and its table of successors do what the page says."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import polars as pl

import shuping

PAGE = Path(__file__).resolve().parents[2] / "docs" / "howto" / "compare-years.md"
SPEC = Path(__file__).resolve().parents[1] / "spec" / "successors_merge_split"


def block(kind: str) -> str:
    (text,) = re.findall(rf"```{kind}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return str(text)


def test_the_frames_of_the_page(tmp_path: Path) -> None:
    """Roads 10 and 20 in 2022: 24 is 14/10 of the way, 84 points of 60, at most 80. Waste of 2023, last of all six."""
    head = 'format: 1\nrulebook: y\nversion: "1"\ntitle: Y\ngroups: {all: {kind: t}}\n'
    asked = "{period: year, unique: [unit], fields: {roads: {type: number}, waste: {type: number}}}"
    measures = "roads: {from: f, value: sum(roads)}, waste: {from: f, value: sum(waste), direction: lower}"
    text = f"{head}datasets: {{f: {asked}}}\nmeasures: {{{measures}}}\n{block('yaml')}"
    (tmp_path / "rulebook.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "units.csv").write_text("id,name,kind\na,A,t\nb,B,t\n", encoding="utf-8")
    (tmp_path / "records").mkdir()
    rows = "a,2022,10,5\nb,2022,20,4\na,2023,15,9\nb,2023,24,3\na,2024,9,2\nb,2024,20,1\n"
    (tmp_path / "records" / "f.csv").write_text("unit,period,roads,waste\n" + rows, encoding="utf-8")
    scores = shuping.score(shuping.read(tmp_path)).scores
    found = {
        tuple(row[:3]): float(row[3]) for row in scores.select("period", "unit", "criterion", "points").iter_rows()
    }
    assert found["2023", "b", "roads_index"] == 80
    assert found["2023", "a", "roads_index"] == 30
    assert found["2024", "a", "roads_index"] == 0
    assert found["2023", "a", "waste_index"] == round(40 / 6, 4)
    assert found["2024", "b", "waste_index"] == 40


def test_the_successors_of_the_page(tmp_path: Path) -> None:
    shutil.copytree(SPEC, tmp_path / "f")
    (tmp_path / "f" / "successors.csv").write_text(block("text"), encoding="utf-8")
    rows = shuping.score(shuping.read(tmp_path / "f")).standing.filter(pl.col("unit") == "C")
    assert rows["previous_note"].to_list() == ["restated: 0.6 × A + 0.4 × B"]

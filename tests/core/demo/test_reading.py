"""The county's folder is read whole: every row accepted, as many as the files have."""

from __future__ import annotations

from pathlib import Path

from shuping.demo import write_county
from shuping.records.reading import read_folder
from shuping.rulebook.load import load


def test_every_row_is_accepted(tmp_path: Path) -> None:
    write_county(tmp_path)
    folder = read_folder(tmp_path, load(tmp_path / "rulebook.yaml"))
    assert folder.rejected == ()
    tables = {**folder.datasets, **folder.surveys, **folder.panels}
    paths = [*tmp_path.glob("records/*.csv"), *tmp_path.glob("surveys/*.csv"), *tmp_path.glob("marks/*.csv")]
    assert {name: table.frame.height for name, table in tables.items()} == {
        path.stem: len(path.read_text(encoding="utf-8").splitlines()) - 1 for path in paths
    }
    assert len(folder.register) == len((tmp_path / "units.csv").read_text(encoding="utf-8").splitlines()) - 1

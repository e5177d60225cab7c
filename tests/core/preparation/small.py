"""A small folder whose measures are attributes of its units, so that a table of figures is all there is to read."""

from __future__ import annotations

import csv
from pathlib import Path

import shuping

HEAD = """format: 1
rulebook: small
version: "1"
title: Small
rounding: {places: 4}
"""
GROUPS = "groups: {towns: {kind: town}, bureaus: {kind: bureau}}\n"


def folder(path: Path, figures: str, book: str, groups: str = GROUPS) -> shuping.Folder:
    """Write and read a folder. ``figures``: a table with ``id``, ``kind`` and one column a measure, ``-`` for none."""
    lines = [line.split() for line in figures.strip().splitlines()]
    cells = [["" if cell == "-" else cell for cell in line] for line in lines]
    header = ["id", "name", *cells[0][1:]]
    with (path / "units.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *([line[0], line[0].upper(), *line[1:]] for line in cells[1:])])
    when = "" if "periods:" in groups else 'periods: ["2025"]\n'
    (path / "rulebook.yaml").write_text(HEAD + when + groups + book, encoding="utf-8")
    return shuping.read(path)


def value_points(*names: str) -> str:
    """Criteria that score each measure by its own value, so that points show what scoring was given."""
    lines = [
        f"  - {{id: c_{name}, points: 100, measure: {name}, method: {{ratio_uncapped: {{target: 100}}}}}}"
        for name in names
    ]
    return "missing: rescale\ncriteria:\n" + "\n".join(lines) + "\n"


def points(result: shuping.Result, criterion: str) -> dict[str, str | None]:
    """Return a criterion's points by unit, as the trace shows them without trailing zeros."""
    rows = result.trace.select("unit", "criterion", "points").iter_rows()
    return {
        unit: None if shown is None else shown.rstrip("0").rstrip(".") if "." in shown else shown
        for unit, name, shown in rows
        if name == criterion
    }


def record(result: shuping.Result) -> list[tuple[str | None, ...]]:
    """Return unit, measure, step and reason of every change."""
    return list(result.prepared.select("unit", "measure", "step", "reason").iter_rows())

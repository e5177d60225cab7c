"""From a folder to every file that comes of it: the order of rows is nothing, and a void paper is one more void paper.

The folder has everything that people judge: two ballots (one of places), a panel with trims, absences, conflicts and
severity, a measure made of a ballot, and rank intervals drawn over votes and reviewers.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import shuping
from shuping.panelling import Judgement, judge
from shuping.second_look import screen

BOOK = """format: 1
rulebook: judged
version: "1"
title: Judged
periods: ["2025"]
groups: {towns: {kind: town}}
ballots:
  vote:
    options: {good: 100, fair: 60, unfit: 0, unknown: abstain}
    items: {work: {}, style: {}}
    groups: {A: 0.4, B: 0.6}
    void: {several_marks: ballot, all_same: ballot}
    min_valid: 1
  order: {kind: ranks, groups: {A: 1}, min_valid: 1}
panels:
  review:
    items: {plan: {points: 60, reason_below: 10}, deed: {points: 40}}
    groups: {leaders: 0.4, peers: 0.6}
    trim: {high: 1, low: 1, when_over: 3}
    severity: {min_units: 3, min_reviewers: 3}
measures:
  unfit: {ballot: {id: vote, output: share, options: [unfit]}}
criteria:
  - {id: opinion, points: 30, ballot: {id: vote}}
  - {id: style, points: 10, ballot: {id: vote, output: item, item: style}}
  - {id: order, points: 10, ballot: {id: order, output: pairwise}}
  - {id: panel, points: 40, panel: {id: review}}
  - {id: unfit, points: 10, measure: unfit, method: {band_table: {bands: [{from: 20%, points: 0}, {points: 10}]}}}
grades: {good: {share: 30%}, fair: {}}
tiebreak: [opinion, unfit]
uncertainty: {draws: 200, seed: 7, vary: {panels: bootstrap, ballots: bootstrap}}
"""
TOWNS = [f"t{number}" for number in range(9)]
Tables = dict[str, list[str]]


def tables(chance: random.Random) -> Tables:
    """Make every table of the folder: its heading first, then its rows."""
    votes, order, marks = (
        ["ballot,group,unit,item,mark"],
        ["ballot,group,unit,mark"],
        ["reviewer,group,unit,item,mark,reason"],
    )
    for paper in range(14):
        for unit in TOWNS:
            for item in ("work", "style"):
                mark = chance.choice(
                    ["good", "good", "fair", "unfit", "unknown", "", "fair;good" if paper == 3 else "good"]
                )
                votes.append(f"{paper},{'A' if paper < 6 else 'B'},{unit},{item},{mark}")
    for paper in range(7):
        places = list(range(1, len(TOWNS) + 1))
        chance.shuffle(places)
        order += [f"k{paper},A,{unit},{place}" for unit, place in zip(TOWNS, places, strict=True)]
    for reviewer in range(10):
        for unit in TOWNS:
            if chance.random() < 0.8 and f"t{reviewer}" != unit:
                group = "leaders" if reviewer < 4 else "peers"
                marks += [
                    f"r{reviewer},{group},{unit},plan,{chance.randint(8, 60)},said",
                    f"r{reviewer},{group},{unit},deed,{chance.randint(0, 40)},",
                ]
    reviewers = [
        f"r{number},{'leaders' if number < 4 else 'peers'},{f't{number}' if number < 9 else ''}" for number in range(10)
    ]
    return {
        "units.csv": ["id,name,kind", *(f"{unit},{unit.upper()},town" for unit in TOWNS)],
        "ballots/vote.csv": votes,
        "ballots/order.csv": order,
        "marks/review.csv": marks,
        "reviewers/review.csv": ["reviewer,group,unit", *reviewers],
        "turnout/vote.csv": ["group,eligible,issued", "A,9,8", "B,12,12"],
    }


def written(base: Path, given: Tables) -> Path:
    for name, lines in given.items():
        (base / name).parent.mkdir(parents=True, exist_ok=True)
        (base / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    (base / "rulebook.yaml").write_text(BOOK, encoding="utf-8")
    return base


def files(folder: Path) -> dict[str, bytes]:
    """Score the folder and return the tables of the result, byte by byte; the manifest, which names inputs, apart."""
    shuping.score(shuping.read(folder)).write(folder / "out", documents=False)
    return {
        path.relative_to(folder / "out").as_posix(): path.read_bytes()
        for path in sorted((folder / "out").rglob("*"))
        if path.suffix in (".csv", ".parquet")
    }


def frames(judged: Judgement) -> Iterator[tuple[str, pl.DataFrame]]:
    for view in (*judged.ballots, *judged.panels):
        for name, found in vars(view).items():
            inner = vars(found) if hasattr(found, "reviewers") else {name: found}
            yield from ((f"{view.id}.{key}", one) for key, one in inner.items() if isinstance(one, pl.DataFrame))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_rows_changes_no_byte(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    given = tables(chance)
    shuffled = {name: [lines[0], *chance.sample(lines[1:], len(lines) - 1)] for name, lines in given.items()}
    assert all(shuffled[name] != lines for name, lines in given.items() if len(lines) > 3)
    one, other = written(tmp_path / "one", given), written(tmp_path / "other", shuffled)
    before = files(one)
    assert {"standing.csv", "scores.csv", "measures.csv", "trace.parquet", "uncertainty.csv", "ahead.csv"} <= set(
        before
    )
    assert files(other) == before
    read = [shuping.read(folder) for folder in (one, other)]
    tables_of = [dict(frames(judge(folder))) for folder in read]
    assert len(tables_of[0]) > 8
    for name, found in tables_of[0].items():
        assert found.equals(tables_of[1][name]), name
    assert screen(read[0]) == screen(read[1])


VOID = {
    "several marks": ["v,B,{unit},{item},good;fair"],
    "all alike": ["v,B,{unit},{item},unfit"],
}


@pytest.mark.parametrize("kind", VOID)
def test_a_void_paper_changes_no_figure_but_the_count_of_void_ones(tmp_path: Path, kind: str) -> None:
    given = tables(random.Random(5))
    lines = [row.format(unit=unit, item=item) for row in VOID[kind] for unit in TOWNS for item in ("work", "style")]
    more = {**given, "ballots/vote.csv": [*given["ballots/vote.csv"], *lines]}
    one, other = written(tmp_path / "one", given), written(tmp_path / "other", more)
    assert files(other) == files(one)
    sheets: list[Any] = [dict(frames(judge(shuping.read(folder)))) for folder in (one, other)]
    changed = ["returned", "void", "void_in_group"]
    for name, found in sheets[0].items():
        same = [column for column in found.columns if column not in changed and not column.startswith("void")]
        assert found.select(same).equals(sheets[1][name].select(same)), name
    before, after = (found["vote.sheet"].filter(group="B") for found in sheets)
    assert (after["void"] - before["void"]).unique().to_list() == [1]
    assert (after["returned"] - before["returned"]).unique().to_list() == [1]

"""A late correction of one period leaves the figures of the others as they were, to the byte.

One folder with months and the year, scored before and after March of one unit is corrected. The rule book has each way
in which months meet: figures of a month, running totals, criteria scored by month, and a month that is carried on.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from pathlib import Path

import polars as pl
import pytest

import shuping
from shuping.scoring.result import Result

MONTHS = ("2025-01", "2025-02", "2025-03", "2025-04", "2025-05")
BOOK = """
format: 1
rulebook: corrected
version: "1"
title: {zh: 更正, en: Corrected}
periods: ["2025-01", "2025-02", "2025-03", "2025-04", "2025-05", "2025"]
groups: {towns: {kind: town}}
missing: rescale
datasets:
  visits: {period: month, unique: [unit], fields: {done: {type: integer}, late: {type: integer, required: false}}}
  progress: {period: month, unique: [unit], fields: {built: {type: number, places: 1}}}
measures:
  done: {from: visits, value: sum(done)}
  late: {from: visits, value: sum(late), direction: lower}
  built: {from: progress, value: sum(built), cumulative: true}
  so_far: {from: progress, value: sum(built), cumulative: true, window: to_date}
criteria:
  - {id: best, points: 30, measure: done, method: minmax}
  - {id: added, points: 10, measure: built, method: {ratio_capped: {target: 40}}}
  - {id: reached, points: 10, measure: so_far, method: {ratio_capped: {target: 100}}}
  - {id: monthly, points: 20, each: month, measure: done, method: {ratio_capped: {target: 20}}}
  - {id: carried, points: 30, each: month, missing_period: carry, measure: late, method: {deduct_to_zero: {each: 3}}}
tiebreak: [best]
"""
VISITS = {"A": (("10", "1"), ("14", "2"), ("12", "3"), ("16", ""), ("18", "0")), "B": (("8", "0"),) * 5}
PROGRESS = {"A": ("10", "30", "55", "70", "100"), "B": ("20", "40", "60", "80", "100")}


def folder(place: Path, done: str = "12", late: str = "3", built: str = "55") -> Path:
    """Write the folder; the arguments are A's figures of March."""
    (place / "records").mkdir(parents=True)
    (place / "rulebook.yaml").write_text(BOOK, encoding="utf-8")
    (place / "units.csv").write_text("id,name,kind\nA,甲,town\nB,乙,town\nC,丙,town\n", encoding="utf-8")
    visits = {**VISITS, "A": (*VISITS["A"][:2], (done, late), *VISITS["A"][3:]), "C": (("9", "1"),) * 5}
    progress = {**PROGRESS, "A": (*PROGRESS["A"][:2], built, *PROGRESS["A"][3:]), "C": PROGRESS["B"]}
    rows = [f"{unit},{month},{','.join(row)}" for unit, own in visits.items() for month, row in zip(MONTHS, own)]  # noqa: B905
    (place / "records" / "visits.csv").write_text("\n".join(["unit,period,done,late", *rows]) + "\n", encoding="utf-8")
    rows = [f"{unit},{month},{total}" for unit, own in progress.items() for month, total in zip(MONTHS, own)]  # noqa: B905
    (place / "records" / "progress.csv").write_text("\n".join(["unit,period,built", *rows]) + "\n", encoding="utf-8")
    return place


@cache
def scored(place: Path, period: str) -> Result:
    return shuping.score(shuping.read(place), period)


def bytes_of(result: Result, criteria: tuple[str, ...] = ()) -> list[str]:
    """Return every frame as it is written; with ``criteria`` only their rows of the scores."""
    if criteria:
        return [result.scores.filter(pl.col("criterion").is_in(criteria)).write_csv()]
    frames = (result.standing, result.scores, result.measures, result.trace, result.findings)
    return [frame.write_csv() for frame in (*frames[:3], frames[3].drop("files", strict=False), frames[4])]


def points(result: Result, criterion: str, unit: str = "A") -> Fraction:
    row = result.trace.filter((pl.col("criterion") == criterion) & (pl.col("unit") == unit))
    return Fraction(row["points_exact"][0])


def worked(result: Result, criterion: str, unit: str = "A") -> str:
    return str(result.trace.filter((pl.col("criterion") == criterion) & (pl.col("unit") == unit))["substituted"][0])


@pytest.mark.parametrize("month", [month for month in MONTHS if month != "2025-03"])
def test_other_months_are_the_same_to_the_byte(tmp_path: Path, month: str) -> None:
    before, after = folder(tmp_path / "before"), folder(tmp_path / "after", done="20", late="5")
    assert bytes_of(scored(before, month)) == bytes_of(scored(after, month))
    assert bytes_of(scored(before, "2025-03")) != bytes_of(scored(after, "2025-03"))


def test_months_scored_together_are_the_same_but_for_the_change_since_march(tmp_path: Path) -> None:
    before, after = folder(tmp_path / "before"), folder(tmp_path / "after", done="20", late="5")
    results = [shuping.score(shuping.read(place)) for place in (before, after)]
    since = ("previous_total", "previous_rank", "change", "rank_change")
    for month in MONTHS:
        standing, scores, measures = (
            [getattr(result, name).filter(pl.col("period") == month) for result in results]
            for name in ("standing", "scores", "measures")
        )
        same = [frame.drop(since) if month == "2025-04" else frame for frame in standing]
        for one, other in (same, scores, measures):
            assert (one.write_csv() == other.write_csv()) == (month != "2025-03"), month


def test_a_corrected_running_total_moves_its_month_and_what_the_next_one_adds(tmp_path: Path) -> None:
    """A's totals 10, 30, 55, 70, 100 with March corrected to 62: March adds 32 instead of 25, April 8 instead of 15:
    April's own total of 70 stands. Nothing is summed twice: the year has 100, and so has May, as before.
    """
    before, after = folder(tmp_path / "before"), folder(tmp_path / "after", built="62")
    for month in ("2025-01", "2025-02", "2025-05"):
        assert bytes_of(scored(before, month)) == bytes_of(scored(after, month))
    assert bytes_of(scored(before, "2025-04"), ("reached",)) == bytes_of(scored(after, "2025-04"), ("reached",))
    assert bytes_of(scored(before, "2025"), ("added", "reached")) == bytes_of(
        scored(after, "2025"), ("added", "reached")
    )
    added = [[points(scored(place, month), "added") * 4 for month in MONTHS] for place in (before, after)]
    assert added == [[10, 20, 25, 15, 30], [10, 20, 32, 8, 30]]


def test_the_year_of_monthly_points_moves_by_that_month_alone(tmp_path: Path) -> None:
    """20 x (10 + 14 + 12 + 16 + 18)/(5 x 20) = 14; with 20 in March 15.6. Every other month's points stand where they
    did, and units that were not corrected have the same points.
    """
    before, after = folder(tmp_path / "before"), folder(tmp_path / "after", done="20")
    assert [points(scored(place, "2025"), "monthly") for place in (before, after)] == [14, Fraction("15.6")]
    one, other = (worked(scored(place, "2025"), "monthly") for place in (before, after))
    assert one.replace("12", "20", 1) == other or one.count("12") == 1
    for unit in ("B", "C"):
        for criterion in ("added", "reached", "monthly", "carried"):
            same = [worked(scored(place, "2025"), criterion, unit) for place in (before, after)]
            assert same[0] == same[1]


def test_a_carried_month_follows_the_month_it_is_carried_from_and_no_other(tmp_path: Path) -> None:
    """Late answers 1, 2, 3, none filed, 0, at 3 points of 30 each: 27, 24, 21, carried 21, 30, and May's 30 is carried
    over the seven months to come: (27 + 24 + 21 + 21 + 8 x 30)/12 = 27.75. March corrected to 5: 15, and April, which
    has only March's, 15 too: (27 + 24 + 15 + 15 + 240)/12 = 26.75.
    """
    before, after = folder(tmp_path / "before"), folder(tmp_path / "after", late="5")
    assert [points(scored(place, "2025"), "carried") for place in (before, after)] == [
        Fraction("27.75"),
        Fraction("26.75"),
    ]
    assert [points(scored(after, month), "carried") for month in ("2025-01", "2025-02", "2025-05")] == [27, 24, 30]

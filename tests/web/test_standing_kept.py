"""What is kept of a standing between two changes never shows: the same folder, the same score, to the last digit."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from threading import Thread
from typing import Any

import polars as pl
import pytest
from django.test import Client
from polars.testing import assert_frame_equal

import shuping
from shuping.errors import InputError
from shuping.measures.remembered import Remembered
from shuping_web.cycles.adapters import parsed
from shuping_web.filing.actions import check_record, file_record, withdraw_record
from shuping_web.filing.adapters import Row, folder_of, others_of
from shuping_web.filing.models import Record
from shuping_web.filing.queries import register, rows_of
from shuping_web.ledger.actions import record as write_event
from shuping_web.people.actions import System
from shuping_web.results.kept import Given, LastOf, folder_reusing
from shuping_web.results.queries import scoring_of
from tests.web.conftest import BOOK, NOW, World
from tests.web.matrix.claims import ADJUSTED
from tests.web.matrix.filing import filed

TWO = parsed(ADJUSTED)
UNITS: Sequence[Mapping[str, Any]] = [
    {"code": code, "name": code, "name_en": code, "kind": "town", "parent": "", "valid_from": None, "valid_to": None,
     "attributes": {}} for code in ("east", "west", "north")
]  # fmt: skip

TABLES = (
    ("targets", "targets", "unit,period,measure,value\neast,2025,people,400\n"),
    ("decisions", "decisions", "unit,period,grade,reason,document\nwest,2025,fair,Late twice.,12\n"),
)


def drawn(draws: random.Random, number: int) -> Row:
    values = {"date": f"2025-0{draws.randint(1, 9)}-11", "form": "talk", "people": str(draws.randint(1, 500))}
    return Row(draws.choice(["east", "west", "north"]), "", values, number)


def fresh(given: Given) -> Any:
    return folder_of(given.rulebook, given.units, given.records, others_of(given.tables))


def same_folder(one: Any, other: Any, remembered: Remembered | None = None) -> None:
    """The folders are the same, and so is what they score, with what is ``remembered`` of the one."""
    assert list(one.datasets) == list(other.datasets)
    for name, table in one.datasets.items():
        assert_frame_equal(table.frame, other.datasets[name].frame)
        assert table.files == other.datasets[name].files
    assert (one.inputs, one.rejected) == (other.inputs, other.rejected)
    first, second = shuping.score(one, "2025", remembered=remembered), shuping.score(other, "2025")
    for frame in ("standing", "scores", "measures", "trace", "findings", "prepared"):
        assert_frame_equal(getattr(first, frame), getattr(second, frame))


@pytest.mark.parametrize("seed", range(6))
def test_a_folder_of_which_datasets_are_used_again_is_the_folder_made_anew(seed: int) -> None:
    draws = random.Random(seed)
    rows = {"activity": [drawn(draws, number) for number in range(8)], "award": [], "weak_report": []}
    remembered = Remembered()
    for step in range(8):
        name = draws.choice(["activity", "award", "weak_report"])
        before = rows[name]
        change = draws.choice(["add", "change", "remove", "nothing"])
        if name == "activity" and change == "add":
            before = [*before, drawn(draws, 100 + step)]
        elif change == "add":
            date = {"award": "issued", "weak_report": "date"}[name]
            more = {
                "award": {"tier": "city", "matter": str(step), "document": "1"},
                "weak_report": {"loss": "5", "reason": "Late."},
            }
            before = [*before, Row("west", "", {date: "2025-04-01", **more[name]}, 100 + step)]
        elif before and change == "change":
            before = [before[0]._replace(unit=draws.choice(["east", "west"])), *before[1:]]
        elif change == "remove":
            before = before[1:]
        rows = {**rows, name: before}
        units = UNITS if step % 3 else [*UNITS[:2], {**UNITS[2], "name": f"north {step}"}]
        given = Given(TWO, units, rows, TABLES if step // 2 % 2 else (), "2025")
        same_folder(folder_reusing(given), fresh(given), remembered)


def test_a_fault_is_told_each_time_and_gone_when_it_is_put_right() -> None:
    good = {"activity": [drawn(random.Random(1), 1)]}
    wrong = {"activity": [good["activity"][0]._replace(values={"date": "never", "form": "talk", "people": "3"})]}
    book = parsed(BOOK)
    for records in (good, wrong, wrong, good):
        given = Given(book, UNITS, records, (), "2025")
        if records is wrong:
            with pytest.raises(InputError, match="never"):
                folder_reusing(given)
        else:
            same_folder(folder_reusing(given), fresh(given))


def test_one_thread_makes_it_and_the_others_wait() -> None:
    given, made, found = Given(TWO, UNITS, {}, (), "2025"), [], []
    kept: LastOf[object] = LastOf()

    def make(_last: object) -> object:
        made.append(1)
        return object()

    threads = [Thread(target=lambda: found.append(kept.get("one", given, make))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(made), len(found), len(set(map(id, found)))) == (1, 8, 1)


def test_the_standing_changes_with_the_records_and_with_nothing_else(
    world: World, client_of: Callable[[str], Client]
) -> None:
    number = filed(world)
    first = scoring_of(world.cycle)
    client_of("east").get("/")
    write_event(by=System(), action="signed_in", subject="account:somebody", at=NOW)
    record = Record.objects.get(pk=number)
    check_record(
        cycle=world.cycle, record=record, accept=True, reason="", version=1, by=world.people["checker"], at=NOW
    )
    assert scoring_of(world.cycle) is first  # nothing that counts is otherwise
    values = {"date": "2025-04-01", "form": "sport", "people": "20"}
    other = file_record(
        cycle=world.cycle, dataset="activity", unit=world.units["west"], period="", values=values,
        submission=world.people["west"].key, by=world.people["west"], at=NOW,
    )  # fmt: skip
    second = scoring_of(world.cycle)
    assert second is not first
    withdraw_record(cycle=world.cycle, record=other, version=1, by=world.people["west"], at=NOW)
    third = scoring_of(world.cycle)
    for scoring in (second, third):
        assert scoring.result.standing.height == 2
    assert_frame_equal(third.result.standing, first.result.standing)
    book = parsed(BOOK)
    anew = shuping.score(folder_of(book, register(), rows_of(book, accepted_only=False)), "2025")
    assert_frame_equal(third.result.standing, anew.standing)
    totals = dict(second.result.standing.select("unit", pl.col("total").cast(pl.String)).iter_rows())
    assert totals["east"].startswith("100")  # one event each; 317 people against 20: 40 + 60 * 20 / 317
    assert totals["west"].startswith("43.79")


def test_a_record_set_scored_in_between_does_not_make_the_standing_anew() -> None:
    draws = random.Random(7)
    awards = [Row("west", "", {"issued": "2025-04-01", "tier": "city", "matter": "1", "document": "1"}, 9)]
    records = {"activity": [drawn(draws, 1)], "award": awards}
    first = folder_reusing(Given(TWO, UNITS, records, (), "2025"))
    folder_reusing(Given(TWO, UNITS, {"activity": [drawn(draws, 2)]}, (), "2025", frozen=True))
    second = folder_reusing(Given(TWO, UNITS, {**records, "activity": [drawn(draws, 3)]}, (), "2025"))
    assert second.datasets["award"] is first.datasets["award"]

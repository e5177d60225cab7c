"""What may stand only once is said once, by the library: the site's own look at keys finds what reading all rows as one
table finds, and what came in while many rows were made ready is found in their turn.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from shuping_web.cycles.actions import add_rulebook, open_cycle
from shuping_web.cycles.adapters import parsed
from shuping_web.cycles.models import Cycle
from shuping_web.filing import table_actions
from shuping_web.filing.actions import change_record, file_record, withdraw_record
from shuping_web.filing.adapters import Row, keys_of, look, repeats, written
from shuping_web.filing.models import Record
from shuping_web.filing.table_actions import NewRow, file_rows
from shuping_web.ledger.models import Event
from shuping_web.ledger.queries import head, verify
from shuping_web.people.actions import System
from tests.web.conftest import BOOK, NOW, UNITS, World
from tests.web.test_races import ONCE

KEY = "[date, form, people, share, done, note]"
KEYED = BOOK.replace(
    "people: {type: integer, min: 1,",
    """share: {type: number, places: 2, required: false}
      done: {type: flag, required: false}
      note: {type: text, required: false}
      village: {type: unit, required: false}
      people: {type: integer, min: 1, required: false,""",
)
KEYED = KEYED.replace('checks: ["people <= 500"]', f"unique: {KEY}").replace(
    "unique: [date, form,", "unique: [village, date, form,"
)
ROWS = st.lists(
    st.builds(
        lambda unit, **values: Row(unit, "", {name: text for name, text in values.items() if text}),
        unit=st.sampled_from(["east", "west"]),
        date=st.sampled_from(["2025-03-01", "2025-03-02"]),
        form=st.sampled_from(["talk", "sport"]),
        people=st.sampled_from(["", "1", "1.0", "01", "2"]),
        share=st.sampled_from(["", "0.5", "0.50", ".5", "+0.5", "0.51"]),
        done=st.sampled_from(["", "true", "false"]),
        note=st.sampled_from(["", "a", "a ", "A"]),
        village=st.sampled_from(["", "east-1", "east"]),
    ),
    min_size=1,
    max_size=40,
)
REGISTER = [
    {
        "code": unit.code, "name": unit.name, "name_en": unit.name_en, "kind": unit.kind, "parent": unit.parent or "",
        "valid_from": None, "valid_to": None, "attributes": {},
    }
    for unit in UNITS
]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, share=st.integers(0, 40))
def test_keys_find_what_one_table_finds(rows: list[Row], share: int) -> None:
    book = parsed(KEYED)
    spec = book.datasets["activity"]
    keep = ("village", "date", "form", "people", "share", "done", "note")
    rows = [
        row if at % 3 else Row(row.unit, "", {n: row.values.get(n) or D[n] for n in keep})
        for at, row in enumerate(rows)
    ]
    standing, new = rows[:share], rows[share:]
    if not new:
        return
    looked = look(book, REGISTER, "activity", written(new, spec, "new"), standing)
    problems = [[problem for found in one.problems.values() for problem in found] for one in looked.rows]
    assert {problem.code for found in problems for problem in found} <= {"records.duplicate-row"}
    by_table = [at for at, found in enumerate(problems) if found]
    there = {key for key in keys_of(spec, standing) if key is not None}
    assert repeats(keys_of(spec, new), there) == by_table


D = {
    "village": "east", "date": "2025-03-01", "form": "talk", "people": "1", "share": "0.5", "done": "true", "note": "a"
}  # fmt: skip
"""A whole row, so that some rows have all that their key needs."""


def test_a_figure_is_one_figure_however_it_is_written() -> None:
    spec = parsed(KEYED).datasets["activity"]
    rows = [Row("east", "", {**D, "share": text}) for text in ("0.5", "0.50", ".5", "0.51")]
    assert repeats(keys_of(spec, rows)) == [1, 2]
    assert keys_of(spec, [Row("east", "", {**D, "note": ""})]) == [None]  # nobody knows what stands there


def test_a_dataset_without_a_key_has_no_repeats() -> None:
    spec = parsed(BOOK).datasets["activity"]
    row = Row("east", "", {"date": "2025-03-01", "form": "talk", "people": "1"})
    assert keys_of(spec, [row, row]) == [None, None]
    assert repeats([None, None]) == []


# ---------------------------------------------------------------- while many rows are made ready


@pytest.fixture
def once(world: World) -> Cycle:
    """A cycle of whose dataset a day and a form may stand once a unit."""
    book = add_rulebook(text=ONCE, reason="", by=System(), at=NOW)
    return open_cycle(rulebook=book, period="2025", filing_until=date(2099, 12, 20), by=System(), at=NOW)


def values(day: int) -> dict[str, str]:
    return {"date": f"2025-03-{day:02d}", "form": "talk", "people": "5"}


def one(world: World, cycle: Cycle, day: int) -> Record:
    return file_record(
        cycle=cycle, dataset="event_once", unit=world.units["east"], period="", values=values(day),
        submission=uuid4(), by=world.people["east"], at=NOW,
    )  # fmt: skip


def many(world: World, cycle: Cycle, monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], Any]) -> int:
    """File days 1 to 20, while somebody else does something before their turn has come."""
    real = table_actions._file_ready

    def late(**ready: Any) -> int:
        before = head()
        meanwhile()
        assert head() != before  # it did not have to wait
        return real(**ready)

    monkeypatch.setattr(table_actions, "_file_ready", late)
    rows = [NewRow(world.units["east"], "", values(day)) for day in range(1, 21)]
    return file_rows(
        cycle=cycle, dataset="event_once", rows=rows, submission=uuid4(), by=world.people["east"], at=NOW
    )  # fmt: skip


def test_what_came_in_meanwhile_is_found_in_turn(world: World, once: Cycle, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValidationError, match="2025-03-07"):
        many(world, once, monkeypatch, lambda: one(world, once, 7))
    assert Record.objects.count() == 1  # all or nothing


def test_what_was_changed_meanwhile_is_found_in_turn(
    world: World, once: Cycle, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = one(world, once, 25)
    by = world.people["east"]
    with pytest.raises(ValidationError, match="2025-03-07"):
        many(world, once, monkeypatch, lambda: change_record(
            cycle=once, record=there, period="", values=values(7), version=1, by=by, at=NOW
        ))  # fmt: skip
    assert Record.objects.count() == 1


def test_what_was_withdrawn_meanwhile_is_in_nobodys_way(
    world: World, once: Cycle, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = one(world, once, 7)
    by = world.people["east"]
    assert (
        many(world, once, monkeypatch, lambda: withdraw_record(cycle=once, record=there, version=1, by=by, at=NOW))
        == 20
    )
    assert Record.objects.filter(state="filed").count() == 20


def test_rows_in_a_short_turn_are_as_those_filed_one_by_one(world: World, once: Cycle) -> None:
    alone = one(world, once, 28)
    rows = [NewRow(world.units["east"], "", values(day)) for day in (1, 2, 3)]
    by = world.people["east"]
    file_rows(cycle=once, dataset="event_once", rows=rows, submission=uuid4(), by=by, at=NOW)
    assert verify(head()) == []
    together = Record.objects.filter(values__date="2025-03-02").get()
    own = {"id", "submission", "values", "day"}
    fields = [field.attname for field in Record._meta.concrete_fields if field.attname not in own]
    assert [getattr(together, name) for name in fields] == [getattr(alone, name) for name in fields]
    assert (together.day, together.pk > alone.pk) == ("2025-03-02", True)
    events = [Event.objects.get(subject=f"record:{record.pk}") for record in (alone, together)]
    assert [(event.action, event.unit, event.actor) for event in events] == [("record_filed", "east", by.label)] * 2
    assert events[1].data["new"] == values(2)
    next_one = one(world, once, 27)
    assert next_one.pk > Record.objects.exclude(pk=next_one.pk).latest("pk").pk  # keys given out are not given again
    assert connection.in_atomic_block  # of the test, not of what was filed

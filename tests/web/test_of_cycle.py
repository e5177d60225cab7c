"""A cycle counts its own year: another year's records do not show in its numbers, queue, draws, freeze or sets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client

from shuping_web.checking.actions import state_plan
from shuping_web.checking.plans import newly_waiting
from shuping_web.cycles.actions import add_rulebook, open_cycle
from shuping_web.cycles.models import Cycle
from shuping_web.cycles.queries import book_of
from shuping_web.filing.actions import check_record, file_record, freeze
from shuping_web.filing.models import Record
from shuping_web.filing.of_cycle import in_cycle
from shuping_web.filing.queries import rows_of
from shuping_web.people.actions import System
from tests.web.conftest import BOOK, NOW, World

TWO_YEARS = BOOK.replace('version: "1"', 'version: "2"').replace('["2025"]', '["2024", "2025"]').replace(
    "measures:",
    """  monthly:
    title: {zh: 月报, en: Monthly}
    period: month
    fields: {cases: {type: integer, title: {zh: 件数, en: Cases}}}
measures:""",
)  # fmt: skip
"""The small county over two years, with a monthly figure beside."""


def filed_for(world: World, cycle: Cycle, dataset: str, period: str, values: dict[str, str]) -> Record:
    """File a record of East's in a cycle."""
    return file_record(
        cycle=cycle, dataset=dataset, unit=world.units["east"], period=period, values=values, submission=uuid4(),
        by=world.people["east"], at=NOW,
    )  # fmt: skip


@pytest.fixture
def years(world: World) -> dict[str, Cycle]:
    """Two cycles of one rule book, the later one opened last, and a record of East's in each year and dataset."""
    book = add_rulebook(text=TWO_YEARS, reason="Two years.", by=System(), at=NOW)
    made = {
        year: open_cycle(rulebook=book, period=year, filing_until=date(2099, 12, 20), by=System(), at=NOW)
        for year in ("2024", "2025")
    }
    for year, cycle in made.items():
        for dataset, period, values in (
            ("activity", "", {"date": f"{year}-03-01", "form": "talk", "people": year[-2:]}),
            ("monthly", f"{year}-02", {"cases": "3"}),
        ):
            filed_for(world, cycle, dataset, period, values)
    return made


def years_of(records: object) -> set[str]:
    return {(one.period or one.values["date"])[:4] for one in records}  # type: ignore[attr-defined]


def test_records_are_of_the_cycle_of_their_time(years: dict[str, Cycle]) -> None:
    for year, cycle in years.items():
        assert in_cycle(cycle).count() == 2
        assert years_of(in_cycle(cycle)) == {year}


def test_pages_of_a_cycle_count_its_own_records(
    world: World, years: dict[str, Cycle], client_of: Callable[[str], Client]
) -> None:
    for role, path in (("east", "/"), ("east", "/records/"), ("checker", "/"), ("office", "/freeze/")):
        client = client_of(role)
        for cycle in years.values():
            client.post(f"/cycles/{cycle.pk}/choose/")
            shown = client.get(path).context
            if path == "/freeze/":
                assert (shown["waiting"], shown["accepted"]) == (2, 0)
            elif role == "checker":
                assert shown["waiting"] == 2
            else:
                rows = shown["datasets"] if path == "/" else shown["rows"]
                assert [numbers for _name, _title, numbers in rows] == [{"filed": 1}, {"filed": 1}]


def test_the_queue_and_the_draw_of_a_cycle_hold_its_own_records(
    world: World, years: dict[str, Cycle], client_of: Callable[[str], Client]
) -> None:
    checker = client_of("checker")
    for year, cycle in years.items():
        checker.post(f"/cycles/{cycle.pk}/choose/")
        listed = checker.get("/queue/").context["rows"]
        assert years_of(row[0] for row in listed) == {year}
        plan = state_plan(
            cycle=cycle, dataset="activity", share=Decimal(1), number=None, least_each=0, accept_rest=False,
            most_returned=Decimal(0), seed="dice", reason="All.", by=world.people["office"], at=NOW,
        )  # fmt: skip
        drawn = [one.record for one in newly_waiting(plan)]
        assert years_of(Record.objects.filter(pk__in=drawn)) == {year}


def test_what_waits_for_another_year_does_not_keep_a_cycle_from_being_frozen(
    world: World, years: dict[str, Cycle]
) -> None:
    for record in in_cycle(years["2024"]):
        check_record(
            cycle=years["2024"], record=record, accept=True, reason="", version=1, by=world.people["checker"], at=NOW
        )
    kept = freeze(cycle=years["2024"], by=world.people["office"], at=NOW)
    assert {name: len(rows) for name, rows in kept.content["records"].items()} == {"activity": 1, "monthly": 1}


def test_a_cycle_scores_its_time_and_what_came_before(years: dict[str, Cycle]) -> None:
    for year, seen in (("2024", {"2024"}), ("2025", {"2024", "2025"})):
        rows = rows_of(book_of(years[year]), accepted_only=False, until=year)
        found = {(row.period or str(row.values["date"]))[:4] for of_dataset in rows.values() for row in of_dataset}
        assert found == seen


def test_the_list_of_a_dataset_holds_the_cycles_own_unless_all_are_asked_for(
    world: World, years: dict[str, Cycle], client_of: Callable[[str], Client]
) -> None:
    east = client_of("east")
    for year, cycle in years.items():
        east.post(f"/cycles/{cycle.pk}/choose/")
        for dataset in ("activity", "monthly"):
            listed = east.get(f"/records/{dataset}/").context["rows"]
            assert years_of(row.record for row in listed) == {year}
            every = east.get(f"/records/{dataset}/?period=any").context["rows"]
            assert years_of(row.record for row in every) == {"2024", "2025"}
        assert len(east.get("/records/monthly/?period=2024-02").context["rows"]) == 1
        file = b"".join(east.get("/records/activity/?format=csv").streaming_content)  # type: ignore[arg-type]
        assert file.decode("utf-8-sig").count("-03-01") == 1

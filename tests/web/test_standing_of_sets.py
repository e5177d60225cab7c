"""The standing on a record set that was kept, an interim one too: what the library makes of the same rows as files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client

import shuping
from shuping_web.filing.actions import check_record, file_record, freeze
from shuping_web.filing.models import Record
from tests.web.conftest import NOW, World, folder


def accepted(world: World, unit: str, people: str) -> Record:
    values = {"date": "2025-03-01", "form": "talk", "people": people}
    made = file_record(
        cycle=world.cycle, dataset="activity", unit=world.units[unit], period="", values=values, submission=uuid4(),
        by=world.people[unit], at=NOW,
    )  # fmt: skip
    return check_record(
        cycle=world.cycle, record=made, accept=True, reason="", version=1, by=world.people["checker"], at=NOW
    )


@pytest.fixture
def kept(world: World) -> World:
    """An interim set of two rows, and two rows more since."""
    accepted(world, "east", "10")
    accepted(world, "west", "40")
    freeze(cycle=world.cycle, by=world.people["office"], at=NOW, name="Half-way 317", interim=True)
    accepted(world, "east", "300")
    accepted(world, "east", "20")
    return world


def totals(client: Client, address: str) -> dict[str, str | None]:
    return {row.unit: row.total for group in client.get(address).context["groups"] for row in group.rows}


def of_files(tmp_path: Path, rows: str) -> dict[str, str]:
    standing = shuping.score(shuping.read(folder(tmp_path, rows)), "2025").standing
    return {unit: str(total) for unit, total in standing.select("unit", "total").iter_rows()}


def test_an_interim_set_is_scored_as_the_same_rows_in_files(
    kept: World, client_of: Callable[[str], Client], tmp_path: Path
) -> None:
    office = client_of("office")
    rows = "unit,date,form,people\neast,2025-03-01,talk,10\nwest,2025-03-01,talk,40\n"
    assert totals(office, "/standing/?set=1") == of_files(tmp_path / "then", rows)
    more = rows + "east,2025-03-01,talk,300\neast,2025-03-01,talk,20\n"
    assert totals(office, "/standing/") == of_files(tmp_path / "now", more)
    assert totals(office, "/standing/?set=") != totals(office, "/standing/?set=1")


def test_the_way_down_stays_with_the_set(kept: World, client_of: Callable[[str], Client]) -> None:
    office = client_of("office")
    page = office.get("/standing/?set=1").content.decode()
    assert "It was kept while filing went on" in page
    assert "Half-way 317" in page
    assert 'href="/standing/east/?set=1"' in page
    unit = office.get("/standing/east/?set=1").content.decode()
    assert 'href="/standing/east/people/?set=1"' in unit
    assert 'href="/standing/west/?set=1"' in unit
    behind = office.get("/standing/east/people/?set=1")
    assert [len(table.rows) for table, _page in behind.context["tables"]] == [1]
    assert "From record set 1" in behind.content.decode()
    assert '?set=1"' in office.get("/frozen/1/").content.decode()
    assert office.get("/standing/?set=1&format=csv")["Content-Disposition"].count("1.csv") == 1


@pytest.mark.parametrize("number", ["2", "0", "x", "²", "9" * 30, "-1"])
def test_a_set_that_is_not_there_has_no_standing(number: str, kept: World, client_of: Callable[[str], Client]) -> None:
    office = client_of("office")
    for path in ("/standing/", "/standing/east/", "/standing/east/people/"):
        assert office.get(path, {"set": number}).status_code == 404


def test_nobody_else_reads_it(kept: World, client_of: Callable[[str], Client]) -> None:
    for role in ("east", "checker", "auditor", "observer", "admin"):
        assert client_of(role).get("/standing/?set=1").status_code == 404

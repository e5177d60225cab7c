"""The standing on screen, and the way from a total down to the records it rests on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import polars as pl
import pytest
from django.test import Client

import shuping
from shuping.demo import write_county
from shuping_web.filing.actions import file_record
from shuping_web.filing.adapters import Row
from shuping_web.filing.models import Record
from shuping_web.results.adapters import Scoring, lines
from tests.web.conftest import NOW, World


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Scoring:
    """The demonstration county, scored by the library from its files, with the rows as they stand there."""
    path: Path = tmp_path_factory.mktemp("county") / "county"
    write_county(path)
    folder = shuping.read(path)
    rows: dict[str, list[Row]] = {}
    for file in sorted((path / "records").glob("*.csv")):
        frame = pl.read_csv(file, infer_schema=False)
        for number, row in enumerate(frame.iter_rows(named=True), start=1):
            values = {key: value for key, value in row.items() if key not in ("unit", "period") and value is not None}
            rows.setdefault(file.stem, []).append(Row(row["unit"], row.get("period") or "", values, number))
    return Scoring(shuping.score(folder, "2025"), folder.rulebook, rows)


def test_as_many_records_are_shown_as_were_counted(county: Scoring) -> None:
    compared = 0
    for group in county.groups("zh"):
        for place in group.rows:
            page = county.unit(place.unit, "zh")
            assert page is not None
            assert page.total is not None
            for line in lines(page.total):
                assert line.opens == bool(county.behind(place.unit, line.criterion)), line.criterion
                if line.records is None or not line.opens:
                    continue
                found = county.behind(place.unit, line.criterion)
                assert len(found) == 1, line.criterion
                assert len(found[0].rows) == line.records, (place.unit, line.criterion)
                compared += 1
    assert compared > 300


def test_places_are_the_librarys_own(county: Scoring) -> None:
    standing = county.result.standing
    for group in county.groups("en"):
        shown = {row.unit: (row.rank, row.total) for row in group.rows}
        given = standing.filter(pl.col("group") == group.id).select("unit", "rank", "total").iter_rows()
        assert shown == {unit: (rank, None if total is None else str(total)) for unit, rank, total in given}


@pytest.mark.broken_ledger
def test_names_are_escaped_and_drawings_are_not(world: World, client_of: Callable[[str], Client]) -> None:
    world.units["east"].name_en = "<b>East</b>"
    world.units["east"].save()
    page = client_of("office").get("/standing/").content.decode()
    assert "&lt;b&gt;East&lt;/b&gt;" in page
    assert "<b>East" not in page
    assert '<svg class="dots"' in page
    assert "style=" not in page


def test_a_long_standing_shows_one_group_at_a_time(
    world: World, client_of: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shuping_web.results.views.MANY", 1)
    office = client_of("office")
    found = [office.get(f"/standing/?page={number}").content.decode() for number in (1, 2)]
    units = [[code for code in ("east", "west") if f"/standing/{code}/" in page] for page in found]
    assert sorted(units) == [["east"], ["west"]]
    assert 'aria-current="true"' in found[0]
    assert "(2)" in found[0]  # units of the group, whatever the page shows of them
    assert found[0] != office.get("/standing/?group=nothing&page=9").content.decode()  # the first group, its last page
    files = [b"".join(office.get(f"/standing/?format=csv&page={number}")) for number in (1, 2)]
    assert files[0] == files[1]
    assert files[0].decode().count("\n") == 3  # the head and both units


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_from_the_standing_to_the_record(language: str, world: World, client_of: Callable[[str], Client]) -> None:
    values = {"date": "2025-03-01", "form": "talk", "people": "317"}
    for unit in ("east", "east-1", "west"):
        file_record(
            cycle=world.cycle, dataset="activity", unit=world.units[unit], period="", values=values,
            submission=uuid4(), by=world.people["west" if unit == "west" else "east"], at=NOW,
        )  # fmt: skip
    office = client_of("office")
    office.post("/language/", {"language": language})
    assert 'href="/standing/east/"' in office.get("/standing/").content.decode()
    assert 'href="/standing/east/events/"' in office.get("/standing/east/").content.decode()
    page = office.get("/standing/east/events/").content.decode()
    for record in Record.objects.all():
        assert (f'href="/record/{record.pk}/"' in page) == (record.unit.code != "west")
    assert ("讲座" if language == "zh-hans" else "Talk") in page


def test_the_last_day_of_the_period_counts(world: World, client_of: Callable[[str], Client]) -> None:
    for day, people in (("2025-03-01", "11"), ("2025-12-31", "12")):
        file_record(
            cycle=world.cycle, dataset="activity", unit=world.units["east"], period="",
            values={"date": day, "form": "talk", "people": people}, submission=uuid4(), by=world.people["east"], at=NOW,
        )  # fmt: skip
    page = client_of("office").get("/standing/east/people/").content.decode()
    assert page.count("<tr>") == 3  # the head and both days of 2025, the last one included

"""Mergers and who filed for whom go out with a folder and come back: the same standing, the same history of units."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import transaction

import shuping
from shuping.records import csv_bytes
from shuping_web.cycles.actions import add_rulebook, open_cycle
from shuping_web.cycles.adapters import with_mergers
from shuping_web.cycles.models import Cycle
from shuping_web.filing.actions import file_record, freeze
from shuping_web.filing.models import Record, State
from shuping_web.filing.queries import editable
from shuping_web.folders.actions import hand_out, take_in
from shuping_web.folders.adapters import read_path, unpacked
from shuping_web.ledger.models import Event
from shuping_web.people.actions import System, add_account, add_units, give_role
from shuping_web.people.adapters import RegisteredUnit
from shuping_web.people.models import Account, Unit
from shuping_web.people.permissions import Role
from shuping_web.people.queries import successor_rows
from shuping_web.people.unit_actions import NewUnit, merge_units, split_unit
from shuping_web.people.unit_actions import Split as SplitInto
from shuping_web.results import queries as results
from shuping_web.site.audit import invariants
from tests.web.conftest import BOOK, NOW, UNITS
from tests.web.test_folders import unzipped

DAY, UNTIL = date(2025, 1, 1), date(2099, 12, 20)
TWO_YEARS = BOOK.replace('periods: ["2025"]', 'periods: ["2024", "2025"]').replace(
    "measures: {",
    "  visit: {filed_by: county, title: {zh: 走访, en: Visits}, fields: {date: {type: date}}}\nmeasures: {",
)
ROWS = (("east", "2024-03-01", "40"), ("west", "2024-04-01", "70"), ("south", "2024-05-01", "90"),
        ("centre", "2025-03-01", "80"), ("south-a", "2025-03-02", "60"), ("south-b", "2025-04-02", "30"))  # fmt: skip


def site() -> Cycle:
    """A site on which two towns merged and one was split, with records of both years; the county filed the visits."""
    south = RegisteredUnit("south", "南镇", "South", "town", "county", None, None, {})
    add_units([*UNITS, south], by=System(), at=NOW)
    units = {unit.code: unit for unit in Unit.objects.all()}
    merge_units(shares={"east": "0.6", "west": "2/5"}, into=NewUnit("centre", "中镇", "Centre", "town"), day=DAY,
                by=System(), at=NOW)  # fmt: skip
    split_unit(unit=units["south"], day=DAY, by=System(), at=NOW,
               split=SplitInto([NewUnit(f"south-{one}", one, one, "town") for one in "ab"]))  # fmt: skip
    units = {unit.code: unit for unit in Unit.objects.all()}
    filer = add_account(username="filer", name="Filer", password=None, by=System(), at=NOW)
    give_role(account=filer, role=Role.FILER, unit=units["county"], by=System(), at=NOW)
    book = add_rulebook(text=TWO_YEARS, reason="", by=System(), at=NOW)
    cycle = open_cycle(rulebook=book, period="2025", filing_until=UNTIL, by=System(), at=NOW)
    for code, day, people in ROWS:
        values = {"date": day, "form": "talk", "people": people}
        _file(cycle, "activity", units[code], values, filer)
        _file(cycle, "visit", units[code], {"date": day}, filer)
    return cycle


def _file(cycle: Cycle, dataset: str, unit: Unit, values: Mapping[str, str], by: Account) -> None:
    file_record(cycle=cycle, dataset=dataset, unit=unit, period="", values=values, submission=uuid4(), by=by, at=NOW)


def standing(cycle: Cycle) -> bytes:
    results._scoring.cache_clear()
    return csv_bytes(results.scoring_of(cycle).result.standing)


def register() -> list[tuple[object, ...]]:
    columns = ("code", "name", "kind", "parent__code", "valid_from", "valid_to")
    return list(Unit.objects.order_by("code").values_list(*columns))


@pytest.fixture
def clerk(db: None) -> Account:
    return add_account(username="clerk", name="Clerk", password=None, by=System(), at=NOW)


@pytest.mark.parametrize("frozen", [False, True], ids=["open", "frozen"])
def test_out_and_in_again(clerk: Account, frozen: bool) -> None:
    with transaction.atomic():
        cycle = site()
        if frozen:
            Record.objects.update(state=State.ACCEPTED)
            freeze(cycle=cycle, by=clerk, at=NOW)
            cycle.refresh_from_db()
        content = hand_out(cycle=cycle, by=clerk, at=NOW)
        before = standing(cycle), register(), successor_rows()
        transaction.set_rollback(True)
    assert not Unit.objects.exists()
    again = take_in(folder=unpacked(content, "site.zip"), period="2025", until=UNTIL, by=clerk, at=NOW)
    assert (standing(again), register(), successor_rows()) == before
    assert successor_rows()[0] == ("east", "centre", DAY, "0.6")
    told = Event.objects.filter(action="units_merged", subject="unit:centre").get()
    assert told.data["before"] == {"east": "0.6", "west": "2/5"}
    assert {finding.en: finding.wrong for finding in invariants() if finding.wrong} == {}
    assert hand_out(cycle=again, by=clerk, at=NOW) == content


def test_the_library_scores_the_folder_as_the_site_does(clerk: Account, tmp_path: Path) -> None:
    cycle = site()
    out = unzipped(hand_out(cycle=cycle, by=clerk, at=NOW), tmp_path / "out")
    assert csv_bytes(shuping.score(shuping.read(out), "2025").standing) == standing(cycle)
    assert (out / "successors.csv").read_text(encoding="utf-8-sig").splitlines() == [
        "from,to,period,share", "east,centre,2025-01-01,0.6", "south,south-a,2025-01-01,1",
        "south,south-b,2025-01-01,1", "west,centre,2025-01-01,2/5",
    ]  # fmt: skip
    both = shuping.score(shuping.read(out), ["2024", "2025"]).standing
    notes = dict(both.filter(period="2025").select("unit", "previous_note").iter_rows())
    assert notes == {
        "centre": "restated: 0.6 × east + 0.4 × west", "south-a": "restated: south", "south-b": "restated: south",
    }  # fmt: skip


def test_who_filed_for_others_goes_out_and_comes_back(clerk: Account) -> None:
    with transaction.atomic():
        content = hand_out(cycle=site(), by=clerk, at=NOW)
        transaction.set_rollback(True)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        visits = archive.read("records/visit.csv").decode("utf-8-sig").splitlines()
        assert archive.read("records/activity.csv").decode("utf-8-sig").startswith("unit,date,")
    assert visits[0] == "unit,filer,date"
    assert visits[1] == "centre,county,2025-03-01"
    take_in(folder=unpacked(content, "site.zip"), period="2025", until=UNTIL, by=clerk, at=NOW)
    assert {*Record.objects.filter(dataset="visit").values_list("filer__code", flat=True)} == {"county"}
    assert {*Record.objects.filter(dataset="activity").values_list("filer__code", flat=True)} == {None}
    town = add_account(username="town", name="Town", password=None, by=System(), at=NOW)
    give_role(account=town, role=Role.FILER, unit=Unit.objects.get(code="centre"), by=System(), at=NOW)
    mine = editable(town, NOW.date())
    assert {*mine.values_list("dataset", flat=True)} == {"activity"}  # what the county filed, it alone changes


def test_a_cycles_own_table_goes_before_the_tree() -> None:
    table = "from,to,period,share\na,c,2024,0.5\nb,c,2024,0.5\n"
    rows = [("a", "c", "2025-01-01", "0.6"), ("b", "c", "2025-01-01", "0.4"), ("d", "e", "2025-01-01", "1")]
    assert with_mergers(table, rows) == table + "d,e,2025-01-01,1\n"
    assert with_mergers("from,to,period\na,c,2024\n", rows[2:]) == "from,to,period,share\na,c,2024,\nd,e,2025-01-01,1\n"


def test_a_second_merger_into_the_same_unit_stays_in_the_table(clerk: Account, tmp_path: Path) -> None:
    """The site keeps one origin of a unit; what came later still counts, from the table of the cycle."""
    with transaction.atomic():
        content = hand_out(cycle=site(), by=clerk, at=NOW)
        transaction.set_rollback(True)
    out = unzipped(content, tmp_path / "out")
    with (out / "successors.csv").open("a", encoding="utf-8") as file:
        file.write("centre,centre,2025-07-01,0.9\nsouth-b,centre,2025-07-01,0.1\n")
    cycle = take_in(folder=read_path(out), period="2025", until=UNTIL, by=clerk, at=NOW)
    assert len(successor_rows()) == 4
    assert csv_bytes(shuping.score(shuping.read(out), "2025").standing) == standing(cycle)

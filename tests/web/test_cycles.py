"""Rule books looked at and kept, stages in time, deadlines that filing honours, several cycles at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shuping_web.cycles.actions import Span, add_rulebook, move_cycle, open_cycle, set_dates
from shuping_web.cycles.calendar_actions import allow_later, end_later
from shuping_web.cycles.changes import changes, lines
from shuping_web.cycles.models import Cycle, LaterDeadline, RulebookVersion, SpecialDay, StageDates, Step
from shuping_web.cycles.queries import deadline_of, timeline
from shuping_web.filing.actions import change_record, check_record, file_record, freeze
from shuping_web.filing.models import Record
from shuping_web.ledger.models import Event
from shuping_web.people.actions import System
from tests.web.conftest import BOOK, NOW, World

SignedIn = Callable[[str], Client]
SECOND = (
    BOOK.replace('version: "1"', 'version: "2"').replace("points: 40", "points: 30").replace("points: 60", "points: 70")
)
VALUES = {"date": "2025-03-01", "form": "talk", "people": "40"}


def filed(world: World, who: str = "east", at: datetime = NOW) -> Record:
    return file_record(
        cycle=world.cycle, dataset="activity", unit=world.units[who], period="", values=VALUES, submission=uuid4(),
        by=world.people["east"], at=at,
    )  # fmt: skip


def until(world: World, day: date) -> None:
    set_dates(cycle=world.cycle, dates={Step.FILING: Span(None, day)}, reason="Now.", by=System(), at=NOW)
    world.cycle.refresh_from_db()


# --- rule books


def test_every_problem_of_a_rule_book_is_said_with_its_place(world: World, client_of: SignedIn) -> None:
    wrong = SECOND.replace("points: 30", "points: thirty").replace("measure: people", "measure: poeple")
    places = [
        (number, line) for number, line in enumerate(wrong.splitlines(), 1) if "thirty" in line or "poeple" in line
    ]
    for sent in ({"text": wrong}, {"file": SimpleUploadedFile("book.yaml", wrong.encode())}):
        page = client_of("office").post("/rulebooks/add/", {**sent, "decision": "keep", "reason": "Try."})
        said = page.context["problems"]
        assert [one.line for one in said] == [number for number, _line in places]
        assert all(one.column and one.column > 1 for one in said)
        text = page.content.decode()
        assert f"Line {places[0][0]}, column" in text
        assert "measure: poeple" in text  # what was typed or chosen stands in the form
    client = client_of("office")
    client.post("/language/", {"language": "zh-hans"})
    assert f"第 {places[0][0]} 行" in client.post("/rulebooks/add/", {"text": wrong}).content.decode()
    assert RulebookVersion.objects.count() == 1


def test_a_rule_book_is_looked_at_before_it_is_kept(world: World, client_of: SignedIn) -> None:
    office = client_of("office")
    page = office.post("/rulebooks/add/", {"text": SECOND.replace("\n", "\r\n"), "decision": "look", "reason": ""})
    assert page.status_code == 200
    assert RulebookVersion.objects.count() == 1
    found = [one for one in page.context["changes"] if one.part == "criteria"]
    assert [(one.name, one.key, one.before, one.after) for one in found] == [
        ("events", "points", "40", "30"), ("people", "points", "60", "70"),
    ]  # fmt: skip
    assert page.context["sections"]
    again = office.post("/rulebooks/add/", {"text": SECOND, "decision": "keep", "reason": " "})
    assert list(again.context["form"].errors) == ["reason"]
    kept = office.post("/rulebooks/add/", {"text": SECOND, "decision": "keep", "reason": "Meetings count less."})
    made = RulebookVersion.objects.get(version="2")
    assert kept.url == f"/rulebooks/{made.pk}/"
    assert made.text == SECOND
    other = office.post("/rulebooks/add/", {"text": SECOND + "\n# other", "decision": "keep", "reason": "Again."})
    assert list(other.context["form"].errors) == ["text"]
    shown = office.get(f"/rulebooks/{made.pk}/changes/").content.decode()
    assert "Meetings count less." in shown
    assert office.get(f"/rulebooks/{made.pk}/text/").content.decode() == SECOND


def test_a_kept_version_never_changes(world: World) -> None:
    version = RulebookVersion.objects.get()
    version.text = SECOND
    with pytest.raises(TypeError):
        version.save()
    with pytest.raises(TypeError):
        version.delete()


def test_the_rules_are_read_by_all_and_hold_no_markup_of_the_file(world: World, client_of: SignedIn) -> None:
    evil = BOOK.replace('version: "1"', 'version: "3"').replace("en: Events}", "en: '<script>alert(1)</script>'}")
    made = add_rulebook(text=evil, reason="Try.", by=System(), at=NOW)
    page = client_of("office").get(f"/rulebooks/{made.pk}/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert client_of("observer").get(f"/rulebooks/{made.pk}/").status_code == 404  # no cycle uses it
    own = client_of("observer").get(f"/rulebooks/{world.cycle.rulebook_id}/").content.decode()
    assert "Small county" in own
    assert "SH2" not in own  # what the linter says is for the office


def test_changes_follow_what_was_added_removed_moved() -> None:
    new = BOOK.replace("points: 40, ", "points: 40.0, ").replace("max", "max")
    assert changes(BOOK, new, "en") == []  # 40 and 40.0 are the same
    field = "      people: {type: integer, min: 1, title: {zh: 人次, en: People}}\n"
    more = field + "      place: {type: text, required: false}\n"
    found = changes(BOOK, BOOK.replace(field, more), "en")
    assert [(one.kind, one.part, one.name, one.title, one.key) for one in found] == [
        ("added", "datasets", "activity", "Activities", "fields.place")
    ]
    back = changes(BOOK.replace(field, more), BOOK, "en")
    assert [(one.kind, one.before) for one in back] == [("removed", '{"type": "text", "required": "false"}')]
    kinds = [line.kind for line in lines(BOOK, BOOK.replace(field, more))]
    assert kinds.count("added") == 1
    assert "removed" not in kinds


# --- stages, deadlines


def test_filing_ends_with_the_last_day_where_the_organisation_is(world: World) -> None:
    until(world, date(2025, 11, 30))
    end = deadline_of(world.cycle, world.units["east"], NOW)
    assert end == datetime(2025, 11, 30, 16, 0, tzinfo=UTC)  # midnight in Shanghai, by hand
    filed(world, at=end - timedelta(seconds=1))
    with pytest.raises(ValidationError, match="2025-11-30"):
        filed(world, at=end)


def test_a_deadline_that_passed_while_the_form_was_open(world: World, client_of: SignedIn) -> None:
    east = client_of("east")
    assert east.get("/records/activity/new/").status_code == 200
    until(world, date(2025, 11, 30))  # the clock of this test stands a year later
    sent = {"submission": str(uuid4()), "unit": world.units["east"].pk, "f_date": "2025-03-01", "f_form": "talk"}
    page = east.post("/records/activity/new/", {**sent, "f_people": "321"})
    assert page.status_code == 200
    text = page.content.decode()
    assert "Filing ended on 2025-11-30" in text
    assert 'value="321"' in text
    assert not Record.objects.exists()


def test_one_unit_may_file_later_with_all_below_it(world: World) -> None:
    until(world, date(2025, 11, 30))
    late = datetime(2025, 12, 2, 4, 0, tzinfo=UTC)
    office = world.people["office"]
    given = allow_later(
        cycle=world.cycle, unit=world.units["east"], until=date(2025, 12, 3), reason="Flood.", by=office, at=NOW
    )
    filed(world, "east", late)
    filed(world, "east-1", late)
    with pytest.raises(ValidationError):
        filed(world, "west", late)
    with pytest.raises(ValidationError):
        filed(world, "east", late + timedelta(days=2))  # it has expired
    end_later(exception=given, by=office, at=late)
    with pytest.raises(ValidationError):
        filed(world, "east", late)
    event = Event.objects.get(action="later_deadline_given")
    assert (event.actor, event.unit, event.data["reason"]) == (office.label, "east", "Flood.")
    for wrong in ({"reason": " ", "until": date(2025, 12, 3)}, {"reason": "x", "until": date(2025, 11, 30)}):
        with pytest.raises(ValidationError):
            allow_later(cycle=world.cycle, unit=world.units["east"], by=office, at=NOW, **wrong)  # type: ignore[arg-type]


def test_what_was_returned_may_be_put_right_until_checking_ends(world: World) -> None:
    record = filed(world)
    days = {Step.FILING: Span(None, date(2025, 11, 30)), Step.CHECKING: Span(date(2025, 12, 1), date(2025, 12, 10))}
    set_dates(cycle=world.cycle, dates=days, reason="Now.", by=System(), at=NOW)
    world.cycle.refresh_from_db()
    moved = move_cycle(cycle=world.cycle, step=Step.CHECKING, reason="", by=System(), at=NOW)
    at = datetime(2025, 12, 5, tzinfo=UTC)
    args = {"cycle": moved, "period": "", "values": {**VALUES, "people": "41"}, "by": world.people["east"]}
    with pytest.raises(ValidationError):
        change_record(record=record, version=1, at=at, **args)  # type: ignore[arg-type]
    check_record(cycle=moved, record=record, accept=False, reason="41?", version=1, by=world.people["checker"], at=at)
    with pytest.raises(ValidationError, match="2025-12-10"):
        change_record(record=record, version=1, at=at + timedelta(days=6), **args)  # type: ignore[arg-type]
    assert change_record(record=record, version=1, at=at, **args).version == 2  # type: ignore[arg-type]
    with pytest.raises(ValidationError):
        filed(world, at=at)


def test_a_cycle_moves_from_stage_to_stage(world: World, client_of: SignedIn) -> None:
    office, at = client_of("office"), f"/cycles/{world.cycle.pk}/move/"
    assert office.post(at, {"step": "meeting"}).status_code == 302
    page = office.post(at, {"step": "notice"})
    assert "Freeze the accepted records first" in page.content.decode()
    assert list(office.post(at, {"step": "filing", "reason": " "}).context["form"].errors) == ["reason"]
    freeze(cycle=world.cycle, by=world.people["office"], at=NOW)
    assert office.post(at, {"step": "notice"}).status_code == 302
    assert office.post(at, {"step": "meeting", "reason": "The list was wrong."}).status_code == 302
    moves = Event.objects.filter(action="cycle_moved").order_by("number")
    assert [(event.data["old"], event.data["new"]) for event in moves] == [
        ("filing", "meeting"), ("meeting", "notice"), ("notice", "meeting"),
    ]  # fmt: skip


def test_a_cycle_is_opened_with_days_or_working_days(world: World, client_of: SignedIn) -> None:
    office, at = client_of("office"), f"/rulebooks/{world.cycle.rulebook_id}/open/"
    sent = {"name": "Mid-year", "period": "2025", "filing_first": "2025-09-01", "filing_last": "2025-09-26",
            "checking_first": "2025-09-27", "checking_days": "5"}  # fmt: skip
    # 27 September 2025 is a Saturday, 28 a make-up day, 1-8 October free: 28, 29, 30 September, 9, 10 October
    assert office.post(at, sent).status_code == 302
    made = Cycle.objects.get(name="Mid-year")
    assert StageDates.objects.get(cycle=made, step="checking").last_day == date(2025, 10, 10)
    assert made.filing_until == date(2025, 9, 26)
    wrong = {**sent, "checking_first": "2025-08-01", "meeting_first": "2025-10-20", "meeting_last": "2025-10-19"}
    page = office.post(at, {**wrong, "period": "1999"})
    assert list(page.context["form"].errors) == ["period"]
    assert 'value="Mid-year"' in page.content.decode()
    found = office.post(at, wrong).context["form"].errors
    assert sorted(found) == ["checking_first", "meeting_last"]
    none = office.post(at, {"name": "", "period": "2025", "checking_days": "5"}).context["form"].errors
    assert sorted(none) == ["checking_first", "filing_last"]


def test_the_timeline_says_what_is_left(world: World) -> None:
    days = {
        Step.FILING: Span(date(2025, 9, 1), date(2025, 9, 30)),
        Step.CHECKING: Span(date(2025, 10, 9), date(2025, 10, 16)),
    }
    set_dates(cycle=world.cycle, dates=days, reason="Now.", by=System(), at=NOW)
    world.cycle.refresh_from_db()
    found = {one.step: one for one in timeline(world.cycle, date(2025, 9, 26))}
    filing, checking = found[Step.FILING], found[Step.CHECKING]
    # Friday 26 September: 28 (made up), 29, 30 are left, four days of the calendar
    assert (filing.state, filing.left, filing.working_left) == ("now", 4, 3)
    # 9 to 16 October: 9, 10, 11 (made up), 13, 14, 15, 16
    assert (checking.state, checking.working, checking.starts_in) == ("ahead", 7, 13)
    assert found[Step.MEETING].last_day is None


# --- several cycles


def test_each_session_chooses_its_cycle(world: World, client_of: SignedIn) -> None:
    second = add_rulebook(text=SECOND, reason="Second.", by=System(), at=NOW)
    later = NOW + timedelta(days=1)
    other = open_cycle(
        rulebook=second, period="2025", filing_until=date(2099, 1, 1), name="The other one", by=System(), at=later
    )
    east, office = client_of("east"), client_of("office")
    assert east.get("/").context["cycle"] == other  # by default the one opened last
    assert east.post(f"/cycles/{world.cycle.pk}/choose/").status_code == 302
    assert east.get("/").context["cycle"] == world.cycle
    assert office.get("/").context["cycle"] == other
    assert east.post("/cycles/999999/choose/").status_code == 404
    listed = east.get("/cycles/?q=other").content.decode()
    assert "The other one" in listed


# --- the calendar


def test_the_offices_own_days_go_before_the_country(world: World, client_of: SignedIn) -> None:
    office = client_of("office")
    assert office.get("/calendar/?after=2025-09-26&number=1").context["counted"] == date(2025, 9, 28)
    sent = {"day": "2025-09-28", "works": "no", "reason": "Notice 7."}
    assert office.post("/calendar/", sent).status_code == 302
    assert office.get("/calendar/?after=2025-09-26&number=1").context["counted"] == date(2025, 9, 29)
    assert list(office.post("/calendar/", sent).context["form"].errors) == ["day"]
    assert list(office.post("/calendar/", {**sent, "day": "soon"}).context["form"].errors) == ["day"]
    assert office.post(f"/calendar/{SpecialDay.objects.get().pk}/take-back/").status_code == 302
    assert office.post("/calendar/country/", {"country": "GB"}).status_code == 302
    assert office.get("/calendar/?after=2025-09-26&number=1").context["counted"] == date(2025, 9, 29)  # no make-up day
    office.post("/calendar/country/", {"country": "??"})
    done = list(Event.objects.filter(subject="calendar").values_list("action", flat=True))
    assert done == ["day_declared", "day_taken_back", "calendar_set"]


@pytest.mark.parametrize("path", ["/cycles/", "/rulebooks/", "/cycles/{}/"])
def test_a_list_asks_no_more_for_more_rows(path: str, world: World, client_of: SignedIn) -> None:
    client = client_of("office")

    def more(number: int) -> None:
        if path == "/cycles/{}/":
            LaterDeadline.objects.create(
                cycle=world.cycle, unit=world.units["west"], until=date(2100, 1, 1), reason="x", given_by="x",
                given_at=NOW,
            )  # fmt: skip
            return
        text = SECOND.replace('"2"', f'"{number}"').replace("rulebook: small", f"rulebook: small{number}")
        version = add_rulebook(text=text, reason="", by=System(), at=NOW)
        open_cycle(rulebook=version, period="2025", filing_until=date(2099, 1, 1), by=System(), at=NOW)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path.format(world.cycle.pk)).status_code == 200
        return len(captured)

    more(100)
    first = queries()
    for number in range(101, 150):
        more(number)
    assert queries() == first

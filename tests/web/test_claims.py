"""Claims for bonus, judged deductions and vetoes: who decides, what counts, and that site and folder agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

import shuping
from shuping_web.checking.invariants import INVARIANTS
from shuping_web.claims.actions import Moved, change_claim, decide, reply
from shuping_web.claims.actions import claim as make_claim
from shuping_web.claims.models import Claim, State
from shuping_web.claims.queries import alike, claims_for, key_of, to_decide
from shuping_web.cycles.adapters import claimed_as
from shuping_web.cycles.models import Cycle
from shuping_web.filing.actions import change_record, file_record, freeze, withdraw_record
from shuping_web.filing.models import Record
from shuping_web.filing.queries import rows_of
from shuping_web.filing.table_actions import NewRow, file_rows
from shuping_web.ledger.models import Event
from shuping_web.people.actions import System, give_role
from shuping_web.people.permissions import Role
from shuping_web.results.queries import scoring_of
from tests.web.conftest import NOW, World, folder, person
from tests.web.matrix.claims import ADJUSTED, AWARD, adjusted, claimed
from tests.web.test_filing import check, filed

SignedIn = Callable[[str], Client]
LOSS = {"date": "2025-05-01", "loss": "6.5", "reason": "Half of it was last year's."}


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def second(world: World) -> World:
    """The organisation with a second checker."""
    person(world, "checker2", Role.CHECKER, None)
    return world


def step(world: World, claim: Claim, decision: str, who: str, reason: str = "") -> Claim:
    return decide(
        claim=claim, decision=decision, reason=reason, version=Claim.objects.get(pk=claim.pk).version,
        by=world.people[who], at=NOW,
    )  # fmt: skip


def approved(world: World, claim: Claim) -> Claim:
    return step(world, step(world, claim, "check", "checker"), "approve", "office")


def against(world: World, dataset: str, values: dict[str, str], unit: str = "east", by: str = "checker") -> Claim:
    adjusted(world)
    return make_claim(
        cycle=world.cycle, dataset=dataset, unit=world.units[unit], period="", values=values, document="J〔2025〕9",
        issuer="Inspection", reason=values.get("reason", "Two reports were made up."), submission=uuid4(),
        by=world.people[by], at=NOW,
    )  # fmt: skip


def counted(world: World, dataset: str) -> list[dict[str, str]]:
    from shuping_web.cycles.queries import book_of

    return [dict(row.values) for row in rows_of(book_of(world.cycle), accepted_only=False).get(dataset, [])]


def test_the_rule_book_says_what_is_claimed() -> None:
    assert claimed_as(ADJUSTED) == {"award": "bonus", "weak_report": "deduction", "falsified": "veto"}
    # a dataset that a criterion rests on too is filed like any other
    shared = ADJUSTED.replace("measure: people, method", "measure: losses, method")
    assert "weak_report" not in claimed_as(shared)


def test_a_bonus_counts_once_it_is_approved(world: World) -> None:
    claim = claimed(world)
    assert counted(world, "award") == []
    step(world, claim, "check", "checker")
    assert counted(world, "award") == []
    done = step(world, claim, "approve", "office")
    assert counted(world, "award") == [AWARD]
    assert done.record is not None
    assert (done.record.filed_by, done.record.checked_by) == (world.people["east"], world.people["office"])
    words = [event.action for event in Event.objects.filter(subject=f"claim:{claim.pk}").order_by("number")]
    assert words == ["bonus_claimed", "claim_checked", "claim_approved"]
    assert [text for invariant in INVARIANTS for text in invariant()] == []


def test_who_decides(second: World) -> None:
    world = second
    claim = claimed(world)
    for who in ("east", "west", "head", "office", "auditor", "admin", "observer"):
        with pytest.raises(PermissionDenied):
            step(world, claim, "check", who)
    with pytest.raises(PermissionDenied):
        step(world, claim, "approve", "office")  # not before it is checked
    step(world, claim, "check", "checker")
    give_role(account=world.people["checker"], role=Role.OFFICE, unit=None, by=System(), at=NOW)
    with pytest.raises(PermissionDenied):
        step(world, claim, "approve", "checker")  # having checked it
    give_role(account=world.people["office"], role=Role.FILER, unit=world.units["east"], by=System(), at=NOW)
    with pytest.raises(PermissionDenied):
        step(world, claim, "approve", "office")  # of the own unit
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(state=State.APPROVED)  # nor past the actions


def test_returned_put_right_and_checked_anew(world: World) -> None:
    claim = claimed(world)
    with pytest.raises(ValidationError, match="Say why"):
        step(world, claim, "return", "checker", "  ")
    step(world, claim, "return", "checker", "The document is missing a page.")
    again = change_claim(
        claim=claim, period="", values={**AWARD, "tier": "county"}, document="S〔2025〕3", issuer="City", reason="",
        version=2, by=world.people["east"], at=NOW,
    )  # fmt: skip
    assert (again.state, again.checked_by) == (State.CLAIMED, None)
    with pytest.raises(Moved):
        decide(claim=claim, decision="check", reason="", version=2, by=world.people["checker"], at=NOW)
    approved(world, claim)
    assert counted(world, "award") == [{**AWARD, "tier": "county"}]


def test_refused_and_revoked_count_nothing(world: World) -> None:
    step(world, claimed(world), "refuse", "checker", "A plaque is no document.")
    kept = approved(world, claimed(world, matter="Second matter"))
    assert len(counted(world, "award")) == 1
    step(world, kept, "revoke", "office", "The document was withdrawn.")
    assert counted(world, "award") == []
    assert [text for invariant in INVARIANTS for text in invariant()] == []


def test_no_other_way_makes_or_changes_such_a_record(world: World) -> None:
    record = approved(world, claimed(world)).record
    assert record is not None
    east, common = world.people["east"], {"by": world.people["east"], "at": NOW}
    with pytest.raises(ValidationError, match="claimed"):
        file_record(
            cycle=world.cycle, dataset="award", unit=world.units["east"], period="", values=AWARD, submission=uuid4(),
            by=east, at=NOW,
        )  # fmt: skip
    rows = [NewRow(world.units["east"], "", AWARD)]
    with pytest.raises(ValidationError, match="claimed"):
        file_rows(cycle=world.cycle, dataset="award", rows=rows, submission=uuid4(), **common)
    with pytest.raises(ValidationError, match="claimed"):
        change_record(cycle=world.cycle, record=record, period="", values=AWARD, version=1, **common)
    with pytest.raises(ValidationError, match="claimed"):
        withdraw_record(cycle=world.cycle, record=record, version=1, **common)
    assert Record.objects.filter(dataset="award").count() == 1


def test_the_same_document_or_matter_is_shown_and_nobody_elses_to_the_unit(world: World, client_of: SignedIn) -> None:
    first = claimed(world)
    other = claimed(world, "west", document="s [2025] 3", matter="Another")
    assert key_of("Ｓ〔2025〕 3") == key_of("s[2025]3")
    today = NOW.date()
    assert list(alike(first, claims_for(world.people["checker"], today))) == [other]
    assert list(alike(first, claims_for(world.people["east"], today))) == []
    assert "The same document or matter" in client_of("checker").get(f"/claim/{first.pk}/").content.decode()
    assert "The same document or matter" not in client_of("east").get(f"/claim/{first.pk}/").content.decode()
    assert list(to_decide(world.people["checker"], today)) == [first, other]
    assert list(to_decide(world.people["office"], today)) == []


def test_a_deduction_needs_a_reason_a_second_person_and_hears_the_unit(second: World) -> None:
    world = second
    with pytest.raises(ValidationError, match="the unit reads it"):
        against(world, "weak_report", {**LOSS, "reason": " "})
    with pytest.raises(PermissionDenied):
        against(world, "weak_report", LOSS, by="west")
    claim = against(world, "weak_report", LOSS)
    with pytest.raises(PermissionDenied):
        step(world, claim, "confirm", "checker")
    reply(claim=claim, text="It was all of this year.", by=world.people["east"], at=NOW)
    with pytest.raises(PermissionDenied):
        reply(claim=claim, text="West speaks.", by=world.people["west"], at=NOW)
    assert counted(world, "weak_report") == []
    step(world, claim, "confirm", "checker2")
    assert counted(world, "weak_report") == [LOSS]


def test_the_form_keeps_a_loss_within_its_range(world: World, client_of: SignedIn) -> None:
    adjusted(world)
    checker, sent = client_of("checker"), {"f_date": "2025-05-01", "f_reason": "Too thin 317", "unit": ""}
    sent |= {"unit": str(world.units["east"].pk), "submission": str(uuid4())}
    page = checker.post("/claims/new/weak_report/", {**sent, "f_loss": "12"}).content.decode()
    assert 'id="id_f_loss_error"' in page
    assert "10" in page.partition('id="id_f_loss_error"')[2][:400]
    assert "Too thin 317" in page
    assert checker.post("/claims/new/weak_report/", {**sent, "f_loss": "10"}).status_code == 302
    assert Claim.objects.get().reason == "Too thin 317"


def test_a_bonus_without_a_document_is_told_beside_the_field(world: World, client_of: SignedIn) -> None:
    adjusted(world)
    sent = {"f_issued": "2025-03-01", "f_matter": "Rivers", "f_tier": "city", "unit": str(world.units["east"].pk)}
    page = client_of("east").post("/claims/new/award/", {**sent, "submission": str(uuid4())}).content.decode()
    assert 'id="id_f_document_error"' in page
    assert 'id="id_issuer_error"' in page
    assert not Claim.objects.exists()


def test_a_freeze_waits_for_what_is_not_decided(world: World) -> None:
    claim = claimed(world)
    with pytest.raises(ValidationError, match="waits for a decision"):
        freeze(cycle=world.cycle, by=world.people["office"], at=NOW)
    approved(world, claim)
    freeze(cycle=world.cycle, by=world.people["office"], at=NOW)
    world.cycle = Cycle.objects.get(pk=world.cycle.pk)
    with pytest.raises(ValidationError, match="frozen"):
        step(world, claim, "revoke", "office", "Too late.")


@pytest.mark.parametrize("frozen", [False, True])
def test_site_and_folder_give_the_same_totals_and_grades(second: World, tmp_path: Path, frozen: bool) -> None:
    world = adjusted(second)
    check(world, filed(world, "east", people="84"))
    check(world, filed(world, "west", people="42"))
    approved(world, claimed(world))  # city: 3
    approved(world, claimed(world, matter="Schools", tier="county"))  # county: 1
    approved(world, claimed(world, tier="county", document="C〔2025〕8"))  # the same matter: its highest tier stands
    claimed(world, matter="Not approved")
    step(world, Claim.objects.get(values__matter="Not approved"), "refuse", "checker", "No document.")
    step(world, against(world, "weak_report", LOSS), "confirm", "checker2")
    step(world, against(world, "falsified", {"date": "2025-06-01"}), "confirm", "checker2")
    if frozen:
        freeze(cycle=world.cycle, by=world.people["office"], at=NOW)
        world.cycle = Cycle.objects.get(pk=world.cycle.pk)
    place = folder(tmp_path / "small", "unit,date,form,people\neast,2025-03-01,talk,84\nwest,2025-03-01,talk,42\n")
    (place / "rulebook.yaml").write_text(ADJUSTED, encoding="utf-8")
    awards = ["east,2025-03-01,Clean rivers 317,city,S〔2025〕3", "east,2025-03-01,Schools,county,S〔2025〕3"]
    awards += ["east,2025-03-01,Clean rivers 317,county,C〔2025〕8"]
    head = "unit,issued,matter,tier,document"
    (place / "records" / "award.csv").write_text("\n".join([head, *awards]) + "\n", encoding="utf-8")
    loss = "unit,date,loss,reason\neast,2025-05-01,6.5,Half of it was last year's.\n"
    (place / "records" / "weak_report.csv").write_text(loss, encoding="utf-8")
    (place / "records" / "falsified.csv").write_text("unit,date\neast,2025-06-01\n", encoding="utf-8")
    own = shuping.score(shuping.read(place), "2025").standing
    assert scoring_of(world.cycle).result.standing.equals(own)
    rows = {row["unit"]: row for row in own.rows(named=True)}
    # by hand: East 40 + 60 + (3 + 1) - 6.5 and no best grade; West 40 + 30
    assert (str(rows["east"]["total"]), rows["east"]["grade"]) == ("97.50", "fair")
    assert (str(rows["west"]["total"]), rows["west"]["grade"]) == ("70.00", "fair")


def test_the_list_filters_and_asks_as_much_for_one_as_for_fifty(world: World, client_of: SignedIn) -> None:
    office = client_of("office")
    claimed(world)
    office.get("/claims/")
    with CaptureQueriesContext(
        connection,
    ) as one:
        assert "Awards" in office.get("/claims/").content.decode()
    for number in range(49):
        claimed(world, matter=f"Matter {number}", document=f"D{number}")
    with CaptureQueriesContext(connection) as fifty:
        page = office.get("/claims/?kind=bonus&state=claimed&order=unit").content.decode()
    assert len(fifty) == len(one)
    assert page.count("/claim/") == 50
    assert "No claim is like this" in office.get("/claims/?kind=veto").content.decode()


@pytest.mark.parametrize("lang", ["zh-hans", "en"])
def test_pages_speak_both_languages(world: World, client_of: SignedIn, lang: str) -> None:
    number = claimed(world).pk
    checker = client_of("checker")
    checker.post("/language/", {"language": lang, "next": "/"})
    page = checker.get(f"/claim/{number}/").content.decode()
    assert ("初核通过" if lang == "zh-hans" else "Checked, pass it on") in page
    assert ("文号" if lang == "zh-hans" else "Number of the document") in page
    assert checker.get("/claims/?for=me").content.decode().count(f"/claim/{number}/") == 1

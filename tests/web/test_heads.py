"""Heads of days: shown, published, mailed once the office has seen them, and what they are good for later."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from shuping_web.history.head_actions import mail_head
from shuping_web.history.heads import LOOKED_AT, head_of, heads, published
from shuping_web.ledger.actions import Entry, record, record_all
from shuping_web.ledger.models import Event
from shuping_web.ledger.protection import unprotect
from shuping_web.ledger.queries import head, verify
from shuping_web.notices.models import Batch, BatchState, MessageState
from shuping_web.people.actions import System
from tests.web.conftest import NOW, World
from tests.web.test_audit import shuping

DAY = NOW.date()


def signed_in(at: datetime) -> Event:
    return record(by=System(), action="signed_in", subject="sign-in", at=at)


def test_a_day_ends_at_midnight_where_the_organisation_is(world: World) -> None:
    # Shanghai is eight hours ahead of UTC all year
    before = signed_in(datetime(2025, 11, 3, 15, 59, 59, tzinfo=UTC))
    after = signed_in(datetime(2025, 11, 3, 16, 0, 0, tzinfo=UTC))
    found = {one.day: one for one in heads()}
    assert (found[DAY].number, found[DAY].hash) == (before.number, before.hash)
    assert found[DAY + timedelta(days=1)].number == after.number
    assert found[DAY].events == before.number
    for day, one in found.items():
        assert head_of(day) == one
    assert head_of(date(2020, 1, 1)) is None


def test_the_page_the_sheet_the_text_and_the_file(world: World, client_of: Callable[[str], Client]) -> None:
    last = head()
    assert last is not None
    line = f"{last[0]}:{last[1]}"
    office = client_of("office")
    assert last[1] in office.get("/ledger/heads/").content.decode()
    sheet = office.get(f"/ledger/heads/{DAY}/").content.decode()
    assert sheet.count(f"shuping audit verify --head {line}") == 2  # in both languages
    text = office.get(f"/ledger/heads/{DAY}/text/").content.decode()
    assert "台账" in text
    assert "ended on 2025-11-03" in text
    answer = office.get("/ledger/heads/?format=csv")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))  # type: ignore[arg-type]
    assert rows[1] == ["2025-11-03", str(last[0]), str(last[0]), last[1]]
    for wrong in ("2020-01-01", "today", "2025-13-40", "9999-12-31"):
        assert office.get(f"/ledger/heads/{wrong}/").status_code == 404


def test_a_day_that_is_not_over_is_not_published(world: World, client_of: Callable[[str], Client]) -> None:
    signed_in(timezone.now())
    today, office = timezone.localdate(), client_of("office")
    assert "This day is not over" in office.get(f"/ledger/heads/{today}/").content.decode()
    assert office.get(f"/ledger/heads/{today}/text/").status_code == 404
    refused = office.post(f"/ledger/heads/{today}/mail/", {"roles": ["auditor"]})
    assert "This day is not over" in refused.content.decode()
    assert Batch.objects.count() == 0


def test_mailed_through_the_outbox_to_the_roles_that_were_chosen(
    world: World, client_of: Callable[[str], Client]
) -> None:
    found = head_of(DAY)
    assert found is not None
    office = client_of("office")
    none = office.post(f"/ledger/heads/{DAY}/mail/", {})
    assert "Choose at least one role." in none.content.decode()
    sent = office.post(f"/ledger/heads/{DAY}/mail/", {"roles": ["auditor", "unit_head"]})
    batch = Batch.objects.get()
    assert (sent.status_code, batch.state, len(mail.outbox)) == (302, BatchState.PLANNED, 0)
    letters = list(batch.messages.select_related("account"))
    assert {one.account.username for one in letters} == {"auditor", "head"}
    assert {one.state for one in letters} == {MessageState.PLANNED}
    assert all(found.line in one.text for one in letters)
    assert found.line in office.get(f"/outbox/{batch.pk}/").content.decode()
    told = client_of("auditor").get(f"/history/head/{DAY}/").content.decode()
    assert "published the head of 2025-11-03" in told
    assert found.hash in told


def test_nobody_with_the_role_is_said(world: World) -> None:
    found = head_of(DAY)
    assert found is not None
    with override("en"), pytest.raises(ValidationError, match="nobody to write to"):
        mail_head(head=found, roles=[], by=world.people["office"], at=NOW)


@pytest.mark.broken_ledger
def test_a_removed_tail_shows_against_a_published_head_and_not_without(
    world: World, client_of: Callable[[str], Client]
) -> None:
    office, auditor = client_of("office"), client_of("auditor")
    text = office.get(f"/ledger/heads/{DAY}/text/").content.decode()
    line = next(one for one in text.splitlines() if ":" in one and published(one) is not None)
    whole = auditor.get("/ledger/chain/", {"head": line}).content.decode()
    assert "The published head is in the chain" in whole
    unprotect(connection)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM ledger_event WHERE number > {Event.objects.count() - 3}")
    assert "unchanged" in auditor.get("/ledger/chain/").content.decode()
    assert verify() == []
    found = auditor.get("/ledger/chain/", {"head": line}).content.decode()
    assert "The chain is broken in 1 place:" in found
    assert "its tail was removed or rewritten" in found


@pytest.mark.broken_ledger
def test_a_changed_event_is_named_on_the_ledgers_page(world: World, client_of: Callable[[str], Client]) -> None:
    unprotect(connection)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_event SET subject = 'units' WHERE number = 4")
    page = client_of("auditor").get("/ledger/").content.decode()
    assert "Event 4:" in page
    assert "its content was changed" in page


@pytest.mark.parametrize("given", ["7", "7:x", "x:" + "a" * 64, "7:" + "A" * 64, "²:" + "a" * 64])
def test_what_is_no_head_is_said_beside_the_field(given: str, world: World, client_of: Callable[[str], Client]) -> None:
    page = client_of("office").get("/ledger/chain/", {"head": given}).content.decode()
    assert "A head is written as" in page
    assert f'value="{given}"' in page


def test_a_long_chain_is_looked_at_when_somebody_asks(world: World, client_of: Callable[[str], Client]) -> None:
    more = LOOKED_AT + 1 - Event.objects.count()
    record_all(by=System(), at=NOW, entries=[Entry("signed_in", "sign-in")] * more)
    auditor = client_of("auditor")
    assert auditor.get("/ledger/").context["state"] is None
    assert "follow each other" not in auditor.get("/ledger/chain/").content.decode()
    assert f"{LOOKED_AT + 1} events follow each other" in auditor.get("/ledger/chain/?look=1").content.decode()


def test_heads_are_read_on_and_another_chain_from_its_start(world: World) -> None:
    first = heads()
    with transaction.atomic():
        added = signed_in(NOW + timedelta(days=2))
        signed_in(NOW)  # an event of an earlier day, written later: a late import
        assert [(one.day, one.events) for one in heads()] == [
            (DAY + timedelta(days=2), 1), (DAY, first[0].events + 1),
        ]  # fmt: skip
        assert heads()[0].hash == added.hash
        transaction.set_rollback(True)
    assert heads() == first


def test_the_command_prints_the_head_of_a_day(tmp_path: Path) -> None:
    data = ["--data", str(tmp_path / "data")]
    none = shuping("audit", "head", "--day", "2020-01-01", *data)
    assert (none.returncode, "no event on this day" in none.stdout) == (0, True), none.stderr
    wrong = shuping("audit", "head", "--day", "yesterday", *data)
    assert wrong.returncode == 2
    assert "Traceback" not in wrong.stderr

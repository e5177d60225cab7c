"""What was withdrawn stays withdrawn: by its direct address too, and in words that say so."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils.translation import override

from shuping_web.filing.actions import change_record, withdraw_record
from shuping_web.filing.models import Record, State
from shuping_web.ledger.models import Event
from tests.web.conftest import NOW, World
from tests.web.matrix.filing import filed

FORM = {"f_date": "2025-03-02", "f_form": "talk", "f_people": "9"}


def withdrawn(world: World) -> Record:
    record = Record.objects.get(pk=filed(world))
    return withdraw_record(cycle=world.cycle, record=record, version=1, by=world.people["east"], at=NOW)


def test_no_action_brings_a_withdrawn_record_back(world: World) -> None:
    record = withdrawn(world)
    events = Event.objects.count()
    with override("en"), pytest.raises(ValidationError, match="withdrawn"):
        change_record(
            cycle=world.cycle, record=record, period="", values=record.values, version=record.version,
            by=world.people["east"], at=NOW,
        )  # fmt: skip
    with override("en"), pytest.raises(ValidationError, match="withdrawn"):
        withdraw_record(cycle=world.cycle, record=record, version=record.version, by=world.people["east"], at=NOW)
    record.refresh_from_db()
    assert (record.state, Event.objects.count()) == (State.WITHDRAWN, events)


@pytest.mark.parametrize(("lang", "words"), [("en", "was withdrawn and stays"), ("zh-hans", "这条记录已撤回")])
def test_the_direct_address_says_so_and_keeps_what_was_typed(
    lang: str, words: str, world: World, client_of: Callable[[str], Client]
) -> None:
    record, east = withdrawn(world), client_of("east")
    east.cookies["django_language"] = lang
    assert east.get(f"/record/{record.pk}/change/").status_code == 302
    page = east.post(
        f"/record/{record.pk}/change/", {**FORM, "version": record.version, "submission": str(uuid4())}
    ).content.decode()
    assert words in page
    assert 'value="9"' in page
    record.refresh_from_db()
    assert record.state == State.WITHDRAWN

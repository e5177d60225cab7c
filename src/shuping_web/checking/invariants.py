"""What must always hold of checks, draws, record sets and corrections. Each returns what is wrong, in words for the
person who looks after the site; nothing when all is well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from shuping_web.checking.models import Correction, Decision, Draw
from shuping_web.checking.plans import replay
from shuping_web.checking.sets import verified
from shuping_web.cycles.queries import local_day
from shuping_web.filing.invariants import AFTER, FROZEN
from shuping_web.filing.models import Record, RecordSet, State
from shuping_web.ledger.models import Event
from shuping_web.people.belonging import ROLE_EVENTS, Belonging

CONTENT = ("record_filed", "record_changed", "record_corrected")
"""Events that say what a record holds."""
CHECKS = ("record_accepted", "record_returned")


def accepted_as_checked() -> Iterator[str]:
    """An accepted record was accepted at the version that it has, by somebody other than who filed it; whatever changed
    it later would have dropped the acceptance, whichever way it came.
    """
    last = _last_events((*CONTENT, *CHECKS, "record_withdrawn"))
    for record in Record.objects.filter(state=State.ACCEPTED).order_by("pk").iterator(2000):
        event = last.get(f"record:{record.pk}")
        if event is None and record.checked_by_id is None:
            continue  # came accepted with an imported folder, whose event speaks of all
        action, data = event or ("", {})
        if record.checked_by_id is None or record.checked_by_id == record.filed_by_id:
            yield f"record {record.pk} is accepted by nobody, or by who filed it"
        elif action == "record_accepted" and data.get("version") != record.version:
            yield f"record {record.pk} was accepted at version {data.get('version')} and stands at {record.version}"
        elif action not in ("record_accepted", "record_corrected"):
            yield f"record {record.pk} is accepted, but the last that was done to it is {action or 'nothing'}"


def records_as_told() -> Iterator[str]:
    """A record holds what the ledger last said of it."""
    last = _last_events(CONTENT)
    for record in Record.objects.order_by("pk").iterator(2000):
        found = last.get(f"record:{record.pk}")
        if found is None:
            continue
        action, data = found
        told = data["new"] if action != "record_changed" else data["new"]["values"]
        period = data["period"] if action != "record_changed" else data["new"]["period"]
        if told != record.values or period != record.period:
            yield f"record {record.pk} does not hold what the ledger says of it"


def _last_events(actions: tuple[str, ...]) -> dict[str, tuple[str, Mapping[str, Any]]]:
    found = Event.objects.filter(action__in=actions).order_by("number")
    rows = found.values_list("subject", "action", "data").iterator(2000)
    return {subject: (action, data) for subject, action, data in rows}


def sets_in_order() -> Iterator[str]:
    """A record set has the hash of its content, and supersedes the one before it in its cycle."""
    before: dict[int, RecordSet] = {}
    for kept in RecordSet.objects.order_by("cycle", "number").select_related("supersedes").iterator(50):
        if not verified(kept):
            yield f"record set {kept.number} of cycle {kept.cycle_id} does not have the hash of its content"
        last = before.get(kept.cycle_id)
        if kept.supersedes != last or kept.number != (1 if last is None else last.number + 1):
            yield f"record set {kept.number} of cycle {kept.cycle_id} does not follow the one before it"
        before[kept.cycle_id] = kept


def corrections_by_two() -> Iterator[str]:
    """A confirmed correction has two persons; its new row stands in the new set, its old one does not."""
    confirmed = Correction.objects.filter(decision=Decision.CONFIRMED).exclude(new_set__isnull=True)
    for one in confirmed.select_related("new_set", "record").iterator(50):
        assert one.new_set is not None
        rows = {row.get("record") for row in one.new_set.content["records"].get(one.dataset, ())}
        if one.decided_by_id == one.proposed_by_id:
            yield f"correction {one.pk} was confirmed by who proposed it"
        if one.record_id in rows or (one.new_record_id is not None and one.new_record_id not in rows):
            yield f"correction {one.pk} does not stand in its record set"
        if one.record is not None and one.record.state != State.SUPERSEDED:
            yield f"correction {one.pk} left its old row {one.record.state}"


def nobody_checks_own() -> Iterator[str]:
    """Nobody accepted or returned a record of their own unit, or one that they had filed or changed last. Read from the
    ledger: who did what, and who belonged where at that moment.
    """
    belonging = Belonging()
    filer: dict[str, str] = {}
    units = {
        f"record:{pk}": [code for code in codes if code]
        for pk, *codes in Record.objects.values_list("pk", "unit__code", "filer__code").iterator(2000)
    }
    events = Event.objects.filter(action__in=[*ROLE_EVENTS, *CONTENT, *CHECKS]).order_by("number")
    columns = ("subject", "action", "actor", "unit", "at", "data")
    for subject, action, actor, unit, at, data in events.values_list(*columns).iterator(2000):
        if action in ROLE_EVENTS:
            belonging.hear(action, subject, unit, data)
        elif action in CONTENT:
            filer[subject] = actor if "claim" not in data else ""  # of a claim: whoever approved it wrote both events
        elif action == "record_returned" or "claim" not in data:
            if actor == filer.get(subject):
                yield f"{subject} was decided ({action}) by who filed it"
            if any(belonging.own(actor, code, local_day(at)) for code in units.get(subject, [])):
                yield f"{subject} was decided ({action}) by somebody of the unit itself"


def sets_of_accepted() -> Iterator[str]:
    """Every row of a record set is a record that was accepted when the set was frozen, as it then stood: no draft, and
    nothing that waited, was returned or was withdrawn. What a correction left alone stands as in the set before.
    """
    told: dict[str, tuple[bool, Any, Any]] = {}
    events = Event.objects.filter(action__in=[*AFTER, *FROZEN]).order_by("number")
    for subject, action, data in events.values_list("subject", "action", "data").iterator(2000):
        if action in FROZEN:
            yield from _not_accepted(subject, int(data["number"]), told)
            continue
        _accepted, values, period = told.get(subject, (False, None, None))
        if action in CONTENT:
            new = data["new"]["values"] if action == "record_changed" else data["new"]
            values, period = new, data["new"]["period"] if action == "record_changed" else data["period"]
        told[subject] = AFTER[action] == State.ACCEPTED, values, period


def _not_accepted(cycle: str, number: int, told: Mapping[str, tuple[bool, Any, Any]]) -> Iterator[str]:
    sets = RecordSet.objects.select_related("supersedes", "correction")
    kept = sets.filter(cycle=int(cycle.partition(":")[2]), number=number).first()
    if kept is None:
        return
    corrected = hasattr(kept, "correction") and kept.supersedes is not None
    before = _rows(kept.supersedes) if corrected and kept.supersedes is not None else {}
    for key, row in _rows(kept).items():
        accepted, values, period = told.get(f"record:{key}", (True, None, None))  # without events: from a folder
        same = values is None or (row["values"], row["period"]) == (values, period)
        if before.get(key) != row and not (accepted and same):
            yield f"record set {number} of {cycle} holds record {key}, which was not accepted as it stands there"


def _rows(kept: RecordSet) -> dict[Any, Mapping[str, Any]]:
    return {row.get("record"): row for rows in kept.content["records"].values() for row in rows}


def draws_replayed() -> Iterator[str]:
    """A draw made again from what was kept gives the same records."""
    for made in Draw.objects.select_related("plan").order_by("pk").iterator(50):
        if not replay(made).same:
            yield f"draw {made.number} of sampling plan {made.plan_id} cannot be made again"


INVARIANTS: tuple[Callable[[], Iterator[str]], ...] = (
    accepted_as_checked, records_as_told, nobody_checks_own, sets_in_order, sets_of_accepted, corrections_by_two,
    draws_replayed,
)  # fmt: skip

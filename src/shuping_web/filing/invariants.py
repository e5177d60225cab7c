"""What must always hold of records and of the sets that were frozen of them. Each returns what is wrong, in words for
the person who looks after the site; nothing when all is well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from shuping_web.filing import timing
from shuping_web.filing.models import Record, RecordSet, State
from shuping_web.ledger.models import Event

AFTER = {
    "record_filed": State.FILED,
    "record_changed": State.FILED,
    "evidence_described": State.FILED,
    "record_accepted": State.ACCEPTED,
    "record_corrected": State.ACCEPTED,
    "record_returned": State.RETURNED,
    "record_withdrawn": State.WITHDRAWN,
    "record_superseded": State.SUPERSEDED,
}
"""What each event makes of a record."""
RAISES = ("record_changed", "evidence_described", "record_withdrawn", "record_superseded")
"""Events that raise a record's version."""
FROZEN = ("cycle_frozen", "records_kept", "set_superseded")


def states_as_told() -> Iterator[str]:
    """A record stands where its last event left it, at the version that its events come to; one without events came
    with a folder, and no more than that folder had.
    """
    last: dict[str, str] = {}
    versions: Counter[str] = Counter()
    for subject, action in Event.objects.filter(action__in=AFTER).order_by("number").values_list("subject", "action"):
        last[subject] = action
        versions[subject] += action in RAISES
    silent: Counter[int | None] = Counter()
    rows = Record.objects.order_by("pk").values_list("pk", "state", "version", "cycle")
    for pk, state, version, cycle in rows.iterator(2000):
        action = last.get(f"record:{pk}")
        if action is None:
            silent[cycle] += 1
        elif AFTER[action] != state:
            yield f"record {pk} is {state}, but the last that was done to it is {action}"
        elif version != 1 + versions[f"record:{pk}"]:
            yield f"record {pk} stands at version {version}, but was changed {versions[f'record:{pk}']} times"
    if silent:
        yield from _without_events(silent)


def _without_events(silent: Counter[int | None]) -> Iterator[str]:
    came = Event.objects.filter(action="folder_imported").values_list("subject", "data")
    imported = {subject: int(data["records"]) for subject, data in came}
    for cycle, number in silent.items():
        came_with = imported.get(f"cycle:{cycle}", 0)
        if number > came_with:
            yield f"{number} records of cycle {cycle} have no event, and {came_with} were imported"


def days_as_told() -> Iterator[str]:
    """A record's day is the one that its values, or its period, name: cycles count by it."""
    rows = Record.objects.order_by("pk").values_list("pk", "timed", "day", "period", "values")
    for pk, timed, day, period, values in rows.iterator(2000):
        if timing.told(timed, period, values) != (timed, day):
            yield f"record {pk} has the day {day} by {timed}, and its values say something else"


def superseded_once() -> Iterator[str]:
    """A row that was superseded has one event that says so; no two rows stand in the place of one."""
    told = Event.objects.filter(action="record_superseded").values_list("subject", flat=True)
    yield from (f"{subject} was superseded {times} times" for subject, times in Counter(told).items() if times > 1)
    made = Event.objects.filter(action="record_corrected").values_list("data__old", flat=True)
    again = Counter(old for old in made if old is not None)
    yield from (f"{times} rows stand in the place of {old}" for old, times in again.items() if times > 1)


def sets_as_told() -> Iterator[str]:
    """A record set has the hash that the ledger told when it was frozen."""
    told: dict[tuple[str, int], str] = {}
    for subject, data in Event.objects.filter(action__in=FROZEN).values_list("subject", "data"):
        told[subject, int(data["number"])] = data["sha256"]
    kept = RecordSet.objects.order_by("pk").values_list("cycle", "number", "sha256")
    for cycle, number, sha256 in kept:
        said = told.pop((f"cycle:{cycle}", number), None)
        if said != sha256:
            yield f"record set {number} of cycle {cycle} is not the one that the ledger tells of"
    yield from (f"record set {number} of {subject} is gone" for subject, number in told)


INVARIANTS: tuple[Callable[[], Iterator[str]], ...] = (
    states_as_told,
    days_as_told,
    superseded_once,
    sets_as_told,
)

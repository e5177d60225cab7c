"""What must always hold of rule books and cycles. Each returns what is wrong, in words for the person who looks after
the site; nothing when all is well.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

from shuping_web.cycles.models import NEED_FROZEN, Cycle, RulebookVersion, Stage, StageDates, Step
from shuping_web.ledger.models import Event


def rulebooks_as_pinned() -> Iterator[str]:
    """The text of a rule book has the hash under which it was added; a cycle has the one that it was opened with."""
    added = dict(Event.objects.filter(action="rulebook_added").values_list("subject", "data__sha256"))
    for version in RulebookVersion.objects.order_by("pk").iterator(50):
        real = hashlib.sha256(version.text.encode()).hexdigest()
        if {real, added.get(f"rulebook:{version.pk}")} != {version.sha256}:
            yield f"the text of rule book {version.book} {version.version} is not the one that was added"
    opened = dict(Event.objects.filter(action="cycle_opened").values_list("subject", "data__sha256"))
    for cycle, sha256 in Cycle.objects.order_by("pk").values_list("pk", "rulebook__sha256"):
        if opened.get(f"cycle:{cycle}") != sha256:
            yield f"cycle {cycle} does not have the rule book that it was opened with"


def cycles_as_told() -> Iterator[str]:
    """A cycle is in the stage that the office moved it to last; results are shown of frozen records alone; the last day
    of filing is that of its stage.
    """
    moved: dict[str, str] = {}
    events = Event.objects.filter(action="cycle_moved").order_by("number")
    for subject, new in events.values_list("subject", "data__new"):
        moved[subject] = new
    last_days = dict(StageDates.objects.filter(step=Step.FILING).values_list("cycle", "last_day"))
    for cycle in Cycle.objects.order_by("pk"):
        told = moved.get(f"cycle:{cycle.pk}", Step.FILING.value)
        # opened again for filing, a cycle whose results were shown goes back to checking without a move of its own
        reopened = cycle.step == Step.CHECKING and told in NEED_FROZEN and cycle.stage == Stage.FILING
        if cycle.step != told and not reopened:
            yield f"cycle {cycle.pk} is in the stage {cycle.step}, but was moved to {told}"
        if cycle.step in NEED_FROZEN and cycle.stage != Stage.FROZEN:
            yield f"cycle {cycle.pk} shows results (stage {cycle.step}) of records that are not frozen"
        last = last_days.get(cycle.pk)
        if last != cycle.filing_until:
            yield f"cycle {cycle.pk} is filed until {cycle.filing_until}, its stage of filing until {last}"


INVARIANTS: tuple[Callable[[], Iterator[str]], ...] = (rulebooks_as_pinned, cycles_as_told)

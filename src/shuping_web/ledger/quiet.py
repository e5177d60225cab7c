"""What takes long to read is read before the turn, and used in it where nothing was written in between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from shuping_web.ledger.queries import head

Read = TypeVar("Read")
TRIES = 2


@dataclass(frozen=True)
class Quiet(Generic[Read]):
    """What was read of a site at rest, and the last event of that time. Every write has its event in the same
    transaction: while the last event is the same, nothing that has events has changed.
    """

    read: Read
    head: tuple[int, str] | None

    @property
    def holds(self) -> bool:
        """Whether nothing was written since."""
        return head() == self.head


def read_quietly(read: Callable[[], Read]) -> Quiet[Read] | None:
    """Read something while nobody waits for it; None where somebody wrote each time before it was done: what was read
    then may be of two moments, and is read again in the turn.
    """
    for _try in range(TRIES):
        before = head()
        found = Quiet(read(), before)
        if found.holds:
            return found
    return None

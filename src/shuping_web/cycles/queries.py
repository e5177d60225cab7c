"""Which cycle is on."""

from __future__ import annotations

from shuping_web.cycles.adapters import Rulebook, parsed
from shuping_web.cycles.models import Cycle


def current() -> Cycle | None:
    """Return the cycle opened last."""
    return Cycle.objects.select_related("rulebook").first()


def book_of(cycle: Cycle) -> Rulebook:
    """Return the rule book that a cycle pins."""
    return parsed(cycle.rulebook.text)

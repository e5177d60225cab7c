"""Addresses of the room ``cycles``."""

from __future__ import annotations

from datetime import date

from shuping_web.cycles.actions import add_rulebook
from shuping_web.cycles.calendar_actions import allow_later, declare_day
from shuping_web.cycles.models import SpecialDay
from shuping_web.people.actions import System
from tests.web.conftest import BOOK, NOW, World
from tests.web.matrix import ALL

OFFICE = frozenset({"office"})
SEEN = {
    ("rulebooks", "get"): OFFICE,
    ("add-rulebook", "get"): OFFICE,
    ("add-rulebook", "post"): OFFICE,
    ("rulebook", "get"): ALL,
    ("rulebook-changes", "get"): OFFICE,
    ("rulebook-text", "get"): OFFICE,
    ("open-cycle", "get"): OFFICE,
    ("open-cycle", "post"): OFFICE,
    ("cycles", "get"): ALL,
    ("cycle", "get"): ALL,
    ("choose-cycle", "post"): ALL,
    ("cycle-dates", "get"): OFFICE,
    ("cycle-dates", "post"): OFFICE,
    ("move-cycle", "get"): OFFICE,
    ("move-cycle", "post"): OFFICE,
    ("allow-later", "get"): OFFICE,
    ("allow-later", "post"): OFFICE,
    ("end-later", "post"): OFFICE,
    ("calendar", "get"): OFFICE,
    ("calendar", "post"): OFFICE,
    ("set-country", "post"): OFFICE,
    ("take-back-day", "post"): OFFICE,
}


def second(world: World) -> int:
    """Keep a second version, which no cycle uses."""
    return add_rulebook(text=BOOK.replace('"1"', '"2"', 1), reason="For a reason.", by=System(), at=NOW).pk


def exception(world: World) -> int:
    """Allow East a later deadline."""
    return allow_later(
        cycle=world.cycle, unit=world.units["east"], until=date(2100, 1, 31), reason="Flood.", by=System(), at=NOW
    ).pk


def special(world: World) -> int:
    """Declare a day free."""
    known = SpecialDay.objects.first()
    return (known or declare_day(day=date(2026, 3, 3), works=False, reason="Fair.", by=System(), at=NOW)).pk


PATHS = {
    "rulebook": lambda world: f"/rulebooks/{world.cycle.rulebook_id}/",
    "rulebook-changes": lambda world: f"/rulebooks/{second(world)}/changes/",
    "rulebook-text": lambda world: f"/rulebooks/{world.cycle.rulebook_id}/text/",
    "open-cycle": lambda world: f"/rulebooks/{world.cycle.rulebook_id}/open/",
    "cycle": lambda world: f"/cycles/{world.cycle.pk}/",
    "choose-cycle": lambda world: f"/cycles/{world.cycle.pk}/choose/",
    "cycle-dates": lambda world: f"/cycles/{world.cycle.pk}/dates/",
    "move-cycle": lambda world: f"/cycles/{world.cycle.pk}/move/",
    "allow-later": lambda world: f"/cycles/{world.cycle.pk}/later/",
    "end-later": lambda world: f"/exceptions/{exception(world)}/end/",
    "take-back-day": lambda world: f"/calendar/{special(world)}/take-back/",
}
NOTHING = {
    "rulebook-changes": "/rulebooks/999999/changes/",
    "rulebook-text": "/rulebooks/999999/text/",
    "open-cycle": "/rulebooks/999999/open/",
    "cycle-dates": "/cycles/999999/dates/",
    "move-cycle": "/cycles/999999/move/",
    "allow-later": "/cycles/999999/later/",
    "end-later": "/exceptions/999999/end/",
    "take-back-day": "/calendar/999999/take-back/",
}

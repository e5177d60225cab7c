"""Who belonged to which units at an event, told again from the ledger: roles given later or taken away since do not
count. For invariants alone; what somebody may do now is asked of ``queries``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from shuping_web.people.models import UnitPath
from shuping_web.people.permissions import Role

ROLE_EVENTS = ("role_given", "deputy_appointed", "role_ended", "role_handed_over", "role_taken_over")
OWN = (Role.FILER.value, Role.UNIT_HEAD.value)


class Belonging:
    """Fed with the events of ``ROLE_EVENTS`` in their order, it tells who belonged where up to there."""

    def __init__(self) -> None:
        self._held: dict[str, list[tuple[str, str, str]]] = {}  # label: unit's code, first and last day as ISO texts
        self._until: dict[tuple[str, str], str] = {}
        self._above: dict[str, list[tuple[str, date | None, date | None]]] | None = None

    def hear(self, action: str, label: str, unit: str, data: Mapping[str, Any]) -> None:
        """Take in an event about the role of an account at a unit."""
        if data.get("role") not in OWN or not unit:
            return
        held = self._held.setdefault(label, [])
        if action in ("role_ended", "role_handed_over"):
            gone = [one for one in held if one[0] == unit]
            self._until[unit, str(data["role"])] = gone[-1][2] if gone else ""
            self._held[label] = [one for one in held if one[0] != unit]
        else:
            taken = action == "role_taken_over"
            until = self._until.get((unit, str(data["role"])), "") if taken else data.get("until") or ""
            held.append((unit, data.get("from") or "", until))

    def own(self, label: str, unit: str, day: date) -> bool:
        """Tell whether a unit is one that an account belonged to as filer or head, or stood below one, on a day."""
        today = day.isoformat()
        tops = {code for code, start, end in self._held.get(label, ()) if start <= today and (not end or today <= end)}
        return bool(tops) and bool(tops & {unit, *self._units_above(unit, day)})

    def _units_above(self, unit: str, day: date) -> set[str]:
        if self._above is None:
            self._above = {}
            rows = UnitPath.objects.values_list("below__code", "above__code", "valid_from", "valid_to")
            for below, above, start, end in rows.order_by("pk"):
                self._above.setdefault(below, []).append((above, start, end))
        found = self._above.get(unit, ())
        return {code for code, start, end in found if (start is None or start <= day) and (end is None or day <= end)}

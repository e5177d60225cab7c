"""Lists of people as rows for a file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from shuping_web.people.models import Account, Unit


def account_rows(accounts: QuerySet[Account], today: date) -> Iterator[tuple[object, ...]]:
    """Yield name, user name, roles on a day, state and last sign-in of each account, as its page shows them."""
    for one in accounts:
        held = [each for each in one.memberships.all() if each.state(today) == "now"]
        roles = "; ".join(f"{each.get_role_display()} · {name_of(each.unit)}".rstrip(" ·") for each in held)
        state = _("open") if one.is_active else _("erased") if one.erased_at else _("closed")
        yield (str(one), one.username, roles, state, one.last_login)


def name_of(unit: Unit | None) -> str:
    """Return a unit's name in the language of the page; nothing for none."""
    return "" if unit is None else unit.named


def unit_rows(units: QuerySet[Unit]) -> Iterator[tuple[object, ...]]:
    """Yield code, names, kind, the unit above, first and last day of each unit."""
    for one in units.iterator(chunk_size=2000):
        above = one.parent.code if one.parent is not None else ""
        yield (one.code, one.name, one.name_en, one.kind, above, one.valid_from, one.valid_to)

"""Records that an account may see, and those that wait for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from shuping_web.filing.adapters import Row, Rulebook
from shuping_web.filing.models import Record, RecordSet, State
from shuping_web.people.models import Account, Unit
from shuping_web.people.permissions import Permission
from shuping_web.people.queries import own_units, units_for


def visible(account: Account, today: date) -> QuerySet[Record]:
    """Return the records that an account may read."""
    every = units_for(account, Permission.SEE_ALL_RECORDS, today)
    own = units_for(account, Permission.SEE_OWN_RECORDS, today)
    seen = Q(unit__in=every.values("pk")) | Q(unit__in=own.values("pk"))
    return Record.objects.filter(seen).select_related("unit", "filed_by", "checked_by")


def editable(account: Account, today: date) -> QuerySet[Record]:
    """Return the records that an account may change."""
    return visible(account, today).filter(unit__in=units_for(account, Permission.FILE_OWN_RECORDS, today).values("pk"))


def queue(account: Account, today: date) -> QuerySet[Record]:
    """Return the records that wait for a check by this account: of other units than its own, the oldest first."""
    mine = units_for(account, Permission.CHECK_RECORDS, today)
    return (
        visible(account, today)
        .filter(state=State.FILED, unit__in=mine.values("pk"))
        .exclude(unit__in=own_units(account, today).values("pk"))
        .exclude(filed_by=account)
        .order_by("filed_at", "pk")
    )


def counts(records: QuerySet[Record]) -> dict[str, dict[str, int]]:
    """Return how many records each dataset has in each state."""
    found: dict[str, dict[str, int]] = {}
    for row in records.order_by().values("dataset", "state").annotate(number=Count("pk")):
        found.setdefault(row["dataset"], {})[row["state"]] = row["number"]
    return found


def register() -> list[Mapping[str, Any]]:
    """Return all units as the library's register takes them."""
    found = []
    for unit in Unit.objects.select_related("parent"):
        found.append(
            {
                "code": unit.code, "name": unit.name, "name_en": unit.name_en, "kind": unit.kind,
                "parent": unit.parent.code if unit.parent is not None else "", "valid_from": unit.valid_from,
                "valid_to": unit.valid_to, "attributes": unit.attributes,
            }
        )  # fmt: skip
    return found


def rows_of(rulebook: Rulebook, *, accepted_only: bool) -> dict[str, list[Row]]:
    """Return the rows of every dataset of a rule book: the accepted ones, or all that are not returned or withdrawn."""
    states = [State.ACCEPTED] if accepted_only else [State.ACCEPTED, State.FILED]
    records = Record.objects.filter(dataset__in=list(rulebook.datasets), state__in=states).select_related("unit")
    found: dict[str, list[Row]] = {}
    for record in records.order_by("dataset", "unit__code", "pk"):
        found.setdefault(record.dataset, []).append(Row(record.unit.code, record.period, record.values, record.pk))
    return found


def frozen(cycle_id: int) -> RecordSet | None:
    """Return the last record set of a cycle that was not an interim one."""
    return RecordSet.objects.filter(cycle_id=cycle_id, interim=False).first()

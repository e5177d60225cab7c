"""Which files go with records, which may be used again, and where else a file is used."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from shuping_web.filing.models import Evidence, Record, State
from shuping_web.filing.queries import editable
from shuping_web.people.models import Account

OFFERED = 50
"""So many files that were used before stand on a form, the latest first."""
GONE = (State.WITHDRAWN, State.SUPERSEDED)


def in_use() -> QuerySet[Evidence]:
    """Return what goes with records now."""
    return Evidence.objects.filter(removed_at__isnull=True).select_related("file")


def of_record(record: Record) -> list[Evidence]:
    """Return what goes with a record, in the order in which it came."""
    return list(in_use().filter(record=record).select_related("checked_by", "record"))


def used_before(account: Account, today: date, *, without: int | None, more: Collection[int] = ()) -> list[Evidence]:
    """Return the latest files that go with other records that an account may change, each file once; ``more`` are
    numbers of evidence that must be among them, as far as the account may use them. ``without``: a record.
    """
    mine = in_use().filter(record__in=editable(account, today).order_by().values("pk")).exclude(record=without)
    taken = Evidence.objects.filter(record=without, removed_at__isnull=True).values("file")
    latest = mine.exclude(file__in=taken).order_by().values("file").annotate(last=Max("pk")).order_by("-last")
    numbers = [row["last"] for row in latest[:OFFERED]]
    wanted = Q(pk__in=numbers) | Q(pk__in=[number for number in more if number not in numbers])
    if not numbers and not more:
        return []
    return list(mine.filter(wanted).select_related("record__unit").order_by("-pk"))


def known_files(account: Account, today: date, files: Iterable[int]) -> dict[int, Evidence]:
    """Return, of some files, where an account's own records used them last."""
    mine = in_use().filter(record__in=editable(account, today).order_by().values("pk"), file__in=list(files))
    return {one.file_id: one for one in mine.select_related("record__unit").order_by("pk")}


def shared() -> set[int]:
    """Return the records with a file that another unit filed too. The holder of a file is the unit that filed it: one
    document that a bureau files for forty towns has one holder.
    """
    standing = Evidence.objects.filter(removed_at__isnull=True).exclude(record__state__in=GONE).order_by()
    holder = Coalesce("record__filer_id", "record__unit_id")
    twice = standing.values("file").annotate(holders=Count(holder, distinct=True)).filter(holders__gt=1)
    return set(standing.filter(file__in=twice.values("file")).values_list("record", flat=True))


def elsewhere(evidence: Iterable[Evidence], seen: QuerySet[Record]) -> dict[int, list[Evidence]]:
    """Return, by file, where else files are used among the records that may be seen."""
    wanted = list(evidence)
    others = in_use().filter(file__in=[one.file_id for one in wanted], record__in=seen.order_by().values("pk"))
    found: dict[int, list[Evidence]] = {}
    for one in others.exclude(pk__in=[one.pk for one in wanted]).select_related("record__unit").order_by("pk"):
        found.setdefault(one.file_id, []).append(one)
    return found


def said_of(records: Iterable[int]) -> Mapping[int, list[dict[str, Any]]]:
    """Return, by record, what a frozen set says of its evidence: plain data in the order in which it came."""
    found: dict[int, list[dict[str, Any]]] = {}
    wanted = list(records)
    rows = in_use().filter(record__in=wanted) if len(wanted) <= 500 else in_use()
    keep = set(wanted)
    for one in rows.order_by("record_id", "pk"):
        if one.record_id in keep:
            found.setdefault(one.record_id, []).append(plain(one))
    return found


def plain(one: Evidence) -> dict[str, Any]:
    """Return evidence as plain data."""
    return {
        "sha256": one.file.sha256, "kind": one.file.kind, "bytes": one.file.bytes, "pages": one.file.pages,
        "name": one.name, "title": one.title, "number": one.number, "issuer": one.issuer,
        "dated": str(one.dated or ""), "holds_from": str(one.holds_from or ""), "holds_to": str(one.holds_to or ""),
        "internal": one.internal, "received_at": one.received_at.isoformat(timespec="seconds"), "proof": one.proof,
        "reason": one.reason,
    }  # fmt: skip


def listed(seen: QuerySet[Record], code: str, datasets: list[str]) -> QuerySet[Evidence]:
    """Return the evidence of a unit's records that stand, by dataset; ``first_record`` is the record of the unit that
    used the file first.
    """
    first = Evidence.objects.filter(file=OuterRef("file"), record__unit=OuterRef("record__unit")).order_by("pk")
    return (
        in_use()
        .filter(record__in=seen.order_by().values("pk"), record__unit__code=code, record__dataset__in=datasets)
        .exclude(record__state__in=GONE)
        .select_related("record")
        .annotate(first_record=Subquery(first.values("record")[:1]))
        .order_by("record__dataset", "record_id", "pk")
    )

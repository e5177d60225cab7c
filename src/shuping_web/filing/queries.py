"""Records that an account may see, and those that wait for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from shuping_web.cycles.models import Cycle
from shuping_web.filing.adapters import Problem, Row, Rulebook, days_of, fitting_rows, starts_after
from shuping_web.filing.models import Batch, Draft, Record, RecordSet, State
from shuping_web.people.models import Account, Unit
from shuping_web.people.permissions import Permission
from shuping_web.people.queries import below, own_reach, reach, units_for


def visible(account: Account, today: date) -> QuerySet[Record]:
    """Return the records that an account may read."""
    return _read_by(account, today).select_related("unit", "filed_by", "checked_by", "filer")


def _read_by(account: Account, today: date) -> QuerySet[Record]:
    own = reach(account, Permission.SEE_OWN_RECORDS, today).q("unit", "filer")
    return Record.objects.filter(reach(account, Permission.SEE_ALL_RECORDS, today).q("unit") | own)


def may_read(account: Account, record: Record, today: date) -> bool:
    """Tell whether a record is among the ``visible`` ones."""
    own = reach(account, Permission.SEE_OWN_RECORDS, today).has(record.unit_id, record.filer_id)
    return own or reach(account, Permission.SEE_ALL_RECORDS, today).has(record.unit_id)


def editable(account: Account, today: date) -> QuerySet[Record]:
    """Return the records that an account may change: what a unit filed for another is changed by the one that filed."""
    mine = reach(account, Permission.FILE_OWN_RECORDS, today)
    return visible(account, today).filter(Q(filer__isnull=True) & mine.q("unit") | mine.q("filer"))


def may_edit(account: Account, record: Record, today: date) -> bool:
    """Tell whether a record is among the ``editable`` ones."""
    concerned = record.unit_id if record.filer_id is None else record.filer_id
    mine = reach(account, Permission.FILE_OWN_RECORDS, today)
    return mine.has(concerned) and may_read(account, record, today)


def units_to_file_for(account: Account, today: date, book: Rulebook, dataset: str) -> QuerySet[Unit]:
    """Return the units for which an account files a dataset: its own and those below; for a dataset with ``filed_by``
    all units of the groups and those below, where that unit is one of its own, and none for everybody else.
    """
    if not files(account, today, book, dataset):
        return Unit.objects.none()
    if book.datasets[dataset].filed_by == "self":
        return units_for(account, Permission.FILE_OWN_RECORDS, today)
    kinds = [group.kind for group in book.groups.values() if group.kind is not None]
    members = [code for group in book.groups.values() for code in group.members]
    ranked = Unit.objects.filter(Q(kind__in=kinds) | Q(code__in=members))
    return Unit.objects.filter(Q(pk__in=ranked.values("pk")) | Q(pk__in=below(ranked.values("pk"), today).values("pk")))


def files(account: Account, today: date, book: Rulebook, dataset: str) -> bool:
    """Tell whether an account files a dataset: for its own units, or as the bureau that files it for others."""
    filed_by, mine = book.datasets[dataset].filed_by, reach(account, Permission.FILE_OWN_RECORDS, today)
    return bool(mine) and (filed_by == "self" or mine.units().filter(code=filed_by).exists())


def filer_of(book: Rulebook, dataset: str) -> Unit | None:
    """Return the unit that files a dataset for others; None where each files for itself."""
    filed_by = book.datasets[dataset].filed_by
    return None if filed_by == "self" else Unit.objects.filter(code=filed_by).first()


def queue(account: Account, today: date) -> QuerySet[Record]:
    """Return the records that wait for a check by this account: of other units than its own, the oldest first."""
    checked = reach(account, Permission.CHECK_RECORDS, today).q("unit")
    waiting = visible(account, today).filter(checked, state=State.FILED).exclude(filed_by=account)
    return waiting.exclude(own_reach(account, today).q("unit", "filer")).order_by("filed_at", "pk")


def in_queue(account: Account, record: Record, today: date) -> bool:
    """Tell whether a record is in the ``queue`` of an account."""
    own = own_reach(account, today).has(record.unit_id, record.filer_id)
    others = record.state == State.FILED and record.filed_by_id != account.pk and not own
    checks = reach(account, Permission.CHECK_RECORDS, today).has(record.unit_id)
    return others and checks and may_read(account, record, today)


def counts(records: QuerySet[Record]) -> dict[str, dict[str, int]]:
    """Return how many records each dataset has in each state."""
    found: dict[str, dict[str, int]] = {}
    for row in records.order_by().values("dataset", "state").annotate(number=Count("pk")):
        found.setdefault(row["dataset"], {})[row["state"]] = row["number"]
    return found


def register() -> list[Mapping[str, Any]]:
    """Return all units as the library's register takes them, read as rows: a form has no time for objects."""
    columns = ("code", "name", "name_en", "kind", "parent__code", "valid_from", "valid_to", "attributes")
    keys = ("code", "name", "name_en", "kind", "parent", "valid_from", "valid_to", "attributes")
    found: list[Mapping[str, Any]] = []
    for row in Unit.objects.values_list(*columns):
        unit = dict(zip(keys, row, strict=True))
        unit["parent"] = unit["parent"] or ""
        found.append(unit)
    return found


def rows_of(rulebook: Rulebook, *, accepted_only: bool, until: str = "") -> dict[str, list[Row]]:
    """Return the rows of every dataset of a rule book: the accepted ones, or all that are not returned or withdrawn.
    ``until``: a cycle's period; what comes after it is another cycle's. What came before stays, since measures look
    back (``last_year``).

    What was filed for a cycle under another text of the rules is used as far as it fits; ``misfits`` says the rest.
    """
    found, foreign = _rows(rulebook, accepted_only, until=until)
    for dataset, rows in foreign.items():
        fitting, _problems = fitting_rows(rulebook, register(), dataset, rows)
        if fitting:
            merged = [*found.get(dataset, ()), *fitting]
            found[dataset] = sorted(merged, key=lambda row: (row.unit, row.record or 0))
    return found


def misfits(rulebook: Rulebook, dataset: str) -> dict[int, list[Problem]]:
    """Return the records of a dataset that were filed for another rule book and do not fit this one, with what is in
    the way. Rows of a time that this rule book does not ask about are none of its business and not named.
    """
    if not Record.objects.filter(dataset=dataset, cycle__in=_under_other_rules(rulebook)).exists():
        return {}
    _own, foreign = _rows(rulebook, False, [dataset])
    return fitting_rows(rulebook, register(), dataset, foreign.get(dataset, []))[1]


def _under_other_rules(rulebook: Rulebook) -> set[int]:
    """Return the cycles of other rules: they are few, so each record's is looked up among them and not joined."""
    other = Cycle.objects.exclude(rulebook__book=rulebook.rulebook, rulebook__version=rulebook.version)
    return set(other.values_list("pk", flat=True))


def _rows(
    rulebook: Rulebook, accepted_only: bool, datasets: Sequence[str] | None = None, until: str = ""
) -> tuple[dict[str, list[Row]], dict[str, list[Row]]]:
    """Return the rows filed under this version of the rule book, and those filed under other rules."""
    states = [State.ACCEPTED] if accepted_only else [State.ACCEPTED, State.FILED]
    wanted = list(rulebook.datasets) if datasets is None else list(datasets)
    columns = ("dataset", "unit__code", "period", "values", "pk", "cycle")
    records = Record.objects.filter(dataset__in=wanted, state__in=states).order_by("dataset", "unit__code", "pk")
    own: dict[str, list[Row]] = {}
    foreign: dict[str, list[Row]] = {}
    ends, others = days_of(rulebook, until), _under_other_rules(rulebook)
    for name, unit, period, values, key, cycle in records.values_list(*columns):
        if ends is not None and starts_after(rulebook, name, period, values, ends[1]):
            continue
        (foreign if cycle in others else own).setdefault(name, []).append(Row(unit, period, values, key))
    return own, foreign


def rows_beside(
    dataset: str, units: Any, *, only: Sequence[int] | None = None, without: int | None = None
) -> list[Row]:
    """Return the rows of some units that stand (filed, accepted or returned): a new one may not repeat them. ``only``:
    of these records.
    """
    records = _beside(dataset, units, without)
    if only is not None:
        records = records.filter(pk__in=only)
    found = records.order_by("pk").values_list("unit__code", "period", "values", "pk")
    return [Row(*one) for one in found]


def versions_beside(dataset: str, units: Any, *, without: int | None = None) -> dict[int, int]:
    """Return the records of ``rows_beside`` with their versions, which is read in a moment."""
    return dict(_beside(dataset, units, without).order_by("pk").values_list("pk", "version"))


def _beside(dataset: str, units: Any, without: int | None) -> QuerySet[Record]:
    states = [State.FILED, State.ACCEPTED, State.RETURNED]
    records = Record.objects.filter(dataset=dataset, unit__in=units, state__in=states)
    return records if without is None else records.exclude(pk=without)


def frozen(cycle_id: int) -> RecordSet | None:
    """Return the last record set of a cycle that was not an interim one; its content is read when it is asked for."""
    return RecordSet.objects.filter(cycle_id=cycle_id, interim=False).defer("content").first()


def drafts_of(account: Account, dataset: str = "") -> QuerySet[Draft]:
    """Return what somebody has typed and not filed yet, the latest first."""
    found = Draft.objects.filter(account=account).select_related("unit", "record__unit").defer("content")
    return found.filter(dataset=dataset) if dataset else found


def batches_of(account: Account) -> QuerySet[Batch]:
    """Return the uploads of a person: nobody else sees them before they are filed."""
    return Batch.objects.filter(account=account).select_related("cycle__rulebook")

"""Tables put in place of others, a folder taken in as a cycle, a cycle handed out as a folder."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from shuping_web.cycles.actions import add_rulebook, open_cycle
from shuping_web.cycles.models import Cycle, Stage, Table
from shuping_web.filing.models import Record, State
from shuping_web.folders.adapters import FolderRead, TableKind, packed
from shuping_web.folders.evidence_actions import take_evidence
from shuping_web.folders.queries import files_of_cycle
from shuping_web.folders.ready import ReadyFolder, key_of, made_ready
from shuping_web.ledger.actions import Actor, in_turn, record
from shuping_web.ledger.many_actions import write_rows
from shuping_web.ledger.quiet import Quiet, read_quietly
from shuping_web.people.actions import add_units
from shuping_web.people.adapters import RegisteredUnit
from shuping_web.people.models import Account, Unit
from shuping_web.people.unit_actions import keep_successions

COUNTING = (State.FILED, State.ACCEPTED, State.RETURNED)


@in_turn
def put_table(*, cycle: Cycle, kind: TableKind, text: str, rows: int, by: Actor, at: datetime) -> Table:
    """Put a checked table in place of the one before it. Raises ValidationError once the cycle is frozen."""
    locked = _open(cycle)
    old = Table.objects.filter(cycle=locked, room=kind.room, name=kind.name).first()
    data = {
        "table": kind.path,
        "rows": rows,
        "sha256": _hash(text),
        "old": _hash(old.text) if old is not None else None,
    }
    kept = old or Table(cycle=locked, room=kind.room, name=kind.name)
    kept.text, kept.rows, kept.added_by, kept.added_at = text, rows, by.label, at
    kept.save()
    record(by=by, action="table_put", subject=f"cycle:{locked.pk}", at=at, data=data)
    return kept


@in_turn
def remove_table(*, cycle: Cycle, kind: TableKind, by: Actor, at: datetime) -> None:
    """Take a table out. Raises ValidationError once the cycle is frozen; nothing happens where there is none."""
    locked = _open(cycle)
    for old in Table.objects.filter(cycle=locked, room=kind.room, name=kind.name):
        data = {"table": kind.path, "old": _hash(old.text)}
        old.delete()
        record(by=by, action="table_removed", subject=f"cycle:{locked.pk}", at=at, data=data)


def hand_out(
    *, cycle: Cycle, by: Actor, at: datetime, evidence: bool = True, with_it: Callable[[bytes], None] | None = None
) -> bytes:
    """Return a cycle as a ZIP archive of a folder, and note that it was handed out. ``evidence``: with the files that
    go with its records; raises ValidationError where one of them is missing or damaged, or they are too many.
    ``with_it``: done in the same transaction.
    """
    quiet = read_quietly(lambda: packed(files_of_cycle(cycle, evidence=evidence)))
    return _hand_out(cycle=cycle, quiet=quiet, evidence=evidence, with_it=with_it, by=by, at=at)


@in_turn
def _hand_out(
    *, cycle: Cycle, quiet: Quiet[bytes] | None, evidence: bool, with_it: Callable[[bytes], None] | None, by: Actor,
    at: datetime,
) -> bytes:  # fmt: skip
    whole = quiet is not None and quiet.holds
    content = quiet.read if quiet is not None and whole else packed(files_of_cycle(cycle, evidence=evidence))
    data = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    record(by=by, action="folder_exported", subject=f"cycle:{cycle.pk}", at=at, data=data)
    if with_it is not None:
        with_it(content)
    return content


@in_turn
def take_in(
    *, folder: FolderRead, period: str, until: date, by: Account, at: datetime, name: str = "", waiting: int = 0,
    reason: str = "", ready: ReadyFolder | None = None,
) -> Cycle:  # fmt: skip
    """Make a cycle of a folder: its rule book, units, records and other tables. ``waiting``: every so many-th record of
    a dataset waits to be checked (1: all of them; 0: none, they count as accepted). ``ready``: the same folder, made
    ready before the turn by ``made_ready``.

    Raises ValidationError where the site's register says otherwise than the folder's, or the site holds records of the
    same datasets that the folder does not: both would make another standing of it.
    """
    ready = ready or made_ready(folder, by, at)
    _refuse_other_register(folder)
    add_units(_registered(folder), by=by, at=at)
    keep_successions(folder.successions, by=by, at=at)
    rulebook = add_rulebook(text=folder.text, reason=reason, by=by, at=at)
    new = _not_here_yet(folder, ready)
    cycle = open_cycle(rulebook=rulebook, period=period, filing_until=until, name=name, by=by, at=at)
    keys = _write_records(folder, ready, new, cycle, waiting)
    Table.objects.bulk_create(
        Table(cycle=cycle, room=room, name=table, text=text, rows=rows, added_by=by.label, added_at=at)
        for room, table, text, rows in folder.tables
    )
    files = take_evidence(listed=folder.evidence, records=_with_evidence(folder, new, keys), by=by, at=at)
    data = {
        "records": len(new), "here_already": len(folder.records) - len(new), "sha256": folder.sha256,
        "tables": [f"{room}/{table}" for room, table, _text, _rows in folder.tables],
        **({"evidence": files} if files else {}),
    }  # fmt: skip
    record(by=by, action="folder_imported", subject=f"cycle:{cycle.pk}", at=at, data=data)
    return cycle


def _write_records(
    folder: FolderRead, ready: ReadyFolder, new: Sequence[int], cycle: Cycle, waiting: int
) -> list[int]:  # fmt: skip
    """Write the records at these places of the folder; return their keys."""
    if ready.rows is None or not new:
        return []
    units = dict(Unit.objects.values_list("code", "pk"))
    numbers: Counter[str] = Counter()
    states = []
    for row in (folder.records[at] for at in new):
        states.append(State.FILED if waiting and numbers[row.dataset] % waiting == 0 else State.ACCEPTED)
        numbers[row.dataset] += 1
    rows = [folder.records[at] for at in new]
    return write_rows(ready.rows.at(new, {
        "unit": [units[row.unit] for row in rows], "filer": [units[row.filer] if row.filer else None for row in rows],
        "cycle": [cycle.pk] * len(rows), "state": [state.value for state in states],
    }))  # fmt: skip


def _with_evidence(folder: FolderRead, new: Sequence[int], keys: Sequence[int]) -> dict[tuple[str, int], Record]:
    """Return the new records that have evidence, by dataset and row."""
    wanted = {(one.dataset, one.row) for one in folder.evidence}
    rows = ((folder.records[at], key) for at, key in zip(new, keys, strict=True))
    places = {(row.dataset, row.row): key for row, key in rows if (row.dataset, row.row) in wanted}
    found = Record.objects.in_bulk(list(places.values())) if places else {}
    return {place: found[key] for place, key in places.items()}


def _open(cycle: Cycle) -> Cycle:
    locked = Cycle.objects.select_for_update().get(pk=cycle.pk)
    if locked.stage == Stage.FROZEN:
        raise ValidationError(_("The records of this cycle are frozen, and the tables with them."))
    return locked


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _registered(folder: FolderRead) -> Iterable[RegisteredUnit]:
    for code, unit in folder.units.items():
        yield RegisteredUnit(
            code, unit["name"], unit["name_en"], unit["kind"], unit["parent"], unit["valid_from"], unit["valid_to"],
            unit["attributes"],
        )  # fmt: skip


def _refuse_other_register(folder: FolderRead) -> None:
    here = {unit.code: unit for unit in Unit.objects.select_related("parent")}
    wrong = []
    for code, unit in folder.units.items():
        known = here.get(code)
        if known is None:
            continue
        attributes = {name: value for name, value in known.attributes.items() if value not in (None, "")}
        same = (
            known.kind == unit["kind"]
            and (known.parent.code if known.parent is not None else None) == unit["parent"]
            and str(known.valid_from or "") == str(unit["valid_from"] or "")
            and str(known.valid_to or "") == str(unit["valid_to"] or "")
            and attributes == unit["attributes"]
        )
        if not same:
            wrong.append(code)
    if wrong:
        raise ValidationError(
            _("The register of the site says otherwise of: %s. Change one of the two so that kind, place, days and "
              "attributes agree.") % ", ".join(sorted(wrong)[:20])
        )  # fmt: skip
    ranked = {unit["kind"] for unit in folder.units.values()}
    more = sorted(code for code, unit in here.items() if code not in folder.units and unit.kind in ranked)
    if more:
        raise ValidationError(
            _("The site has units of these kinds that the folder does not know, and they would be ranked too: %s.")
            % ", ".join(more[:20])
        )


def _not_here_yet(folder: FolderRead, ready: ReadyFolder) -> list[int]:
    """Return the places of the records that are not on the site: what was asked once is not kept twice."""
    there = Record.objects.filter(dataset__in=folder.datasets, state__in=COUNTING)
    found = there.order_by().values_list("dataset", "unit__code", "period", "values")
    here = Counter(key_of(*row) for row in found)
    new = []
    for at, key in enumerate(ready.keys):
        if here[key] > 0:
            here[key] -= 1
        else:
            new.append(at)
    strangers = sorted({key[0] for key, number in here.items() if number > 0})
    if strangers:
        raise ValidationError(
            _("The site holds records of these datasets that are not in the folder, and they would count too: %s.")
            % ", ".join(strangers)
        )
    return new

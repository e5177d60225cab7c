"""Where a figure comes from: the datasets, surveys and files behind each measure and panel, and the counts of their
rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from shuping.formula import check
from shuping.measures.table import MeasureTable
from shuping.panels.judged import Judged
from shuping.preparation import Change
from shuping.preparation.frame import Notes, notes_of
from shuping.records.folder import Folder, Table
from shuping.rulebook.model import Rulebook
from shuping.rulebook.scopes import measure_scope


@dataclass(frozen=True)
class Provenance:
    """Looks up records and files. ``bases``: for each measure, those over records or surveys that it rests on."""

    rulebook: Rulebook
    files: Mapping[str, tuple[str, ...]]
    bases: Mapping[str, tuple[str, ...]]
    rows: Mapping[tuple[str, str, str], tuple[int | None, str | None]]
    panels: Mapping[tuple[str, str, str], Judged] = field(default_factory=dict)
    prepared: Notes = field(default_factory=dict)

    def tables_of(self, measure: str) -> tuple[str, ...]:
        """Return the datasets and surveys behind a measure, sorted."""
        found = set()
        for base in self.bases.get(measure, ()):
            found.add(self.rulebook.measures[base].table or "")
        return tuple(sorted(found - {""}))

    def files_of_measure(self, measure: str) -> str:
        """Return the files behind a measure, joined by ``; ``."""
        return "; ".join(dict.fromkeys(file for table in self.tables_of(measure) for file in self.files.get(table, ())))

    def files_of_criterion(self, criterion: str) -> str:
        """Return the files behind a leaf, joined by ``; ``; nothing for a node."""
        leaf = self.rulebook.criterion(criterion)
        if leaf.panel is not None:
            return "; ".join(self.files.get(leaf.panel.id, ()))
        if leaf.ballot is not None:
            return "; ".join(self.files.get(leaf.ballot.id, ()))
        return "" if leaf.measure is None else self.files_of_measure(leaf.measure)

    def records(self, period: str, unit: str, measure: str) -> int | None:
        """Return how many rows were looked at for a unit's measure; for a measure of measures, those of its bases."""
        own = self.rows.get((period, unit, measure), (None, None))[0]
        if own is not None:
            return own
        by_table: dict[str, int] = {}
        for base in self.bases.get(measure, ()):
            count = self.rows.get((period, unit, base), (None, None))[0]
            table = self.rulebook.measures[base].table or ""
            if count is not None:
                by_table[table] = max(by_table.get(table, 0), count)
        return sum(by_table.values()) if by_table else None

    def parts(self, period: str, unit: str, measure: str) -> str | None:
        """Return the pieces of a measure's formula in figures; what people judged is told down to its counts, however
        many measures lie between.
        """
        own = self.rows.get((period, unit, measure), (None, None))[1]
        told: dict[str, list[str]] = {}
        for base in self.bases.get(measure, ()):
            text = self.rows.get((period, unit, base), (None, None))[1]
            if base != measure and text and self.rulebook.measures[base].judged is not None:
                told.setdefault(text, []).append(base)  # several outputs of one ballot share its counts
        counts = [f"{', '.join(bases)}: {text}" for text, bases in told.items()]
        return "; ".join([own or "", *counts]).removeprefix("; ") if counts else own

    def noting(self, changes: Sequence[Change]) -> Provenance:
        """Return the same with what preparation did to each figure."""
        return replace(self, prepared=notes_of(changes))


def provenance_of(folder: Folder, table: MeasureTable, panels: Mapping[tuple[str, str, str], Judged]) -> Provenance:
    """Gather the provenance of everything in a folder; ``panels`` is keyed by period, panel or output of a ballot, and
    unit.
    """
    rows = {
        (period, unit, measure): (records, parts)
        for period, unit, measure, records, parts in table.frame.select(
            "period", "unit", "measure", "records", "parts"
        ).iter_rows()
    }
    return Provenance(folder.rulebook, files_of(folder), bases_of(folder.rulebook), rows, panels)


def files_of(folder: Folder) -> dict[str, tuple[str, ...]]:
    """Return the files behind each dataset, survey, panel and ballot (its papers and its turnout)."""
    tables: dict[str, Table] = {**folder.datasets, **folder.surveys, **folder.panels}
    found = {name: tuple(file.path for file in table.files) for name, table in tables.items()}
    for name in folder.ballots:
        parts = (folder.ballots[name], folder.turnout[name]) if name in folder.turnout else (folder.ballots[name],)
        found[name] = tuple(file.path for part in parts for file in part.files)
    return found


def bases_of(rulebook: Rulebook) -> dict[str, tuple[str, ...]]:
    """Return, for each measure, the measures over records or surveys that it rests on (itself, if it is one)."""
    direct: dict[str, tuple[str, ...]] = {}
    for name, measure in rulebook.measures.items():
        direct[name] = (
            () if measure.formula is None else check(measure.formula, measure_scope(rulebook, measure)).measures
        )
    found: dict[str, tuple[str, ...]] = {}

    def bases(name: str) -> tuple[str, ...]:
        if name not in found:
            measure = rulebook.measures[name]
            own = (name,) if measure.table is not None else ()
            below = tuple(base for used in direct[name] for base in bases(used))
            found[name] = tuple(dict.fromkeys((*own, *below)))
        return found[name]

    for name in rulebook.measures:
        bases(name)
    return found

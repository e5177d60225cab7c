"""Scoring a cycle: over what is frozen, else over what is filed; once for each state of the records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from shuping_web.cycles.models import Cycle, Stage
from shuping_web.cycles.queries import book_of, tables_beside
from shuping_web.filing.adapters import Row
from shuping_web.filing.models import RecordSet
from shuping_web.filing.queries import frozen, register, rows_of
from shuping_web.ledger.queries import head
from shuping_web.people.language import Lang
from shuping_web.people.models import Unit
from shuping_web.results.adapters import Behind, Move, Scoring, moves, score


def scoring_of(cycle: Cycle) -> Scoring:
    """Return the scored cycle. Raises the library's InputError.

    The last event stands for the state of all records: nothing changes without one.
    """
    return _scoring(cycle.pk, (head() or (0, ""))[1])


@lru_cache(maxsize=8)
def _scoring(cycle_id: int, _state: str) -> Scoring:
    cycle = Cycle.objects.select_related("rulebook").get(pk=cycle_id)
    if cycle.stage == Stage.FROZEN:
        kept = frozen(cycle_id)
        assert kept is not None
        return scoring_of_set(kept)
    book = book_of(cycle)
    rows = rows_of(book, accepted_only=False, until=cycle.period)
    return score(book, register(), rows, tables_beside(cycle), cycle.period)


def scoring_of_set(kept: RecordSet) -> Scoring:
    """Return what a record set scores, from nothing but what it holds. Raises the library's InputError."""
    return _scoring_of_set(kept.pk, kept.sha256)


@lru_cache(maxsize=8)
def _scoring_of_set(number: int, _sha256: str) -> Scoring:
    kept = RecordSet.objects.select_related("cycle__rulebook").get(pk=number)
    content = kept.content
    rows = {
        name: [Row(row["unit"], row["period"], row["values"], row.get("record")) for row in found]
        for name, found in content["records"].items()
    }
    tables = [(room, name, text) for room, name, text in content.get("tables", ())]
    return score(book_of(kept.cycle), content["units"], rows, tables, content["period"], frozen=True)


def moves_of_set(kept: RecordSet, lang: Lang) -> list[Move]:
    """Return the units that a record set and the one it superseded tell apart. Raises the library's InputError."""
    before = kept.supersedes
    assert before is not None
    return _moves(before.pk, before.sha256, kept.pk, kept.sha256, lang)


@lru_cache(maxsize=16)
def _moves(before: int, before_sha256: str, after: int, after_sha256: str, lang: Lang) -> list[Move]:
    return moves(_scoring_of_set(before, before_sha256), _scoring_of_set(after, after_sha256), lang)


@dataclass(frozen=True)
class Table:
    """Records of one dataset as a table: its title, the heads of its columns, and rows of (record, unit, texts)."""

    title: str
    heads: list[str]
    rows: list[tuple[int | None, str, list[str]]]


def tables_behind(scoring: Scoring, code: str, criterion: str, lang: Lang) -> list[Table]:
    """Return the records behind a unit's points for a criterion, as tables in words."""
    names = {unit.code: (unit.name_en if lang == "en" else "") or unit.name for unit in Unit.objects.all()}
    return [_table(scoring, found, names, lang) for found in scoring.behind(code, criterion)]


def _table(scoring: Scoring, found: Behind, names: Mapping[str, str], lang: Lang) -> Table:
    dataset = scoring.rulebook.datasets[found.dataset]
    heads = [field.title.get(lang) if field.title else name for name, field in dataset.fields.items()]
    for_periods = dataset.period is not None

    def texts(row: Row) -> list[str]:
        shown = [row.period] if for_periods else []
        for name, field in dataset.fields.items():
            value = row.values.get(name, "")
            if field.options and value in field.options:
                value = field.options[value].get(lang)
            shown.append(names.get(value, value) if field.type == "unit" else value)
        return shown

    rows = [(row.record, names.get(row.unit, row.unit), texts(row)) for row in found.rows]
    title = dataset.title.get(lang) if dataset.title else found.dataset
    return Table(title, [_("Period"), *heads] if for_periods else heads, rows)

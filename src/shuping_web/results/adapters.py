"""The library run over the site's records, and its view of a standing in one language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.safestring import SafeString, mark_safe

import shuping
from shuping.documents import drawing, rank_drawing
from shuping.documents.report_arrange import arrange
from shuping.documents.report_groups import GroupView, Pair, Scale, Standing
from shuping.documents.report_view import Node, ReportView, UnitView
from shuping.errors import InputError, ShupingError
from shuping.formula.nodes import Measure as MeasureNode
from shuping.measures.remembered import Remembered
from shuping.measures.statements import Book
from shuping.records.conversion import read_date
from shuping.review.compare import compare
from shuping.rulebook.model import Measure, Rulebook
from shuping.values.periods import Period
from shuping_web.filing.adapters import Row
from shuping_web.people.language import Lang, colon
from shuping_web.results.kept import Given, LastOf, folder_reusing

__all__ = ["InputError", "ReportView", "Scoring", "ShupingError", "score"]


@dataclass(frozen=True)
class Place:
    """One unit in a group's standing: texts as printed, drawings without colour alone to tell things apart."""

    unit: str
    name: str
    rank: int | None
    open: bool
    """A person must decide the rank."""
    interval: str | None
    span: SafeString
    total: str | None
    dots: SafeString
    grade: str
    change: str | None
    rank_change: int | None
    missing: str
    note: str

    @property
    def rank_down(self) -> int:
        """How many places were lost."""
        return -(self.rank_change or 0)


@dataclass(frozen=True)
class Group:
    """A comparison group. ``head`` and ``spans`` are the drawn heads of the columns of totals and intervals."""

    id: str
    title: str
    rows: tuple[Place, ...]
    head: SafeString
    spans: SafeString
    graded: bool
    intervals: bool
    changes: bool
    together: tuple[str, ...] = ()
    """Names of units that cannot be told apart, one text a band."""


@dataclass(frozen=True)
class Line:
    """One criterion of a unit with all that explains it; ``depth`` 0 is the total."""

    criterion: str
    depth: int
    kind: str
    title: str
    points: str | None
    full: str | None
    bar: SafeString
    rule: str
    figures: str
    value: str | None
    source: str
    formula: str | None
    parts: str | None
    records: int | None
    weight: str | None
    contribution: str | None
    before: str | None
    missing: str
    opens: bool
    """Whether records of a dataset lie behind it; answers to a survey and marks are never shown one by one."""
    children: tuple[Line, ...]


@dataclass(frozen=True)
class Explained:
    """A unit's page: its place, its tree, its neighbours in the standing, what is said of its rank, its findings."""

    place: Place
    group: str
    ranked: int
    before: Place | None
    after: Place | None
    previous_total: str | None
    certainty: tuple[str, ...]
    findings: tuple[str, ...]
    total: Line | None


@dataclass(frozen=True)
class Behind:
    """Records of one dataset that a measure of a unit looked at: those of the unit and of the units below it."""

    dataset: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Scoring:
    """A scored cycle and the rows it was scored from."""

    result: Any
    rulebook: Rulebook
    rows: Mapping[str, Sequence[Row]]
    remembered: Remembered = field(default_factory=Remembered, repr=False, compare=False)
    """What the next score of the same cycle need not work out again."""

    @cached_property
    def view(self) -> ReportView:
        """The library's own arrangement of the result."""
        return arrange(self.result)

    def groups(self, lang: Lang) -> list[Group]:
        """Return the comparison groups with their units in order of rank; drawn once a language."""
        if lang not in self._drawn:
            self._drawn[lang] = [self._group(group, lang) for group in self.view.groups]
        return self._drawn[lang]

    @cached_property
    def _drawn(self) -> dict[Lang, list[Group]]:
        return {}

    def _group(self, group: GroupView, lang: Lang) -> Group:
        spans = _spans(self.view, group.id)
        return Group(
            id=group.id, title=_of(group.title, lang),
            rows=tuple(_place(row, lang, group.scale, spans) for row in group.rows),
            head=_safe(drawing.scale_head(group.scale)), spans=spans.get("", _safe("")), graded=group.graded,
            intervals=any(row.interval for row in group.rows), changes=group.has_previous,
            together=_together(self.view, group.id, lang),
        )  # fmt: skip

    def unit(self, code: str, lang: Lang) -> Explained | None:
        """Return why a unit has its total, from the total down; None for one that is not appraised."""
        found = next((unit for unit in self.view.units if unit.standing.unit == code), None)
        return None if found is None else self._explained(found, lang)

    def _explained(self, found: UnitView, lang: Lang) -> Explained:
        spans = _spans(self.view, found.group.id)

        def placed(row: Standing | None) -> Place | None:
            return None if row is None else _place(row, lang, found.group.scale, spans)

        own = placed(found.standing)
        assert own is not None
        return Explained(
            own, _of(found.group.title, lang), found.group.ranked, placed(found.before), placed(found.after),
            found.standing.previous_total, tuple(_of(text, lang) for text in found.certainty),
            tuple(f"{_of(one.title, lang)}{colon(lang)}{one.value}" for one in found.findings),
            None if found.root is None else _line(found.root, lang, 0, self._opening),
        )  # fmt: skip

    def behind(self, code: str, criterion: str) -> list[Behind]:
        """Return the rows behind a unit's points for a criterion, by dataset; none where it rests on no records."""
        found = next((one for one in self.rulebook.walk() if one.id == criterion), None)
        if found is None or found.measure is None:
            return []
        below = set(self.result.register.below(code))
        when = Period.parse(self.result.period, self.rulebook.year_starts)
        return [
            Behind(name, tuple(row for row in self.rows.get(name, ()) if row.unit in below and _inside(row, *bounds)))
            for name, bounds in self._datasets(found.measure, when).items()
        ]

    @cached_property
    def _opening(self) -> frozenset[str]:
        when = Period.parse(self.result.period, self.rulebook.year_starts)
        leaves = [one for one in self.rulebook.walk() if one.measure is not None]
        return frozenset(one.id for one in leaves if self._datasets(one.measure or "", when))

    def _datasets(self, measure: str, when: Period) -> dict[str, tuple[str | None, Period]]:
        """Return the datasets that a measure reads, with the field that dates their rows and the days that count."""
        found: dict[str, tuple[str | None, Period]] = {}
        for name in self._made_of(measure):
            spec = self.rulebook.measures[name]
            if spec.from_ is not None:
                found[spec.from_] = (self.rulebook.datasets[spec.from_].date_field, _window(spec, when))
        return found

    @cached_property
    def _trees(self) -> Mapping[str, Any]:
        return Book.of(self.rulebook).trees

    def _made_of(self, measure: str) -> list[str]:
        trees, found, waiting = self._trees, [], [measure]
        while waiting:
            name = waiting.pop(0)
            if name in found:
                continue
            found.append(name)
            if name in trees:
                nodes = trees[name].root.walk()
                waiting += [node.name for node in nodes if isinstance(node, MeasureNode) and node.when == "now"]
        return found


def _window(measure: Measure, when: Period) -> Period:
    if measure.window == "period":
        return when
    return Period(when.year().start, when.end, when.name, when.kind, when.year_starts)


def _inside(row: Row, dated_by: str | None, when: Period) -> bool:
    if dated_by is not None:
        day = read_date(row.values.get(dated_by, ""))
        return day is not None and when.contains(day)
    try:
        return when.contains(Period.parse(row.period, when.year_starts))
    except ValueError:
        return False


def _of(text: Pair | None, lang: Lang) -> str:
    if text is None:
        return ""
    return (text.en or text.zh) if lang == "en" else (text.zh or text.en)


def _safe(svg: str) -> SafeString:
    # Drawn by the library, which escapes every text in it.
    return mark_safe(svg)  # nosec B308 B703


def _spans(view: ReportView, group: str) -> dict[str, SafeString]:
    """Return the drawn interval of each unit of a group for sampling error, and under ``""`` the column's head."""
    for ranks in view.certainty:
        if ranks.group.id != group:
            continue
        for kind in ranks.kinds:
            if kind.kind == "sampling":
                drawn = {row.standing.unit: _safe(rank_drawing.span(row, kind)) for row in kind.rows}
                return {**drawn, "": _safe(rank_drawing.places_head(kind))}
    return {}


def _together(view: ReportView, group: str, lang: Lang) -> tuple[str, ...]:
    kinds = [kind for ranks in view.certainty if ranks.group.id == group for kind in ranks.kinds]
    bands = [band for kind in kinds if kind.kind == "sampling" for _, band in kind.bands if len(band) > 1]
    return tuple(("、" if lang == "zh" else ", ").join(_of(row.name, lang) for row in band) for band in bands)


def _place(row: Standing, lang: Lang, scale: Scale, spans: Mapping[str, SafeString]) -> Place:
    return Place(
        unit=row.unit, name=_of(row.name, lang), rank=row.rank, open=row.rank_open, interval=row.interval,
        span=spans.get(row.unit, _safe("")), total=row.total, dots=_safe(drawing.dots(row.dots, scale)),
        grade=_of(row.grade, lang), change=row.change, rank_change=row.rank_change, missing=_of(row.missing, lang),
        note=_of(row.note, lang),
    )  # fmt: skip


def _line(node: Node, lang: Lang, depth: int, opening: frozenset[str]) -> Line:
    before = f"{node.previous_points} / {node.previous_max}" if node.previous_points else None
    return Line(
        criterion=node.criterion, depth=depth, kind=node.kind, title=_of(node.title, lang), points=node.points,
        full=node.points_max, bar=_safe(drawing.bar(node.share, node.others, node.previous_share)),
        rule=_of(node.rule, lang), figures=node.substituted or "", value=node.value, source=_of(node.source, lang),
        formula=node.formula, parts=node.parts, records=node.records, weight=node.weight,
        contribution=node.contribution if depth else None, before=before, missing=_of(node.missing, lang),
        opens=node.criterion in opening,
        children=tuple(_line(child, lang, depth + 1, opening) for child in node.children),
    )  # fmt: skip


def lines(total: Line) -> Iterator[Line]:
    """Yield a line and all below it."""
    yield total
    for child in total.children:
        yield from lines(child)


def score(
    rulebook: Rulebook,
    units: Sequence[Mapping[str, Any]],
    records: Mapping[str, Sequence[Row]],
    tables: Sequence[tuple[str, str, str]],
    period: str,
    *,
    frozen: bool = False,
) -> Scoring:
    """Score records as a folder with the same rows would be. ``tables``: room, name and text of CSV files. Raises
    InputError with every problem. What was scored last of a cycle is used again for what did not change; ``frozen``
    records are compared with the last frozen ones, not with those that stand now.
    """
    given = Given(rulebook, units, records, tables, period, frozen)
    return _scored.get(given.key, given, lambda last: _score(given, last))


def _score(given: Given, last: tuple[Given, Scoring] | None) -> Scoring:
    remembered = Remembered() if last is None else last[1].remembered
    result = shuping.score(folder_reusing(given), given.period, remembered=remembered)
    return Scoring(result, given.rulebook, given.records, remembered)


_scored: LastOf[Scoring] = LastOf()
"""What was scored last of each rule book and period: signing in, asking and accepting change none of the rows."""


@dataclass(frozen=True)
class Move:
    """A unit whose total, rank or grade is not the same in two results; ``causes``: title, change of points."""

    unit: str
    name: str
    total_before: str
    total_after: str
    change: str
    rank_before: int | None
    rank_after: int | None
    grade_before: str
    grade_after: str
    causes: tuple[tuple[str, str], ...]


def moves(before: Scoring, after: Scoring, lang: Lang) -> list[Move]:
    """Return the units that two results tell apart, with what their change of points is made of."""
    compared = compare(before.result, after.result)
    grades = after.rulebook.grades

    def grade(code: str | None) -> str:
        title = grades[code].title if code in grades else None
        return title.get(lang) if title else code or ""

    return [
        Move(
            unit=row["unit"], name=(row["name_en"] if lang == "en" else "") or row["name"],
            total_before=_number(row["total_a"]), total_after=_number(row["total_b"]), change=_signed(row["change"]),
            rank_before=row["rank_a"], rank_after=row["rank_b"],
            grade_before=grade(row["grade_a"]), grade_after=grade(row["grade_b"]),
            causes=tuple(
                (cause[f"title_{lang}"] or cause["title_zh"] or cause["kind"], _signed(cause["difference"]))
                for cause in compared.of(row["unit"]).rows(named=True)
            ),
        )
        for row in compared.moved.rows(named=True)
    ]  # fmt: skip


def _number(value: Any) -> str:
    return "" if value is None else f"{value:f}"


def _signed(value: Any) -> str:
    return "" if value is None else f"{value:+f}" if value else f"{value:f}"

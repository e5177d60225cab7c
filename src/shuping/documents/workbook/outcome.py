"""The last columns of a calculation sheet: published total, what ties are broken by, rank, grade, and what changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from shuping.documents.ordering import StandingRow
from shuping.documents.workbook import formulas
from shuping.documents.workbook.figures import Figures, Shown
from shuping.documents.workbook.formulas import Key, if_number, rounded, rounds_alike
from shuping.documents.workbook.grading import Basis, Grades
from shuping.documents.workbook.slots import Slot, only
from shuping.rulebook.grading_model import Grade, TieKey
from shuping.rulebook.model import Rulebook
from shuping.values.ranking import RankStyle, ranks_of
from shuping.values.rounding import Mode, round_exact

Formula = Callable[[int], str]
Kind = Literal["formula", "entry", "kept"]
CERTAIN = 10
"""Decimals of an unrounded total that a spreadsheet has for certain."""


@dataclass(frozen=True)
class OutcomeColumn:
    """A column: its ``key`` among the phrases (``subject``: the criterion it speaks of, ``detail``: the grade), the
    ``formula`` of a row, and what every unit's cell shows. Without a formula it is an ``entry`` (what follows is live),
    a figure ``kept`` on purpose, or what ought to have a ``formula`` and has none.
    """

    key: str
    place: int
    shown: Mapping[str, Shown]
    formula: Formula | None
    subject: str = ""
    kind: Kind = "formula"
    detail: str = ""


Measured = Callable[[str], tuple[str, Mapping[str, Fraction]]]
"""A measure's title, and its values by unit as measures.csv has them."""


def outcome_columns(
    rulebook: Rulebook,
    figures: Figures,
    members: Sequence[StandingRow],
    title: Callable[[str], str],
    measured: Measured,
) -> list[OutcomeColumn]:
    """Return the columns behind the criteria; ``title`` names a grade as the workbook does."""
    return _Columns(rulebook, figures, {row["unit"]: row for row in members}, title, measured).all()


@dataclass(frozen=True)
class _Tie:
    """A tie-breaking column and the figures it holds."""

    place: int
    lower: bool
    figures: Mapping[str, Fraction | None]


class _Columns:
    def __init__(
        self,
        rulebook: Rulebook,
        figures: Figures,
        rows: Mapping[str, StandingRow],
        title: Callable[[str], str],
        measured: Measured,
    ) -> None:
        self.rulebook, self.figures, self.rows, self.title = rulebook, figures, rows, title
        self.measured = measured
        self.made: list[OutcomeColumn] = []
        self.total = figures.root.points
        self.totals = {unit: figures.total(unit) for unit in rows}
        self.published = {unit: None if row["total"] is None else Fraction(row["total"]) for unit, row in rows.items()}
        self.loss: int | None = None
        self.place: int | None = None
        self.places: Mapping[str, int | None] = dict.fromkeys(rows)

    def add(
        self,
        key: str,
        shown: Mapping[str, Shown],
        formula: Formula | None,
        subject: str = "",
        kind: Kind = "formula",
        detail: str = "",
    ) -> int:
        place = self.figures.root.points + 1 + len(self.made)
        self.made.append(OutcomeColumn(key, place, shown, formula, subject, kind, detail))
        return place

    def all(self) -> list[OutcomeColumn]:
        if self.figures.adjusting.active:
            self._adjust()
        published = self._publish()
        self._ranks(published)
        if self.rulebook.grades and self.rulebook.groups[self.figures.adjusting.group].graded:
            self._grades(published)
        self._movement(published)
        return self.made

    def _adjust(self) -> None:
        """Add bonus and deduction as figures, and the total with them."""
        adjusting, cell = self.figures.adjusting, self.figures.cell
        kind: Kind = "formula" if adjusting.follows_points else "entry"
        bonus = self.add("bonus", {unit: adjusting.shown_bonus(unit) for unit in self.rows}, None, kind=kind)
        losses = {unit: float(adjusting.deduction(unit)) for unit in self.rows}
        self.loss = self.add("deduction", losses, None, kind="entry")
        criteria, loss, full = self.total, self.loss, self.figures.fixed(self.figures.root.points, self.figures.full)

        def adjusted(row: int) -> str:
            return adjusting.formula(cell(criteria, row), cell(bonus, row), cell(loss, row), full)

        shown = {unit: _number(total) for unit, total in self.totals.items()}
        self.total = self.add("adjusted_total", shown, None if adjusting.fixed else adjusted)

    def _publish(self) -> int:
        """Add the published total."""
        rounding = self.rulebook.rounding

        def publish(row: int) -> str:
            reference = self.figures.cell(self.total, row)
            return if_number(reference, rounded(reference, rounding.places, rounding.mode))

        live = all(self._alike(unit) for unit in self.rows)
        shown = {unit: _number(number) for unit, number in self.published.items()}
        return self.add("published_total", shown, publish if live else None)

    def _alike(self, unit: str) -> bool:
        """Tell whether the published total is the rounded one of this sheet."""
        total, published, rounding = self.totals[unit], self.published[unit], self.rulebook.rounding
        if total is None or published is None:
            return total is None and published is None
        return rounds_alike(total, rounding.places, rounding.mode) and (
            round_exact(Fraction(total), rounding.places, rounding.mode) == published
        )

    def _movement(self, published: int) -> None:
        """Add the total as it was scored, and what changes in the sheet have made of it."""
        cell = self.figures.cell
        shown = {unit: _number(number) for unit, number in self.published.items()}
        given = self.add("total_as_scored", shown, None, kind="kept")

        def differ(row: int) -> str:
            now, then = cell(published, row), cell(given, row)
            places = self.rulebook.rounding.places
            return f'IF(AND(ISNUMBER({now}),ISNUMBER({then})),ROUND({now}-{then},{places}),"")'

        self.add("moved_by", {unit: "" if text == "" else 0.0 for unit, text in shown.items()}, differ)

    def _ranks(self, published: int) -> None:
        basis: int = published
        values: Mapping[str, Fraction | None] = self.published
        if self.rulebook.rounding.rank_on == "unrounded":
            basis, values = self._certain("ranked_on")
        ties = self._ties()
        shown = {unit: "" if row["rank"] is None else float(row["rank"]) for unit, row in self.rows.items()}
        ranked = {unit: rank for unit, rank in shown.items() if rank != ""}
        dense = self.rulebook.rank_style == "dense"
        if ties is None or _ranks_of(values, ties, "dense" if dense else "competition") != ranked:
            self.add("rank", shown, None)
            return
        cell, column = self.figures.cell, self.figures.column

        def rank(row: int) -> str:
            found = [Key(cell(tie.place, row), column(tie.place), tie.lower) for tie in ties]
            return formulas.rank(cell(basis, row), column(basis), found)

        places = _ranks_of(values, ties, "competition")
        self.places = {unit: int(places[unit]) if unit in places else None for unit in self.rows}
        self.place = self.add("place" if dense else "rank", {unit: places.get(unit, "") for unit in self.rows}, rank)
        if dense:
            place = self.place
            self.add("rank", shown, lambda row: formulas.dense_rank(cell(place, row), column(place)))

    def _certain(self, key: str) -> tuple[int, Mapping[str, Fraction | None]]:
        """Add the unrounded total without the digits that are noise."""
        values = {
            unit: None if number is None else round_exact(Fraction(number), CERTAIN)
            for unit, number in self.totals.items()
        }
        return self._rounded_column(key, self.total, values, (CERTAIN, "half_up")), values

    def _rounded_column(
        self, key: str, source: int, values: Mapping[str, Fraction | None], stage: tuple[int, Mode], subject: str = ""
    ) -> int:
        places, mode = stage

        def formula(row: int) -> str:
            reference = self.figures.cell(source, row)
            text = f"ROUND({reference},{places})" if places == CERTAIN else rounded(reference, places, mode)
            return if_number(reference, text)

        return self.add(key, {unit: _number(number) for unit, number in values.items()}, formula, subject)

    def _ties(self) -> list[_Tie] | None:
        """Add a column for each tie-breaking key; None where one has no formula."""
        found: list[_Tie] = []
        slots = {slot.criterion.id: slot for slot in self.figures.root.walk() if slot.criterion.id}
        everywhere = {criterion.id for criterion in self.rulebook.walk()}
        for key in self.rulebook.tiebreak:
            if key.key in everywhere and key.key not in slots:
                continue  # a criterion of other groups: equal for all
            tie = self._points_tie(key, slots[key.key]) if key.key in slots else self._other_tie(key)
            if tie is None:
                return None
            found.append(tie)
        return found

    def _stage(self, places: int) -> tuple[int, Mode]:
        rounding = self.rulebook.rounding
        return (places, rounding.mode) if rounding.rank_on == "published" else (CERTAIN, "half_up")

    def _points_tie(self, key: TieKey, slot: Slot) -> _Tie | None:
        places, mode = self._stage(self.rulebook.rounding.detail_places)
        exact = {unit: self.figures.exact(slot, unit) for unit in self.rows}
        values = {
            unit: None if one is None else round_exact(Fraction(one), places, mode) for unit, one in exact.items()
        }
        place = self._rounded_column("tiebreak_on", slot.points, values, (places, mode), key.key)
        return _Tie(place, key.direction == "lower", values)

    def _other_tie(self, key: TieKey) -> _Tie | None:
        """A tie broken by the unrounded total, by deductions, or by a measure that stands in the sheet."""
        if key.key == "unrounded_total":
            place, values = self._certain("unrounded_total")
            return _Tie(place, key.direction == "lower", values)
        if key.key == "fewer_deductions":
            return self._deduction_tie(key)
        slot = next(
            (slot for slot in self.figures.root.walk() if slot.criterion.measure == key.key and slot.live), None
        )
        if key.key not in self.rulebook.measures:
            return None
        declared = self.rulebook.measures[key.key]
        lower = declared.direction == "lower" if key.direction is None else key.direction == "lower"
        if slot is None or slot.value is None:
            return self._entered_tie(key, lower)
        places, mode = self._stage(declared.value_places)
        given = {unit: self.figures.given(slot, unit) for unit in self.rows}
        values = {unit: None if one is None else round_exact(one, places, mode) for unit, one in given.items()}
        place = self._rounded_column("tiebreak_on", slot.value, values, (places, mode), slot.criterion.id)
        return _Tie(place, lower, values)

    def _entered_tie(self, key: TieKey, lower: bool) -> _Tie | None:
        """A tie broken by a measure that scores nothing in this sheet: its published values are entered."""
        if self.rulebook.rounding.rank_on == "unrounded":
            return None
        title, found = self.measured(key.key)
        values = {unit: found.get(unit) for unit in self.rows}
        shown = {unit: _number(number) for unit, number in values.items()}
        return _Tie(self.add("tiebreak_on", shown, None, kind="entry", detail=title), lower, values)

    def _deduction_tie(self, key: TieKey) -> _Tie | None:
        """The deductions' column itself, where nothing was given back on account of the lowest total."""
        if self.loss is None or self.rulebook.adjustments.deduct_floor is not None:
            return None
        taken = {unit: self.figures.adjusting.deduction(unit) for unit in self.rows}
        return _Tie(self.loss, key.direction != "higher", taken)

    def _grades(self, published: int) -> None:
        grades, unrounded = self.rulebook.grades, self.rulebook.grading.thresholds_on == "unrounded"
        titles = {unit: self.title(row["grade"]) if row["grade"] is not None else "" for unit, row in self.rows.items()}
        totals = self.totals if unrounded else self.published
        expected = {unit: _grade_of(grades, total, self.title) for unit, total in totals.items()}
        simple = all(only(grade, frozenset({"title", "min"})) for grade in grades.values())
        if not simple or self.rulebook.adjustments.veto or titles != expected:
            self._grades_in_line(published, titles)
            return
        steps = [(grade.min, self.title(name)) for name, grade in grades.items()]

        def grade(row: int) -> str:
            cell = self.figures.cell(self.total if unrounded else published, row)
            return if_number(cell, formulas.grade(f"ROUND({cell},{CERTAIN})" if unrounded else cell, steps))

        self.add("grade", titles, grade)

    def _grades_in_line(self, published: int, titles: Mapping[str, str]) -> None:
        """Add grades that are given from the best one down: by quota, with vetoes."""
        unrounded = self.rulebook.grading.thresholds_on == "unrounded"
        basis = Basis(
            self.total if unrounded else published,
            lambda cell: f"ROUND({cell},{CERTAIN})" if unrounded else cell,
            self.totals if unrounded else self.published,
            self.place,
            self.places,
        )
        limits = self.figures.root.points + 1 + len(self.made) if self.rulebook.adjustments.veto else None
        grades = Grades(self.rulebook, self.figures, self.rows, basis, limits)
        found = grades.work_out()
        if found is None or titles != {unit: "" if one is None else self.title(one) for unit, one in found.items()}:
            self.add("grade", titles, None)
            return
        if limits is not None:
            best: Mapping[str, Shown] = {unit: float(number) for unit, number in grades.best.items()}
            self.add("grade_limit", best, None, kind="entry")
        self.add("grade", titles, grades.add(self.add, self.title))


def _number(number: Fraction | None) -> Shown:
    return "" if number is None else float(number)


def _ranks_of(values: Mapping[str, Fraction | None], ties: Sequence[_Tie], style: RankStyle) -> dict[str, float]:
    """Return the ranks that the sheet's own columns come to, to be compared with the library's."""
    keys: dict[str, list[Fraction]] = {}
    for unit, value in values.items():
        if value is not None:
            keys[unit] = [value]
            for tie in ties:
                figure = tie.figures[unit]
                sign = -1 if tie.lower else 1
                keys[unit] += [Fraction(0), Fraction(0)] if figure is None else [Fraction(1), sign * figure]
    return {unit: float(rank) for unit, rank in ranks_of(keys, style).items()}


def _grade_of(grades: Mapping[str, Grade], total: Fraction | None, title: Callable[[str], str]) -> str:
    for name, grade in grades.items():
        if total is not None and (grade.min is None or total >= grade.min):
            return title(name)
    return ""

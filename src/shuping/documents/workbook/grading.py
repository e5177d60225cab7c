"""Grades in the calculation sheet by threshold, quota and veto: for each grade who stands in line, and who gets it.

The formulas follow ``standing.grades``. Places are a share of the units ranked (or of the group), exactly: the share
stays a fraction. Units with equal ranks get a place together or not at all, as the rule book says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Protocol

from shuping.documents.ordering import StandingRow
from shuping.documents.workbook.figures import Figures, Shown
from shuping.documents.workbook.formulas import literal, quoted
from shuping.documents.workbook.slots import only
from shuping.rulebook.grading_model import Grade
from shuping.rulebook.model import Rulebook

LIVE_KEYS = frozenset({"title", "min", "share", "count", "round"})
"""What a grade may say and still be worked out by formulas."""
OPEN = "△"
"""Stands where units with equal ranks compete for fewer places, and a person decides."""


class Adds(Protocol):
    """Adds a column with what it shows, its formula, and the grade it speaks of; returns its place."""

    def __call__(
        self, key: str, shown: Mapping[str, Shown], formula: Callable[[int], str] | None, *, detail: str = ""
    ) -> int: ...


@dataclass(frozen=True)
class Basis:
    """What grades are given on: the columns of the total that thresholds are compared with (``reading``: how a cell is
    read) and of the place (None where it has no formula), and what both hold.
    """

    total: int
    reading: Callable[[str], str]
    totals: Mapping[str, Fraction | None]
    place: int | None
    places: Mapping[str, int | None]


@dataclass
class _Given:
    """One grade: its columns, who stands in line and who gets it (1; 2: a place left empty), and the places there
    are: as a figure, and as a formula.
    """

    line: dict[str, int] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)
    column: int = 0
    places: int = 0
    formula: str = "0"
    quota: bool = False


class Grades:
    """The grade columns of one group."""

    def __init__(
        self, rulebook: Rulebook, figures: Figures, rows: Mapping[str, StandingRow], basis: Basis, limits: int | None
    ) -> None:
        self.rulebook, self.figures, self.rows, self.basis = rulebook, figures, rows, basis
        self.names, self.grading, self.group = list(rulebook.grades), rulebook.grading, figures.adjusting.group
        self.best = best_grades(rulebook, rows)
        self.limits = limits
        self.given: list[_Given] = []
        self.over, self.over_formula = 0, ""

    @property
    def with_quota(self) -> bool:
        """Whether any grade of this group has a number of places."""
        return any(grade.quota(self.group) is not None for grade in self.rulebook.grades.values())

    def work_out(self) -> dict[str, str | None] | None:
        """Return every unit's grade as the formulas will give it; None where they cannot: a grade by worst criteria,
        units tied across the edge for a person to decide, or quotas over places that have no formula.
        """
        if not all(only(grade, LIVE_KEYS) for grade in self.rulebook.grades.values()):
            return None
        if self.with_quota and self.basis.place is None:
            return None
        for number, name in enumerate(self.names[:-1]):
            found = self._offer(number, self.rulebook.grades[name])
            if found is None:
                return None
            self.given.append(found)
        return {unit: self._grade(unit) for unit in self.rows}

    def there(self, unit: str) -> bool:
        """Tell whether a unit competes for grades."""
        return (self.basis.places[unit] if self.with_quota else self.basis.totals[unit]) is not None

    def _grade(self, unit: str) -> str | None:
        if not self.there(unit):
            without: str | None = self.rows[unit]["grade"]
            return without
        taken = (name for name, given in zip(self.names, self.given, strict=False) if given.taken[unit] == 1)
        return next(taken, self.names[-1])

    def _allowed(self, unit: str, number: int) -> bool:
        return self.best[unit] <= number + 1

    def _offer(self, number: int, grade: Grade) -> _Given | None:
        base = len(self.rows) if self.grading.quota_base == "group" else sum(map(self.there, self.rows))
        count = grade.places(self.group, base)
        found = _Given(quota=count is not None)
        found.line = {unit: int(self._in_line(unit, number, grade, found.quota)) for unit in self.rows}
        if count is None:
            found.taken = dict(found.line)
            return found
        found.places = count + self.over
        for unit in self.rows:
            before, tied = self._ahead(found, unit)
            if found.line[unit] and self.grading.tied_at_edge == "decide" and before < found.places < before + tied:
                return None
            fits = before < found.places if self.grading.tied_at_edge == "all_in" else before + tied <= found.places
            found.taken[unit] = (1 if self._allowed(unit, number) else 2) if found.line[unit] and fits else 0
        left = found.places - sum(map(bool, found.taken.values()))
        self.over = max(0, left) if self.grading.unreached_slot == "next_grade" else 0
        return found

    def _in_line(self, unit: str, number: int, grade: Grade, quota: bool) -> bool:
        total = self.basis.totals[unit]
        if not self.there(unit) or total is None or any(given.taken[unit] == 1 for given in self.given):
            return False
        if grade.min is not None and total < grade.min:
            return False
        if self._allowed(unit, number):
            return True
        return quota and self._keeps and all(given.taken[unit] != 2 for given in self.given)

    @property
    def _keeps(self) -> bool:
        """Whether a place that a veto frees stays empty."""
        return self.grading.freed_slot == "empty" and self.limits is not None

    def _ahead(self, found: _Given, unit: str) -> tuple[int, int]:
        mine = self.basis.places[unit]
        line = [self.basis.places[other] for other in self.rows if found.line[other]]
        return sum(mine is not None and place is not None and place < mine for place in line), line.count(mine)

    def add(self, add: Adds, title: Callable[[str], str]) -> Callable[[int], str]:
        """Add a column for each grade but the last (two for one with a quota); return the formula of the grade."""
        for number, given in enumerate(self.given):
            grade, detail = self.rulebook.grades[self.names[number]], title(self.names[number])
            shown: Mapping[str, Shown] = {unit: float(found) for unit, found in given.line.items()}
            line = add("in_line", shown, self._line_formula(number, grade), detail=detail)
            given.column = line
            if given.quota:
                given.formula = self._places_formula(grade)
                taken: Mapping[str, Shown] = {unit: float(found) for unit, found in given.taken.items()}
                given.column = add("given", taken, self._taken_formula(number, line), detail=detail)
                if self.grading.unreached_slot == "next_grade":
                    column = self.figures.column(given.column)
                    self.over_formula = f'+MAX(0,{given.formula}-COUNTIF({column},">0"))'
        return self._grade_formula(title)

    def _present(self, row: int) -> str:
        column = self.basis.place if self.with_quota else self.basis.total
        assert column is not None
        return f"ISNUMBER({self.figures.cell(column, row)})"

    def _line_formula(self, number: int, grade: Grade) -> Callable[[int], str]:
        earlier, quota = self.given[:number], self.given[number].quota

        def formula(row: int) -> str:
            cell = self.figures.cell
            conditions = [f"{cell(given.column, row)}<>1" for given in earlier]
            if self.grading.tied_at_edge == "decide":
                conditions += [f"{cell(given.column, row)}<>{quoted(OPEN)}" for given in earlier if given.quota]
            if grade.min is not None:
                conditions.append(f"{self.basis.reading(cell(self.basis.total, row))}>={literal(grade.min)}")
            if self.limits is not None:
                conditions.append(self._allowed_formula(row, number, earlier if quota and self._keeps else None))
            fits = f"IF(AND({','.join(conditions)}),1,0)" if conditions else "1"
            return f"IF({self._present(row)},{fits},0)"

        return formula

    def _allowed_formula(self, row: int, number: int, earlier: Sequence[_Given] | None) -> str:
        assert self.limits is not None
        allowed = f"{self.figures.cell(self.limits, row)}<={number + 1}"
        if earlier is None:
            return allowed
        unspent = [f"{self.figures.cell(given.column, row)}<>2" for given in earlier if given.quota]
        return f"OR({allowed},AND({','.join(unspent)}))" if unspent else "TRUE"

    def _places_formula(self, grade: Grade) -> str:
        quota = grade.quota(self.group)
        assert quota is not None
        assert self.basis.place is not None
        if grade.share is None:
            return f"({literal(quota)}{self.over_formula})"
        ranked = f"COUNT({self.figures.column(self.basis.place)})"
        base = ranked if self.grading.quota_base == "ranked" else str(len(self.rows))
        top, bottom = quota.numerator, quota.denominator
        whole = {
            "floor": f"INT({top}*{base}/{bottom})",
            "ceiling": f"-INT(-{top}*{base}/{bottom})",
            "half_up": f"INT((2*{top}*{base}+{bottom})/{2 * bottom})",
        }[grade.round]
        return f"({whole}{self.over_formula})"

    def _taken_formula(self, number: int, line: int) -> Callable[[int], str]:
        given, decide = self.given[number], self.grading.tied_at_edge == "decide"
        above = [earlier for earlier in self.given[:number] if earlier.quota] if decide else []

        def formula(row: int) -> str:
            assert self.basis.place is not None
            place, places = self.figures.cell(self.basis.place, row), self.figures.column(self.basis.place)
            mine, column = self.figures.cell(line, row), self.figures.column(line)
            before = f"SUMPRODUCT({column}*({places}<{place}))"
            through = f"SUMPRODUCT({column}*({places}<={place}))"
            takes = "1" if self.limits is None else f"IF({self.figures.cell(self.limits, row)}<={number + 1},1,2)"
            fits = (
                f"{before}<{given.formula}" if self.grading.tied_at_edge == "all_in" else f"{through}<={given.formula}"
            )
            others = f"IF({before}<{given.formula},{quoted(OPEN)},0)" if decide else "0"
            text = f"IF({fits},{takes},{others})"
            for earlier in above:  # what is open above leaves it open how many places there are here
                text = f"IF(COUNTIF({self.figures.column(earlier.column)},{quoted(OPEN)})>0,{quoted(OPEN)},{text})"
            return f"IF({mine}=1,{text},0)"

        return formula

    def _grade_formula(self, title: Callable[[str], str]) -> Callable[[int], str]:
        units = list(self.figures.units)

        def formula(row: int) -> str:
            text = quoted(title(self.names[-1]))
            for name, given in reversed(list(zip(self.names, self.given, strict=False))):
                text = f"IF({self.figures.cell(given.column, row)}=1,{quoted(title(name))},{text})"
            open_ = [f"{self.figures.cell(given.column, row)}={quoted(OPEN)}" for given in self.given if given.quota]
            if open_ and self.grading.tied_at_edge == "decide":
                text = f'IF(OR({",".join(open_)}),"",{text})'
            unit = units[row - self.figures.first]
            without = self.rows[unit]["grade"] if not self.there(unit) else None
            return f"IF({self._present(row)},{text},{quoted(title(without) if without is not None else '')})"

        return formula


def best_grades(rulebook: Rulebook, rows: Mapping[str, StandingRow]) -> dict[str, int]:
    """Return the best grade that the vetoes leave to each unit, as its place among the grades (1: the first)."""
    names = list(rulebook.grades)
    vetoes = {veto.id: veto for veto in rulebook.adjustments.veto}
    found = {}
    for unit, row in rows.items():
        best = 1
        for name in (row["veto"] or "").split(";") if row["veto"] else ():
            veto = vetoes[name]
            lowest = names.index(veto.grade) + 1 if veto.grade is not None else len(names)
            best = max(best, 2 if veto.effect == "bar_top" else lowest)
        found[unit] = best
    return found

"""Values of measures over all units at once: formulas on merged partials, roll-up, earlier periods, targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from shuping.errors import InputError, Place, Problem, RulebookError
from shuping.formula.nodes import Aggregate, Attribute, Node
from shuping.measures.arithmetic import number
from shuping.measures.figures import Piece
from shuping.measures.gather import DatasetCells, Gatherer
from shuping.measures.judged import Judgements
from shuping.measures.running import added
from shuping.measures.sampling_error import Errors, of_survey, through_formula
from shuping.measures.statements import Book
from shuping.measures.survey_units import UnitSample, nobody, pieces, unit_sample
from shuping.measures.survey_units import ask as ask_survey
from shuping.measures.tree import UnitTree
from shuping.measures.windows import group_of
from shuping.records.folder import Folder
from shuping.rulebook.model import Measure
from shuping.values import Missing, Value, parse_exact
from shuping.values.periods import Period
from shuping.values.rational import CODE_OF_REASON, Flags, Ints, Rationals, choose


@dataclass(frozen=True)
class Outcome:
    """One measure in one period, a cell per unit. ``reporting``: who has rows behind the value; ``errors``: what
    sampling errors do to it; ``judged``: of a ballot or panel, what the value is made of, in place of ``pieces``.
    """

    values: Rationals
    reporting: np.ndarray
    records: Ints | None = None
    sampled: UnitSample | None = None
    errors: Errors = field(default_factory=dict)
    pieces: Mapping[str, Piece] = field(default_factory=dict)
    note: str = ""
    judged: list[str | None] | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked: a measure in a period; of the unit's ``own`` rows only; as an ``earlier`` value of another one."""

    measure: str
    period: Period
    own: bool = False
    earlier: bool = False


class Evaluator:
    """Evaluates measures on demand and remembers them."""

    def __init__(self, folder: Folder, book: Book, tree: UnitTree, gatherer: Gatherer) -> None:
        self.folder, self.book, self.tree, self.gatherer = folder, book, tree, gatherer
        self.judgements = Judgements(folder, tree)
        self._known: dict[Ask, Outcome] = {}
        self._open: list[tuple[str, bool]] = []
        self._attributes: dict[str, Rationals] = {}

    @property
    def size(self) -> int:
        """The number of units."""
        return len(self.tree)

    def outcome(self, ask: Ask) -> Outcome:
        """Return the outcome. Raises RulebookError for measures that are made of each other in a circle."""
        if ask not in self._known:
            step = (ask.measure, ask.own)
            if step in self._open:
                names = [name for name, _ in [*self._open[self._open.index(step) :], step]]
                raise RulebookError(Problem("measures.circle", {"circle": " -> ".join(names)}))
            self._open.append(step)
            self._known[ask] = self._evaluate(ask, self.book.rulebook.measures[ask.measure])
            self._open.pop()
        return self._known[ask]

    def _piece(self, node: Node, sources: MeasureInputs) -> Piece:
        if isinstance(node, Attribute) and node.type == "text":
            return self.attribute_texts(node.name)
        return number(node, sources)

    def forget(self) -> None:
        """Let go of all values, attributes apart: the next period needs none of them."""
        self._known.clear()
        self.judgements.forget()
        self.gatherer.forget()

    def _evaluate(self, ask: Ask, measure: Measure) -> Outcome:
        if measure.roll_up is not None and not ask.own:
            return self._rolled_up(ask, measure)
        if measure.survey is not None:
            return self._survey(ask, measure)
        if measure.judged is not None:
            found = self.judgements.output(measure.judged, ask.period.name)
            return Outcome(found.values, found.records > 0, found.records, judged=found.parts)
        sources = MeasureInputs(self, ask, measure)
        values = number(self.book.trees[ask.measure].root, sources)
        names = {} if measure.tiers is None else measure.tiers.pieces()
        shown = [(node, sources.tree.source(node)) for node in sources.tree.pieces()]
        pieces = {names.get(text, text): self._piece(node, sources) for node, text in shown}
        note = "" if measure.per_unit is None else f"per_unit: {measure.per_unit}"
        note = "cumulative" if measure.cumulative else note
        errors = through_formula(self.book.trees[ask.measure].root, sources, sources.errors)
        return Outcome(values, sources.reporting, sources.records, errors=errors, pieces=pieces, note=note)

    def silence_is_zero(self, dataset: str) -> bool:
        """Tell whether no rows mean zero: as declared, but never where nobody handed in the dataset at all."""
        table = self.folder.datasets.get(dataset)
        there = table is not None and (bool(table.files) or table.parquet is not None or table.frame.height > 0)
        return there and self.book.rulebook.datasets[dataset].no_records == "zero"

    # --- roll-up

    def _rolled_up(self, ask: Ask, measure: Measure) -> Outcome:
        """Evaluate each unit on its own rows, then reduce over the unit and those below that report."""
        own = self.outcome(Ask(ask.measure, ask.period, own=True, earlier=ask.earlier))
        assert measure.roll_up is not None
        silent = Rationals.full(Missing("no_records"), self.size)
        none = np.zeros(self.size, dtype=np.int8)
        reported = choose(Flags(own.reporting, none), own.values, silent)
        values = self.tree.below.reduce(reported, measure.roll_up, self._latest(ask, measure))
        reporting = self.tree.below.merge(own.reporting.astype(np.int64), "sum") > 0
        values = choose(Flags(reporting, none), values, own.values)
        records = None if own.records is None else self.tree.below.merge(own.records, "sum")
        counted = self.tree.below.merge((reported.known).astype(np.int64), "sum")
        pieces = {"units": Rationals.make(counted)}
        return Outcome(values, reporting, records, pieces=pieces, note=f"roll_up: {measure.roll_up}")

    def _latest(self, ask: Ask, measure: Measure) -> Ints | None:
        if measure.roll_up != "last" or measure.from_ is None:
            return None
        return self.gatherer.cells(measure.from_, ask.period).latest(group_of(measure), self.size)

    # --- surveys

    def _survey(self, ask: Ask, measure: Measure) -> Outcome:
        asked = ask_survey(self.folder, ask.measure, ask.period.name, self.tree)
        sampled = nobody(self.tree) if asked is None else unit_sample(asked, own=ask.own)
        survey = self.book.rulebook.surveys[measure.survey or ""]
        shown = pieces(sampled, measure, survey, ask.period.name)
        errors = of_survey((ask.measure, ask.period.name), sampled.se)
        return Outcome(sampled.values(measure), sampled.records > 0, sampled.records, sampled, errors, shown)

    # --- attributes and targets

    def attribute(self, name: str) -> Rationals:
        """Return ``unit.<name>`` of every unit. Raises InputError naming each cell that is not a number."""
        if name not in self._attributes:
            problems: list[Problem] = []
            found: list[Value] = []
            for unit in self.folder.register:
                try:
                    found.append(unit.number(name))
                except ValueError:
                    given = {"unit": unit.id, "attribute": name, "given": unit.attributes[name]}
                    problems.append(Problem("measures.attribute-not-number", given, Place("units.csv", field=name)))
            if problems:
                raise InputError(problems)
            self._attributes[name] = Rationals.of(found)
        return self._attributes[name]

    def attribute_texts(self, name: str) -> list[str | None]:
        """Return ``unit.<name>`` of every unit as written."""
        return [unit.attributes.get(name) for unit in self.folder.register]

    @cached_property
    def _targets(self) -> Mapping[tuple[str, str], Mapping[str, str]]:
        found: dict[tuple[str, str], dict[str, str]] = {}
        if self.folder.targets is not None:
            frame = self.folder.targets.frame.select("measure", "period", "unit", "value")
            for measure, period, unit, value in frame.iter_rows():
                found.setdefault((measure, period), {})[unit] = value
        return found

    def target(self, measure: str, period: Period) -> Rationals:
        """Return the target of every unit for a measure and period, Missing("no_target") where none is set."""
        given = self._targets.get((measure, period.name), {})
        none: Value = Missing("no_target")
        found, problems = [], []
        for unit in self.tree.ids:
            try:
                found.append(parse_exact(given[unit]) if unit in given else none)
            except ValueError:
                words = {"unit": unit, "measure": measure, "period": period.name, "given": given[unit]}
                problems.append(Problem("measures.target-not-number", words, Place("targets.csv", field="value")))
        if problems:
            raise InputError(problems)
        return Rationals.of(found)


class MeasureInputs:
    """What one formula reads: its dataset's summaries, and other measures, attributes and targets."""

    def __init__(self, evaluator: Evaluator, ask: Ask, measure: Measure) -> None:
        self.evaluator, self.ask, self.measure = evaluator, ask, measure
        self.size = evaluator.size
        self._seen: dict[str, Rationals] = {}
        self._reporting: np.ndarray | None = None
        self.tree = evaluator.book.trees[ask.measure]

    @property
    def records(self) -> Ints | None:
        """Rows of the dataset in the window, of the unit and those below (own: of the unit); None without a dataset."""
        if self.measure.from_ is None:
            return None
        return self._cells.records_of(group_of(self.measure), self.evaluator.tree, own=self.ask.own)

    @property
    def reporting(self) -> np.ndarray:
        """Units with rows behind the value, through other measures too."""
        records = self.records
        if records is not None:
            return records > 0
        return np.zeros(self.size, dtype=np.bool_) if self._reporting is None else self._reporting

    @property
    def _cells(self) -> DatasetCells:
        assert self.measure.from_ is not None
        return self.evaluator.gatherer.cells(self.measure.from_, self.ask.period)

    def aggregate(self, node: Aggregate) -> Rationals:
        """Return a summary of records per unit."""
        source = self.tree.source(node)
        if source not in self._seen:
            self._seen[source] = self._summary(source)
        records = self.records
        if self.ask.earlier and records is not None and not records.any():
            return Rationals.full(Missing("no_previous"), self.size)  # nobody kept records then: not a zero
        return self._seen[source]

    def _summary(self, source: str) -> Rationals:
        assert self.measure.from_ is not None
        group = group_of(self.measure)
        zero = self.evaluator.silence_is_zero(self.measure.from_)
        tree, own = self.evaluator.tree, self.ask.own
        if self.measure.cumulative and self.measure.window == "period":
            gatherer, dataset = self.evaluator.gatherer, self.measure.from_
            return added(gatherer, dataset, self.ask.period, source, tree, zero=zero, own=own)
        if not group.filed:
            return self._cells.value(group, source, zero, tree, own=own)
        return self._cells.reduced(group, source, zero, tree, self.measure.per_unit or "last", own=own)

    def errors(self, name: str, when: str) -> Errors:
        """Return the sampling errors of another measure, in this period or an earlier one."""
        return self.evaluator.outcome(self._asked(name, when)).errors

    def _asked(self, name: str, when: str) -> Ask:
        if when == "now":
            return Ask(name, self.ask.period, self.ask.own, self.ask.earlier)
        period = self.ask.period
        earlier = period.previous() if when == "previous" else period.last_year()
        return Ask(name, earlier, self.ask.own, earlier=True)

    def other(self, name: str, when: str) -> Rationals:
        """Return another measure, in this period or an earlier one."""
        found = self.evaluator.outcome(self._asked(name, when))
        if when == "now":
            self._reporting = found.reporting if self._reporting is None else self._reporting | found.reporting
            return found.values
        values = found.values
        code = np.int8(CODE_OF_REASON["no_previous"])
        return Rationals(values.top, values.bottom, np.where(values.known, np.int8(0), code))

    def attribute(self, name: str) -> Rationals:
        """Return ``unit.<name>``."""
        return self.evaluator.attribute(name)

    def attribute_texts(self, name: str) -> list[str | None]:
        """Return ``unit.<name>`` as text."""
        return self.evaluator.attribute_texts(name)

    def target(self) -> Rationals:
        """Return the unit's target for this measure."""
        return self.evaluator.target(self.ask.measure, self.ask.period)

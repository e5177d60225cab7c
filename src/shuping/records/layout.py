"""What a table of the folder looks like: its columns, which headings name them, how each is converted.

A layout is made once per dataset, survey, panel and for the targets; readers, templates and given frames share it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal

import polars as pl

from shuping.records.ballot_rules import mark_printed, one_paper, turnout_rules, vote_column
from shuping.records.conversion import (
    Conversion,
    choice_column,
    date_column,
    exact_column,
    flag_column,
    integer_column,
    number_column,
    period_column,
    text_column,
)
from shuping.records.frame_rules import FrameRule, below_unit, filer_allowed, something_decided, unique_rows
from shuping.records.moments import moment_column
from shuping.records.panel_rules import mark_or_absent, marks_fit
from shuping.records.register import Register
from shuping.records.spellings import Calendar, both, option_labels, option_spellings, unit_labels, unit_spellings
from shuping.records.successor_rules import successor_rules
from shuping.records.unique import key_columns
from shuping.rulebook.ballot_model import Ballot
from shuping.rulebook.model import Dataset, Field, Rulebook
from shuping.rulebook.panel_model import Panel
from shuping.rulebook.survey_model import NumberQuestion, SurveyDesign
from shuping.values.scalars import Text

MARK_PLACES = 4
WEIGHT_PLACES = 12
STANDARD: dict[str, Text] = {
    "unit": Text(zh="单位", en="Unit"),
    "filer": Text(zh="填报单位", en="Filed by"),
    "period": Text(zh="期间", en="Period"),
    "stratum": Text(zh="层", en="Stratum"),
    "cluster": Text(zh="群", en="Cluster"),
    "weight": Text(zh="权重", en="Weight"),
    "fpc": Text(zh="总体数", en="Population count"),
    "fpc2": Text(zh="群内总体数", en="Population count of the cluster"),
    "post_stratum": Text(zh="事后分层", en="Post-stratum"),
    "reviewer": Text(zh="评委", en="Reviewer"),
    "group": Text(zh="评委组", en="Reviewer group"),
    "item": Text(zh="评分项", en="Item"),
    "mark": Text(zh="得分", en="Mark"),
    "measure": Text(zh="指标", en="Measure"),
    "value": Text(zh="目标值", en="Target value"),
    "grade": Text(zh="等次", en="Grade"),
    "reason": Text(zh="理由", en="Reason"),
    "document": Text(zh="文号", en="Document"),
    "at": Text(zh="评分时间", en="Marked at"),
    "base": Text(zh="基础分", en="Base value"),
    "factor": Text(zh="系数", en="Factor"),
    "ballot": Text(zh="选票编号", en="Ballot no."),
    "own_unit": Text(zh="投票人所在单位", en="Voter's own unit"),
    "eligible": Text(zh="应到人数", en="Eligible"),
    "issued": Text(zh="发出票数", en="Ballots issued"),
    "present": Text(zh="实到人数", en="Present"),
    "returned": Text(zh="收回票数", en="Ballots returned"),
}


@dataclass(frozen=True)
class Form:
    """What a form offers for a column: the kind of cell, the drop-down's entries, the limits."""

    kind: Literal["choice", "date", "integer", "number", "text"] = "text"
    choices: tuple[str, ...] = ()
    low: Fraction | date | None = None
    high: Fraction | date | None = None
    places: int = 0
    others: bool = False
    """Whether something else than the entries may be typed in: the form then warns and does not refuse."""


@dataclass(frozen=True)
class Column:
    """One column: ``required`` cells, and whether it may lack altogether; ``default`` fills empty cells."""

    name: str
    convert: Conversion
    dtype: Any
    title: Text | None = None
    required: bool = True
    may_lack: bool = False
    default: pl.Expr | None = None
    form: Form = Form()
    on_form: bool = True
    """False: accepted where a file has it, not asked for on a form."""


@dataclass(frozen=True)
class Layout:
    """A table: its name, the folder it lives in, its columns in order, the rules over several columns, its key."""

    table: str
    room: str
    columns: tuple[Column, ...]
    rules: tuple[FrameRule, ...] = ()
    repeats: FrameRule | None = None
    title: Text | None = None
    aliases: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """The machine names of the columns."""
        return [column.name for column in self.columns]

    @property
    def schema(self) -> dict[str, Any]:
        """Column name to Polars type, as the accepted table has them."""
        return {column.name: column.dtype for column in self.columns}

    def empty(self) -> pl.DataFrame:
        """Return the accepted table without rows."""
        return pl.DataFrame(schema={**self.schema, "_file": pl.UInt32, "_row": pl.UInt32})

    def headings(self, name: str) -> tuple[str, ...]:
        """Return the headings that name a column: its machine name, then its titles where they are not ambiguous."""
        return (name, *(heading for heading, target in self.aliases.items() if target == name and heading != name))


def _layout(
    table: str, room: str, columns: Sequence[Column], rules: Iterable[FrameRule], key: Sequence[str], title: Text | None
) -> Layout:
    repeats = unique_rows(key) if key else None
    return Layout(table, room, tuple(columns), tuple(rules), repeats, title, _aliases(columns))


def _aliases(columns: Sequence[Column]) -> dict[str, str]:
    """Titles may stand as headings; a title that would name two columns names none."""
    spellings: dict[str, set[str]] = {}
    for column in columns:
        title = column.title or STANDARD.get(column.name)
        for text in {title.zh, title.en, both(title)} if title else ():
            spellings.setdefault(text.strip(), set()).add(column.name)
    names = {column.name for column in columns}
    return {text: min(targets) for text, targets in spellings.items() if len(targets) == 1 and text not in names}


@dataclass(frozen=True)  # no slots: the spellings are worked out once
class Layouts:
    """Makes the layouts of one rule book over one register."""

    rulebook: Rulebook
    register: Register

    @cached_property
    def _units(self) -> tuple[dict[str, str], dict[str, list[str]]]:
        return unit_spellings(self.register)

    @cached_property
    def calendar(self) -> Calendar:
        """The rule book's periods."""
        return Calendar.of(self.rulebook)

    def dataset(self, name: str) -> Layout:
        """Return the layout of ``records/<name>``."""
        dataset = self.rulebook.datasets[name]
        columns = [self._unit("unit"), self._filer(dataset)]
        if dataset.period is not None:
            columns.append(self._period(dataset.period))
        columns += [self._field(field_name, spec, dataset) for field_name, spec in dataset.fields.items()]
        rules: list[FrameRule] = [filer_allowed(dataset.filed_by, self.register)]
        rules += [below_unit(name, self.register) for name, spec in dataset.fields.items() if spec.below is not None]
        return _layout(name, "records", columns, rules, key_columns(dataset), dataset.title)

    def survey(self, name: str) -> Layout:
        """Return the layout of ``surveys/<name>``."""
        survey, design = self.rulebook.surveys[name], self.rulebook.surveys[name].design
        smallest = Fraction(1, 10**WEIGHT_PLACES)
        weight = number_column(WEIGHT_PLACES, smallest)
        form = Form("number", low=smallest, places=WEIGHT_PLACES)
        clustered = design is not None and design.clusters != "none"
        columns = [
            self._unit("unit"),
            _stratum(design),
            Column("cluster", text_column(), pl.String, required=clustered, may_lack=not clustered),
            Column("weight", weight, pl.Decimal(38, WEIGHT_PLACES), may_lack=True, default=pl.lit(1), form=form),
            self._period(None, optional=True),
            *(_drawn(column, design) for column in (design.columns if design else ())),
        ]
        columns += [_choice(question, options, required=False) for question, options in survey.questions.items()]
        columns += [_number(question, spec) for question, spec in survey.numbers.items()]
        return _layout(name, "surveys", columns, (), (), survey.title)

    def panel(self, name: str) -> Layout:
        """Return the layout of ``marks/<name>``. An absent judge has no row, or a word of absence in place of a mark; a
        row without either is refused.
        """
        panel = self.rulebook.panels[name]
        lowest = min((spec.min for spec in panel.items.values()), default=Fraction(0))
        highest = max((spec.highest for spec in panel.items.values()), default=Fraction(0))
        mark = Form("number", low=lowest, high=highest, places=MARK_PLACES)
        columns = [
            Column("reviewer", text_column(), pl.String),
            self._reviewer_group(panel),
            self._unit("unit"),
            self._panel_item(panel),
            Column("mark", mark_or_absent(panel, MARK_PLACES), pl.Decimal(38, MARK_PLACES), form=mark),
            self._period(None, optional=True),
        ]
        if panel.asks_reasons:
            columns.append(Column("reason", text_column(), pl.String, required=False, may_lack=True))
        columns.append(Column("at", moment_column(), pl.Datetime("us"), required=False, may_lack=True, on_form=False))
        key = ("reviewer", "unit", "item", "period")
        return _layout(name, "marks", columns, [marks_fit(panel)], key, panel.title)

    def panel_items(self, name: str) -> Layout:
        """Return the layout of ``items/<name>``: the items that each unit is judged on, with their base and factor."""
        panel = self.rulebook.panels[name]
        wanted = {key for (_, key), figure in panel.figures() if figure.is_listed}
        number, form = number_column(MARK_PLACES), Form("number", places=MARK_PLACES)
        columns = [self._unit("unit"), self._panel_item(panel)]
        columns += [Column(key, number, pl.Decimal(38, MARK_PLACES), form=form) for key in sorted(wanted)]
        columns.append(self._period(None, optional=True))
        return _layout(name, "items", columns, (), ("unit", "item", "period"), panel.title)

    def reviewers(self, name: str) -> Layout:
        """Return the layout of ``reviewers/<name>``: who judges, in which group, and the unit that each belongs to."""
        panel = self.rulebook.panels[name]
        columns = [
            Column("reviewer", text_column(), pl.String),
            self._reviewer_group(panel),
            self._unit("unit", Text(zh="评委所在单位", en="Reviewer's own unit"), required=False),
        ]
        return _layout(name, "reviewers", columns, (), ("reviewer",), panel.title)

    def conflicts(self, name: str) -> Layout:
        """Return the layout of ``conflicts/<name>``: the units that a reviewer has declared to stand aside for."""
        columns = [
            Column("reviewer", text_column(), pl.String),
            self._unit("unit"),
            Column("reason", text_column(), pl.String, required=False, may_lack=True),
        ]
        return _layout(name, "conflicts", columns, (), ("reviewer", "unit"), self.rulebook.panels[name].title)

    def _reviewer_group(self, panel: Panel) -> Column:
        return _choice("group", {name: panel.group_titles.get(name) or Text(zh=name, en=name) for name in panel.groups})

    def _panel_item(self, panel: Panel) -> Column:
        return _choice("item", {name: spec.title or Text(zh=name, en=name) for name, spec in panel.items.items()})

    def ballot(self, name: str) -> Layout:
        """Return the layout of ``ballots/<name>``: a row is a line of one ballot paper, an empty mark a blank line."""
        ballot = self.rulebook.ballots[name]
        options = {option: spec.title or Text(zh=option, en=option) for option, spec in ballot.options.items()}
        items = {item: spec.title or Text(zh=item, en=item) for item, spec in ballot.items.items()}
        spelled = option_spellings(options)
        form = Form("choice", tuple(option_labels(options)), others=True) if options else Form()
        vote = Text(zh="评价", en="Vote")
        columns = [
            Column("ballot", text_column(), pl.String),
            self._voters(ballot),
            self._unit("unit"),
            _choice("item", items, required=bool(items)),
            Column("mark", vote_column(ballot, spelled), pl.String, vote, required=False, form=form),
            self._unit("own_unit", required=False),
            self._period(None, optional=True),
        ]
        key = ["ballot", "unit", *(["item"] if items else []), "period"]
        rules = [one_paper(["group", "own_unit", *(["unit"] if ballot.form == "one" else [])])]
        if ballot.kind == "marks" and ballot.void.out_of_range == "refused":
            rules.append(mark_printed(ballot))
        return _layout(name, "ballots", columns, rules, key, ballot.title)

    def turnout(self, name: str) -> Layout:
        """Return the layout of ``turnout/<name>``: how many could vote, got a ballot, came, and handed one in."""
        ballot = self.rulebook.ballots[name]
        people, form = integer_column(Fraction(0)), Form("integer", low=Fraction(0))
        columns = [
            self._voters(ballot),
            Column("eligible", people, pl.Int64, form=form),
            Column("issued", people, pl.Int64, form=form),
            Column("present", people, pl.Int64, required=False, may_lack=True, form=form),
            Column("returned", people, pl.Int64, required=False, may_lack=True, form=form),
            self._unit("unit", required=False),
            self._period(None, optional=True),
        ]
        return Layout(name, "turnout", tuple(columns), turnout_rules(ballot), None, ballot.title, _aliases(columns))

    def _voters(self, ballot: Ballot) -> Column:
        groups = {name: group.title or Text(zh=name, en=name) for name, group in ballot.groups.items()}
        return _choice("group", groups, Text(zh="投票人类别", en="Voter group"))

    def targets(self) -> Layout:
        """Return the layout of targets.csv; the value stays the exact text that was written."""
        measures = {name: measure.title or Text(zh=name, en=name) for name, measure in self.rulebook.measures.items()}
        columns = [
            self._unit("unit"),
            self._period(None, anywhere=True),
            _choice("measure", measures),
            Column("value", exact_column(), pl.String),
        ]
        return _layout("targets", "", columns, (), ("unit", "period", "measure"), None)

    def decisions(self) -> Layout:
        """Return the layout of decisions.csv: grades and ranks that people decided, each with its reason."""
        grades = {name: grade.title or Text(zh=name, en=name) for name, grade in self.rulebook.grades.items()}
        columns = [
            self._unit("unit"),
            self._period(None),
            _choice("grade", grades, required=False),
            Column("rank", integer_column(Fraction(1)), pl.Int64, required=False, may_lack=True, form=Form("integer")),
            Column("reason", text_column(), pl.String),
            Column("document", text_column(), pl.String, required=False, may_lack=True),
        ]
        return _layout("decisions", "", columns, (something_decided,), ("unit", "period"), None)

    def successors(self) -> Layout:
        """Return the layout of successors.csv: which units a unit was made of, from which period on."""
        columns = [
            self._unit("from", Text(zh="原单位", en="Predecessor")),
            self._unit("to", Text(zh="新单位", en="Successor")),
            self._period(None, anywhere=True),
            Column("share", exact_column(), pl.String, required=False, may_lack=True),
        ]
        rules = successor_rules(self.register, self.calendar.year_starts)
        return _layout("successors", "", columns, rules, ("from", "to", "period"), None)

    def _unit(self, name: str, title: Text | None = None, required: bool = True) -> Column:
        return Column(name, self._unit_choice(), pl.String, title, required, not required, form=self._unit_form)

    @cached_property
    def _unit_form(self) -> Form:
        return Form("choice", tuple(unit_labels(self.register)))

    def _unit_choice(self) -> Conversion:
        spellings, shared = self._units
        return choice_column(spellings, "records.unknown-unit", shared)

    def _filer(self, dataset: Dataset) -> Column:
        filer = pl.col("unit") if dataset.filed_by == "self" else pl.lit(dataset.filed_by)
        form = self._unit_form
        return Column(
            "filer", self._unit_choice(), pl.String, None, required=False, may_lack=True, default=filer, form=form
        )

    def _period(self, kind: Any, *, optional: bool = False, anywhere: bool = False) -> Column:
        calendar = self.calendar
        inside = () if anywhere else calendar.periods
        convert = period_column(kind, calendar.year_starts, inside, calendar.shown)
        form = Form("choice", calendar.names(kind)) if kind is not None and calendar.periods else Form()
        return Column("period", convert, pl.String, required=not optional, may_lack=optional, form=form)

    def _field(self, name: str, spec: Field, dataset: Dataset) -> Column:
        dating = name == dataset.date_field
        required = spec.required or dating
        if spec.type == "unit":
            return self._unit(name, spec.title, required)
        if spec.type == "category":
            return _choice(name, spec.options or {}, spec.title, required)
        convert, dtype, form = self._conversion(spec, dating)
        return Column(name, convert, dtype, spec.title, required, may_lack=not required, form=form)

    def _conversion(self, spec: Field, dating: bool) -> tuple[Conversion, Any, Form]:
        if spec.type == "date":
            spans = self.calendar.spans if dating else ()
            ends = (spans[0][0], spans[-1][1]) if spans else (date(1900, 1, 1), date(2199, 12, 31))
            return date_column(spans, self.calendar.shown), pl.Date, Form("date", low=ends[0], high=ends[1])
        if spec.type == "integer":
            return integer_column(spec.min, spec.max), pl.Int64, Form("integer", low=spec.min, high=spec.max)
        if spec.type == "number":
            form = Form("number", low=spec.min, high=spec.max, places=spec.places)
            return number_column(spec.places, spec.min, spec.max), pl.Decimal(38, spec.places), form
        if spec.type == "flag":
            return flag_column(), pl.Boolean, Form("choice", ("是", "否"))
        return text_column(), pl.String, Form()


def _choice(name: str, options: Mapping[str, Text], title: Text | None = None, required: bool = True) -> Column:
    convert = choice_column(option_spellings(options))
    form = Form("choice", tuple(option_labels(options)))
    return Column(name, convert, pl.String, title, required, may_lack=not required, form=form)


def _stratum(design: SurveyDesign | None) -> Column:
    """Any text, or one of the strata of the design; then no answer may lack it."""
    if design is None or not design.strata:
        return Column("stratum", text_column(), pl.String, required=False, may_lack=True)
    titles = {name: stratum.title or Text(zh=name, en=name) for name, stratum in design.strata.items()}
    return _choice("stratum", titles)


def _drawn(name: str, design: SurveyDesign | None) -> Column:
    """A column that says how an answer was drawn: a population number, or its post-stratum."""
    if name == "post_stratum":
        known = design.post_strata.population if design and design.post_strata else {}
        return _choice(name, {option: Text(zh=option, en=option) for option in known})
    return Column(name, integer_column(Fraction(1)), pl.Int64, form=Form("integer", low=Fraction(1)))


def _number(name: str, spec: NumberQuestion) -> Column:
    convert = number_column(spec.places, spec.min, spec.max)
    form = Form("number", low=spec.min, high=spec.max, places=spec.places)
    dtype = pl.Decimal(38, spec.places)
    return Column(name, convert, dtype, spec.title, required=False, may_lack=True, form=form)

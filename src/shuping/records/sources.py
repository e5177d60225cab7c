"""sources.yaml: which foreign files feed which tables, and how their columns map to ours.

```yaml
units:                                   # a list of sources, or one
  path: ${SHUPING_CASES}/hdi/file.csv    # relative to the folder; ${NAME} from --set or the environment
  columns: {id: iso3, name: country, kind: {value: country}}
datasets:
  country:
    path: ${SHUPING_CASES}/hdi/file.csv
    columns: {unit: iso3}
    wide: {le: 'le_(?P<period>\\d{4})', gni: 'gnipc_(?P<period>\\d{4})'}
```

The other keys of a source: ``format`` (csv, xlsx, parquet; else by the file's ending), ``encoding``, ``delimiter``,
``sheet``, ``missing`` (marks that mean an empty cell), ``thousands`` (the separator to drop), ``keep`` (rows, by a
foreign column), ``values`` (renames, by our column), ``formats`` (dates and periods, by our column), ``pivot``
(long to wide), ``joins`` (columns of a second file beside the rows that agree with it). A column of ours may be a
constant (``{value: country}``) or several of theirs (``{of: [town, street], by: ", "}``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field as PField
from pydantic import ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError

from shuping.errors import InputError, Problem, RulebookError
from shuping.records.files import read_bytes
from shuping.records.joins import ForeignFile, Join
from shuping.records.suggest import clip, hint, listed
from shuping.rulebook.model import Rulebook
from shuping.rulebook.validation import problems_of
from shuping.rulebook.yaml_source import Positions, decode, read_yaml
from shuping.values.scalars import Frozen

DIRECTIVES: dict[str, str] = {
    "Y": r"(?P<year>\d{4})",
    "m": r"(?P<month>\d{1,2})",
    "d": r"(?P<day>\d{1,2})",
    "q": r"(?P<quarter>[1-4])",
    "V": r"(?P<week>\d{1,2})",
}


class Constant(Frozen):
    """One value for every row."""

    value: str


class Keep(Frozen):
    """A condition on a foreign column that a row must meet; several conditions must all be met."""

    column: str
    equals: str | None = None
    in_: tuple[str, ...] = PField((), alias="in")
    not_in: tuple[str, ...] = ()
    matches: str | None = None

    @field_validator("matches")
    @classmethod
    def _a_pattern(cls, given: str | None) -> str | None:
        if given is not None:
            _compile(given)
        return given

    @model_validator(mode="after")
    def _one_way(self) -> Keep:
        if (self.equals is not None) + bool(self.in_) + bool(self.not_in) + (self.matches is not None) != 1:
            raise PydanticCustomError("source_keep", "exactly one of equals, in, not_in and matches")
        return self

    def test(self, text: str | None) -> bool:
        """Tell whether a cell meets the condition; an empty cell is the empty text."""
        cell = text or ""
        if self.matches is not None:
            return re.fullmatch(self.matches, cell) is not None
        if self.equals is not None:
            return cell == self.equals
        return cell in self.in_ if self.in_ else cell not in self.not_in


class Pivot(Frozen):
    """Long to wide: the cell of column ``name`` says to which of our ``fields`` the cell of ``value`` belongs."""

    name: str
    value: str
    fields: dict[str, str]


class Together(Frozen):
    """Several foreign columns in one cell, ``by`` between them."""

    of: tuple[str, ...] = PField(min_length=2)
    by: str = " "


class Source(ForeignFile):
    """One foreign file, or one use of it."""

    columns: dict[str, str | Constant | Together]
    joins: tuple[Join, ...] = ()
    keep: tuple[Keep, ...] = ()
    values: dict[str, dict[str, str]] = PField(default_factory=dict)
    formats: dict[str, str] = PField(default_factory=dict)
    wide: dict[str, str] = PField(default_factory=dict)
    pivot: Pivot | None = None

    @field_validator("wide")
    @classmethod
    def _patterns(cls, given: dict[str, str]) -> dict[str, str]:
        groups = {tuple(sorted(_compile(pattern).groupindex)) for pattern in given.values()}
        if given and (len(groups) > 1 or not next(iter(groups))):
            raise PydanticCustomError(
                "source_wide", "the same named groups, such as (?P<period>\\d{4}), in every pattern"
            )
        return given

    @field_validator("formats")
    @classmethod
    def _directives(cls, given: dict[str, str]) -> dict[str, str]:
        for text in given.values():
            format_pattern(text)
        return given

    @model_validator(mode="after")
    def _wide_or_pivot(self) -> Source:
        if self.wide and self.pivot is not None:
            raise PydanticCustomError("source_shape", "wide or pivot, not both")
        produced = [*self.columns, *self.wide, *(self.pivot.fields if self.pivot else ())]
        if len(set(produced)) < len(produced):
            raise PydanticCustomError("source_twice", "each of our columns once")
        return self


def format_pattern(text: str) -> re.Pattern[str]:
    """Return the pattern of a format such as ``Q%q %Y``. Raises PydanticCustomError for what is no directive."""
    pieces = re.split(r"%(.)", text)
    pattern = ""
    for at, piece in enumerate(pieces):
        if at % 2 == 0:
            pattern += re.escape(piece)
        elif piece in DIRECTIVES and pieces[1::2].count(piece) == 1:
            pattern += DIRECTIVES[piece]
        else:
            raise PydanticCustomError("source_format", "a format of %Y %q %m %V %d, each once")
    if "Y" not in pieces[1::2]:
        raise PydanticCustomError("source_format", "a format of %Y %q %m %V %d, each once")
    return re.compile(pattern, re.ASCII)


def canonical(match: re.Match[str]) -> str:
    """Return a period or date in our writing: ``2025``, ``2025-Q1``, ``2025-01``, ``2025-W03``, ``2025-01-15``."""
    parts = match.groupdict()
    year = parts["year"]
    if parts.get("quarter"):
        return f"{year}-Q{parts['quarter']}"
    if parts.get("week"):
        return f"{year}-W{int(parts['week']):02d}"
    if parts.get("month"):
        day = f"-{int(parts['day']):02d}" if parts.get("day") else ""
        return f"{year}-{int(parts['month']):02d}{day}"
    return str(year)


def _compile(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise PydanticCustomError("source_pattern", "a regular expression") from error


ROOM_OF = {
    "datasets": "records",
    "surveys": "surveys",
    "panels": "marks",
    "items": "items",
    "reviewers": "reviewers",
    "conflicts": "conflicts",
    "ballots": "ballots",
    "turnout": "turnout",
}
"""Where in the folder the tables that a key of sources.yaml maps have their place."""


@dataclass(frozen=True)
class Use:
    """What a source feeds (``units``, ``targets``, or a room of ``ROOM_OF``), and where it stands."""

    room: str
    table: str
    positions: Positions
    path: tuple[str | int, ...]


class SourcesModel(Frozen):
    """The whole of sources.yaml; each table takes one source or a list of them."""

    units: tuple[Source, ...] = ()
    datasets: dict[str, tuple[Source, ...]] = PField(default_factory=dict)
    surveys: dict[str, tuple[Source, ...]] = PField(default_factory=dict)
    panels: dict[str, tuple[Source, ...]] = PField(default_factory=dict)
    ballots: dict[str, tuple[Source, ...]] = PField(default_factory=dict)
    turnout: dict[str, tuple[Source, ...]] = PField(default_factory=dict)
    items: dict[str, tuple[Source, ...]] = PField(default_factory=dict)
    reviewers: dict[str, tuple[Source, ...]] = PField(default_factory=dict)
    conflicts: dict[str, tuple[Source, ...]] = PField(default_factory=dict)
    targets: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Sources:
    """sources.yaml as read, with the positions for messages."""

    model: SourcesModel
    positions: Positions

    def walk(self) -> Iterator[tuple[Use, Source]]:
        """Yield every source with what it feeds."""
        for key in ("units", "targets"):
            for at, source in enumerate(getattr(self.model, key)):
                yield Use(key, key, self.positions, (key, at)), source
        for key, room in ROOM_OF.items():
            for table, sources in getattr(self.model, key).items():
                for at, source in enumerate(sources):
                    yield Use(room, table, self.positions, (key, table, at)), source


def load_sources(path: Path, rulebook: Rulebook) -> Sources:
    """Read sources.yaml. Raises InputError with every problem, each at its line and column."""
    file = path.name
    try:
        data, positions = read_yaml(decode(read_bytes(path, file), file), file)
    except RulebookError as error:  # the same reader as the rule book's, but the fault lies in the input
        raise InputError(error.problems) from error
    if data is None:
        return Sources(SourcesModel(), positions)
    lone: set[tuple[str | int, ...]] = set()
    if isinstance(data, dict):
        data = _listed(data, lone)
    positions = _renumbered(positions, lone)
    try:
        model = SourcesModel.model_validate(data)
    except ValidationError as error:
        raise InputError(_located(error, positions)) from error
    if problems := list(_unknown_tables(model, rulebook, positions)):
        raise InputError(problems)
    return Sources(model, positions)


class _Same:
    """Nothing was trimmed."""

    def original(self, path: tuple[str | int, ...]) -> tuple[str | int, ...]:
        """Return the path as it is."""
        return path


def _located(error: ValidationError, positions: Positions) -> list[Problem]:
    """Turn pydantic's complaints into problems; what only sources.yaml knows has its sentence in this room."""
    found = problems_of(error, positions, _Same(), SourcesModel)
    for at, item in enumerate(error.errors(include_url=False)):
        if item["type"].startswith("source_"):
            code = f"records.{item['type'].replace('_', '-')}"
            found[at] = Problem(code, {"given": clip(str(item["input"]))}, found[at].place)
    return found


def _listed(data: Mapping[str, Any], lone: set[tuple[str | int, ...]]) -> dict[str, Any]:
    """Put a source that stands alone into a list of one."""
    found = dict(data)
    for key in ("units", "targets"):
        if isinstance(found.get(key), dict):
            found[key] = [found[key]]
            lone.add((key,))
    for key in ROOM_OF:
        if isinstance(found.get(key), dict):
            tables = dict(found[key])
            for table, given in tables.items():
                if isinstance(given, dict):
                    tables[table] = [given]
                    lone.add((key, table))
            found[key] = tables
    return found


def _renumbered(positions: Positions, lone: set[tuple[str | int, ...]]) -> Positions:
    """Give the positions below a lone source the number 0 that its list of one has."""

    def numbered(path: tuple[str | int, ...]) -> tuple[str | int, ...]:
        for length in (1, 2):
            if path[:length] in lone and len(path) > length:
                return (*path[:length], 0, *path[length:])
        return path

    values = {numbered(path): mark for path, mark in positions.values.items()}
    keys = {numbered(path): mark for path, mark in positions.keys.items()}
    return Positions(positions.file, values, keys)


def _unknown_tables(model: SourcesModel, rulebook: Rulebook, positions: Positions) -> Iterator[Problem]:
    known: dict[str, Mapping[str, Any]] = {
        "datasets": rulebook.datasets,
        "surveys": rulebook.surveys,
        "panels": rulebook.panels,
        "ballots": rulebook.ballots,
        "turnout": rulebook.ballots,
        "items": {name: panel for name, panel in rulebook.panels.items() if panel.lists_items},
        "reviewers": rulebook.panels,
        "conflicts": rulebook.panels,
    }
    for key, tables in known.items():
        for table in getattr(model, key):
            if table not in tables:
                params = {"given": table, "allowed": listed(tables) or "—", **hint(table, tables)}
                yield Problem("records.unknown-table", params, positions.place((key, table), key=True))

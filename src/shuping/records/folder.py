"""A folder as it was read: the register and the accepted records, each with the files they came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from shuping.errors import Problem
from shuping.records.register import Register
from shuping.rulebook.model import Rulebook


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One input file: its path relative to the folder (or as given in sources.yaml), sha256 and accepted rows."""

    path: str
    sha256: str
    rows: int


@dataclass(frozen=True, slots=True)
class Table:
    """The accepted rows of a dataset, survey or panel, and where they came from.

    Datasets: ``unit`` (String), ``filer`` (String), ``period`` (String, for datasets filed by period) or the date field
    (Date), then the declared fields: category, unit and text as String, integer as Int64, number as
    ``Decimal(38, places)``, date as Date, flag as Boolean.
    Surveys: ``unit``, ``stratum``, ``cluster``, ``weight`` (Decimal(38, 12)), ``period`` (String or null), then one
    String column a question.
    Panels: ``reviewer``, ``group``, ``unit``, ``item``, ``mark`` (Decimal(38, 4); null declares the reviewer absent for
    the item), ``period`` (String or null) and, where extreme marks need one, ``reason``, then ``at``
    (Datetime, when it was given, or null). Beside them ``panel_items``:
    ``unit``, ``item``, ``base`` and ``factor`` (Decimal(38, 4), where the rule book lists them), ``period``; reviewers:
    ``reviewer``, ``group``, ``unit`` (or null); conflicts: ``reviewer``, ``unit``, ``reason``.
    Ballots: ``ballot``, ``group``, ``unit``, ``item`` (null without items), ``mark`` (String: the option, a plain
    number, several of them joined by ``;``, null for a blank line), ``own_unit`` (or null), ``period`` (or null).
    Turnout: ``group``, ``eligible``, ``issued``, ``present``, ``returned`` (Int64), ``unit``, ``period`` (or null).
    All end with ``_file`` (UInt32, index into ``files``) and ``_row`` (UInt32, row of the sheet, line of the file).
    """

    frame: pl.DataFrame
    files: tuple[SourceFile, ...] = ()
    parquet: Path | None = None
    """The same rows as an accepted Parquet file, where they are too many for a frame (which then holds no rows)."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not accepted, as it stood, with every reason."""

    table: str
    file: str
    row: int
    values: Mapping[str, str]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Folder:
    """Everything that was read from a folder. ``targets`` has unit, period, measure and value (String, exact text);
    ``decisions`` has unit, period, grade, reason and document;
    ``successors`` has from, to, period and share (String, exact text; null for the whole).
    """

    path: Path | None
    rulebook: Rulebook
    register: Register
    datasets: Mapping[str, Table] = field(default_factory=dict)
    surveys: Mapping[str, Table] = field(default_factory=dict)
    panels: Mapping[str, Table] = field(default_factory=dict)
    targets: Table | None = None
    rejected: tuple[Rejected, ...] = ()
    inputs: tuple[SourceFile, ...] = ()
    decisions: Table | None = None
    successors: Table | None = None
    ballots: Mapping[str, Table] = field(default_factory=dict)
    turnout: Mapping[str, Table] = field(default_factory=dict)
    panel_items: Mapping[str, Table] = field(default_factory=dict)
    reviewers: Mapping[str, Table] = field(default_factory=dict)
    conflicts: Mapping[str, Table] = field(default_factory=dict)

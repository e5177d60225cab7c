"""What the documents of ballots and panels show: frames and words, counted and measured before they come here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from shuping.records.register import Register
from shuping.rulebook.ballot_model import Ballot
from shuping.rulebook.model import Rulebook
from shuping.rulebook.panel_model import Panel

EVERYBODY = "*"
"""All groups together, in a column ``group``."""
SCORES: dict[str, Any] = {
    "unit": pl.String,
    "score": pl.String,  # to the rule book's detail places; null where it is missing
    "missing": pl.String,  # reason, see values.missing
}
COUNTS = ("judges", "marks", "absent", "incomplete", "recused", "trimmed")
"""What a panel's score rests on, columns of ``PanelView.scores`` behind those of ``SCORES``."""
GROUPS: dict[str, Any] = {
    "unit": pl.String,
    "group": pl.String,
    "mean": pl.String,  # null where it is hidden
    "judges": pl.Int64,
}
AGREEMENT: dict[str, Any] = {
    "item": pl.String,  # empty for the whole form
    "group": pl.String,  # EVERYBODY, or one reviewer group
    "units": pl.Int64,
    "reviewers": pl.Int64,
    "figure": pl.String,  # ICC(1,1) ... ICC(3,k), alpha_nominal ..., W
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "missing_zh": pl.String,  # why there is no value
    "missing_en": pl.String,
}
UNITS: dict[str, Any] = {
    "unit": pl.String,
    "raw": pl.Float64,
    "adjusted": pl.Float64,
    "se": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
}
REVIEWERS: dict[str, Any] = {
    "reviewer": pl.String,
    "effect": pl.Float64,  # marks above (lenient) or below (severe) the average reviewer's, for the same units
    "se": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "marks": pl.Int64,
}

Sentences = Mapping[str, tuple[str, ...]]
"""Sentences by language (``zh``, ``en``)."""


@dataclass(frozen=True)
class BallotView:
    """One ballot in one period: its count sheet and votes per grade (``panels.ballot_sheet``), the units' ``scores``
    (``SCORES``), and what the voters' agreement means.
    """

    id: str
    ballot: Ballot
    sheet: pl.DataFrame
    grades: pl.DataFrame
    scores: pl.DataFrame
    meaning: Sentences


@dataclass(frozen=True)
class SeverityView:
    """Units' adjusted marks beside the raw ones (``UNITS``), reviewers' severity (``REVIEWERS``; no rows where the
    panel is secret), the ``variances`` (term, levels, variance, share of their sum), and what is to be said of them.
    """

    units: pl.DataFrame
    reviewers: pl.DataFrame
    variances: pl.DataFrame
    meaning: Sentences


@dataclass(frozen=True)
class PanelView:
    """One panel in one period: ``scores`` (``SCORES`` and ``COUNTS``), reviewer ``groups`` (``GROUPS``), ``agreement``
    (``AGREEMENT``) with its ``meaning``, ``spread`` by unit, and severity where it was asked for: the figures, or in
    ``refused`` why there are none.
    """

    id: str
    panel: Panel
    scores: pl.DataFrame
    groups: pl.DataFrame
    agreement: pl.DataFrame
    meaning: Sentences
    spread: pl.DataFrame
    severity: SeverityView | None = None
    refused: Sentences = field(default_factory=dict)


@dataclass(frozen=True)
class Judgement:
    """Everything that people judged in one period."""

    rulebook: Rulebook
    register: Register
    period: str
    ballots: tuple[BallotView, ...]
    panels: tuple[PanelView, ...]

"""The library run over the site's records."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

import shuping
from shuping.errors import InputError, ShupingError
from shuping.rulebook.model import Rulebook
from shuping_web.filing.adapters import Row, folder_of

__all__ = ["Explained", "InputError", "Scoring", "ShupingError", "score"]

ROOMS = {"surveys": "surveys", "marks": "panels", "targets": "targets"}


@dataclass(frozen=True)
class Explained:
    """One line of an explanation: ``depth`` 0 for the total, texts in the language asked for."""

    depth: int
    title: str
    points: str | None
    full: str | None
    rule: str
    figures: str
    missing: str | None


@dataclass(frozen=True)
class Scoring:
    """A scored cycle."""

    result: Any
    rulebook: Rulebook

    def groups(self, lang: str) -> list[tuple[str, list[dict[str, Any]]]]:
        """Return the comparison groups with their units in order of rank."""
        found = []
        for name, group in self.rulebook.groups.items():
            rows = self.result.standing.filter(pl.col("group") == name).to_dicts()
            for row in rows:
                grade = self.rulebook.grades.get(row["grade"] or "")
                row["shown"] = row["name_en"] if lang == "en" else row["name"]
                row["grade_title"] = grade.title.get(lang) if grade is not None and grade.title else row["grade"] or ""
            found.append((group.title.get(lang) if group.title else name, rows))
        return found

    def unit(self, code: str, lang: str) -> list[Explained]:
        """Return why a unit has its total, from the total down."""
        rows = self.result.trace.filter(pl.col("unit") == code).sort("order").to_dicts()
        return [
            Explained(
                row["depth"], row[f"title_{lang}"] or row["criterion"], row["points"], row["points_max"],
                row[f"rule_{lang}"] or "", row["substituted"] or "", row["missing"],
            )
            for row in rows
        ]  # fmt: skip


def score(
    rulebook: Rulebook,
    units: Sequence[Mapping[str, Any]],
    records: Mapping[str, Sequence[Row]],
    tables: Sequence[tuple[str, str, str]],
    period: str,
) -> Scoring:
    """Score records as a folder with the same rows would be. ``tables``: room, name and text of CSV files. Raises
    InputError with every problem.
    """
    others: dict[str, Any] = {"surveys": {}, "panels": {}, "targets": None}
    for room, name, text in tables:
        frame = pl.read_csv(io.StringIO(text), infer_schema=False)
        if room == "targets":
            others["targets"] = frame
        else:
            others[ROOMS[room]][name] = frame
    return Scoring(shuping.score(folder_of(rulebook, units, records, others), period), rulebook)

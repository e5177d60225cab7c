"""A panel's sheets to severity: which marks are compared, and with which terms, as the rule book says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from shuping.errors import Place
from shuping.panels.form_marks import EVERYBODY, FORM, agreement_marks
from shuping.panels.severity.fit import SeverityFit, SeverityModel, fit_severity
from shuping.panels.severity.sample import Sample
from shuping.panels.sheets import UnitSheets
from shuping.rulebook.panel_model import Panel
from shuping.rulebook.severity_model import Severity

SCHEMA = {"unit": pl.String, "reviewer": pl.String, "group": pl.String, "item": pl.String, "mark": pl.Float64}
INTERACTIONS = {"reviewer_item": ("reviewer", "item"), "group_item": ("group", "item")}


def panel_severity(
    panel: Panel, sheets: Mapping[str, UnitSheets], severity: Severity | None = None, *, place: Place | None = None
) -> SeverityFit:
    """Estimate the severity of a panel's reviewers from its sheets (``sheets_of``), absent and recused left out.

    ``severity``: the panel's own, if not given, else the defaults. Totals are those of whole forms; reviewer groups
    differ by a fixed amount and their weights play no part. Raises InputError as ``fit_severity`` does.
    """
    asked = severity or panel.severity or Severity()
    marks = severity_marks(panel, sheets, asked)
    sample = Sample(asked.min_units, asked.min_reviewers, asked.min_comparisons)
    return fit_severity(marks, _model(asked, marks), sample=sample, place=place)


def severity_marks(panel: Panel, sheets: Mapping[str, UnitSheets], severity: Severity) -> pl.DataFrame:
    """Return the marks compared: ``unit``, ``reviewer``, ``group``, ``item`` (empty for the form), ``mark``."""
    rows = _items(panel, sheets) if severity.of == "item" else _forms(panel, sheets)
    return pl.DataFrame(list(rows), schema=SCHEMA, orient="row")


def _items(panel: Panel, sheets: Mapping[str, UnitSheets]) -> Iterator[tuple[str, str, str, str, float]]:
    for unit, given in sheets.items():
        for group in panel.groups:
            for reviewer, form in given.forms.get(group, {}).items():
                for item in panel.items:
                    if item in form:
                        yield unit, reviewer, group, item, float(100 * form[item] / panel.items[item].full)


def _forms(panel: Panel, sheets: Mapping[str, UnitSheets]) -> Iterator[tuple[str, str, str, str, float]]:
    for (item, group), marks in agreement_marks(panel, sheets).items():
        if item == FORM and (group != EVERYBODY or len(panel.groups) == 1):
            name = next(iter(panel.groups)) if group == EVERYBODY else group
            for unit, reviewer, mark in marks.rows:
                yield unit, reviewer, name, FORM, mark / marks.scale


def _model(severity: Severity, marks: pl.DataFrame) -> SeverityModel:
    """Fixed terms that vary; reviewers that are fixed already hold the difference of their groups."""
    wanted = ["item"] if severity.reviewers == "fixed" else ["group", "item"]
    fixed = tuple(name for name in wanted if marks.get_column(name).n_unique() > 1)
    interactions = tuple(INTERACTIONS[name] for name in dict.fromkeys(severity.with_))
    return SeverityModel(fixed=fixed, interactions=interactions, reviewers=severity.reviewers)

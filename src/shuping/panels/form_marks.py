"""The marks of a panel on which its reviewers can agree or not: each reviewer's total for the form, and each item's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from shuping.panels.agreement_marks import Marks, marks_from
from shuping.panels.sheets import Form, UnitSheets
from shuping.rulebook.panel_model import Panel

EVERYBODY = "*"
AS_IS = (Fraction(0), Fraction(1))
"""Base and factor of an item whose marks count as they are."""
FORM = ""
"""Stands for the whole form where an item's name stands otherwise."""


def agreement_marks(panel: Panel, sheets: Mapping[str, UnitSheets]) -> dict[tuple[str, str], Marks]:
    """Return marks by (item, reviewer group); ``FORM`` and ``EVERYBODY`` are an item and a group of their own.

    Totals are those of whole forms, with the weights and fixed factors of the items. A panel that lists its items by
    unit has no totals that could be compared between units. Absent and recused reviewers are not in ``sheets``; groups
    that are not the panel's are left out.
    """
    items = [FORM, *panel.items] if len(panel.items) > 1 else [FORM]
    if panel.lists_items:
        items = list(panel.items)
    groups = [EVERYBODY, *panel.groups] if len(panel.groups) > 1 else [EVERYBODY]
    wanted = [(items[0], group) for group in groups] + [(item, EVERYBODY) for item in items[1:]]
    return {(item, group): marks_from(_rows(panel, sheets, item, group)) for item, group in wanted}


def form_total(panel: Panel, form: Form) -> Fraction | None:
    """Return one reviewer's total for the form, with the weights and fixed factors of the items; None for a form with
    a blank item.
    """
    return _total({name: _counting(panel, name) for name in panel.items}, form)


def _rows(panel: Panel, sheets: Mapping[str, UnitSheets], item: str, group: str) -> Iterator[tuple[str, str, Fraction]]:
    counts = {name: _counting(panel, name) for name in panel.items}
    for unit, given in sheets.items():
        for name in panel.groups if group == EVERYBODY else (group,):
            for reviewer, form in given.forms.get(name, {}).items():
                mark = _total(counts, form) if item == FORM else form.get(item)
                if mark is not None:
                    yield unit, reviewer, mark


def _total(counts: Mapping[str, tuple[Fraction, Fraction]], form: Form) -> Fraction | None:
    if len(form) < len(counts):
        return None
    return sum(
        (mark if counts[item] == AS_IS else counts[item][0] + mark * counts[item][1] for item, mark in form.items()),
        Fraction(0),
    )


def _counting(panel: Panel, item: str) -> tuple[Fraction, Fraction]:
    """Return base and factor of an item in the total, as far as they are the same for every unit."""
    figures, spec = dict(panel.figures()), panel.items[item]
    base, factor = figures.get((item, "base")), figures.get((item, "factor"))
    share = Fraction(1) if spec.weight is None else spec.weight * panel.scale / spec.full
    plus = base.number if base is not None else None
    times = factor.number if factor is not None else None
    return (plus or Fraction(0)) * share, (Fraction(1) if times is None else times) * share

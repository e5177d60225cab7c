"""What the formulas of a rule book may name: one scope per place where a formula stands."""

from __future__ import annotations

from collections.abc import Collection

from shuping.formula import FieldType, Scope
from shuping.rulebook.model import Dataset, Measure, Rulebook


def record_scope(dataset: Dataset) -> Scope:
    """Return the scope of a dataset's ``checks``: the fields of one record."""
    return Scope(level="record", fields=field_types(dataset))


def measure_scope(rulebook: Rulebook, measure: Measure, attributes: Collection[str] | None = None) -> Scope:
    """Return the scope of a measure's ``value``. ``attributes`` are the columns of units.csv, None where not known."""
    dataset = rulebook.datasets.get(measure.from_) if measure.from_ is not None else None
    fields = None if dataset is None else field_types(dataset)
    return Scope(fields=fields, attributes=attributes, measures=tuple(rulebook.measures))


def finding_scope(rulebook: Rulebook, attributes: Collection[str] | None = None) -> Scope:
    """Return the scope of a finding's ``when``: measures and attributes of the unit."""
    return Scope(attributes=attributes, measures=tuple(rulebook.measures))


def field_types(dataset: Dataset) -> dict[str, FieldType]:
    """Return the declared types of a dataset's fields, as formulas see them."""
    return {name: FieldType(field.type, tuple(field.options or ())) for name, field in dataset.fields.items()}

"""Forms made from the datasets of a rule book: one field of the form for each field of the dataset."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from shuping_web.filing.adapters import Dataset, Row, Rulebook, look_at_row
from shuping_web.filing.fields import UnitNamed, fields_of, period_field
from shuping_web.filing.models import Draft, Record
from shuping_web.filing.queries import rows_beside
from shuping_web.people.choices import UnitField
from shuping_web.people.language import Lang


class RecordForm(forms.Form):
    """One record. What the library finds wrong stands beside the field; what was typed stays."""

    submission = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, rulebook: Rulebook, dataset: str, units: Any, lang: Lang, register: Any,
        number: int | None = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        """``number``: of the record that is changed; it does not repeat itself."""
        super().__init__(*args, **kwargs)
        self.rulebook, self.dataset, self.lang, self.register = rulebook, dataset, lang, register
        self.number = number
        self.looked: Row | None = None
        spec: Dataset = rulebook.datasets[dataset]
        self.fields["unit"] = UnitField(units, label=_("Unit"), lang=lang, empty_label=None)
        if spec.period is not None:
            self.fields["period"] = period_field(rulebook, dataset)
        self.fields |= fields_of(spec, lang, register, frozenset(units.values_list("code", flat=True)))
        self.order_fields(["unit", "period"])
        for name, made in self.fields.items():
            if isinstance(made, UnitNamed) and name in self.initial:  # kept by its code, shown by its name
                self.initial[name] = made.names.get(self.initial[name], self.initial[name])
        self.initial.setdefault("submission", uuid4())

    def values(self) -> dict[str, str]:
        """Return the dataset's fields as texts, as the library reads them: units and options by their ids."""
        return self._typed() if self.looked is None else dict(self.looked.values)

    def _typed(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for name in self.rulebook.datasets[self.dataset].fields:
            value = self.cleaned_data.get(f"f_{name}")
            if value not in (None, ""):
                found[name] = value.isoformat() if isinstance(value, date) else str(value)
        return found

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        unit = cleaned.get("unit")
        if unit is None or self.errors:
            return cleaned
        row = Row(unit.code, cleaned.get("period", ""), self._typed())
        unique = bool(self.rulebook.datasets[self.dataset].unique)
        beside = rows_beside(self.dataset, [unit.pk], without=self.number) if unique else []
        looked = look_at_row(self.rulebook, self.register, self.dataset, row, beside)
        self.looked = looked.row
        if looked.row is not None and "period" in cleaned:
            cleaned["period"] = looked.row.period
        for column, problems in looked.problems.items():
            at = column if column in ("unit", "period") else f"f_{column}" if column is not None else None
            for problem in problems:
                self.add_error(at if at in self.fields else None, problem.message(self.lang))
        return cleaned


def initial_of(record: Record) -> Mapping[str, Any]:
    """Return what a form shows of a record."""
    values = {f"f_{name}": value for name, value in record.values.items()}
    shown = {name: value == "true" if value in ("true", "false") else value for name, value in values.items()}
    fixed = {"unit": record.unit, "period": record.period, "version": record.version}
    return {**fixed, "submission": record.submission, **shown}


def initial_of_draft(draft: Draft) -> Mapping[str, Any]:
    """Return what a form shows of a draft: what was typed, sound or not."""
    flags = {name: True for name, text in draft.content.items() if text == "on"}
    return {**draft.content, **flags, "submission": draft.submission}


class UploadForm(forms.Form):
    """A file with the rows of a dataset."""

    file = forms.FileField(
        label=_("Spreadsheet"), help_text=_("XLSX or CSV, at most 10 MB and 20,000 rows."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )  # fmt: skip

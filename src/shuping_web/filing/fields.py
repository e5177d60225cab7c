"""Fields of forms made from a rule book: what each takes stands beside it, units and periods are offered to choose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from shuping_web.filing.adapters import Dataset, Field, Rulebook, day_of, limits_of, period_names, unit_names
from shuping_web.filing.spellings import MOST_TEXT, why_no_text, why_serial
from shuping_web.people.language import Lang

OFFERED = 300
"""Units up to this many are offered in a list; more are typed, by code or name."""


class Suggesting(forms.TextInput):
    """A text field with a list to choose from, which a phone shows above its keyboard. Without the list it still takes
    what is typed, so that what is wrong stays in it.
    """

    def __init__(self, offered: Sequence[str]) -> None:
        super().__init__(attrs={"autocomplete": "off"})
        self.offered = offered

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        """Return the field and its list."""
        field = super().render(name, value, {**(attrs or {}), "list": f"offered_{name}"}, renderer)
        options = format_html_join("", '<option value="{}"></option>', ((text,) for text in self.offered))
        return format_html('{}<datalist id="offered_{}">{}</datalist>', field, name, options)


class UnitNamed(forms.CharField):
    """A unit named in a record, by code or name: the library knows both. ``names``: code to the name to show."""

    def __init__(self, *, names: Mapping[str, str], offered: Sequence[str], **kwargs: Any) -> None:
        super().__init__(max_length=120, widget=Suggesting(offered) if offered else forms.TextInput(), **kwargs)
        self.names = names


class DayAsWritten(forms.DateField):
    """A day as people write it (``2025年3月1日``); ``1/3/2025``, which is two days in two countries, is refused."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)

    def to_python(self, value: Any) -> date | None:
        """Return the day. Raises ValidationError where a text names none."""
        if value in self.empty_values:
            return None
        text = str(value).strip()
        day = day_of(text)
        if day is None:
            said = why_serial(text) or _("“%s” is not a date; write 2025-01-05 or 2025/1/5.") % text[:40]
            raise ValidationError(said, code="invalid")
        return day


class YesOrNo(forms.ChoiceField):
    """Yes, no, or not answered: a box that is not ticked could not tell the last two apart."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=[("", "—"), ("true", _("yes")), ("false", _("no"))], **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Show truth values by their texts."""
        return {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value


def title_of_field(name: str, field: Field, lang: Lang) -> str:
    """Return a field's title with its unit of measure."""
    title = field.title.get(lang) if field.title is not None else name
    if field.unit is None:
        return title
    return f"{title}（{field.unit.get(lang)}）" if lang == "zh" else f"{title} ({field.unit.get(lang)})"


def hint_of(field: Field) -> str:
    """Return what a field takes, in the language of the page; nothing where all is allowed."""
    low, high = limits_of(field)
    said = []
    if low and high:
        said.append(_("from %(low)s to %(high)s") % {"low": low, "high": high})
    elif low or high:
        said.append(_("at least %s") % low if low else _("at most %s") % high)
    if field.type == "number":
        said.append(_("decimals: up to %d") % field.places)
    return ", ".join(said)


def period_field(book: Rulebook, dataset: str) -> forms.Field:
    """Return the field of the period that a row is filed for: chosen where the rule book names the periods."""
    names = period_names(book, dataset)
    if names:
        return forms.CharField(label=_("Period"), max_length=16, widget=Suggesting(names), help_text=_brief(names))
    return forms.CharField(label=_("Period"), max_length=16, help_text="2025, 2025-Q1, 2025-01")


def _brief(names: Sequence[str]) -> str:
    return " · ".join(names) if len(names) <= 4 else f"{names[0]} · {names[1]} … {names[-1]}"


def fields_of(
    dataset: Dataset, lang: Lang, register: Sequence[Mapping[str, Any]], mine: frozenset[str]
) -> dict[str, forms.Field]:
    """Return the fields of a dataset, ``f_`` before the name of each. ``mine``: codes of the units for which one files:
    where the rule book limits a field to the units below, those of them are offered.
    """
    named = any(field.type == "unit" for field in dataset.fields.values())
    names = unit_names(register, lang) if named else {}
    return {f"f_{name}": _field_of(name, field, lang, names, register, mine) for name, field in dataset.fields.items()}


def offered_units(
    field: Field, names: Mapping[str, str], register: Sequence[Mapping[str, Any]], mine: frozenset[str]
) -> list[str]:
    """Return the names of the units that a field offers, none where they are too many for a list."""
    codes = [unit["code"] for unit in register]
    if field.below is not None:
        codes = [unit["code"] for unit in register if unit["code"] in mine and unit["parent"] in mine]
    return [names[code] for code in codes] if len(codes) <= OFFERED else []


def _field_of(
    name: str, field: Field, lang: Lang, names: Mapping[str, str], register: Sequence[Mapping[str, Any]],
    mine: frozenset[str],
) -> forms.Field:  # fmt: skip
    shared: dict[str, Any] = {"label": title_of_field(name, field, lang), "required": field.required}
    if field.type == "category":
        options = [(option, text.get(lang)) for option, text in (field.options or {}).items()]
        return forms.ChoiceField(choices=[("", "—"), *options], **shared)
    if field.type == "date":
        return DayAsWritten(**shared)
    if field.type in ("integer", "number"):
        mode = "numeric" if field.type == "integer" else "decimal"
        widget = forms.TextInput(attrs={"inputmode": mode, "autocomplete": "off"})
        return forms.CharField(widget=widget, max_length=60, help_text=hint_of(field), **shared)
    if field.type == "flag":
        return YesOrNo(**shared)
    if field.type == "unit":
        offered = offered_units(field, names, register, mine)
        return UnitNamed(names=names, offered=offered, help_text=_("Name or code of the unit."), **shared)
    return forms.CharField(validators=[_readable], help_text=_("up to %d characters") % MOST_TEXT, **shared)


def _readable(text: str) -> None:
    said = why_no_text(text)
    if said:
        raise ValidationError(said)

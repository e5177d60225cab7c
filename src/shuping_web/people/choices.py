"""A list of units to choose one from. Django makes each option of a list with a template of its own and reads the rows
anew for each question about them: with hundreds of units that is most of what a form costs.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from shuping_web.people.models import Unit

ONE_LINE = '<option value="{}"{}>{}</option>'
CHOSEN = SafeString(" selected")


class OneOfMany(forms.Select):
    """A list whose choices are read once; it has no groups."""

    _read: list[tuple[str, str]] | None = None

    @property
    def listed(self) -> list[tuple[str, str]]:
        """Value and label of each choice."""
        if self._read is None:
            self._read = [("" if value is None else str(value), str(label)) for value, label in self.choices]
        return self._read

    def use_required_attribute(self, initial: Any) -> bool:
        """Say that something must be chosen where nothing may be chosen at first."""
        needed = not self.is_hidden and bool(self.listed)
        return needed and not self.listed[0][0]

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return the list."""
        chosen = set(self.format_value(value))
        options = ((key, CHOSEN if key in chosen else "", label) for key, label in self.listed)
        given = flatatt(self.build_attrs(self.attrs, attrs))
        return format_html('<select name="{}"{}>{}</select>', name, given, format_html_join("", ONE_LINE, options))


class UnitField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs alone
    """Choose a unit by its name in the language of the page. Its attributes are not read: they stand on no list."""

    widget = OneOfMany

    def __init__(self, units: Any, *, lang: str, **kwargs: Any) -> None:
        super().__init__(units.defer("attributes"), **{"empty_label": "—", **kwargs})
        self.lang = lang

    def label_from_instance(self, obj: Unit) -> str:
        """Return the name."""
        return obj.name_en if self.lang == "en" and obj.name_en else obj.name

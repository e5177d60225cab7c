"""What a batch of reminders is about."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

LETTER = forms.Textarea(attrs={"rows": 3})


class RemindersForm(forms.Form):
    """What to remind of, and the office's own words in both languages."""

    missing = forms.BooleanField(label=_("Datasets of which nothing was filed"), required=False, initial=True)
    returned = forms.BooleanField(label=_("Returned records that were not put right"), required=False, initial=True)
    note_zh = forms.CharField(
        label=_("Words of your own, in Chinese"), required=False, max_length=2000, widget=LETTER,
        help_text=_("Added to each message to somebody who reads Chinese. May stay empty."),
    )  # fmt: skip
    note_en = forms.CharField(
        label=_("Words of your own, in English"), required=False, max_length=2000, widget=LETTER,
        help_text=_("Added to each message to somebody who reads English. May stay empty."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Ask for one thing at least to remind of."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("missing") and not cleaned.get("returned"):
            self.add_error("missing", gettext("Choose what to remind of."))
        return cleaned

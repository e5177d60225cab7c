"""Forms for tables and folders."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from shuping_web.cycles.forms import day_field, reason_field


class TableForm(forms.Form):
    """A table as a file."""

    file = forms.FileField(
        label=_("CSV or XLSX file"), widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}), allow_empty_file=True
    )


class FolderForm(forms.Form):
    """A folder as a ZIP archive, and what becomes of it."""

    file = forms.FileField(
        label=_("ZIP archive of the folder"), widget=forms.FileInput(attrs={"accept": ".zip"}), allow_empty_file=True
    )
    name = forms.CharField(
        label=_("Name"), required=False, max_length=120, help_text=_("Shown in place of the title of the rule book.")
    )
    period = forms.CharField(
        label=_("Period"), required=False, max_length=16, help_text=_("The last one of the rule book where left empty.")
    )
    until = day_field(_("File until"))
    checked = forms.ChoiceField(
        label=_("The records"),
        choices=[("no", _("wait to be checked")), ("yes", _("were checked elsewhere and count as accepted"))],
    )
    reason = reason_field(
        _("Reason for the version"), required=False,
        help_text=_("Needed for a new version of a rule book that is here already."),
    )  # fmt: skip

"""Forms of sampling plans and corrections."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from shuping_web.filing.forms import RecordForm

HUNDRED = Decimal(100)


class PlanForm(forms.Form):
    """What a sampling plan states. Shares are typed as percentages."""

    dataset = forms.ChoiceField(label=_("Records"))
    share = forms.DecimalField(
        label=_("Share to draw, per cent"), min_value=Decimal("0.01"), max_value=HUNDRED, decimal_places=2,
        required=False, help_text=_("Rounded up to whole records. State a share or a number, not both."),
    )  # fmt: skip
    number = forms.IntegerField(label=_("Number to draw"), min_value=1, required=False)
    least_each = forms.IntegerField(label=_("Of each unit at least"), min_value=0, max_value=1000, initial=0)
    accept_rest = forms.BooleanField(
        label=_("The office may accept what was not drawn, once the drawn records were checked"), required=False
    )
    most_returned = forms.DecimalField(
        label=_("Greatest share of drawn records that may be returned for that, per cent"), min_value=0,
        max_value=HUNDRED, decimal_places=2, initial=0,
    )  # fmt: skip
    seed = forms.CharField(
        label=_("Seed"), max_length=200, required=False,
        help_text=_("Any text, best drawn in public; left empty, the site draws one. It is shown once something was "
                    "drawn, so that everybody can draw again; until then only its hash is."),
    )  # fmt: skip
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, datasets: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dataset"].choices = datasets  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Hold share and number against each other."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        given = [name for name in ("share", "number") if cleaned.get(name) is not None]
        if len(given) != 1 and not self.errors:
            self.add_error("share", _("State either a share or a number."))
        return cleaned

    def terms(self) -> dict[str, Any]:
        """Return what ``actions.state_plan`` takes."""
        cleaned, share = self.cleaned_data, self.cleaned_data["share"]
        return {
            "dataset": cleaned["dataset"], "share": share / HUNDRED if share is not None else None,
            "number": cleaned["number"], "least_each": cleaned["least_each"], "accept_rest": cleaned["accept_rest"],
            "most_returned": cleaned["most_returned"] / HUNDRED, "seed": cleaned["seed"] or secrets.token_hex(16),
            "reason": cleaned["reason"],
        }  # fmt: skip


class CorrectionForm(RecordForm):
    """The row as it should stand, and why."""

    reason = forms.CharField(label=_("Reason for the correction"), widget=forms.Textarea(attrs={"rows": 3}))


class ReasonForm(forms.Form):
    """A reason alone: to take a row out, or to open filing again."""

    submission = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("submission", uuid4())

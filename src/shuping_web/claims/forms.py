"""The form of a claim: the dataset's own fields, then document, issuer and reason where it has none of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shuping_web.claims.models import Claim, Kind
from shuping_web.filing.forms import RecordForm

OWN = ("document", "issuer", "reason")
NEEDED = {Kind.BONUS: ("document", "issuer"), Kind.DEDUCTION: ("reason",), Kind.VETO: OWN}


class ClaimForm(RecordForm):
    """A bonus that is claimed, a deduction or veto that is proposed. A field of the dataset that is called
    ``document``, ``issuer`` or ``reason`` is the claim's own, and asked once.
    """

    document = forms.CharField(
        label=_("Document number"), max_length=200, help_text=_("As printed, for example 小政发〔2025〕12号")
    )
    issuer = forms.CharField(label=_("Issued by"), max_length=200)
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind != Kind.BONUS:  # against whom is chosen, never taken as the first of a list
            self.fields["unit"].empty_label = "—"  # type: ignore[attr-defined]
        for name in OWN:
            needed = name in NEEDED[Kind(kind)]
            if f"f_{name}" in self.fields:
                del self.fields[name]
                self.fields[f"f_{name}"].required = needed or self.fields[f"f_{name}"].required
            else:
                self.fields[name].required = needed
        last = [name for name in OWN if name in self.fields]
        self.order_fields([*[name for name in self.fields if name not in last], *last])

    def own(self, name: str) -> str:
        """Return document, issuer or reason, wherever it was asked."""
        return str(self.cleaned_data.get(name) or self.cleaned_data.get(f"f_{name}") or "")

    def at(self, name: str) -> str | None:
        """Return the field beside which an error about one of them stands."""
        return next((field for field in (name, f"f_{name}") if field in self.fields), None)


def initial_of_claim(claim: Claim) -> dict[str, Any]:
    """Return what the form shows of a claim."""
    values = {
        f"f_{name}": value == "true" if value in ("true", "false") else value for name, value in claim.values.items()
    }
    own = {name: getattr(claim, name) for name in OWN}
    fixed = {"unit": claim.unit, "period": claim.period, "version": claim.version, "submission": claim.submission}
    return {**values, **own, **fixed}

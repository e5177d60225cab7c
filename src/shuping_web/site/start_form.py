"""The form of the first administrator."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _


class StartForm(forms.Form):
    """Token, user name, name and password."""

    token = forms.CharField(widget=forms.HiddenInput)
    username = forms.CharField(label=_("user name"), max_length=64)
    name = forms.CharField(label=_("name"), max_length=120)
    password = forms.CharField(
        label=_("Password"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), strip=False
    )

    def clean_password(self) -> str:
        """Hold the password against the rules."""
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password

    def details(self) -> dict[str, Any]:
        """Return what ``people.actions.start`` takes."""
        return {name: self.cleaned_data[name] for name in ("token", "username", "name", "password")}

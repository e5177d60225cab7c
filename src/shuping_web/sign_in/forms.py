"""Forms of this room. The rules for passwords stand beside the field; what was typed wrong is said there."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from shuping_web.people.language import sentences
from shuping_web.people.models import Account
from shuping_web.sign_in.pass_actions import MOST_AT_ONCE, MOST_DAYS

CODE = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}


def rules() -> str:
    """Return the rules for passwords in one paragraph, in the language of the page."""
    return sentences(str(text) for text in password_validators_help_texts())


def _password(label: Any, autocomplete: str) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, max_length=1000, widget=widget)


class SignInForm(AuthenticationForm):
    """User name and password. The answer to a wrong one is the same for a user name that nobody has."""

    error_messages = {  # noqa: RUF012  (as the class above has it)
        "invalid_login": _("User name or password is not right. Capitals count in both."),
        "inactive": _("User name or password is not right. Capitals count in both."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("Password")


class CodeForm(forms.Form):
    """A code of the app, or one of the recovery codes."""

    code = forms.CharField(label=_("One-time code"), max_length=32, widget=forms.TextInput(attrs=CODE))


class NewPasswordForm(forms.Form):
    """A new password, twice. ``account``: whose it will be (None: not known yet, then the rules that look at names are
    checked by the view once it is).
    """

    new = _password(_("New password"), "new-password")
    again = _password(_("New password again"), "new-password")

    def __init__(self, *args: Any, account: Account | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        self.fields["new"].help_text = rules()

    def clean_new(self) -> str:
        """Hold the password against the rules."""
        password: str = self.cleaned_data["new"]
        validate_password(password, self.account)
        return password

    def clean_again(self) -> str:
        """Hold the second against the first."""
        again: str = self.cleaned_data["again"]
        if "new" in self.cleaned_data and again != self.cleaned_data["new"]:
            raise ValidationError(_("The two are not the same."))
        return again


class ChangePasswordForm(NewPasswordForm):
    """The password as it is, and a new one."""

    old = _password(_("Password now"), "current-password")
    field_order = ("old", "new", "again")


class SlipForm(NewPasswordForm):
    """User name and the code on the slip, and a new password."""

    username = forms.CharField(
        label=_("user name"), max_length=64, widget=forms.TextInput(attrs={"autocomplete": "username"})
    )
    code = forms.CharField(
        label=_("Code on the slip"), max_length=32, widget=forms.TextInput(attrs=CODE), help_text="xxxx-xxxx-xxxx"
    )
    field_order = ("username", "code", "new", "again")


class PasswordForm(forms.Form):
    """The password, to be sure that it is still the same person."""

    old = _password(_("Password now"), "current-password")


class PassesForm(forms.Form):
    """For whom slips or invitations are made, and for how many days."""

    account = forms.ModelMultipleChoiceField(
        Account.objects.filter(is_active=True), to_field_name="username", required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    days = forms.IntegerField(label=_("Valid for how many days"), min_value=1, max_value=MOST_DAYS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"].initial = settings.SLIP_DAYS

    def clean_account(self) -> Any:
        """Refuse none, and more than can be printed at once."""
        chosen = self.cleaned_data["account"]
        if not chosen:
            raise ValidationError(_("Choose one account at least."))
        if len(chosen) > MOST_AT_ONCE:
            raise ValidationError(_("At most %d at once.") % MOST_AT_ONCE)
        return chosen


def say(form: forms.Form, error: ValidationError) -> None:
    """Put what an action found wrong beside its field."""
    named = error.message_dict if hasattr(error, "error_dict") else {}
    for name, texts in named.items():
        form.add_error(name if name in form.fields else None, texts)
    if not named:
        form.add_error(None, error)

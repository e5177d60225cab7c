"""Forms of units, accounts and roles. What is wrong stands beside its field; what was typed stays."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shuping_web.people.lists import name_of
from shuping_web.people.models import Account, Unit
from shuping_web.people.permissions import ROLES, Role
from shuping_web.people.unit_actions import NewUnit, Split

PARTS = 4
"""Into how many units a form splits one at the most."""
CODE = RegexValidator(r"^[\w.\-]+\Z", _("Letters, digits, dot, hyphen and underscore only."))
LANGUAGES = [("", _("as the browser asks"))]


def say(form: forms.Form, error: ValidationError) -> None:
    """Put what an action refuses beside its field, or above the form where it has no such field."""
    for name, messages in (error.message_dict if hasattr(error, "error_dict") else {"": error.messages}).items():
        for message in messages:
            form.add_error(name if name in form.fields else None, message)


class Day(forms.DateField):
    """A day."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


class UnitPick(forms.CharField):
    """A unit that exists, by its code or its name: lists of 10,000 villages do not fit into a menu."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("Code or name of the unit."))
        super().__init__(max_length=120, **kwargs)

    def clean(self, value: Any) -> Unit | None:
        """Return the unit. Raises ValidationError for none, or several of this name."""
        text = super().clean(value)
        return unit_named(text) if text else None


def unit_named(text: str) -> Unit:
    """Return the unit with a code or a name. Raises ValidationError for none, or for several of this name."""
    exact = Unit.objects.filter(code=text).first()
    if exact is not None:
        return exact
    named = list((Unit.objects.filter(name=text) | Unit.objects.filter(name_en__iexact=text)).order_by("code")[:6])
    if not named:
        near = Unit.objects.filter(name__icontains=text) | Unit.objects.filter(name_en__icontains=text)
        codes = ", ".join(f"{name_of(unit)} ({unit.code})" for unit in near.order_by("code")[:5])
        hint = gettext(" Near it: %s.") % codes if codes else ""
        raise ValidationError(gettext("There is no unit “%s”.") % text + hint)
    if len(named) > 1:
        raise ValidationError(
            gettext("Several units have this name; give the code: %s.") % ", ".join(u.code for u in named)
        )
    return named[0]


class UnitForm(forms.Form):
    """A new unit."""

    code = forms.CharField(
        label=_("code"), max_length=64, validators=[CODE], help_text=_("As in units.csv; it never changes.")
    )
    name = forms.CharField(label=_("name of the unit"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    kind = forms.CharField(label=_("kind"), max_length=64, help_text=_("As the rule book names it, such as township."))
    parent = UnitPick(label=_("Stands below"), required=False, help_text=_("Code or name; empty for the highest unit."))
    valid_from = Day(label=_("First day"), required=False, help_text=_("Empty where it has existed all along."))


class RenameForm(forms.Form):
    """Another name from a day on."""

    name = forms.CharField(label=_("name of the unit"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    day = Day(label=_("From this day on"))


class MoveForm(forms.Form):
    """Another unit above, from a day on."""

    parent = UnitPick(label=_("Stands below"), required=False, help_text=_("Code or name; empty for the highest unit."))
    day = Day(label=_("From this day on"))


class EndForm(forms.Form):
    """The last day of a unit."""

    day = Day(label=_("Last day"))


class NewUnitForm(forms.Form):
    """The unit that comes of a merger."""

    code = forms.CharField(
        label=_("Code of the new unit"), max_length=64, validators=[CODE],
        help_text=_("The code of one of the units, where that one goes on and takes the others in."),
    )  # fmt: skip
    name = forms.CharField(label=_("name of the unit"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    kind = forms.CharField(label=_("kind"), max_length=64)
    day = Day(label=_("First day of the new unit"))

    def unit(self) -> NewUnit:
        """Return what ``merge_units`` takes."""
        return NewUnit(**{name: self.cleaned_data[name] for name in ("code", "name", "name_en", "kind")})


class MergeForm(NewUnitForm):
    """Which units become one, and what part of it comes from each."""

    def __init__(self, *args: Any, units: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = units
        for unit in units:
            self.fields[f"take_{unit.code}"] = forms.BooleanField(label=name_of(unit), required=False)
            share = forms.CharField(label=_("Share of %s") % name_of(unit), required=False, max_length=32)
            self.fields[f"share_{unit.code}"] = share

    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Return tick box and share of each unit."""
        return [(self[f"take_{unit.code}"], self[f"share_{unit.code}"]) for unit in self.units]

    def plain(self) -> list[forms.BoundField]:
        """Return the fields of the new unit."""
        return [self[name] for name in ("code", "name", "name_en", "kind", "day")]

    def shares(self) -> dict[str, str]:
        """Return the shares of the units that are ticked, by code."""
        ticked = [unit.code for unit in self.units if self.cleaned_data.get(f"take_{unit.code}")]
        return {code: self.cleaned_data.get(f"share_{code}", "").strip() for code in ticked}


class SplitForm(forms.Form):
    """Into which units one splits, and where each unit below it goes."""

    day = Day(label=_("First day of the new units"))

    def __init__(self, *args: Any, children: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.children = children
        for part in range(1, PARTS + 1):
            needed = part <= 2
            self.fields[f"code_{part}"] = forms.CharField(
                label=_("code"), max_length=64, required=needed, validators=[CODE]
            )
            self.fields[f"name_{part}"] = forms.CharField(label=_("name of the unit"), max_length=120, required=needed)
            self.fields[f"name_en_{part}"] = forms.CharField(label=_("English name"), max_length=120, required=False)
            self.fields[f"kind_{part}"] = forms.CharField(label=_("kind"), max_length=64, required=needed)
        choices = [(str(part), _("new unit %d") % part) for part in range(1, PARTS + 1)]
        for child in children:
            self.fields[f"child_{child.code}"] = forms.ChoiceField(label=name_of(child), choices=choices)

    def parts(self) -> list[list[forms.BoundField]]:
        """Return the fields of each new unit."""
        names = ("code", "name", "name_en", "kind")
        return [[self[f"{name}_{part}"] for name in names] for part in range(1, PARTS + 1)]

    def goes(self) -> list[forms.BoundField]:
        """Return the menu of each child."""
        return [self[f"child_{child.code}"] for child in self.children]

    def split(self) -> Split:
        """Return what ``split_unit`` takes."""
        data = self.cleaned_data
        codes = {str(part): data[f"code_{part}"] for part in range(1, PARTS + 1) if data.get(f"code_{part}")}
        into = [
            NewUnit(code, data[f"name_{part}"] or code, data[f"name_en_{part}"], data[f"kind_{part}"])
            for part, code in codes.items()
        ]
        return Split(into, {child.code: codes.get(data[f"child_{child.code}"], "") for child in self.children})


class AccountChangeForm(forms.Form):
    """What an administrator changes of an account."""

    name = forms.CharField(label=_("name"), max_length=120)
    email = forms.EmailField(
        label=_("e-mail"), required=False, help_text=_("Empty for those without; they get printed slips.")
    )
    language = forms.ChoiceField(label=_("language"), required=False, choices=[*LANGUAGES, *settings.LANGUAGES])


class AccountForm(AccountChangeForm):
    """A new account. It has no password yet: the person sets it, by an invitation or a printed slip."""

    username = forms.CharField(
        label=_("user name"), max_length=64,
        validators=[RegexValidator(r"^\w[\w.@\-]*\Z", _("Letters, digits, dot, @, hyphen and underscore only."))],
    )  # fmt: skip
    field_order = ("username", "name", "email", "language")


class OwnSettingsForm(forms.Form):
    """What people change of their own account."""

    email = forms.EmailField(label=_("e-mail"), required=False)
    language = forms.ChoiceField(label=_("language"), required=False, choices=[*LANGUAGES, *settings.LANGUAGES])


class RoleForm(forms.Form):
    """A role for somebody."""

    role = forms.ChoiceField(label=_("Role"), choices=[(role.value, ROLES[role].name) for role in ROLES])
    unit = UnitPick(label=_("Unit"), required=False, help_text=_("Code or name; empty for the whole organisation."))
    valid_from = Day(label=_("First day"), required=False, help_text=_("Empty: at once."))
    until = Day(label=_("Last day"), required=False, help_text=_("Empty: until it is taken away."))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        of_units = (Role.FILER.value, Role.UNIT_HEAD.value)
        if cleaned.get("role") in of_units and cleaned.get("unit") is None and "unit" not in self.errors:
            self.add_error("unit", gettext("This role belongs to a unit; say which."))
        return cleaned


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs alone
    """Somebody, by name."""

    def label_from_instance(self, obj: Account) -> str:
        """Return the name, and the user name where it differs."""
        return f"{obj.name} ({obj.username})" if obj.name and obj.name != obj.username else obj.username


class DeputyForm(forms.Form):
    """Who stands in, and when."""

    def __init__(self, *args: Any, people: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deputy"] = PersonChoice(people, label=_("Deputy"), empty_label="—")
        self.fields["valid_from"] = Day(label=_("First day"), initial=today)
        self.fields["until"] = Day(label=_("Last day"))


class HandOverForm(forms.Form):
    """Who takes over."""

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deputy"] = PersonChoice(people, label=_("Hand over to"), empty_label="—")


class EraseForm(forms.Form):
    """The user name typed once more, so that nobody is erased by a slip of the hand."""

    username = forms.CharField(label=_("Type the user name to confirm"), max_length=64)

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account

    def clean_username(self) -> str:
        """Hold it against the account's."""
        given: str = self.cleaned_data["username"]
        if given != self.account.username:
            raise ValidationError(gettext("This is not the user name of this account."))
        return given


class UploadForm(forms.Form):
    """A spreadsheet of accounts."""

    file = forms.FileField(label=_("Spreadsheet (XLSX or CSV)"))

"""Forms of rule books, cycles, exceptions and the calendar."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from shuping_web.cycles.actions import Span
from shuping_web.cycles.adapters import Rulebook, known_period, language, periods_to_score
from shuping_web.cycles.models import Cycle, StageDates, Step
from shuping_web.cycles.working_days import LONGEST, WorkingDays, countries
from shuping_web.people.choices import UnitField
from shuping_web.people.models import Unit

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


def day_field(label: str | StrPromise, **kwargs: Any) -> forms.DateField:
    """Return a field for a day, with the browser's own calendar."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


def reason_field(label: str | StrPromise, **kwargs: Any) -> forms.CharField:
    """Return a field for a reason."""
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": 2}), max_length=2000, **kwargs)


class RulebookForm(forms.Form):
    """A rule book as a file or as pasted text; a chosen file is put into the text before the form is made."""

    file = forms.FileField(
        label=_("YAML file"), required=False,
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml,.txt"}),
    )  # fmt: skip
    text = forms.CharField(
        label=_("or its text"), required=False, strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false", "class": "code"}),
    )  # fmt: skip
    reason = reason_field(
        _("Reason for the version"), required=False,
        help_text=_("Needed for a new version of a rule book that is here already."),
    )  # fmt: skip


class DatesForm(forms.Form):
    """The days of each stage: first, last, or how many working days it lasts."""

    def __init__(self, *args: Any, calendar: WorkingDays, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.calendar = calendar
        for step in Step:
            self.fields[f"{step.value}_first"] = day_field(_("First day"), required=False)
            self.fields[f"{step.value}_last"] = day_field(_("Last day"), required=False)
            self.fields[f"{step.value}_days"] = forms.IntegerField(
                label=_("or: working days"), required=False, min_value=1, max_value=LONGEST // 2
            )

    def stages(self) -> Iterator[tuple[str, list[BoundField]]]:
        """Yield each stage with its three fields."""
        for step in Step:
            yield str(step.label), [self[f"{step.value}_{part}"] for part in ("first", "last", "days")]

    def others(self) -> list[BoundField]:
        """Return the fields that are not days of a stage."""
        staged = {f"{step.value}_{part}" for step in Step for part in ("first", "last", "days")}
        return [self[name] for name in self.fields if name not in staged]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for step in Step:
            first, days = cleaned.get(f"{step.value}_first"), cleaned.get(f"{step.value}_days")
            last = cleaned.get(f"{step.value}_last")
            if days and not last:
                if first is None:
                    self.add_error(f"{step.value}_first", _("Working days are counted from the first day."))
                else:
                    cleaned[f"{step.value}_last"] = self.calendar.after(first - timedelta(days=1), days)
            elif first is not None and last is None and not days and f"{step.value}_last" not in self.errors:
                self.add_error(f"{step.value}_last", _("Give the last day, or how many working days."))
        if not cleaned.get("filing_last") and not {"filing_last", "filing_first"} & set(self.errors):
            self.add_error("filing_last", _("Filing needs a last day."))
        return cleaned

    def dates(self) -> dict[Step, Span]:
        """Return the days of the stages that have any."""
        found: dict[Step, Span] = {}
        for step in Step:
            last: date | None = self.cleaned_data.get(f"{step.value}_last")
            if last is not None:
                found[step] = Span(self.cleaned_data.get(f"{step.value}_first"), last)
        return found


class OpenForm(DatesForm):
    """A cycle: what it is called, its period, and the days of its stages."""

    def __init__(self, *args: Any, book: Rulebook, lang: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.book, self.lang = book, lang
        self.fields["name"] = forms.CharField(
            label=_("Name"), required=False, max_length=120,
            help_text=_("Shown in place of the title of the rule book."),
        )  # fmt: skip
        own = list(periods_to_score(book))
        self.fields["period"] = forms.CharField(
            label=_("Period"), max_length=16, initial=own[-1] if own else None,
            help_text=", ".join(own[-6:]) if own else "2025, 2025-Q1, 2025-01",
        )  # fmt: skip
        self.order_fields(["name", "period"])

    def clean_period(self) -> str:
        """Return the period, as one that the rule book can be scored for."""
        given: str = self.cleaned_data["period"].strip()
        problems = known_period(self.book, given)
        if problems:
            raise forms.ValidationError([problem.message(language(self.lang)) for problem in problems])
        return given


class ChangeDatesForm(DatesForm):
    """New days, with the reason."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = reason_field(_("Why the days change"))


def initial_dates(cycle: Cycle) -> Mapping[str, date | None]:
    """Return what the form of a cycle's days shows at first."""
    found: dict[str, date | None] = {}
    for row in StageDates.objects.filter(cycle=cycle):
        found[f"{row.step}_first"], found[f"{row.step}_last"] = row.first_day, row.last_day
    return {**found, "filing_last": cycle.filing_until}


class MoveForm(forms.Form):
    """The stage that a cycle goes to."""

    step = forms.ChoiceField(label=_("Stage"), choices=Step.choices)
    reason = reason_field(_("Reason"), required=False, help_text=_("Needed when the cycle goes back."))


class UnitByName(UnitField):
    """Choose a unit by its name in the language of the page, with its code."""

    def label_from_instance(self, obj: Unit) -> str:
        """Return name and code."""
        return f"{super().label_from_instance(obj)} ({obj.code})"


class LaterForm(forms.Form):
    """A later deadline for one unit."""

    until = day_field(_("May file until"))
    reason = reason_field(_("Reason"))

    def __init__(self, *args: Any, lang: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(valid_to__isnull=True).order_by("code")
        self.fields["unit"] = UnitByName(
            units, label=_("Unit"), lang=lang, help_text=_("It holds for the units below it too.")
        )
        self.order_fields(["unit"])


class CountryForm(forms.Form):
    """The country whose public holidays hold."""

    country = forms.ChoiceField(label=_("Public holidays of"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = [(code, f"{name} ({code})") for code, name in countries().items()]  # type: ignore[attr-defined]


class SpecialDayForm(forms.Form):
    """A day that the office declares free, or a working day."""

    day = day_field(_("Day"))
    works = forms.ChoiceField(label=_("It is"), choices=[("no", _("a free day")), ("yes", _("a working day"))])
    reason = forms.CharField(label=_("Reason"), max_length=200)


class CountForm(forms.Form):
    """Count working days from a day."""

    after = day_field(_("After"))
    number = forms.IntegerField(label=_("working days"), min_value=1, max_value=LONGEST // 2)

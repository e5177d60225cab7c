"""Rule-book versions never change; a cycle pins one of them, and has stages with dates."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuping_web.people.models import Unit


class RulebookVersion(models.Model):
    """The text of one version of a rule book, as uploaded and checked."""

    PERSONAL = frozenset({"added_by"})

    book = models.CharField(max_length=64)
    version = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    text = models.TextField()
    sha256 = models.CharField(max_length=64, unique=True)
    reason = models.TextField(blank=True)
    added_by = models.CharField(max_length=64)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ("book", "added_at")
        constraints: ClassVar = [models.UniqueConstraint(fields=("book", "version"), name="one_text_a_version")]

    def __str__(self) -> str:
        return f"{self.book} {self.version}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the version; refuse to change one. Raises TypeError."""
        if not self._state.adding:
            raise TypeError("a version of a rule book is never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse. Raises TypeError."""
        raise TypeError("a version of a rule book is never removed")


class Stage(models.TextChoices):
    """Whether the records of a cycle are open or frozen."""

    FILING = "filing", _("Filing and checking")
    FROZEN = "frozen", _("Frozen")


class Step(models.TextChoices):
    """The stages of a cycle, in their order. The office moves a cycle from one to the next."""

    FILING = "filing", _("Filing")
    CHECKING = "checking", _("Checking")
    MEETING = "meeting", _("Review meeting")
    NOTICE = "notice", _("Public notice")
    APPEALS = "appeals", _("Appeals")
    FINAL = "final", _("Final result")

    @property
    def place(self) -> int:
        """The place in the order, from 0."""
        return list(Step).index(self)


NEED_FROZEN = frozenset({Step.NOTICE, Step.APPEALS, Step.FINAL})
"""What is shown in these stages rests on frozen records."""


class Cycle(models.Model):
    """One appraisal: a rule book's version over a period. ``step`` is the stage that the office has moved it to,
    ``stage`` whether its records are frozen; ``filing_until`` is the last day of its stage of filing.
    """

    PERSONAL = frozenset[str]()

    rulebook = models.ForeignKey(RulebookVersion, on_delete=models.PROTECT)
    period = models.CharField(max_length=16)
    name = models.CharField(max_length=120, blank=True)
    stage = models.CharField(max_length=16, choices=Stage.choices, default=Stage.FILING)
    step = models.CharField(max_length=16, choices=Step.choices, default=Step.FILING)
    filing_until = models.DateField()
    opened_at = models.DateTimeField()

    class Meta:
        ordering = ("-opened_at", "-pk")
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(step__in=Step.values), name="known_step")]

    def __str__(self) -> str:
        return f"{self.rulebook} {self.period}"


class StageDates(models.Model):
    """The days of one stage of a cycle, both included. The stage of filing may have no first day."""

    PERSONAL = frozenset[str]()

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="dates")
    step = models.CharField(max_length=16, choices=Step.choices)
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("cycle", "step"), name="one_span_a_stage"),
            models.CheckConstraint(
                condition=models.Q(first_day__isnull=True) | models.Q(first_day__lte=models.F("last_day")),
                name="stage_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.first_day} {self.last_day}"


class LaterDeadline(models.Model):
    """A unit, with all below it, may file until a later day: who allowed it, why, until when. It expires by itself."""

    PERSONAL = frozenset({"given_by", "ended_by"})

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="later_deadlines")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    until = models.DateField()
    reason = models.TextField()
    given_by = models.CharField(max_length=64)
    given_at = models.DateTimeField()
    ended_by = models.CharField(max_length=64, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-until", "unit__code", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="later_deadline_with_a_reason")
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.until}"


class WorkCalendar(models.Model):
    """Whose public holidays hold (one row)."""

    PERSONAL = frozenset[str]()

    country = models.CharField(max_length=2, default="CN")

    def __str__(self) -> str:
        return self.country


class SpecialDay(models.Model):
    """A day that the office itself declares free or a working day; it goes before the country's calendar."""

    PERSONAL = frozenset({"added_by"})

    day = models.DateField(unique=True)
    works = models.BooleanField()
    reason = models.CharField(max_length=200)
    added_by = models.CharField(max_length=64)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ("day",)

    def __str__(self) -> str:
        return self.day.isoformat()


class Table(models.Model):
    """A table that comes as a file and is not filed on screen: surveys, marks, targets. The text of a CSV file."""

    PERSONAL = frozenset({"text", "added_by"})

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="tables")
    room = models.CharField(max_length=16)
    name = models.CharField(max_length=64)
    text = models.TextField()
    rows = models.PositiveIntegerField(null=True, blank=True)
    added_by = models.CharField(max_length=64, blank=True)
    added_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("room", "name")
        constraints: ClassVar = [models.UniqueConstraint(fields=("cycle", "room", "name"), name="one_table")]

    def __str__(self) -> str:
        return f"{self.room}/{self.name}"

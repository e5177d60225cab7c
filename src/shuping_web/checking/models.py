"""Sampling plans and what was drawn by them, questions about records, corrections of what is frozen."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuping_web.cycles.models import Cycle
from shuping_web.filing.models import Record, RecordSet
from shuping_web.people.models import Account, Unit


class SamplingPlan(models.Model):
    """How many records of a dataset are drawn to be checked, stated before anything is drawn: a ``share`` of those that
    wait, or a ``number``; of each unit ``least_each`` at least. ``seed`` is shown once something was drawn, its hash at
    once. ``accept_rest``: the office may accept what was not drawn, when of the drawn ones no greater share than
    ``most_returned`` was returned.
    """

    PERSONAL = frozenset({"stated_by"})

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="sampling_plans")
    dataset = models.CharField(max_length=64)
    share = models.DecimalField(max_digits=6, decimal_places=4, null=True, blank=True)
    number = models.PositiveIntegerField(null=True, blank=True)
    least_each = models.PositiveSmallIntegerField(default=0)
    accept_rest = models.BooleanField(default=False)
    most_returned = models.DecimalField(max_digits=5, decimal_places=4, default=0)
    seed = models.CharField(max_length=200)
    seed_sha256 = models.CharField(max_length=64)
    reason = models.TextField()
    stated_by = models.CharField(max_length=64)
    stated_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-pk",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(share__isnull=True, number__gte=1)
                | models.Q(number__isnull=True, share__gt=0, share__lte=1),
                name="a_share_or_a_number",
            ),
            models.UniqueConstraint(
                fields=("cycle", "dataset"), condition=models.Q(ended_at__isnull=True), name="one_plan_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dataset} {self.pk}"

    @property
    def share_percent(self) -> str:
        """The share as it is printed."""
        return _percent(self.share) if self.share is not None else ""

    @property
    def returned_percent(self) -> str:
        """The tolerated share of returned records as it is printed."""
        return _percent(self.most_returned)


def _percent(share: Decimal) -> str:
    text = f"{share * 100:f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} %"


class Draw(models.Model):
    """One draw by a plan: ``population`` is ``[[record, version, unit's code], ...]`` in order of the records' numbers,
    ``chosen`` the numbers of those drawn.
    """

    PERSONAL = frozenset({"drawn_by", "rest_by"})

    plan = models.ForeignKey(SamplingPlan, on_delete=models.PROTECT, related_name="draws")
    number = models.PositiveIntegerField()
    population = models.JSONField()
    population_sha256 = models.CharField(max_length=64)
    chosen = models.JSONField()
    drawn_by = models.CharField(max_length=64)
    drawn_at = models.DateTimeField()
    rest_by = models.CharField(max_length=64, blank=True)
    rest_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-pk",)
        constraints: ClassVar = [models.UniqueConstraint(fields=("plan", "number"), name="one_draw_a_number")]

    def __str__(self) -> str:
        return f"{self.plan_id}/{self.number}"


class Question(models.Model):
    """What a checker asks about a record without returning it, and what the unit answers."""

    PERSONAL = frozenset({"asked_by", "answered_by", "text", "answer"})

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="questions")
    text = models.TextField()
    asked_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("asked_at", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(answered_at__isnull=True, answered_by__isnull=True, answer="")
                | (models.Q(answered_at__isnull=False, answered_by__isnull=False) & ~models.Q(answer="")),
                name="answered_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return f"question {self.pk} on record {self.record_id}"


class Kind(models.TextChoices):
    """What a correction does to the frozen records."""

    CHANGE = "change", _("Another row in place of this one")
    REMOVE = "remove", _("This row taken out")
    ADD = "add", _("A row added")
    REOPEN = "reopen", _("Filing opened again")


class Decision(models.TextChoices):
    """What became of a proposed correction."""

    PROPOSED = "proposed", _("Waits for a second person")
    CONFIRMED = "confirmed", _("Confirmed")
    REFUSED = "refused", _("Refused")
    TAKEN_BACK = "taken_back", _("Taken back")


class Correction(models.Model):
    """A correction of frozen records: proposed with a reason by one person, decided by another. Confirmed, it makes a
    superseding row (``new_record``) and a record set (``new_set``) in place of ``old_set``; the old ones stay.
    """

    PERSONAL = frozenset({"proposed_by", "decided_by"})

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="corrections")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    record = models.ForeignKey(Record, on_delete=models.PROTECT, null=True, blank=True, related_name="corrections")
    dataset = models.CharField(max_length=64, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    period = models.CharField(max_length=16, blank=True)
    values = models.JSONField(default=dict)
    reason = models.TextField()
    submission = models.UUIDField(unique=True)
    proposed_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decision = models.CharField(max_length=16, choices=Decision.choices, default=Decision.PROPOSED, db_index=True)
    decided_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    old_set = models.ForeignKey(RecordSet, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    new_set = models.OneToOneField(
        RecordSet, on_delete=models.PROTECT, null=True, blank=True, related_name="correction"
    )
    new_record = models.OneToOneField(Record, on_delete=models.PROTECT, null=True, blank=True, related_name="corrects")

    class Meta:
        ordering = ("-pk",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="corrected_with_a_reason"),
            models.CheckConstraint(
                condition=~models.Q(decision="confirmed") | ~models.Q(decided_by=models.F("proposed_by")),
                name="confirmed_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=models.Q(decision="proposed", decided_by__isnull=True)
                | (~models.Q(decision="proposed") & models.Q(decided_by__isnull=False)),
                name="decided_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"correction {self.pk}"

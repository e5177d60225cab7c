"""A claim for a bonus, a judged deduction, a veto, with its document, its persons and what became of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuping_web.cycles.models import Cycle
from shuping_web.filing.models import Record
from shuping_web.people.models import Account, Unit


class Kind(models.TextChoices):
    """What it does to a unit's appraisal."""

    BONUS = "bonus", _("Bonus")
    DEDUCTION = "deduction", _("Deduction")
    VETO = "veto", _("Veto")


class State(models.TextChoices):
    """Where it stands. Only what is approved counts."""

    CLAIMED = "claimed", _("Waits for a second person")
    CHECKED = "checked", _("Checked, waits for approval")
    RETURNED = "returned", _("Returned to be put right")
    APPROVED = "approved", _("Approved, counts")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    REVOKED = "revoked", _("Revoked")


WAITING = (State.CLAIMED, State.CHECKED)
GONE = (State.REFUSED, State.WITHDRAWN, State.REVOKED)


class Claim(models.Model):
    """One row of a dataset that is claimed, or proposed against a unit. ``values`` are its fields as texts, as in
    ``filing.Record``; approved, they become ``record``, which is what the library scores. ``document_key`` and
    ``matter_key`` are the document's number and the matter without the differences that say nothing. A bonus is claimed
    by the unit, checked by one person, approved by another; the rest is proposed by one and confirmed by another, and
    the unit may answer once (``reply``).
    """

    PERSONAL = frozenset({"proposed_by", "checked_by", "decided_by", "replied_by"})

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="claims")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    dataset = models.CharField(max_length=64)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    period = models.CharField(max_length=16, blank=True)
    values = models.JSONField(default=dict)
    document = models.CharField(max_length=200, blank=True)
    issuer = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)
    document_key = models.CharField(max_length=200, blank=True, db_index=True)
    matter_key = models.CharField(max_length=200, blank=True, db_index=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.CLAIMED, db_index=True)
    version = models.PositiveIntegerField(default=1)
    submission = models.UUIDField(unique=True)
    proposed_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    checked_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    reply = models.TextField(blank=True)
    replied_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    replied_at = models.DateTimeField(null=True, blank=True)
    record = models.OneToOneField(Record, on_delete=models.PROTECT, null=True, blank=True, related_name="claim")

    class Meta:
        ordering = ("-proposed_at", "-pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(state="approved")
                | (models.Q(record__isnull=False) & ~models.Q(decided_by=models.F("proposed_by"))),
                name="approved_by_another_person",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="bonus") | ~models.Q(reason=""), name="deducted_with_a_reason"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="deduction") | ~models.Q(document=""), name="with_a_document"
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["returned", "refused", "revoked"]) | ~models.Q(answer=""),
                name="sent_back_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

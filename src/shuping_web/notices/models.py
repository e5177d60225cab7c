"""Messages in batches, what people want to be told, work in the background. The room knows people, not records: others
hand it texts.
"""

from __future__ import annotations

import json
import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuping_web.people.models import Account


class Kind(models.TextChoices):
    """Why a message is written. Each account says for each kind whether it wants it by mail."""

    REMINDER = "reminder", _("Reminders of what is still to be filed")
    NOTICE = "notice", _("Notices of the appraisal office")


class BatchState(models.TextChoices):
    """What the office did with a batch."""

    PLANNED = "planned", _("Waits for approval")
    APPROVED = "approved", _("Approved")
    DROPPED = "dropped", _("Dropped")


class MessageState(models.TextChoices):
    """Where a message is. Nothing leaves ``SENDING`` by itself but by an answer of the mail server: whether a mail went
    out when the power failed is for a person to say, since nothing is sent twice.
    """

    PLANNED = "planned", _("Planned")
    EXCLUDED = "excluded", _("Left out")
    APPROVED = "approved", _("Waits to be sent")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent by mail")
    SHOWN = "shown", _("On the site and on paper")
    FAILED = "failed", _("Could not be sent")
    UNCLEAR = "unclear", _("Perhaps sent")


class Batch(models.Model):
    """Messages that the office sees together before anything goes."""

    PERSONAL = frozenset({"made_by", "decided_by"})

    kind = models.CharField(max_length=16, choices=Kind.choices)
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=16, choices=BatchState.choices, default=BatchState.PLANNED)
    made_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    decided_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-made_at", "-pk")

    def __str__(self) -> str:
        return self.title


class Message(models.Model):
    """A message to one account, in its language. ``by_mail`` says whether it is to go as a mail, or only stands on the
    site and on a sheet to print. ``next_try`` is when it may be tried (again), ``claimed_at`` when a worker took it.
    """

    PERSONAL = frozenset({"account", "address", "subject", "text", "language", "error"})

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="messages")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="notices")
    address = models.EmailField(blank=True)
    language = models.CharField(max_length=10)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    why = models.CharField(max_length=200, blank=True)
    by_mail = models.BooleanField()
    state = models.CharField(max_length=16, choices=MessageState.choices, default=MessageState.PLANNED)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("batch", "account__username", "pk")
        indexes: ClassVar = [models.Index(fields=("state", "next_try"), name="message_due")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("batch", "account"), name="one_message_a_person"),
            models.CheckConstraint(condition=models.Q(state__in=MessageState.values), name="known_message_state"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} ({self.state})"


class Refusal(models.Model):
    """A kind of message that an account does not want by mail: it stands on the site all the same."""

    PERSONAL = frozenset({"account", "kind"})

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16, choices=Kind.choices)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=("account", "kind"), name="one_refusal")]

    def __str__(self) -> str:
        return self.kind


class CalendarLink(models.Model):
    """The private address of an account's calendar feed; only the hash of its token is kept."""

    PERSONAL = frozenset({"account", "digest"})

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.made_at)


class JobState(models.TextChoices):
    """Where work in the background is."""

    WAITING = "waiting", _("Waits for its turn")
    RUNNING = "running", _("At work")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


OPEN = (JobState.WAITING, JobState.RUNNING)
"""States of work that has not ended."""


class Job(models.Model):
    """Long work, done by the worker of ``shuping serve``. A worker holds it until ``lease_until``; after that, another
    may take it up: the work of every kind can be begun again without doing anything twice.
    """

    PERSONAL = frozenset({"started_by"})

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=32)
    given = models.JSONField(default=dict)
    started_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=JobState.choices, default=JobState.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    message = models.CharField(max_length=300, blank=True)
    worker = models.CharField(max_length=64, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("made_at", "pk")
        indexes: ClassVar = [models.Index(fields=("state", "lease_until"), name="job_due")]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def open(self) -> bool:
        """Whether the work has not ended."""
        return self.state in OPEN

    @property
    def said(self) -> dict[str, Any]:
        """What the work says of itself where it says it as JSON, to be put in the reader's language; else nothing."""
        return dict(json.loads(self.message)) if self.message.startswith("{") else {}

    @property
    def percent(self) -> int:
        """How much is done, in whole percent, downwards."""
        return min(100, self.done * 100 // self.total) if self.total else 0

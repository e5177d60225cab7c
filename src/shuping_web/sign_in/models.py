"""What is kept of a second factor, of codes on paper, of invitations and of sessions. No code and no token is kept."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models

from shuping_web.people.models import Account


class Factor(models.Model):
    """The second factor of an account that has one. ``last_step``: the half minute of the last code that was taken; a
    code is taken once.
    """

    PERSONAL = frozenset({"account", "nonce", "since"})

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="factor")
    nonce = models.CharField(max_length=40)
    since = models.DateTimeField()
    last_step = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.account_id} {self.since:%Y-%m-%d}"


class RecoveryCode(models.Model):
    """A code that stands in for the second factor, once."""

    PERSONAL = frozenset({"account", "digest", "used_at"})

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64, unique=True)
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return "used" if self.used_at else "open"


class Pass(models.Model):
    """Lets somebody set a password once, until it expires: a slip of paper with a code, or a link."""

    class Kind(models.TextChoices):
        """How it reaches the person."""

        SLIP = "slip"
        INVITATION = "invitation"

    PERSONAL = frozenset({"account", "digest", "made_at", "used_at"})

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="passes")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(kind__in=["slip", "invitation"]), name="known_kind_of_pass"),
            models.CheckConstraint(condition=models.Q(expires_at__gt=models.F("made_at")), name="pass_lasts"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.account_id}"

    def open_at(self, at: datetime) -> bool:
        """Tell whether it can still be used."""
        return self.used_at is None and self.withdrawn_at is None and at < self.expires_at


class Visit(models.Model):
    """A session that somebody began, to be seen and ended by them: the table of sessions does not tell whose it is."""

    PERSONAL = frozenset({"account", "session_key", "began_at"})

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="visits")
    session_key = models.CharField(max_length=40, unique=True)
    began_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ("-began_at",)

    def __str__(self) -> str:
        return f"{self.account_id} {self.began_at:%Y-%m-%d %H:%M}"

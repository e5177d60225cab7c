"""Rule-book versions never change; a cycle pins one of them."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _


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
        if self.pk is not None:
            raise TypeError("a version of a rule book is never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse. Raises TypeError."""
        raise TypeError("a version of a rule book is never removed")


class Stage(models.TextChoices):
    """What a cycle has come to."""

    FILING = "filing", _("Filing and checking")
    FROZEN = "frozen", _("Frozen")


class Cycle(models.Model):
    """One appraisal: a rule book's version over a period."""

    PERSONAL = frozenset[str]()

    rulebook = models.ForeignKey(RulebookVersion, on_delete=models.PROTECT)
    period = models.CharField(max_length=16)
    stage = models.CharField(max_length=16, choices=Stage.choices, default=Stage.FILING)
    filing_until = models.DateField()
    opened_at = models.DateTimeField()

    class Meta:
        ordering = ("-opened_at",)

    def __str__(self) -> str:
        return f"{self.rulebook} {self.period}"


class Table(models.Model):
    """A table that comes as a file and is not filed on screen: surveys, marks, targets. The text of a CSV file."""

    PERSONAL = frozenset({"text"})

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="tables")
    room = models.CharField(max_length=16)
    name = models.CharField(max_length=64)
    text = models.TextField()

    class Meta:
        ordering = ("room", "name")
        constraints: ClassVar = [models.UniqueConstraint(fields=("cycle", "room", "name"), name="one_table")]

    def __str__(self) -> str:
        return f"{self.room}/{self.name}"

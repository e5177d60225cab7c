"""Events hold labels and ids as text, no foreign keys: history outlives what it speaks of."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models

from shuping_web.ledger.chain import hash_of


class EventQuerySet(models.QuerySet["Event"]):
    """Events can be read and added, nothing else."""

    def update(self, **_: Any) -> NoReturn:
        """Refuse. Raises TypeError."""
        raise TypeError("events are never changed")

    def delete(self) -> NoReturn:
        """Refuse. Raises TypeError."""
        raise TypeError("events are never removed")


class Event(models.Model):
    """One thing that was done. ``number`` counts from 1 without gaps; ``subject`` is ``<kind>:<id>``."""

    PERSONAL = frozenset({"actor", "actor_name", "data"})

    number = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=64)
    actor_name = models.CharField(max_length=120)
    action = models.CharField(max_length=64)
    subject = models.CharField(max_length=120, db_index=True)
    unit = models.CharField(max_length=64, blank=True, db_index=True)
    data = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ("number",)

    def __str__(self) -> str:
        return f"{self.number} {self.action} {self.subject}"

    def content(self) -> dict[str, Any]:
        """Return what the hash is made of."""
        return {
            "number": self.number,
            "at": self.at.isoformat(timespec="microseconds"),
            "actor": self.actor,
            "actor_name": self.actor_name,
            "action": self.action,
            "subject": self.subject,
            "unit": self.unit,
            "data": self.data,
        }

    def expected_hash(self) -> str:
        """Return the hash that the event's content and predecessor ask for."""
        return hash_of(self.previous, self.content())

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the event; refuse to change one. Raises TypeError."""
        if self.pk is not None:
            raise TypeError("events are never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse. Raises TypeError."""
        raise TypeError("events are never removed")

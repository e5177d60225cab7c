"""Events hold labels and ids as text, no foreign keys: history outlives what it speaks of."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models
from django.db.models import functions
from django.utils.translation import gettext

from shuping_web.ledger.chain import hash_of
from shuping_web.ledger.words import in_words


class EventQuerySet(models.QuerySet["Event"]):
    """Events can be read and added, nothing else."""

    def update(self, **_: Any) -> NoReturn:
        """Refuse. Raises TypeError."""
        raise TypeError("events are never changed")

    def delete(self) -> NoReturn:
        """Refuse. Raises TypeError."""
        raise TypeError("events are never removed")


class EventManager(models.Manager.from_queryset(EventQuerySet)):  # type: ignore[misc]  # made by Django at run time
    """Events with ``actor_name``: the name that their actor's label has today."""

    def get_queryset(self) -> EventQuerySet:
        name = ActorName.objects.filter(label=models.OuterRef("actor")).values("name")[:1]
        shown = functions.Coalesce(models.Subquery(name), models.F("actor"), output_field=models.CharField())
        return super().get_queryset().annotate(actor_name=shown)  # type: ignore[no-any-return]


class ActorName(models.Model):
    """The name behind an actor's label. It stands outside the chain, so that it can be put right and erased while every
    event still verifies (docs/decisions: names outside the chain).
    """

    PERSONAL = frozenset({"label", "name"})

    label = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.name


class Event(models.Model):
    """One thing that was done. ``number`` counts from 1 without gaps; ``subject`` is ``<kind>:<id>``. The actor is a
    label that says nothing of the person; ``data`` holds no names of people either.
    """

    PERSONAL = frozenset({"actor", "subject", "data"})

    number = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=64)
    action = models.CharField(max_length=64)
    subject = models.CharField(max_length=120, db_index=True)
    unit = models.CharField(max_length=64, blank=True, db_index=True)
    data = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    objects = EventManager()
    actor_name: str  # from the manager: a name is looked up when an event is read, never kept in the chain

    class Meta:
        ordering = ("number",)

    def __str__(self) -> str:
        return f"{self.number} {self.action} {self.subject}"

    @property
    def who(self) -> str:
        """The name of the actor as it is today, in the language of the page where it was nobody."""
        return gettext("the system") if self.actor == "system" else str(self.actor_name)

    @property
    def words(self) -> str:
        """What was done, in the language of the page."""
        return in_words(self.action)

    def content(self) -> dict[str, Any]:
        """Return what the hash is made of."""
        return {
            "number": self.number,
            "at": self.at.isoformat(timespec="microseconds"),
            "actor": self.actor,
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
        if not self._state.adding:
            raise TypeError("events are never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse. Raises TypeError."""
        raise TypeError("events are never removed")

"""A record belongs to a dataset, a unit and a period, not to a cycle: it is asked once and used by all that want it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuping_web.evidence.models import File
from shuping_web.filing.timing import ToldField
from shuping_web.people.models import Account, Unit


class State(models.TextChoices):
    """Where a record stands."""

    FILED = "filed", _("Waiting to be checked")
    ACCEPTED = "accepted", _("Accepted")
    RETURNED = "returned", _("Returned")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    SUPERSEDED = "superseded", _("Superseded")


class Record(models.Model):
    """One row of a dataset. ``version`` counts its changes: who saves an older one is told. ``values`` are texts as
    typed, by field; the library converts them. ``filer`` is the unit that filed it for another one (``filed_by`` of
    the dataset), ``cycle`` the one for which it was asked: every other that wants the dataset uses it too. ``timed``
    and ``day`` say of which time it is (``timing.py``); they follow from the rest and are worked out as it is saved.
    """

    PERSONAL = frozenset({"filed_by", "checked_by"})

    dataset = models.CharField(max_length=64)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="records")
    period = models.CharField(max_length=16, blank=True)
    values = models.JSONField(default=dict)
    state = models.CharField(max_length=16, choices=State.choices, default=State.FILED, db_index=True)
    reason = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    filed_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    filed_at = models.DateTimeField()
    checked_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)
    submission = models.UUIDField(unique=True)
    filer = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    cycle = models.ForeignKey("cycles.Cycle", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    timed = ToldField(max_length=80, default="", blank=True, editable=False)
    day = ToldField(max_length=10, default="", blank=True, editable=False)

    class Meta:
        ordering = ("-filed_at", "-pk")
        indexes: ClassVar = [
            # what is counted is counted in the index, without a look at the rows (docs/decisions: the day of a record)
            models.Index(fields=("dataset", "unit", "state", "day", "filed_at"), name="record_by_unit"),
            models.Index(fields=("dataset", "state", "day", "unit"), name="record_by_state"),
            models.Index(fields=("dataset", "timed"), name="record_timed"),
            models.Index(fields=("dataset", "-filed_at", "-id"), name="record_latest"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="known_state"),
            models.CheckConstraint(
                condition=~models.Q(state="returned") | ~models.Q(reason=""), name="returned_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dataset} {self.unit_id} {self.pk}"


class RecordSet(models.Model):
    """The accepted records of a cycle as they were frozen: what the library scores, and its hash. ``number`` counts the
    sets of a cycle from 1; a later one ``supersedes`` an earlier one for a ``reason``, and both stay readable. An
    ``interim`` one was kept while filing went on; ``name`` says what for.
    """

    PERSONAL = frozenset({"frozen_by"})

    cycle = models.ForeignKey("cycles.Cycle", on_delete=models.PROTECT, related_name="record_sets")
    number = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=120, blank=True)
    interim = models.BooleanField(default=False)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    reason = models.TextField(blank=True)
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    frozen_by = models.CharField(max_length=64)
    frozen_at = models.DateTimeField()

    class Meta:
        ordering = ("-number",)
        constraints: ClassVar = [models.UniqueConstraint(fields=("cycle", "number"), name="one_set_a_number")]

    def __str__(self) -> str:
        return self.sha256[:12]


class Draft(models.Model):
    """What somebody has typed and not filed yet; nobody else sees it. ``place`` says of what it is the draft: one a
    dataset and unit, one a record that is being changed, one a grid. ``content`` holds the fields of the form.
    """

    PERSONAL = frozenset({"account", "content"})

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    place = models.CharField(max_length=200)
    dataset = models.CharField(max_length=64)
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    record = models.ForeignKey(Record, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    grid = models.BooleanField(default=False)
    submission = models.UUIDField(db_index=True)
    content = models.JSONField(default=dict)
    kept_at = models.DateTimeField()

    class Meta:
        ordering = ("-kept_at", "-pk")
        constraints: ClassVar = [models.UniqueConstraint(fields=("account", "place"), name="one_draft_a_place")]

    def __str__(self) -> str:
        return self.place


class Batch(models.Model):
    """The rows of a spreadsheet that was looked at and waits to be confirmed by who uploaded it. ``content`` holds the
    headings and cells as they stand in the file; they are let go once the rows are filed.
    """

    PERSONAL = frozenset({"account", "name", "content"})

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    cycle = models.ForeignKey("cycles.Cycle", on_delete=models.PROTECT, related_name="+")
    dataset = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.JSONField(default=dict)
    rows = models.PositiveIntegerField()
    submission = models.UUIDField(unique=True)
    looked_at = models.DateTimeField()
    filed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-looked_at", "-pk")

    def __str__(self) -> str:
        return f"{self.dataset} {self.name}"


class Proof(models.TextChoices):
    """What a checker found of a file of evidence."""

    OPEN = "open", _("Not looked at yet")
    PROVES = "proves", _("Proves it")
    DOUBTED = "doubted", _("Does not prove it")


class Evidence(models.Model):
    """A file that goes with a record. The same file may go with many, in many years; what it is (``title``, ``number``
    and ``issuer`` of the document, ``dated``, the days ``holds_from`` to ``holds_to`` for which it proves something)
    and what a checker found of it stands with each. ``received_at`` is when the site received it from the unit for
    the first time; it never changes. A row that was taken off its record (``removed_at``) stays: sets that were frozen
    name its file.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"added_by", "checked_by"})

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="evidence")
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="evidence")
    name = models.CharField(max_length=200)
    title = models.CharField(max_length=200, blank=True)
    number = models.CharField(max_length=100, blank=True)
    issuer = models.CharField(max_length=200, blank=True)
    dated = models.DateField(null=True, blank=True)
    holds_from = models.DateField(null=True, blank=True)
    holds_to = models.DateField(null=True, blank=True)
    internal = models.BooleanField(default=False)
    received_at = models.DateTimeField()
    added_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    proof = models.CharField(max_length=8, choices=Proof.choices, default=Proof.OPEN)
    reason = models.TextField(blank=True)
    checked_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("record", "file"), condition=models.Q(removed_at__isnull=True), name="one_file_a_record"
            ),
            models.CheckConstraint(condition=models.Q(proof__in=Proof.values), name="known_proof"),
            models.CheckConstraint(
                condition=~models.Q(proof="doubted") | ~models.Q(reason=""), name="doubted_with_a_reason"
            ),
            models.CheckConstraint(
                condition=models.Q(holds_from__isnull=True)
                | models.Q(holds_to__isnull=True)
                | models.Q(holds_from__lte=models.F("holds_to")),
                name="holds_from_before_to",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shown(self) -> str:
        """What it is called: its title, else the file's name."""
        return self.title or self.name

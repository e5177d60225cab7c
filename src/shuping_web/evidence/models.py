"""A file under its hash, and what somebody sent and has not filed yet."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuping_web.people.models import Account


class Kind(models.TextChoices):
    """What a file is, by its content."""

    PDF = "pdf", _("PDF")
    JPEG = "jpg", _("JPEG picture")
    PNG = "png", _("PNG picture")
    WEBP = "webp", _("WebP picture")
    DOCX = "docx", _("Word document")
    XLSX = "xlsx", _("Excel workbook")


class File(models.Model):
    """A file as it is kept: its content lies in the data folder under ``sha256`` and never changes. ``pages`` of a PDF;
    ``removed`` names what was taken out before it was kept (``pictures.REMOVED``). ``received_at``: when the site had
    it for the first time.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset()

    sha256 = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    bytes = models.PositiveIntegerField()
    pages = models.PositiveIntegerField(null=True, blank=True)
    removed = models.JSONField(default=list)
    received_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="known_kind")]

    def __str__(self) -> str:
        return self.sha256[:12]


class Upload(models.Model):
    """A file that somebody sent with a form (``submission``) and has not filed yet; nobody else sees it."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"account", "name"})

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    submission = models.UUIDField(db_index=True)
    received_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("account", "submission", "file"), name="one_upload_a_form")
        ]

    def __str__(self) -> str:
        return self.name

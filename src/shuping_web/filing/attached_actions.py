"""Files of evidence put on a record and taken off it: parts of the actions that file, change and correct a record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shuping_web.evidence.models import File
from shuping_web.filing.adapters import Rulebook
from shuping_web.filing.models import Evidence, Record
from shuping_web.people.models import Account

COPIED = ("title", "number", "issuer", "dated", "holds_from", "holds_to", "internal")


@dataclass(frozen=True)
class Chosen:
    """A file that is to go with a record, and when the unit's first sending of it was received; ``like`` is where it
    was used before: what it is is copied from there.
    """

    file: File
    name: str
    received_at: datetime
    like: Evidence | None = None


def most_files(book: Rulebook, dataset: str) -> int:
    """Return how many files may go with a record of a dataset; none where the rule book says nothing of evidence."""
    evidence = book.datasets[dataset].evidence
    return 0 if evidence is None else evidence.max_files


def put_evidence(
    *, record: Record, chosen: Sequence[Chosen], most: int, by: Account, at: datetime
) -> dict[str, list[dict[str, Any]]]:
    """Make the files of a record those that were chosen, inside the action that files or changes it. Returns what its
    event says of them; nothing where they are the same as before. Raises ValidationError for more than ``most``.
    """
    wanted = {one.file.pk: one for one in chosen}
    if len(wanted) > most:
        raise ValidationError(too_many(len(wanted), most))
    there = {one.file_id: one for one in Evidence.objects.filter(record=record, removed_at__isnull=True)}
    gone = [one for key, one in there.items() if key not in wanted]
    come = [one for key, one in wanted.items() if key not in there]
    if not gone and not come:
        return {}
    for one in gone:
        one.removed_at = at
        one.save(update_fields=["removed_at"])
    for new in come:
        copied = {name: getattr(new.like, name) for name in COPIED} if new.like is not None else {}
        Evidence.objects.create(
            record=record, file=new.file, name=new.name, received_at=new.received_at, added_by=by, added_at=at, **copied
        )
    said = {
        "evidence_added": [{"sha256": one.file.sha256, "name": one.name} for one in come],
        "evidence_removed": [{"sha256": one.file.sha256, "name": one.name} for one in gone],
    }
    return {name: files for name, files in said.items() if files}


def copy_evidence(*, old: Record, new: Record) -> None:
    """Put the files of a frozen row on the row that takes its place, with what was found of them."""
    for one in Evidence.objects.filter(record=old, removed_at__isnull=True):
        one.pk, one.record = None, new
        one.save(force_insert=True)


def too_many(given: int, most: int) -> str:
    """Return the sentence that says how many files may go with a record."""
    if most == 0:
        return _("No file goes with this.")
    text = ngettext(
        "At most %(most)d file goes with this; %(given)d are chosen. Take the tick off what proves least.",
        "At most %(most)d files go with this; %(given)d are chosen. Take the tick off what proves least.",
        most,
    )
    return text % {"most": most, "given": given}

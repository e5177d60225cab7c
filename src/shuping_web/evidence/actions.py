"""Receiving files. A file that was received and not filed is no record and nobody else sees it: it writes no event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from shuping_web.evidence.keeping import Unreadable, keep
from shuping_web.evidence.kinds import Looked, cleaned_name, look
from shuping_web.evidence.models import File, Upload
from shuping_web.people.models import Account


def receive(*, raw: bytes, name: str, submission: UUID, by: Account, at: datetime) -> Upload:
    """Look into a file, keep it, and note that it was sent with a form; sent twice with one form it is one. Raises
    ValidationError as ``kinds.look``, before anything is kept.
    """
    found = look(raw, name, most_bytes=settings.EVIDENCE_BYTES, most_pages=settings.EVIDENCE_PAGES)
    file = keep_file(looked=found, at=at)
    with transaction.atomic():
        upload, _made = Upload.objects.get_or_create(
            account=by, submission=submission, file=file, defaults={"name": cleaned_name(name), "received_at": at}
        )
    return upload


def keep_file(*, looked: Looked, at: datetime) -> File:
    """Keep a file that was looked into: first its content, then the row that names it. Raises ValidationError where the
    same file is kept already and damaged.
    """
    try:
        sha256 = keep(looked.content)
    except Unreadable as error:
        raise ValidationError(
            _("The site has this file already, and its copy is damaged. Tell who looks after the site: %s") % error
        ) from None
    with transaction.atomic():
        file, _made = File.objects.get_or_create(
            sha256=sha256,
            defaults={
                "kind": looked.kind, "bytes": len(looked.content), "pages": looked.pages,
                "removed": list(looked.removed), "received_at": at,
            },
        )  # fmt: skip
    return file


@transaction.atomic
def let_go(*, by: Account, submission: UUID) -> None:
    """Forget what somebody sent with a form: it was filed."""
    Upload.objects.filter(account=by, submission=submission).delete()


@transaction.atomic
def hand_on(*, giver: Account, taker: Account, submissions: Sequence[UUID]) -> None:
    """Give what was sent with forms whose drafts go to another person to that person too."""
    Upload.objects.filter(account=giver, submission__in=submissions).update(account=taker)


@transaction.atomic
def let_go_of_uploads(*, account: Account, at: datetime, **_more: Any) -> None:
    """Forget what an erased person had sent and never filed; the files themselves name nobody and stay."""
    Upload.objects.filter(account=account).delete()

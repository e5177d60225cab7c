"""Files that somebody sent and has not filed yet."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from shuping_web.evidence.models import Upload
from shuping_web.people.models import Account


def uploads(account: Account, submission: UUID) -> QuerySet[Upload]:
    """Return what an account sent with a form, in the order in which it came."""
    return Upload.objects.filter(account=account, submission=submission).select_related("file")

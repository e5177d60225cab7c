"""What happens to drafts and unconfirmed lists when a filer hands over or is erased."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from shuping_web.evidence.actions import hand_on
from shuping_web.filing.models import Batch, Draft
from shuping_web.people.models import Account, Unit
from shuping_web.people.permissions import Role
from shuping_web.people.queries import below


def move_drafts(*, giver: Account, taker: Account, unit: Unit | None, role: Role, at: datetime, **_: Any) -> int:
    """Give the drafts for a unit and those below it to who takes over filing there; return how many. Where the taker
    has a draft of the same thing, each keeps the own one.
    """
    if role != Role.FILER:
        return 0
    drafts = Draft.objects.filter(account=giver)
    if unit is not None:
        there = below(unit, timezone.localtime(at).date()).values("pk")
        drafts = drafts.filter(
            Q(unit__in=there) | Q(record__unit__in=there) | Q(unit__isnull=True, record__isnull=True)
        )
    taken = Draft.objects.filter(account=taker).values_list("place", flat=True)
    moved = drafts.exclude(place__in=list(taken))
    hand_on(giver=giver, taker=taker, submissions=list(moved.values_list("submission", flat=True)))
    return moved.update(account=taker)


def let_go_of_drafts(*, account: Account, at: datetime, **_: Any) -> None:
    """Remove what an erased person had typed and never filed."""
    Draft.objects.filter(account=account).delete()
    Batch.objects.filter(account=account, filed_at__isnull=True).delete()
    Batch.objects.filter(account=account).update(name="", content={})

"""What goes when a person is erased."""

from __future__ import annotations

from django.db import transaction

from shuping_web.people.models import Account
from shuping_web.sign_in.actions import end_visits
from shuping_web.sign_in.models import Factor, Pass, RecoveryCode


@transaction.atomic
def forget_person(*, account: Account) -> None:
    """Remove second factor, recovery codes, slips, invitations and sessions; the event of the erasure is written by
    the room ``people`` in the same transaction.
    """
    for table in (Factor, RecoveryCode, Pass):
        table.objects.filter(account=account).delete()
    end_visits(account=account)

"""Publishing the head of a day: handed to the outbox as messages that the office looks at first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import override

from shuping_web.history.heads import Head, is_over
from shuping_web.ledger.actions import in_turn, record
from shuping_web.notices.actions import Draft, language_of, plan_batch
from shuping_web.notices.models import Batch, Kind
from shuping_web.people.models import Account
from shuping_web.people.permissions import Role
from shuping_web.people.queries import in_force


@in_turn
def mail_head(*, head: Head, roles: Iterable[Role], by: Account, at: datetime) -> Batch:
    """Plan a message with the head of a day to everybody who has one of some roles; nothing goes before the office
    approved the batch. Raises ValidationError for a day that is not over, and where nobody has these roles.
    """
    if not is_over(head.day):
        raise ValidationError(_("This day is not over: its head still changes."))
    wanted = in_force(at.date()).filter(role__in=[role.value for role in roles]).values("account")
    people = Account.objects.filter(pk__in=wanted, is_active=True).order_by("username")
    title = _("Head of %s") % head.day.isoformat()
    batch = plan_batch(
        kind=Kind.NOTICE, title=title, drafts=[_draft(head, account) for account in people], by=by, at=at
    )
    day = head.day.isoformat()
    data = {"day": day, "number": head.number, "sha256": head.hash, "batch": batch.pk}
    record(by=by, action="head_published", subject=f"head:{day}", at=at, data=data)
    return batch


def _draft(head: Head, account: Account) -> Draft:
    with override(language_of(account)):
        return Draft(account, _("Head of %s") % head.day.isoformat(), words_of(head))


def words_of(head: Head) -> str:
    """Return what is published of a day, in the language of the page."""
    text = _(
        "The record of everything that was done on the site ended on %(day)s with event %(number)d.\n\n%(line)s\n\n"
        "Keep this line. With it anybody who has the site's data can show later that no event up to there was changed, "
        "removed or put in:\n\nshuping audit verify --head %(line)s"
    )
    return text % {"day": head.day.isoformat(), "number": head.number, "line": head.line}

"""Slips of paper and invitations by link: made, and used once to set a password."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from shuping_web.ledger.actions import Actor, in_turn, record
from shuping_web.people.models import Account
from shuping_web.sign_in.actions import end_visits
from shuping_web.sign_in.codes import kept, new_code, new_token, read
from shuping_web.sign_in.models import Pass

MOST_DAYS = 30
MOST_AT_ONCE = 500


@in_turn
def make_passes(
    *, kind: Pass.Kind, accounts: Sequence[Account], days: int, by: Actor, at: datetime
) -> list[tuple[Account, str, datetime]]:
    """Make a slip or an invitation for each account; return account, code or token, and when it expires. Only a hash is
    kept. What was made for the account before and not used is withdrawn. Raises ValidationError for the own account,
    for a closed one, and for days out of 1 to MOST_DAYS.
    """
    if not 1 <= days <= MOST_DAYS:
        raise ValidationError({"days": _("From 1 to %d days.") % MOST_DAYS})
    if not accounts:
        raise ValidationError(_("Choose one account at least."))
    made = []
    for account in Account.objects.select_for_update().filter(pk__in=[one.pk for one in accounts]).order_by("username"):
        if account.label == by.label:
            raise ValidationError(_("For the own account there is the page “Change my password”."))
        if not account.is_active:
            raise ValidationError(_("The account %s is closed.") % account.username)
        code = new_code() if kind == Pass.Kind.SLIP else new_token()
        expires = at + timedelta(days=days)
        Pass.objects.filter(account=account, used_at__isnull=True, withdrawn_at__isnull=True).update(withdrawn_at=at)
        read_as = read(code) if kind == Pass.Kind.SLIP else code
        Pass.objects.create(
            account=account, kind=kind, digest=kept(kind, read_as), made_at=at, expires_at=expires
        )  # fmt: skip
        record(by=by, action=f"{kind.value}_made", subject=account.label, at=at, data={"days": days})
        made.append((account, code, expires))
    return made


@in_turn
def use_pass(*, opened: Pass, password: str, at: datetime) -> Account:
    """Set the password of the account that a slip or an invitation is for, and end its sessions; the second factor
    stays as it is. Raises ValidationError where it was used, was withdrawn or has expired meanwhile.
    """
    account = Account.objects.select_for_update().get(pk=opened.account.pk)
    fresh = Pass.objects.filter(pk=opened.pk, used_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=at)
    if not account.is_active or not fresh.update(used_at=at):
        raise ValidationError(_("This was used already, or has expired. Ask the administrator for a new one."))
    account.set_password(password)
    account.save(update_fields=["password"])
    end_visits(account=account)
    record(by=account, action=f"{opened.kind}_used", subject=account.label, at=at)
    return account

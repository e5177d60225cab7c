"""The second factor: switched on and off, its codes and recovery codes taken once each."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from shuping_web.ledger.actions import Actor, in_turn, record
from shuping_web.people.models import Account
from shuping_web.sign_in.codes import kept, new_code, read, secret_of, step_of
from shuping_web.sign_in.models import Factor, RecoveryCode

RECOVERY_CODES = 10


@in_turn
def switch_on(*, account: Account, nonce: str, code: str, by: Actor, at: datetime) -> list[str]:
    """Switch the second factor on once its first code was right; return the recovery codes, which cannot be had again.
    Raises ValidationError for a wrong code, or where it is on already.
    """
    if Factor.objects.select_for_update().filter(account=account).exists():
        raise ValidationError(_("The second factor is on already."))
    step = step_of(secret_of(account.label, nonce), code, at)
    if step is None:
        raise ValidationError(
            {"code": _("This is not the code that the app shows now. Look at the clock of the phone.")}
        )
    Factor.objects.create(account=account, nonce=nonce, since=at, last_step=step)
    record(by=by, action="second_factor_on", subject=account.label, at=at)
    return _new_codes(account)


@in_turn
def switch_off(*, account: Account, by: Actor, at: datetime) -> None:
    """Switch the second factor off and remove its recovery codes; nothing happens where it is off."""
    RecoveryCode.objects.filter(account=account).delete()
    removed, _rows = Factor.objects.filter(account=account).delete()
    if removed:
        record(by=by, action="second_factor_off", subject=account.label, at=at)


@in_turn
def make_recovery_codes(*, account: Account, by: Actor, at: datetime) -> list[str]:
    """Make ten new recovery codes; the old ones are worth nothing any more."""
    record(by=by, action="recovery_codes_made", subject=account.label, at=at)
    return _new_codes(account)


@in_turn
def take_code(*, account: Account, code: str, by: Actor, at: datetime) -> str | None:
    """Take a code of the second factor; return what it was (``code``, ``recovery``), None where it is wrong or was
    taken before.
    """
    factor = Factor.objects.select_for_update().filter(account=account).first()
    if factor is None:
        return None
    step = step_of(secret_of(account.label, factor.nonce), code, at)
    if step is not None:
        # the condition is the refusal of a replay: two requests with one code find one row between them
        taken = Factor.objects.filter(pk=factor.pk, last_step__lt=step).update(last_step=step)
        return "code" if taken else None
    fresh = RecoveryCode.objects.filter(account=account, digest=kept("recovery", read(code)), used_at__isnull=True)
    if not fresh.update(used_at=at):
        return None
    record(by=by, action="recovery_code_used", subject=account.label, at=at)
    return "recovery"


def _new_codes(account: Account) -> list[str]:
    RecoveryCode.objects.filter(account=account).delete()
    codes = [new_code() for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(account=account, digest=kept("recovery", read(code))) for code in codes
    )
    return codes

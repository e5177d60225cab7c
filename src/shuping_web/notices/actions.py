"""The outbox: a batch is planned, looked at, approved or dropped. Nothing goes before a person approved it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from shuping_web.ledger.actions import Actor, in_turn, record
from shuping_web.notices.job_actions import start_job
from shuping_web.notices.models import Batch, BatchState, Job, Kind, Message, MessageState, Refusal
from shuping_web.people.models import Account

FRESH = timedelta(days=1)
"""A batch older than this says what may not be so any more: it is made anew instead of approved."""
SEND = "send_batch"
"""The kind of work that sends a batch."""


@dataclass(frozen=True)
class Draft:
    """A message as a room hands it over: to whom, in the language of that account, and why, for the office alone."""

    account: Account
    subject: str
    text: str
    why: str = ""


@in_turn
def plan_batch(*, kind: Kind, title: str, drafts: Sequence[Draft], by: Account, at: datetime) -> Batch:
    """Keep messages for the office to look at; those of people without an address, or who want none of the kind by
    mail, are for the site and for paper. Raises ValidationError where there is none, or two to one person.
    """
    if not drafts:
        raise ValidationError(_("There is nobody to write to."))
    batch = Batch.objects.create(kind=kind, title=title[:200], made_by=by, made_at=at)
    refusing = set(Refusal.objects.filter(kind=kind).values_list("account_id", flat=True))
    Message.objects.bulk_create(
        [
            Message(
                batch=batch, account=draft.account, address=draft.account.email, language=language_of(draft.account),
                subject=" ".join(draft.subject.split())[:200], text=draft.text, why=draft.why[:200],
                by_mail=settings.MAIL_ON and bool(draft.account.email) and draft.account.pk not in refusing,
            )
            for draft in drafts
        ]
    )  # fmt: skip
    record(by=by, action="batch_planned", subject=f"batch:{batch.pk}", at=at, data={"messages": len(drafts)})
    return batch


def language_of(account: Account) -> str:
    """Return the language in which an account is written to."""
    return account.language or str(settings.LANGUAGE_CODE)


@in_turn
def approve_batch(*, batch: Batch, include: Sequence[int], by: Account, at: datetime) -> Job | None:
    """Let the messages with these numbers go, after the transaction; leave the others out. Return the work that sends
    them, None where none goes by mail. Raises ValidationError where somebody decided already, where the batch is more
    than a day old, or where no message is left.
    """
    locked = _undecided(batch)
    if at - locked.made_at > FRESH:
        raise ValidationError(
            _("This batch is more than a day old, and may say what is not so any more. Make it anew.")
        )
    planned = locked.messages.filter(state=MessageState.PLANNED)
    chosen = planned.filter(pk__in=list(include), account__is_active=True)
    if not chosen.exists():
        raise ValidationError(_("Choose at least one message, or drop the batch."))
    numbers = list(chosen.values_list("pk", flat=True))
    planned.exclude(pk__in=numbers).update(state=MessageState.EXCLUDED)
    kept = locked.messages.filter(pk__in=numbers)
    kept.filter(by_mail=False).update(state=MessageState.SHOWN)
    mails = kept.filter(by_mail=True).update(state=MessageState.APPROVED, next_try=at)
    _decide(locked, BatchState.APPROVED, by, at)
    data = {"messages": len(numbers), "by_mail": mails}
    record(by=by, action="batch_approved", subject=f"batch:{locked.pk}", at=at, data=data)
    return start_job(kind=SEND, given={"batch": locked.pk}, total=mails, by=by, at=at) if mails else None


@in_turn
def leave_out(*, batch: Batch, shown: Sequence[int], keep: Sequence[int], by: Account, at: datetime) -> int:
    """Of the messages with the numbers ``shown`` (a page of them) leave out those that are not in ``keep``, and take in
    again those that are; return how many are left out in all. Raises ValidationError where somebody decided already.
    """
    locked = _undecided(batch)
    page = locked.messages.filter(pk__in=list(shown), account__is_active=True).exclude(text="")
    out = page.filter(state=MessageState.PLANNED).exclude(pk__in=list(keep))
    again = page.filter(state=MessageState.EXCLUDED, pk__in=list(keep))
    moved = out.update(state=MessageState.EXCLUDED) + again.update(state=MessageState.PLANNED)
    number = locked.messages.filter(state=MessageState.EXCLUDED).count()
    if moved:
        record(by=by, action="messages_left_out", subject=f"batch:{locked.pk}", at=at, data={"messages": number})
    return number


@in_turn
def drop_batch(*, batch: Batch, by: Account, at: datetime) -> Batch:
    """Let no message of a batch go. Raises ValidationError where somebody decided already."""
    locked = _undecided(batch)
    locked.messages.filter(state=MessageState.PLANNED).update(state=MessageState.EXCLUDED)
    _decide(locked, BatchState.DROPPED, by, at)
    record(by=by, action="batch_dropped", subject=f"batch:{locked.pk}", at=at)
    return locked


def _undecided(batch: Batch) -> Batch:
    locked = Batch.objects.select_for_update().get(pk=batch.pk)
    if locked.state != BatchState.PLANNED:
        raise ValidationError(_("This batch was decided in the meantime."))
    return locked


def _decide(batch: Batch, state: BatchState, by: Account, at: datetime) -> None:
    batch.state, batch.decided_by, batch.decided_at = state, by, at
    batch.save(update_fields=["state", "decided_by", "decided_at"])


@in_turn
def send_again(*, message: Message, by: Account, at: datetime) -> Job:
    """Let a message go that could not be sent, or that a person knows was not. Raises ValidationError for others."""
    changed = Message.objects.filter(
        pk=message.pk, state__in=[MessageState.FAILED, MessageState.UNCLEAR], account__is_active=True
    ).update(state=MessageState.APPROVED, next_try=at, tries=0, error="", address=message.account.email)
    if not changed or not message.account.email:
        raise ValidationError(_("Only what could not be sent is sent again, and only to somebody with an address."))
    record(
        by=by, action="message_again", subject=f"batch:{message.batch_id}", at=at, data={"message": str(message.key)}
    )
    return start_job(kind=SEND, given={"batch": message.batch_id}, total=1, by=by, at=at)


@in_turn
def choose_notices(*, account: Account, kinds: Sequence[str], by: Actor, at: datetime) -> None:
    """Keep which kinds of messages an account wants by mail; the others stand on the site."""
    Refusal.objects.filter(account=account).delete()
    refused = [kind for kind in Kind.values if kind not in kinds]
    Refusal.objects.bulk_create([Refusal(account=account, kind=kind) for kind in refused])
    record(by=by, action="notices_chosen", subject=account.label, at=at, data={"by_mail": sorted(kinds)})


def forget(account: Account) -> None:
    """Remove what is kept of an erased person: what was written to them, and the address of the calendar."""
    from shuping_web.notices.models import CalendarLink

    Message.objects.filter(account=account).update(address="", subject="", text="", error="")
    Message.objects.filter(
        account=account, state__in=[MessageState.PLANNED, MessageState.APPROVED]
    ).update(state=MessageState.EXCLUDED)  # fmt: skip
    Refusal.objects.filter(account=account).delete()
    CalendarLink.objects.filter(account=account).delete()

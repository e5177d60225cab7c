"""The outbox for the office, and what was written to a person."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from shuping_web.notices.calendar_actions import digest_of
from shuping_web.notices.models import Batch, BatchState, CalendarLink, Kind, Message, MessageState, Refusal
from shuping_web.people.models import Account

TOLD = (MessageState.SENT, MessageState.SHOWN, MessageState.UNCLEAR, MessageState.FAILED)


def batches(*, state: str) -> QuerySet[Batch]:
    """Return the batches, the last one first, with how many messages were in them, sent, and failed."""
    failed = Q(messages__state__in=[MessageState.FAILED, MessageState.UNCLEAR])
    found = Batch.objects.select_related("made_by").annotate(
        number=Count("messages"), sent=Count("messages", filter=Q(messages__state=MessageState.SENT)),
        failed=Count("messages", filter=failed),
    )  # fmt: skip
    return (found.filter(state=state) if state in BatchState.values else found).order_by("-made_at", "-pk")


def counts(batch: Batch) -> list[tuple[str, str, int]]:
    """Return the states of a batch's messages with how many there are of each."""
    found = dict(batch.messages.order_by().values_list("state").annotate(number=Count("pk")))
    return [(state.value, str(state.label), found[state.value]) for state in MessageState if state.value in found]


def told(account: Account) -> QuerySet[Message]:
    """Return what was written to an account and approved, the last first; whether or not a mail of it arrived."""
    found = Message.objects.filter(account=account, state__in=TOLD).select_related("batch")
    return found.exclude(text="").order_by("-batch__decided_at", "-pk")


def wanted_by_mail(account: Account) -> list[str]:
    """Return the kinds of messages that an account wants by mail."""
    refused = set(Refusal.objects.filter(account=account).values_list("kind", flat=True))
    return [kind for kind in Kind.values if kind not in refused]


def owner_of_link(token: str) -> Account | None:
    """Return whose calendar a token opens; None where it opens none."""
    link = CalendarLink.objects.select_related("account").filter(digest=digest_of(token)).first()
    return link.account if link is not None and link.account.is_active else None


def waiting_batches() -> QuerySet[Batch]:
    """Return the batches that the office has not decided on yet."""
    return Batch.objects.filter(state=BatchState.PLANNED)

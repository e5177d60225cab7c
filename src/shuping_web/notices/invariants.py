"""What must always hold of messages and work. Each returns what is wrong, in words for the person who looks after the
site; nothing when all is well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.db.models import F, Q

from shuping_web.ledger.models import Event
from shuping_web.notices.models import Batch, BatchState, Job, JobState, Message, MessageState

GONE = (MessageState.APPROVED, MessageState.SENDING, MessageState.SENT, MessageState.SHOWN, MessageState.UNCLEAR)


def nothing_without_approval() -> Iterator[str]:
    """A message that went, or may go, stands in a batch that somebody approved, and its event says so."""
    for message in Message.objects.filter(state__in=GONE).exclude(batch__state=BatchState.APPROVED):
        yield f"message {message.pk} is {message.state}, but nobody approved batch {message.batch_id}"
    approved = Batch.objects.filter(state=BatchState.APPROVED).order_by("pk").values_list("pk", flat=True)
    told = set(Event.objects.filter(action="batch_approved").values_list("subject", flat=True))
    yield from (f"no event tells who approved batch {pk}" for pk in approved if f"batch:{pk}" not in told)


def sent_means_sent() -> Iterator[str]:
    """A message has a time of sending when it was sent by mail, and only then; what is not for mail was not sent."""
    sent = Q(state=MessageState.SENT)
    for message in Message.objects.filter((sent & Q(sent_at=None)) | (~sent & ~Q(sent_at=None))):
        yield f"message {message.pk} is {message.state}, sent at {message.sent_at}"
    for message in Message.objects.filter(by_mail=False, state__in=[MessageState.SENT, MessageState.SENDING]):
        yield f"message {message.pk} went by mail, but was not to"


def work_ends_once() -> Iterator[str]:
    """Work that ended has no worker, and no more was done than there was to do."""
    ended = Q(state__in=[JobState.DONE, JobState.FAILED])
    for job in Job.objects.filter((ended & Q(ended_at=None)) | (~ended & ~Q(ended_at=None))):
        yield f"job {job.pk} is {job.state}, ended at {job.ended_at}"
    yield from (f"job {job.pk}: {job.done} of {job.total}" for job in Job.objects.filter(done__gt=F("total")))


INVARIANTS: tuple[Callable[[], Iterator[str]], ...] = (nothing_without_approval, sent_means_sent, work_ends_once)

"""Sending what was approved: each mail to one person, never twice, tried again where the mail server was not there.

A message is claimed by an UPDATE that asks for its state, so that two workers never send the same. A mail that was
handed over and got no answer is ``UNCLEAR``: it may have gone, so a person decides. A mail server that cannot be
reached, or says "later" (4xx, RFC 5321), is tried again.
"""

from __future__ import annotations

import json
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from shuping_web.ledger.actions import record
from shuping_web.notices.job_actions import Progress, Told
from shuping_web.notices.models import Batch, Job, Message, MessageState
from shuping_web.people.actions import System

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480))
"""Back-off after the first, second ... try; after the last the message has failed."""
SENDING_FOR = timedelta(minutes=5)
"""A message that is being sent for longer was left by a worker that ended."""


@dataclass
class Count:
    """What came of some messages."""

    sent: int = 0
    later: int = 0
    failed: int = 0
    unclear: int = 0

    @property
    def all(self) -> int:
        """All of them."""
        return self.sent + self.later + self.failed + self.unclear


def counted_in_words(message: str) -> str:
    """Return what ``send_batch`` counted as a sentence in the language of the page; other messages as they are."""
    if not message.startswith("{"):
        return message
    told: str = _(
        "Sent: %(sent)d. To be tried again: %(later)d. Could not be sent: %(failed)d. Perhaps sent: %(unclear)d."
    ) % json.loads(message)
    return told


def told_of_batch(job: Job) -> Told:
    """Return what the page of such a job says of it."""
    return Told(counted_in_words(job.message), reverse("batch", args=[job.given["batch"]]), _("To the messages"))


def send_batch(job: Job, progress: Progress) -> str:
    """Send the messages of a batch (a kind of work) and return what was counted, as JSON: who looks at it reads it in a
    language of their own. One that is begun again finds those that were sent as sent.
    """
    batch = Batch.objects.get(pk=job.given["batch"])
    due = batch.messages.filter(state=MessageState.APPROVED)
    total, count = due.count(), Count()
    progress(0, total, "")
    for _each in send_due(due, count):
        progress(count.all, total, "")
    data = {"sent": count.sent, "later": count.later, "failed": count.failed, "unclear": count.unclear}
    with transaction.atomic():
        record(by=System(), action="batch_sent", subject=f"batch:{batch.pk}", at=timezone.now(), data=data)
    return json.dumps(data)


def send_due(messages: QuerySet[Message], count: Count) -> Iterator[Message]:
    """Send what is due of some messages, one by one, and yield each; ``count`` says what came of them."""
    with _server() as connection:
        while (message := _claim(messages)) is not None:
            try:
                _send(message, connection, count)
            finally:
                # whatever ends the worker here leaves no claim that nobody holds
                _settle(message, MessageState.UNCLEAR, only=MessageState.SENDING)
            yield message


@contextmanager
def _server() -> Iterator[Any]:
    connection = get_connection()
    try:
        yield connection
    finally:
        connection.close()


def _claim(messages: QuerySet[Message]) -> Message | None:
    now = timezone.now()
    for message in messages.filter(state=MessageState.APPROVED, next_try__lte=now).order_by("pk")[:20]:
        claimed = Message.objects.filter(pk=message.pk, state=MessageState.APPROVED).update(
            state=MessageState.SENDING, claimed_at=now, tries=F("tries") + 1
        )
        if claimed:
            return Message.objects.select_related("account", "batch").get(pk=message.pk)
    return None


def _send(message: Message, connection: Any, count: Count) -> None:
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        connection.close()
        _try_later(message, error, count)
        return
    try:
        mail_of(message, connection).send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _text in error.recipients.values()]
        _refused(message, min(codes, default=550), error, count)
    except smtplib.SMTPResponseException as error:
        _refused(message, error.smtp_code, error, count)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        connection.close()
        count.unclear += 1
        _settle(message, MessageState.UNCLEAR, error=type(error).__name__)
    else:
        count.sent += 1
        _settle(message, MessageState.SENT, sent_at=timezone.now(), error="")


def mail_of(message: Message, connection: Any = None) -> EmailMessage:
    """Return the mail of a message: to one person, no copies. Its id is that of the message, so that a mail program
    shows a second one, were there ever one, as the same.
    """
    domain = str(settings.DEFAULT_FROM_EMAIL).rpartition("@")[2].rstrip("> ") or "localhost"
    headers = {
        "Message-ID": f"<{message.key}@{domain}>", "Auto-Submitted": "auto-generated",
        "Content-Language": message.language,
    }  # fmt: skip
    return EmailMessage(message.subject, message.text, to=[message.address], headers=headers, connection=connection)


def _refused(message: Message, code: int, error: Exception, count: Count) -> None:
    if 400 <= code < 500:
        _try_later(message, error, count)
        return
    count.failed += 1
    _settle(message, MessageState.FAILED, error=f"{type(error).__name__} {code}")


def _try_later(message: Message, error: Exception, count: Count) -> None:
    if message.tries > len(WAITS):
        count.failed += 1
        _settle(message, MessageState.FAILED, error=type(error).__name__)
        return
    count.later += 1
    wait = WAITS[message.tries - 1]
    _settle(message, MessageState.APPROVED, next_try=timezone.now() + wait, error=type(error).__name__)


def _settle(message: Message, state: MessageState, *, only: MessageState = MessageState.SENDING, **values: Any) -> None:
    Message.objects.filter(pk=message.pk, state=only).update(state=state, **values)


def give_up_on_left(now: datetime) -> int:
    """Mark what a worker that ended left behind as perhaps sent; return how many there were."""
    left = Message.objects.filter(state=MessageState.SENDING, claimed_at__lt=now - SENDING_FOR)
    return left.update(state=MessageState.UNCLEAR) if left.exists() else 0

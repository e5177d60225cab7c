"""The outbox: seen before it goes, to one person each, sent once, tried again where the server was not there."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.test import Client
from django.utils import timezone

from shuping_web.ledger.queries import history
from shuping_web.notices import sending_actions
from shuping_web.notices.actions import (
    Draft,
    approve_batch,
    choose_notices,
    drop_batch,
    plan_batch,
    send_again,
)
from shuping_web.notices.invariants import INVARIANTS
from shuping_web.notices.models import Batch, Job, JobState, Kind, Message, MessageState
from shuping_web.notices.queries import told
from shuping_web.notices.sending_actions import SENDING_FOR, WAITS, Count, give_up_on_left, mail_of, send_due
from shuping_web.notices.worker import look
from shuping_web.people.account_actions import erase_account
from shuping_web.site.mail import settings_of
from tests.web.conftest import World


@pytest.fixture(autouse=True)
def _mail_on(settings: Any) -> None:
    settings.MAIL_ON = True
    settings.DEFAULT_FROM_EMAIL = "Office <office@county.example>"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def planned(world: World) -> Batch:
    """A batch to East and West, who have addresses, and to the head, who has none."""
    for name in ("east", "west"):
        world.people[name].email = f"{name}@county.example"
        world.people[name].save()
    drafts = [Draft(world.people[name], f"Subject {name}", f"Text {name}", "why") for name in ("east", "west", "head")]
    return plan_batch(
        kind=Kind.REMINDER, title="Reminders", drafts=drafts, by=world.people["office"], at=timezone.now()
    )


def approve(batch: Batch, world: World, *names: str) -> Job | None:
    numbers = list(batch.messages.filter(account__username__in=names).values_list("pk", flat=True))
    return approve_batch(batch=batch, include=numbers, by=world.people["office"], at=timezone.now())


def states(batch: Batch) -> dict[str, str]:
    return dict(batch.messages.values_list("account__username", "state"))


def test_nothing_goes_before_it_is_approved(planned: Batch, world: World) -> None:
    assert not look("one")
    assert mail.outbox == []
    assert list(told(world.people["east"])) == []
    drop_batch(batch=planned, by=world.people["office"], at=timezone.now())
    assert not look("one")
    assert mail.outbox == []
    assert set(states(planned).values()) == {"excluded"}
    with pytest.raises(ValidationError):
        approve(planned, world, "east")


def test_each_mail_goes_to_one_person_and_once(planned: Batch, world: World) -> None:
    job = approve(planned, world, "east", "head")
    assert job is not None
    assert states(planned) == {"east": "approved", "west": "excluded", "head": "shown"}
    assert look("one")
    assert not look("two")
    [sent] = mail.outbox
    assert (sent.to, sent.cc, sent.bcc) == (["east@county.example"], [], [])
    assert (sent.subject, sent.body) == ("Subject east", "Text east")
    assert sent.message()["Message-ID"] == f"<{planned.messages.get(account__username='east').key}@county.example>"
    assert states(planned)["east"] == "sent"
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == (JobState.DONE, 1, 1)
    assert [m.account.username for m in told(world.people["head"])] == ["head"]
    done = [event.action for event in history(f"batch:{planned.pk}")]
    assert done == ["batch_planned", "batch_approved", "batch_sent"]


def test_who_wants_no_mail_of_a_kind_reads_it_on_the_site(world: World) -> None:
    east, office, now = world.people["east"], world.people["office"], timezone.now()
    east.email = "east@county.example"
    east.save()
    choose_notices(account=east, kinds=[Kind.NOTICE], by=east, at=now)
    for kind, by_mail in ((Kind.REMINDER, False), (Kind.NOTICE, True)):
        made = plan_batch(kind=kind, title="t", drafts=[Draft(east, "s", "t")], by=office, at=now)
        assert made.messages.get().by_mail is by_mail


def test_two_approvals_and_an_old_batch_are_refused(planned: Batch, world: World) -> None:
    with pytest.raises(ValidationError, match=r"more than a day|超过一天"):
        approve_batch(batch=planned, include=[1], by=world.people["office"], at=timezone.now() + timedelta(days=2))
    with pytest.raises(ValidationError):
        approve(planned, world)
    approve(planned, world, "east")
    with pytest.raises(ValidationError):
        approve(planned, world, "east")
    assert Job.objects.count() == 1


class Broken:
    """A mail server that answers as told."""

    def __init__(self, at_open: Exception | None, at_send: Exception | None) -> None:
        self.at_open, self.at_send, self.sends = at_open, at_send, 0

    def open(self) -> None:
        """Connect."""
        if self.at_open:
            raise self.at_open

    def close(self) -> None:
        """Close."""

    def send_messages(self, _messages: Any) -> int:
        """Answer."""
        self.sends += 1
        if self.at_send:
            raise self.at_send
        return 1


@pytest.mark.parametrize(
    ("at_open", "at_send", "state"),
    [
        (ConnectionRefusedError(), None, "approved"),
        (smtplib.SMTPAuthenticationError(535, b"no"), None, "approved"),
        (None, smtplib.SMTPRecipientsRefused({"a": (450, b"later")}), "approved"),
        (None, smtplib.SMTPDataError(451, b"later"), "approved"),
        (None, smtplib.SMTPRecipientsRefused({"a": (550, b"nobody")}), "failed"),
        (None, smtplib.SMTPDataError(554, b"no"), "failed"),
        (None, smtplib.SMTPServerDisconnected(), "unclear"),
        (None, TimeoutError(), "unclear"),
    ],
)
def test_what_the_mail_server_answers(
    planned: Batch, world: World, monkeypatch: pytest.MonkeyPatch, at_open: Any, at_send: Any, state: str
) -> None:
    approve(planned, world, "east")
    server = Broken(at_open, at_send)
    monkeypatch.setattr(sending_actions, "get_connection", lambda: server)
    look("one")
    message = planned.messages.get(account__username="east")
    assert message.state == state
    assert type(at_open or at_send).__name__ in message.error
    tried = server.sends
    look("one")
    assert server.sends == tried  # neither at once again nor ever by itself where it is unclear
    if state == "approved":
        assert message.next_try is not None
        assert WAITS[0] - timedelta(seconds=30) < message.next_try - timezone.now() <= WAITS[0]
    else:
        send_again(message=message, by=world.people["office"], at=timezone.now())
        monkeypatch.undo()
        assert look("one")
        message.refresh_from_db()
        assert (message.state, len(mail.outbox)) == ("sent", 1)


def test_after_the_last_try_it_has_failed(planned: Batch, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    approve(planned, world, "east")
    monkeypatch.setattr(sending_actions, "get_connection", lambda: Broken(OSError(), None))
    for number in range(len(WAITS) + 1):
        Message.objects.filter(state="approved").update(next_try=timezone.now())
        list(send_due(Message.objects.all(), Count()))
        message = planned.messages.get(account__username="east")
        assert (message.tries, message.state) == (number + 1, "approved" if number < len(WAITS) else "failed")


def test_what_a_worker_left_is_never_sent_again_by_itself(planned: Batch, world: World) -> None:
    approve(planned, world, "east")
    Message.objects.filter(state="approved").update(state=MessageState.SENDING, claimed_at=timezone.now())
    assert give_up_on_left(timezone.now()) == 0
    look("one")
    assert mail.outbox == []
    assert give_up_on_left(timezone.now() + SENDING_FOR + timedelta(seconds=1)) == 1
    look("one")
    assert mail.outbox == []
    assert states(planned)["east"] == "unclear"


def test_a_line_end_in_a_subject_makes_no_header(planned: Batch, world: World) -> None:
    drafts = [Draft(world.people["east"], "A\r\nBcc: all@county.example", "t")]
    made = plan_batch(kind=Kind.NOTICE, title="t", drafts=drafts, by=world.people["office"], at=timezone.now())
    sent = mail_of(made.messages.get()).message()
    assert sent["Bcc"] is None
    assert sent["Subject"] == "A Bcc: all@county.example"


def test_an_erased_person_leaves_no_text(planned: Batch, world: World) -> None:
    approve(planned, world, "east")
    erase_account(account=world.people["east"], by=world.people["admin"], at=timezone.now())
    left = planned.messages.get(account=world.people["east"])
    assert (left.text, left.subject, left.address, left.state) == ("", "", "", "excluded")
    look("one")
    assert mail.outbox == []


def test_on_screen(planned: Batch, world: World, client_of: Callable[[str], Client]) -> None:
    office = client_of("office")
    page = office.get(f"/outbox/{planned.pk}/").content.decode()
    for text in ("Text east", "Text west", "Text head", "no mail address"):
        assert text in page
    head = planned.messages.get(account__username="head").pk
    east = planned.messages.get(account__username="east").pk
    answer = office.post(f"/outbox/{planned.pk}/decide/", {"send": [east, head], "decision": "approve"})
    assert answer.url.startswith("/job/")
    waiting = office.get(answer.url).content.decode()
    assert 'http-equiv="refresh"' in waiting
    look("one")
    done = office.get(answer.url).content.decode()
    assert 'http-equiv="refresh"' not in done
    assert "Sent: 1." in done
    assert "Text head" in office.get(f"/outbox/{planned.pk}/sheets/").content.decode()
    assert "Text east" not in office.get(f"/outbox/{planned.pk}/sheets/").content.decode()
    assert "Text east" in client_of("east").get("/messages/").content.decode()
    assert "Text" not in client_of("west").get("/messages/").content.decode()


@pytest.fixture
def many(world: World) -> Callable[[int], None]:
    def make(number: int) -> None:
        for _ in range(number):
            drafts = [Draft(world.people["east"], "s", "t")]
            made = plan_batch(kind=Kind.NOTICE, title="t", drafts=drafts, by=world.people["office"], at=timezone.now())
            approve(made, world, "east")

    return make


@pytest.mark.parametrize(("path", "role"), [("/outbox/", "office"), ("/messages/", "east")])
def test_lists_ask_the_same_for_one_row_and_fifty(
    path: str, role: str, many: Any, client_of: Callable[[str], Client], django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_of(role)
    found = []
    for more in (1, 49):
        many(more)
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        found.append(len(asked))
    assert found[0] == found[1]


@pytest.mark.parametrize(
    "url", ["smtp://", "http://host", "smtp://u:hush@host:port", "file://", "mailto:a@b", "smtp://u:hush@[::1"]
)
def test_a_wrong_mail_server_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ImproperlyConfigured) as raised:
        settings_of(url, "a@b")
    assert "hush" not in str(raised.value)


def test_mail_settings() -> None:
    assert settings_of("", "").on is False
    with pytest.raises(ImproperlyConfigured, match="SHUPING_MAIL_FROM"):
        settings_of("console:", "")
    found = settings_of("smtp://u%40b:p%2Fw@mail.example", "a@b")
    assert (found.host, found.port, found.user, found.password) == ("mail.example", 587, "u@b", "p/w")
    assert (found.starttls, found.ssl) == (True, False)
    assert "p/w" not in repr(found)
    assert settings_of("smtps://mail.example", "a@b").port == 465
    assert settings_of("smtp://localhost:25", "a@b").starttls is False


class Raced:
    """What is due, of which another worker takes each message between the look and the claim."""

    def filter(self, **_: Any) -> Raced:
        """Return itself."""
        return self

    def order_by(self, *_: str) -> Raced:
        """Return itself."""
        return self

    def __getitem__(self, _: slice) -> Iterator[Message]:
        for message in list(Message.objects.filter(state="approved")):
            assert Message.objects.filter(pk=message.pk).update(state="sending", claimed_at=timezone.now())
            yield message


def test_a_message_that_another_worker_took_is_not_sent(planned: Batch, world: World) -> None:
    approve(planned, world, "east", "west")
    assert list(send_due(Raced(), Count())) == []  # type: ignore[arg-type]
    assert mail.outbox == []
    assert sorted(states(planned).values()) == ["excluded", "sending", "sending"]


def test_two_workers_in_turns_send_each_mail_once(planned: Batch, world: World) -> None:
    approve(planned, world, "east", "west")
    one, two = (send_due(Message.objects.all(), Count()) for _ in range(2))
    assert {next(one).account.username, next(two).account.username} == {"east", "west"}
    assert (next(one, None), next(two, None)) == (None, None)
    assert sorted(sent.to for sent in mail.outbox) == [["east@county.example"], ["west@county.example"]]


def wrong() -> list[str]:
    return [text for check in INVARIANTS for text in check()]


@pytest.mark.broken_ledger
def test_what_must_always_hold(planned: Batch, world: World) -> None:
    approve(planned, world, "east", "head")
    look("one")
    assert wrong() == []
    planned.messages.filter(account__username="west").update(state="sent")
    Batch.objects.filter(pk=planned.pk).update(state="planned")
    Job.objects.update(ended_at=None, done=9)
    found = " ".join(wrong())
    for text in ("nobody approved batch", "sent at None", "ended at None", "9 of 1"):
        assert text in found

"""Addresses of the rooms ``notices`` and ``reminding``."""

from __future__ import annotations

from django.utils import timezone

from shuping_web.notices.actions import Draft, approve_batch, plan_batch
from shuping_web.notices.calendar_actions import make_link
from shuping_web.notices.job_actions import do_job, start_job, take_job
from shuping_web.notices.list_actions import start_list
from shuping_web.notices.models import Batch, Kind, Message
from tests.web.conftest import World
from tests.web.matrix import ALL

OFFICE = frozenset({"office"})
NOBODY = "00000000-0000-4000-8000-000000000000"
SEEN = {
    ("outbox", "get"): OFFICE,
    ("batch", "get"): OFFICE,
    ("decide-batch", "post"): OFFICE,
    ("sheets", "get"): OFFICE,
    ("send-again", "post"): OFFICE,
    ("job", "get"): frozenset({"east"}),
    ("job-file", "get"): frozenset({"east"}),
    ("my-messages", "get"): ALL,
    ("my-notices", "get"): ALL,
    ("my-notices", "post"): ALL,
    ("calendar-link", "post"): ALL,
    ("new-reminders", "get"): OFFICE,
    ("new-reminders", "post"): OFFICE,
    ("deadlines", "get"): ALL,
}
OPEN_TO_ALL = ("deadlines",)


def planned(world: World) -> Batch:
    """Plan a batch with a message to East's filer."""
    drafts = [Draft(world.people["east"], "Subject 317", "Text 317", "why")]
    return plan_batch(kind=Kind.NOTICE, title="Batch", drafts=drafts, by=world.people["office"], at=timezone.now())


def shown(world: World) -> Message:
    """Approve a batch: its message stands on the site."""
    batch = planned(world)
    numbers = list(batch.messages.values_list("pk", flat=True))
    approve_batch(batch=batch, include=numbers, by=world.people["office"], at=timezone.now())
    return batch.messages.get()


def job(world: World) -> str:
    """Return the page of work that East started."""
    started = start_job(
        kind="send_batch", given={"batch": 0}, by=world.people["east"], at=timezone.now(), total=4
    )  # fmt: skip
    return f"/job/{started.key}/"


def made(world: World) -> str:
    """Return the file that the worker has made for East."""
    work = start_list(
        address="/records/activity/?format=csv", session={"cycle": None}, name="Made 317", kind="csv",
        by=world.people["east"], at=timezone.now(),
    )  # fmt: skip
    taken = take_job("matrix")
    while taken is not None and taken.key != work.key:
        taken = take_job("matrix")
    assert taken is not None
    do_job(taken)
    return f"/job/{work.key}/file/"


PATHS = {
    "batch": lambda world: f"/outbox/{planned(world).pk}/",
    "decide-batch": lambda world: f"/outbox/{planned(world).pk}/decide/",
    "sheets": lambda world: f"/outbox/{planned(world).pk}/sheets/",
    "send-again": lambda world: f"/outbox/message/{shown(world).pk}/again/",
    "job": job,
    "job-file": made,
    "deadlines": lambda world: f"/deadlines/{make_link(account=world.people['east'], at=timezone.now())}.ics",
}
NOTHING = {
    "batch": "/outbox/999999/",
    "decide-batch": "/outbox/999999/decide/",
    "sheets": "/outbox/999999/sheets/",
    "send-again": "/outbox/message/999999/again/",
    "job": f"/job/{NOBODY}/",
    "job-file": f"/job/{NOBODY}/file/",
}

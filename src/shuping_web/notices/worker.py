"""The worker of ``shuping serve``: a thread beside the server that does what waits. Ended at any moment, it leaves work
whose lease runs out, and no mail that anybody would send again.
"""

from __future__ import annotations

import logging
import os
import threading
import uuid

from django.db import close_old_connections, connection
from django.utils import timezone

from shuping_web.notices.job_actions import do_job, take_job
from shuping_web.notices.made_files import let_files_go
from shuping_web.notices.models import Message
from shuping_web.notices.sending_actions import Count, give_up_on_left, send_due

LOG = logging.getLogger(__name__)
EVERY = 1.0
"""Seconds between two looks at what waits."""


class Worker:
    """Does what waits until it is told to stop."""

    def __init__(self) -> None:
        self.name = f"{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="shuping-worker", daemon=True)

    def start(self) -> None:
        """Start beside what runs; a daemon thread, so that Ctrl-C never waits for it."""
        self._thread.start()

    def stop(self, seconds: float = 5) -> None:
        """Ask it to stop, and wait a little."""
        self._stop.set()
        self._thread.join(seconds)

    def _run(self) -> None:
        while not self._stop.is_set():
            busy = False
            try:
                close_old_connections()
                busy = look(self.name)
            except Exception:
                LOG.exception("work in the background failed")
            if not busy:
                self._stop.wait(EVERY)
        connection.close()


def look(name: str) -> bool:
    """Do one piece of what waits; tell whether there was any."""
    give_up_on_left(timezone.now())
    let_files_go(timezone.now())
    job = take_job(name)
    if job is not None:
        do_job(job)
        return True
    return any(True for _message in send_due(Message.objects.all(), Count()))

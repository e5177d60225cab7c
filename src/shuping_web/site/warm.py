"""What a worker does before the first person comes: it loads what pages need, and works the standing out once."""

from __future__ import annotations

import atexit
import gc
import logging
from threading import Thread

LOG = logging.getLogger(__name__)


def start() -> Thread:
    """Load the addresses and their rooms at once, the standing of the current cycle in a thread of its own."""
    from django.urls import get_resolver

    assert get_resolver().url_patterns
    thread = Thread(target=_standing, name="shuping-warm", daemon=True)
    thread.start()
    return thread


def _standing() -> None:
    from django.db import Error, connection

    from shuping_web.cycles.queries import current
    from shuping_web.results.adapters import ShupingError
    from shuping_web.results.queries import scoring_of

    try:
        cycle = current()
        if cycle is not None:
            scoring_of(cycle)
    except (ShupingError, Error) as error:  # whoever asks for the standing is told what is wrong
        LOG.info("the standing was not worked out at the start: %s", error)
    finally:
        connection.close()
    gc.collect()
    atexit.register(gc.unfreeze)  # at the end all is let go
    gc.freeze()  # what stays until the end is not searched for garbage again and again: a tenth of a score's time

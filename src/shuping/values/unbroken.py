"""A few lines that Ctrl-C cannot break in two: the interruption comes right after them."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def unbroken() -> Iterator[None]:
    """Hold back an interruption (SIGINT) until the block has ended, then let it happen.

    For what must not be done by halves and takes no time: a folder made and remembered, a folder put in place. Outside
    the main thread nothing is held back, for signals do not arrive there.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    caught: list[tuple[int, FrameType | None]] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: caught.append((number, frame)))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if caught and callable(before):
            before(*caught[0])

"""Ctrl-C: a few lines that it cannot break in two, and whether it came."""

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


@contextmanager
def noticing() -> Iterator[list[int]]:
    """Yield a list, empty until an interruption (SIGINT) comes: then it holds the signal's number.

    For who must tell an interruption from a fault: a compiled library that meets it inside a call may raise an error of
    its own instead. Outside the main thread, or where interruptions are ignored, the list stays empty.
    """
    came: list[int] = []
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield came
        return

    def noticed(number: int, frame: FrameType | None) -> None:
        came.append(number)
        before(number, frame)

    signal.signal(signal.SIGINT, noticed)
    try:
        yield came
    finally:
        signal.signal(signal.SIGINT, before)

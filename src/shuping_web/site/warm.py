"""What a worker does before the first person comes: it loads what pages need, and works out what is dear and the same
for everybody.
"""

from __future__ import annotations

import atexit
import gc
import logging
from collections.abc import Callable, Iterator
from functools import partial
from threading import Thread
from typing import Any

LOG = logging.getLogger(__name__)
LANGUAGES = ("zh-hans", "en")


def start() -> Thread:
    """Load the addresses and their rooms at once, all else in a thread of its own."""
    from django.urls import get_resolver

    assert get_resolver().url_patterns
    thread = Thread(target=_warm, name="shuping-warm", daemon=True)
    thread.start()
    return thread


def _warm() -> None:
    """Do each thing by itself: what cannot be worked out now is told to whoever asks for it."""
    from django.db import Error, connection

    from shuping_web.results.adapters import ShupingError

    try:
        for step in steps():
            try:
                step()
            except (ShupingError, Error) as error:
                LOG.info("not worked out at the start: %s", error)
    finally:
        connection.close()
    gc.collect()
    atexit.register(gc.unfreeze)  # at the end all is let go
    gc.freeze()  # what stays until the end is not searched for garbage again and again: a tenth of a score's time


def steps() -> Iterator[Callable[[], Any]]:
    """Yield what is done: the standing first, since it takes longest."""
    yield _standing
    yield _templates
    for language in LANGUAGES:
        yield partial(_in_language, language)


def _standing() -> None:
    from shuping_web.cycles.queries import current
    from shuping_web.results.queries import scoring_of

    cycle = current()
    if cycle is not None:
        scoring_of(cycle)


def _templates() -> None:
    from django.template.loader import get_template

    from shuping_web.site.settings import HERE

    for file in sorted((HERE / "templates").rglob("*.html")):
        get_template(file.relative_to(HERE / "templates").as_posix())


def _in_language(language: str) -> None:
    """Make what is read in a language: rule books in words, the calendar, what the last record set changed."""
    from django.utils import timezone
    from django.utils.translation import override

    from shuping_web.checking.sets import record_sets
    from shuping_web.cycles.queries import current, last_version, working_days
    from shuping_web.cycles.rulebook_views import made_ready
    from shuping_web.people.language import page_lang
    from shuping_web.results.queries import moves_of_set

    with override(language):
        cycle, today = current(), timezone.localdate()
        working_days().list_of(today)
        if cycle is None:
            return
        for version in {cycle.rulebook, last_version(cycle.rulebook.book) or cycle.rulebook}:
            made_ready(version, page_lang())
        last = record_sets(cycle).filter(supersedes__isnull=False).first()
        if last is not None:
            moves_of_set(last, page_lang())

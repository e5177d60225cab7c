"""The front of ``shuping check``: a rule book, or a folder with its data, read and then looked at by the linter."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from shuping import appraisal
from shuping.appraisal import Progress
from shuping.review.limits import Limits
from shuping.review.lint import Review, lint
from shuping.rulebook.load import load, positions_of
from shuping.scoring.inputs import check_register


def check(
    path: str | Path,
    *,
    period: str | None = None,
    limits: Limits | None = None,
    settings: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Review:
    """Check a rule book, or a folder: read everything, then let the linter look at it.

    A folder is scored in ``period`` (by default the last one of the rule book; without any, only what the rule book
    says is looked at). Raises RulebookError or InputError with every problem that keeps it from being used; what the
    linter says never stops anything, ``Review.of("error")`` says what must not stay.
    """
    target = Path(path)
    if not target.is_dir():
        return lint(load(target), positions_of(target), limits=limits)
    folder = appraisal.read(target, settings=settings, progress=progress)
    check_register(folder)
    book = folder.rulebook
    when = appraisal.periods_of(book, period)[-1] if period or book.periods else None
    result = appraisal.score(folder, when, progress=progress) if when is not None and book.criteria else None
    places = positions_of(target / "rulebook.yaml")
    return lint(book, places, folder=folder, result=result, period=when, limits=limits)

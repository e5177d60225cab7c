"""From a YAML file to a checked rule book, or to every problem in it, each with line, column and what is allowed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from shuping.errors import Place, Problem, RulebookError
from shuping.rulebook.checks import check
from shuping.rulebook.model import Rulebook
from shuping.rulebook.prune import Pruned, prune
from shuping.rulebook.validation import problems_of
from shuping.rulebook.yaml_source import Positions, decode, read_yaml


def load(path: str | Path) -> Rulebook:
    """Read, validate and check a rule book.

    Raises RulebookError with all problems of the file, and InputError-like RulebookError when it cannot be read.
    """
    file = Path(path)
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise RulebookError(
            Problem("rulebook.unreadable", {"reason": error.strerror or str(error)}, Place(str(path)))
        ) from error
    return loads(decode(raw, file.name), file.name)


def loads(text: str, file: str = "rulebook.yaml") -> Rulebook:
    """Read a rule book from its text; ``file`` is the name used in messages. Raises RulebookError as ``load`` does."""
    data, positions = read_yaml(text, file)
    if data is None:
        raise RulebookError(Problem("rulebook.empty", {}, Place(file)))
    if not isinstance(data, dict):
        raise RulebookError(Problem("rulebook.not-a-mapping", {}, Place(file, 1, 1)))
    return from_data(data, positions)


def positions_of(path: str | Path) -> Positions:
    """Return where everything stands in a rule book that ``load`` has accepted."""
    file = Path(path)
    return read_yaml(decode(file.read_bytes(), file.name), file.name)[1]


def from_data(data: dict[str, Any], positions: Positions) -> Rulebook:
    """Validate plain data. Parts that are wrong are set aside, so that the rest is checked in the same run."""
    problems: list[Problem] = []
    pruned = Pruned(data)
    rulebook: Rulebook | None = None
    while rulebook is None:
        try:
            rulebook = Rulebook.model_validate(pruned.data)
        except ValidationError as error:
            problems += problems_of(error, positions, pruned)
            smaller = prune(pruned, [tuple(item["loc"]) for item in error.errors(include_url=False)])
            if smaller is None:
                break
            pruned = smaller
    if rulebook is not None:
        problems += check(rulebook, positions, pruned)
    if problems:
        raise RulebookError(sorted(problems, key=lambda problem: (problem.place.line or 0, problem.place.column or 0)))
    assert rulebook is not None
    return rulebook

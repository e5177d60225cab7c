"""Every error of Shuping: a code, its parameters and a place; the words live in the catalogue.

A *problem* is one thing that somebody must put right. A *ShupingError* carries all the problems found together, so that
a person mends a file once and not line by line. The catalogue (``shuping/messages/<room>.toml``) holds the Chinese and
the English sentence of each code side by side; it is read only when a message is shown.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from importlib import resources
from typing import Any, ClassVar, Literal

Lang = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a problem stands: as much of file, sheet, line, column (1-based), field as is known."""

    file: str | None = None
    line: int | None = None
    column: int | None = None
    sheet: str | None = None
    cell: str | None = None
    field: str | None = None

    def show(self) -> str:
        """Return ``file:line:column`` with sheet, cell or field behind it, for people and editors."""
        head = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        tail = [part for part in (self.sheet, self.cell, self.field) if part]
        return " ".join(part for part in (head, "[" + " ".join(tail) + "]" if tail else "") if part)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to put right.

    ``code`` is ``<room>.<what>`` (``rulebook.unknown-key``); ``params`` fill the catalogue's sentence; ``excerpt`` is
    the offending text with a caret line, where there is one.
    """

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    place: Place = field(default_factory=Place)
    excerpt: str = ""

    def message(self, lang: Lang = "en") -> str:
        """Return the sentence for people, without the place.

        Raises KeyError when the catalogue lacks the code or the sentence asks for a parameter that was not given: both
        are faults of the program, and a test walks every code.
        """
        return sentence(self.code, lang).format_map(dict(self.params))

    def show(self, lang: Lang = "en") -> str:
        """Return place, sentence and excerpt, as the terminal prints them."""
        where = self.place.show()
        text = f"{where}: {self.message(lang)}" if where else self.message(lang)
        return f"{text}\n{self.excerpt}" if self.excerpt else text


class ShupingError(Exception):
    """Something that a person must act on. ``problems`` is never empty. ``exit_code`` is the command line's."""

    exit_code: ClassVar[int] = 1

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        if not self.problems:
            raise ValueError("an error needs at least one problem")
        super().__init__("\n".join(problem.show("en") for problem in self.problems))


class InputError(ShupingError):
    """The user's files or arguments (units, records, marks, options). Exit code 2."""

    exit_code = 2


class RulebookError(ShupingError):
    """The rule book, including its formulas. Exit code 3."""

    exit_code = 3


class OutputError(ShupingError):
    """The result cannot be written: it exists already, or the disk is full. Exit code 4."""

    exit_code = 4


class MissingExtraError(ShupingError):
    """A heavy part is not installed (``shuping[documents]``). Exit code 5."""

    exit_code = 5


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Return ``{code: {"zh": sentence, "en": sentence}}``, read once from ``shuping/messages/*.toml``."""
    found: dict[str, dict[str, str]] = {}
    for entry in sorted(resources.files("shuping.messages").iterdir(), key=lambda item: item.name):
        if not entry.name.endswith(".toml"):
            continue
        room = entry.name.removesuffix(".toml")
        for what, words in tomllib.loads(entry.read_text(encoding="utf-8")).items():
            found[f"{room}.{what}"] = words
    return found


def sentence(code: str, lang: Lang) -> str:
    """Return the catalogue's sentence for ``code``. Raises KeyError for an unknown code."""
    return catalogue()[code][lang]


def nearest(given: str, known: Iterable[object]) -> str | None:
    """Return the known name that ``given`` was probably meant to be (capitals do not matter), or None."""
    names: dict[str, list[str]] = {}
    for name in sorted(map(str, known)):
        names.setdefault(name.lower(), []).append(name)
    found = get_close_matches(given.lower(), sorted(names), n=1, cutoff=0.6)
    # of spellings that differ in capitals alone, the one with the capitals that were given
    return get_close_matches(given, names[found[0]], n=1, cutoff=0)[0] if found else None

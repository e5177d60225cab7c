"""The commentary's sentences: templates from ``phrases/<lang>.toml``, filled with runs."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from string import Formatter
from typing import Any

from shuping.documents.commentary.model import Count, Figure, Quoted, Run, Runs, Words

Slot = Run | Runs


class Phrases:
    """The phrases of one language. ``turn`` walks through variants in order: the same data always reads the same."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._table = _read(lang)

    def words(self, key: str) -> str:
        """Return a phrase without slots. Raises KeyError for an unknown key."""
        return str(self._find(key, 0, None))

    def fill(self, key: str, turn: int = 0, number: Count | Figure | int | None = None, **slots: Slot) -> Runs:
        """Return the sentence as runs. ``number`` chooses between ``one`` and ``many`` where a phrase has both.

        Raises KeyError for an unknown key or a slot that was not given.
        """
        return self.fill_with(key, slots, turn, number)

    def fill_with(
        self, key: str, slots: Mapping[str, Slot], turn: int = 0, number: Count | Figure | int | None = None
    ) -> Runs:
        """Return the sentence as ``fill`` does, the slots given as a mapping."""
        runs: list[Run] = []
        for words, slot, _, _ in Formatter().parse(self._find(key, turn, number)):
            if words:
                runs.append(Words(words))
            if slot is not None:
                given = slots[slot]
                runs.extend(given if isinstance(given, tuple) else (given,))
        return merged(runs)

    def join(self, items: Sequence[Slot]) -> Runs:
        """Return the items as a list in the language's way (``a、b、c``; ``a, b and c``)."""
        runs: list[Run] = []
        for index, item in enumerate(items):
            if index:
                runs.append(Words(self.words("join.last" if index == len(items) - 1 else "join.between")))
            runs.extend(item if isinstance(item, tuple) else (item,))
        return merged(runs)

    def chain(self, items: Sequence[Slot]) -> Runs:
        """Return the items with semicolons between: for clauses that hold commas of their own."""
        runs: list[Run] = []
        for index, item in enumerate(items):
            if index:
                runs.append(Words("；" if self.lang == "zh" else "; "))
            runs.extend(item if isinstance(item, tuple) else (item,))
        return merged(runs)

    def sentence(self, runs: Runs) -> Runs:
        """Return the runs as a sentence: a capital first where the language has them, a full stop at the end."""
        stop = "。" if self.lang == "zh" else "."
        return merged([*_capital(runs), Words(stop)])

    def paragraph(self, sentences: Sequence[Runs]) -> Runs:
        """Return whole sentences one after another, with a space between where the language has one."""
        runs: list[Run] = []
        for sentence in sentences:
            if runs and sentence and self.lang != "zh":
                runs.append(Words(" "))
            runs.extend(sentence)
        return merged(runs)

    def _find(self, key: str, turn: int, number: Count | Figure | int | None) -> str:
        found: Any = self._table
        for step in key.split("."):
            found = found[step]
        if isinstance(found, dict):
            one = number == 1 if isinstance(number, int) else number is not None and number.text == "1"
            found = found["one" if one else "many"]
        if isinstance(found, list):
            found = found[turn % len(found)]
        return str(found)


def _capital(runs: Sequence[Run]) -> Sequence[Run]:
    if runs and isinstance(runs[0], Words):
        return [Words(runs[0].text[:1].upper() + runs[0].text[1:]), *runs[1:]]
    return runs


def quoted_sentence(text: str, lang: str) -> Runs:
    """Return a text of the rule book as a sentence of its own, with a full stop where it ends without a mark."""
    body = " ".join(text.split()) if lang == "en" else "".join(line.strip() for line in text.splitlines())
    if not body:
        return ()
    ended = body[-1] in "。！？；：.!?;:”’\"'"
    return (Quoted(body),) if ended else (Quoted(body), Words("。" if lang == "zh" else "."))


def merged(runs: Sequence[Run]) -> Runs:
    """Return the runs with neighbouring words put together and empty ones left out."""
    found: list[Run] = []
    for run in runs:
        if isinstance(run, Words) and found and isinstance(found[-1], Words):
            found[-1] = Words(found[-1].text + run.text)
        elif run.text:
            found.append(run)
    return tuple(found)


@cache
def _read(lang: str) -> dict[str, Any]:
    text = resources.files("shuping.documents").joinpath("phrases", f"{lang}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)

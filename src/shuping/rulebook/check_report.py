"""What every check stands on: a report that puts problems in their places, and the criteria with their paths."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from shuping.errors import Problem
from shuping.rulebook.model import Criterion, Rulebook
from shuping.rulebook.prune import Pruned
from shuping.rulebook.validation import Hint
from shuping.rulebook.yaml_source import Path, Positions


@dataclass
class Report:
    """Collects problems with their places in the file as it was written."""

    rulebook: Rulebook
    positions: Positions
    pruned: Pruned
    problems: list[Problem] = field(default_factory=list)

    def add(self, code: str, path: Path, *, key: bool = False, excerpt: str = "", **params: Any) -> None:
        """Add one problem at ``path`` of the (trimmed) rule book."""
        place = self.positions.place(self.pruned.original(path), key=key)
        self.problems.append(Problem(f"rulebook.{code}", params, place, excerpt))

    def unknown(
        self, kind: str, given: str, known: Iterable[str], path: Path, *, lost_as: str | None = None, key: bool = False
    ) -> bool:
        """Report ``given`` unless it is known; names set aside for their own mistake are passed over in silence.

        ``key``: the name stands as a key at ``path``, not as its value.
        """
        names = list(known)
        lost = lost_as or kind
        if given in names:
            return False
        if not self.pruned.is_lost(lost, given) and not self.pruned.is_lost(lost, "*"):
            allowed = ", ".join(names[:30]) + (" …" if len(names) > 30 else "")
            self.add(f"unknown-{kind}", path, key=key, given=given, allowed=allowed or "∅", hint=Hint.of(given, names))
        return True


def located(rulebook: Rulebook) -> Iterator[tuple[Path, Criterion]]:
    """Yield every criterion with its path."""

    def below(criteria: tuple[Criterion, ...], path: Path) -> Iterator[tuple[Path, Criterion]]:
        for index, criterion in enumerate(criteria):
            here = (*path, "criteria", index)
            yield here, criterion
            yield from below(criterion.criteria, here)

    return below(rulebook.criteria, ())

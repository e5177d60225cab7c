"""Setting wrong parts of a rule book aside, so that one mistake does not hide the others.

The part that is dropped is the smallest that can stand alone: a criterion, a measure, a dataset, or a top-level key
that is not required. Positions in lists are remembered, so that messages still point into the file as it was written.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

from shuping.rulebook.yaml_source import Path

_NAMED = ("groups", "datasets", "surveys", "measures", "panels", "ballots", "grades")
_LISTED = ("criteria", "findings")
_ADJUSTMENTS = ("bonus", "deductions", "prizes", "veto", "categories")
_STAND_INS: dict[str, Any] = {"rulebook": "?", "version": "?", "title": "?", "format": "1"}


@dataclass
class Pruned:
    """Data without its wrong parts; ``lost`` names what was set aside: ``("measures", "coverage")``."""

    data: dict[str, Any]
    lost: set[tuple[str, str]] = field(default_factory=set)
    kept: dict[Path, list[int]] = field(default_factory=dict)
    shrunk: set[Path] = field(default_factory=set)

    def original(self, path: Path) -> Path:
        """Return where ``path`` of the pruned data stands in the file."""
        found: list[str | int] = []
        for part in path:
            if isinstance(part, int):
                found.append(self.kept.get(tuple(found), range(part + 1))[part])
            else:
                found.append(part)
        return tuple(found)

    def is_lost(self, kind: str, name: str) -> bool:
        """Tell whether a name is missing only because it was set aside for its own mistake."""
        return (kind, name) in self.lost


def prune(pruned: Pruned, bad: list[Path]) -> Pruned | None:
    """Return a copy without the parts at the ``bad`` paths, or None when nothing more can be set aside."""
    smaller = Pruned(copy.deepcopy(pruned.data), set(pruned.lost), dict(pruned.kept), set(pruned.shrunk))
    targets = {target for path in bad if (target := _target(path, smaller.data))}
    if not targets:
        return None
    for target in sorted(targets, key=lambda path: (len(path), [str(part).zfill(6) for part in path]), reverse=True):
        _drop(smaller, target)
    return smaller


def _target(path: Path, data: dict[str, Any]) -> Path | None:
    if not path:
        return None
    head = str(path[0])
    if head in _NAMED and len(path) > 1 and isinstance(data.get(head), dict):
        return (head, path[1])
    if head == "adjustments" and len(path) > 2 and path[1] in _ADJUSTMENTS and isinstance(data.get(head), dict):
        return tuple(path[:3])  # one bonus, deduction, veto or category
    if head in _LISTED and isinstance(data.get(head), list):
        last = max(
            (index for index, part in enumerate(path) if isinstance(part, int) and path[index - 1] in _LISTED),
            default=None,
        )
        if last is not None:
            return tuple(path[: last + 1])
    return (head,)


def _drop(pruned: Pruned, target: Path) -> None:
    if len(target) == 1:
        _drop_top(pruned, str(target[0]))
        return
    holder: Any = pruned.data
    for part in target[:-1]:
        try:
            holder = holder[part]
        except (KeyError, IndexError, TypeError):
            return
    last = target[-1]
    if isinstance(holder, dict):
        holder.pop(last, None)
        pruned.lost.add((str(target[-2]), str(last)))
    elif isinstance(holder, list) and isinstance(last, int) and last < len(holder):
        _lose_criteria(pruned, holder[last])
        where = pruned.original(target[:-1])
        kept = pruned.kept.setdefault(where, list(range(len(holder))))
        del holder[last]
        del kept[last]
        pruned.shrunk.add(where)


def _drop_top(pruned: Pruned, key: str) -> None:
    value = pruned.data.pop(key, None)
    if key in _STAND_INS:
        pruned.data[key] = _STAND_INS[key]
    elif key == "groups":
        pruned.data[key] = {}
    if isinstance(value, dict) and key in _NAMED:
        pruned.lost.update((key, str(name)) for name in value)
    pruned.lost.add((key, "*"))


def _lose_criteria(pruned: Pruned, dropped: Any) -> None:
    if isinstance(dropped, dict):
        pruned.lost.add(("criteria", str(dropped.get("id"))))
        for child in dropped.get("criteria") or ():
            _lose_criteria(pruned, child)

"""The closure of a tree whose edges hold between two days. Pure: knows no database."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Place:
    """Below which unit a unit stands between two days, both included (None: since ever, until further notice)."""

    unit: int
    parent: int | None
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True)
class Path:
    """That one unit stands ``depth`` steps above another between two days."""

    above: int
    below: int
    depth: int
    start: date | None = None
    end: date | None = None


class Circle(ValueError):
    """A unit would stand above itself. ``unit`` is one of the circle."""

    def __init__(self, unit: int) -> None:
        super().__init__(f"unit {unit} stands above itself")
        self.unit = unit


def paths_of(places: Iterable[Place], of: Collection[int] | None = None) -> list[Path]:
    """Return the closure: every unit (or those in ``of``) with itself at all times, and with each unit above it while
    that holds. Raises Circle when at some day such a unit would stand above itself.
    """
    edges: dict[int, list[Place]] = {}
    for place in places:
        edges.setdefault(place.unit, []).append(place)
    found: list[Path] = []
    for unit in sorted(edges if of is None else of):
        found.append(Path(unit, unit, 0))
        ahead = [Path(unit, unit, 0)]
        while ahead:
            reached = ahead.pop()
            for place in edges.get(reached.above, ()):
                longer = _longer(reached, place)
                if longer is None:
                    continue
                if longer.above == unit or longer.depth > len(edges):
                    raise Circle(unit)
                found.append(longer)
                ahead.append(longer)
    return _joined(found)


def _longer(path: Path, place: Place) -> Path | None:
    """Return a path one step longer, for the days that both hold."""
    starts = [day for day in (path.start, place.start) if day is not None]
    ends = [day for day in (path.end, place.end) if day is not None]
    start, end = max(starts, default=None), min(ends, default=None)
    if place.parent is None or (start is not None and end is not None and start > end):
        return None
    return Path(place.parent, path.below, path.depth + 1, start, end)


def _joined(paths: list[Path]) -> list[Path]:
    """Join the spans that touch: a change higher up that leaves a unit where it was does not cut its path."""
    spans: dict[tuple[int, int, int], list[Path]] = {}
    for path in paths:
        spans.setdefault((path.below, path.above, path.depth), []).append(path)
    found: list[Path] = []
    for key in sorted(spans):
        kept: list[Path] = []
        for path in sorted(spans[key], key=lambda one: one.start or date.min):
            last = kept[-1] if kept else None
            if last and last.end and path.start and (path.start - last.end).days <= 1:
                kept[-1] = Path(last.above, last.below, last.depth, last.start, path.end)
            else:
                kept.append(path)
        found += kept
    return found

"""What a new version of a rule book changes: part by part, and line by line."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from shuping_web.cycles.adapters import as_written, same_value, title_in

Kind = Literal["added", "removed", "changed"]
LONGEST = 300
LINES = 4000
_ABSENT = object()


@dataclass(frozen=True)
class Change:
    """One change: of which ``part`` (a key of the rule book), of what in it (``name``, with its ``title`` where it has
    one), at which key of that, and what was and is written.
    """

    kind: Kind
    part: str
    name: str
    title: str
    key: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    """A line of the texts compared: ``added``, ``removed``, ``same``, or the ``place`` of what follows."""

    kind: str
    text: str


def changes(before: str, after: str, lang: str) -> list[Change]:
    """Return what the text of a rule book changes against that of another, in the order of the new one. Criteria are
    followed wherever they stand in the tree; numbers that mean the same are the same.
    """
    old, new = _by_name(as_written(before)), _by_name(as_written(after))
    return [change for part in _keys(old, new) for change in _part(part, old.get(part), new.get(part), lang)]


def _keys(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    return [*new, *(key for key in old if key not in new)]


def _by_name(book: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parts of a rule book with the tree of criteria laid flat and lists of named things by their names."""
    found = dict(book)
    if "criteria" in found:
        found["criteria"] = dict(_flat(found["criteria"], ""))
    if isinstance(found.get("adjustments"), dict):
        found["adjustments"] = {
            item["id"]: {"kind": kind, **item}
            for kind, items in found["adjustments"].items()
            if _named(items)
            for item in items
        } | {kind: items for kind, items in found["adjustments"].items() if not _named(items)}
    return {key: {item["id"]: item for item in part} if _named(part) else part for key, part in found.items()}


def _named(part: Any) -> bool:
    return isinstance(part, list) and bool(part) and all(isinstance(item, dict) and "id" in item for item in part)


def _flat(criteria: Any, above: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for item in criteria:
        own = {key: value for key, value in item.items() if key not in ("criteria", "id")}
        yield item["id"], {**own, **({"below": above} if above else {})}
        yield from _flat(item.get("criteria") or (), item["id"])


def _part(part: str, old: Any, new: Any, lang: str) -> Iterator[Change]:
    if not isinstance(old if old is not None else {}, dict) or not isinstance(new if new is not None else {}, dict):
        if not same_value(old, new):
            yield _change(part, "", "", "", _ABSENT if old is None else old, _ABSENT if new is None else new)
        return
    old, new = old or {}, new or {}
    for name in _keys(old, new):
        was, now = old.get(name, _ABSENT), new.get(name, _ABSENT)
        if isinstance(was, dict) and isinstance(now, dict):
            title = title_in(now.get("title"), lang)
            for key in _keys(was, now):
                yield from _differing(part, name, title, key, was.get(key, _ABSENT), now.get(key, _ABSENT))
        elif was is _ABSENT or now is _ABSENT or not same_value(was, now):
            shown = now if isinstance(now, dict) else was if isinstance(was, dict) else {}
            yield _change(part, str(name), title_in(shown.get("title"), lang), "", was, now)


def _differing(part: str, name: str, title: str, key: str, was: Any, now: Any) -> Iterator[Change]:
    """Go down as long as both sides are mappings: a dataset's field, a method's parameter."""
    if isinstance(was, dict) and isinstance(now, dict):
        for inner in _keys(was, now):
            inner_key = f"{key}.{inner}"
            yield from _differing(part, name, title, inner_key, was.get(inner, _ABSENT), now.get(inner, _ABSENT))
    elif was is _ABSENT or now is _ABSENT or not same_value(was, now):
        yield _change(part, name, title, key, was, now)


def _change(part: str, name: str, title: str, key: str, was: Any, now: Any) -> Change:
    kind: Kind = "added" if was is _ABSENT else "removed" if now is _ABSENT else "changed"
    return Change(kind, part, name, title, key, _written(was), _written(now))


def _written(value: Any) -> str:
    if value is _ABSENT or value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def lines(before: str, after: str) -> list[Line]:
    """Return the lines that differ, with three lines around them."""
    kinds = {"+": "added", "-": "removed", " ": "same", "@": "place"}
    found = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=3)
    kept = [line for number, line in enumerate(found) if number > 1]
    return [Line(kinds[line[0]], line if line[0] == "@" else line[1:]) for line in kept[:LINES]]

"""YAML 1.2 read as source text with positions: no floats, no ``no`` = false, no anchors, no tags.

Every scalar stays the text that was written (an empty one is None), so that numbers stay exact and every message can
name line and column. Used for the rule book and for sources.yaml.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, ReusedAnchorWarning, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from shuping.errors import Place, Problem, RulebookError

Path = tuple[str | int, ...]
MAX_BYTES = 2_000_000
MAX_DEPTH = 60
_NULL_TAG = "tag:yaml.org,2002:null"
_PLAIN_TAGS = ("null", "bool", "int", "float", "str", "timestamp", "seq", "map", "merge", "value", "binary")


@dataclass(frozen=True)
class Positions:
    """Line and column (1-based) of every key and value of a file, by path."""

    file: str
    values: Mapping[Path, tuple[int, int]] = field(default_factory=dict)
    keys: Mapping[Path, tuple[int, int]] = field(default_factory=dict)

    def place(self, path: Path, *, key: bool = False) -> Place:
        """Return where ``path`` stands; for a path that is not in the file, its nearest ancestor."""
        trail = tuple(path)
        table = self.keys if key else self.values
        while True:
            if found := table.get(trail) or self.values.get(trail):
                return Place(self.file, found[0], found[1], field=show_path(path) or None)
            if not trail:
                return Place(self.file, 1, 1, field=show_path(path) or None)
            trail = trail[:-1]


def show_path(path: Path) -> str:
    """Return ``criteria[2].points`` for ``("criteria", 2, "points")``."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def decode(raw: bytes, file: str) -> str:
    """Return the text of a UTF-8 file (with or without BOM). Raises RulebookError naming the line of the first bad
    byte.
    """
    if len(raw) > MAX_BYTES:
        raise RulebookError(Problem("rulebook.too-large", {"given": len(raw), "allowed": MAX_BYTES}, Place(file)))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise RulebookError(
            Problem("rulebook.not-utf8", {"byte": f"0x{raw[error.start]:02x}"}, Place(file, line))
        ) from error


def read_yaml(text: str, file: str) -> tuple[Any, Positions]:
    """Return plain data (dicts, lists, texts, None) and the positions of everything in it.

    Raises RulebookError for broken YAML, duplicate keys, anchors, tags and too deep nesting, all that can be found at
    once.
    """
    node = _compose(text, file)
    reader = _Reader(file)
    data = None if node is None else reader.convert(node, ())
    if reader.problems:
        raise RulebookError(reader.problems)
    return data, Positions(file, reader.values, reader.keys)


def _compose(text: str, file: str) -> Node | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ReusedAnchorWarning)  # anchors are refused, reused or not
            return YAML(typ="safe", pure=True).compose(text)  # type: ignore[no-any-return]
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (None, None)
        problem = Problem(
            "rulebook.broken-yaml", {"reason": _reason(error)}, Place(file, line, column), _excerpt(text, mark)
        )
        raise RulebookError(problem) from error
    except ReaderError as error:
        line = text[: error.position].count("\n") + 1
        params = {
            "character": f"U+{error.character:04X}" if isinstance(error.character, int) else repr(error.character)
        }
        raise RulebookError(Problem("rulebook.bad-character", params, Place(file, line))) from error
    except RecursionError as error:
        raise RulebookError(Problem("rulebook.too-deep", {"allowed": MAX_DEPTH}, Place(file))) from error
    except (YAMLError, ValueError, AttributeError, IndexError, TypeError, KeyError, AssertionError) as error:
        # the parser's own slips on mangled input are still the file's fault, not the user's to read
        raise RulebookError(Problem("rulebook.broken-yaml", {"reason": type(error).__name__}, Place(file))) from error


def _reason(error: MarkedYAMLError) -> str:
    where = f" (line {error.context_mark.line + 1})" if error.context_mark else ""  # where what is not closed began
    words = [part for part in (error.context and f"{error.context}{where}", error.problem) if part]
    return "; ".join(str(part) for part in words) or type(error).__name__


def _excerpt(text: str, mark: Any) -> str:
    lines = text.splitlines()
    if mark is None or mark.line >= len(lines):
        return ""
    return caret_excerpt(lines[mark.line], mark.column)


def caret_excerpt(line: str, column: int, length: int = 1) -> str:
    """Return the line and a caret line under ``column`` (0-based), counting wide characters as two."""
    from unicodedata import east_asian_width

    def width(piece: str) -> int:
        return sum(2 if east_asian_width(character) in "WF" else 1 for character in piece)

    marked = line[column : column + length] or " "
    return f"  {line}\n  {' ' * width(line[:column])}{'^' * max(1, width(marked))}"


class _Reader:
    """Turns nodes into plain data, remembering positions and collecting what is not allowed."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.values: dict[Path, tuple[int, int]] = {}
        self.keys: dict[Path, tuple[int, int]] = {}
        self.problems: list[Problem] = []
        self._seen: set[int] = set()

    def convert(self, node: Node, path: Path) -> Any:
        line, column = _mark(node)
        quoted = isinstance(node, ScalarNode) and node.style in ("'", '"')
        self.values[path] = (line, column + quoted)  # point at the text, not at its quote
        if id(node) in self._seen or getattr(node, "anchor", None):
            self._complain("anchor", node, path)
            return None
        self._seen.add(id(node))
        if len(path) > MAX_DEPTH:
            self._complain("too-deep", node, path, allowed=MAX_DEPTH)
            return None
        tag = str(node.tag)
        if tag.removeprefix("tag:yaml.org,2002:") not in _PLAIN_TAGS:
            self._complain("tag", node, path, given=tag)
        if isinstance(node, ScalarNode):
            return None if tag == _NULL_TAG and node.style is None else str(node.value)
        if isinstance(node, SequenceNode):
            return [self.convert(child, (*path, index)) for index, child in enumerate(node.value)]
        assert isinstance(node, MappingNode)
        return self._mapping(node, path)

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self._complain("key", key_node, path)
                continue
            key = str(key_node.value)
            if key in found:
                first = self.keys[(*path, key)][0]
                self._complain("duplicate-key", key_node, (*path, key), given=key, first=first)
                continue
            self.keys[(*path, key)] = _mark(key_node)
            found[key] = self.convert(value_node, (*path, key))
        return found

    def _complain(self, what: str, node: Node, path: Path, **params: Any) -> None:
        line, column = _mark(node)
        self.problems.append(
            Problem(f"rulebook.{what}", params, Place(self.file, line, column, field=show_path(path) or None))
        )


def _mark(node: Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1

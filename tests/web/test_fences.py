"""The site reaches the library through the adapters of its rooms; writes go through actions; files stay short."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SITE = Path("src/shuping_web")
FILES = sorted(path for path in SITE.rglob("*.py") if "migrations" not in path.parts)
WIRING = {"site/commands.py", "site/demonstration.py"}
"""The command line and the demonstration hand the library's own files over."""
WRITES = {"save", "create", "bulk_create", "update", "delete", "get_or_create", "update_or_create", "bulk_update"}
ACTIONS = [path for path in FILES if path.name.endswith("actions.py")]
NO_EVENT = {"keep_draft", "keep_batch"}
RECORDS = {"record", "record_all", "record_ready", "write_event"}
MAY_WRITE = ("actions.py", "models.py", "demonstration.py")
"""How the names of such files end: a room with many actions has ``unit_actions.py`` and the like."""


def names(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (item.name for item in node.names)


def called(function: ast.FunctionDef) -> set[str]:
    return {ast.unparse(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)}


def test_there_are_files() -> None:
    assert len(FILES) > 30


@pytest.mark.parametrize("path", FILES, ids=[path.relative_to(SITE).as_posix() for path in FILES])
def test_the_library_is_reached_through_adapters(path: Path) -> None:
    library = [name for name in names(path) if name == "shuping" or name.startswith("shuping.")]
    where = path.relative_to(SITE).as_posix()
    assert not library or path.name == "adapters.py" or where in WIRING, (where, library)


@pytest.mark.parametrize("path", FILES, ids=[path.relative_to(SITE).as_posix() for path in FILES])
def test_rows_are_written_by_actions_alone(path: Path) -> None:
    calls = [
        node.func.attr
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES
    ]
    assert not calls or path.name.endswith(MAY_WRITE), calls


@pytest.mark.parametrize("path", ACTIONS, ids=[path.relative_to(SITE).as_posix() for path in ACTIONS])
def test_actions_wait_for_their_turn_first(path: Path) -> None:
    """An action that takes locks on rows before its turn may wait for another for ever, and decides on what has moved:
    ``ledger.actions.in_turn`` is its decorator, ``transaction.atomic`` that of what writes no event.
    """
    late = [
        node.name
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name not in NO_EVENT
        if {"by", "at"} <= {arg.arg for arg in (*node.args.args, *node.args.kwonlyargs)} or RECORDS & called(node)
        if "transaction.atomic" in [ast.unparse(one) for one in node.decorator_list]
    ]
    assert late == []


@pytest.mark.parametrize("path", FILES, ids=[path.relative_to(SITE).as_posix() for path in FILES])
def test_public_names_say_what_they_are(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    public = [
        node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]
    assert ast.get_docstring(tree) or not tree.body
    assert [node.name for node in public if not ast.get_docstring(node)] == []
    long = [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno > 60
    ]
    assert long == []

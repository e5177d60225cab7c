"""No file imports a file that imports it, by whatever way round, in a function or for the type checker alone."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest


def circle(*packages: str) -> list[str]:
    """Return the files of one circle of imports, the first again at the end; none where there is no circle."""
    name, *others = packages
    graph = grimp.build_graph(name, *others, cache_dir=None)
    assert len(graph.modules) > 2, "an empty graph has no circle"
    imports = {module: sorted(graph.find_modules_directly_imported_by(module)) for module in sorted(graph.modules)}
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


LAZY = "def f():\n    from turning import first\n    return first"
TYPED = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from turning.first import A"


@pytest.mark.parametrize(("second", "closes"), [(LAZY, True), (TYPED, True), ("import math", False)])
def test_a_circle_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, second: str, closes: bool) -> None:
    package = tmp_path / "turning"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "first.py").write_text("from turning.second import f\nclass A: ...", encoding="utf-8")
    (package / "second.py").write_text(second, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    assert set(circle("turning")) == ({"turning.first", "turning.second"} if closes else set())


def test_no_circle_among_the_files() -> None:
    assert circle("shuping", "shuping_web") == []

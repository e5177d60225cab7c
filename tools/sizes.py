"""The size budgets: functions p90 <= 25 lines and none over 60, files p90 <= 350 and none over 600.

Run as a script it prints every breach and exits 1 when there is one; the tests use ``breaches``.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

FUNCTION_P90, FUNCTION_MAX = 25, 60
FILE_P90, FILE_MAX = 350, 600


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Yield (place, lines) of every function of a file, its docstring not counted: prose costs no reading of code."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{path}:{node.lineno} {node.name}", _length(node)


def breaches(root: Path) -> list[str]:
    """Return one sentence for each budget that the Python files below ``root`` break."""
    paths = sorted(root.rglob("*.py"))
    if not paths:
        raise ValueError(f"no Python file below {root}: nothing was measured")
    sizes = [(str(path), len(path.read_text(encoding="utf-8").splitlines())) for path in paths]
    found = [item for path in paths for item in functions(path)]
    return [*_over("function", found, FUNCTION_P90, FUNCTION_MAX), *_over("file", sizes, FILE_P90, FILE_MAX)]


def p90(values: Sequence[int]) -> int:
    """Return the smallest value that at least nine tenths of the values do not exceed."""
    ordered = sorted(values)
    return ordered[-(-9 * len(ordered) // 10) - 1] if ordered else 0


def _over(kind: str, found: Sequence[tuple[str, int]], typical: int, most: int) -> Iterator[str]:
    for place, lines in found:
        if lines > most:
            yield f"{place}: a {kind} of {lines} lines; the most is {most}"
    reached = p90([lines for _, lines in found])
    if reached > typical:
        yield f"nine tenths of all {kind}s stay within {reached} lines; the budget is {typical}"


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    lines = (node.end_lineno or node.lineno) - node.lineno + 1
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def main() -> int:
    """Measure the library. Exit status 1 when a budget is broken."""
    found = breaches(Path(__file__).resolve().parents[1] / "src")
    for sentence in found:
        print(sentence)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

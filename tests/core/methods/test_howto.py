"""From the words of rules to methods: every method is on the page, what it writes loads, its cases exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shuping.methods import METHODS
from shuping.rulebook.load import loads
from shuping.rulebook.rules import method_of

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "howto" / "rules-in-words.md").read_text(encoding="utf-8")
ROWS = [line.split("|")[1:4] for line in PAGE.splitlines() if line.startswith("| ")][2:]
WRITTEN = [found for row in ROWS for found in re.findall(r"`(\w+: \{[^`]*\})`", row[1]) if "…" not in found]
BOOK = """
format: 1
rulebook: words
version: "1"
title: Words
groups: {all: {kind: unit}}
measures: {figure: {value: unit.figure}}
criteria: [{id: figure_points, points: 10, measure: figure, method: {%s}}]
"""


def test_every_method_is_on_the_page() -> None:
    said = {name for name in METHODS if re.search(rf"`{name}\b", "\n".join(row[1] for row in ROWS))}
    assert said == set(METHODS)


@pytest.mark.parametrize("written", [text for text in WRITTEN if text.partition(":")[0] in METHODS])
def test_what_the_page_writes_loads(written: str) -> None:
    book = loads(BOOK % written)
    assert method_of(book, book.criteria[0]).name == written.partition(":")[0]


def test_the_cases_exist() -> None:
    cases = {case.strip() for row in ROWS for case in row[2].split(",") if case.strip()}
    assert len(cases) > 5
    assert [case for case in sorted(cases) if not (ROOT / "tests" / "spec" / case).is_dir()] == []

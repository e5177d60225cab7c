"""The page on reviewers' severity: its Python runs in order, its rule book loads, and what it claims holds."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path
from typing import Any

import pytest

from shuping.rulebook.load import loads

PAGE = Path(__file__).resolve().parents[2] / "docs" / "howto" / "reviewers-severity.md"
BLOCK = re.compile(r"^```(python|yaml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BOOK = "format: 1\nrulebook: visits\nversion: '1'\ntitle: Visits\ngroups: {towns: {kind: town}}\n"
CRITERIA = "criteria: [{id: visit, points: 100, panel: {id: site_visit}}]\n"


def blocks(language: str) -> list[str]:
    return [text for kind, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")) if kind == language]


@pytest.fixture(scope="module")
def ran() -> tuple[dict[str, Any], str]:
    names: dict[str, Any] = {}
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        for block in blocks("python"):
            exec(compile(block, str(PAGE), "exec"), names)
    return names, said.getvalue()


def test_the_lenient_reviewer_is_found(ran: tuple[dict[str, Any], str]) -> None:
    reviewers = ran[0]["fit"].reviewers.sort("effect")
    assert reviewers["reviewer"][-1] == "r0"
    assert reviewers["effect"][-1] > 0 > reviewers["effect"][0]


def test_the_plan_speaks(ran: tuple[dict[str, Any], str]) -> None:
    names, said = ran
    assert names["plan"].verdict == "helps"
    assert names["plan"].sentence("en") in said


def test_the_rule_book_loads() -> None:
    (panels,) = blocks("yaml")
    assert loads(BOOK + panels + CRITERIA).panels["site_visit"].severity is not None
    (other,) = re.findall(r"or, for instance, (\{.*\})", panels)
    severity = (
        loads(BOOK + panels.replace("severity: {}", f"severity: {other}") + CRITERIA).panels["site_visit"].severity
    )
    assert severity is not None
    assert (severity.of, severity.with_, severity.reviewers) == ("item", ("reviewer_item",), "fixed")

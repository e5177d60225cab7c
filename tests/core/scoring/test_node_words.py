"""A node's sum in figures: what is written must come out to what is printed."""

from __future__ import annotations

import re
from fractions import Fraction

import polars as pl

import shuping
from shuping.scoring.result import Result

BOOK = """
format: 1
rulebook: words
version: "1"
title: Words
periods: ["2025"]
groups: {all: {kind: t}}
measures: {a: {value: unit.a}, b: {value: unit.b}, c: {value: unit.c}}
missing: rescale
criteria:
  - id: sums
    weight: 2/3
    criteria:
      - {id: x, points: 30, measure: a, method: {ratio_capped: {target: 10}}}
      - {id: y, points: 70, measure: b, method: {ratio_capped: {target: 10}}}
  - {id: z, weight: 1/3, measure: c, method: {ratio_capped: {target: 10}}}
"""


def result(**cells: object) -> Result:
    units = pl.DataFrame({"id": ["u"], "name": ["U"], "kind": ["t"], **{name: [cell] for name, cell in cells.items()}})
    return shuping.score(shuping.folder_from_frames(shuping.load_rulebook_text(BOOK), units))


def figures_of(scored: Result, criterion: str) -> str:
    return str(scored.trace.filter(pl.col("criterion") == criterion)["substituted"].item())


def worked_out(text: str) -> tuple[Fraction, Fraction]:
    """Return both sides of the sign, the left one worked out."""
    left, right = text.split(" = ")
    sides = re.sub(r"\d+(?:\.\d+)?", lambda number: f'Fraction("{number.group()}")', left)
    spelled = sides.replace("×", "*").replace("÷", "/")
    return eval(spelled, {"Fraction": Fraction}), Fraction(right)


def test_sum_and_weighted_mean() -> None:
    """By hand: 30 x .5 + 70 x .8 = 71; 2/3 x 71 + 1/3 x 20 = 54."""
    scored = result(a="5", b="8", c="2")
    assert figures_of(scored, "sums") == "15 + 56 = 71.0000"
    assert figures_of(scored, "") == "2/3 × 71 + 1/3 × 20 = 54.00"
    for criterion in ("sums", ""):
        left, right = worked_out(figures_of(scored, criterion))
        assert left == right


def test_what_is_left_out_is_written() -> None:
    """By hand: b missing, so 15 of 30 counts for 50 of 100."""
    scored = result(a="5", b=None, c="2")
    assert figures_of(scored, "sums") == "15 × 100 ÷ 30 = 50.0000"
    assert worked_out(figures_of(scored, "sums")) == (50, 50)

"""Decimals of different scales in one choice or comparison: nothing may be rounded on the way (found by the county).

Expected values are worked by hand for one row.
"""

from __future__ import annotations

from fractions import Fraction

import polars as pl
import pytest

import shuping
from shuping.measures import compute

BOOK = """
format: 1
rulebook: scales
version: "1"
title: Scales
periods: ["2025"]
groups: {{all: {{kind: t}}}}
datasets:
  v:
    no_records: zero
    fields:
      date: {{type: date}}
      n: {{type: integer}}
      q: {{type: number, places: 2}}
      r: {{type: number, places: 5}}
measures: {{m: {{from: v, value: "{formula}"}}}}
"""


def value_of(formula: str, n: int, q: str, r: str = "0.12345") -> Fraction:
    book = shuping.load_rulebook_text(BOOK.format(formula=formula))
    units = pl.DataFrame({"id": ["a"], "name": ["A"], "kind": ["t"]})
    rows = pl.DataFrame({"unit": ["a"], "date": ["2025-01-01"], "n": [n], "q": [q], "r": [r]})
    value = compute(shuping.folder_from_frames(book, units, {"v": rows}), ["2025"]).values("2025", "m")["a"]
    assert isinstance(value, Fraction)
    return value


@pytest.mark.parametrize(
    ("formula", "n", "q", "expected"),
    [
        ("sum(if(n > 5, n, n / 2))", 1, "0", "1/2"),
        ("sum(greatest(n / 2, n - 3))", 1, "0", "1/2"),
        ("sum(least(n / 2, n))", 7, "0", "7/2"),
        ("sum(if(n > 0, q, n / 3))", 1, "0.25", "1/4"),
        ("sum(if(n > 0, q, n / 3))", 1, "1.01", "101/100"),
        ("max(if(n > 5, q, q / 4))", 1, "0.25", "1/16"),
        ("sum(greatest(q, n / 8))", 1, "0.12", "1/8"),
        ("sum(if(n > 0, r, q))", 1, "0.25", "0.12345"),
        ("sum(q + r)", 1, "0.25", "0.37345"),
        ("sum(q * r)", 1, "0.25", "0.0308625"),
        ("count(where q > 0.125)", 1, "0.13", "1"),
        ("count(where q > 0.125)", 1, "0.12", "0"),
        ("count(where r < q)", 1, "0.12", "0"),
        ("count(where r < q)", 1, "0.13", "1"),
        ("count(where q * 2 > n * 1)", 1, "0.50", "0"),
        ("count(where q * 2 > n * 1)", 1, "0.51", "1"),
        ("count(where q in (0.125, 0.13))", 1, "0.13", "1"),
        ("count(where q = 0.125)", 1, "0.13", "0"),
        ("count(where n > 0.5)", 1, "0", "1"),
        ("count(where n / 3 > 1 / 3)", 1, "0", "0"),
    ],
)
def test_no_scale_is_lost(formula: str, n: int, q: str, expected: str) -> None:
    assert value_of(formula, n, q) == Fraction(expected)

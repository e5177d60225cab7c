"""From where on the linter speaks. The figures are conventions; a place that has its own passes them in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any

from shuping.errors import InputError, Problem, nearest
from shuping.values.rounding import parse_exact


@dataclass(frozen=True, slots=True)
class Limits:
    """Thresholds of the linter. Shares are exact fractions."""

    leaves: int = 40
    """Criteria without children in one comparison group."""
    leaf_points: Fraction = Fraction(1)
    """Points of a single criterion, where the total is 100 or more (a smaller total is taken as 100)."""
    minutes: Fraction = Fraction(2400)
    """Minutes asked of one unit in a year: 40 hours, one working week."""
    evidence_files: int = 2
    """Files of evidence per row."""
    spread: Fraction = Fraction(1, 50)
    """Best less worst points of a criterion, as a share of its full points."""
    correlation: Fraction = Fraction(19, 20)
    """Size of the correlation between two criteria's values."""
    correlated_units: int = 8
    """Fewer units than this say nothing about a correlation."""
    weight_gap: Fraction = Fraction(1, 20)
    """Effective less declared weight, in shares of the total."""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Limits:
        """Return the limits with some of them set, from texts: ``{"leaves": "30", "spread": "5%"}``.

        Raises InputError, with every problem, for a name that is no limit, and for what is no number that is not below
        0 (a whole one where things are counted).
        """
        known = {each.name: int if isinstance(each.default, int) else Fraction for each in fields(cls)}
        problems: list[Problem] = []
        numbers: dict[str, Any] = {}
        for name, text in given.items():
            if name not in known:
                near = nearest(name, known) or "∅"
                params = {"given": name, "allowed": ", ".join(known), "near": near}
                problems.append(Problem("review.unknown-limit", params))
                continue
            number = _number(text)
            if number is None or number < 0 or (known[name] is int and number.denominator != 1):
                what = "limit-whole" if known[name] is int else "limit-number"
                problems.append(Problem(f"review.{what}", {"given": text, "name": name}))
            else:
                numbers[name] = known[name](number)
        if problems:
            raise InputError(problems)
        return cls(**numbers)


def _number(text: str) -> Fraction | None:
    try:
        return parse_exact(text)
    except ValueError:
        return None

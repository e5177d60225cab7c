"""The limits that the linter goes by: those of the rule book, with some of them set on the spot."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from shuping.errors import InputError, Problem, nearest
from shuping.rulebook.lint_model import Lint
from shuping.values.rounding import parse_exact


class Limits(Lint):
    """Limits set on the spot. What is not named is as the rule book's ``lint`` says, or as it is by default."""

    def over(self, lint: Lint) -> Lint:
        """Return a rule book's limits with those that were named here in their place."""
        return lint.model_copy(update={name: getattr(self, name) for name in self.model_fields_set})

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Limits:
        """Return the limits with some of them set, from texts: ``{"leaves": "30", "spread": "5%"}``.

        Raises InputError, with every problem, for a name that is no limit, and for what is no number that is not below
        0 (a whole one where things are counted).
        """
        known = {name: int if isinstance(info.default, int) else Fraction for name, info in cls.model_fields.items()}
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

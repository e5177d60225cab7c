"""Ways to run one method on a few figures, in both arithmetics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from shuping.methods import METHODS, Method, Scored, Setting
from shuping.methods.arithmetic import EXACT, FLOAT, Arithmetic, Groups


def method(name: str, **parameters: Any) -> Method:
    """Return a method with its parameters as the rule book writes them."""
    return METHODS[name].model_validate(parameters)


def scored(
    rule: Method,
    values: Sequence[Fraction],
    *,
    full: Fraction | int = 100,
    codes: Sequence[int] | None = None,
    lower: bool = False,
    operands: Mapping[str, Sequence[Fraction]] | None = None,
    arithmetic: Arithmetic = EXACT,
) -> Scored:
    """Run a method; constant parameters fill their operand, ``operands`` gives those that differ by unit."""
    count = len(values)
    columns = {
        name: arithmetic.array(list((operands or {}).get(name) or [operand.number or Fraction(0)] * count))
        for name, operand in rule.operands().items()
    }
    setting = Setting(
        arithmetic,
        arithmetic.full(count, Fraction(full)),
        Groups(np.asarray([0] * count if codes is None else codes, dtype=np.int64)),
        columns,
        lower,
    )
    return rule.score(arithmetic.array(list(values)), setting)


def points(rule: Method, values: Sequence[Fraction | str | int], **others: Any) -> list[Fraction | str]:
    """Return each unit's points, or the reason why it has none; the float arithmetic must come to the same."""
    numbers = [Fraction(value) for value in values]
    exact = scored(rule, numbers, **others)
    rough = scored(rule, numbers, **others, arithmetic=FLOAT)
    np.testing.assert_allclose(rough.points.astype(float), exact.points.astype(float), rtol=1e-12, atol=1e-12)
    for reason, mask in exact.missing.items():
        assert (mask == rough.missing[reason]).all()
    return told(exact)


def told(exact: Scored) -> list[Fraction | str]:
    """Return each unit's points, or the reason why it has none."""
    found: list[Fraction | str] = [Fraction(number) for number in exact.points]
    for reason, mask in exact.missing.items():
        for index in np.flatnonzero(mask):
            found[int(index)] = reason
    return found


def decimals(*texts: str) -> list[Fraction | str]:
    """Return expected points: numbers as decimals or fractions, anything else a reason."""
    return [Fraction(text) if text.lstrip("-")[:1].isdigit() else text for text in texts]

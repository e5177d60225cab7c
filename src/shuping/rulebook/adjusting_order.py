"""The order in which bonuses, deductions, prizes and limits change a total, as a rule book may restate it."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

Step = Literal["bonus", "bonus_cap", "deductions", "prizes", "total_cap", "round"]
STEPS: tuple[Step, ...] = get_args(Step)
NAMED: dict[str, tuple[Step, ...]] = {
    "bonus_first": ("bonus", "bonus_cap", "deductions", "prizes", "total_cap"),
    "deductions_first": ("deductions", "bonus", "bonus_cap", "prizes", "total_cap"),
}
"""Orders with a name of their own; the first is the default."""


def _expanded(given: Any) -> Any:
    """A name stands for its steps; the cap of all bonuses comes right after them where a list does not name it."""
    if isinstance(given, str):
        if given not in NAMED:
            raise PydanticCustomError("adjustment_order_word", "a list of steps, or one of the names")
        return NAMED[given]
    if isinstance(given, list) and "bonus" in given and "bonus_cap" not in given:
        at = given.index("bonus") + 1
        return [*given[:at], "bonus_cap", *given[at:]]
    return given


def _once(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    named = [step for step in steps if step != "round"]
    if len(set(named)) < len(named):
        raise PydanticCustomError("adjustment_order_twice", "each step once")
    if "bonus_cap" in named and ("bonus" not in named or named.index("bonus_cap") < named.index("bonus")):
        raise PydanticCustomError("adjustment_order_cap", "bonus_cap after bonus")
    return steps


Order = Annotated[
    tuple[Step, ...],
    BeforeValidator(_expanded),
    AfterValidator(_once),
    WithJsonSchema(
        {
            "anyOf": [{"enum": list(NAMED)}, {"type": "array", "items": {"enum": list(STEPS)}, "minItems": 1}],
            "description": "bonus_first, deductions_first, or the steps in their order",
        }
    ),
]


def order_name(order: tuple[Step, ...]) -> str:
    """Return the name of an order, ``own`` for one that has none."""
    return next((name for name, steps in NAMED.items() if steps == order), "own")

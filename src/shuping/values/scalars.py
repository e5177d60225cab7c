"""The scalar types of declarations (rule book, method parameters, sources). Every scalar arrives as its source text,
so no number ever passes through a float.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainValidator, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from shuping.values.rounding import parse_exact

ID_PATTERN = r"^[^\W\d][\w-]*$"


def _exact(given: Any) -> Fraction:
    if isinstance(given, Fraction):
        return given
    if isinstance(given, bool) or not isinstance(given, str | int):
        raise PydanticCustomError("exact", "a decimal, a fraction such as 2/3 or a percentage")
    try:
        return parse_exact(str(given))
    except ValueError as error:
        raise PydanticCustomError("exact", "a decimal, a fraction such as 2/3 or a percentage") from error


def _boolean(given: Any) -> bool:
    if isinstance(given, bool):
        return given
    if given in ("true", "false"):
        return bool(given == "true")
    raise PydanticCustomError("boolean", "true or false")


def _integer(given: Any) -> int:
    if isinstance(given, int) and not isinstance(given, bool):
        return given
    text = str(given)
    if text.removeprefix("-").isascii() and text.removeprefix("-").isdigit() and len(text) < 19:
        return int(text)
    raise PydanticCustomError("integer", "a whole number")


_NUMBER_SCHEMA = {
    "anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^\s*[-+]?\d*\.?\d+\s*(/\s*\d+)?\s*%?$"}],
    "description": "decimal, fraction (2/3) or percentage (85%); kept exact",
}
Exact = Annotated[Fraction, BeforeValidator(_exact), WithJsonSchema(_NUMBER_SCHEMA)]
"""A number kept exactly: from ``0.85``, ``2/3`` or ``85%``."""
Bool = Annotated[bool, BeforeValidator(_boolean), WithJsonSchema({"type": "boolean"})]
"""Only ``true`` and ``false``: YAML's ``no`` and ``on`` are words."""
Int = Annotated[int, BeforeValidator(_integer), WithJsonSchema({"type": "integer"})]


class Frozen(BaseModel):
    """A value of the rule book: frozen, valid from birth, refusing keys it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Text(Frozen):
    """A text for people in both languages; a plain string serves for both."""

    zh: str
    en: str

    @model_validator(mode="before")
    @classmethod
    def _from_plain(cls, given: Any) -> Any:
        return {"zh": given, "en": given} if isinstance(given, str) else given

    def get(self, lang: str) -> str:
        """Return the text in ``zh`` or ``en``."""
        return self.zh if lang == "zh" else self.en


def _by_group(given: Any) -> Fraction | dict[str, Fraction]:
    if isinstance(given, dict):
        return {str(group): _exact(number) for group, number in given.items()}
    return _exact(given)


def number_or_none(*words: str, by_group: bool = False) -> Callable[[Any], Any]:
    """Return a validator that takes ``none``, one of the words, or a number (``by_group``: or one number per group)."""

    def read(given: Any) -> Any:
        if given is None or given == "none":
            return None
        if given in words:
            return given
        return _by_group(given) if by_group else _exact(given)

    return read


def _count_by_group(given: Any) -> int | dict[str, int]:
    if isinstance(given, dict):
        return {str(group): _integer(number) for group, number in given.items()}
    return _integer(given)


ByGroup = Annotated[
    Fraction | dict[str, Fraction],
    PlainValidator(_by_group),
    WithJsonSchema({"anyOf": [_NUMBER_SCHEMA, {"type": "object", "additionalProperties": _NUMBER_SCHEMA}]}),
]
"""One number, or one number per comparison group."""
CountByGroup = Annotated[
    int | dict[str, int],
    PlainValidator(_count_by_group),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "object", "additionalProperties": {"type": "integer"}}]}),
]
"""One whole number, or one per comparison group."""
NumberOrNone = Annotated[
    Fraction | None,
    PlainValidator(number_or_none()),
    WithJsonSchema({"anyOf": [_NUMBER_SCHEMA, {"const": "none"}], "description": "a number, or none"}),
]
"""One number, or the word ``none``."""
PointsOrByGroup = Annotated[
    Literal["points"] | Fraction | dict[str, Fraction] | None,
    PlainValidator(number_or_none("points", by_group=True)),
    WithJsonSchema(
        {
            "anyOf": [
                {"enum": ["none", "points"]},
                _NUMBER_SCHEMA,
                {"type": "object", "additionalProperties": _NUMBER_SCHEMA},
            ],
            "description": "none, points (the sum of points), a number, or one by group",
        }
    ),
]
"""The word ``none`` or ``points``, one number, or one number per comparison group."""

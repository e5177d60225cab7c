"""Pydantic's complaints turned into located problems in the users' words."""

from __future__ import annotations

import re
import types
import typing
from fractions import Fraction
from typing import Any, Protocol

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from shuping.errors import Problem, catalogue, nearest
from shuping.rulebook.model import Rulebook
from shuping.rulebook.yaml_source import Path, Positions
from shuping.values.rounding import show_short

_TYPES = {
    "string_type": "text",
    "dict_type": "mapping",
    "model_type": "mapping",
    "model_attributes_type": "mapping",
    "tuple_type": "list",
    "list_type": "list",
}


class Origins(Protocol):
    """Where data that was trimmed stood in the file."""

    def original(self, path: Path) -> Path:
        """Return the path in the file."""


def problems_of(
    error: ValidationError, positions: Positions, origins: Origins, model: type[BaseModel] = Rulebook
) -> list[Problem]:
    """Return one located problem per complaint."""
    return [_problem(item, positions, origins, model) for item in error.errors(include_url=False)]


def _problem(item: ErrorDetails, positions: Positions, origins: Origins, model: type[BaseModel]) -> Problem:
    path = origins.original(tuple(part for part in item["loc"] if part != "[key]"))
    kind, given = item["type"], show_given(item["input"])
    if kind == "extra_forbidden":
        allowed = known_keys(model, path[:-1])
        params = {
            "given": str(path[-1]),
            "hint": Hint.of(str(path[-1]), allowed),
            "allowed": ", ".join(sorted(allowed)),
        }
        return Problem("rulebook.unknown-key", params, positions.place(path, key=True))
    if kind == "missing":
        return Problem("rulebook.missing-key", {"given": str(path[-1])}, positions.place(path[:-1]))
    if kind == "literal_error":
        allowed_text = str(item.get("ctx", {}).get("expected", "")).replace(" or ", ", ").replace("'", "")
        hint = Hint.of(given, allowed_text.split(", "))
        return Problem(
            "rulebook.not-allowed", {"given": given, "allowed": allowed_text, "hint": hint}, positions.place(path)
        )
    if kind in _TYPES:
        return Problem(f"rulebook.not-{_TYPES[kind]}", {"given": given}, positions.place(path))
    if kind in ("greater_than_equal", "less_than_equal", "greater_than", "less_than"):
        (sign,) = (
            {"ge": ">=", "le": "<=", "gt": ">", "lt": "<"}[key] + f" {_limit(value)}"
            for key, value in item.get("ctx", {}).items()
        )
        return Problem("rulebook.out-of-range", {"given": given, "allowed": sign}, positions.place(path))
    code = f"rulebook.{kind.replace('_', '-')}"
    return Problem(code if code in catalogue() else "rulebook.invalid", {"given": given}, positions.place(path))


def _limit(value: Any) -> str:
    """Return a limit as people write it; pydantic gives fractions as they are, or as Python writes them."""
    found = re.fullmatch(r"Fraction\((-?\d+), (\d+)\)", str(value)) if not isinstance(value, Fraction) else None
    if found is not None:
        value = Fraction(int(found[1]), int(found[2]))
    return show_short(value) if isinstance(value, Fraction) else str(value)


class Hint(str):
    """A name that may have been meant; empty when nothing comes near. The catalogue shows it with its own words."""

    @classmethod
    def of(cls, given: str, known: Any) -> Hint:
        """Return the nearest of ``known``, ignoring case."""
        return cls(nearest(given, known) or "")

    def __format__(self, spec: str) -> str:
        # "{hint:zh}" and "{hint:en}" in the catalogue: a whole sentence, or nothing
        if not self:
            return ""
        return f"是否想写“{self!s}”？" if spec == "zh" else f' Did you mean "{self!s}"?'


def show_given(value: Any) -> str:
    """Return what was given, shortened, for a message."""
    if value is None:
        return "∅"
    if isinstance(value, dict):
        return "{" + ", ".join(list(map(str, value))[:4]) + "}"
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def known_keys(model: type[BaseModel], path: Path) -> list[str]:
    """Return the keys allowed at ``path`` of a model, as the file spells them."""
    current: Any = model
    for part in path:
        current = _step(current, part)
    if isinstance(current, type) and issubclass(current, BaseModel):
        return [info.alias or name for name, info in current.model_fields.items()]
    return []


def _step(current: Any, part: str | int) -> Any:
    if isinstance(current, type) and issubclass(current, BaseModel):
        for name, info in current.model_fields.items():
            if part in (name, info.alias):
                return _bare(info.annotation)
        return None
    arguments = typing.get_args(current)
    if typing.get_origin(current) is dict:
        return _bare(arguments[1])
    return _bare(arguments[0]) if arguments else None


def _bare(annotation: Any) -> Any:
    origin = typing.get_origin(annotation)
    if origin in (typing.Union, types.UnionType):
        return _bare(next(option for option in typing.get_args(annotation) if option is not type(None)))
    if origin is typing.Annotated:
        return _bare(typing.get_args(annotation)[0])
    return annotation

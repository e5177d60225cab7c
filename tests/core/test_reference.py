"""The generated reference says everything that the models accept."""

from __future__ import annotations

import re
import typing
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from shuping.errors import catalogue
from shuping.methods import METHODS
from shuping.rulebook.model import Rulebook
from tools.reference import keys, messages, methods


def models(model: type[BaseModel], seen: set[type[BaseModel]] | None = None) -> Iterator[type[BaseModel]]:
    """Yield a model and all models in its fields, found by their annotations and not by the schema."""
    seen = set() if seen is None else seen
    if model in seen:
        return
    seen.add(model)
    yield model
    for info in model.model_fields.values():
        for inner in _inside(info.annotation):
            yield from models(inner, seen)


def _inside(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in typing.get_args(annotation):
        yield from _inside(part)


def headings(text: str) -> dict[str, set[str]]:
    """Return ``{heading: keys of its table}`` of a piece of Markdown."""
    found: dict[str, set[str]] = {}
    for part in re.split(r"^#{3,4} ", text, flags=re.MULTILINE)[1:]:
        found[part.partition("\n")[0].strip("`")] = set(re.findall(r"^\| `([^`]+)` \|", part, re.MULTILINE))
    return found


@pytest.mark.parametrize("model", [model for model in models(Rulebook) if model.__name__ != "Text"])
def test_every_key_is_listed(model: type[BaseModel]) -> None:
    name = "The file" if model is Rulebook else model.__name__
    assert headings(keys())[name] == {info.alias or field for field, info in model.model_fields.items()}


@pytest.mark.parametrize("name", METHODS)
def test_every_method_is_listed_with_its_parameters_and_an_example_that_loads(name: str) -> None:
    assert headings(methods())[name] == {info.alias or field for field, info in METHODS[name].model_fields.items()}
    METHODS[name].model_validate(dict(METHODS[name].example))


def test_every_message_is_listed() -> None:
    assert set(re.findall(r"^\| `([^`]+)` \|", messages(), re.MULTILINE)) == set(catalogue())

"""The JSON Schema, asked by a validator that knows nothing of the models."""

from __future__ import annotations

import copy
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from shuping.methods import METHODS
from shuping.rulebook.schema import json_schema
from tests.core.rulebook.test_messages import book

ROOT = Path(__file__).resolve().parents[3]
COUNTY = (resources.files("shuping.demo") / "county.yaml").read_text(encoding="utf-8")
BOOKS = {"county": COUNTY, "small": book()} | {
    path.parent.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "examples").glob("*/rulebook.yaml"))
}
SPECS = sorted((ROOT / "tests" / "spec").rglob("rulebook*.yaml"))


def plain(text: str) -> Any:
    """Return YAML as an editor sees it: numbers are numbers, truth values are truth values."""
    return YAML(typ="safe", pure=True).load(text)


def valid(data: Any) -> bool:
    return bool(Draft202012Validator(json_schema()).is_valid(data))


def test_it_is_a_schema_of_its_dialect_and_the_same_on_every_call() -> None:
    Draft202012Validator.check_schema(json_schema())
    assert json_schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert json_schema() == json_schema()


@pytest.mark.parametrize("name", BOOKS)
def test_rule_books_that_load_are_valid(name: str) -> None:
    errors = Draft202012Validator(json_schema()).iter_errors(plain(BOOKS[name]))
    assert [f"{error.json_path}: {error.message[:200]}" for error in errors] == []


def test_rule_books_of_the_worked_cases_are_valid() -> None:
    validator = Draft202012Validator(json_schema())
    assert len(SPECS) > 50
    wrong = [
        f"{path.parent.name}/{path.name}: {error.json_path}: {error.message[:200]}"
        for path in SPECS
        for error in validator.iter_errors(plain(path.read_text(encoding="utf-8")))
    ]
    assert wrong == []


def leaf(data: Any) -> Any:
    return data["criteria"][0]


WRONG: list[Callable[[Any], Any]] = [
    lambda data: data.update(measurs={}),
    lambda data: data.pop("groups"),
    lambda data: data.update(format=2),
    lambda data: data["grades"]["good"].update(mim=1),
    lambda data: data["grades"]["good"].update(min="eighty"),
    lambda data: data.update(rounding={"mode": "half_upp"}),
    lambda data: data.update(criteria={"id": "one"}),
    lambda data: data["measures"]["events"].update(direction="up"),
    lambda data: data["datasets"]["activity"]["fields"]["people"].update(type="intger"),
    lambda data: data["groups"]["towns"].update(graded="no"),
    lambda data: leaf(data).update(method="minimax"),
    lambda data: leaf(data).update(method="pass_fail"),
    lambda data: leaf(data).update(method={"minmax": {"flor": 0.6}}),
    lambda data: leaf(data).update(method={"pass_fail": {}}),
    lambda data: leaf(data).update(method={"minmax": {}, "ratio_to_best": {}}),
    lambda data: leaf(data).update(method={"goalposts": {"low": 0, "high": 1, "scale": "sqrt"}}),
    lambda data: leaf(data).update(method={"band_table": {"bands": [{"form": 1, "points": 1}]}}),
    lambda data: leaf(data).update(points=[1]),
    lambda data: leaf(data).pop("id"),
    lambda data: data.update(rounding={"leaf": -1}),
    lambda data: data.update(rounding={"component": {"mode": "half_up"}}),
    lambda data: data.update(rank_style="random"),
    lambda data: data.update(tiebreak=[{"direction": "lower"}]),
    lambda data: data.update(grading={"tied_at_edge": "lot"}),
    lambda data: data["grades"]["good"].update(round="up"),
    lambda data: data["grades"]["good"].update(worst={"min": 0.5}),
    lambda data: data["grades"]["good"].update(count=2.5),
    lambda data: data.update(adjustments={"total_cap": "point"}),
    lambda data: data.update(adjustments={"deduct_floor": "nought"}),
    lambda data: data.update(adjustments={"bonus": [{"id": "a"}]}),
    lambda data: data.update(adjustments={"bonus": [{"id": "a", "measure": "events", "capp": 1}]}),
    lambda data: data.update(adjustments={"veto": [{"id": "a", "title": "A", "when": "x > 1", "effect": "bar"}]}),
    lambda data: data["measures"]["events"].update(tiers={"field": "form"}),
]


@pytest.mark.parametrize("number", range(len(WRONG)))
def test_what_the_loader_refuses_is_not_valid(number: int) -> None:
    data = copy.deepcopy(plain(book()))
    assert valid(data)
    WRONG[number](data)
    assert not valid(data)


RIGHT: list[Callable[[Any], Any]] = [
    lambda data: data.update(version=1.1),
    lambda data: data.update(periods=[2024, "2025-Q1"]),
    lambda data: data.update(title={"zh": "考核", "en": "Appraisal"}),
    lambda data: data["grades"]["good"].update(min="2/3"),
    lambda data: data["grades"]["good"].update(min="85%"),
    lambda data: data.update(adjustments={"total_cap": "points", "deduct_floor": "none"}),
    lambda data: data.update(adjustments={"total_cap": {"towns": 100}, "deduct_floor": -5}),
    lambda data: data.update(adjustments={"total_cap": "none", "bonus": [{"id": "a", "measure": "events", "cap": 1}]}),
    lambda data: leaf(data).update(method="minmax"),
    lambda data: leaf(data).update(method={"minmax": None}),
    lambda data: leaf(data).update(points={"towns": 60, "bureaus": "120/2"}),
    lambda data: data["datasets"]["activity"]["fields"].update(form={"type": "category", "options": ["a", 2]}),
    lambda data: data["datasets"]["activity"]["fields"].update(form={"type": "category", "options": {"a": "A"}}),
    *(
        lambda data, name=name: leaf(data).update(method={name: dict(METHODS[name].example)})  # type: ignore[misc]
        for name in METHODS
    ),
]


@pytest.mark.parametrize("number", range(len(RIGHT)))
def test_what_the_loader_takes_is_valid(number: int) -> None:
    data = copy.deepcopy(plain(book()))
    RIGHT[number](data)
    assert valid(data)


def test_every_model_and_method_says_what_it_is() -> None:
    schema = json_schema()
    for name, part in schema["$defs"].items():
        assert part.get("description"), name
    _, named = schema["$defs"]["Criterion"]["properties"]["method"]["anyOf"]
    assert set(named["properties"]) == set(METHODS)
    assert all(part["description"] for part in named["properties"].values())

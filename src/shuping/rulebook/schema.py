"""The JSON Schema of the rule book, which editors use to complete and check while a person types.

It is made from the models, so it cannot drift from them. YAML numbers are allowed where the loader takes the source
text (``version: 2025.1``, ``periods: [2025]``), and the short forms that the loader accepts are allowed too.
"""

from __future__ import annotations

from typing import Any

from shuping.methods import METHODS
from shuping.rulebook.model import Rulebook

_WORD = {"type": ["string", "number"]}
_TEXT_OR_PAIR = "a text for both languages, or {zh: …, en: …}"


def json_schema() -> dict[str, Any]:
    """Return the schema (draft 2020-12) as plain data."""
    schema = Rulebook.model_json_schema(by_alias=True)
    definitions: dict[str, Any] = schema["$defs"]
    definitions["Criterion"]["properties"]["method"] = _methods(definitions)
    _texts(definitions)
    _missing_rule(definitions)
    _options(definitions)
    _short_forms(definitions)
    definitions["Measure"]["properties"]["value"]["anyOf"].insert(0, _WORD)  # a formula may be a mere number
    properties = schema["properties"]
    properties["version"] = {**_WORD, "title": "Version"}
    properties["format"] = {"enum": ["1", 1], "default": "1", "title": "Format"}
    properties["periods"]["items"] = _WORD
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "Shuping rule book 述评考核规则",
    }


def _texts(definitions: dict[str, Any]) -> None:
    """A text may be a plain string; an ask may not say its category then."""
    for name in ("Text", "Ask"):
        pair = definitions[name]
        described = {"description": pair.pop("description", _TEXT_OR_PAIR)}
        definitions[name] = {"anyOf": [_WORD, pair], **described}


def _short_forms(definitions: dict[str, Any]) -> None:
    """A stage may be its places alone, a tie-breaking key its name; a grade its points, a voter group its weight."""
    shorts: dict[str, dict[str, Any]] = {
        "Stage": {"type": "integer", "minimum": 0, "maximum": 12},
        "TieKey": _WORD,
        "Option": definitions["Option"]["properties"]["points"],
        "VoterGroup": _WORD,
        "Abstention": {"enum": ["excluded", "counted"]},
    }
    for name, short in shorts.items():
        whole = definitions[name]
        described = {"description": whole.pop("description")}
        definitions[name] = {"anyOf": [short, whole], **described}


def _missing_rule(definitions: dict[str, Any]) -> None:
    """A policy for missing values may be its word alone, and so may a frame."""
    rule, frame = definitions["MissingRule"], definitions["Frame"]
    word = {name: entry for name, entry in rule["properties"]["policy"].items() if name == "enum"}
    definitions["MissingRule"] = {"anyOf": [word, rule], "description": rule.pop("description", "")}
    over = {"enum": ["each_period", "pooled"]}
    definitions["Frame"] = {"anyOf": [over, frame], "description": frame.pop("description", "")}


def _options(definitions: dict[str, Any]) -> None:
    """Options may be listed, or given titles."""
    listed = {"type": "array", "items": _WORD}
    options = definitions["Field"]["properties"]["options"]
    options["anyOf"].insert(0, listed)
    questions = definitions["Survey"]["properties"]["questions"]
    questions["additionalProperties"] = {"anyOf": [listed, questions["additionalProperties"]]}


def _methods(definitions: dict[str, Any]) -> dict[str, Any]:
    """One method: its name alone where it needs no parameters, or its name with them."""
    alternatives: dict[str, Any] = {}
    bare: list[str] = []
    for name, method in METHODS.items():
        parameters = method.model_json_schema(by_alias=True, ref_template="#/$defs/{model}")
        definitions.update(parameters.pop("$defs", {}))
        if not parameters.get("required"):
            bare.append(name)
            parameters = {"anyOf": [{"type": "null"}, parameters], "description": parameters.get("description", "")}
        alternatives[name] = parameters
    named = {
        "type": "object",
        "properties": alternatives,
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }
    return {"anyOf": [{"enum": bare}, named], "title": "Method"}

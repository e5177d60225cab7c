"""The reference of the rule book, written from the models that read it: it cannot say anything else than they do.

``docs/conf.py`` puts these texts in place of ``<!-- generated: keys -->`` and its like while it builds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]
SHORT = {
    "Text": "text",
    "number": "number",
    "string": "name or text",
    "integer": "whole number",
    "boolean": "true or false",
}


def keys() -> str:
    """Return every key of the rule book as Markdown, one heading per model, in the order in which they are met."""
    from shuping.rulebook.model import Rulebook

    schema = Rulebook.model_json_schema(by_alias=True)
    parts = [_section("The file", schema)]
    for name in _order(schema):
        if name != "Text":
            parts.append(_section(name, schema["$defs"][name]))
    return "\n\n".join(parts)


def methods() -> str:
    """Return every scoring method as Markdown: what it does, its parameters, an example and its sentence."""
    from shuping.methods import METHODS

    return "\n\n".join(_method(method) for method in METHODS.values())


def _method(method: Any) -> str:
    schema = method.model_json_schema(by_alias=True)
    example = method.model_validate(dict(method.example))
    written = ", ".join(f"{key}: {_flow(value)}" for key, value in method.example.items())
    return "\n\n".join(
        [
            _section(f"`{method.name}`", schema),
            *(_section(name, part, "####") for name, part in schema.get("$defs", {}).items()),
            f"```yaml\nmethod: {{{method.name}: {{{written}}}}}\n```",
            f"> {example.sentence('zh')}\n>\n> {example.sentence('en')}",
            _promised(method),
        ]
    )


def _promised(method: Any) -> str:
    """Return what the method promises with any parameters, and what it may break."""
    from shuping.methods import PROMISES

    kept = ", ".join(f"`{name}`" for name in PROMISES if name in method.promises) or "nothing"
    open_ = ", ".join(f"`{name}`" for name in PROMISES if name not in method.promises)
    return f"Always {kept}" + (f"; depending on parameters or figures not {open_}." if open_ else ".")


def promises() -> str:
    """Return what a method can promise as a Markdown table: the name, and what it means in both languages."""
    from shuping.methods import PROMISES

    rows = (f"| `{name}` | {text.en} | {text.zh} |" for name, text in PROMISES.items())
    return "\n".join(["| promise | en | zh |", "| --- | --- | --- |", *rows])


def _flow(value: Any) -> str:
    """Return an example's value in YAML's flow style."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    return str(value)


def messages() -> str:
    """Return every message as Markdown: code, Chinese, English."""
    from shuping.errors import catalogue

    rows = (
        f"| `{code}` | {_cell(words['zh'])} | {_cell(words['en'])} |" for code, words in sorted(catalogue().items())
    )
    return "\n".join(["| code | zh | en |", "| --- | --- | --- |", *rows])


def lint_rules() -> str:
    """Return every rule of the linter as a Markdown table that links to the pages."""
    from shuping.review.remark import RULES

    rows = (
        f"| [{rule.code}]({rule.code}.md) | {rule.severity} | {_cell(rule.title('en'))} | {_cell(rule.title('zh'))} |"
        for rule in RULES.values()
    )
    return "\n".join(["| code | severity | | |", "| --- | --- | --- | --- |", *rows])


def lint_pages() -> dict[str, Callable[[], str]]:
    """Return what stands at the top of each page of the linter's rules, by the name it is generated under."""
    from shuping.review.remark import RULES

    def page(rule: Any) -> Callable[[], str]:
        said = [f"{rule.why(lang)} {rule.advice(lang)}" for lang in ("en", "zh")]
        return lambda: "\n\n".join([f"*{rule.severity}* · {rule.title('zh')}", *said])

    return {f"lint_{rule.code}": page(rule) for rule in RULES.values()}


GENERATED = {
    "keys": keys,
    "methods": methods,
    "promises": promises,
    "messages": messages,
    "lint": lint_rules,
    **lint_pages(),
}


def _order(schema: Schema) -> list[str]:
    """Names of the definitions in the order of first mention, from the top of the file down."""
    found: list[str] = []
    waiting: list[Any] = [schema["properties"]]
    while waiting:
        for name in _references(waiting.pop(0)):
            if name not in found:
                found.append(name)
                waiting.append(schema["$defs"][name])
    return found


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        if "$ref" in node:
            yield str(node["$ref"]).rpartition("/")[2]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def _section(title: str, schema: Schema, level: str = "###") -> str:
    return f"{level} {title}\n\n{_prose(str(schema.get('description', '')))}\n\n{_table(schema)}"


def _table(schema: Schema) -> str:
    required = set(schema.get("required", ()))
    rows = []
    for key, value in schema.get("properties", {}).items():
        default = "**required**" if key in required else _default(value.get("default"))
        rows.append(f"| `{key}` | {_cell(_type(value))} | {default} |")
    return "\n".join(["| key | takes | default |", "| --- | --- | --- |", *rows]) if rows else "No parameters."


def _default(value: Any) -> str:
    if value is None or value in ([], {}, ""):
        return "–"
    if isinstance(value, Mapping):
        return "as below"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _type(node: Schema) -> str:
    if "$ref" in node:
        name = str(node["$ref"]).rpartition("/")[2]
        return SHORT.get(name, f"[{name}](#{name.lower()})")
    if "description" in node:
        return str(node["description"])
    if "const" in node:
        return f"`{node['const']}`"
    if "enum" in node:
        return " or ".join(f"`{option}`" for option in node["enum"])
    if "anyOf" in node:
        return ", or ".join(dict.fromkeys(_type(option) for option in node["anyOf"] if option.get("type") != "null"))
    if node.get("type") == "array":
        return f"list of: {_type(node['items'])}"
    if node.get("type") == "object":
        inner = node.get("additionalProperties")
        return f"map of names to: {_type(inner)}" if isinstance(inner, Mapping) else "map"
    return SHORT.get(str(node.get("type")), str(node.get("type", "anything")))


def _prose(text: str) -> str:
    return re.sub(r"``([^`]+)``", r"`\1`", text)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")

"""Whatever is done to a rule book's text, it loads or every problem in it has a place: never another exception."""

from __future__ import annotations

import copy
import json
from importlib import resources
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shuping.errors import RulebookError
from shuping.rulebook.load import loads
from shuping.rulebook.model import Rulebook
from shuping.rulebook.yaml_source import read_yaml
from tests.core.rulebook.test_messages import book

ROOT = Path(__file__).resolve().parents[2]
COUNTY = (resources.files("shuping.demo") / "county.yaml").read_text(encoding="utf-8")
SMALL = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "examples").glob("*/rulebook.yaml"))]
# each section of the county's rule book with its head: small enough to be mutated often
SECTIONS = ["\n".join(part) for part in zip(*[iter(COUNTY.split("\n\n"))] * 2, strict=False)]
TEXTS = [text for text in (book(), *SMALL, *SECTIONS) if len(text) < 12_000]

scalars = st.sampled_from(
    ["", "0", "-1", "1e9", "85%", "2/3", "no", "null", "~", "{}", "[]", "[[]]", "{a: b}", "''", '"', "&a 1", "*a",
     "!!int 1", "| ", "> x", "% ", "@", "`", "\t", "unit.", "target", "count()", "1/0",
     ".nan", "\ufeff", "\u2028", "\ud800", "9" * 400,
     "<<: {a: 1}", "? a", "- - -", "公式", "𝟙", "id", "criteria", "measures", "groups"]
)  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """Return a rule book's text after a few changes of lines, scalars and characters."""
    lines = draw(st.sampled_from(TEXTS)).split("\n")
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        change = draw(st.sampled_from(["delete", "repeat", "swap", "indent", "scalar", "insert", "cut", "truncate"]))
        if change == "delete":
            lines[at : at + 1] = []
        elif change == "repeat":
            lines.insert(at, lines[at])
        elif change == "swap":
            other = draw(st.integers(0, len(lines) - 1))
            lines[at], lines[other] = lines[other], lines[at]
        elif change == "indent":
            lines[at] = " " * draw(st.integers(1, 5)) + lines[at]
        elif change == "scalar":
            head, colon, _ = lines[at].partition(":")
            lines[at] = f"{head}{colon} {draw(scalars)}"
        elif change == "insert":
            spot = draw(st.integers(0, len(lines[at])))
            lines[at] = lines[at][:spot] + draw(st.one_of(st.text(max_size=5), scalars)) + lines[at][spot:]
        elif change == "cut":
            lines[at] = lines[at][: draw(st.integers(0, len(lines[at])))]
        else:
            lines = lines[: at + 1]
        lines = lines or [""]
    return "\n".join(lines)


def loads_or_is_located(text: str) -> None:
    try:
        found = loads(text, "book.yaml")
    except RulebookError as error:
        for problem in error.problems:
            assert problem.place.file == "book.yaml"
            assert problem.place.line is not None or problem.code in ("rulebook.empty", "rulebook.too-large")
            assert 1 <= (problem.place.line or 1) <= text.count("\n") + 2
            assert problem.message("zh")
            assert problem.message("en")
            assert problem.show("zh").startswith("book.yaml")
    else:
        assert isinstance(found, Rulebook)


@given(mutated())
def test_a_mutated_rule_book_loads_or_every_problem_is_located(text: str) -> None:
    loads_or_is_located(text)


@given(st.text(max_size=200))
def test_any_text_loads_or_every_problem_is_located(text: str) -> None:
    loads_or_is_located(text)


KEYS = [*sorted(Rulebook.model_fields), "id", "points", "measure", "method", "kind", "value", "from", "fields", "type"]
shapes = st.recursive(
    st.one_of(st.none(), st.text(max_size=8), st.sampled_from(["1", "0.5", "-3", "true", "a", "events", "towns"])),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)),
    max_leaves=12,
)
WHOLE = [read_yaml(text, "book.yaml")[0] for text in (COUNTY, *SMALL)]


def put(draw: st.DrawFn, data: Any) -> Any:
    """Return the data with something else in a random place."""
    if isinstance(data, dict | list) and data and draw(st.integers(0, 6)):
        keys = list(data) if isinstance(data, dict) else list(range(len(data)))
        key = draw(st.sampled_from(keys))
        changed = copy.copy(data)
        changed[key] = put(draw, data[key])
        return changed
    return draw(shapes)


@st.composite
def misshapen(draw: st.DrawFn) -> str:
    """Return a rule book, as JSON (which is YAML), with wrong data in one to three places."""
    data = draw(st.sampled_from(WHOLE))
    for _ in range(draw(st.integers(1, 3))):
        data = put(draw, data)
    return json.dumps(data, ensure_ascii=False, indent=1)


@given(misshapen())
def test_wrong_data_in_a_good_rule_book_is_located(text: str) -> None:
    loads_or_is_located(text)


def test_the_rule_books_of_the_examples_load() -> None:
    assert len(SMALL) >= 3
    for text in (COUNTY, *SMALL):
        found = loads(text)
        assert found.measures or found.panels or found.ballots, "something that is looked at"

"""What only rule book and register together can tell, and a total that no number of digits decides."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from shuping.appraisal import score
from shuping.errors import InputError, Problem
from shuping.records.folder import Folder
from shuping.records.register import Register, Unit
from shuping.rulebook.load import loads

BOOK = """format: 1
rulebook: small
version: "1"
title: Small
periods: ["2025"]
combine: geometric
groups: {towns: {kind: town}}
measures: {one: {value: unit.one}, two: {value: unit.two}}
criteria:
  - {id: first, measure: one, method: {goalposts: {low: 0, high: 1}}}
  - {id: second, measure: two, method: {goalposts: {low: 0, high: 1}}}
"""
POSTS = "goalposts: {low: 0, high: 1}"


def folder(book: str = BOOK, units: Mapping[str, tuple[str, Mapping[str, str]]] | None = None) -> Folder:
    """Return a folder of units by id, each with its kind and attributes."""
    given = units or {"x": ("town", {"one": "0.5", "two": "0.5"}), "y": ("town", {"one": "1", "two": "1"})}
    register = Register(
        {name: Unit(name, name, name, kind, attributes=attributes) for name, (kind, attributes) in given.items()},
        attributes=tuple(dict.fromkeys(key for _, attributes in given.values() for key in attributes)),
    )
    return Folder(None, loads(book), register)


def problems(given: Folder, periods: str | None = None) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        score(given, periods)
    for problem in caught.value.problems:
        assert problem.message("zh") != problem.message("en")
    return list(caught.value.problems)


def test_the_folder_that_the_cases_start_from_scores() -> None:
    result = score(folder())
    assert {unit: str(total) for unit, total in result.standing.select("unit", "total").iter_rows()} == {
        "x": "50.00",
        "y": "100.00",
    }


@pytest.mark.parametrize(
    ("book", "code", "words"),
    [
        (BOOK.replace("unit.two", "unit.twoo"), "unknown-attribute", ["twoo", "measures.two", "one, two"]),
        (BOOK.replace(POSTS, "pass_fail: {target: unit.aim}"), "unknown-attribute", ["aim", "first"]),
        (BOOK + "attributes: {aim: Aim, one: One}", "unknown-attribute", ["aim", "attributes.aim"]),
        (BOOK.replace("kind: town", "members: [x, yy]"), "unknown-member", ["yy", "towns"]),
        (BOOK.replace("kind: town", "kind: tawn"), "empty-group", ["tawn", "town"]),
        (BOOK.replace("town}}", "town}, some: {members: [x]}}"), "two-groups", ["x", "towns", "some"]),
        (BOOK.partition("criteria:")[0], "no-criteria", []),
        (BOOK.replace('periods: ["2025"]\n', ""), "no-period", []),
    ],
)  # fmt: skip
def test_rule_book_and_register_must_fit(book: str, code: str, words: list[str]) -> None:
    (problem,) = problems(folder(book))
    assert problem.code == f"scoring.{code}"
    for lang in ("zh", "en"):
        text = problem.message("zh" if lang == "zh" else "en")
        assert all(word in text for word in words)


def test_an_attribute_that_is_no_number_names_its_unit_and_column() -> None:
    (problem,) = problems(folder(units={"x": ("town", {"one": "many", "two": "1"})}))
    assert (problem.code, problem.place.file, problem.place.field) == (
        "scoring.attribute-not-a-number",
        "units.csv",
        "one",
    )
    assert "“x”" in problem.message("zh")
    assert "many" in problem.message("en")


def test_all_that_does_not_fit_is_told_at_once() -> None:
    book = BOOK.replace("unit.two", "unit.twoo").replace("kind: town", "kind: tawn")
    assert {problem.code for problem in problems(folder(book))} == {"scoring.unknown-attribute", "scoring.empty-group"}


def test_a_period_that_is_none_is_refused() -> None:
    (problem,) = problems(folder(), "2025-Q7")
    assert problem.code == "scoring.bad-period"


def test_an_empty_cell_is_missing_and_not_zero() -> None:
    result = score(folder(units={"x": ("town", {"one": "0.5"}), "y": ("town", {"one": "1", "two": "1"})}))
    row = result.standing.filter(result.standing["unit"] == "x").to_dicts()[0]
    assert (row["total"], row["rank"], row["missing"]) == (None, None, "no_attribute")


def test_a_root_that_no_digits_can_round_is_an_error_that_names_the_unit() -> None:
    """The root of 0.50005² + 1e-36 times 100 is 50.005 and 1e-34: sixty digits do not tell whether it is a half."""
    hair = "0.2500500025" + "0" * 25 + "1"
    (problem,) = problems(folder(units={"near": ("town", {"one": "1", "two": hair})}))
    assert problem.code == "scoring.undecidable"
    assert "near" in problem.message("en")
    whole = score(folder(units={"near": ("town", {"one": "1", "two": "0.2500500025"})}))
    assert str(whole.standing["total"][0]) == "50.01", "the exact root is a half and goes up"


def test_a_stage_that_no_digits_can_round_names_unit_and_criterion() -> None:
    hair = "0.2500500025" + "0" * 25 + "1"
    tree = """criteria:
  - {id: other, weight: 0.5, measure: one, method: {ratio_capped: {target: 1}}}
  - id: both
    weight: 0.5
    combine: geometric
    places: 3
    criteria:
"""
    leaves = "".join(f"    {line}\n" for line in BOOK.splitlines() if line.startswith("  - {id:"))
    book = BOOK.replace("combine: geometric\n", "").split("criteria:")[0] + tree + leaves
    units = {"clear": ("town", {"one": "1", "two": "1"}), "near": ("town", {"one": "1", "two": hair})}
    score(folder(book, units))  # 50.005 has three places
    (problem,) = problems(folder(book.replace("places: 3", "places: 2"), units))
    assert problem.code == "scoring.undecidable-stage"
    assert all(word in problem.message("en") for word in ('"near"', '"both"', "2025"))
    assert "clear" not in problem.message("en")

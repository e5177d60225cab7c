"""All mistakes of a file in one run, hints, and carets inside formulas."""

from __future__ import annotations

import re

import pytest

from shuping.errors import Problem, RulebookError
from shuping.rulebook.load import loads
from tests.core.rulebook.test_messages import DUTIES, MARK, book, problems, tree

MANY = """format: 1
rulebook: many
version: "1"
title: Many
‸perods: ["2025"]
rounding: {places: ‸two}
groups: {towns: {kind: town}, bureaus: ‸{}}
datasets:
  activity:
    fields: {date: {type: date}, people: {type: ‸intger}}
  award:
    fields: {date: {type: date}, level: {type: category, options: [city, county]}}
measures:
  events: {from: activity, value: count()}
  awards: {from: award, value: distinct(‸levl)}
  ratio: {value: events / ‸awrds}
criteria:
  - {id: a, points: 50, measure: events, method: {minmax: {‸flor: 0.6}}}
  - {id: b, points: 50, measure: ‸rato, method: ‸rank_stp}
grades: {good: {min: 80}, ‸fair: {min: 60}}
tiebreak: [a, ‸c]
"""


CODES = """rulebook.unknown-key rulebook.integer rulebook.group-source rulebook.not-allowed formula.unknown-field-near
formula.unknown-measure-near rulebook.unknown-key rulebook.unknown-measure rulebook.unknown-method rulebook.grade-min
rulebook.unknown-tie-key"""


def test_every_mistake_of_a_file_is_reported_in_one_run_in_its_order() -> None:
    lines = MANY.splitlines()
    marks = [(number, spot.start()) for number, line in enumerate(lines, 1) for spot in re.finditer(MARK, line)]
    # several marks on one line: each one before it moved it by one
    places = [(line, at - sum(other == line and before < at for other, before in marks) + 1) for line, at in marks]
    found = [(problem.code, problem.place.line, problem.place.column) for problem in problems(MANY.replace(MARK, ""))]
    assert found == [(code, *place) for code, place in zip(CODES.split(), places, strict=True)]


def test_a_mistake_does_not_bring_others_behind_it() -> None:
    """A measure that is set aside for its own mistake is not reported as unknown where it is used."""
    text = book(measures="measures:\n  events: {from: activity, vale: count()}").replace("sum(people)", "events")
    assert [problem.code for problem in problems(text)] == ["rulebook.unknown-key"]


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        (book(measurs="measurs: {}"), "measures"),
        (book(rounding="rounding: {mode: half_upp}"), "half_up"),
        (book(tiebreak="tiebreak: [Doing]"), "doing"),
        (tree("  - {id: doing, points: 60, measure: evnts, method: minmax}\n" + DUTIES), "events"),
        (tree("  - {id: doing, points: 60, measure: events, method: min_max}\n" + DUTIES), "minmax"),
    ],
)  # fmt: skip
def test_the_nearest_name_is_offered(wrong: str, meant: str) -> None:
    (problem,) = problems(wrong)
    assert f'Did you mean "{meant}"?' in problem.message("en")
    assert f"是否想写“{meant}”？" in problem.message("zh")


def test_nothing_is_offered_where_nothing_comes_near() -> None:
    (problem,) = problems(book(tiebreak="tiebreak: [xyz]"))
    assert "mean" not in problem.message("en")
    assert "是否" not in problem.message("zh")
    assert "doing, duties" in problem.message("en")


def formula(written: str) -> Problem:
    (problem,) = problems(book(measures=f"measures:\n  events: {written}"))
    return problem


@pytest.mark.parametrize(
    "written",
    [
        "{from: activity, value: count() + sum(peple)}",
        '{from: activity, value: "count() + sum(peple)"}',
        "{from: activity, value: 'count() + sum(peple)'}",
        "{value: sum(peple), from: activity}",
    ],
)
def test_a_formula_is_pointed_into(written: str) -> None:
    problem = formula(written)
    assert problem.code == "formula.unknown-field-near"
    assert (problem.place.line, problem.place.column) == (11, len("  events: ") + written.index("peple") + 1)
    line, carets = problem.excerpt.splitlines()
    assert line[carets.index("^") :].startswith("peple")
    assert carets.count("^") == len("peple")


def test_carets_stand_under_wide_characters() -> None:
    written = "{from: activity, value: sum(人数) + sum(人口)}"
    fields = "datasets: {activity: {fields: {date: {type: date}, 人数: {type: integer}}}}"
    (problem,) = problems(book(datasets=fields, measures=f"measures:\n  events: {written}"))
    line, carets = problem.excerpt.splitlines()
    assert line == "sum(人数) + sum(人口)"
    assert carets == " " * 16 + "^^^^"  # on the screen a wide character takes two columns
    assert problem.place.column == len("  events: ") + written.index("人口") + 1


def test_a_formula_over_several_lines_is_located_at_its_start() -> None:
    text = "measures:\n  events:\n    from: activity\n    value: >-\n      count()\n      + sum(peple)"
    (problem,) = problems(book(measures=text))
    assert (problem.code, problem.place.line) == ("formula.unknown-field-near", 13)


@pytest.mark.parametrize(
    "attack",
    ["count(); DROP TABLE activity", "count() UNION SELECT 1", "(SELECT 1)", "read_csv('/etc/passwd')", "count() -- x",
     "count(where place = 'a' OR 1=1)", "sum(people)/**/"],
)  # fmt: skip
def test_sql_is_no_formula(attack: str) -> None:
    with pytest.raises(RulebookError) as caught:
        loads(book(measures=f'measures: {{events: {{from: activity, value: "{attack}"}}}}'))
    assert all(problem.code.startswith("formula.") and problem.place.line for problem in caught.value.problems)


def test_finding_and_check_formulas_are_read_too() -> None:
    text = book(
        datasets='datasets: {activity: {fields: {date: {type: date}, people: {type: integer}}, checks: ["peple < 3"]}}',
        findings="findings: [{id: few, when: evnts < 3, category: a, title: t}]",
    )
    assert [problem.code for problem in problems(text)] == [
        "formula.unknown-field-near",
        "formula.unknown-measure-near",
    ]

"""Rules that look at the rule book alone: edges that the pages' examples do not show."""

from __future__ import annotations

from fractions import Fraction

import pytest

from shuping.methods import METHODS
from shuping.review.asking import unused
from shuping.review.forbidden import complaints_counted, forbidden_counts, person_fields, persons_ranked
from shuping.review.paper import proofs_of_paper
from shuping.review.probe import probe
from shuping.review.promises import promises_not_made
from shuping.review.reach import reach
from shuping.review.remark import Remark
from shuping.review.shares import small_leaves
from tests.core.review.books import book

COMPLAINTS = """
datasets:
  complaint:
    title: {zh: 群众投诉, en: Complaints}
    filed_by: hotline
    dated_by: received
    fields:
      received: {type: date}
      matter: {type: category, options: [roads, water]}
      due: {type: date}
      closed: {type: date, required: false}
"""


def complaints(measure: str, method: str, direction: str = "higher") -> list[Remark]:
    text = f"""{COMPLAINTS}measures:
  m: {{{measure}, direction: {direction}}}
  per_head: {{value: m / unit.population, direction: {direction}}}
criteria:
  - {{id: a, points: 10, measure: m, method: {method}}}
  - {{id: b, points: 10, measure: per_head, method: {method}}}
"""
    return list(complaints_counted(book(text)))


@pytest.mark.parametrize("method", ["{deduct_to_zero: {each: 1}}", "{goalposts: {low: 20, high: 0}}"])
def test_more_complaints_never_cost(method: str) -> None:
    assert len(complaints("from: complaint, value: count()", method)) == 2
    assert len(complaints('from: complaint, value: count(where matter = "roads")', method)) == 2


@pytest.mark.parametrize("method", ["{minmax: {}}", "{rank_step: {step: 5%}}", "ratio_to_best"])
def test_nor_by_comparison_where_lower_is_better(method: str) -> None:
    assert len(complaints("from: complaint, value: count()", method, "lower")) == 2
    assert complaints("from: complaint, value: count()", method, "higher") == []


@pytest.mark.parametrize(
    "value",
    ["count(where closed is missing or closed - due > 30)", "mean(closed - received)", "count(where closed > due)"],
)
def test_answering_late_may_cost(value: str) -> None:
    assert complaints(f"from: complaint, value: {value}", "{deduct_to_zero: {each: 1}}") == []


def test_deductions_and_vetoes_by_complaints() -> None:
    text = f"""{COMPLAINTS}measures: {{m: {{from: complaint, value: count()}}}}
adjustments:
  bonus: [{{id: more, measure: m}}]
  deductions: [{{id: less, measure: m, cap: 3}}]
  veto: [{{id: never, title: Never, when: m > 3, effect: unqualified}}]
grades: {{good: {{min: 90}}, fair: {{}}}}
"""
    assert [remark.place.field for remark in complaints_counted(book(text))] == [
        "adjustments.deductions[1]",
        "adjustments.veto[1]",
    ]


def test_a_field_of_complaints_in_a_table_of_figures() -> None:
    text = """
datasets: {figure: {minutes: 0, period: year, fields: {petitions: {type: integer}, jobs: {type: integer}}}}
measures: {p: {from: figure, value: sum(petitions)}, j: {from: figure, value: sum(jobs)}}
criteria:
  - {id: a, points: 10, measure: p, method: {deduct_to_zero: {each: 1}}}
  - {id: b, points: 10, measure: j, method: {deduct_to_zero: {each: 1}}}
"""
    assert [remark.params["given_en"] for remark in complaints_counted(book(text))] == ["a"]


def test_options_count_too_and_remarks_do_not() -> None:
    text = """
datasets:
  post:
    minutes: 1
    fields:
      date: {type: date}
      comments: {type: text, title: {zh: 备注, en: Comments}}
      kind: {type: category, options: {like: {zh: 点赞, en: Likes}, report: {zh: 报道, en: Report}}}
      phone: {type: text, title: {zh: 联系电话, en: Phone}}
      phone_interviews: {type: integer}
"""
    one = book(text)
    assert [remark.place.field for remark in forbidden_counts(one)] == ["datasets.post.fields.kind.options"]
    assert [remark.place.field for remark in person_fields(one)] == ["datasets.post.fields.phone"]


def test_a_group_of_listed_persons() -> None:
    text = "groups: {cadres: {members: [a, b], title: {zh: 干部, en: Officials}}, units: {members: [c]}}"
    assert [remark.place.field for remark in persons_ranked(book(text))] == ["groups.cadres"]


def test_paper_that_carries_no_points_is_left_alone() -> None:
    text = """
datasets: {meeting: {minutes: 1, fields: {date: {type: date}, done: {type: flag}}}}
measures: {held: {from: meeting, value: count()}, kept: {from: meeting, value: count(where done) / count()}}
criteria: [{id: a, points: 10, measure: %s, method: {ratio_capped: {target: 1}}}]
"""
    assert [remark.params["given_en"] for remark in proofs_of_paper(book(text % "held"))] == ["held"]
    other = text.replace("count() }", "count()}") % "other"
    other = other.replace("measures: {", "measures: {other: {value: unit.a}, ")
    assert list(proofs_of_paper(book(other))) == []


# --- what a method gives ------------------------------------------------------------------------------------------

BEST = {  # of 10 points, by hand from the rule
    "ratio_capped": ({"target": "5"}, 10),
    "ratio_uncapped": ({"target": "5", "cap": "1.2"}, 12),
    "minmax": ({}, 10),
    "goalposts": ({"low": "3", "high": "8"}, 10),
    "pass_fail": ({"target": "7"}, 10),
    "rank_step": ({"step": "5%"}, 10),
    "ratio_to_best": ({}, 10),
    "deduct_to_zero": ({"each": "2"}, 10),
    "band_table": ({"bands": [{"from": "3", "points": "4"}, {"points": "1"}]}, 4),
}


@pytest.mark.parametrize("name", BEST)
def test_the_best_of_a_method(name: str) -> None:
    parameters, best = BEST[name]
    assert probe(METHODS[name].model_validate(parameters), Fraction(10)).best == best


def test_no_end() -> None:
    tried = probe(METHODS["ratio_uncapped"].model_validate({"target": "5"}), Fraction(10))
    assert tried.endless
    assert not probe(METHODS["ratio_capped"].model_validate({"target": "5"}), Fraction(10)).endless


@pytest.mark.parametrize("name", METHODS)
def test_every_method_can_be_probed(name: str) -> None:
    method = METHODS[name].model_validate(dict(METHODS[name].example))
    for lower in (False, True):
        tried = probe(method, Fraction(10), lower=lower)
        assert tried.best is not None
        if "bounded" in method.kept(lower=lower):
            assert 0 <= tried.best <= 10
        if "monotone" in method.kept(lower=lower):
            assert tried.falls is not method.more_is_better(lower=lower) or not tried.falls


def test_reach_speaks_of_groups_with_their_own_points() -> None:
    text = """
groups: {one: {kind: township}, two: {kind: bureau}}
measures: {m: {value: unit.m}}
criteria:
  - {id: a, points: {one: 10, two: 8}, measure: m, method: {band_table: {bands: [{from: 1, points: 9}, {points: 0}]}}}
"""
    found = {remark.rule.what: remark.params["groups_en"] for remark in reach(book(text))}
    assert found == {"out-of-reach": "one", "table-above-points": "two"}


def test_a_max_below_the_points_is_out_of_reach() -> None:
    text = """
measures: {m: {value: unit.m}}
criteria: [{id: a, points: 10, measure: m, method: {ratio_capped: {target: 1}}, max: 8}]
"""
    assert [remark.params["best_en"] for remark in reach(book(text))] == ["8"]


def test_an_index_from_nought_to_one_has_no_small_leaves() -> None:
    text = """
scale: 1
measures: {m: {value: unit.m}, n: {value: unit.n}}
criteria:
  - {id: a, weight: 0.995, measure: m, method: {goalposts: {low: 0, high: 1}}}
  - {id: b, weight: 0.005, measure: n, method: {goalposts: {low: 0, high: 1}}}
"""
    assert [(remark.params["given_en"], remark.params["worth"]) for remark in small_leaves(book(text))] == [
        ("b", "0.5")
    ]


def test_promises_are_said_once_a_method() -> None:
    text = """
measures: {m: {value: unit.m}, n: {value: unit.n}}
criteria:
  - {id: a, points: 1, measure: m, method: {minmax: {}}}
  - {id: b, points: 1, measure: n, method: {minmax: {floor: 0.5}}}
  - {id: c, points: 1, measure: n, method: {rank_step: {step: 5%}}}
"""
    found = [(remark.params["method"], remark.params["leaves"]) for remark in promises_not_made(book(text))]
    assert found == [("minmax", "a, b"), ("rank_step", "c")]


def test_surveys_questions_and_panels_that_nobody_uses() -> None:
    text = """
surveys:
  residents: {questions: {aware: [know, not], satisfied: [very, not]}}
  visitors: {title: {zh: 游客调查, en: Visitors}, questions: {came: [bus, car]}}
measures: {awareness: {survey: residents, question: aware, share: [know]}}
panels: {review: {items: {report: {points: 10}}, groups: {judges: 1}}}
"""
    found = [(remark.rule.code, remark.place.field, remark.params["given_en"]) for remark in unused(book(text))]
    assert found == [
        ("SH205", "surveys.residents.questions.satisfied", "satisfied"),
        ("SH204", "surveys.visitors", "Visitors (visitors)"),
        ("SH204", "panels.review", "review"),
    ]


def test_a_method_that_compares_units_is_not_said_to_fall_short() -> None:
    text = """
measures: {m: {value: unit.m}}
criteria: [{id: a, points: 100, measure: m, method: {zscore: {mean: 50, sd: 10}}%s}]
"""
    assert "out-of-reach" not in [remark.rule.what for remark in reach(book(text % ""))]
    assert [remark.rule.what for remark in reach(book(text % ", max: 90"))] == ["out-of-reach"]


def test_meetings_missed_are_no_evidence_of_meetings() -> None:
    text = """
datasets: {absence: {minutes: 0, filed_by: office, fields: {date: {type: date}}}}
measures: {meetings_missed: {from: absence, value: count()}}
"""
    taken = "adjustments: {deductions: [{id: d, measure: meetings_missed, cap: 5}]}\n"
    given = "adjustments: {bonus: [{id: d, measure: meetings_missed, cap: 5}]}\n"
    assert list(proofs_of_paper(book(text + taken))) == []
    assert len(list(proofs_of_paper(book(text + given)))) == 1


VETO = "adjustments: {veto: [{id: v, title: v, when: lapses > 3, effect: bar_top}]}\ngrades: {good: {min: 5}, fair: {}}"
JUDGED = """
datasets:
  lapse:
    fields:
      date: {{type: date}}
      points: {{type: number}}
      reason: {{type: text}}
      weather: {{type: category, options: [a, b]}}
measures: {{lapses: {{from: lapse, value: sum(points)}}, calm: {{from: lapse, value: count()}}}}
criteria: [{{id: a, points: 10, measure: {measure}, method: {method}}}]
{adjustments}
"""


@pytest.mark.parametrize(
    ("measure", "method", "adjustments", "grounds"),
    [
        ("lapses", "judged_deduction", "", True),
        ("calm", "{deduct_to_zero: {each: 1}}", "adjustments: {deductions: [{id: d, measure: lapses}]}", True),
        ("calm", "{deduct_to_zero: {each: 1}}", VETO, True),
        ("calm", "{deduct_to_zero: {each: 1}}", "", False),
    ],
)
def test_the_grounds_of_a_judged_row_are_not_asked_in_vain(
    measure: str, method: str, adjustments: str, grounds: bool
) -> None:
    found = unused(book(JUDGED.format(measure=measure, method=method, adjustments=adjustments)))
    columns = {str(remark.place.field).rpartition(".")[2] for remark in found if remark.rule.code == "SH205"}
    assert "weather" in columns
    assert ("reason" not in columns) == grounds

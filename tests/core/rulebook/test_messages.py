"""Every message about a rule book, provoked by a small file: its code and the place that it points at.

In the cases ``‸`` marks where the message must point; it is taken out before the text is read.
"""

# ruff: noqa: E501 - a case is one line, however long
from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import Field, ValidationError

from shuping.errors import Problem, RulebookError, catalogue
from shuping.rulebook.load import load, loads
from shuping.rulebook.prune import Pruned
from shuping.rulebook.validation import problems_of
from shuping.rulebook.yaml_source import Positions
from shuping.values.scalars import Frozen

MARK = "‸"
HEAD = """format: 1
rulebook: small
version: "1"
title: Small
"""
PARTS = {
    "groups": "groups: {towns: {kind: town}, bureaus: {kind: bureau}}",
    "datasets": """datasets:
  activity:
    fields: {date: {type: date}, people: {type: integer}, place: {type: unit}}""",
    "surveys": "surveys: {poll: {questions: {aware: [know, dk]}}}",
    "measures": """measures:
  events: {from: activity, value: count()}
  people: {from: activity, value: sum(people)}""",
    "panels": "panels: {duty: {items: {plan: {points: 60}, work: {points: 40}}, groups: {leaders: 0.4, peers: 0.6}}}",
    "criteria": """criteria:
  - {id: doing, points: 60, measure: events, method: {minmax: {floor: 0.6}}}
  - {id: duties, points: 40, panel: {id: duty}}""",
    "grades": "grades: {good: {min: 80}, fair: {}}",
}


def book(**parts: str) -> str:
    """Return a rule book with some parts replaced, others added."""
    return HEAD + "\n".join({**PARTS, **parts}.values()) + "\n"


def field(text: str) -> str:
    return book(datasets=f"datasets: {{activity: {{fields: {{date: {{type: date}}, people: {text}}}}}}}")


AWARE = "{survey: poll, question: aware, share: [know]}"


def asking(poll: str, more: str = AWARE) -> str:
    measures = f"measures:\n  events: {{from: activity, value: count()}}\n  more: {more}"
    return book(surveys=f"surveys: {{poll: {poll}}}", measures=measures)


def designed(design: str, at_design: bool = False) -> str:
    mark = MARK if at_design else ""
    return asking(f"{{questions: {{aware: [know, dk]}}, design: {mark}{{{design}}}}}")


def leaf(text: str) -> str:
    return book(criteria=f"criteria:\n  - {{id: doing, points: 60, measure: events, {text}}}\n  - {{id: duties, points: 40, panel: {{id: duty}}}}")  # fmt: skip


def measure(text: str) -> str:
    return book(measures=f"measures:\n  events: {{from: activity, value: count()}}\n  more: {text}")


def prepared(text: str) -> str:
    return book(
        measures=f"measures:\n  events: {{from: activity, value: count(), prepare: {text}}}\n  people: {{from: activity, value: sum(people)}}"
    )


def tree(text: str) -> str:
    return book(criteria="criteria:\n" + text)


def adjusted(text: str, grades: bool = True) -> str:
    return book(adjustments=f"adjustments: {{{text}}}", **({} if grades else {"grades": ""}))


def tiers(text: str, fields: str = "level: {type: category, options: [city, brief]}, matter: {type: text}") -> str:
    datasets = f"datasets: {{activity: {{fields: {{date: {{type: date}}, people: {{type: integer}}, {fields}}}}}}}"
    return book(datasets=datasets, measures=f"measures:\n  events: {{from: activity, value: count()}}\n  news: {text}")


DUTIES = "  - {id: duties, points: 40, panel: {id: duty}}"
CASES: list[tuple[str, str]] = [
    ("empty", ""),
    ("empty", "# only a comment\n"),
    ("not-a-mapping", "‸- a\n- b\n"),
    ("not-a-mapping", "‸just a sentence\n"),
    ("bad-character", book() + "# a bell: \x07‸\n"),
    ("broken-yaml", book(grades="grades: {good: {min: 80}, fair: {}‸")),
    ("broken-yaml", book(grades="grades:\n\t‸good: {min: 80}")),
    ("anchor", book(grades="grades: {good: ‸&a {min: 80}, fair: {}}")),
    ("anchor", book(grades="grades: {good: {min: ‸&a 80}, fair: {}}")),
    ("tag", book(grades="grades: {good: {min: ‸!!python/object 80}, fair: {}}")),
    ("key", book(grades="grades: {‸[a, b]: {min: 80}, fair: {}}")),
    ("duplicate-key", book(grades="grades: {good: {min: 80}, ‸good: {}, fair: {}}")),
    ("unknown-key", book(extra="‸measurs: {}")),
    ("unknown-key", book(grades="grades: {good: {‸mim: 80}, fair: {}}")),
    ("unknown-key", leaf("method: {minmax: {‸flor: 0.6}}")),
    ("missing-key", "‸" + book().replace('version: "1"\n', "")),
    ("missing-key", tree("  - ‸{points: 60, measure: events, method: minmax}")),
    ("missing-key", leaf("method: {pass_fail: ‸{}}")),
    ("not-allowed", book(rounding="rounding: {mode: ‸half_upp}")),
    ("not-allowed", book().replace("format: 1", "format: ‸2")),
    ("out-of-range", book(rounding="rounding: {places: ‸13}")),
    ("out-of-range", leaf("method: {minmax: {floor: ‸1.5}}")),
    ("not-text", book(publish="publish: {title: {zh: ‸[a], en: b}}")),
    ("not-mapping", book(grades="grades: ‸[good, fair]")),
    ("not-mapping", book(rounding="rounding: ‸two")),
    ("not-list", book(tiebreak="tiebreak: ‸doing")),
    ("exact", book(grades="grades: {good: {min: ‸eighty}, fair: {}}")),
    ("exact", book(grades="grades: {good: {min: ‸1e2}, fair: {}}")),
    ("exact", book(grades="grades: {good: {min: ‸0x50}, fair: {}}")),
    ("exact", book(scale="scale: ‸.inf")),
    ("integer", book(rounding="rounding: {places: ‸2.0}")),
    ("boolean", book(groups="groups: {towns: {kind: town, graded: ‸no}, bureaus: {kind: bureau}}")),
    ("operand", leaf("method: {pass_fail: {target: ‸villages}}")),
    ("group-source", book(groups="groups: {towns: ‸{}, bureaus: {kind: bureau}}")),
    ("group-source", book(groups="groups: {towns: ‸{kind: a, members: [b]}, bureaus: {kind: bureau}}")),
    ("field-options", field("‸{type: category}")),
    ("field-options", field("‸{type: integer, options: [a, b]}")),
    ("field-below", field("‸{type: integer, below: filer}")),
    ("field-range", field("‸{type: text, min: 1}")),
    ("field-range", field("‸{type: integer, min: 2, max: 1}")),
    ("measure-source", measure("‸{from: activity}")),
    ("measure-source", measure("‸{value: events + 1, panel: {id: duty}}")),
    ("measure-judged", measure("‸{from: activity, panel: {id: duty}}")),
    ("measure-judged", measure("‸{panel: {id: duty}, window: to_date}")),
    ("unknown-panel", measure("{panel: {id: ‸review}}")),
    ("panel-item-by-form", measure("{panel: {id: duty, output: item, item: ‸plan}}")),
    ("unknown-reviewer-group", measure("{panel: {id: duty, output: group, group: ‸boss}}")),
    ("measure-survey", measure("‸{survey: poll, share: [know]}")),
    ("measure-survey", measure("‸{survey: poll, question: aware, share: [know], points: {know: 1, dk: 0}}")),
    ("measure-interval", measure("‸{survey: poll, question: aware, points: {know: 1, dk: 0}, interval: wilson}")),
    ("measure-interval", measure("‸{survey: poll, question: aware, share: [know], estimate: total, interval: logit}")),
    ("measure-sampled", measure("‸{from: activity, value: count(), interval: t}")),
    ("measure-sampled", measure("‸{from: activity, value: count(), estimate: total}")),
    ("not-allowed", measure("{survey: poll, question: aware, share: [know], interval: ‸wald}")),
    ("out-of-range", measure("{survey: poll, question: aware, share: [know], level: ‸1}")),
    ("survey-answers", measure("‸{survey: poll, question: aware}")),
    ("survey-points", measure("{survey: poll, question: aware, points: ‸{know: 100}}")),
    ("unknown-option", measure("{survey: poll, question: aware, points: {know: 100, dk: 0, ‸no: 0}}")),
    ("survey-number", asking("{numbers: {visits: {}}}", "{survey: poll, question: ‸visits, share: [know]}")),
    ("field-range", asking("{questions: {aware: [know, dk]}, numbers: {visits: ‸{min: 2, max: 1}}}")),
    ("survey-empty", asking("‸{title: Poll}", AWARE)),
    ("reserved-name", asking("{questions: {aware: [know, dk], ‸weight: [a]}}")),
    ("reserved-name", asking("{questions: {aware: [know, dk]}, numbers: {‸fpc: {}}}")),
    ("reserved-name", asking("{questions: {aware: [know, dk]}, numbers: {‸aware: {}}}")),
    ("bad-period", asking("{questions: {aware: [know, dk]}, fieldwork: {‸25: {completed: 5}}}")),
    ("survey-fieldwork", asking("{questions: {aware: [know, dk]}, fieldwork: {2025: ‸{dialled: 9, completed: 10}}}")),
    ("survey-fieldwork", asking("{questions: {aware: [know, dk]}, fieldwork: {2025: ‸{dialled: 9, contacted: 10, completed: 1}}}")),
    ("survey-size", designed("strata: {urban: {population: ‸many}}")),
    ("survey-stratum", designed("strata: {urban: ‸{population: unit.urban, share: 1}}")),
    ("survey-sizes", designed("strata: {urban: {share: 0.4}, rural: {}}", at_design=True)),
    ("survey-shares", designed("strata: {urban: {share: 0.4}, rural: {share: 0.5}}", at_design=True)),
    ("survey-shares", designed("strata: {urban: {share: 1}, rural: {population: unit.rural}}", at_design=True)),
    ("survey-population", designed("population: unit.people, strata: {urban: {share: 1}}", at_design=True)),
    ("survey-inverse", designed("weights: inverse", at_design=True)),
    ("survey-whole", designed("population: ‸1000")),
    ("survey-whole", designed("strata: {urban: {population: ‸400}, rural: {population: unit.rural}}")),
    ("survey-attribute", designed("sample: ‸whole, population: unit.people")),
    ("unknown-question", designed("post_strata: {by: ‸age, population: {young: 1}}")),
    ("unknown-option", designed("post_strata: {by: aware, population: {know: 1, dk: 2, ‸no: 3}}")),
    ("post-strata-missing", designed("post_strata: {by: aware, population: ‸{know: 1}}")),
    ("not-allowed", designed("lonely: ‸remove")),
    ("criterion-share", tree("  - ‸{id: doing, points: 60, weight: 1, measure: events, method: minmax}\n" + DUTIES)),
    ("criterion-source", tree("  - ‸{id: doing, points: 60}\n" + DUTIES)),
    ("criterion-source", tree("  - ‸{id: doing, points: 60, measure: events, panel: {id: duty}, method: minmax}\n" + DUTIES)),
    ("criterion-method", tree("  - ‸{id: doing, points: 60, measure: events}\n" + DUTIES)),
    ("criterion-method", tree("  - ‸{id: doing, points: 60, measure: events, method: {minmax: {}, ratio_to_best: {}}}\n" + DUTIES)),
    ("criterion-combine", tree("  - ‸{id: doing, points: 60, measure: events, method: minmax, combine: sum}\n" + DUTIES)),
    ("criterion-combine", tree("  - ‸{id: doing, points: 60, measure: events, method: minmax, weights: relative}\n" + DUTIES)),
    ("weights-nothing", book(extra="weights: ‸relative")),
    ("weights-nothing", tree("  - {id: doing, points: 60, weights: ‸relative, criteria: [{id: a, points: 60, measure: events, method: minmax}]}\n" + DUTIES)),
    ("box-cox-lambda", book(prepare="prepare: {outliers: ‸{then: box_cox}}")),
    ("box-cox-lambda", book(prepare="prepare: {outliers: ‸{then: log, lambda: 0.5}}")),
    ("box-cox-fine", book(prepare="prepare: {outliers: ‸{then: box_cox, lambda: 0.123}}")),
    ("out-of-range", book(prepare="prepare: {screen: {min_share: ‸1.01}}")),
    ("unknown-criterion", book(prepare="prepare: {screen: {min_share: 0.5, branches: [doing, ‸dooing]}}")),
    ("unknown-key", book(prepare="prepare: {‸imput: {}}")),
    ("not-an-attribute", book(prepare="prepare: {impute: {by: ‸region}}")),
    ("not-an-attribute", prepared("{impute: {by: ‸unit.}}")),
    ("scale-alone", prepared("‸{scale: 1000}")),
    ("skip-stated", prepared("‸{outliers: {}, skip: [outliers]}")),
    ("skip-nothing", prepared("{skip: [‸impute]}")),
    ("unknown-measure", prepared("{denominator: ‸peple}")),
    ("unknown-measure", prepared("{denominator: ‸events}")),
    ("prepare-unused", measure("{value: events * 2, prepare: ‸{denominator: unit.area}}")),
    ("goalposts-equal", leaf("method: {goalposts: ‸{low: 1, high: 1.0}}")),
    ("goalposts-log", leaf("method: {goalposts: ‸{low: 0, high: 1, scale: log}}")),
    ("efficacy-equal", leaf("method: {efficacy: ‸{satisfactory: 12, unacceptable: 12.0}}")),
    ("efficacy-equal", leaf("method: {efficacy: ‸{satisfactory: target, unacceptable: target}}")),
    ("efficacy-span", leaf("method: {efficacy: ‸{satisfactory: 12, unacceptable: 6, span: 0}}")),
    ("two-ends", leaf("method: {efficacy: ‸{satisfactory: 12, unacceptable: 6, clamp: [60]}}")),
    ("deduction-range", leaf("method: {judged_deduction: {range: ‸{least: 10, most: 5}}}")),
    ("base-above-cap", leaf("method: {base_slope: ‸{target: 1, base: 80%, slope: 1, cap: 0.5}}")),
    ("points-or-share", leaf("method: {constant: ‸{}}")),
    ("points-or-share", leaf("method: {constant: ‸{points: 1, share: 1}}")),
    ("points-or-share", leaf("method: {piecewise_linear: {points: [{at: 1, share: 0}, ‸{at: 2}]}}")),
    ("knots-order", leaf("method: {piecewise_linear: ‸{points: [{at: 1, share: 0}, {at: 1, share: 1}]}}")),
    ("knots-order", leaf("method: {piecewise_linear: ‸{points: [{at: 1, share: 0}]}}")),
    ("middle-order", leaf("method: {middle_best: ‸{low: 2, high: 1, worst_low: 0, worst_high: 3}}")),
    ("class-codes", leaf("method: {class_points: ‸{classes: [{code: 1, points: 2}, {code: 1.0, points: 1}]}}")),
    ("class-codes", leaf("method: {class_points: ‸{classes: []}}")),
    ("method-above-points", leaf("method: ‸{pass_then_rank: {target: 1, base: 61, step: 5%}}")),
    ("bands-last", leaf("method: {band_table: ‸{bands: [{from: 1, points: 1}]}}")),
    ("bands-order", leaf("method: {band_table: ‸{bands: [{from: 1, points: 1}, {from: 2, points: 2}, {points: 0}]}}")),
    ("bad-name", book(grades='grades: {‸"a grade": {min: 80}, fair: {}}')),
    ("bad-name", book(attributes='attributes: {‸"the aim": Aim}')),
    ("bad-name", tree("  - {id: ‸9lives, points: 60, measure: events, method: minmax}\n" + DUTIES)),
    ("reserved-name", book(datasets="datasets: {activity: {fields: {date: {type: date}, people: {type: integer}, ‸unit: {type: text}}}}")),
    ("repeated-criterion", tree("  - {id: duties, points: 60, measure: events, method: minmax}\n" + DUTIES.replace("duties", "‸duties"))),
    ("repeated-finding", book(findings="findings:\n  - {id: few, when: events < 3, category: a, title: t}\n  - {id: ‸few, when: events < 2, category: a, title: t}")),
    ("unknown-measure", tree("  - {id: doing, points: 60, measure: ‸event, method: minmax}\n" + DUTIES)),
    ("unknown-panel", tree("  - {id: doing, points: 60, measure: events, method: minmax}\n  - {id: duties, points: 40, panel: {id: ‸duties}}")),
    ("unknown-group", leaf("method: minmax, applies_to: [towns, ‸bureau]")),
    ("unknown-group", tree("  - {id: doing, points: {towns: 60, bureaus: 60, ‸zones: 1}, measure: events, method: minmax}\n" + DUTIES)),
    ("unknown-reviewer-group", book(panels=PARTS["panels"][:-2] + ", group_titles: {‸leader: L}}}")),
    ("unknown-method", leaf("method: ‸{minimax: {}}")),
    ("unknown-dataset", measure("{from: ‸activities, value: count()}")),
    ("unknown-field", book(datasets="datasets: {activity: {unique: [‸peple], fields: {date: {type: date}, people: {type: integer}}}}")),
    ("unknown-survey", measure("{survey: ‸pool, question: aware, share: [know]}")),
    ("unknown-question", measure("{survey: poll, question: ‸awre, share: [know]}")),
    ("unknown-option", measure("{survey: poll, question: aware, share: [know, ‸maybe]}")),
    ("unknown-tie-key", book(tiebreak="tiebreak: [doing, ‸duty]")),
    ("unknown-tie-key", book(tiebreak="tiebreak: [doing, {key: ‸duty, direction: lower}]")),
    ("tie-key-idle", book(tiebreak="tiebreak: [doing, ‸fewer_deductions]")),
    ("tie-key-idle", book(rounding="rounding: {rank_on: unrounded}", tiebreak="tiebreak: [{key: ‸unrounded_total}]")),
    ("grading-idle", book(grading="grading: {‸tied_at_edge: all_in}")),
    ("grading-idle", book(grading="grading: {‸thresholds_on: unrounded}", grades="grades: {good: {share: 20%}, fair: {}}")),
    ("tie-key-manual", book(tiebreak="tiebreak: [‸manual, doing]")),
    ("tie-key-manual", book(tiebreak="tiebreak: [doing, {key: ‸manual, direction: lower}]")),
    ("repeated-tie-key", book(tiebreak="tiebreak: [doing, duties, ‸doing]")),
    ("unknown-criterion", book(grades="grades: {good: {min: 80, worst: {count: 1, min: 50%, of: [doing, ‸duty]}}, fair: {}}")),
    ("unknown-group", book(grades="grades: {good: {share: {towns: 30%, bureaus: 1/3, ‸zones: 20%}}, fair: {}}")),
    ("unknown-criterion", book(publish="publish: {parts: [{title: t, criteria: [‸doings]}]}")),
    ("unknown-category", book(publish="publish: {categories: {posts: Posts}}", findings="findings: [{id: few, when: events < 3, category: ‸post, title: t}]")),
    ("min-above-max", leaf("method: minmax, min: ‸3, max: 2")),
    ("measure-cumulative", measure("‸{value: events * 2, cumulative: true}")),
    ("measure-cumulative", measure("‸{from: activity, value: sum(people), cumulative: true, per_unit: last}")),
    ("cumulative-aggregate", measure("{from: activity, value: ‸sum(people) / count(), cumulative: true}")),
    ("missing-by", leaf("method: minmax, missing: ‸{policy: zero, by: unit.region}")),
    ("missing-column", leaf("method: minmax, missing: ‸{policy: group_mean, by: region}")),
    ("missing-nearest", leaf("method: minmax, missing: ‸{policy: group_mean, nearest: 3}")),
    ("missing-nearest", book(missing="missing: ‸peer")),
    ("not-allowed", leaf("method: minmax, missing: ‸nought")),
    ("not-allowed", leaf("method: minmax, missing: {policy: ‸nought}")),
    ("out-of-range", tree("  - {id: doing, points: 60, min_share: ‸80, criteria: [{id: a, points: 60, measure: events, method: minmax}]}\n" + DUTIES)),
    ("not-allowed", leaf("method: minmax, each: ‸year")),
    ("peer-alone", tree("  - {id: all, points: 100, criteria: [{id: doing, points: 100, measure: events, method: minmax, missing: ‸{policy: peer, nearest: 2}}]}")),
    ("peer-alone", tree("  - {id: doing, points: 60, measure: events, method: minmax, applies_to: [towns]}\n  - ‸{id: duties, points: 40, panel: {id: duty}}") + "missing: {policy: peer, nearest: 2}\n"),
    ("rescale-total-mean", book(combine="combine: geometric", criteria="criteria:\n  - {id: doing, measure: events, method: minmax, missing: ‸rescale_total}\n  - {id: duties, panel: {id: duty}}")),
    ("rescale-total-mean", book(combine="combine: harmonic", criteria="criteria:\n  - {id: doing, measure: events, method: minmax, each: month, missing_period: ‸reweight_all}\n  - {id: duties, panel: {id: duty}}")),
    ("min-share-leaf", leaf("method: minmax, ‸min_share: 80%")),
    ("frame-source", book(frame="frame: ‸{over: pooled, base: 2024}")),
    ("not-allowed", book(frame="frame: ‸yearly")),
    ("frame-period", book(frame="frame: {base: ‸last}")),
    ("frame-period", leaf("method: minmax, frame: {base: ‸2024-13}")),
    ("frame-kind", book(frame="periods: ['2024', '2025']\nframe: {base: ‸2024-Q1}")),
    ("frame-nothing", leaf("method: {goalposts: {low: 0, high: 9}}, ‸frame: pooled")),
    ("frame-nothing", tree("  - {id: all, points: 100, ‸frame: pooled, criteria: [{id: duties, points: 100, panel: {id: duty}}]}")),
    ("frame-nothing", tree("  - {id: duties, points: 100, panel: {id: duty}}") + "‸frame: pooled\n"),
    ("frame-within", tree("  - {id: all, points: 100, each: month, criteria: [{id: doing, points: 100, measure: events, method: minmax, frame: ‸pooled}]}")),
    ("frame-places", leaf("method: rank, frame: ‸{base: 2024}")),
    ("frame-places", tree("  - ‸{id: doing, points: 100, measure: events, method: borda}") + "frame: {base: 2024}\n"),
    ("frame-period", book(prepare="prepare: {outliers: {frame: {base: ‸soon}}}")),
    ("frame-then", book(prepare="prepare: {outliers: {then: ‸log, frame: {base: 2024}}}")),
    ("each-needed", leaf("method: minmax, ‸missing_period: zero")),
    ("each-needed", leaf("method: minmax, ‸period_weights: {1: 1}")),
    ("each-too-long", leaf("method: minmax, each: ‸quarter") + "periods: [2025-01]\n"),
    ("each-too-long", tree("  - {id: doing, points: 60, each: month, criteria: [{id: a, points: 60, measure: events, method: minmax, each: ‸quarter}]}\n" + DUTIES) + "periods: [2025]\n"),
    ("period-place", leaf("method: minmax, each: quarter, period_weights: {‸5: 1}")),
    ("period-place", leaf("method: minmax, each: quarter, period_weights: {‸first: 1}")),
    ("period-weight-negative", leaf("method: minmax, each: quarter, period_weights: {1: 1, 2: ‸-1, 3: 1, 4: 0}")),
    ("period-weights-sum", leaf("method: minmax, each: quarter, ‸period_weights: {1: 0.3, 2: 0.3, 3: 0.3, 4: 0.3}")),
    ("period-weights-count", leaf("method: minmax, each: month, ‸period_weights: {1: 0.5, 3: 0.5}")),
    ("period-weights-count", leaf("method: minmax, each: month, ‸period_weights: {1: 0.5, 2: 0.5}") + "periods: [2025]\n"),
    ("not-dated", book(datasets="datasets: {‸activity: {fields: {people: {type: integer}}}}")),
    ("not-dated", book(datasets="datasets: {‸activity: {dated_by: people, fields: {date: {type: date}, people: {type: integer}}}}")),
    ("dated-twice", book(datasets="datasets: {activity: {period: month, dated_by: ‸date, fields: {date: {type: date}, people: {type: integer}}}}")),
    ("panel-empty", book(panels="panels: {‸duty: {items: {}, groups: {leaders: 1}}}")),
    ("panel-figure", book(panels="panels: {duty: {items: {a: {points: 100, factor: ‸often}}, groups: {leaders: 1}}}")),
    ("panel-range", book(panels="panels: {duty: {items: {a: ‸{title: A}}, groups: {leaders: 1}}}")),
    ("panel-range", book(panels="panels: {duty: {items: {a: ‸{points: 5, min: 5}}, groups: {leaders: 1}}}")),
    ("panel-trim", book(panels="panels: {duty: {items: {a: {points: 100}}, groups: {leaders: 1}, trim: ‸{high: 1, share: 10%}}}")),
    ("panel-weights", book(panels="panels: {duty: ‸{items: {a: {points: 100, weight: 0.5}, b: {points: 100}}, groups: {leaders: 1}}}")),
    ("panel-weights", book(panels="panels: {duty: ‸{items: {a: {points: 100, weight: 0.5}, b: {points: 100, weight: 0.4}}, groups: {leaders: 1}}}")),
    ("panel-median", book(panels="panels: {duty: ‸{items: {a: {points: 100}}, groups: {leaders: 1}, aggregate: median, trim: {}}}")),
    ("panel-by", book(panels="panels: {duty: ‸{items: {a: {points: 100}}, groups: {leaders: 1}, blank: item_wise}}")),
    ("panel-by", book(panels="panels: {duty: ‸{items: {a: {points: 100, places: 1}}, groups: {leaders: 1}}}")),
    ("severity-with", book(panels="panels: {duty: {items: {a: {points: 60}, b: {points: 40}}, groups: {leaders: 1}, severity: ‸{with: [reviewer_item]}}}")),
    ("severity-listed", book(panels="panels: {duty: {by: item, items: {a: {points: 100}}, groups: {leaders: 1}, listed: true, severity: ‸{}}}", criteria="criteria: [{id: doing, points: 100, measure: events, method: {minmax: {floor: 0.6}}}]")),
    ("severity-single", book(panels="panels: {duty: {items: {a: {points: 60}, b: {points: 40}}, groups: {leaders: 1}, severity: {of: item, with: [reviewer_item, ‸group_item]}}}")),
    ("severity-single", book(panels="panels: {duty: {items: {a: {points: 100}}, groups: {leaders: 1}, severity: {of: item, with: [‸reviewer_item]}}}")),
    ("out-of-range", book(panels="panels: {duty: {items: {a: {points: 100}}, groups: {leaders: 1}, severity: {min_reviewers: ‸2}}}")),
    ("not-allowed", book(panels="panels: {duty: {items: {a: {points: 100}}, groups: {leaders: 1}, severity: {reviewers: ‸median}}}")),
    ("unknown-key", book(panels="panels: {duty: {items: {a: {points: 100}}, groups: {leaders: 1}, severity: {‸replace: true}}}")),
    ("panel-listed", book(panels="panels: {duty: ‸{items: {a: {points: 100}}, groups: {leaders: 1}, listed: true}}")),
    ("panel-bound", book(panels="panels: {duty: {items: {a: {points: 100, reason_above: ‸101}}, groups: {leaders: 1}}}")),
    ("panel-output", book(panels="panels: {duty: {by: item, items: {a: {points: 100}}, groups: {leaders: 1}}}", criteria="criteria: [{id: talk, points: 100, panel: ‸{id: duty, output: item}}]")),
    ("unknown-panel-item", book(panels="panels: {duty: {by: item, items: {a: {points: 100}}, groups: {leaders: 1}}}", criteria="criteria: [{id: talk, points: 100, panel: {id: duty, output: item, item: ‸b}}]")),
    ("unknown-reviewer-group", book(panels="panels: {duty: {by: item, items: {a: {points: 100}}, groups: {leaders: 1}}}", criteria="criteria: [{id: talk, points: 100, panel: {id: duty, output: group, group: ‸peers}}]")),
    ("panel-open-full-mark", book(panels="panels: {duty: {by: item, items: {a: {points: 100}}, groups: {leaders: 1}}}", criteria="criteria: [{id: ‸talk, points: 100, panel: {id: duty, output: rank}}]")),
    ("panel-item-by-form", book(panels="panels: {duty: {items: {a: {points: 100}}, groups: {leaders: 1}}}", criteria="criteria: [{id: talk, points: 100, panel: {id: duty, output: item, item: ‸a}}]")),
    ("trim-too-much", book(panels="panels: {duty: {items: {a: {points: 100}}, groups: {leaders: 1}, trim: ‸{high: 2, low: 2, when_over: 3}}}")),
    ("bad-year-start", book(year_starts="year_starts: ‸02-29")),
    ("bad-period", book(periods="periods: [2024, ‸2025-Q5]")),
    ("repeated-period", book(periods="periods: [2024, ‸2023..2025]")),
    ("grade-min", book(grades="grades: {good: {min: 80}, ‸fair: {min: 60}}")),
    ("grade-min", book(grades="grades: {‸good: {}, fair: {}}")),
    ("grade-min", book(grades="grades: {good: {min: 80}, ‸fair: {share: 10%}}")),
    ("adjustment-order-word", book(adjustments="adjustments: {order: ‸later, bonus: [{id: extra, measure: events}]}")),
    ("adjustment-order-twice", book(adjustments="adjustments: {order: ‸[bonus, bonus], bonus: [{id: extra, measure: events}]}")),
    ("adjustment-order-cap", book(adjustments="adjustments: {order: ‸[bonus_cap, bonus], bonus: [{id: extra, measure: events}]}")),
    ("adjustment-order-lacks", book(adjustments="adjustments: {order: ‸[deductions, round], bonus: [{id: extra, measure: events}], deductions: [{id: late, measure: people}]}")),
    ("adjustment-order", book(adjustments="adjustments: {order: ‸deductions_first, bonus: [{id: extra, measure: events}]}")),
    ("adjustment-order", book(adjustments="adjustments: {order: ‸bonus_first, deduct_floor: none, bonus: [{id: extra, measure: events}], deductions: [{id: late, measure: people}]}")),
    ("unqualified-idle", book(grading="grading: {‸unqualified: unranked}")),
    ("prize-points", book(adjustments="adjustments: {prizes: [‸{id: annual, points: []}]}")),
    ("prize-points", book(adjustments="adjustments: {prizes: [‸{id: annual, points: [0.5, 0]}]}")),
    ("prize-order", book(adjustments="adjustments: {prizes: [‸{id: annual, points: [0.3, 0.5]}]}")),
    ("prize-handed-on", book(adjustments="adjustments: {prizes: [‸{id: annual, points: [0.5], handed_on: true}]}")),
    ("repeated-adjustment", book(adjustments="adjustments: {prizes: [{id: ‸doing, points: [0.5]}]}")),
    ("unknown-group", book(adjustments="adjustments: {prizes: [{id: annual, points: [0.5], groups: [towns, ‸zones]}]}")),
    ("must-differ-missing", leaf("method: minmax, must_differ: ‸all")),
    ("must-differ-leaf", tree("  - {id: all, points: 60, must_differ: ‸some, missing: rescale, criteria: [{id: doing, points: 60, measure: events, method: minmax}]}\n" + DUTIES)),
    ("not-allowed", leaf("method: minmax, must_differ: ‸most, missing: zero")),
    ("grade-quota", book(grades="grades: {good: ‸{share: 30%, count: 3}, fair: {}}")),
    ("grade-round", book(grades="grades: {good: ‸{min: 80, round: floor}, fair: {}}")),
    ("grade-round", book(grades="grades: {good: ‸{count: 3, round: ceiling}, fair: {}}")),
    ("grade-share", book(grades="grades: {good: ‸{share: 101%}, fair: {}}")),
    ("grade-share", book(grades="grades: {good: ‸{share: {towns: 0.3, bureaus: -0.1}}, fair: {}}")),
    ("grade-share", book(grades="grades: {good: ‸{count: -1}, fair: {}}")),
    ("integer", book(grades="grades: {good: {count: ‸2.5}, fair: {}}")),
    ("grade-above-open", book(grades="grades: {good: {share: 20%}, better: {share: 30%, min: ‸80}, fair: {}}")),
    ("grade-group", book(grades="grades: {good: {share: ‸{towns: 30%}}, fair: {}}")),
    ("grade-group", book(grades="grades: {good: {count: ‸{bureaus: 3}}, fair: {}}")),
    ("worst-too-many", book(grades="grades: {good: {min: 80, worst: {count: ‸3, min: 50%}}, fair: {}}")),
    ("not-allowed", book(grading="grading: {tied_at_edge: ‸lot}")),
    ("weights-kind", book(uncertainty="uncertainty: {vary: {weights: ‸{kind: dirichlet, by: 0.2}}}")),
    ("weights-levels", book(uncertainty="uncertainty: {vary: {weights: ‸{by: 0.2, by_level: {1: 0.1}}}}")),
    ("unknown-level", book(uncertainty="uncertainty: {vary: {weights: {by: 0.2, levels: [1, ‸2]}}}")),
    ("unknown-level", book(uncertainty="uncertainty: {vary: {weights: {by_level: {first: ‸0.2}}}}")),
    ("error-kind", book(uncertainty="uncertainty: {vary: {measures: {events: ‸{sd: 1, relative: 0.1}}}}")),
    ("unknown-measure", book(uncertainty="uncertainty: {vary: {measures: {‸event: {sd: 1}}}}")),
    ("alternative-kind", book(uncertainty="uncertainty: {vary: {alternatives: [‸{id: a}]}}")),
    ("alternative-of", book(uncertainty="uncertainty: {vary: {alternatives: [‸{id: a, outliers: [none], of: [doing]}]}}")),
    ("alternative-of-kind", book(uncertainty="uncertainty: {vary: {alternatives: [{id: a, combine: [geometric], of: [‸doing]}]}}")),
    ("repeated-alternative", book(uncertainty="uncertainty: {vary: {alternatives: [{id: a, method: [minmax]}, {id: ‸a, missing: [zero]}]}}")),
    ("unknown-criterion", book(uncertainty="uncertainty: {vary: {alternatives: [{id: a, missing: [zero], of: [total, ‸done]}]}}")),
    ("unknown-method", book(uncertainty="uncertainty: {vary: {alternatives: [{id: a, method: [‸zscores]}]}}")),
    ("out-of-range", book(uncertainty="uncertainty: {draws: ‸5}")),
    ("out-of-range", book(uncertainty="uncertainty: {ahead: ‸0.5}")),
    ("not-allowed", book(rank_style="rank_style: ‸random")),
    ("out-of-range", book(rounding="rounding: {leaf: ‸13}")),
    ("integer", book(rounding="rounding: {component: {places: ‸two}}")),
    ("not-allowed", book(rounding="rounding: {node: {places: 1, mode: ‸up}}")),
    ("grade-order", book(grades="grades: {good: {min: 80}, better: {min: ‸80}, fair: {}}")),
    ("group-without-criteria", book(groups="groups: {towns: {kind: town}, bureaus: {kind: bureau}, ‸zones: {kind: zone}}", criteria="criteria:\n  - {id: doing, points: 60, measure: events, method: minmax, applies_to: [towns, bureaus]}")),
    ("weight-missing", tree("  - {id: doing, weight: 1, measure: events, method: minmax}\n  - ‸{id: duties, panel: {id: duty}}")),
    ("weights-sum", book(criteria="‸criteria:\n  - {id: doing, weight: 0.5, measure: events, method: minmax}\n  - {id: duties, weight: 0.4, panel: {id: duty}}")),
    ("weights-sum", book(panels="panels: {duty: {items: {plan: {points: 60}}, groups: ‸{leaders: 0.4, peers: 0.5}}}")),
    ("weights-not-positive", book(criteria="criteria:\n  ‸- {id: doing, weight: 1, measure: events, method: minmax}\n  - {id: duties, weight: 0, panel: {id: duty}}")),
    ("points-under-mean", book(combine="combine: geometric", criteria="criteria:\n  - {id: doing, points: ‸60, measure: events, method: minmax}\n  - {id: duties, panel: {id: duty}}")),
    ("points-and-weights", tree("  - {id: doing, points: 60, measure: events, method: minmax}\n  - {id: duties, weight: ‸0.4, panel: {id: duty}}")),
    ("points-missing", tree("  - {id: doing, points: 60, measure: events, method: minmax}\n  - ‸{id: duties, panel: {id: duty}}")),
    ("points-not-positive", tree("  - {id: doing, points: ‸0, measure: events, method: minmax}\n" + DUTIES)),
    ("points-sum", tree("  - id: all\n    points: ‸90\n    criteria:\n      - {id: doing, points: 60, measure: events, method: minmax}\n    " + DUTIES)),
    ("measure-cycle", book(measures="measures: {events: {value: ‸more + 1}, more: {value: events * 2}}")),
    ("from-without-aggregate", measure("{from: activity, value: ‸events * 2}")),
    ("measure-source", tiers("‸{from: activity, value: count(), tiers: {field: level, points: {city: 2}}}")),
    ("measure-tiers", tiers("‸{tiers: {field: level, points: {city: 2}}}")),
    ("tiers-points", tiers("{from: activity, tiers: ‸{field: level, points: {}}}")),
    ("tiers-same", tiers("{from: activity, tiers: ‸{field: level, points: {city: 2}, duplicates: highest}}")),
    ("tiers-field", tiers("{from: activity, tiers: {field: ‸people, points: {city: 2}}}")),
    ("tiers-same-optional", tiers("{from: activity, tiers: {field: level, points: {city: 2}, same: ‸matter}}", "level: {type: category, options: [city, brief]}, matter: {type: text, required: false}")),
    ("unknown-field", tiers("{from: activity, tiers: {field: ‸levels, points: {city: 2}}}")),
    ("unknown-field", tiers("{from: activity, tiers: {field: level, points: {city: 2}, same: ‸mater}}")),
    ("unknown-option", tiers("{from: activity, tiers: {field: level, points: {city: 2, ‸county: 1}}}")),
    ("exact", tiers("{from: activity, tiers: {field: level, points: {city: ‸two}}}")),
    ("not-allowed", tiers("{from: activity, tiers: {field: level, points: {city: 2}, same: matter, duplicates: ‸lowest}}")),
    ("out-of-range", book(lint="lint: {leaves: ‸-1}")),
    ("integer", book(lint="lint: {leaves: ‸1.5}")),
    ("exact", book(lint="lint: {minutes: ‸week}")),
    ("unknown-key", book(lint="lint: {‸leafs: 3}")),
    ("measure-source", tiers("‸{from: activity, value: count(), rank_points: {field: people, step: 2%}}")),
    ("measure-tiers", tiers("‸{rank_points: {field: people, step: 2%}}")),
    ("rank-points-field", tiers("{from: activity, rank_points: {field: ‸matter, step: 2%}}")),
    ("unknown-field", tiers("{from: activity, rank_points: {field: ‸peple, step: 2%}}")),
    ("missing-key", tiers("{from: activity, rank_points: ‸{field: people}}")),
    ("out-of-range", tiers("{from: activity, rank_points: {field: people, step: ‸0}}")),
    ("not-allowed", tiers("{from: activity, rank_points: {field: people, step: 2%, several: ‸median}}")),
    ("deduction-range", adjusted("deductions: [{id: late, measure: events, range: ‸{least: 10, most: 5}}]")),
    ("deduction-range", adjusted("deductions: [{id: late, measure: events, range: ‸{least: -1, most: 5}}]")),
    ("veto-grade", adjusted("veto: [‸{id: v, title: V, when: events < 1, effect: cap_grade}]")),
    ("veto-grade", adjusted("veto: [‸{id: v, title: V, when: events < 1, effect: bar_top, grade: fair}]")),
    ("veto-without-grades", adjusted("veto: [‸{id: v, title: V, when: events < 1, effect: bar_top}]", grades=False)),
    ("unknown-grade", adjusted("veto: [{id: v, title: V, when: events < 1, effect: cap_grade, grade: ‸fare}]")),
    ("not-allowed", adjusted("veto: [{id: v, title: V, when: events < 1, effect: ‸bar}]")),
    ("repeated-adjustment", adjusted("bonus: [{id: ‸doing, measure: events}]")),
    ("repeated-adjustment", adjusted("bonus: [{id: a, measure: events}], deductions: [{id: ‸a, measure: events}]")),
    ("bad-name", adjusted("bonus: [{id: ‸9a, measure: events}]")),
    ("bad-name", adjusted("categories: {‸9a: {cap: 1}}")),
    ("unknown-measure", adjusted("bonus: [{id: a, measure: ‸evens}]")),
    ("unknown-group", adjusted("bonus: [{id: a, measure: events, groups: [‸town]}]")),
    ("unknown-group", adjusted("deductions: [{id: a, measure: events, cap: {‸town: 1}}]")),
    ("unknown-group", adjusted("bonus: [{id: a, measure: events}], bonus_cap: {‸town: 1}")),
    ("unknown-criterion", adjusted("bonus: [{id: a, measure: events, item: {criterion: ‸dong}}]")),
    ("unknown-bonus-category", adjusted("bonus: [{id: a, measure: events, category: ‸honours}]")),
    ("out-of-range", adjusted("bonus: [{id: a, measure: events, item: {criterion: doing, units: ‸10}}]")),
    ("out-of-range", adjusted("deductions: [{id: a, measure: events, each: ‸0}]")),
    ("min-above-max", adjusted("bonus: [{id: a, measure: events, floor: ‸2, cap: 1}]")),
    ("cap-negative", adjusted("bonus: [{id: a, measure: events}], bonus_cap: ‸-3")),
    ("cap-negative", adjusted("categories: {a: {cap: ‸-3}}, bonus: [{id: a, measure: events, category: a}]")),
    ("exact", adjusted("deduct_floor: ‸nought")),
    ("exact", adjusted("total_cap: ‸point")),
    ("unknown-key", adjusted("bonuses: []").replace("{bonuses", "{‸bonuses")),
    ("not-allowed", adjusted("bonus: [{id: a, measure: events, missing: ‸zero}]")),
]  # fmt: skip
ELSEWHERE = {"unreadable", "too-large", "not-utf8", "too-deep", "invalid"}  # tested one by one below


def expected_place(marked: str) -> tuple[str, int | None, int | None]:
    """Return the text without its mark, and the line and column where the mark stood."""
    assert marked.count(MARK) <= 1
    if MARK not in marked:
        return marked, None, None
    before = marked[: marked.index(MARK)]
    return marked.replace(MARK, ""), before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def problems(text: str) -> tuple[Problem, ...]:
    """Return what is wrong with a rule book."""
    with pytest.raises(RulebookError) as caught:
        loads(text, "book.yaml")
    return caught.value.problems


def test_the_rule_book_that_the_cases_start_from_has_no_problem() -> None:
    assert [criterion.id for criterion in loads(book()).walk()] == ["doing", "duties"]


@pytest.mark.parametrize(("code", "marked"), CASES, ids=[f"{code}-{number}" for number, (code, _) in enumerate(CASES)])
def test_one_problem_at_its_place_in_both_languages(code: str, marked: str) -> None:
    text, line, column = expected_place(marked)
    (problem,) = problems(text)
    assert problem.code == f"rulebook.{code}"
    if code not in ("bad-character", "broken-yaml"):
        assert (problem.place.line, problem.place.column) == (line, column)
    elif line is not None:
        assert problem.place.line in (line, line + 1)  # an unclosed bracket shows at the end of the file
    assert problem.place.file == "book.yaml"
    for lang in ("zh", "en"):
        assert not re.search(r"\{\w+(:\w+)?\}|Fraction\(|None", problem.message(lang))
    assert problem.message("zh") != problem.message("en")


def test_every_message_has_its_case() -> None:
    codes = {code.removeprefix("rulebook.") for code in catalogue() if code.startswith("rulebook.")}
    codes = {code for code in codes if not re.match("(unknown-)?ballot", code)}  # those of test_ballot_messages
    assert codes == {code for code, _ in CASES} | ELSEWHERE


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RulebookError) as caught:
        load(tmp_path / "none.yaml")
    (problem,) = caught.value.problems
    assert problem.code == "rulebook.unreadable"
    assert problem.place.file == str(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("raw", "code", "line"),
    [
        (book().encode("utf-8").replace(b"Small", "述评".encode("gb18030")), "not-utf8", 4),
        (book().encode("utf-16"), "not-utf8", 1),
        (book().encode("utf-8").replace(b"Small", b"Sm\x00all"), "bad-character", 4),
        (b"a: 1\n" * 500_000, "too-large", None),
    ],
)
def test_files_that_are_no_utf8_text(tmp_path: Path, raw: bytes, code: str, line: int | None) -> None:
    (tmp_path / "book.yaml").write_bytes(raw)
    with pytest.raises(RulebookError) as caught:
        load(tmp_path / "book.yaml")
    (problem,) = caught.value.problems
    assert (problem.code, problem.place.line) == (f"rulebook.{code}", line)
    assert problem.message("zh") != problem.message("en")


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    (tmp_path / "book.yaml").write_bytes(book().encode("utf-8-sig"))
    assert load(tmp_path / "book.yaml").rulebook == "small"


@pytest.mark.parametrize("text", ["[" * 100 + "]" * 100, "{a: " * 5000 + "1" + "}" * 5000, "- " * 3000 + "a"])
def test_deep_nesting_is_refused(text: str) -> None:
    found = problems(HEAD + "measures: " + text if not text.startswith("-") else text)
    assert {problem.code for problem in found} <= {"rulebook.too-deep", "rulebook.broken-yaml"}
    assert all(problem.place.file == "book.yaml" for problem in found)


def test_the_yaml_bomb_is_refused_at_its_first_anchor() -> None:
    found = problems('a: &a ["x", "x"]\nb: &b [*a, *a, *a]\nc: &c [*b, *b, *b]\n')
    assert {problem.code for problem in found} == {"rulebook.anchor"}
    assert (found[0].place.line, found[0].place.column) == (1, 4)


def test_an_anchor_set_twice_is_refused_twice_and_warns_of_nothing_else() -> None:
    found = problems(book(grades="grades: {good: {min: &a 80}, fair: &a {}}"))
    assert [problem.code for problem in found] == ["rulebook.anchor", "rulebook.anchor"]


def test_words_stay_words() -> None:
    found = loads(book(surveys="surveys: {poll: {questions: {aware: {know: Yes, no: off, dk: ~x}}}}"))
    assert {name: text.en for name, text in found.surveys["poll"].questions["aware"].items()} == {
        "know": "Yes",
        "no": "off",
        "dk": "~x",
    }
    assert loads(book().replace('version: "1"', "version: 1.10")).version == "1.10"


class Short(Frozen):
    """A model with a rule that has no sentence of its own."""

    name: Annotated[str, Field(max_length=2)]


def test_a_rule_without_a_sentence_of_its_own_is_still_located() -> None:
    with pytest.raises(ValidationError) as caught:
        Short.model_validate({"name": "long"})
    positions = Positions("book.yaml", {("name",): (3, 7)})
    (problem,) = problems_of(caught.value, positions, Pruned({}), Short)
    assert (problem.code, problem.place.line, problem.place.column) == ("rulebook.invalid", 3, 7)
    assert "long" in problem.message("zh")

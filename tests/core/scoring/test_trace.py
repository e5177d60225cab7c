"""The trace of the demonstration county: what it says can be worked out again from its own words."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from shuping.appraisal import read, score
from shuping.errors import InputError
from shuping.scoring.result import Result

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def result() -> Result:
    """The county of the examples, scored."""
    return score(read(ROOT / "examples" / "county"))


@pytest.fixture(scope="module")
def leaves(result: Result) -> list[dict[str, Any]]:
    """The rows of criteria with a measure or a panel."""
    return [row for row in result.trace.to_dicts() if row["kind"] in ("measure", "panel")]


def worked_out(text: str) -> float:
    """Work a substituted rule out: its signs are those of print, its functions those of the methods."""
    text = text.translate(str.maketrans({"×": "*", "÷": "/", "−": "-", "[": "(", "]": ")"}))
    text = re.sub(r"ln (\S+?)(?=[ )])", r"ln(\1)", text)
    assert re.fullmatch(r"[-+*/(). ,0-9a-z]*", text), text
    names = {"min": min, "max": max, "ln": math.log, "clamp": lambda x, low, high: max(low, min(high, x))}
    return float(eval(text, {"__builtins__": {}}, names))


def half_a_step(result: Result) -> Fraction:
    """The most that rounding to the printed places of points changes a figure."""
    return Fraction(1, 2 * 10**result.rulebook.rounding.detail_places)


def test_the_substituted_rule_comes_to_the_points_shown(result: Result, leaves: list[dict[str, Any]]) -> None:
    tried: set[str] = set()
    for row in leaves:
        if row["substituted"] is None or row["method"] in ("band_table", "pass_fail"):
            continue
        rule, sign, shown = row["substituted"].rpartition(" = ")
        assert sign, row["substituted"]
        # figures put into a rule carry six decimals, which leaves an uncertainty of its own
        assert worked_out(rule) == pytest.approx(float(shown), abs=float(half_a_step(result)) + 2e-5), row[
            "substituted"
        ]
        assert float(shown) == float(row["points"])
        tried.add(row["method"])
    assert len(tried) >= 5, "the county uses many methods; a test of few proves little"


def test_a_band_table_s_rule_names_the_band_that_gave_the_points(leaves: list[dict[str, Any]]) -> None:
    rows = [row for row in leaves if row["method"] == "band_table" and row["substituted"]]
    for row in rows:
        value, table, shown = re.fullmatch(r"(\S+) → \[(.*)\] = (\S+)", row["substituted"]).groups()  # type: ignore[union-attr]
        bands = [re.fullmatch(r"(?:≥ (\S+):|…) (\S+)", band).groups() for band in table.split("; ")]  # type: ignore[union-attr]
        reached = next(points for start, points in bands if start is None or Fraction(value) >= Fraction(start))
        assert reached == shown


def test_all_or_nothing_says_which_way_the_comparison_went(leaves: list[dict[str, Any]]) -> None:
    rows = [row for row in leaves if row["method"] == "pass_fail" and row["substituted"]]
    assert rows
    for row in rows:
        value, sign, target, shown = re.fullmatch(r"(\S+) ([≥<]) (\S+) → (\S+)", row["substituted"]).groups()  # type: ignore[union-attr]
        assert (Fraction(value) >= Fraction(target)) == (sign == "≥")
        assert shown == (row["points_max"] if sign == "≥" else "0")


def test_every_leaf_says_its_rule_its_source_and_where_its_records_are(leaves: list[dict[str, Any]]) -> None:
    assert leaves
    for row in leaves:
        for lang in ("zh", "en"):
            assert row[f"rule_{lang}"]
            assert row[f"title_{lang}"]
            assert row[f"source_title_{lang}"]
        assert re.search("[\u4e00-\u9fff]", row["rule_zh"])
        assert not re.search("[\u4e00-\u9fff]", row["rule_en"])
        assert row["formula"]
        assert row["files"], row["criterion"]
        for file in row["files"].split("; "):
            assert (ROOT / "examples" / "county" / file).is_file()
        if row["missing"] is None:
            assert row["records"] is not None
            assert row["value"] is not None


def test_contributions_of_the_leaves_and_bonuses_add_up_to_the_total(result: Result) -> None:
    totals = {(row["period"], row["unit"]): row for row in result.trace.to_dicts() if row["kind"] == "total"}
    sums: dict[tuple[str, str], Fraction] = dict.fromkeys(totals, Fraction(0))
    counts: dict[tuple[str, str], int] = dict.fromkeys(totals, 0)
    for row in result.trace.to_dicts():
        if row["kind"] in ("measure", "panel", "bonus", "cap") and row["contribution"] is not None:
            sums[row["period"], row["unit"]] += Fraction(row["contribution"])
            counts[row["period"], row["unit"]] += 1
    for key, row in totals.items():
        assert abs(sums[key] - Fraction(row["points_exact"])) <= counts[key] * half_a_step(result)


def test_weights_of_the_leaves_add_up_to_one(leaves: list[dict[str, Any]]) -> None:
    sums: dict[tuple[str, str], Fraction] = {}
    for row in leaves:
        key = (row["period"], row["unit"])
        sums[key] = sums.get(key, Fraction(0)) + Fraction(row["weight"])
    assert all(abs(total - 1) <= Fraction(1, 10**4) for total in sums.values())


def test_the_trace_agrees_with_the_standing_and_the_scores(result: Result) -> None:
    printed = {(row["period"], row["unit"]): row["points"] for row in result.trace.to_dicts() if row["kind"] == "total"}
    for row in result.standing.to_dicts():
        assert printed[row["period"], row["unit"]] == (None if row["total"] is None else str(row["total"]))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_explanation_is_complete_and_in_one_language(result: Result, lang: str) -> None:
    unit = result.standing["unit"][0]
    text = result.explain(unit).text(lang)
    titles = [row[f"title_{lang}"] for row in result.trace.filter(result.trace["unit"] == unit).to_dicts()]
    assert all(title in text for title in titles)
    assert not re.search(r"None|nan|Fraction|\{|\}", text)


def test_names_that_a_result_does_not_hold_are_refused_with_the_nearest(result: Result) -> None:
    unit = result.standing["unit"][0]
    for what, arguments in (
        ("unit", (unit + "x", None, None)),
        ("criterion", (unit, "no_such_criterion", None)),
        ("period", (unit, None, "1999")),
    ):
        with pytest.raises(InputError) as caught:
            result.explain(*arguments)
        assert [problem.code for problem in caught.value.problems] == [f"scoring.unknown-{what}"]
        assert arguments[{"unit": 0, "criterion": 1, "period": 2}[what]] in caught.value.problems[0].message("zh")

"""Figures and names as printed."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from shuping.documents import wording
from shuping.scoring.result import Result
from tests.documents.small_case import small_result


@pytest.mark.parametrize(
    ("value", "shown"),
    [("11.5000", "11.50"), ("11.4583", "11.4583"), ("0.0000", "0.00"), ("12.3450", "12.345"), ("7", "7")],
)
def test_points_keep_every_digit_and_zeros_to_the_published_places(value: str, shown: str, result: Result) -> None:
    assert wording.points_text(Decimal(value), result.rulebook) == shown


@pytest.mark.parametrize(
    ("measure", "value", "shown"),
    [
        ("coverage", "0.8750000000", "87.5%"),
        ("coverage", "1.0000000000", "100%"),
        ("coverage", "0.3333333333", "33.33%"),
        ("coverage", "0.33335", "33.34%"),
        ("activities", "14.0000000000", "14"),
        ("activities", "100.0000000000", "100"),
        ("activities", "-0.00004", "0"),
    ],
)
def test_measures_are_printed_at_their_places(measure: str, value: str, shown: str, result: Result) -> None:
    declared = result.rulebook.measures[measure]
    assert wording.measure_text(Decimal(value), declared, result.rulebook) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal("1.20"), "+1.20"),
        (Decimal("-0.30"), "-0.30"),
        (Decimal("0.00"), "0.00"),
        (2, "+2"),
        (-1, "-1"),
        (0, "0"),
    ],
)
def test_changes_carry_their_sign(value: Decimal | int, shown: str) -> None:
    assert wording.signed_text(value) == shown


@pytest.mark.parametrize(("value", "shown"), [(Fraction(2, 3), "2/3"), (Fraction(9, 10), "0.9"), (Fraction(80), "80")])
def test_numbers_of_the_rule_book_are_never_rounded(value: Fraction, shown: str) -> None:
    assert wording.exact_text(value) == shown


def test_a_title_falls_back_on_the_measure_then_on_the_id(result: Result) -> None:
    assert wording.criterion_title(result.rulebook, "coverage_points", "zh") == "村组覆盖率"
    assert wording.criterion_title(result.rulebook, "outreach", "en") == "Outreach"
    assert wording.grade_title(result.rulebook, "unheard-of", "zh") == "unheard-of"
    assert wording.grade_title(result.rulebook, None, "zh") == ""


def test_the_period_before_is_known_only_when_the_result_holds_it(result: Result) -> None:
    assert wording.previous_period(result) == "2024"
    assert wording.previous_period(result, "2024") is None


def test_control_characters_do_not_reach_a_document() -> None:
    assert wording.printable("a\x00b\nc\x1b[31m") == "a b c [31m"


def test_missing_reasons_are_put_in_words() -> None:
    assert wording.missing_words("no_records", "zh") == "没有记录"
    assert wording.missing_words(None, "en") == ""


def test_titles_of_another_result_are_its_own() -> None:
    other = small_result(changed={"publish": {}})
    assert wording.title_of_document(other.rulebook, "zh") == "年度综合考核"

"""The linter's limits: the rule book's own, those of the command line before them, the usual ones behind both."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from shuping.documents.rules import compose
from shuping.review.limits import Limits
from shuping.rulebook.lint_model import Lint
from shuping.rulebook.load import loads
from tests.core.review.pages import checked, whole

LEAVES = "\n".join(
    f"  - {{id: c{n}, points: 20, measure: m{n}, method: {{goalposts: {{low: 0, high: {n}9}}}}}}" for n in range(1, 6)
)
BOOK = f"measures: {{{', '.join(f'm{n}: {{value: unit.a{n}}}' for n in range(1, 6))}}}\ncriteria:\n{LEAVES}\n"
MANY, SMALL = "SH105", "SH104"


def codes(extra: str, folder: Path, limits: Limits | None = None) -> set[str]:
    return set(checked(BOOK + extra, folder, limits=limits).codes) & {MANY, SMALL}


def test_the_usual_limits_hold_where_nothing_is_said(tmp_path: Path) -> None:
    assert codes("", tmp_path) == set()
    assert codes("lint: {}\n", tmp_path) == set()


def test_the_rule_book_sets_its_own(tmp_path: Path) -> None:
    assert codes("lint: {leaves: 4}\n", tmp_path) == {MANY}
    assert codes("lint: {leaves: 5}\n", tmp_path) == set()
    assert codes("lint: {leaf_points: 20.5}\n", tmp_path) == {SMALL}


def test_what_is_named_on_the_spot_comes_first_and_the_rest_stays(tmp_path: Path) -> None:
    book = "lint: {leaves: 4, leaf_points: 21}\n"
    assert codes(book, tmp_path) == {MANY, SMALL}
    assert codes(book, tmp_path, Limits(leaves=10)) == {SMALL}
    assert codes(book, tmp_path, Limits.of({"leaf_points": "1"})) == {MANY}
    assert codes(book, tmp_path, Limits(leaves=40, leaf_points=Fraction(1))) == set()


@pytest.mark.parametrize(
    ("written", "zh", "en"),
    [
        ("lint: {leaves: 30}", "一组的单项多于30个", "More than 30 single criteria in a group"),
        ("lint: {minutes: 1200}", "一个单位全年填报超过1200分钟", "More than 1200 minutes asked of one unit in a year"),
        (
            "lint: {spread: 5%}",
            "最高与最低得分之差不足满分的5%",
            "Best and worst points less than 5% of the full points apart",
        ),
        ("", "按通常界限（本办法目前没有这种情形）", "The usual ones (does not arise here)"),
    ],
)
def test_the_rules_print_them(written: str, zh: str, en: str) -> None:
    book = loads(whole(f"{BOOK}{written}\n"))
    assert zh in list(compose(book, "zh").texts())
    assert en in list(compose(book, "en").texts())


def test_every_limit_has_words() -> None:
    limits = ", ".join(f"{name}: {info.default}" for name, info in Lint.model_fields.items())
    for lang in ("zh", "en"):
        said = list(compose(loads(whole(f"{BOOK}lint: {{{limits}}}\n")), lang).texts())
        line = next(text for text in said if "0.95" in text)
        assert all(figure in line for figure in ("40", "2400", "2%", "0.95", "8", "5%"))

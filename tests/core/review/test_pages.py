"""Every rule of the linter has a page, and the page's examples do what it says: one is reported, where it is marked,
and the other is not.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shuping.errors import catalogue
from shuping.review.remark import RULES
from tests.core.review.pages import LIMITS, PAGES, checked, page
from tools.reference import GENERATED

CODES = [rule.code for rule in RULES.values()]


def test_codes_are_unique_and_sorted() -> None:
    assert sorted(set(CODES)) == CODES


def test_every_rule_has_its_page_and_every_page_its_rule() -> None:
    assert sorted(path.stem for path in PAGES.glob("SH*.md")) == CODES
    assert re.findall(r"^SH\d+$", (PAGES / "index.md").read_text(encoding="utf-8"), re.MULTILINE) == CODES


@pytest.mark.parametrize("code", CODES)
def test_a_page_says_what_its_rule_says(code: str) -> None:
    rule = next(rule for rule in RULES.values() if rule.code == code)
    text = (PAGES / f"{code}.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {code} {rule.title('en')}\n")
    assert f"<!-- generated: lint_{code} -->" in text
    for said in (rule.title("zh"), rule.why("zh"), rule.advice("zh"), rule.why("en"), rule.advice("en")):
        assert said in GENERATED[f"lint_{code}"]()


@pytest.mark.parametrize("code", CODES)
def test_the_first_example_is_reported_where_it_is_marked(code: str, tmp_path: Path) -> None:
    example = page(code)
    assert example.marked
    review = checked(example.reported, tmp_path, example.files, LIMITS.get(code))
    found = [remark for remark in review.remarks if remark.rule.code == code]
    assert sorted({remark.place.line for remark in found if remark.place.line}) == example.marked
    for remark in found:
        for lang in ("zh", "en"):
            assert "{" not in remark.message(lang)
        assert remark.message("zh") != remark.message("en")
        assert remark.place.file == "rulebook.yaml"
        assert remark.place.column


@pytest.mark.parametrize("code", CODES)
def test_the_second_example_is_not_reported(code: str, tmp_path: Path) -> None:
    example = page(code)
    review = checked(example.clean, tmp_path, example.files, LIMITS.get(code))
    assert code not in review.codes


def test_only_the_rules_about_what_must_not_be_scored_are_errors() -> None:
    errors = [rule.code for rule in RULES.values() if rule.severity == "error"]
    assert errors == [code for code in CODES if code.startswith("SH3")]


def test_every_rule_has_all_its_sentences() -> None:
    for what in RULES:
        assert all(f"review.{what}{part}" in catalogue() for part in ("", "-title", "-why", "-do"))

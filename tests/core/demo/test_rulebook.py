"""The county's rule book: valid, complete, and adding up by an own sum."""

from __future__ import annotations

import csv
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from shuping.demo import write_county
from shuping.rulebook.load import load
from shuping.rulebook.model import Criterion, Rulebook


@pytest.fixture(scope="module")
def rulebook(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    folder = tmp_path_factory.mktemp("county")
    write_county(folder)
    return load(folder / "rulebook.yaml")


def points(criterion: Criterion, group: str) -> Fraction | None:
    if criterion.applies_to is not None and group not in criterion.applies_to:
        return None
    return criterion.points.get(group) if isinstance(criterion.points, dict) else criterion.points


@pytest.mark.parametrize(("group", "count"), [("townships", 10), ("bureaus", 8), ("zones", 5)])
def test_first_level_adds_up_to_100_in_each_group(rulebook: Rulebook, group: str, count: int) -> None:
    first = [found for criterion in rulebook.criteria if (found := points(criterion, group)) is not None]
    assert len(first) == count
    assert sum(first) == 100


@pytest.mark.parametrize("group", ["townships", "bureaus", "zones"])
def test_children_add_up_to_their_parent(rulebook: Rulebook, group: str) -> None:
    checked = 0
    for criterion in rulebook.walk():
        own = points(criterion, group)
        if own is None or not criterion.criteria or criterion.criteria[0].weight is not None:
            continue
        assert sum(found for child in criterion.criteria if (found := points(child, group)) is not None) == own
        checked += 1
    assert checked >= 4


def test_every_method_of_the_first_set_and_four_missing_policies_are_used(rulebook: Rulebook) -> None:
    assert {name for criterion in rulebook.walk() for name in criterion.method or {}} == {
        "ratio_capped", "ratio_uncapped", "minmax", "goalposts", "band_table", "pass_fail", "rank_step",
        "ratio_to_best", "deduct_to_zero",
    }  # fmt: skip
    assert {rule.policy for criterion in rulebook.walk() if (rule := criterion.missing)} | {
        rulebook.missing.policy
    } == {
        "rescale", "zero", "full", "group_mean",
    }  # fmt: skip


def test_grades_are_those_of_the_published_scheme(rulebook: Rulebook) -> None:
    assert {name: grade.min for name, grade in rulebook.grades.items()} == {
        "excellent": 90, "good": 80, "fair": 70, "poor": None,
    }  # fmt: skip
    assert rulebook.groups["zones"].graded is False


def test_findings_spread_over_categories_and_every_category_has_its_ask(rulebook: Rulebook) -> None:
    categories = {finding.category for finding in rulebook.findings}
    assert len(rulebook.findings) >= 8
    assert len(categories) >= 5
    assert categories == rulebook.publish.categories.keys()
    assert [ask.category for ask in rulebook.publish.asks] == list(rulebook.publish.categories)


def test_the_four_parts_speak_of_every_first_level_criterion_once(rulebook: Rulebook) -> None:
    spoken = [identifier for part in rulebook.publish.parts for identifier in part.criteria]
    assert len(rulebook.publish.parts) == 4
    assert sorted(spoken) == sorted(criterion.id for criterion in rulebook.criteria)


def test_every_title_is_there_in_both_languages(rulebook: Rulebook) -> None:
    titled: list[Any] = [*rulebook.walk(), *rulebook.measures.values(), *rulebook.datasets.values(), *rulebook.findings]
    titled += [field for dataset in rulebook.datasets.values() for field in dataset.fields.values()]
    assert len(titled) > 100
    for thing in titled:
        assert thing.title is not None
        assert thing.title.en.isascii()
        assert not thing.title.zh.isascii()


def test_no_measure_counts_requests_or_knows_persons(rulebook: Rulebook) -> None:
    on_requests = {name: measure.value for name, measure in rulebook.measures.items() if measure.from_ == "request"}
    assert on_requests.keys() == {"requests_on_time", "request_days", "requests_long_overdue"}
    texts = {name for one in rulebook.datasets.values() for name, field in one.fields.items() if field.type == "text"}
    assert texts == {"document"}, "free text could hold anybody's name; the number of a document cannot"


def test_the_one_text_field_holds_numbers_of_documents_and_nothing_about_persons(tmp_path: Path) -> None:
    """An issuer's short form, the year in 〔〕, a number: the way official documents are numbered, letter by letter."""
    write_county(tmp_path)
    book = load(tmp_path / "rulebook.yaml")
    holders = [name for name, dataset in book.datasets.items() if "document" in dataset.fields]
    assert holders
    for name in holders:
        title = book.datasets[name].fields["document"].title
        assert (title.zh, title.en) == ("文号", "Document number") if title else False
        with (tmp_path / "records" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as lines:
            numbers = [row["document"] for row in csv.DictReader(lines)]
        assert numbers
        assert [text for text in numbers if not re.fullmatch(r"(省表|市表|统核)〔20\d\d〕[1-9]\d{0,2}号", text)] == []

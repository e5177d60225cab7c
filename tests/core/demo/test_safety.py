"""The second rule book of the demonstration: sound, two datasets shared with the annual one, its records drawn."""

from __future__ import annotations

from importlib import resources

import pytest

from shuping.demo import safety_rows, safety_rulebook
from shuping.demo.places import county
from shuping.demo.safety import NO_DRILLS, STILL_OPEN
from shuping.review.lint import lint
from shuping.rulebook.load import loads
from shuping.rulebook.yaml_source import read_yaml


def test_posts_and_training_are_those_of_the_annual_appraisal() -> None:
    annual = loads(resources.files("shuping.demo").joinpath("county.yaml").read_text(encoding="utf-8"))
    safety = loads(safety_rulebook())
    assert {name for name in safety.datasets if name in annual.datasets} == {"post", "training"}
    for name in ("post", "training"):
        assert safety.datasets[name] == annual.datasets[name]


def test_the_linter_finds_nothing_grave() -> None:
    text = safety_rulebook()
    found = lint(loads(text), read_yaml(text, "safety.yaml")[1])
    assert {remark.rule.severity for remark in found.remarks} <= {"advice"}


def test_rows_are_drawn_from_the_seed_and_fit() -> None:
    rows = safety_rows()
    assert rows == safety_rows(2025)
    assert rows != safety_rows(7)
    places = county(2025)
    units = {place.id for place in places.townships + places.bureaus}
    assert {row.unit for row in rows if row.dataset == "hazard"} == units
    assert {row.unit for row in rows if row.dataset == "drill"} == units - set(NO_DRILLS)
    last = {row.unit for row in rows if row.period == "2025-Q4"}
    assert last == units - set(STILL_OPEN)
    for row in rows:
        if row.dataset == "hazard":
            assert 0 <= int(row.values["closed"]) <= int(row.values["found"])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_hazard_is_filed_once_a_quarter(seed: int) -> None:
    keys = [(row.unit, row.period) for row in safety_rows(seed) if row.dataset == "hazard"]
    assert len(keys) == len(set(keys))

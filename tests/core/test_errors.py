"""The name that was probably meant, as every message offers it."""

from __future__ import annotations

import pytest

from shuping.errors import nearest


@pytest.mark.parametrize(
    ("given", "known", "meant"),
    [
        ("coverge", ["coverage", "covering", "plans"], "coverage"),
        ("COVERAGE", ["coverage"], "coverage"),
        ("Unit_A", ["unit_a", "unit_b"], "unit_a"),
        ("柳溪镇", ["柳溪鎮", "青石乡"], "柳溪鎮"),
        ("xyz", ["coverage", "plans"], None),
        ("anything", [], None),
    ],
)
def test_the_nearest_name_is_offered_whatever_its_capitals(given: str, known: list[str], meant: str | None) -> None:
    assert nearest(given, known) == meant
    assert nearest(given, reversed(known)) == meant

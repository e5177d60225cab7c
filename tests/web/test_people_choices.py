"""A list of units is the one that Django makes, and names are the library's, however many units there are."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from django import forms
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from shuping.records.parquet_reader import frame_sheet
from shuping.records.register_reader import register_of
from shuping.records.spellings import unit_labels
from shuping_web.filing.adapters import unit_names, units_frame
from shuping_web.people.choices import OneOfMany, UnitField
from shuping_web.people.models import Unit
from tests.web.conftest import World


class Parts(HTMLParser):
    """The tags of a piece of a page with their attributes, and its texts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Any] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.found.append(data.strip())


@pytest.mark.broken_ledger  # a name that no action gave
@pytest.mark.parametrize("empty", [None, "—"])
@pytest.mark.parametrize("chosen", ["", "east", "county"])
@pytest.mark.parametrize("disabled", [False, True])
def test_a_list_of_units_is_the_one_that_django_makes(
    world: World, empty: str | None, chosen: str, disabled: bool
) -> None:
    world.units["west"].name_en = 'W"est <b>'
    world.units["west"].save()
    given = {"unit": world.units[chosen] if chosen else None}

    def page(widget: forms.Select) -> list[Any]:
        field = UnitField(Unit.objects.order_by("code"), lang="en", empty_label=empty, widget=widget, disabled=disabled)
        form = type("OneUnit", (forms.Form,), {"unit": field})(initial=given)
        return Parts(str(form["unit"])).found

    ours = page(OneOfMany())
    assert ours == page(forms.Select())
    assert len([one for one in ours if one[0] == "option"]) == len(world.units) + (empty is not None)


def test_the_units_of_a_list_are_read_once(world: World) -> None:
    form = type("OneUnit", (forms.Form,), {"unit": UnitField(Unit.objects.order_by("code"), lang="zh")})()
    with CaptureQueriesContext(connection) as asked:
        str(form["unit"])
    assert len(asked) == 1
    assert '"attributes"' not in asked[0]["sql"]


NAMES = st.sampled_from(["东村", "西村", "East", "West", "c1", "东村 [c1]"])


@given(st.lists(st.tuples(NAMES, st.sampled_from(["", "East", "West", "东村"])), min_size=1, max_size=6))
def test_names_on_a_form_are_those_of_the_library(named: list[tuple[str, str]]) -> None:
    units = [
        {
            "code": f"c{at}", "name": name, "name_en": english, "kind": "village", "parent": "", "valid_from": None,
            "valid_to": None, "attributes": {},
        }
        for at, (name, english) in enumerate(named)
    ]  # fmt: skip
    register = register_of([frame_sheet(units_frame(units), "units", "")])
    assert list(unit_names(units, "zh").values()) == unit_labels(register)

"""The world of the tests is made once by actions and written again for each test: it is the same world, row by row."""

from __future__ import annotations

import pytest
from django.db import transaction

from shuping_web.people.models import Unit
from tests.web import conftest as small
from tests.web.kept_rows import all_rows, made_since, write_again

pytestmark = pytest.mark.django_db


def test_a_world_written_again_is_the_one_that_was_made() -> None:
    before = all_rows()
    with transaction.atomic():
        small.make_world()
        made, then = made_since(before), all_rows()
        transaction.set_rollback(True)
    assert all_rows() == before
    write_again(made)
    assert all_rows() == then
    assert sum(len(rows) for rows in made.values()) > 60


def test_what_was_there_before_and_has_changed_cannot_be_written_again() -> None:
    small.add_units(small.UNITS, by=small.System(), at=small.NOW)
    before = all_rows()
    Unit.objects.filter(code="east").update(name="改")
    with pytest.raises(ValueError, match="Unit was changed"):
        made_since(before)

"""Every column of every table is declared personal or not, also those of tables that are not the site's own."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.db.models import ForeignKey, Model

from shuping_web.people.models import Account
from shuping_web.people.personal_data import ELSEWHERE, SECRET, personal_columns
from tests.web.columns import NOT_PERSONAL

MODELS = sorted(apps.get_models(include_auto_created=True), key=lambda model: model._meta.label)
LABELS = [model._meta.label for model in MODELS]
OF_PEOPLE = re.compile(r"(account|actor|username|e?mail|phone|password|ip_address|user_agent|session_key|\w+_by)\Z")


def columns(model: type[Model]) -> set[str]:
    return {field.name for field in model._meta.concrete_fields}


def test_there_are_tables_of_every_room_and_of_others() -> None:
    rooms = {label.partition(".")[0] for label in LABELS}
    assert rooms >= {"ledger", "people", "cycles", "filing", "auth", "sessions", "contenttypes"}


@pytest.mark.parametrize("model", MODELS, ids=LABELS)
def test_every_column_is_declared_personal_or_not(model: type[Model]) -> None:
    label = model._meta.label
    own = model.__module__.startswith("shuping_web.")
    assert own == ("PERSONAL" in model.__dict__), "the site's own tables say PERSONAL themselves"
    assert own != (label in ELSEWHERE), "tables of others are declared in people/personal_data.py"
    personal, other = set(personal_columns(model)), set(NOT_PERSONAL.get(label, "").split())
    undeclared = columns(model) - personal - other
    assert not undeclared, f"{label}: declare {sorted(undeclared)} in PERSONAL of the model or in tests/web/columns.py"
    assert personal | other == columns(model), f"{label}: {sorted((personal | other) - columns(model))} is no column"
    assert not personal & other


@pytest.mark.parametrize("model", MODELS, ids=LABELS)
def test_what_points_to_a_person_is_personal(model: type[Model]) -> None:
    pointing = {
        field.name
        for field in model._meta.concrete_fields
        if (isinstance(field, ForeignKey) and field.related_model is Account) or OF_PEOPLE.match(field.name)
    }
    assert pointing <= set(personal_columns(model))


def test_no_declaration_is_left_of_a_table_that_is_gone() -> None:
    assert set(NOT_PERSONAL) <= set(LABELS)
    assert SECRET & {name for model in MODELS for name in personal_columns(model)}

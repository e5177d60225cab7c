"""What is in the database, read once and written again as it was: the same rows under the same ids.

A world for a test is some seventy events, each an action of its own; written again it is one statement a table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Model, QuerySet

Rows = Mapping[type[Model], Mapping[Any, dict[str, Any]]]
"""Of each table its rows by primary key, each as its columns (``attname``) with what they hold."""


def all_rows() -> Rows:
    """Read every table of the site."""
    return {model: {row[model._meta.pk.attname]: row for row in _table(model).values()} for model in _models()}


def made_since(before: Rows) -> Rows:
    """Read what came since. Raises ValueError where a row of before is no longer as it was: adding rows cannot write
    that again.
    """
    now = all_rows()
    for model, rows in before.items():
        if any(now[model].get(key) != row for key, row in rows.items()):
            raise ValueError(f"a row of {model._meta.label} was changed")
    return {model: {key: row for key, row in rows.items() if key not in before[model]} for model, rows in now.items()}


def write_again(rows: Rows) -> None:
    """Add the rows, past all actions, in one transaction, at whose end the database checks that what they refer to is
    there. Their ids were given by this database before, so no later row gets one of them.
    """
    with transaction.atomic():
        for model, found in rows.items():
            if found:
                _table(model).bulk_create([model(**row) for row in found.values()])


def _models() -> list[type[Model]]:
    return [
        model for model in apps.get_models(include_auto_created=True) if model._meta.managed and not model._meta.proxy
    ]


def _table(model: type[Model]) -> QuerySet[Any]:
    return QuerySet(model)  # whatever its own manager leaves out, adds or refuses

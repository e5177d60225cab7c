"""Everything that is kept about a person, found by the declarations of the models: ``PERSONAL`` names the columns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import ForeignKey, Model, Q
from django.utils import timezone

from shuping_web.people.models import Account
from shuping_web.people.signals import data_asked_for

ELSEWHERE: Mapping[str, frozenset[str]] = {
    "auth.Permission": frozenset(),
    "auth.Group": frozenset(),
    "auth.Group_permissions": frozenset(),
    "contenttypes.ContentType": frozenset(),
    "sessions.Session": frozenset({"session_key", "session_data"}),
    "axes.AccessAttempt": frozenset(
        {"user_agent", "ip_address", "username", "http_accept", "path_info", "get_data", "post_data"}
    ),
    "axes.AccessAttemptExpiration": frozenset({"access_attempt"}),
    "axes.AccessLog": frozenset({"user_agent", "ip_address", "username", "http_accept", "path_info", "session_hash"}),
    "axes.AccessFailureLog": frozenset({"user_agent", "ip_address", "username", "http_accept", "path_info"}),
}
"""The personal columns of tables that are not the site's own."""
SECRET = frozenset({"password", "session_key", "session_data", "digest", "secret", "token", "code_hash", "nonce"})
"""Columns whose content helps nobody but a thief: that there is something is said, not what."""
WRITTEN = frozenset({"content"})
"""Columns with what people typed and nobody else sees."""
ABOUT = ("ledger.Event", "data")
"""What an event says of the thing it was about is the person's only where the person is what it was about."""


def personal_columns(model: type[Model]) -> frozenset[str]:
    """Return the columns of a table that hold personal data. Raises KeyError for a table that declares none."""
    own: frozenset[str] | None = model.__dict__.get("PERSONAL")
    return own if own is not None else ELSEWHERE[model._meta.label]


def about(account: Account, *, to_the_person: bool) -> dict[str, Any]:
    """Return the personal data of an account, table by table: each row's id and its personal columns. Rows are found
    by a reference to the account, by its label, or by its user name. What somebody wrote and has not filed yet is
    handed out ``to_the_person`` alone: an administrator sees no records.
    """
    tables: dict[str, list[dict[str, Any]]] = {}
    for model in sorted(apps.get_models(include_auto_created=True), key=lambda one: one._meta.label):
        rows = _rows(model, account, frozenset() if to_the_person else WRITTEN)
        if rows:
            tables[model._meta.label] = rows
    sessions: list[dict[str, Any]] = [{"ends_at": session.expire_date.isoformat()} for session in sessions_of(account)]
    if sessions:
        tables["sessions.Session"] = sessions
    answers: list[tuple[Any, Any]] = data_asked_for.send(sender=Account, account=account)
    for _receiver, more in answers:
        tables |= more or {}
    return {"account": account.label, "made_at": timezone.now().isoformat(timespec="seconds"), "tables": tables}


def sessions_of(account: Account) -> list[Session]:
    """Return the sessions in which an account is signed in; the table itself tells it only once decoded."""
    running = Session.objects.filter(expire_date__gte=timezone.now()).order_by("pk").iterator(chunk_size=500)
    return [session for session in running if session.get_decoded().get(SESSION_KEY) == str(account.pk)]


def _rows(model: type[Model], account: Account, withheld: frozenset[str]) -> list[dict[str, Any]]:
    columns = personal_columns(model)
    found = _condition(model, columns, account)
    if found is None:
        return []
    rows = []
    for row in model._default_manager.filter(found).order_by("pk"):
        shown = {name: _shown(row, name, account) for name in sorted(columns - withheld)}
        shown |= dict.fromkeys(sorted(columns & withheld), "(for the person alone)")
        rows.append({"id": _plain(row.pk), **shown})
    return rows


def _condition(model: type[Model], columns: frozenset[str], account: Account) -> Q | None:
    """Return which rows are about an account, None where nothing in the table can tell."""
    if model is Account:
        return Q(pk=account.pk)
    found = Q()
    for field in model._meta.concrete_fields:
        if field.name not in columns:
            continue
        if isinstance(field, ForeignKey) and field.related_model is Account:
            found |= Q(**{field.name: account.pk})
        elif field.name == "username":
            found |= Q(username=account.username)
        elif field.get_internal_type() == "CharField" and (field.max_length or 0) >= len(account.label):
            found |= Q(**{field.name: account.label})
    return found if found else None


def _shown(row: Model, name: str, account: Account) -> Any:
    if name in SECRET:
        return "(kept, not shown)" if getattr(row, name) else ""
    if (row._meta.label, name) == ABOUT and getattr(row, "subject", "") != account.label:
        return "(about something else)"
    field = row._meta.get_field(name)
    value = getattr(row, field.attname if isinstance(field, ForeignKey) else name)
    if isinstance(field, ForeignKey) and field.related_model is Account and value is not None:
        return account.label if value == account.pk else "(another account)"
    return _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return value if isinstance(value, str | int | bool | dict | list | None) else str(value)

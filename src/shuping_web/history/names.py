"""The names behind the codes and labels of some events, read from the database once for all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from shuping_web.checking.models import Kind as CorrectionKind
from shuping_web.cycles.adapters import Rulebook, parsed
from shuping_web.cycles.models import RulebookVersion, Step
from shuping_web.filing.models import Record, State
from shuping_web.ledger.models import ActorName, Event
from shuping_web.notices.models import Kind as NoticeKind
from shuping_web.people.language import page_lang
from shuping_web.people.models import Unit
from shuping_web.people.permissions import ROLES, Role

ACCOUNT = re.compile(r"account:[0-9a-f-]{36}")
LONGEST = 64
"""A longer text is neither a unit's code nor a label."""


class Names:
    """Names of the accounts, units, datasets and rule books that some events speak of; the number of questions to the
    database does not grow with the events.
    """

    def __init__(self, events: Sequence[Event]) -> None:
        found: set[str] = set()
        for event in events:
            found |= {event.subject, event.unit, *_texts(event.data)}
        self._texts = {text for text in found if 0 < len(text) <= LONGEST}
        self._english = page_lang() == "en"

    @cached_property
    def _people(self) -> Mapping[str, str]:
        labels = [text for text in self._texts if ACCOUNT.fullmatch(text)]
        return dict(ActorName.objects.filter(label__in=labels).values_list("label", "name"))

    @cached_property
    def _units(self) -> Mapping[str, str]:
        rows = Unit.objects.filter(code__in=self._texts).values_list("code", "name", "name_en")
        return {code: (name_en if self._english else "") or name for code, name, name_en in rows}

    @cached_property
    def _of_records(self) -> Mapping[str, str]:
        numbers = [int(text[7:]) for text in self._texts if re.fullmatch(r"record:\d{1,15}", text)]
        return {f"record:{pk}": name for pk, name in Record.objects.filter(pk__in=numbers).values_list("pk", "dataset")}

    @cached_property
    def _versions(self) -> Mapping[str, str]:
        numbers = [int(text[9:]) for text in self._texts if re.fullmatch(r"rulebook:\d{1,15}", text)]
        found = RulebookVersion.objects.filter(pk__in=numbers).only("book", "version")
        return {f"rulebook:{one.pk}": str(one) for one in found}

    @cached_property
    def _books(self) -> list[Rulebook]:
        """The rule books of the site, each in the version added last, the last one first."""
        texts: dict[str, str] = {}
        for book, text in RulebookVersion.objects.order_by("-pk").values_list("book", "text"):
            texts.setdefault(book, text)
        return [parsed(text) for text in texts.values()]

    def _book_with(self, dataset: str) -> Rulebook | None:
        return next((book for book in self._books if dataset in book.datasets), None)

    def unit(self, code: str) -> str:
        """Return a unit's name, its code where there is no such unit."""
        return self._units.get(code, code)

    def person(self, label: str) -> str:
        """Return the name that an account's label has today."""
        return self._people.get(label, label)

    def version(self, subject: str) -> str:
        """Return the rule book's name and version."""
        return self._versions.get(subject, subject)

    def dataset(self, name: str) -> str:
        """Return a dataset's title."""
        book = self._book_with(name)
        title = book.datasets[name].title if book is not None else None
        return title.get(page_lang()) if title else name

    def dataset_of(self, event: Event) -> str:
        """Return the dataset that an event speaks of: what it says itself, else that of its record."""
        return str(event.data.get("dataset") or self.dataset_of_record(event.subject))

    def dataset_of_record(self, subject: str) -> str:
        """Return the dataset of a record; nothing for what is no record, or gone."""
        return self._of_records.get(subject, "")

    def field(self, dataset: str, name: str) -> str:
        """Return a field's title."""
        book = self._book_with(dataset)
        field = book.datasets[dataset].fields.get(name) if book is not None else None
        return field.title.get(page_lang()) if field is not None and field.title else name

    def value(self, dataset: str, name: str, value: str) -> str:
        """Return a field's value as people read it: categories in words, units by name."""
        book = self._book_with(dataset)
        field = book.datasets[dataset].fields.get(name) if book is not None else None
        if field is not None and field.options and value in field.options:
            return str(field.options[value].get(page_lang()))
        return self.unit(value) if field is not None and field.type == "unit" else value


class Filled(Mapping[str, str]):
    """The parts of an event's sentence, by their names. Raises KeyError for one that the event does not have."""

    def __init__(self, event: Event, names: Names) -> None:
        self.event, self.names = event, names

    def __getitem__(self, key: str) -> str:
        event, names = self.event, self.names
        if key == "unit":
            return names.unit(event.unit) if event.unit else _("the whole organisation")
        if key == "account":
            return names.person(event.subject)
        if key == "rulebook":
            return str(event.data.get("rulebook") or names.version(event.subject))
        if key == "dataset":
            return names.dataset(names.dataset_of(event))
        if key == "units":
            return str(len(event.data["units"]))
        if key.endswith("_count"):
            return str(len(event.data[key.removesuffix("_count")]))
        return shown(key, event.data[key], names)

    def __iter__(self) -> Iterator[str]:
        return iter(self.event.data)

    def __len__(self) -> int:
        return len(self.event.data)


def shown(key: str, value: Any, names: Names) -> str:
    """Return a part of an event's data as people read it."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return _plain_truth(key, value)
    if isinstance(value, Mapping) and "sha256" in value:
        return f"{value.get('name', '')} ({str(value['sha256'])[:12]}…)"
    if isinstance(value, Mapping):
        return _listed(f"{names.unit(code)} ({share})" for code, share in value.items())
    if isinstance(value, list):
        return _listed(shown(key, one, names) for one in value)
    text = str(value)
    if ACCOUNT.fullmatch(text):
        return names.person(text)
    if key in ("parent", "before", "after"):
        return names.unit(text)
    if key == "dataset":
        return names.dataset(text)
    return _in_words(key, text)


def _plain_truth(key: str, value: bool) -> str:
    if key == "works":
        return _("a working day") if value else _("a free day")
    return _("yes") if value else _("no")


def _in_words(key: str, text: str) -> str:
    if key == "role" and text in ROLES:
        return str(ROLES[Role(text)].name)
    known: dict[str, Any] = {**dict(NoticeKind.choices), **dict(CorrectionKind.choices), **dict(Step.choices)}
    if key in ("kind", "by_mail", "old", "new") and text in known:
        return str(known[text])
    words = {
        ("second_factor", "none"): _("none"), ("second_factor", "code"): _("a code of the app"),
        ("second_factor", "recovery"): _("a recovery code"), ("kind", "send_batch"): _("sending messages"),
        ("proof", "proves"): _("Proves it"), ("proof", "doubted"): _("Does not prove it"),
        ("changed", "name"): _("name"), ("changed", "email"): _("e-mail"), ("changed", "language"): _("language"),
    }  # fmt: skip
    return words.get((key, text), text)


def state(value: str) -> str:
    """Return a record's state in words."""
    return str(State(value).label) if value in State.values else value


def day(value: str) -> date | None:
    """Return a day written as ISO 8601, None for anything else."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _listed(parts: Iterator[str] | Any) -> str:
    return (", " if page_lang() == "en" else "、").join(parts)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield str(key)
            yield from _texts(one)
    elif isinstance(value, list) and len(value) <= 100:
        for one in value:
            yield from _texts(one)

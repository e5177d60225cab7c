"""An event told in words: its sentence, what it changed from what to what, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from shuping_web.cycles.models import Step
from shuping_web.filing.models import State
from shuping_web.history.names import Filled, Names, shown, state
from shuping_web.history.objects import object_in_words
from shuping_web.history.sentences import FACTS, SENTENCES
from shuping_web.ledger.models import Event
from shuping_web.ledger.words import in_words
from shuping_web.people.language import colon, semicolon


@dataclass(frozen=True)
class Change:
    """What something was and what it became; ``old`` None where there was nothing before."""

    label: str
    old: str | None
    new: str


@dataclass(frozen=True)
class Told:
    """An event in the language of the page."""

    number: int
    at: datetime
    who: str
    sentence: str
    facts: tuple[tuple[str, str], ...]
    changes: tuple[Change, ...]
    why: str
    subject: str
    hash: str
    names: Names = field(repr=False, compare=False)

    @property
    def object(self) -> str:
        """What the event speaks of, in words; for those alone who read the whole ledger."""
        return object_in_words(self.subject, self.names)

    @property
    def details(self) -> str:
        """Facts and changes in one text, for a file."""
        stands = colon()
        parts = [f"{label}{stands}{value}" for label, value in self.facts]
        for one in self.changes:
            before = "" if one.old is None else f"{one.old} → "
            parts.append(f"{one.label}{stands}{before}{one.new}")
        return semicolon().join(parts)


def tell(events: Sequence[Event]) -> list[Told]:
    """Tell events in words. An action without a sentence (of a version to come) is told by its short words."""
    names = Names(events)
    return [_told(event, names) for event in events]


def _told(event: Event, names: Names) -> Told:
    sentence, filled = SENTENCES.get(event.action), Filled(event, names)
    facts: list[tuple[str, str]] = []
    text = in_words(event.action)
    if sentence is not None:
        text = str(sentence.text) % filled
        kept = [(key, event.data.get(key)) for key in sentence.facts]
        facts = [(str(FACTS[key]), shown(key, value, names)) for key, value in kept if value not in (None, "", [])]
    why = str(event.data.get("reason") or "")
    changes = tuple(CHANGES[event.action](event, names)) if event.action in CHANGES else ()
    return Told(
        event.number, event.at, event.who, text, tuple(facts), changes, why, event.subject, event.hash, names
    )  # fmt: skip


def _pair(label: str, old: object, new: object) -> Iterator[Change]:
    before, after = str(old or "—"), str(new or "—")
    if before != after:
        yield Change(label, before, after)


def _values(names: Names, dataset: str, old: Mapping[str, str] | None, new: Mapping[str, str]) -> Iterator[Change]:
    """Yield what fields became; of a row that was not there before, each that is filled."""
    for name in dict.fromkeys([*(old or {}), *new]):
        label, after = names.field(dataset, name), names.value(dataset, name, str(new.get(name, "")))
        if old is not None:
            yield from _pair(label, names.value(dataset, name, str(old.get(name, ""))), after)
        elif after:
            yield Change(label, None, after)


def _new_row(event: Event, names: Names) -> Iterator[Change]:
    yield from _values(names, names.dataset_of(event), None, event.data["new"])


def _changed_row(event: Event, names: Names) -> Iterator[Change]:
    old, new = event.data["old"], event.data["new"]
    yield from _pair(_("Period"), old["period"], new["period"])
    yield from _values(names, names.dataset_of(event), old["values"], new["values"])
    yield from _pair(_("State"), state(old["state"]), State.FILED.label)


def _document(event: Event, names: Names) -> Iterator[Change]:
    labels = {
        "title": _("Title"), "number": _("Document number"), "issuer": _("Issued by"), "dated": _("Date"),
        "holds_from": _("From"), "holds_to": _("Until"), "internal": _("Internal"),
    }  # fmt: skip
    old, new = event.data["old"], event.data["new"]
    for key in dict.fromkeys([*old, *new]):
        before, after = (shown(key, one.get(key), names) for one in (old, new))
        yield from _pair(labels.get(key, key), before, after)
    yield from _pair(_("State"), state(str(event.data["state"])), State.FILED.label)


def _withdrawn(event: Event, names: Names) -> Iterator[Change]:
    yield from _pair(_("State"), state(event.data["old"]), State.WITHDRAWN.label)


def _claim(event: Event, names: Names) -> Iterator[Change]:
    old: Mapping[str, Any] | None = event.data.get("old")
    new = event.data["new"]
    labels = {"document": _("Document number"), "issuer": _("Issued by"), "reason": _("Reason"), "period": _("Period")}
    for key, label in labels.items():
        if old is not None:
            yield from _pair(label, old.get(key), new.get(key))
        elif new.get(key):
            yield Change(label, None, str(new[key]))
    yield from _values(names, new["dataset"], old["values"] if old is not None else None, new["values"])


def _correction(event: Event, names: Names) -> Iterator[Change]:
    dataset, old, new = names.dataset_of(event), event.data.get("old"), event.data.get("new") or {}
    if event.data.get("kind") == "remove":
        yield from _values(names, dataset, old or {}, {})
    else:
        yield from _values(names, dataset, old, new)


def _name(event: Event, names: Names) -> Iterator[Change]:
    old, new = event.data["old"], event.data["new"]
    yield from _pair(_("Name"), old["name"], new["name"])
    yield from _pair(_("English name"), old["name_en"], new["name_en"])


def _place(event: Event, names: Names) -> Iterator[Change]:
    old, new = event.data["old"], event.data["new"]
    yield from _pair(_("Below"), names.unit(old) if old else "", names.unit(new) if new else "")


def _days(event: Event, names: Names) -> Iterator[Change]:
    opened = event.action == "cycle_opened"
    old, new = event.data.get("old") or {}, event.data.get("dates") or event.data.get("new") or {}
    for step in Step:
        before, after = _span(old.get(step.value)), _span(new.get(step.value))
        if opened and after:
            yield Change(str(step.label), None, after)
        elif not opened:
            yield from _pair(str(step.label), before, after)


def _span(days: Iterable[str | None] | None) -> str:
    return " – ".join(one for one in days or () if one)


def _country(event: Event, names: Names) -> Iterator[Change]:
    yield from _pair(_("Public holidays of"), event.data["old"], event.data["new"])


CHANGES: Mapping[str, Callable[[Event, Names], Iterator[Change]]] = {
    "record_filed": _new_row, "record_corrected": _new_row, "record_changed": _changed_row,
    "record_withdrawn": _withdrawn, "bonus_claimed": _claim, "deduction_proposed": _claim, "veto_proposed": _claim,
    "claim_changed": _claim, "correction_proposed": _correction,
    "evidence_described": _document, "unit_renamed": _name, "unit_moved": _place,
    "cycle_opened": _days, "cycle_dates_set": _days, "calendar_set": _country,
}  # fmt: skip
"""What an action changed, where its data say so."""

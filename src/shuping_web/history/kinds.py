"""Of which objects there is a history, and who may read it: whoever may see the object, less what they may not see.

A kind that is not here has no page, and an object that may not be seen answers like one that does not exist. Auditors
read every history.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shuping_web.checking.models import Correction, Question, SamplingPlan
from shuping_web.checking.queries import corrections_for
from shuping_web.claims.models import Claim
from shuping_web.claims.queries import claims_for
from shuping_web.cycles.models import Cycle, LaterDeadline, RulebookVersion
from shuping_web.filing.models import Batch as Upload
from shuping_web.filing.models import Record, RecordSet
from shuping_web.filing.queries import visible
from shuping_web.ledger.models import Event
from shuping_web.notices.models import Batch, Job
from shuping_web.people.language import page_lang
from shuping_web.people.lists import name_of
from shuping_web.people.models import Account, Unit
from shuping_web.people.permissions import ROLES, Permission
from shuping_web.people.queries import roles_of, units_for

Row = TypeVar("Row", bound=Model)
OF_A_CYCLE = ("cycle_opened", "cycle_dates_set", "cycle_moved", "cycle_frozen", "records_kept", "set_superseded")
"""What everybody may know of a cycle, as its page shows it."""
LATER = ("later_deadline_given", "later_deadline_ended")


@dataclass(frozen=True)
class Reader:
    """Who reads, on which day."""

    account: Account
    today: date

    @cached_property
    def granted(self) -> frozenset[Permission]:
        """Everything that the reader's roles allow somewhere."""
        roles = roles_of(self.account, self.today)
        return frozenset(permission for role in roles for permission in ROLES[role].permissions)

    @property
    def audits(self) -> bool:
        """Whether the reader reads the whole ledger."""
        return Permission.READ_LEDGER in self.granted

    def may(self, *permissions: Permission) -> bool:
        """Tell whether the reader has one of these permissions somewhere."""
        return bool(self.granted & set(permissions))


@dataclass(frozen=True)
class History:
    """An object with its events; ``address`` is that of its page, where the reader may open it."""

    title: str
    events: QuerySet[Event]
    address: str = ""


Find = Callable[[str, Reader], History | None]


def _events(*subjects: str) -> QuerySet[Event]:
    found: QuerySet[Event] = Event.objects.filter(subject__in=subjects)
    return found


def _one(seen: QuerySet[Row], every: type[Row], key: str, reader: Reader) -> tuple[Row | None, bool]:
    """Return the row with a number among those the reader sees (for an auditor: all), and whether it is seen."""
    if not re.fullmatch(r"[0-9]{1,15}", key):
        return None, False
    row = seen.filter(pk=int(key)).first()
    if row is None and reader.audits:
        return every._default_manager.filter(pk=int(key)).first(), False
    return row, row is not None


def _record(key: str, reader: Reader) -> History | None:
    row, seen = _one(visible(reader.account, reader.today), Record, key, reader)
    if row is None:
        return None
    title = _("Record %(number)s of %(unit)s") % {"number": row.pk, "unit": name_of(row.unit)}
    return History(title, _events(f"record:{row.pk}"), reverse("record", args=[row.pk]) if seen else "")


def _question(key: str, reader: Reader) -> History | None:
    of_seen = Question.objects.filter(record__in=visible(reader.account, reader.today).order_by().values("pk"))
    row, seen = _one(of_seen, Question, key, reader)
    if row is None:
        return None
    events = _events(f"record:{row.record_id}").filter(data__question=row.pk)
    title = _("Question about record %s") % row.record_id
    return History(title, events, reverse("record", args=[row.record_id]) if seen else "")


def _claim(key: str, reader: Reader) -> History | None:
    row, seen = _one(claims_for(reader.account, reader.today), Claim, key, reader)
    if row is None:
        return None
    title = f"{row.get_kind_display()} {row.pk} · {name_of(row.unit)}"
    return History(title, _events(f"claim:{row.pk}"), reverse("claim", args=[row.pk]) if seen else "")


def _correction(key: str, reader: Reader) -> History | None:
    readers = (Permission.PROPOSE_CORRECTION, Permission.CONFIRM_CORRECTION, Permission.SEE_OWN_RECORDS)
    found = corrections_for(reader.account, reader.today) if reader.may(*readers) else Correction.objects.none()
    row, seen = _one(found, Correction, key, reader)
    if row is None:
        return None
    title = _("Correction %s") % row.pk
    return History(title, _events(f"correction:{row.pk}"), reverse("correction", args=[row.pk]) if seen else "")


def _of_whole(model: type[Row], key: str, reader: Reader, *wanted: Permission) -> tuple[Row | None, bool]:
    """As ``_one``, of objects that all who have one of some permissions see."""
    every = model._default_manager.all()
    return _one(every if reader.may(*wanted) else every.none(), model, key, reader)


def _record_set(key: str, reader: Reader) -> History | None:
    row, _seen = _of_whole(RecordSet, key, reader, Permission.FREEZE, Permission.CONFIRM_CORRECTION)
    if row is None:
        return None
    about = Q(data__sha256=row.sha256, data__number=row.number) | Q(data__supersedes=row.sha256)
    title = _("Record set %(number)s") % {"number": row.number}
    return History(title, _events(f"cycle:{row.cycle_id}").filter(about))


def _cycle(key: str, reader: Reader) -> History | None:
    row, _seen = _one(Cycle.objects.select_related("rulebook"), Cycle, key, reader)
    if row is None:
        return None
    events = _events(f"cycle:{row.pk}")
    if not reader.audits and not reader.may(Permission.OPEN_CYCLE):
        own = units_for(reader.account, Permission.SEE_OWN_RECORDS, reader.today).values("code")
        events = events.filter(Q(action__in=OF_A_CYCLE) | Q(action__in=LATER, unit__in=own))
    return History(f"{row.name or row.rulebook} {row.period}", events, reverse("cycle", args=[row.pk]))


def _exception(key: str, reader: Reader) -> History | None:
    found = LaterDeadline.objects.select_related("unit")
    if not reader.may(Permission.OPEN_CYCLE):
        own = units_for(reader.account, Permission.SEE_OWN_RECORDS, reader.today)
        found = found.filter(unit__in=own.values("pk"))
    row, _seen = _one(found, LaterDeadline, key, reader)
    if row is None:
        return None
    title = _("Later deadline of %s") % name_of(row.unit)
    events = _events(f"cycle:{row.cycle_id}").filter(data__exception=row.pk)
    return History(title, events, reverse("cycle", args=[row.cycle_id]))


def _rulebook(key: str, reader: Reader) -> History | None:
    found = RulebookVersion.objects.all()
    if not reader.may(Permission.OPEN_CYCLE):
        found = found.filter(pk__in=Cycle.objects.values("rulebook"))
    row, seen = _one(found, RulebookVersion, key, reader)
    if row is None:
        return None
    title = f"{(row.title_en if page_lang() == 'en' else '') or row.title} {row.version}"
    return History(title, _events(f"rulebook:{row.pk}"), reverse("rulebook", args=[row.pk]) if seen else "")


def _unit(key: str, reader: Reader) -> History | None:
    seen = reader.may(Permission.SEE_UNITS, Permission.MANAGE_UNITS)
    row = Unit.objects.filter(code=key).first() if seen or reader.audits else None
    if row is None:
        return None
    registered = Event.objects.filter(subject="units", action="units_added").values_list("pk", "data")
    came = [pk for pk, data in registered if key in data.get("units", ())]
    events = Event.objects.filter(Q(subject=f"unit:{key}") | Q(pk__in=came))
    return History(name_of(row), events, reverse("unit", args=[key]) if seen else "")


def _account(key: str, reader: Reader) -> History | None:
    number = _uuid(key)
    row = Account.objects.filter(key=number).first() if number is not None else None
    own = row is not None and row.pk == reader.account.pk
    seen = reader.may(Permission.MANAGE_ACCOUNTS, Permission.GIVE_ROLES)
    if row is None or not (own or seen or reader.audits):
        return None
    address = reverse("account", args=[row.key]) if seen else reverse("me") if own else ""
    return History(str(row), _events(row.label), address)


def _sampling(key: str, reader: Reader) -> History | None:
    readers = (Permission.STATE_SAMPLING, Permission.CHECK_RECORDS, Permission.READ_LEDGER)
    row, seen = _of_whole(SamplingPlan, key, reader, *readers)
    if row is None:
        return None
    title = _("Sampling plan %s") % row.pk
    return History(title, _events(f"sampling:{row.pk}"), reverse("sampling-plan", args=[row.pk]) if seen else "")


def _batch(key: str, reader: Reader) -> History | None:
    """A batch of messages by its number; rows that were filed together by the key that their events hold."""
    if (together := _uuid(key)) is not None:
        events = _events(f"batch:{together}")
        if not reader.audits:
            events = events.filter(actor=reader.account.label)
        return History(_("Records that were filed together"), events) if events.exists() else None
    row, seen = _of_whole(Batch, key, reader, Permission.SEND_NOTICES)
    if row is None:
        return None
    return History(row.title, _events(f"batch:{row.pk}"), reverse("batch", args=[row.pk]) if seen else "")


def _job(key: str, reader: Reader) -> History | None:
    number = _uuid(key)
    row = Job.objects.filter(key=number).first() if number is not None else None
    own = row is not None and row.started_by_id == reader.account.pk
    if row is None or not (own or reader.audits):
        return None
    return History(_("Work in the background"), _events(f"job:{row.key}"), reverse("job", args=[key]) if own else "")


def _upload(key: str, reader: Reader) -> History | None:
    row, _seen = _one(Upload.objects.filter(account=reader.account), Upload, key, reader)
    if row is None:
        return None
    return History(_("Spreadsheet %s") % row.pk, _events(f"upload:{row.pk}", f"batch:{row.submission}"))


def _whole(subject: str, title: Promise, *wanted: Permission) -> Find:
    """The history of what there is one of on a site: its key is ``all``."""

    def find(key: str, reader: Reader) -> History | None:
        readable = key == "all" and (reader.audits or reader.may(*wanted))
        return History(str(title), _events(subject)) if readable else None

    return find


def _head(key: str, reader: Reader) -> History | None:
    try:
        day = date.fromisoformat(key).isoformat()
    except ValueError:
        return None
    seen = reader.audits or reader.may(Permission.FREEZE)
    return History(_("Head of %s") % day, _events(f"head:{day}"), reverse("head", args=[day])) if seen else None


def _uuid(key: str) -> UUID | None:
    try:
        return UUID(key)
    except ValueError:
        return None


KINDS: Mapping[str, Find] = {
    "record": _record, "question": _question, "claim": _claim, "correction": _correction, "set": _record_set,
    "cycle": _cycle, "exception": _exception, "rulebook": _rulebook, "unit": _unit, "account": _account,
    "sampling": _sampling, "batch": _batch, "job": _job, "upload": _upload, "head": _head,
    "units": _whole("units", gettext_lazy("Register of units"), Permission.SEE_UNITS, Permission.MANAGE_UNITS),
    "accounts": _whole("accounts", gettext_lazy("Lists of accounts"), Permission.MANAGE_ACCOUNTS),
    "calendar": _whole("calendar", gettext_lazy("Calendar of working days"), Permission.OPEN_CYCLE),
    "sign-in": _whole("sign-in", gettext_lazy("Unknown user names at the door")),
}  # fmt: skip
"""Each kind of object with the search for one of it that a reader may see."""


def history_of(kind: str, key: str, reader: Reader) -> History | None:
    """Return an object's history as far as a reader may see it, None where there is none to be seen."""
    find = KINDS.get(kind)
    return find(key, reader) if find is not None else None


def address_of(subject: str) -> str:
    """Return the address of the history of what an event speaks of; nothing where there is no such page."""
    kind, _colon, key = subject.partition(":")
    return reverse("history", args=[kind, key or "all"]) if kind in KINDS else ""

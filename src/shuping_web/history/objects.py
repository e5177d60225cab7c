"""What an event speaks of, in words: ``record:12`` is record 12 and its dataset, an account is a person's name.

For those alone who read the whole ledger (``Permission.READ_LEDGER``): nothing is left out of what is named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shuping_web.history.names import Names


def object_in_words(subject: str, names: Names) -> str:
    """Return what people call the object of an event; the label itself where the site does not know its kind."""
    kind, _colon, key = subject.partition(":")
    if subject in WHOLE:
        return str(WHOLE[subject])
    if kind in NUMBERED and key.isdigit():
        return str(NUMBERED[kind]) % key
    return WORDS[kind](key, names) if kind in WORDS and key else subject


def _account(key: str, names: Names) -> str:
    name = names.person(f"account:{key}")
    return _("Account of %s") % (name if name != f"account:{key}" else key[:8])


def _record(key: str, names: Names) -> str:
    dataset = names.dataset_of_record(f"record:{key}")
    said = _("Record %s") % key
    return f"{said} · {names.dataset(dataset)}" if dataset else said


def _batch(key: str, names: Names) -> str:
    return _("Batch of messages %s") % key if key.isdigit() else _("Records that were filed together")


WORDS: Mapping[str, Callable[[str, Names], str]] = {
    "account": _account, "record": _record, "batch": _batch,
    "unit": lambda key, names: names.unit(key),
    "rulebook": lambda key, names: names.version(f"rulebook:{key}"),
    "head": lambda key, names: _("Head of %s") % key,
    "job": lambda key, names: _("Work in the background"),
}  # fmt: skip
"""How an object of each kind is called, by its key."""

NUMBERED: Mapping[str, Promise] = {
    "cycle": gettext_lazy("Cycle %s"), "claim": gettext_lazy("Claim %s"), "correction": gettext_lazy("Correction %s"),
    "sampling": gettext_lazy("Sampling plan %s"), "upload": gettext_lazy("Spreadsheet %s"),
}  # fmt: skip
"""Objects that are called by their number."""

WHOLE: Mapping[str, Promise] = {
    "units": gettext_lazy("Register of units"), "accounts": gettext_lazy("Lists of accounts"),
    "calendar": gettext_lazy("Calendar of working days"), "sign-in": gettext_lazy("Unknown user names at the door"),
}  # fmt: skip
"""What there is one of on a site."""

"""Reminders in words: one to a person, in the language of the account, about the units this person files for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from shuping_web.cycles.adapters import Rulebook
from shuping_web.cycles.models import Cycle
from shuping_web.cycles.queries import book_of
from shuping_web.filing.reading import title_of
from shuping_web.notices.actions import Draft, language_of
from shuping_web.people.language import page_lang, semicolon
from shuping_web.people.lists import name_of
from shuping_web.people.models import Account
from shuping_web.reminding.queries import Due, Open


def reminders(cycle: Cycle, open_: Open, today: date, *, note_zh: str, note_en: str) -> list[Draft]:
    """Return the reminder of each person; the office's own words are added in the language of the account."""
    book = book_of(cycle)
    return [
        _letter(cycle, book, account, dues, today, {"zh": note_zh, "en": note_en})
        for account, dues in open_.people.items()
    ]


def _letter(
    cycle: Cycle, book: Rulebook, account: Account, dues: Sequence[Due], today: date, notes: dict[str, str]
) -> Draft:
    with override(language_of(account)):
        title = f"{book.title.get(page_lang())} {cycle.period}"
        parts = [
            _("Dear %s,") % account,
            _("In the appraisal “%s”, this still waits for you:") % title,
            *(_unit(book, due, today) for due in dues),
        ]
        if notes[page_lang()].strip():
            parts.append(notes[page_lang()].strip())
        parts.append(
            _("Please sign in: %s") % settings.ADDRESS if settings.ADDRESS else _("Please sign in to the site.")
        )
        parts.append(_("The appraisal office"))
        subject = _("Still to be filed: %s") % title
    return Draft(account, subject, "\n\n".join(parts), _why(dues))


def _why(dues: Sequence[Due]) -> str:
    """Return what is open in a few words, for the office, in the language of its page."""
    text = _("%(unit)s: %(missing)d not filed, %(returned)d returned")
    shown = [
        text % {"unit": name_of(due.unit), "missing": len(due.missing), "returned": due.returned} for due in dues[:5]
    ]
    return semicolon().join(shown) + (" …" if len(dues) > 5 else "")


def _unit(book: Rulebook, due: Due, today: date) -> str:
    lines = [f"{name_of(due.unit)} — {_until(due, today)}"]
    if due.missing:
        between = ", " if page_lang() == "en" else "、"
        lines.append(
            "  - " + _("nothing filed yet: %s") % between.join(_named(book, due, name) for name in due.missing)
        )
    if due.returned:
        text = ngettext("%d returned record to put right", "%d returned records to put right", due.returned)
        lines.append("  - " + text % due.returned)
    return "\n".join(lines)


def _named(book: Rulebook, due: Due, name: str) -> str:
    """Return a dataset's title, with the periods for which nothing was filed."""
    periods = due.periods.get(name)
    return f"{title_of(book, name)} ({', '.join(periods)})" if periods else title_of(book, name)


def _until(due: Due, today: date) -> str:
    last = (timezone.localtime(due.ends, timezone.get_default_timezone()) - timedelta(seconds=1)).date()
    left = (last - today).days
    if left < 0:
        return _("filing ended on %s") % last.isoformat()
    if left == 0:
        return _("filing ends today, %s") % last.isoformat()
    text = ngettext("until %(day)s, %(left)d day left", "until %(day)s, %(left)d days left", left)
    return text % {"day": last.isoformat(), "left": left}

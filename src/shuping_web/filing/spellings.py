"""How people write figures and days into forms, grids and spreadsheets, taken as the library reads them where only one
thing can be meant; and what no text may hold.

A folder of files is held to the one spelling (docs/decisions: typed or written); what is typed on the site is kept in
it, so that the frozen records read the same everywhere.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

from django.utils.translation import gettext as _

MOST_TEXT = 2000
"""Characters of a text field."""
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]*)?")
_DOTTED = re.compile(r"([0-9]{4})\.([0-9]{1,2})\.([0-9]{1,2})")
_COMPACT = re.compile(r"((?:19|20)[0-9]{2})(0[1-9]|1[0-2])([0-3][0-9])")
_SERIAL = re.compile(r"[2-7][0-9]{4}(\.0+)?")
_EPOCH = date(1899, 12, 30)
"""Day 0 of the spreadsheets that count from 1900, as all but old Macintosh files do."""
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_ALLOWED = frozenset("\t\n\r")


def plain(kind: str, text: str) -> str:
    """Return a cell of a field of type ``kind`` as the library reads it. Full-width characters are made half-width;
    ``123,456`` is a whole number with its groups told apart, ``1,23`` is left for the library to refuse.
    """
    if kind not in ("integer", "number", "date", "period"):
        return text
    text = unicodedata.normalize("NFKC", text).strip()
    if kind == "date":
        found = _DOTTED.fullmatch(text) or _COMPACT.fullmatch(text)
        return "-".join(found.groups()) if found else text
    return text.replace(",", "") if kind != "period" and _GROUPED.fullmatch(text) else text


def why_no_text(text: str) -> str:
    """Return what is wrong with a text in the language of the page, nothing where it may be kept: too long, or
    characters that nobody sees (control characters, and those that turn the direction of what follows them).
    """
    if len(text) > MOST_TEXT:
        return _("The text has %(given)d characters; %(most)d at the most.") % {"given": len(text), "most": MOST_TEXT}
    return why_unseen(text)


def why_unseen(text: str) -> str:
    """Return which character of a text nobody sees, nothing where there is none."""
    for at, mark in enumerate(text, 1):
        if mark not in _ALLOWED and (unicodedata.category(mark) in ("Cc", "Cs") or mark in _TURNING):
            return _("Character %(at)d (U+%(code)s) cannot be seen; delete it and type the text anew.") % {
                "at": at, "code": f"{ord(mark):04X}",
            }  # fmt: skip
    return ""


def why_serial(text: str) -> str:
    """Return what to do about a date that came as the number by which spreadsheets count days, else nothing."""
    if not _SERIAL.fullmatch(text):
        return ""
    day = _EPOCH + timedelta(days=int(text.partition(".")[0]))
    said = _("%(given)s is how a spreadsheet counts days (here %(day)s); write the date, or format the cell as one.")
    return said % {"given": text, "day": day.isoformat()}

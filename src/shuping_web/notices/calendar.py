"""A calendar as a file (iCalendar, RFC 5545): days, no times, so that it is the same in every time zone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

LINE = 75
"""Octets of a line, its end not counted (RFC 5545, section 3.1)."""


@dataclass(frozen=True)
class Entry:
    """Whole days in a calendar, both included. ``uid`` never changes, so that a moved day moves."""

    uid: str
    first_day: date
    last_day: date
    title: str
    text: str = ""
    warn_days: int | None = None


def calendar_of(name: str, entries: Sequence[Entry], at: datetime) -> bytes:
    """Return the entries as an iCalendar file; ``at`` is the moment of the state they tell (DTSTAMP)."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Shuping//Shuping//ZH", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    lines += [f"X-WR-CALNAME:{escaped(name)}"]
    for entry in entries:
        lines += _event(entry, at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ"))
    lines.append("END:VCALENDAR")
    return b"".join(part + b"\r\n" for line in lines for part in folded(line))


def _event(entry: Entry, stamp: str) -> Iterator[str]:
    yield from ("BEGIN:VEVENT", f"UID:{entry.uid}", f"DTSTAMP:{stamp}")
    yield f"DTSTART;VALUE=DATE:{entry.first_day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{entry.last_day + timedelta(days=1):%Y%m%d}"  # the day after: DTEND is not included
    yield f"SUMMARY:{escaped(entry.title)}"
    if entry.text:
        yield f"DESCRIPTION:{escaped(entry.text)}"
    yield "TRANSP:TRANSPARENT"
    if entry.warn_days is not None:
        yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{escaped(entry.title)}")
        yield from (f"TRIGGER:-P{entry.warn_days}D", "END:VALARM")
    yield "END:VEVENT"


def escaped(text: str) -> str:
    """Return a text as a value (section 3.3.11): backslash, semicolon, comma and line ends escaped, no other control
    characters.
    """
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return "".join(sign for sign in text if sign == "\t" or (ord(sign) >= 32 and ord(sign) != 127))


def folded(line: str) -> Iterator[bytes]:
    """Yield a line in pieces of at most 75 octets; those after the first begin with a blank, no character is cut."""
    piece = b""
    for sign in line:
        octets = sign.encode()
        if len(piece) + len(octets) > LINE:
            yield piece
            piece = b" "
        piece += octets
    yield piece

"""Periods: a day, week, month, quarter or year, written ``2025``, ``2025-Q1``, ``2025-01``, ``2025-W03``,
``2025-01-15``.

``year_starts`` (``"09-01"``) moves years and quarters for academic and fiscal years: the year 2025 then runs from
2025-09-01 to 2026-08-31, and its first quarter starts on 2025-09-01. Months, weeks (ISO) and days stay those of the
calendar.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Kind = Literal["day", "week", "month", "quarter", "year"]
KINDS: tuple[Kind, ...] = ("day", "week", "month", "quarter", "year")
_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("year", re.compile(r"(\d{4})", re.ASCII)),
    ("quarter", re.compile(r"(\d{4})-Q([1-4])", re.ASCII)),
    ("month", re.compile(r"(\d{4})-(\d{2})", re.ASCII)),
    ("week", re.compile(r"(\d{4})-W(\d{2})", re.ASCII)),
    ("day", re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)),
)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One period, ``start`` and ``end`` included. Ordered by start, then end."""

    start: date
    end: date
    name: str
    kind: Kind
    year_starts: str = "01-01"

    @classmethod
    def parse(cls, text: str, year_starts: str = "01-01") -> Period:
        """Read a period. Raises ValueError when the text is not one, or names a day, week or month that does not
        exist.

        Years run from 1000 to 9990: of every period that is read, those before and after it exist too.
        """
        if text.strip()[:4].isdigit() and not "1000" <= text.strip()[:4] <= "9990":
            raise ValueError(f"{text!r}: years run from 1000 to 9990")
        return cls._read(text, year_starts)

    @classmethod
    def _read(cls, text: str, year_starts: str) -> Period:
        for kind, pattern in _PATTERNS:
            if match := pattern.fullmatch(text.strip()):
                start, end = _span(kind, [int(part) for part in match.groups()], year_starts)
                return cls(start, end, text.strip(), kind, year_starts)
        raise ValueError(f"{text!r} is not a period (2025, 2025-Q1, 2025-01, 2025-W03 or 2025-01-15)")

    def __str__(self) -> str:
        return self.name

    def contains(self, other: Period | date) -> bool:
        """Tell whether a day or another period lies wholly inside this one."""
        if isinstance(other, Period):
            return self.start <= other.start and other.end <= self.end
        return self.start <= other <= self.end

    def previous(self) -> Period:
        """Return the period of the same kind just before this one."""
        return period_of(self.start - timedelta(days=1), self.kind, self.year_starts)

    def last_year(self) -> Period:
        """Return the same period a year earlier (week 53 and 29 February fall back to the last that exists)."""
        year = int(self.name[:4]) - 1
        if self.kind == "day":
            day = min(self.start.day, calendar.monthrange(year, self.start.month)[1])
            return period_of(self.start.replace(year=year, day=day), "day", self.year_starts)
        if self.kind == "week":
            week = min(int(self.name[6:]), date(year, 12, 28).isocalendar().week)
            return Period._read(f"{year:04d}-W{week:02d}", self.year_starts)
        return Period._read(f"{year:04d}{self.name[4:]}", self.year_starts)

    def year(self) -> Period:
        """Return the (academic or fiscal) year in which this period starts."""
        return period_of(self.start, "year", self.year_starts)

    def split(self, kind: Kind) -> tuple[Period, ...]:
        """Return the periods of ``kind`` that start inside this one, in order."""
        found: list[Period] = []
        day = self.start
        while day <= self.end:
            part = period_of(day, kind, self.year_starts)
            if part.start >= self.start:
                found.append(part)
            day = part.end + timedelta(days=1)
        return tuple(found)

    def inside(self, kind: Kind) -> tuple[Period, ...]:
        """Return the periods of ``kind`` that lie wholly inside this one, in order: a week across its edge does not."""
        return tuple(part for part in self.split(kind) if self.contains(part))

    def label(self, lang: str) -> str:
        """Return the period for people: ``2025年第1季度``, ``Q1 2025``."""
        year, rest = self.name[:4], self.name[5:]
        if self.kind == "year":
            return f"{year}年" if lang == "zh" else year
        if self.kind == "quarter":
            return f"{year}年第{rest[1]}季度" if lang == "zh" else f"Q{rest[1]} {year}"
        if self.kind == "month":
            return f"{year}年{int(rest)}月" if lang == "zh" else f"{calendar.month_name[int(rest)]} {year}"
        if self.kind == "week":
            return f"{year}年第{int(rest[1:])}周" if lang == "zh" else f"week {int(rest[1:])} of {year}"
        if lang == "zh":
            return f"{year}年{self.start.month}月{self.start.day}日"
        return f"{self.start.day} {calendar.month_name[self.start.month]} {year}"


def period_of(day: date, kind: Kind, year_starts: str = "01-01") -> Period:
    """Return the period of ``kind`` in which ``day`` lies."""
    if kind == "day":
        return Period(day, day, day.isoformat(), "day", year_starts)
    if kind == "week":
        year, week, _ = day.isocalendar()
        return Period._read(f"{year:04d}-W{week:02d}", year_starts)
    if kind == "month":
        return Period._read(f"{day.year:04d}-{day.month:02d}", year_starts)
    month, first = _year_start(year_starts)
    year = day.year if (day.month, day.day) >= (month, first) else day.year - 1
    if kind == "year":
        return Period._read(f"{year:04d}", year_starts)
    quarters = (Period._read(f"{year:04d}-Q{number}", year_starts) for number in (1, 2, 3, 4))
    return next(quarter for quarter in quarters if quarter.contains(day))


def parse_span(text: str, year_starts: str = "01-01") -> tuple[Period, ...]:
    """Read one period or a span ``1990..2021`` of periods of one kind. Raises ValueError as ``Period.parse`` does."""
    first, dots, last = text.partition("..")
    start = Period.parse(first, year_starts)
    if not dots:
        return (start,)
    end = Period.parse(last, year_starts)
    if end.kind != start.kind or end < start:
        raise ValueError(f"{text!r}: the two ends of a span are periods of one kind, the earlier first")
    found = [start]
    while found[-1].start < end.start:
        found.append(period_of(found[-1].end + timedelta(days=1), start.kind, year_starts))
    return tuple(found)


def _year_start(year_starts: str) -> tuple[int, int]:
    month, day = (int(part) for part in year_starts.split("-"))
    date(2001, month, day)  # a day of every year: 29 February is refused
    return month, day


def _span(kind: Kind, parts: list[int], year_starts: str) -> tuple[date, date]:
    year = parts[0]
    if year < 1:
        raise ValueError("years start at 0001")
    if kind == "day":
        day = date(*parts)
        return day, day
    if kind == "week":
        monday = date.fromisocalendar(year, parts[1], 1)
        return monday, monday + timedelta(days=6)
    if kind == "month":
        return date(year, parts[1], 1), date(year, parts[1], calendar.monthrange(year, parts[1])[1])
    month, first = _year_start(year_starts)
    if kind == "year":
        return date(year, month, first), date(year + 1, month, first) - timedelta(days=1)
    begins = [_add_months(date(year, month, first), 3 * step) for step in (parts[1] - 1, parts[1])]
    return begins[0], begins[1] - timedelta(days=1)


def _add_months(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))

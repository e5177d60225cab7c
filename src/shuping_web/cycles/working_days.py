"""Working days: the public holidays of a country with its make-up days, and what the office itself declares."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import holidays
from django.utils.translation import get_language
from holidays.registry import COUNTRIES

ONE_DAY = timedelta(days=1)
LONGEST = 750
"""No stage and no term of days is longer: a bound on how far is counted."""


@lru_cache(maxsize=64)
def _year(country: str, year: int) -> tuple[frozenset[date], frozenset[date], frozenset[int]]:
    found: Any = holidays.country_holidays(country, years=year)
    made_up = {day for day in getattr(found, "weekend_workdays", ()) if day.year == year}
    return frozenset(found), frozenset(made_up), frozenset(found.weekend)


@lru_cache(maxsize=64)
def _named(country: str, year: int, language: str | None) -> dict[date, str]:
    found: Any = holidays.country_holidays(country, years=year, language=language)
    return {day: str(name) for day, name in found.items()}


@lru_cache(maxsize=2)
def countries() -> dict[str, str]:
    """Return the countries whose calendar is known: two letters (ISO 3166) and the English name, in order of it."""
    known = set(holidays.list_supported_countries(include_aliases=False))
    named = {codes[0]: re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name) for name, *codes in COUNTRIES.values() if codes}
    return dict(sorted(((code, named.get(code, code)) for code in known), key=lambda pair: pair[1]))


def language_of(country: str) -> str | None:
    """Return the language in which a country's holidays are shown: that of the page where it is known, else its own."""
    wanted = "en_US" if (get_language() or "").startswith("en") else "zh_CN"
    return wanted if wanted in _languages(country) else None


@lru_cache(maxsize=64)
def _languages(country: str) -> tuple[str, ...]:
    return tuple(getattr(holidays.country_holidays(country), "supported_languages", ()))


@dataclass(frozen=True)
class WorkingDays:
    """The calendar of a country; ``special`` says of single days whether one works on them, and goes before it."""

    country: str = "CN"
    special: Mapping[date, bool] = field(default_factory=dict)

    def works(self, day: date) -> bool:
        """Tell whether a day is a working day: a weekend that is made up for is one, a holiday is none."""
        if day in self.special:
            return self.special[day]
        free, made_up, weekend = _year(self.country, day.year)
        if day in made_up:
            return True
        return day.weekday() not in weekend and day not in free

    def after(self, day: date, number: int) -> date:
        """Return the ``number``-th working day after a day; the day itself does not count. Raises ValueError beyond
        ``LONGEST`` days.
        """
        found = day
        for _step in range(LONGEST):
            if number <= 0:
                return found
            found += ONE_DAY
            number -= self.works(found)
        if number > 0:
            raise ValueError("too far")
        return found

    def between(self, first: date, last: date) -> int:
        """Return how many working days there are from ``first`` to ``last``, both included."""
        return sum(self.works(first + timedelta(days=at)) for at in range(min((last - first).days + 1, LONGEST)))

    def settled(self, year: int) -> bool:
        """Tell whether the make-up days of a year are known. They are announced late in the year before; a country that
        never had any needs none.
        """
        some = any(_year(self.country, near)[1] for near in range(year - 3, year))
        return bool(_year(self.country, year)[1]) or not some

    def list_of(self, day: date) -> list[tuple[date, str, bool]]:
        """Return the holidays and make-up days of a day's year from that day on, in order: day, name, worked."""
        found = _named(self.country, day.year, language_of(self.country))
        names = {when: (name, False) for when, name in found.items()}
        names |= dict.fromkeys(_year(self.country, day.year)[1], ("", True))
        return [(when, *names[when]) for when in sorted(names) if when >= day and when not in self.special]

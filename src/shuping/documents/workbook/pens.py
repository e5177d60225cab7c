"""Cell formats, number formats with exactly the printed decimals, and the room that texts take."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from math import ceil
from typing import Any

from shuping.documents import wording
from shuping.rulebook.model import Rulebook

FONT, SIZE = "等线", 10
INK, RULE, SHADE, BAND = "#1f2328", "#8c959f", "#eef1f4", "#dde5ee"
ENTRY_INK, ENTRY = "#0b3d91", "#fff8dc"
FIXED = "#d9dde2"


class Pens:
    """The formats of one workbook, made once each."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def pen(self, **properties: Any) -> Any:
        """Return a bordered format with these properties besides the workbook's font."""
        base = {"font_name": FONT, "font_size": SIZE, "font_color": INK, "valign": "vcenter", "text_wrap": True}
        return self._make({**base, "border": 1, "border_color": RULE, **properties})

    def bare(self, **properties: Any) -> Any:
        """Return a format without borders, for titles."""
        return self._make({"font_name": FONT, "font_size": SIZE, "font_color": INK, "valign": "vcenter", **properties})

    @property
    def head(self) -> Any:
        """The format of column headings."""
        return self.pen(bold=True, align="center", bg_color=SHADE)

    @property
    def text(self) -> Any:
        """The format of text cells."""
        return self.pen(align="left")

    @property
    def centered(self) -> Any:
        """The format of short texts and of ranks."""
        return self.pen(align="center", num_format="0")

    @property
    def band(self) -> Any:
        """The format of the rows that open a group or a unit."""
        return self.pen(bold=True, align="left", bg_color=BAND)

    def number(self, num_format: str, **properties: Any) -> Any:
        """Return a format for numbers."""
        return self.pen(**{"align": "right", "num_format": num_format, **properties})

    def entry(self, num_format: str) -> Any:
        """Return the format of figures that may be changed and everything follows."""
        return self.number(num_format, font_color=ENTRY_INK, bg_color=ENTRY)

    def fixed(self, num_format: str, **properties: Any) -> Any:
        """Return the format of values in a sheet of formulas that do not follow."""
        return self.pen(**{"align": "right", "num_format": num_format, "bg_color": FIXED, **properties})

    def _make(self, properties: dict[str, Any]) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format(properties)
        return self._made[key]


def cleaned(text: str) -> str:
    """Return a text without control characters; our own line breaks between two languages stay."""
    return "\n".join(wording.printable(line) for line in text.split("\n"))[:32767]


def decimals(places: int) -> str:
    """Return the number format with exactly ``places`` decimals."""
    return "0." + "0" * places if places else "0"


def points_format(rulebook: Rulebook) -> str:
    """Return the number format of points: the published decimals always, further digits where there are any."""
    places, detail = rulebook.rounding.places, rulebook.rounding.detail_places
    if detail <= places:
        return decimals(detail)
    return ("0." + "0" * places + "#" * (detail - places)) if places else decimals(detail)


def measure_format(rulebook: Rulebook, measure: str, value: Decimal | None) -> str:
    """Return the number format that shows a measure's value with the decimals it is printed with elsewhere."""
    declared = rulebook.measures.get(measure)
    if declared is None or value is None:
        return "General"
    shown = wording.measure_text(value, declared, rulebook)
    places = len(shown.rstrip("%").partition(".")[2])
    return decimals(places) + ("%" if declared.percent else "")


def full_format(value: Decimal | None) -> str:
    """Return the number format of a full score: as many decimals as it needs."""
    return "General" if value is None else decimals(len(wording.full_points_text(value).partition(".")[2]))


def width(texts: Sequence[str], least: float = 6, most: float = 40) -> float:
    """Return a column width that holds the longest line of the texts: a Chinese character is as wide as two others."""
    longest = max((cells(line) for text in texts for line in text.split("\n")), default=0)
    return min(most, max(least, longest + 2))


def lines(text: str, room: float) -> int:
    """Return how many lines a text takes in a cell of this width, a little more rather than too few."""
    return sum(max(1, ceil(cells(line) / max(1.0, room - 0.5))) for line in text.split("\n"))


@lru_cache(maxsize=8192)
def cells(line: str) -> int:
    """Return the width of a line in half-width characters."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in line)

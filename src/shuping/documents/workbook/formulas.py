"""Spreadsheet formulas for what happens after a method has given its points: bounds, sums, means, totals, ranks.

References and expressions are texts without the leading ``=``. A missing figure is an empty text (it is left out of
sums) or the ``GONE`` mark (the unit has no total). Spreadsheets reckon in doubles: before a figure is rounded the last
digits, which are noise, are rounded away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from shuping.values.rounding import round_exact

GONE = "×"
"""What stands in a cell whose missing value costs the unit its total."""
LONGEST = 8000
"""Excel takes formulas of 8,192 characters."""
MODES = ("half_up", "half_even", "half_up_positive", "down")
"""The rounding modes that have a formula."""


@dataclass(frozen=True, slots=True)
class Part:
    """A criterion as its parent's formula sees it: references to its ``points``, ``full`` points and ``weight``.

    ``scaled``: its full points differ from its parent's, so a point of it counts by the two. ``blank`` and ``gone``:
    whether its cell may be an empty text, or the ``GONE`` mark.
    """

    points: str
    full: str
    weight: str
    scaled: bool
    blank: bool
    gone: bool


def literal(number: Fraction | int) -> str:
    """Return a number as it stands in a formula: the nearest double."""
    exact = Fraction(number)
    return str(exact.numerator) if exact.denominator == 1 else repr(float(exact)).upper()


def quoted(text: str) -> str:
    """Return a text as it stands in a formula."""
    return '"' + text.replace('"', '""') + '"'


def column_name(column: int) -> str:
    """Return the letters of a column, the first of which is 0."""
    name, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def noise_places(places: int) -> int:
    """Return how many decimals are taken for true before a figure is rounded to ``places``."""
    return max(10, places + 2)


def rounds_alike(value: Fraction, places: int, mode: str) -> bool:
    """Tell whether rounding the noise away first leaves the rounded figure as it is."""
    if mode not in MODES:
        return False
    before = round_exact(Fraction(value), noise_places(places))
    return round_exact(before, places, mode) == round_exact(Fraction(value), places, mode)  # type: ignore[arg-type]


def rounded(value: str, places: int, mode: str) -> str:
    """Return the formula of a rounded figure in one of ``MODES``."""
    spare = noise_places(places)
    if mode == "half_up":
        return f"ROUND(ROUND({value},{spare}),{places})"
    scaled = f"ROUND(({value})*{10**places},{spare - places})"
    if mode == "down":
        whole = f"TRUNC({scaled})"
    elif mode == "half_up_positive":
        whole = f"INT({scaled}+0.5)"
    else:
        whole = f"IF(MOD(ABS({scaled}),1)=0.5,2*ROUND({scaled}/2,0),ROUND({scaled},0))"
    return f"{whole}/{10**places}"


def bounded(value: str, low: Fraction | None, high: Fraction | None, stage: tuple[int, str] | None) -> str:
    """Return a criterion's points within its floor and cap, rounded where it has a ``stage`` (places and mode)."""
    if low is not None:
        value = f"MAX({literal(low)},{value})"
    if high is not None:
        value = f"MIN({literal(high)},{value})"
    return value if stage is None else rounded(value, *stage)


def leaf_points(points: str, needs: Sequence[str], fallback: str) -> str:
    """Return a leaf's points where everything it ``needs`` is there, else the ``fallback`` of its missing policy."""
    there = ",".join(f"ISNUMBER({reference})" for reference in needs)
    condition = f"AND({there})" if len(needs) > 1 else there
    return f"IF({condition},{_guarded(points, fallback)},{fallback})"


def _guarded(points: str, fallback: str) -> str:
    """A method that divides or takes logarithms has no points where it cannot."""
    risky = any(sign in points for sign in ("/", "^", "NA()", "LN(", "LOG", "SQRT(", "RANK(", "LOOKUP("))
    return f"IFERROR({points},{fallback})" if risky else points


def node_points(how: str, parts: Sequence[Part], full: str) -> str:
    """Return a node's figure before its own bounds, for ``sum``, ``arithmetic``, ``geometric`` or ``harmonic``.

    The result is an error where no part has points: ``node_cell`` answers that with the fallback.
    """
    if how == "sum":
        return _sum(parts)
    weights = "+".join(f"ISNUMBER({part.points})*{part.weight}" if part.blank else part.weight for part in parts)
    if how == "arithmetic":
        return f"({'+'.join(_worth(part, full) for part in parts)})/({weights})"
    if how == "geometric":
        return f"{full}*" + "*".join(_power(part, f"({weights})") for part in parts)
    inverses = "+".join(_inverse(part) for part in parts)
    return f"IF(MIN({_list(parts)})<=0,0,{full}*({weights})/({inverses}))"


def _sum(parts: Sequence[Part]) -> str:
    whole = f"SUM({_list(parts)})"
    if not any(part.blank for part in parts):
        return whole
    possible = "+".join(part.full for part in parts)
    available = "+".join(f"ISNUMBER({part.points})*{part.full}" if part.blank else part.full for part in parts)
    return f"IF(COUNT({_list(parts)})={len(parts)},{whole},{whole}*({possible})/({available}))"


def _list(parts: Sequence[Part]) -> str:
    return ",".join(part.points for part in parts)


def _worth(part: Part, full: str) -> str:
    points = f"N({part.points})" if part.blank else part.points
    return f"{points}*{part.weight}" + (f"*{full}/{part.full}" if part.scaled else "")


def _power(part: Part, weights: str) -> str:
    power = f"MAX(0,{part.points}/{part.full})^({part.weight}/{weights})"
    return f"IF(ISNUMBER({part.points}),{power},1)" if part.blank else power


def _inverse(part: Part) -> str:
    inverse = f"{part.weight}*{part.full}/{part.points}"
    return f"IF(ISNUMBER({part.points}),{inverse},0)" if part.blank else inverse


def node_cell(points: str, parts: Sequence[Part], fallback: str, lost: str) -> str:
    """Return a node's cell: ``lost`` where a part is ``GONE``, ``fallback`` where no part has points."""
    if all(part.blank for part in parts):
        points = f"IF(COUNT({_list(parts)})=0,{fallback},{points})"
    gone = [f"{part.points}={quoted(GONE)}" for part in parts if part.gone]
    if not gone:
        return points
    condition = f"OR({','.join(gone)})" if len(gone) > 1 else gone[0]
    return f"IF({condition},{lost},{points})"


def middle_of(column: str, policy: str) -> str:
    """Return the mean or median (``group_median``) of a column of inputs, an empty text where it has none."""
    function = "MEDIAN" if policy == "group_median" else "AVERAGE"
    return f'IF(COUNT({column})>0,{function}({column}),"")'


def if_number(reference: str, then: str) -> str:
    """Return ``then`` where the cell holds a number, else an empty text."""
    return f'IF(ISNUMBER({reference}),{then},"")'


@dataclass(frozen=True, slots=True)
class Key:
    """A tie-breaking column: this unit's ``cell``, the group's ``column``; ``lower``: the lower figure comes first."""

    cell: str
    column: str
    lower: bool


def rank(cell: str, column: str, keys: Sequence[Key]) -> str:
    """Return the competition rank of a cell in its column; equals are separated by the keys, higher first."""
    place = f"RANK({cell},{column},0)"
    if keys:
        place += f"+SUMPRODUCT(({column}={cell})*({_above(keys)}))"
    return if_number(cell, place)


def dense_rank(place: str, places: str) -> str:
    """Return the rank that leaves no number out, 1, 2, 2, 3, from the competition places of a group."""
    return if_number(place, f'1+SUMPRODUCT(({places}<{place})/(COUNTIF({places},{places})+({places}="")))')


def _above(keys: Sequence[Key]) -> str:
    """Return, for every unit of the group, whether the keys put it above this one.

    A text is above every number for a spreadsheet; here a unit without a figure stands below every unit with one.
    """
    first, rest = keys[0], keys[1:]
    there, mine = f"ISNUMBER({first.column})", f"ISNUMBER({first.cell})"
    above = f"{there}*({mine}*({first.column}{'<' if first.lower else '>'}{first.cell})+1-{mine})"
    return above if not rest else f"{above}+({first.column}={first.cell})*({_above(rest)})"


def grade(cell: str, steps: Sequence[tuple[Fraction | None, str]]) -> str:
    """Return the first grade whose threshold the cell reaches; ``steps`` are (threshold, title), best first."""
    formula = '""'
    for least, title in reversed(steps):
        formula = quoted(title) if least is None else f"IF({cell}>={literal(least)},{quoted(title)},{formula})"
    return if_number(cell, formula)

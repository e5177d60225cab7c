"""Names and figures as every document prints them: one place, so that no two documents differ.

A figure's text holds exactly the digits of the frame it comes from. Points keep all their digits beyond the published
places (``11.4583``) rather than being rounded a second time: a reader finds the very same figure in scores.csv.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from shuping.rulebook.model import Criterion, Measure, Rulebook
from shuping.scoring.grade_words import OPEN, decision_words, note_words
from shuping.scoring.result import Result
from shuping.values import REASONS, parse_exact, show_short
from shuping.values.periods import Period

NOTHING = "–"
"""Stands where there is nothing to print."""
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffe\uffff]+")


def printable(text: str) -> str:
    """Return ``text`` on one line, without the control characters that Word and Excel files cannot hold."""
    return _UNPRINTABLE.sub(" ", text).strip()


def period_label(rulebook: Rulebook, period: str, lang: str) -> str:
    """Return a period for people (``2025年``, ``Q1 2025``)."""
    return Period.parse(period, rulebook.year_starts).label(lang)


def previous_period(result: Result, period: str | None = None) -> str | None:
    """Return the period that ``period`` (default: the last) is compared with: the last of its kind scored before it."""
    scored = [Period.parse(name, result.rulebook.year_starts) for name in result.periods]
    place = result.periods.index(period or result.period)
    earlier = [before.name for before in scored[:place] if before.kind == scored[place].kind]
    return earlier[-1] if earlier else None


def unit_name(result: Result, unit: str, lang: str) -> str:
    """Return a unit's name; its id when the register does not know it."""
    return printable(result.register[unit].label(lang)) if unit in result.register else unit


def criterion_title(rulebook: Rulebook, criterion: str | Criterion, lang: str) -> str:
    """Return a criterion's title, else that of what it rests on, else its id. Raises KeyError for an unknown id."""
    found = rulebook.criterion(criterion) if isinstance(criterion, str) else criterion
    if found.title is not None:
        return printable(found.title.get(lang))
    if found.measure is not None:
        return measure_title(rulebook, found.measure, lang)
    if found.panel is not None:
        return panel_title(rulebook, found.panel.id, lang)
    if found.ballot is not None:
        return ballot_title(rulebook, found.ballot.id, lang)
    return found.id


def measure_title(rulebook: Rulebook, measure: str, lang: str) -> str:
    """Return a measure's title, or its id."""
    found = rulebook.measures.get(measure)
    return printable(found.title.get(lang)) if found is not None and found.title is not None else measure


def panel_title(rulebook: Rulebook, panel: str, lang: str) -> str:
    """Return a panel's title, or its id."""
    found = rulebook.panels.get(panel)
    return printable(found.title.get(lang)) if found is not None and found.title is not None else panel


def ballot_title(rulebook: Rulebook, ballot: str, lang: str) -> str:
    """Return a ballot's title, or its id."""
    found = rulebook.ballots.get(ballot)
    return printable(found.title.get(lang)) if found is not None and found.title is not None else ballot


def group_title(rulebook: Rulebook, group: str, lang: str) -> str:
    """Return a comparison group's title, or its id."""
    found = rulebook.groups.get(group)
    return printable(found.title.get(lang)) if found is not None and found.title is not None else group


def grade_title(rulebook: Rulebook, grade: str | None, lang: str) -> str:
    """Return a grade's title, or its id; an empty text for no grade."""
    if grade is None:
        return ""
    found = rulebook.grades.get(grade)
    return printable(found.title.get(lang)) if found is not None and found.title is not None else grade


def grade_text(rulebook: Rulebook, row: Mapping[str, Any], lang: str) -> str:
    """Return a row's grade: its title, ``待定`` or ``open`` where a person must decide, or nothing. A grade that was
    decided by a person stands behind the computed one where it differs.
    """
    computed = grade_title(rulebook, row["grade"], lang)
    if row["grade"] is None and is_open(row):
        computed = OPEN[lang]
    decided = grade_title(rulebook, row["decided_grade"], lang)
    return " → ".join(dict.fromkeys(text for text in (computed, decided) if text))


def is_open(row: Mapping[str, Any]) -> bool:
    """Tell whether the grade of a row of the standing is left for a person to decide."""
    return "open:" in (row["grade_note"] or "")


def rank_text(row: Mapping[str, Any]) -> str:
    """Return the rank of a row of the standing: a dash where there is none, with a mark where a person must decide."""
    return "–" if row["rank"] is None else f"{row['rank']}{'?' if row['tie'] == 'open' else ''}"


def note_text(rulebook: Rulebook, row: Mapping[str, Any], lang: str) -> str:
    """Return what is to be said beside a row of the standing: why there is no total, which vetoes hold, what kept the
    unit from a better grade, and that its rank is open.
    """
    notes = (row["grade_note"] or "").split(";") if row["grade_note"] else []
    vetoes = veto_titles(rulebook, row, lang)
    held = vetoes and {"zh": f"一票否决：{vetoes}", "en": f"veto: {vetoes}"}[lang]
    said = [missing_words(row["missing"], lang), held, note_words(rulebook, notes, lang)]
    if row["decision_reason"] is not None:
        reason, document = printable(row["decision_reason"] or ""), row["decision_document"]
        said.append(decision_words(rulebook, row["decided_grade"], reason, document and printable(document), lang))
    if row["tie"] == "open":
        said.append({"zh": "名次并列待定", "en": "tied: the rank is open"}[lang])
    return ("；" if lang == "zh" else "; ").join(text for text in said if text)


def veto_titles(rulebook: Rulebook, row: Mapping[str, Any], lang: str) -> str:
    """Return the vetoes that hold for a row of the standing, by their titles; an empty text for none."""
    held = (row["veto"] or "").split(";")
    titles = [printable(veto.title.get(lang)) for veto in rulebook.adjustments.veto if veto.id in held]
    return ("、" if lang == "zh" else ", ").join(titles)


def category_title(rulebook: Rulebook, category: str, lang: str) -> str:
    """Return the title of a category of findings, or its id."""
    found = rulebook.publish.categories.get(category)
    return printable(found.get(lang)) if found is not None else category


def finding_title(rulebook: Rulebook, finding: str, lang: str) -> str:
    """Return a finding's title, or its id."""
    return next((printable(item.title.get(lang)) for item in rulebook.findings if item.id == finding), finding)


def missing_words(reason: str | None, lang: str) -> str:
    """Return the reason of a missing value in words; an empty text where nothing is missing."""
    return "" if reason is None else REASONS[reason][lang] if reason in REASONS else reason


def title_of_document(rulebook: Rulebook, lang: str) -> str:
    """Return the title for publication, or the rule book's own."""
    return printable((rulebook.publish.title or rulebook.title).get(lang))


def total_text(value: Decimal) -> str:
    """Return a total exactly as published (``93.70``: the column carries the rule book's places)."""
    return format(value, "f")


def signed_text(value: Decimal | int) -> str:
    """Return a change with its sign (``+1.20``, ``-0.30``, ``0.00``)."""
    return format(value, "+") if value > 0 else format(value, "d" if isinstance(value, int) else "f")


def points_text(value: Decimal, rulebook: Rulebook) -> str:
    """Return points with all their digits, and zeros no further than the published places (``11.50``, ``11.4583``)."""
    text = format(value, "f")
    whole, dot, digits = text.partition(".")
    if not dot:
        return text
    places = min(rulebook.rounding.places, len(digits))
    kept = digits[:places] + digits[places:].rstrip("0")
    return f"{whole}.{kept}" if kept else whole


def full_points_text(value: Decimal) -> str:
    """Return a full score without trailing zeros (``12``, ``7.5``)."""
    return show_short(Fraction(value), 12)


def measure_text(value: Decimal, measure: Measure, rulebook: Rulebook) -> str:
    """Return a measure's value at its ``places`` without trailing zeros, as a percentage where the measure says so."""
    mode = rulebook.rounding.mode
    if measure.percent:
        return show_short(Fraction(value) * 100, measure.places, mode) + "%"
    return show_short(Fraction(value), measure.places, mode)


def exact_text(value: Fraction) -> str:
    """Return an exact number of the rule book: as a decimal where that is exact, else as a fraction (``2/3``)."""
    text = show_short(value, 12)
    return text if parse_exact(text) == value else f"{value.numerator}/{value.denominator}"

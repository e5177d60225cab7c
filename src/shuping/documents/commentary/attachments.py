"""The attached tables: the results, group by group, and the problem list."""

from __future__ import annotations

from shuping.documents import wording
from shuping.documents.certainty import DASH
from shuping.documents.commentary.evidence import with_unit
from shuping.documents.commentary.model import (
    Attachment,
    Column,
    Condition,
    Figure,
    Ordinal,
    Quoted,
    Row,
    Runs,
    Words,
)
from shuping.documents.commentary.shortfall import records_of, value_of
from shuping.documents.commentary.view import View
from shuping.documents.ordering import StandingRow

MOST_LINES = 1000
"""A longer table is for a spreadsheet: nobody reads it in Word, and Word takes minutes to open it."""


def compose_attachments(view: View) -> tuple[Attachment, ...]:
    """Return the tables that follow the text, labelled in order (one alone carries no number)."""
    found = [_standing(view), *_problems(view)]
    label = view.say.words("attachment.label")
    labels = [label.strip()] if len(found) == 1 else [f"{label}{number}" for number in range(1, len(found) + 1)]
    return tuple(Attachment(name, *parts) for name, parts in zip(labels, found, strict=True))


Parts = tuple[Runs, tuple[Column, ...], tuple[Row, ...]]


def _standing(view: View) -> Parts:
    rows = [row for members in view.groups.values() for row in members]
    graded = any(wording.grade_text(view.rulebook, row, view.lang) for row in rows)
    compared = any(row["previous_total"] is not None for row in rows)
    given = view.rulebook.adjustments
    between = any(row["rank_low"] is not None for row in rows)
    wanted = ["rank", *(["interval"] if between else []), "unit", *(["bonus"] if given.bonus or given.prizes else [])]
    wanted += [*(["deduction"] if given.deductions else []), "total", *(["grade"] if graded else [])]
    wanted += ["veto"] if any(row["veto"] for row in rows) else []
    wanted += ["previous", "change", "moved"] if compared else []
    found: list[Row] = []
    for group, members in view.groups.items() if len(rows) <= MOST_LINES else ():
        if not view.alone:
            found.append(Row(((Quoted(wording.group_title(view.rulebook, group, view.lang)),),), band=True))
        found += [Row(tuple(_standing_cell(view, row, name) for name in wanted)) for row in members]
    if len(rows) > MOST_LINES:
        found.append(Row((view.say.fill("attachment.too_long", n=view.count()),), band=True))
    return (
        view.say.fill("attachment.standing"),
        tuple(_column(view, name, standing=True) for name in wanted),
        tuple(found),
    )


def _standing_cell(view: View, row: StandingRow, name: str) -> Runs:
    unit = row["unit"]
    if name == "unit":
        return (view.name(unit),)
    if name == "grade":
        text = wording.grade_text(view.rulebook, row, view.lang)
        return (Quoted(text),) if text else ()
    if name == "interval":
        return _interval(view, unit)
    if name == "veto":
        held = wording.veto_titles(view.rulebook, row, view.lang)
        return (Quoted(held),) if held else ()
    if name == "total" and row["total"] is None:
        return (Quoted(wording.missing_words(row["missing"], view.lang)),)
    if name in ("change", "moved"):
        column = "change" if name == "change" else "rank_change"
        return _or_none(view, view.refs.figure("standing", view.period, unit, "", column, "signed"))
    return _or_none(view, view.standing(unit, "previous_total" if name == "previous" else name))


def _interval(view: View, unit: str) -> Runs:
    low, high = (view.standing(unit, name) for name in ("rank_low", "rank_high"))
    if low is None or high is None:
        return view.say.fill("attachment.none")
    return (low,) if low.text == high.text else (low, Words(DASH), high)


def _problems(view: View) -> list[Parts]:
    wanted = ["number", "problem", "unit", "value", "records"]
    columns = tuple(_column(view, name) for name in wanted)
    rows = _too_many(view) or _problem_rows(view)
    return [(view.say.fill("attachment.findings"), columns, tuple(rows))] if rows else []


def _too_many(view: View) -> list[Row]:
    n = view.refs.count("findings", Condition("period", "is", view.period))
    return [Row((view.say.fill("attachment.too_many", n=n),), band=True)] if int(n.text) > MOST_LINES else []


def _problem_rows(view: View) -> list[Row]:
    rows: list[Row] = []
    number = 0
    for category, matters in view.problems.items():
        rows.append(Row(((Quoted(wording.category_title(view.rulebook, category, view.lang)),),), band=True))
        for matter, findings in matters.items():
            title: Runs = (Quoted(wording.finding_title(view.rulebook, matter, view.lang)),)
            for finding in findings:
                number += 1
                value = value_of(view, finding)
                shown = with_unit(view, value) if value is not None else _or_none(view, None)
                records = _or_none(view, records_of(view, finding))
                ordinal: Runs = (Ordinal(str(number)),)
                rows.append(Row((ordinal, title, (view.name(finding["unit"]),), shown, records)))
    return rows


def _or_none(view: View, figure: Figure | None) -> Runs:
    return view.say.fill("attachment.none") if figure is None else (figure,)


_WIDTHS = {"rank": 10, "interval": 14, "unit": 24, "bonus": 11, "deduction": 12, "total": 10, "grade": 15, "veto": 9}
_WIDTHS |= {"previous": 12, "change": 13, "moved": 12, "number": 10, "problem": 42, "records": 15}


def _column(view: View, name: str, *, standing: bool = False) -> Column:
    left = name in ("unit", "problem")
    width = 30 if name == "unit" and not standing else _WIDTHS.get(name, 14)
    return Column(view.say.words(f"attachment.{name}"), width, "left" if left else "center")

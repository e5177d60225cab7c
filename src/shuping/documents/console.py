"""A result in the terminal: the standing as tables, an explanation as a tree, problems as a list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from shuping.documents.certainty import interval_text
from shuping.documents.wording import (
    grade_text,
    group_title,
    measure_text,
    measure_title,
    missing_words,
    period_label,
    points_text,
    rank_text,
    signed_text,
    total_text,
    veto_titles,
)
from shuping.records.folder import Folder
from shuping.scoring.explain import Explanation, Step
from shuping.scoring.result import Result

if TYPE_CHECKING:
    from rich.table import Table
    from rich.tree import Tree

_MEASURE_COLUMNS: tuple[tuple[str, Literal["left", "right"]], ...] = (
    ("period", "left"), ("unit", "left"), ("measure", "left"), ("value", "right"), ("missing", "left"), ("n", "right"),
    ("records", "right"),
)  # fmt: skip
_WORDS = {
    "zh": {
        "rank": "名次",
        "interval": "名次区间",
        "unit": "单位",
        "total": "总分",
        "grade": "等次",
        "bonus": "加分",
        "deduction": "扣分",
        "veto": "一票否决",
        "change": "较上期",
        "moved": "名次变化",
        "none": "未计总分",
        "period": "考核期",
        "measure": "指标",
        "value": "数值",
        "missing": "缺值原因",
        "n": "样本数",
        "records": "记录数",
    },
    "en": {
        "rank": "Rank",
        "interval": "Interval",
        "unit": "Unit",
        "total": "Total",
        "grade": "Grade",
        "bonus": "Bonus",
        "deduction": "Deduction",
        "veto": "Veto",
        "change": "Change",
        "moved": "Places",
        "none": "no total",
        "period": "Period",
        "measure": "Measure",
        "value": "Value",
        "missing": "Missing because",
        "n": "n",
        "records": "Records",
    },
}


def standing_tables(result: Result, lang: str, period: str | None = None) -> Iterator[Table]:
    """Yield one table per comparison group for a period (the last by default)."""
    from rich.table import Table

    when, words = period or result.period, _WORDS[lang]
    now = result.standing.filter(pl.col("period") == when)
    for group in now["group"].unique(maintain_order=True):
        rows = now.filter(pl.col("group") == group)
        columns = _columns(result, group, rows)
        title = f"{group_title(result.rulebook, group, lang)} · {period_label(result.rulebook, when, lang)}"
        table = Table(title=title, title_justify="left", title_style="bold", header_style="dim")
        for name in columns:
            table.add_column(words[name], justify="left" if name in ("unit", "grade", "veto") else "right")
        for row in rows.iter_rows(named=True):
            table.add_row(*(_cell(result, row, lang, name) for name in columns))
        yield table


def _columns(result: Result, group: str, rows: pl.DataFrame) -> list[str]:
    """Return the columns of a group's table; bonuses, deductions, vetoes and changes only where there are any."""
    book = result.rulebook
    found = ["rank", *(["interval"] if rows["rank_low"].is_not_null().any() else []), "unit"]
    found += [*(name for name in ("bonus", "deduction") if (rows[name] != 0).any()), "total"]
    found += ["grade"] if book.groups[group].graded and book.grades else []
    found += ["veto"] if rows["veto"].is_not_null().any() else []
    return found + (["change", "moved"] if rows["previous_total"].is_not_null().any() else [])


def _cell(result: Result, row: dict[str, Any], lang: str, name: str) -> str:
    from rich.markup import escape

    book = result.rulebook
    if name == "total" and row["total"] is None:
        return f"{_WORDS[lang]['none']}: {missing_words(row['missing'], lang)}"
    texts: dict[str, Callable[[], str]] = {
        "rank": lambda: rank_text(row),
        "interval": lambda: "" if row["rank_low"] is None else interval_text(row["rank_low"], row["rank_high"]),
        "unit": lambda: escape(row["name_en"] if lang == "en" else row["name"]),
        "bonus": lambda: "" if row["bonus"] is None else points_text(row["bonus"], book),
        "deduction": lambda: "" if row["deduction"] is None else points_text(row["deduction"], book),
        "total": lambda: total_text(row["total"]),
        "grade": lambda: escape(grade_text(book, row, lang)),
        "veto": lambda: escape(veto_titles(book, row, lang)),
        "change": lambda: "" if row["change"] is None else signed_text(row["change"]),
        "moved": lambda: _moved(row["rank_change"]),
    }
    return texts[name]()


def _moved(places: int | None) -> str:
    if not places:
        return "" if places is None else "="
    return f"▲{places}" if places > 0 else f"▼{-places}"


def explanation_tree(explanation: Explanation, lang: str) -> Tree:
    """Return an explanation as a tree that the terminal can wrap."""
    from rich.markup import escape
    from rich.tree import Tree

    name = explanation.name_en if lang == "en" else explanation.name
    tree = Tree(f"[bold]{escape(name)}[/] ({escape(explanation.unit)}) · {explanation.period}")
    _grow(tree, explanation.top, lang)
    return tree


def _grow(tree: Tree, step: Step, lang: str) -> None:
    from rich.markup import escape

    headline, _, rest = step.headline(lang).partition(" · ")
    label = f"[bold]{escape(step.title(lang))}[/]  [cyan]{escape(headline)}[/]" + (
        f"  [dim]{escape(rest)}[/]" if rest else ""
    )
    branch = tree.add(label)
    for name, text in step.details(lang):
        branch.add(f"[dim]{escape(name)}:[/] {escape(text)}")
    for child in step.below:
        _grow(branch, child, lang)


def measures_table(folder: Folder, measures: pl.DataFrame, lang: str, limit: int) -> Table:
    """Return the first rows of a measures frame as people read them: names, titles, percentages, reasons."""
    from rich.markup import escape
    from rich.table import Table

    words, book = _WORDS[lang], folder.rulebook
    table = Table(header_style="dim")
    for key, justify in _MEASURE_COLUMNS:
        table.add_column(words[key], justify=justify)
    for row in measures.head(limit).iter_rows(named=True):
        name = row["measure"]
        value = "" if row["value"] is None else measure_text(row["value"], book.measures[name], book)
        counts = ["" if row[key] is None else str(row[key]) for key in ("n", "records")]
        unit = folder.register[row["unit"]].label(lang)
        shown = (row["period"], unit, measure_title(book, name, lang), value, missing_words(row["missing"], lang))
        table.add_row(*(escape(text) for text in (*shown, *counts)))
    return table

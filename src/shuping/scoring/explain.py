"""An explanation: one unit's trace as a tree, from the total (or one criterion) down to records and files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import polars as pl

from shuping.errors import InputError, Problem, nearest
from shuping.scoring.words import ADJUSTING, WORDS, missing_words, policy_words


@dataclass(frozen=True, slots=True)
class Step:
    """One criterion of an explanation: its row of the trace (see ``TRACE_SCHEMA``) and the steps below it."""

    row: Mapping[str, Any]
    below: tuple[Step, ...] = ()

    def title(self, lang: str) -> str:
        """Return the criterion's title."""
        return str(self.row[f"title_{lang}"])

    def headline(self, lang: str) -> str:
        """Return points out of full points, weight and contribution in one line."""
        words, row = WORDS[lang], self.row
        if row["kind"] in ADJUSTING:
            return adjustment_words(row, lang)
        points = row["points"] if row["points"] is not None else words["none"]
        head = f"{points} / {row['points_max']}"
        if row["kind"] != "total":
            head += f" · {words['weight']} {percent(row['weight'])}"
            if row["contribution"] is not None:
                head += f" · {words['contribution']} {row['contribution']}"
        return head

    def details(self, lang: str) -> list[tuple[str, str]]:
        """Return what stands below the headline as pairs of label and text, in reading order."""
        words, row = WORDS[lang], self.row
        pairs = [
            (words["measure"], _source(row, lang)),
            (words["value"], row["value"]),
            (words["formula"], row["formula"]),
            (words["parts"], row["parts"]),
            (words["not_counted" if row["kind"] == "panel" else "prepared"], row.get(f"prepared_{lang}")),
            (words["rule"], row[f"rule_{lang}"]),
            (words["substituted"], row["substituted"]),
            (words["missing"], missing_words(row["missing"], lang)),
            (words["policy"], policy_words(row["missing_policy"], lang)),
            (words["imputed"], row["imputed"]),
            (words["records"], _records(row, lang)),
            (words["place"], row.get(f"place_{lang}")),
        ]
        return [(label, str(text)) for label, text in pairs if text not in (None, "")]

    def walk(self) -> Iterator[Step]:
        """Yield this step and all below it."""
        yield self
        for step in self.below:
            yield from step.walk()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a unit got its score. ``top`` is the total, or the criterion that was asked about."""

    period: str
    group: str
    unit: str
    name: str
    name_en: str
    top: Step
    lang: str = "zh"

    def text(self, lang: str | None = None) -> str:
        """Return the explanation as an indented text."""
        tongue = lang or self.lang
        name = self.name_en if tongue == "en" else self.name
        lines = [f"{name} ({self.unit}) · {self.period}"]
        lines += _lines(self.top, tongue, "")
        return "\n".join(lines)

    def frame(self) -> pl.DataFrame:
        """Return the rows of the trace behind this explanation."""
        return pl.DataFrame([dict(step.row) for step in self.top.walk()], infer_schema_length=None)

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return f"<div class='shuping-explanation'>{_html(self.top, self.lang)}</div>"


def explain(
    trace: pl.DataFrame, unit: str, criterion: str | None = None, period: str | None = None, *, lang: str = "zh"
) -> Explanation:
    """Return the explanation of a unit (id or name), by default of the total in the last period of the trace.

    Raises InputError for a unit, criterion or period that the trace does not hold, naming what it does hold.
    """
    when = _pick("period", period or trace["period"].unique().sort()[-1], trace["period"].unique().sort().to_list())
    rows = trace.filter(pl.col("period") == when)
    names = {
        row[index]: row[0] for row in rows.select("unit", "name", "name_en").unique().iter_rows() for index in (2, 1, 0)
    }
    found = names[_pick("unit", unit, names, shown=rows["unit"].unique(maintain_order=True).to_list())]
    mine = rows.filter(pl.col("unit") == found).sort("order").to_dicts()
    wanted = "" if criterion is None else _pick("criterion", criterion, [row["criterion"] for row in mine])
    first = next(row for row in mine if row["criterion"] == wanted)
    below: dict[str, list[dict[str, Any]]] = {}
    for row in mine:
        if row["parent"] is not None:
            below.setdefault(row["parent"], []).append(row)

    def build(row: dict[str, Any]) -> Step:
        return Step(row, tuple(build(child) for child in below.get(row["criterion"], ())))

    return Explanation(when, first["group"], found, first["name"], first["name_en"], build(first), lang)


def _pick(what: str, given: str, known: Any, shown: Any = None) -> str:
    if given in known:
        return given
    near = nearest(given, known)
    listed = [str(name) for name in (shown if shown is not None else known) if name]
    allowed = ", ".join(listed[:40]) + (" …" if len(listed) > 40 else "")
    raise InputError(Problem(f"scoring.unknown-{what}", {"given": given, "allowed": allowed, "near": near or "∅"}))


def adjustment_words(row: Mapping[str, Any], lang: str) -> str:
    """Return what a bonus, deduction, cap or veto is, and what it adds to the total, with its sign."""
    kind = WORDS[lang][str(row["kind"])]
    if row["kind"] == "veto":
        return kind
    points = row["points"]
    if points is None:
        return f"{kind} · {WORDS[lang]['none']}"
    return f"{kind} · {points if points.startswith('-') else '+' + points}"


def percent(weight: str) -> str:
    """Return a share of the total as a percentage without trailing zeros (``0.120000`` -> ``12%``)."""
    from shuping.values.rounding import parse_exact, show_short

    return show_short(parse_exact(weight) * 100, 4) + "%"


def _source(row: Mapping[str, Any], lang: str) -> str | None:
    title = row[f"source_title_{lang}"]
    if not row["source"]:
        return None
    return str(row["source"]) if title == row["source"] else f"{title} ({row['source']})"


def _records(row: Mapping[str, Any], lang: str) -> str | None:
    if row["records"] is None:
        return None
    text = f"{row['records']} {WORDS[lang]['rows']}"
    return f"{text} — {row['files']}" if row["files"] else text


def _lines(step: Step, lang: str, indent: str) -> list[str]:
    lines = [f"{indent}{step.title(lang)}: {step.headline(lang)}"]
    lines += [f"{indent}    {label}: {text}" for label, text in step.details(lang)]
    for child in step.below:
        lines += _lines(child, lang, indent + "  ")
    return lines


def _html(step: Step, lang: str) -> str:
    details = "".join(f"<dt>{escape(label)}</dt><dd>{escape(text)}</dd>" for label, text in step.details(lang))
    below = "".join(_html(child, lang) for child in step.below)
    opened = " open" if step.row["depth"] < 1 else ""
    summary = f"<summary><b>{escape(step.title(lang))}</b> {escape(step.headline(lang))}</summary>"
    return f"<details{opened} style='margin-left:1em'>{summary}<dl>{details}</dl>{below}</details>"

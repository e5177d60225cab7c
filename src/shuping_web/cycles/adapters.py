"""The library's rule book behind a stored version: read, checked, looked at by the linter, and in words."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import polars as pl

from shuping.appraisal import periods_of
from shuping.documents.rules.compose import compose
from shuping.documents.rules.model import Paragraph, RulesDocument
from shuping.errors import InputError, Problem, RulebookError, ShupingError
from shuping.measures.statements import Book
from shuping.review.lint import lint
from shuping.rulebook.adjustments import VETO
from shuping.rulebook.load import loads
from shuping.rulebook.model import Dataset, Field, Rulebook
from shuping.rulebook.yaml_source import MAX_BYTES, decode, read_yaml
from shuping.standing.veto import with_adjustments
from shuping.values.periods import Period
from shuping.values.rounding import parse_exact
from shuping.values.scalars import Text
from shuping_web.people.language import Lang

__all__ = [
    "MAX_BYTES", "Dataset", "Field", "InputError", "Problem", "Rulebook", "RulebookError", "RulesDocument", "Said",
    "ShupingError", "as_written", "claimed_as", "decoded", "in_words", "is_paragraph", "known_period", "language",
    "last_day", "matter_field", "parsed", "periods_to_score", "remarks", "same_value", "say", "title_in",
    "with_mergers",
]  # fmt: skip
FILE = "rulebook.yaml"
SUCCESSORS = dict.fromkeys(("from", "to", "period", "share"), pl.String)


@dataclass(frozen=True)
class Said:
    """One thing to say about a file: where, what, and the offending text with a caret line, where there is one. For a
    remark of the linter also its code, severity (``error``, ``warning``, ``advice``), the reason and what to do.
    """

    text: str
    file: str = ""
    line: int | None = None
    column: int | None = None
    cell: str = ""
    excerpt: str = ""
    code: str = ""
    severity: str = ""
    why: str = ""
    advice: str = ""


def language(lang: str) -> Lang:
    """Return a language as the library names it."""
    return "en" if lang == "en" else "zh"


@lru_cache(maxsize=32)
def parsed(text: str) -> Rulebook:
    """Return the rule book of a text. Raises RulebookError with every problem."""
    return loads(text)


def decoded(raw: bytes, name: str) -> str:
    """Return the text of an uploaded rule book with plain line ends. Raises RulebookError where it is no UTF-8 or too
    long.
    """
    return decode(raw, name).replace("\r\n", "\n").replace("\r", "\n")


def say(problems: Sequence[Problem], lang: str) -> list[Said]:
    """Return problems in words, each with its place."""
    found = []
    for problem in problems:
        place = problem.place
        cell = " ".join(part for part in (place.sheet, place.cell, place.field) if part)
        found.append(
            Said(problem.message(language(lang)), place.file or "", place.line, place.column, cell, problem.excerpt)
        )
    return found


@lru_cache(maxsize=32)
def remarks(text: str, lang: str) -> tuple[Said, ...]:
    """Return what the linter says of a checked rule book without data, the gravest first."""
    given = language(lang)
    found = lint(parsed(text), read_yaml(text, FILE)[1])
    order = {"error": 0, "warning": 1, "advice": 2}
    return tuple(
        Said(
            remark.message(given), FILE, remark.place.line, remark.place.column, remark.place.field or "",
            code=remark.rule.code, severity=remark.rule.severity, why=remark.rule.why(given),
            advice=remark.rule.advice(given),
        )
        for remark in sorted(found.remarks, key=lambda remark: order[remark.rule.severity])
    )  # fmt: skip


@lru_cache(maxsize=16)
def in_words(text: str, lang: str) -> RulesDocument:
    """Return a checked rule book as people read it, the document of ``shuping rules``."""
    return compose(parsed(text), language(lang))


def is_paragraph(block: object) -> bool:
    """Tell whether a block of the document is a paragraph and not a table."""
    return isinstance(block, Paragraph)


def periods_to_score(book: Rulebook) -> Iterator[str]:
    """Yield the periods that a rule book says it is for."""
    if book.periods:
        yield from periods_of(book)


def known_period(book: Rulebook, text: str) -> list[Problem]:
    """Return what is wrong with a period to be scored under a rule book; nothing where it is one."""
    try:
        found = periods_of(book, text)
    except InputError as error:
        return list(error.problems)
    return [] if found == (text,) else [Problem("scoring.bad-period", {"given": text})]


@lru_cache(maxsize=1024)
def last_day(period: str, kind: str, year_starts: str) -> str | None:
    """Return the last day of a period as ISO 8601, None for a text that is no period of this kind, or not written as
    the library writes it.
    """
    try:
        found = Period.parse(period, year_starts)
    except ValueError:
        return None
    return found.end.isoformat() if found.kind == kind and found.name == period else None


@lru_cache(maxsize=8)
def as_written(text: str) -> Any:
    """Return the plain data of a rule book, to be read and not changed: mappings, lists and texts as written."""
    return read_yaml(text, FILE)[0]


def same_value(before: Any, after: Any) -> bool:
    """Tell whether two written values mean the same: ``40`` and ``40.0`` do."""
    if before == after:
        return True
    try:
        return parse_exact(before) == parse_exact(after)
    except (ValueError, TypeError, AttributeError):
        return False


def title_in(data: Any, lang: str) -> str:
    """Return a title as it was written (one text, or one a language) in a language; nothing where there is none."""
    if isinstance(data, dict):
        title: Text = Text.model_validate(data)
        return title.get(language(lang))
    return data if isinstance(data, str) else ""


def with_mergers(text: str, rows: Sequence[tuple[str, str, str, str]]) -> str:
    """Return a table successors.csv (``text``, empty where there is none) with more rows: from, to, day, share. What
    the table says of a successor goes before what the rows say of it.
    """
    kept = pl.read_csv(io.StringIO(text), infer_schema=False) if text else pl.DataFrame(schema=SUCCESSORS)
    named = set(kept["to"].to_list())
    more = [row for row in rows if row[1] not in named]
    return pl.concat([kept, pl.DataFrame(more, schema=SUCCESSORS, orient="row")], how="diagonal").write_csv()


@lru_cache(maxsize=32)
def claimed_as(text: str) -> dict[str, str]:
    """Return the datasets of a rule book that speak of nothing but adjustments, each with ``bonus``, ``deduction`` or
    ``veto``. One that a criterion rests on too, or that a data-source bureau files, is filed like any other and not
    here; one behind several kinds stands under the first of them.
    """
    rulebook = with_adjustments(parsed(text))
    book, adjustments = Book.of(rulebook), rulebook.adjustments

    def behind(measures: set[str]) -> set[str]:
        found = {rulebook.measures[name].from_ for name in book.needed(measures) if name in rulebook.measures}
        return {name for name in found if name is not None and rulebook.datasets[name].filed_by == "self"}

    ordinary = behind({leaf.measure for leaf in rulebook.walk() if leaf.measure is not None})
    kinds = {
        "bonus": behind({one.measure for one in adjustments.bonus}),
        "deduction": behind({one.measure for one in adjustments.deductions}),
        "veto": behind({VETO + one.id for one in adjustments.veto}),
    }
    found: dict[str, str] = {}
    for kind, datasets in kinds.items():
        for name in sorted(datasets - ordinary):
            found.setdefault(name, kind)
    return {name: found[name] for name in rulebook.datasets if name in found}


@lru_cache(maxsize=32)
def matter_field(text: str, dataset: str) -> str | None:
    """Return the field of a dataset that says which matter a row is about, None where no measure asks for it."""
    for measure in parsed(text).measures.values():
        if measure.from_ == dataset and measure.tiers is not None and measure.tiers.same is not None:
            return measure.tiers.same
    return None

"""The sheet of notes: which rule book, how figures were rounded, how to read the other sheets."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from shuping.documents import wording
from shuping.documents.workbook.scores import has_score_sheet
from shuping.documents.workbook.sheet import HEAD_ROW, Book, Column
from shuping.rulebook.model import Rulebook
from shuping.scoring.grade_words import (
    grade_sentence,
    grading_sentences,
    rank_sentences,
    stage_sentences,
    tie_sentences,
)


def write_notes(book: Book) -> None:
    """Write the sheet 说明 / Notes."""
    page = book.page("notes", [Column(book.words.say("item"), 22), Column(book.words.say("content"), 96)])
    for row, (label, text) in enumerate(_notes(book), HEAD_ROW + 1):
        page.text(row, 0, label, book.pens.pen(bold=True, align="left"))
        page.text(row, 1, text, book.pens.text)
    page.finish()


def _notes(book: Book) -> Iterator[tuple[str, str]]:
    say, rulebook, publish = book.words.say, book.rulebook, book.rulebook.publish
    yield say("rulebook"), f"{book.words.both(rulebook.title.get)} ({rulebook.rulebook})"
    yield say("version"), rulebook.version
    if publish.issuer is not None:
        yield say("issuer"), book.words.both(publish.issuer.get)
    yield say("period"), book.words.both(lambda lang: wording.period_label(rulebook, book.result.period, lang))
    yield say("rounding"), _rounding(book)
    yield say("ranking"), "\n".join(_ranking(book))
    if rulebook.tiebreak:
        yield say("tiebreak"), "\n".join(_in_both(book, tie_sentences))
    if rulebook.grades:
        yield say("grades"), _grades(book)
    yield say("reading"), "\n".join(_reading(book))
    if book.fixed:
        yield say("not_live"), "\n".join(line.replace("\n", " ") for line in book.fixed)
    files = sorted({file for found in book.result.sources.values() for file in found})
    if files:
        yield say("files"), "\n".join(files)


def _ranking(book: Book) -> Iterator[str]:
    yield book.words.say(book.rulebook.rounding.rank_on)
    yield from _in_both(book, rank_sentences)


def _rounding(book: Book) -> str:
    rounding = book.rulebook.rounding
    mode = {lang: type(book.words)(lang).say(rounding.mode) for lang in ("zh", "en")}
    places, detail = str(rounding.places), str(rounding.detail_places)
    totals = book.words.both(
        lambda lang: type(book.words)(lang).say("rounding_text", places=places, detail=detail, mode=mode[lang])
    )
    return "\n".join([totals, *_in_both(book, stage_sentences)])


def _grades(book: Book) -> str:
    rulebook = book.rulebook
    return "\n".join([*(_grade(book, name) for name in rulebook.grades), *_in_both(book, grading_sentences)])


def _grade(book: Book, name: str) -> str:
    rulebook, grade = book.rulebook, book.rulebook.grades[name]
    if grade.has_quota or grade.worst is not None:
        return book.words.both(
            lambda lang: {"zh": "{}：{}", "en": "{}: {}"}[lang].format(
                wording.grade_title(rulebook, name, lang), grade_sentence(rulebook, name, lang)
            )
        )
    title = book.words.both(lambda lang: wording.grade_title(rulebook, name, lang))
    if grade.min is None:
        return book.words.say("grade_rest", grade=title)
    return book.words.say("grade_from", grade=title, min=wording.exact_text(grade.min))


def _in_both(book: Book, sentences: Callable[[Rulebook, str], list[str]]) -> list[str]:
    """Return sentences in the workbook's language, each in both where it has two."""
    said = {lang: sentences(book.rulebook, lang) for lang in ("zh", "en")}
    pairs = [dict(zip(said, pair, strict=True)) for pair in zip(*said.values(), strict=True)]
    return [book.words.both(pair.__getitem__) for pair in pairs]


def _reading(book: Book) -> Iterator[str]:
    for key in ("reading_standing", "reading_scores" if has_score_sheet(book) else "left_out"):
        yield book.words.say(key)
    if book.result.uncertainty:
        yield book.words.say("reading_intervals")
    yield book.words.say("reading_calculation")
    yield book.words.say("reading_measures")
    yield book.words.say("reading_missing")
    if book.rulebook.findings:
        yield book.words.say("reading_findings")

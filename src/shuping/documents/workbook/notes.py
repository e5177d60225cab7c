"""The sheet of notes: which rule book, how figures were rounded, how to read the other sheets."""

from __future__ import annotations

from collections.abc import Iterator

from shuping.documents import wording
from shuping.documents.workbook.scores import has_score_sheet
from shuping.documents.workbook.sheet import HEAD_ROW, Book, Column


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
    yield say("ranking"), say(rulebook.rounding.rank_on)
    if rulebook.tiebreak:
        yield say("tiebreak"), "\n".join(book.criterion(name) for name in rulebook.tiebreak)
    if rulebook.grades:
        yield say("grades"), _grades(book)
    yield say("reading"), "\n".join(_reading(book))
    files = sorted({file for found in book.result.sources.values() for file in found})
    if files:
        yield say("files"), "\n".join(files)


def _rounding(book: Book) -> str:
    rounding = book.rulebook.rounding
    mode = {lang: type(book.words)(lang).say(rounding.mode) for lang in ("zh", "en")}
    places, detail = str(rounding.places), str(rounding.detail_places)
    return book.words.both(
        lambda lang: type(book.words)(lang).say("rounding_text", places=places, detail=detail, mode=mode[lang])
    )


def _grades(book: Book) -> str:
    lines = []
    for name, grade in book.rulebook.grades.items():
        title = book.words.both(lambda lang, name=name: wording.grade_title(book.rulebook, name, lang))  # type: ignore[misc]
        title = title
        if grade.min is None:
            lines.append(book.words.say("grade_rest", grade=title))
        else:
            lines.append(book.words.say("grade_from", grade=title, min=wording.exact_text(grade.min)))
    return "\n".join(lines)


def _reading(book: Book) -> Iterator[str]:
    for key in ("reading_standing", "reading_scores" if has_score_sheet(book) else "left_out"):
        yield book.words.say(key)
    yield book.words.say("reading_measures")
    yield book.words.say("reading_missing")
    if book.rulebook.findings:
        yield book.words.say("reading_findings")

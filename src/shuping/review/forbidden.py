"""What must not be scored: likes and forwards, residents' complaints, persons."""

from __future__ import annotations

from collections.abc import Iterator

from shuping.formula.nodes import Aggregate, Field, Node
from shuping.review.book import Book
from shuping.review.probe import loses_by_more
from shuping.review.remark import Remark
from shuping.review.words import COMPLAINT, FORBIDDEN, PERSON_KIND, PERSON_NUMBER, PERSON_TEXT, said, shown
from shuping.rulebook.model import Dataset
from shuping.rulebook.yaml_source import Path
from shuping.values.scalars import Text


def _texts(name: str, title: Text | None) -> list[str]:
    return [name] if title is None else [name, title.zh, title.en]


def forbidden_counts(book: Book) -> Iterator[Remark]:
    """Yield datasets, fields, options, measures and criteria that count what may not be counted."""
    for path, name, title in book.texts():
        if _is_remark_text(book, path):
            continue
        if words := said(FORBIDDEN, _texts(name, title)):
            yield book.at_key("forbidden-count", path, given=name, **shown(words))
    for name, dataset in book.rulebook.datasets.items():
        for column, field in dataset.fields.items():
            for option, title in (field.options or {}).items():
                if words := said(FORBIDDEN, _texts(option, title)):
                    path = ("datasets", name, "fields", column, "options")
                    yield book.remark("forbidden-count", path, given=option, **shown(words))


def _is_remark_text(book: Book, path: Path) -> bool:
    """A text field called "comments" holds remarks; only figures and flags can count them."""
    if len(path) != 4 or path[0] != "datasets":
        return False
    return book.rulebook.datasets[str(path[1])].fields[str(path[3])].type in ("text", "unit", "date")


def person_fields(book: Book) -> Iterator[Remark]:
    """Yield fields that hold a person's name, number or address."""
    for name, dataset in book.rulebook.datasets.items():
        for column, field in dataset.fields.items():
            pattern = PERSON_TEXT if field.type in ("text", "category") else PERSON_NUMBER
            if field.type in ("date", "flag", "unit"):
                continue
            if words := said(pattern, _texts(column, field.title)):
                path = ("datasets", name, "fields", column)
                yield book.at_key("person-field", path, given=column, dataset=name, **shown(words))


def persons_ranked(book: Book) -> Iterator[Remark]:
    """Yield comparison groups made of persons."""
    for name, group in book.rulebook.groups.items():
        kind = [] if group.kind is None else [group.kind]
        if words := said(PERSON_KIND, kind or _texts(name, group.title)):
            yield book.at_key("persons-ranked", ("groups", name), given=name, **shown(words))


def complaints_counted(book: Book) -> Iterator[Remark]:
    """Yield criteria, deductions and vetoes by which more complaints cost more, whatever was done about them."""
    for path, owner, measure in (*_losing(book), *_taking(book)):
        parts = sorted(book.made_of(measure))
        counting = [(name, words) for name in parts if (words := _counted(book, name))]
        if counting and not any(_looks_at_handling(book, part) for part in parts):
            name, words = counting[0]
            yield book.remark("complaints-counted", path, given=owner, measure=name, **shown(words))


def _losing(book: Book) -> Iterator[tuple[Path, str, str]]:
    """Yield the criteria that give fewer points for a higher value."""
    for path, leaf in book.leaves:
        if leaf.measure is not None and loses_by_more(book, leaf):
            yield path, leaf.id, leaf.measure


def _taking(book: Book) -> Iterator[tuple[Path, str, str]]:
    """Yield the deductions and vetoes."""
    yield from (found for found in book.adjusting if found[0][1] in ("deductions", "veto"))


def _counted(book: Book, name: str) -> tuple[str, ...]:
    """Return the words that show a measure to add up complaints, or nothing."""
    measure = book.rulebook.measures[name]
    if name not in book.trees or measure.from_ is None:
        return ()
    dataset = book.rulebook.datasets[measure.from_]
    rows = said(COMPLAINT, [*_texts(measure.from_, dataset.title), *_texts(name, measure.title)])
    for node in book.trees[name].root.walk():
        if isinstance(node, Aggregate) and node.function in ("count", "distinct", "sum"):
            fields = [part.name for part in node.walk() if isinstance(part, Field)]
            texts = [text for field in fields for text in _texts(field, dataset.fields[field].title)]
            if words := said(COMPLAINT, texts) or rows:
                return words
    return ()


def _looks_at_handling(book: Book, name: str) -> bool:
    """Tell whether a measure asks what became of the matters: a date beside the one of receipt, or a flag."""
    measure = book.rulebook.measures[name]
    if name not in book.trees or measure.from_ is None:
        return False
    dataset = book.rulebook.datasets[measure.from_]
    return any(_is_handling(dataset, node) for node in book.trees[name].root.walk())


def _is_handling(dataset: Dataset, node: Node) -> bool:
    if not isinstance(node, Field) or node.name == dataset.date_field:
        return False
    return dataset.fields[node.name].type in ("date", "flag")

"""Evidence that only proves that a meeting was held, a paper issued or a picture taken."""

from __future__ import annotations

from collections.abc import Iterator

from shuping.formula.nodes import Aggregate, Field, Node, Operation
from shuping.formula.nodes import Text as TextNode
from shuping.review.book import Book
from shuping.review.probe import loses_by_more
from shuping.review.remark import Remark
from shuping.review.words import PAPER, said, shown
from shuping.rulebook.model import Dataset, Measure
from shuping.values.scalars import Text


def proofs_of_paper(book: Book) -> Iterator[Remark]:
    """Yield measures that earn points and only count meetings, papers, ledgers or pictures."""
    earning = _earning(book)
    for name in book.rulebook.measures:
        if name in earning and (words := _paper(book, name)):
            yield book.at_key("proof-of-paper", ("measures", name), given=name, **shown(words))


def _earning(book: Book) -> set[str]:
    """Return the measures of which more may earn more, those inside them included; what only costs is no evidence."""
    named = [leaf.measure for _, leaf in book.leaves if leaf.measure is not None and not loses_by_more(book, leaf)]
    named += [measure for path, _, measure in book.adjusting if path[1] == "bonus"]
    return {part for name in named for part in book.made_of(name)}


def _paper(book: Book, name: str) -> tuple[str, ...]:
    """Return the words that give a measure away. What is counted: its own title, the option asked for, or the rows."""
    measure = book.rulebook.measures[name]
    if name not in book.trees or measure.from_ is None:
        return ()
    dataset = book.rulebook.datasets[measure.from_]
    for node in book.trees[name].root.walk():
        if not isinstance(node, Aggregate) or node.function not in ("count", "sum"):
            continue
        if words := said(PAPER, _counted_texts(measure, name, dataset, node)):
            return words
    return ()


def _counted_texts(measure: Measure, name: str, dataset: Dataset, node: Aggregate) -> Iterator[str]:
    """Yield the texts that say what an aggregate counts: where options are asked for, those and not the whole table."""
    yield from _words(name, measure.title)
    options = list(_options(dataset, node.where)) if node.where is not None else []
    yield from options
    if node.argument is not None:
        for part in node.argument.walk():
            if isinstance(part, Field):
                yield from _words(part.name, dataset.fields[part.name].title)
    elif not options:
        yield from _words(measure.from_ or "", dataset.title)


def _options(dataset: Dataset, where: Node) -> Iterator[str]:
    for node in where.walk():
        if isinstance(node, Operation) and node.operator == "==":
            fields = [part for part in node.operands if isinstance(part, Field)]
            for part in node.operands:
                if isinstance(part, TextNode) and fields:
                    options = dataset.fields[fields[0].name].options or {}
                    yield from _words(part.value, options.get(part.value))


def _words(name: str, title: Text | None) -> list[str]:
    return [name] if title is None else [name, title.zh, title.en]

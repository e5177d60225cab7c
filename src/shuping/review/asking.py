"""What the rule book asks of people: how often, how much, and whether anything comes of it."""

from __future__ import annotations

from collections.abc import Iterator

from shuping.formula.nodes import Field, Measure
from shuping.review.book import Book
from shuping.review.remark import Remark
from shuping.rulebook.model import Dataset

OFTEN = ("day", "week")


def weekly(book: Book) -> Iterator[Remark]:
    """Yield datasets that are filed, and criteria that are scored, by the week or the day."""
    for name, dataset in book.rulebook.datasets.items():
        if dataset.period in OFTEN:
            yield book.remark("weekly", ("datasets", name, "period"), given=name, period=dataset.period)
    for path, criterion in book.criteria:
        if criterion.each in OFTEN:
            yield book.remark("weekly", (*path, "each"), given=criterion.id, period=criterion.each)


def minutes_unknown(book: Book) -> Iterator[Remark]:
    """Yield datasets that the units fill in themselves and that do not say how long a row takes."""
    for name, dataset in book.rulebook.datasets.items():
        if dataset.filed_by == "self" and "minutes" not in dataset.model_fields_set:
            yield book.at_key("minutes-unknown", ("datasets", name), given=name)


def much_evidence(book: Book) -> Iterator[Remark]:
    """Yield datasets that allow more files of evidence per row than the limit."""
    limit = book.limits.evidence_files
    for name, dataset in book.rulebook.datasets.items():
        if dataset.evidence is not None and dataset.evidence.max_files > limit:
            count = dataset.evidence.max_files
            yield book.remark("much-evidence", ("datasets", name, "evidence"), given=name, count=count, limit=limit)


def unused(book: Book) -> Iterator[Remark]:
    """Yield datasets, surveys, fields and questions that no measure uses, panels and ballots that no criterion uses."""
    used, judged = fields_used(book), decided_about(book)
    for name, dataset in book.rulebook.datasets.items():
        if name not in used:
            yield book.at_key("dataset-unused", ("datasets", name), given=name)
            continue
        needed = used[name] | set(dataset.unique) | {dataset.date_field}
        for column, asked in dataset.fields.items():
            grounds = name in judged and asked.type == "text"  # the reason, the document: a judged row rests on it
            if column not in needed and not grounds:
                path = ("datasets", name, "fields", column)
                yield book.at_key("field-unused", path, given=column, dataset=name)
    yield from _unused_questions(book)


def _unused_questions(book: Book) -> Iterator[Remark]:
    measures = [measure for measure in book.rulebook.measures.values() if measure.survey is not None]
    for name, survey in book.rulebook.surveys.items():
        asked = {measure.question for measure in measures if measure.survey == name}
        if not asked:
            yield book.at_key("dataset-unused", ("surveys", name), given=name)
            continue
        after = survey.design.post_strata if survey.design is not None else None
        questions = [("questions", question) for question in survey.questions]
        for kind, question in questions + [("numbers", question) for question in survey.numbers]:
            if question not in asked and (after is None or question != after.by):
                path = ("surveys", name, kind, question)
                yield book.at_key("field-unused", path, given=question, dataset=name)
    measured = [measure.judged for measure in book.rulebook.measures.values() if measure.judged is not None]
    judged = [leaf.ballot or leaf.panel for _, leaf in book.leaves]
    used = {source.id for source in (*measured, *judged) if source is not None}
    for name in book.rulebook.ballots:
        if name not in used:
            yield book.at_key("dataset-unused", ("ballots", name), given=name)
    for name in book.rulebook.panels:
        if name not in used:
            yield book.at_key("dataset-unused", ("panels", name), given=name)


def fields_used(book: Book) -> dict[str, set[str]]:
    """Return the fields that measures name, by dataset; a dataset that no measure is made from is not in it."""
    found: dict[str, set[str]] = {}
    for name, measure in book.rulebook.measures.items():
        if measure.from_ is not None:
            named = found.setdefault(measure.from_, set())
            if name in book.trees:
                named |= {node.name for node in book.trees[name].root.walk() if isinstance(node, Field)}
    return found


def decided_about(book: Book) -> set[str]:
    """Return the datasets whose rows add points, take them or veto: somebody judged them and says on what grounds."""
    judged = {leaf.measure for _, leaf in book.leaves if leaf.measure and "judged_deduction" in (leaf.method or {})}
    judged |= {measure for _, _, measure in book.adjusting}
    bases = {book.rulebook.measures[part].from_ for measure in judged for part in book.made_of(measure)}
    return {name for name in bases if name is not None}


def unused_measures(book: Book) -> Iterator[Remark]:
    """Yield measures that nothing uses; a rule book without criteria is a table of measures, and left alone."""
    if not book.rulebook.criteria:
        return
    used = set(book.scored) | {key.key for key in book.rulebook.tiebreak}
    for _, tree in book.conditions:
        used |= {part for name in tree.measures for part in book.made_of(name)}
    for name in book.rulebook.measures:
        if name not in used and not _inside_another(book, name):
            yield book.at_key("measure-unused", ("measures", name), given=name)


def _inside_another(book: Book, name: str) -> bool:
    """A measure inside an unused one is not reported beside it: one cause, one remark."""
    return any(
        isinstance(node, Measure) and node.name == name
        for other, tree in book.trees.items()
        if other != name
        for node in tree.root.walk()
    )


def asked_of_units(dataset: Dataset) -> bool:
    """Tell whether the appraised units fill the dataset in, and it costs them time."""
    return dataset.filed_by == "self" and dataset.minutes > 0

"""What is asked: datasets with their fields."""

from __future__ import annotations

from collections.abc import Iterator

from shuping.documents.rules.model import Block, Cell, Column, Paragraph, Table, row
from shuping.documents.rules.words import Words
from shuping.documents.wording import exact_text
from shuping.rulebook.model import Dataset, Field, Rulebook


def datasets(rulebook: Rulebook, words: Words) -> Iterator[Block]:
    """Yield a paragraph and a table of fields for each dataset."""
    for number, (name, dataset) in enumerate(rulebook.datasets.items(), 1):
        yield Paragraph(words.titled(dataset.title, name) + words.say("colon") + words.ended(_asked(dataset, words)),
                        words.say("list_number", number=number))  # fmt: skip
        yield Table(
            _field_columns(words), tuple(_field_row(name, field, words) for name, field in dataset.fields.items())
        )


def _field_columns(words: Words) -> tuple[Column, ...]:
    say = words.say
    return (
        Column(say("field"), 26),
        Column(say("kind"), 44),
        Column(say("required"), 10, "center"),
        Column(say("limits"), 20),
    )


def _asked(dataset: Dataset, words: Words) -> Iterator[str]:
    """What holds for a dataset as a whole."""
    say = words.say
    if dataset.period is not None:
        yield say(f"by_{dataset.period}")
    else:
        field = dataset.fields.get(dataset.date_field or "")
        yield say("dated", field=words.text(field.title if field else None, dataset.date_field or ""))
    if dataset.filed_by != "self":
        yield say("filed_by", filer=words.unit(dataset.filed_by))
    if dataset.minutes:
        yield say("minutes", minutes=exact_text(dataset.minutes))
    yield say(f"no_records_{dataset.no_records}")
    if dataset.unique:
        named = [
            say("unit") if name == "unit" else words.text(dataset.fields[name].title, name) for name in dataset.unique
        ]
        yield say("unique", fields=words.several(named))
    yield from (say("checked", check=check) for check in dataset.checks)
    if dataset.evidence is not None:
        yield say("evidence", files=dataset.evidence.max_files)


def _field_row(name: str, field: Field, words: Words) -> tuple[Cell, ...]:
    say = words.say
    kind = say(f"type_{field.type}")
    if field.options:
        kind += words.say("colon") + words.several(words.titled(title, key) for key, title in field.options.items())
    if field.below is not None:
        kind += words.say("below_filer")
    limits = [
        say("at_least", number=exact_text(field.min)) if field.min is not None else "",
        say("at_most", number=exact_text(field.max)) if field.max is not None else "",
        say("decimals", places=field.places) if field.type == "number" else "",
        say("in_unit", unit=words.text(field.unit, "")) if field.unit is not None else "",
    ]
    return row(
        words.titled(field.title, name), kind, say("yes" if field.required else "no"), words.clauses(limits) or "—"
    )

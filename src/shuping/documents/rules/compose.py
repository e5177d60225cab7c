"""A rule book -> its document in one language: the sections in order, each with what stands under it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from shuping.documents.commentary.compose import chinese_ordinal
from shuping.documents.rules.adjusted import adjusted
from shuping.documents.rules.asked import datasets
from shuping.documents.rules.balloted import ballots
from shuping.documents.rules.criteria import criteria_table
from shuping.documents.rules.examples import examples
from shuping.documents.rules.general import general
from shuping.documents.rules.graded import findings, graded
from shuping.documents.rules.measured import measures
from shuping.documents.rules.model import Block, Paragraph, RulesDocument, Section
from shuping.documents.rules.order import choices, operations
from shuping.documents.rules.panelled import panels
from shuping.documents.rules.prepared import prepared
from shuping.documents.rules.remaining import remaining
from shuping.documents.rules.surveyed import surveys
from shuping.documents.rules.uncertain import uncertain
from shuping.documents.rules.words import Words
from shuping.documents.wording import printable
from shuping.records.register import Register
from shuping.rulebook.model import Rulebook

Part = Callable[[Rulebook, Words], Iterator[Block]]


def compose(rulebook: Rulebook, lang: str, register: Register | None = None) -> RulesDocument:
    """Return the rules in ``zh`` or ``en``: the same rule book, the same document. ``register`` gives units names."""
    words = Words(lang, register)
    parts = [(key, tuple(part(rulebook, words))) for key, part in _PARTS.items()]
    sections = [(key, blocks) for key, blocks in parts if blocks]
    return RulesDocument(
        lang,
        title=printable(rulebook.title.get(lang)),
        subtitle=words.say("subtitle", book=rulebook.rulebook, version=rulebook.version),
        sections=tuple(
            Section(_ordinal(number, lang), words.say(key), blocks) for number, (key, blocks) in enumerate(sections, 1)
        ),
        signature=words.text(rulebook.publish.issuer, ""),
    )


def _ordinal(number: int, lang: str) -> str:
    return f"{chinese_ordinal(number)}、" if lang == "zh" else f"{number}. "


def _criteria(rulebook: Rulebook, words: Words) -> Iterator[Block]:
    if not rulebook.criteria:
        return
    clauses = [words.say("points_sum")] if any(criterion.criteria for criterion in rulebook.criteria) else []
    table = criteria_table(rulebook, words)
    if any(criterion.weight is not None for criterion in rulebook.walk()):
        clauses.append(words.say("weights_marked"))
    if any(cell is not None and cell.text == "—" for row in table.rows for cell in row):
        clauses.append(words.say("dash_means"))
    if clauses:
        yield Paragraph(words.sentence(clauses))
    yield table


def _measures(rulebook: Rulebook, words: Words) -> Iterator[Block]:
    return measures(rulebook, words) if rulebook.measures else iter(())


def _findings(rulebook: Rulebook, words: Words) -> Iterator[Block]:
    return findings(rulebook, words) if rulebook.findings else iter(())


_PARTS: dict[str, Part] = {
    "general": general,
    "standing": graded,
    "criteria": _criteria,
    "measures": _measures,
    "adjustments": adjusted,
    "prepared": prepared,
    "asked": datasets,
    "surveys": surveys,
    "panels": panels,
    "ballots": ballots,
    "findings": _findings,
    "order": operations,
    "choices": choices,
    "uncertainty": uncertain,
    "remaining": remaining,
    "examples": examples,
}

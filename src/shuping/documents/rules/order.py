"""The order of operations with this rule book's settings, and every choice that sources leave open, as made here."""

from __future__ import annotations

from collections.abc import Iterator

from shuping.documents.rules.choices import CHOICES
from shuping.documents.rules.model import Block, Column, Paragraph, Table, row
from shuping.documents.rules.words import Words
from shuping.rulebook.adjustments import Adjustments
from shuping.rulebook.grading_model import Stage
from shuping.rulebook.model import Rulebook


def operations(rulebook: Rulebook, words: Words) -> Iterator[Block]:
    """Yield the steps from records to grades, numbered."""
    for number, (key, how) in enumerate(_steps(rulebook, words), 1):
        text = words.say(key, how=how)
        yield Paragraph(words.sentence([text]), words.say("list_number", number=number))


def _steps(rulebook: Rulebook, words: Words) -> Iterator[tuple[str, str]]:
    """Yield every step that this rule book takes, with its rounding where it is one."""
    rounding, adjustments = rulebook.rounding, rulebook.adjustments
    prepared = rulebook.prepare is not None or any(measure.prepare for measure in rulebook.measures.values())
    periodic = any(criterion.each is not None for criterion in rulebook.walk())
    how = words.say("rounded", places=rounding.places, mode=words.say(f"mode_{rounding.mode}"))
    taken: list[tuple[bool, str, str]] = [
        (True, "step_records", ""),
        (prepared, "step_prepare", ""),
        (True, "step_method", ""),
        (True, "step_bounds", ""),
        (True, "step_leaf" if rounding.leaf else "step_leaf_not", _stage(rulebook, rounding.leaf, words)),
        (True, "step_node", ""),
        (periodic, "step_each", ""),
        (rounding.node is not None, "step_node_rounding", _stage(rulebook, rounding.node, words)),
        (rounding.component is not None, "step_component", _stage(rulebook, rounding.component, words)),
        (True, "step_total", ""),
        *_adjusting(adjustments, how),
        (True, "step_round", how),
        (True, "step_rank", ""),
        (bool(adjustments.veto), "step_veto", ""),
        (bool(rulebook.grades), "step_grade", ""),
        (True, "step_person", ""),
    ]
    return ((key, how) for taken_here, key, how in taken if taken_here)


def _adjusting(adjustments: Adjustments, how: str) -> Iterator[tuple[bool, str, str]]:
    """Yield the steps of bonuses, deductions, prizes and limits in the rule book's order."""
    apart = (
        "bonus_cap" in adjustments.order
        and adjustments.order.index("bonus_cap") != adjustments.order.index("bonus") + 1
    )
    for step in adjustments.order:
        if step == "bonus":
            yield bool(adjustments.bonus), "step_bonus_each" if apart else "step_bonus", ""
        elif step == "bonus_cap":
            yield apart and adjustments.bonus_cap is not None, "step_bonus_cap", ""
        elif step == "deductions":
            yield bool(adjustments.deductions), "step_deduct", ""
            yield bool(adjustments.deductions), "step_floor", ""
        elif step == "prizes":
            yield bool(adjustments.prizes), "step_prizes", ""
        elif step == "total_cap":
            yield adjustments.total_cap is not None, "step_ceiling", ""
        else:
            yield True, "step_round_here", how


def _stage(rulebook: Rulebook, stage: Stage | None, words: Words) -> str:
    if stage is None:
        return ""
    return words.say("rounded", places=stage.places, mode=words.say(f"mode_{stage.mode or rulebook.rounding.mode}"))


def choices(rulebook: Rulebook, words: Words) -> Iterator[Block]:
    """Yield the table of choices: one row for each point on which rules of this kind differ."""
    columns = (Column(words.say("matter"), 45), Column(words.say("in_force"), 55))
    yield Table(
        columns,
        tuple(
            row(*(words.capital(text) for text in (words.say(choice.key), choice.words(rulebook, words))))
            for choice in CHOICES
        ),
    )

"""Bonuses, deductions and vetoes, in words."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from shuping.documents.rules.model import Block, Cell, Column, Paragraph, Table, row
from shuping.documents.rules.words import Words, percent_text
from shuping.documents.wording import criterion_title, exact_text, grade_title, group_title, measure_title
from shuping.rulebook.adjustments import Bonus, Deduction, ItemBonus, Prize, Veto
from shuping.rulebook.model import Rulebook


def adjusted(rulebook: Rulebook, words: Words) -> Iterator[Block]:
    """Yield the tables of bonuses, deductions and vetoes with the caps that hold for several of them."""
    found, say = rulebook.adjustments, words.say
    if found.bonus:
        rows = [row(words.text(bonus.title, bonus.id), measure_title(rulebook, bonus.measure, words.lang),
                    words.clauses(_bonus(rulebook, bonus, words)), _groups(rulebook, bonus.groups, words))
                for bonus in found.bonus]  # fmt: skip
        yield Table(_columns(words), tuple(rows), say("bonus"))
    if found.deductions:
        rows = [row(words.text(entry.title, entry.id), measure_title(rulebook, entry.measure, words.lang),
                    words.clauses(_deduction(rulebook, entry, words)), _groups(rulebook, entry.groups, words))
                for entry in found.deductions]  # fmt: skip
        yield Table(_columns(words), tuple(rows), say("deduction"))
    if found.prizes:
        widths = {"adjustment": 25, "prizes_points": 30, "condition": 30, "where_groups": 15}
        columns = tuple(Column(say(key), width, code=key == "condition") for key, width in widths.items())
        yield Table(columns, tuple(_prize(rulebook, prize, words) for prize in found.prizes), say("prizes"))
    if caps := list(_caps(rulebook, words)):
        yield Paragraph(words.sentence(caps))
    if found.veto:
        widths = {"adjustment": 30, "condition": 30, "effect": 25, "where_groups": 15}
        columns = tuple(Column(say(key), width, code=key == "condition") for key, width in widths.items())
        yield Table(columns, tuple(_veto(rulebook, veto, words) for veto in found.veto), say("veto"))


def _columns(words: Words) -> tuple[Column, ...]:
    titles = (("adjustment", 25), ("measured_by", 22), ("how_much", 38), ("where_groups", 15))
    return tuple(Column(words.say(key), width) for key, width in titles)


def _groups(rulebook: Rulebook, groups: tuple[str, ...] | None, words: Words) -> str:
    if groups is None:
        return words.say("all_groups")
    return words.several(group_title(rulebook, group, words.lang) for group in groups)


def _category(rulebook: Rulebook, name: str, words: Words) -> str:
    found = rulebook.adjustments.categories.get(name)
    return words.text(found.title if found else None, name)


def _bonus(rulebook: Rulebook, bonus: Bonus, words: Words) -> Iterator[str]:
    yield from _each("adds", bonus.each, bonus.per, words)
    if bonus.floor:
        yield words.say("bonus_floor", points=exact_text(bonus.floor))
    if bonus.cap is not None:
        yield words.say("capped", cap=words.by_group(rulebook, bonus.cap))
    if bonus.category is not None:
        yield words.say("in_category", category=_category(rulebook, bonus.category, words))
    if bonus.item is not None:
        yield from _item(rulebook, bonus.item, words)
    yield words.say("no_value_drop" if bonus.missing == "drop_unit" else "no_value_nothing")


def _item(rulebook: Rulebook, item: ItemBonus, words: Words) -> Iterator[str]:
    title = criterion_title(rulebook, item.criterion, words.lang)
    if item.most is not None:
        yield words.say("item_most", criterion=title, share=percent_text(item.most))
    if item.when_lost is not None:
        yield words.say("item_lost", criterion=title, share=percent_text(item.when_lost))
    if item.units is not None:
        yield words.say("item_units", share=percent_text(item.units))


def _each(verb: str, each: Fraction, per: Fraction | None, words: Words) -> Iterator[str]:
    if per is not None:
        yield words.say(f"step_{verb}", per=exact_text(per), points=exact_text(each))
    elif each == 1:
        yield words.say(f"value_{verb}")
    else:
        yield words.say(f"each_{verb}", points=exact_text(each))


def _deduction(rulebook: Rulebook, entry: Deduction, words: Words) -> Iterator[str]:
    yield from _each("takes", entry.each, entry.per, words)
    if entry.range is not None:
        yield words.say("loss_range", least=exact_text(entry.range.least), most=exact_text(entry.range.most))
    if entry.times is not None:
        yield words.say("loss_times", times=entry.times)
    if entry.cap is not None:
        yield words.say("loss_cap", cap=words.by_group(rulebook, entry.cap))
    yield words.say("no_value_drop" if entry.missing == "drop_unit" else "no_value_nothing")


def _caps(rulebook: Rulebook, words: Words) -> Iterator[str]:
    """The caps that several entries share."""
    found = rulebook.adjustments
    for name, category in found.categories.items():
        cap = words.by_group(rulebook, category.cap)
        yield words.say("category_cap", category=_category(rulebook, name, words), cap=cap)
    if found.bonus_cap is not None:
        yield words.say("bonus_cap", cap=words.by_group(rulebook, found.bonus_cap))
    if found.deductions_cap is not None:
        yield words.say("deductions_cap", cap=words.by_group(rulebook, found.deductions_cap))


def _prize(rulebook: Rulebook, prize: Prize, words: Words) -> tuple[Cell, ...]:
    points = words.several(exact_text(number) for number in prize.points)
    handed = words.say("prize_handed_on" if prize.handed_on else "prize_not_handed_on") if prize.when else ""
    given = words.clauses([words.say("prize_points", points=points), handed])
    return row(words.text(prize.title, prize.id), given, prize.when or "—", _groups(rulebook, prize.groups, words))


def _veto(rulebook: Rulebook, veto: Veto, words: Words) -> tuple[Cell, ...]:
    grade = grade_title(rulebook, veto.grade, words.lang)
    effect = words.say(veto.effect, grade=grade) if veto.grade is not None else words.say(veto.effect)
    return row(words.text(veto.title, veto.id), veto.when, effect, _groups(rulebook, veto.groups, words))

"""Bonuses, deductions and vetoes in words, and what they came to in figures."""

from __future__ import annotations

from fractions import Fraction

from shuping.rulebook.adjustments import Adjustments, Bonus, Deduction, ItemBonus, Prize, Veto, cap_in
from shuping.rulebook.model import Rulebook
from shuping.scoring.adjust import Adjusted, Line
from shuping.values.rounding import show_short
from shuping.values.scalars import ByGroup, Text

_CUTS = {
    "bonus": Text(zh="加分合计封顶", en="Cap on all bonuses"),
    "deductions": Text(zh="扣分合计封顶", en="Cap on all deductions"),
    "floor": Text(zh="扣分后的最低总分", en="Lowest total after deductions"),
    "total": Text(zh="总分封顶", en="Cap on the total"),
    "rounding": Text(zh="中途进位", en="Rounding on the way"),
}


def line_title(rulebook: Rulebook, line: Line) -> Text:
    """Return what a line is called: its own title, its measure's, or what the cap is on."""
    if line.prize is not None:
        return line.prize.title or Text(zh=line.id, en=line.id)
    if line.entry is None:
        name = line.id.partition(":")[2]
        if name in rulebook.adjustments.categories:
            title = rulebook.adjustments.categories[name].title or Text(zh=name, en=name)
            return Text(zh=f"{title.zh}加分封顶", en=f"Cap on bonuses: {title.en}")
        return _CUTS[name]
    measure = rulebook.measures[line.entry.measure]
    return line.entry.title or measure.title or Text(zh=line.entry.id, en=line.entry.id)


def line_words(rulebook: Rulebook, line: Line, group: str, lang: str) -> str:
    """Return the rule of a line as one sentence, as it holds in a comparison group."""
    adjustments = rulebook.adjustments
    if isinstance(line.entry, Bonus):
        return _bonus_words(rulebook, line.entry, group, lang)
    if isinstance(line.entry, Deduction):
        return _deduction_words(rulebook, line.entry, group, lang)
    if line.prize is not None:
        return prize_words(line.prize, lang)
    name = line.id.partition(":")[2]
    if name in adjustments.categories:
        return _within(adjustments.categories[name].cap, group, lang, "本类加分合计", "the bonuses of this category")
    return _cut_words(adjustments, name, group, lang)


def _cut_words(adjustments: Adjustments, name: str, group: str, lang: str) -> str:
    if name == "bonus":
        return _within(adjustments.bonus_cap, group, lang, "加分合计", "all bonuses together")
    if name == "deductions":
        return _within(adjustments.deductions_cap, group, lang, "扣分合计", "all deductions together")
    if name == "floor":
        lowest = show_short(adjustments.deduct_floor or Fraction(0))
        return f"扣分不使总分低于{lowest}分" if lang == "zh" else f"deductions do not bring the total below {lowest}"
    if name == "rounding":
        return "总分算到这一步先按公布的位数进位" if lang == "zh" else "the total so far is rounded as it is published"
    if adjustments.total_cap == "points":
        return "总分不超过满分" if lang == "zh" else "the total stays within the sum of points"
    return _within(adjustments.total_cap, group, lang, "总分", "the total")


def _within(cap: ByGroup | None, group: str, lang: str, zh: str, en: str) -> str:
    most = cap_in(cap, group)
    shown = "" if most is None else show_short(most)
    return f"{zh}最多{shown}分" if lang == "zh" else f"{en}: at most {shown}"


def _per_one(rulebook: Rulebook, entry: Bonus | Deduction, lang: str, zh: str, en: str) -> str:
    each, measure = show_short(entry.each), rulebook.measures[entry.measure]
    unit = measure.unit.get(lang) if measure.unit is not None else "" if lang == "zh" else "of the measure"
    if entry.per is not None:
        per = show_short(entry.per)
        return f"指标值每满{per}{unit}{zh}{each}分" if lang == "zh" else f"{en} {each} for every whole {per} {unit}"
    if entry.each == 1:
        return f"按指标值{zh}分" if lang == "zh" else f"{en} as many points as the measure says"
    return f"指标值每1{unit}{zh}{each}分" if lang == "zh" else f"{en} {each} for each 1 {unit}"


def _bonus_words(rulebook: Rulebook, bonus: Bonus, group: str, lang: str) -> str:
    text = _per_one(rulebook, bonus, lang, "加", "adds")
    if bonus.floor != 0:
        text += f"，不低于{show_short(bonus.floor)}分" if lang == "zh" else f", at least {show_short(bonus.floor)}"
    text += _capped(bonus.cap, group, lang)
    if bonus.category is not None:
        category = rulebook.adjustments.categories[bonus.category]
        title, most = category.title or Text(zh=bonus.category, en=bonus.category), cap_in(category.cap, group)
        if most is not None:
            shown = show_short(most)
            text += f"，“{title.zh}”类合计最多{shown}分" if lang == "zh" else f"; “{title.en}” in all at most {shown}"
    return text + (_item_words(rulebook, bonus.item, lang) if bonus.item is not None else "")


def _capped(cap: ByGroup | None, group: str, lang: str) -> str:
    most = cap_in(cap, group)
    if most is None:
        return ""
    return f"，最多{show_short(most)}分" if lang == "zh" else f", at most {show_short(most)}"


def _item_words(rulebook: Rulebook, item: ItemBonus, lang: str) -> str:
    criterion = rulebook.criterion(item.criterion)
    title = (criterion.title or Text(zh=criterion.id, en=criterion.id)).get(lang)
    text = f"；用于“{title}”" if lang == "zh" else f"; for “{title}”"
    if item.most is not None:
        share = _percent(item.most)
        text += f"，不超过其分值的{share}" if lang == "zh" else f", at most {share} of its points"
    if item.when_lost is not None:
        share = _percent(item.when_lost)
        text += f"，失分单位超过{share}才给" if lang == "zh" else f", only where more than {share} of units lost points"
    if item.units is not None:
        share = _percent(item.units)
        text += f"，最多给{share}的单位" if lang == "zh" else f", for at most {share} of units, largest claims first"
    return text


def _percent(share: Fraction) -> str:
    return show_short(share * 100) + "%"


def _deduction_words(rulebook: Rulebook, deduction: Deduction, group: str, lang: str) -> str:
    text = _per_one(rulebook, deduction, lang, "扣", "takes off")
    if deduction.range is not None:
        least, most = show_short(deduction.range.least), show_short(deduction.range.most)
        text += f"，有扣分时不少于{least}分、不多于{most}分" if lang == "zh" else f", between {least} and {most} if any"
    if deduction.times is not None:
        times = _factor(rulebook, deduction.times, lang)
        text += f"，再乘以{times}" if lang == "zh" else f", then multiplied by {times}"
    return text + _capped(deduction.cap, group, lang)


def prize_words(prize: Prize, lang: str) -> str:
    """Return what a prize gives for which places, and on what condition."""
    points = "、" if lang == "zh" else ", "
    shown = points.join(show_short(number) for number in prize.points)
    first = len(prize.points)
    text = f"前{first}名依次加{shown}分" if lang == "zh" else f"the first {first} get {shown} in turn"
    if prize.when is None:
        return text
    text += f"，须符合 {prize.when}" if lang == "zh" else f", on condition that {prize.when}"
    if prize.handed_on:
        return text + ("，不符合的由后一名递补" if lang == "zh" else "; those behind move up to a place that fails it")
    return text + ("，不符合的不递补" if lang == "zh" else "; a place that fails it is not handed on")


def _factor(rulebook: Rulebook, formula: str, lang: str) -> str:
    """Return a factor for people: the title of the measure that it is, else the formula."""
    measure = rulebook.measures.get(formula.strip())
    title = measure.title.get(lang) if measure is not None and measure.title is not None else formula
    return f"“{title}”"


def line_in_figures(line: Line, index: int, result: str) -> str | None:
    """Return a line with a unit's figures: ``10 × 2 → -20``; None where its measure is missing. ``result``: its points
    as printed.
    """
    if line.prize is not None and line.places is not None:
        return f"#{line.places[index]} → {result}"
    if line.entry is None or line.value is None or line.reasons[index]:
        return None
    value = show_short(Fraction(line.value.values[index]))
    counted = Fraction(line.value.values[index])
    if line.entry.per is not None:
        whole = counted // line.entry.per
        value, counted = f"{value} ÷ {show_short(line.entry.per)} → {whole}", Fraction(whole)
        value = value if line.entry.each == 1 else f"({value})"
    text = value if line.entry.each == 1 else f"{show_short(line.entry.each)} × {value}"
    counted *= line.entry.each
    if isinstance(line.entry, Deduction):
        text, counted = _loss_in_figures(line, line.entry, index, text, counted)
        text = f"-({text})" if text[0] == "-" else f"-{text}" if counted else text
        counted = -counted
    equal = counted == Fraction(line.points[index])
    return f"{text} {'=' if equal else '→'} {result}"


def _loss_in_figures(line: Line, entry: Deduction, index: int, text: str, loss: Fraction) -> tuple[str, Fraction]:
    if entry.range is not None and loss > 0:
        judged = min(max(loss, entry.range.least), entry.range.most)
        text, loss = (text, loss) if judged == loss else (f"({text} → {show_short(judged)})", judged)
    if line.times is not None and not line.times.reasons[index]:
        times = Fraction(line.times.values[index])
        text, loss = f"{text} × {show_short(times)}", loss * times
    return text, loss


def total_in_figures(found: Adjusted, index: int, criteria: str | None, result: str) -> str:
    """Return how the total comes out of that of the criteria: ``…; 91.905 + 3 - 1.2 = 93.71``."""
    parts = [show_short(Fraction(found.before[index]))]
    for points in (found.bonus[index], -found.deduction[index]):
        if points:
            parts.append(f"{'+' if points > 0 else '-'} {show_short(abs(Fraction(points)))}")
    sums = Fraction(found.before[index]) + Fraction(found.bonus[index]) - Fraction(found.deduction[index])
    text = f"{' '.join(parts)} {'=' if sums == Fraction(found.total[index]) else '→'} {result}"
    return f"{criteria}; {text}" if criteria and len(parts) > 1 else criteria or text


def total_words(rulebook: Rulebook, lang: str) -> str:
    """Return what follows the rule of the total where the rule book has bonuses or deductions; empty where not."""
    given = rulebook.adjustments
    if (given.bonus or given.prizes) and given.deductions:
        return "，再加上加分、减去扣分" if lang == "zh" else ", then bonuses are added and deductions taken off"
    if given.bonus or given.prizes:
        return "，再加上加分" if lang == "zh" else ", then bonuses are added"
    if given.deductions:
        return "，再减去扣分" if lang == "zh" else ", then deductions are taken off"
    return ""


def veto_words(rulebook: Rulebook, veto: Veto, lang: str) -> str:
    """Return what a veto does to the grade."""
    if veto.effect == "bar_top":
        return "不得评为最高等次" if lang == "zh" else "not the best grade"
    name = veto.grade if veto.effect == "cap_grade" else list(rulebook.grades)[-1]
    title = (rulebook.grades[name or ""].title or Text(zh=name or "", en=name or "")).get(lang)
    if veto.effect == "cap_grade":
        return f"等次最高评为“{title}”" if lang == "zh" else f"at best “{title}”"
    return f"不论总分，评为“{title}”" if lang == "zh" else f"“{title}”, whatever the total"

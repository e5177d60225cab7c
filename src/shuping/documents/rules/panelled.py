"""Panels in the rules: the score sheet, who judges and with what weight, and how marks become a score."""

from __future__ import annotations

from collections.abc import Iterator

from shuping.documents.rules.model import Block, Column, Paragraph, Table, row
from shuping.documents.rules.words import Words, percent_text
from shuping.documents.wording import exact_text, panel_title
from shuping.rulebook.grading_model import Stage
from shuping.rulebook.model import Rulebook
from shuping.rulebook.panel_model import ABSENT_WORDS, Figure, Panel, PanelItem, PanelSource, Trim
from shuping.rulebook.severity_model import Severity


def panels(rulebook: Rulebook, words: Words) -> Iterator[Block]:
    """Yield a paragraph, a score sheet and the rules of counting for each panel."""
    for name, panel in rulebook.panels.items():
        yield Paragraph(words.titled(panel.title, name) + words.say("colon") + words.ended(_groups(panel, words)))
        yield _sheet(rulebook, panel, words)
        for clauses in (_counted, _who, _shown):
            said = list(clauses(rulebook, panel, words))
            if said:
                yield Paragraph(words.sentence(said))


def output_of_panel(rulebook: Rulebook, source: PanelSource, words: Words) -> str:
    """Return what a criterion takes from a panel."""
    panel, title = rulebook.panels[source.id], panel_title(rulebook, source.id, words.lang)
    if source.output == "score":
        return words.say("source_panel", title=title)
    part = ""
    if source.item is not None:
        part = words.text(panel.items[source.item].title, source.item)
    if source.group is not None:
        part = words.text(panel.group_titles.get(source.group), source.group)
    return words.say(f"source_panel_{source.output}", title=title, part=part)


def _groups(panel: Panel, words: Words) -> Iterator[str]:
    named = (
        f"{words.text(panel.group_titles.get(group), group)} {percent_text(weight)}"
        for group, weight in panel.groups.items()
    )
    yield words.say("panel_groups", groups=words.several(named))
    if panel.group_missing == "reweight" and len(panel.groups) > 1:
        yield words.say("panel_group_reweight")
    elif len(panel.groups) > 1:
        yield words.say("panel_group_missing")
    if panel.min_judges > 1:
        yield words.say("panel_min_judges", judges=panel.min_judges)


def _sheet(rulebook: Rulebook, panel: Panel, words: Words) -> Table:
    """The items with what each has; a column that no item fills is left out."""
    say, items = words.say, panel.items
    columns = [(say("points"), {name: exact_text(item.full) for name, item in items.items()})]
    ranged = any(item.min or item.highest != item.full for item in items.values())
    if ranged:
        marks = {name: f"{exact_text(item.min)} … {exact_text(item.highest)}" for name, item in items.items()}
        columns.append((say("panel_marks"), marks))
    optional = {
        "panel_weight": {name: percent_text(item.weight) for name, item in items.items() if item.weight is not None},
        "panel_base": {name: _figure(rulebook, item.base, words) for name, item in items.items() if item.base},
        "panel_factor": {name: _figure(rulebook, item.factor, words) for name, item in items.items() if item.factor},
        "panel_reason": {name: said for name, item in items.items() if (said := _reason(item, words))},
        "panel_rounds": {name: _stage(rulebook, item.places, words) for name, item in items.items() if item.places},
    }
    columns += [(say(key), cells) for key, cells in optional.items() if cells]
    width = 60 // len(columns)
    heads = (Column(say("item"), 100 - width * len(columns)), *(Column(head, width, "center") for head, _ in columns))
    rows = [
        row(words.titled(item.title, name), *(cells.get(name, "—") for _, cells in columns))
        for name, item in items.items()
    ]
    if panel.has_full_mark and len(columns) == 1:
        rows.append(row(say("together"), exact_text(panel.full_mark)))
    return Table(heads, tuple(rows))


def _figure(rulebook: Rulebook, figure: Figure, words: Words) -> str:
    if figure.number is not None:
        return exact_text(figure.number)
    if figure.attribute is not None:
        return words.say(
            "panel_of_unit", attribute=words.text(rulebook.attributes.get(figure.attribute), figure.attribute)
        )
    return words.by_group(rulebook, figure.by_group) if figure.by_group else words.say("panel_listed")


def _reason(item: PanelItem, words: Words) -> str:
    bounds = [
        words.say(key, number=exact_text(bound))
        for key, bound in (("panel_below", item.reason_below), ("panel_above", item.reason_above))
        if bound is not None
    ]
    return words.clauses(bounds)


def _stage(rulebook: Rulebook, stage: Stage, words: Words) -> str:
    mode = words.say(f"mode_{stage.mode or rulebook.rounding.mode}")
    return words.say("rounded", places=stage.places, mode=mode)


def _counted(rulebook: Rulebook, panel: Panel, words: Words) -> Iterator[str]:
    say = words.say
    yield say(f"panel_by_{panel.by}_{panel.aggregate}")
    if panel.is_weighted:
        yield say("panel_scale", scale=exact_text(panel.scale))
    if panel.figures():
        yield say("panel_counts")
    for key, figure in (("base", panel.base), ("factor", panel.factor)):
        if figure is not None:
            yield say(f"panel_{key}_of_all", figure=_figure(rulebook, figure, words))
    if panel.lists_items:
        yield say("panel_items_listed")
        yield say(f"panel_unmarked_{panel.unmarked}")
    if panel.trim is not None:
        yield from _trim(panel.trim, words)
    for key in ("mean", "item", "score"):
        stage = getattr(panel.rounding, key)
        if stage is not None:
            yield say(f"panel_rounding_{key}", rounded=_stage(rulebook, stage, words))


def _trim(trim: Trim, words: Words) -> Iterator[str]:
    if trim.share is not None:
        yield words.say("panel_trim_share", over=trim.when_over, share=percent_text(trim.share))
    else:
        yield words.say("panel_trim", high=trim.high, low=trim.low, over=trim.when_over)
    yield words.say(f"panel_trim_{trim.counts}")
    yield words.say("panel_trim_equal")


def _who(rulebook: Rulebook, panel: Panel, words: Words) -> Iterator[str]:
    say = words.say
    yield say(f"panel_blank_{panel.blank}")
    yield say("panel_absent_words", words=words.several((ABSENT_WORDS[words.lang], *panel.absent.words)))
    if panel.absent.mark is not None:
        yield say("panel_absent_mark", mark=exact_text(panel.absent.mark))
    reasons = [say(f"panel_recuse_{key}") for key in ("own", "parent", "declared") if getattr(panel.recuse, key)]
    if reasons:
        yield say(f"panel_recuse_{panel.recuse.marks}", who=words.several(reasons))
    else:
        yield say("panel_recuse_nobody")


def _shown(rulebook: Rulebook, panel: Panel, words: Words) -> Iterator[str]:
    if panel.secret:
        yield words.say("panel_secret", judges=panel.min_shown)
    if panel.severity is not None:
        yield from _severity(panel.severity, words)


def _severity(severity: Severity, words: Words) -> Iterator[str]:
    yield words.say("panel_severity")
    yield words.say(f"panel_severity_{severity.of}")
    yield words.say(f"panel_severity_{severity.reviewers}")
    for name in severity.with_:
        yield words.say(f"panel_severity_{name}")
    least = {"units": severity.min_units, "reviewers": severity.min_reviewers, "marks": severity.min_comparisons}
    yield words.say("panel_severity_least", **least)

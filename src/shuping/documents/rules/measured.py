"""How records become figures: the measures with their formulas as written, and the columns of the register."""

from __future__ import annotations

from collections.abc import Iterator

from shuping.documents.rules.balloted import output_words
from shuping.documents.rules.model import Block, Cell, Column, Table, row
from shuping.documents.rules.panelled import output_of_panel
from shuping.documents.rules.surveyed import counted, interval
from shuping.documents.rules.words import Words, percent_text
from shuping.documents.wording import ballot_title, exact_text, panel_title
from shuping.rulebook.model import Measure, Rulebook
from shuping.rulebook.ranked_rows import RankedRows
from shuping.rulebook.tiers import Tiers

REDUCED = {
    "sum": "reduced_sum",
    "mean": "reduced_mean",
    "min": "reduced_min",
    "max": "reduced_max",
    "last": "reduced_last",
}


def measures(rulebook: Rulebook, words: Words) -> Iterator[Block]:
    """Yield the table of measures, and that of the unit's attributes where they have titles."""
    say = words.say
    widths = {"measure": 24, "formula": 40, "of": 14, "notes": 22}
    columns = tuple(Column(say(key), width, code=key == "formula") for key, width in widths.items())
    yield Table(
        columns, tuple(_measure(rulebook, name, found, words) for name, found in rulebook.measures.items()), wide=True
    )
    if rulebook.attributes:
        titled = [row(f"unit.{name}", words.text(title, name)) for name, title in rulebook.attributes.items()]
        head = (Column(say("attribute"), 40, code=True), Column(say("meaning"), 60))
        yield Table(head, tuple(titled), say("attributes_caption"))


def _measure(rulebook: Rulebook, name: str, measure: Measure, words: Words) -> tuple[Cell, ...]:
    if measure.tiers is not None:
        asked, source = _tiers(rulebook, measure, measure.tiers, words)
    elif measure.rank_points is not None:
        asked, source = _places(rulebook, measure, measure.rank_points, words)
    elif measure.survey is not None:
        asked, source = counted(rulebook, measure, words)
    elif measure.ballot is not None:
        asked = output_words(rulebook, measure.ballot, words)
        source = ballot_title(rulebook, measure.ballot.id, words.lang)
    elif measure.panel is not None:
        asked = output_of_panel(rulebook, measure.panel, words)
        source = panel_title(rulebook, measure.panel.id, words.lang)
    else:
        asked = measure.value or ""
        dataset = rulebook.datasets.get(measure.from_ or "")
        source = words.text(dataset.title, measure.from_ or "") if dataset else words.say("other_measures")
    return row(words.titled(measure.title, name), asked, source, words.clauses(_notes(measure, words)) or "—")


def _tiers(rulebook: Rulebook, measure: Measure, tiers: Tiers, words: Words) -> tuple[str, str]:
    """Return the points of each tier in words, and the dataset they are given in."""
    name = measure.from_ or ""
    dataset = rulebook.datasets[name]
    field = dataset.fields[tiers.field]
    options = field.options or {}
    points = (
        words.say("tiers_point", option=words.text(options.get(option), option), points=exact_text(worth))
        for option, worth in tiers.points.items()
    )
    title = words.text(field.title, tiers.field)
    clauses = [words.say("tiers_points", field=title, points=words.several(points))]
    if tiers.same is not None:
        same = words.text(dataset.fields[tiers.same].title, tiers.same)
        clauses.append(words.say(f"tiers_{tiers.duplicates}", same=same))
    if tiers.where is not None:
        clauses.append(words.say("tiers_where", where=tiers.where))
    return words.clauses(clauses), words.text(dataset.title, name)


def _places(rulebook: Rulebook, measure: Measure, ranked: RankedRows, words: Words) -> tuple[str, str]:
    """Return the points of each place in words, with the reading of several rankers, and the dataset of the places."""
    name = measure.from_ or ""
    dataset = rulebook.datasets[name]
    clauses = [
        words.say(
            "places_points",
            field=words.text(dataset.fields[ranked.field].title, ranked.field),
            full=exact_text(ranked.full),
            step=percent_text(ranked.step),
            floor=exact_text(ranked.floor),
        ),
        words.say(f"rankers_{ranked.several}"),
    ]
    if ranked.where is not None:
        clauses.append(words.say("tiers_where", where=ranked.where))
    return words.clauses(clauses), words.text(dataset.title, name)


def _notes(measure: Measure, words: Words) -> Iterator[str]:
    say = words.say
    yield say("lower_is_better") if measure.direction == "lower" else ""
    yield say("cumulative") if measure.cumulative else ""
    yield say("to_date") if measure.window == "to_date" else ""
    yield say("per_unit", how=say(REDUCED[measure.per_unit])) if measure.per_unit else ""
    yield say("roll_up", how=say(REDUCED[measure.roll_up])) if measure.roll_up else ""
    yield say("min_n", count=measure.min_n) if measure.survey is not None and measure.min_n > 1 else ""
    yield interval(measure, words) if measure.survey is not None else ""
    yield say("in_unit", unit=words.text(measure.unit, "")) if measure.unit is not None else ""
    yield say("as_percent", places=measure.places) if measure.percent else say("decimals", places=measure.places)

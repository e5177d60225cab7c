"""The words of the analysis in one language, names of units and criteria, and how its figures are put."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable
from functools import cache
from importlib import resources

from shuping.documents.analysis.view import Analysis
from shuping.documents.wording import criterion_title, group_title, printable

MINUS = "\u2212"
NONE = "–"


class Words:
    """Phrases of ``phrases/analysis.toml`` in ``zh`` or ``en``."""

    def __init__(self, analysis: Analysis, lang: str) -> None:
        self.lang, self.rulebook = lang, analysis.rulebook
        labels = {unit.id: printable(unit.label(lang)) for unit in analysis.register}
        often = Counter(labels.values())
        self._units = {unit: f"{label} ({unit})" if often[label] > 1 else label for unit, label in labels.items()}
        titles = {one.id: criterion_title(self.rulebook, one, lang) for one in self.rulebook.walk()}
        twice = Counter(titles.values())
        self._criteria = {name: f"{title} ({name})" if twice[title] > 1 else title for name, title in titles.items()}

    def say(self, key: str, **slots: object) -> str:
        """Return a phrase with its slots filled. Raises KeyError for an unknown key or slot."""
        return phrases()[key][self.lang].format_map(slots)

    def unit(self, unit: str) -> str:
        """Return a unit's name; units of one name are told apart by their ids."""
        return self._units.get(unit, unit)

    def criterion(self, name: str) -> str:
        """Return a criterion's title, or the word for the total."""
        return self._criteria.get(name, name) if name else self.say("total")

    def criteria(self, joined: str | None) -> str:
        """Return the titles of ids joined by ``;`` as a list."""
        return self.several(self.criterion(name) for name in (joined or "").split(";") if name)

    def group(self, group: str) -> str:
        """Return a comparison group's title."""
        return group_title(self.rulebook, group, self.lang)

    def several(self, items: Iterable[str]) -> str:
        """Return items as a list within a sentence."""
        return ("、" if self.lang == "zh" else ", ").join(items)


def number(value: float | None, places: int = 2) -> str:
    """Return a figure with so many decimals, a dash where there is none; no minus before a zero."""
    if value is None or value != value:
        return NONE
    text = f"{value:.{places}f}"
    return text.replace("-", "" if float(text) == 0 else MINUS)


def percent(share: float | None) -> str:
    """Return a share as a percentage with one decimal."""
    return NONE if share is None or share != share else f"{number(100 * share, 1)}%"


def short_percent(share: float) -> str:
    """Return a share that people set as a percentage, with the decimals it needs: ``25%``, ``2.5%``."""
    return f"{100 * share:.6g}%"


@cache
def phrases() -> dict[str, dict[str, str]]:
    """Return the phrases: ``{key: {"zh": text, "en": text}}``."""
    text = resources.files("shuping.documents").joinpath("phrases", "analysis.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)

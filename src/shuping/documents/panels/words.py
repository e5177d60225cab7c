"""The words of these documents in one language, and the names of units, groups, items and grades."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from shuping.documents.panels.view import EVERYBODY, BallotView, Judgement, PanelView
from shuping.documents.wording import printable
from shuping.values.scalars import Text


class Words:
    """Phrases of ``phrases/panels.toml`` and names, in ``zh`` or ``en``."""

    def __init__(self, judgement: Judgement, lang: str) -> None:
        self.lang = lang
        labels = {unit.id: printable(unit.label(lang)) for unit in judgement.register}
        often = Counter(labels.values())
        self._units = {unit: f"{label} ({unit})" if often[label] > 1 else label for unit, label in labels.items()}

    def say(self, key: str, **slots: Any) -> str:
        """Return a phrase with its slots filled."""
        return _phrases()[key][self.lang].format_map(slots)

    def text(self, title: Text | None, otherwise: str) -> str:
        """Return a title in the language, or what stands in for it."""
        return printable(otherwise if title is None else title.get(self.lang))

    def unit(self, unit: str) -> str:
        """Return a unit's name; units of one name are told apart by their ids."""
        return self._units[unit]

    def voters(self, view: BallotView, group: str) -> str:
        """Return the name of a voter group, or of all that count."""
        if group == EVERYBODY:
            return self.say("all_groups")
        return self.text(view.ballot.groups[group].title, group)

    def option(self, view: BallotView, option: str) -> str:
        """Return the name of a grade or place."""
        if option in view.ballot.options:
            return self.text(view.ballot.options[option].title, option)
        return self.say("place", number=option) if option.isdecimal() else self.say(option)

    def reviewers(self, view: PanelView, group: str) -> str:
        """Return the name of a reviewer group, or of all."""
        return self.say("all_reviewers") if group == EVERYBODY else self.text(view.panel.group_titles.get(group), group)

    def scope(self, view: PanelView, item: str, group: str) -> str:
        """Return what was marked by whom: an item, or the total of one reviewer group or all."""
        if item:
            return self.text(view.panel.items[item].title, item)
        return self.say("form") if group == EVERYBODY else self.reviewers(view, group)

    def question(self, items: Mapping[str, Any], item: str) -> str:
        """Return the title of an item."""
        found = items.get(item)
        return self.text(None if found is None else found.title, item)


@cache
def _phrases() -> dict[str, dict[str, str]]:
    text = resources.files("shuping.documents").joinpath("phrases", "panels.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)

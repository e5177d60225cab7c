"""The words of the rules in one language, and how figures of the models are put."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cache
from importlib import resources

from shuping.documents.commentary.compose import chinese_ordinal
from shuping.documents.wording import exact_text, group_title, printable
from shuping.records.register import Register
from shuping.rulebook.model import Rulebook
from shuping.values.rounding import parse_exact
from shuping.values.scalars import Text


class Words:
    """Phrases of ``phrases/rules.toml`` in ``zh`` or ``en``, and lists and figures in that language's way.

    ``register`` gives units their names; without one they go by their ids.
    """

    def __init__(self, lang: str, register: Register | None = None) -> None:
        self.lang, self.register = lang, register

    def say(self, key: str, **slots: object) -> str:
        """Return a phrase with its slots filled; in English ``key_one`` where a number is 1 and there is such a phrase.

        Raises KeyError for an unknown key or slot.
        """
        single = phrases().get(f"{key}_one", {}).get(self.lang)
        if single is not None and any(str(slot) == "1" for slot in slots.values()):
            return single.format_map(slots)
        return phrases()[key][self.lang].format_map(slots)

    def unit(self, identifier: str) -> str:
        """Return a unit's name, or its id where it is not known."""
        known = self.register is not None and identifier in self.register
        return printable(self.register[identifier].label(self.lang)) if known and self.register else identifier

    def level(self, number: int) -> str:
        """Return the heading of a level of criteria."""
        return self.say("level", number=chinese_ordinal(number) if self.lang == "zh" else number)

    def text(self, text: Text | None, otherwise: str) -> str:
        """Return a text of the rule book on one line, or ``otherwise``."""
        return otherwise if text is None else printable(text.get(self.lang))

    def titled(self, text: Text | None, identifier: str) -> str:
        """Return a title with its identifier behind it, or the identifier alone."""
        title = self.text(text, identifier)
        if title == identifier:
            return identifier
        return f"{title}（{identifier}）" if self.lang == "zh" else f"{title} ({identifier})"

    def several(self, items: Iterable[str]) -> str:
        """Return short items as a list within a sentence."""
        return ("、" if self.lang == "zh" else ", ").join(items)

    def clauses(self, items: Iterable[str]) -> str:
        """Return clauses one after the other, without a full stop."""
        return ("；" if self.lang == "zh" else "; ").join(item for item in items if item)

    def ended(self, items: Iterable[str]) -> str:
        """Return clauses with a full stop."""
        return self.clauses(items) + ("。" if self.lang == "zh" else ".")

    def sentence(self, items: Iterable[str]) -> str:
        """Return clauses as a sentence; in English with its capital."""
        return self.capital(self.ended(items))

    def capital(self, text: str) -> str:
        """Return a text with a capital first, where the language has them."""
        return text if self.lang == "zh" else text[:1].upper() + text[1:]

    def by_group(self, rulebook: Rulebook, share: Mapping[str, Fraction] | Fraction) -> str:
        """Return one number, or one for each comparison group with the group's name."""
        if not isinstance(share, Mapping):
            return exact_text(share)
        return self.several(
            f"{group_title(rulebook, group, self.lang)} {exact_text(number)}" for group, number in share.items()
        )


def percent_text(value: Fraction) -> str:
    """Return a share as a percentage where that is a plain decimal (``12.5%``), else as a fraction (``1/3``)."""
    text = exact_text(value * 100)
    return f"{text}%" if "/" not in text and parse_exact(text) == value * 100 else exact_text(value)


@cache
def phrases() -> dict[str, dict[str, str]]:
    """Return the phrases: ``{key: {"zh": text, "en": text}}``."""
    text = resources.files("shuping.documents").joinpath("phrases", "rules.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)

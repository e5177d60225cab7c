"""What the linter says: rules with a code and a severity, and remarks with a place. The words are in the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from shuping.errors import Lang, Place, sentence

Severity = Literal["error", "warning", "advice"]
"""``error``: must not stay. ``warning``: is very likely not meant. ``advice``: worth a thought."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the linter. ``what`` names its sentences: ``review.<what>`` and, for every remark of it alike,
    ``-title``, ``-why`` and ``-do``.
    """

    code: str
    what: str
    severity: Severity

    @property
    def page(self) -> str:
        """The page of the documentation, relative to its root."""
        return f"lint/{self.code}"

    def title(self, lang: Lang) -> str:
        """Return the rule in a few words."""
        return sentence(f"review.{self.what}-title", lang)

    def why(self, lang: Lang) -> str:
        """Return the reason for the rule."""
        return sentence(f"review.{self.what}-why", lang)

    def advice(self, lang: Lang) -> str:
        """Return what to do."""
        return sentence(f"review.{self.what}-do", lang)


_RULES: tuple[tuple[str, str, Severity], ...] = (
    ("SH101", "out-of-reach", "warning"),
    ("SH102", "table-above-points", "warning"),
    ("SH103", "open-top", "advice"),
    ("SH104", "small-leaf", "warning"),
    ("SH105", "many-leaves", "warning"),
    ("SH106", "leaf-twice", "advice"),
    ("SH107", "promise-not-made", "advice"),
    ("SH108", "finding-impossible", "warning"),
    ("SH109", "cap-never-binds", "warning"),
    ("SH110", "quota-too-small", "warning"),
    ("SH201", "weekly", "warning"),
    ("SH202", "minutes-unknown", "advice"),
    ("SH203", "heavy-burden", "warning"),
    ("SH204", "dataset-unused", "warning"),
    ("SH205", "field-unused", "advice"),
    ("SH206", "measure-unused", "advice"),
    ("SH207", "measure-twice", "warning"),
    ("SH208", "proof-of-paper", "warning"),
    ("SH209", "much-evidence", "advice"),
    ("SH210", "votes-guessed", "warning"),
    ("SH301", "forbidden-count", "error"),
    ("SH302", "complaints-counted", "error"),
    ("SH303", "person-field", "error"),
    ("SH304", "persons-ranked", "error"),
    ("SH401", "no-spread", "warning"),
    ("SH402", "correlated", "advice"),
    ("SH403", "weight-in-effect", "advice"),
    ("SH404", "target-not-reached", "warning"),
    ("SH405", "grade-not-reached", "advice"),
    ("SH406", "places-too-few", "advice"),
)
RULES: Mapping[str, Rule] = {what: Rule(code, what, severity) for code, what, severity in _RULES}
"""Every rule by the name of its sentences, in the order of the codes."""


COLUMNS = ("code", "severity", "message", "reason", "advice", "page", "file", "line", "column", "field")
"""What a remark comes to as plain data."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that the linter found at one place of the rule book."""

    rule: Rule
    place: Place
    params: Mapping[str, Any] = field(default_factory=dict)

    def message(self, lang: Lang = "en") -> str:
        """Return the sentence for people, without the place. ``{name}`` of the catalogue is filled from ``name``, or
        from ``name_zh`` and ``name_en`` where the languages differ.
        """
        own = {key.removesuffix(f"_{lang}"): value for key, value in self.params.items()}
        return sentence(f"review.{self.rule.what}", lang).format_map(own)

    def as_dict(self, lang: Lang = "en") -> dict[str, Any]:
        """Return the remark as plain data, by ``COLUMNS``."""
        rule, place = self.rule, self.place
        said = (rule.code, rule.severity, self.message(lang), rule.why(lang), rule.advice(lang), rule.page)
        return dict(zip(COLUMNS, (*said, place.file, place.line, place.column, place.field), strict=True))

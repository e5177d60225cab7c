"""The points on which real rules differ (the design's table of defaults), and how a rule book settles each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from shuping.documents.rules.missing import missing_words
from shuping.documents.rules.words import Words, percent_text
from shuping.documents.wording import criterion_title, exact_text
from shuping.methods import Method
from shuping.methods.efficacy import Efficacy
from shuping.methods.minmax import MinMax
from shuping.methods.ratio_to_best import RatioToBest
from shuping.rulebook.adjusting_order import order_name
from shuping.rulebook.ballot_model import RankPoints
from shuping.rulebook.model import Rulebook
from shuping.rulebook.panel_model import Trim
from shuping.rulebook.rules import method_of


@dataclass(frozen=True, slots=True)
class Choice:
    """One point: its key in the phrases, what a rule book has there, and whether it can come up in it at all."""

    key: str
    made: Callable[[Rulebook, Words], str]
    arises: Callable[[Rulebook], bool] = lambda rulebook: True

    def words(self, rulebook: Rulebook, words: Words) -> str:
        """Return the choice in force."""
        made = self.made(rulebook, words)
        return made if self.arises(rulebook) else words.say("does_not_arise", choice=made)


def _said(key: str) -> Callable[[Rulebook, Words], str]:
    return lambda rulebook, words: words.say(key)


def _setting(prefix: str, of: Callable[[Rulebook], str]) -> Callable[[Rulebook, Words], str]:
    return lambda rulebook, words: words.say(f"{prefix}_{of(rulebook)}")


_NEGATIVE = {"half_up": "away", "half_up_positive": "up", "half_even": "even", "down": "down"}


def _rounding(rulebook: Rulebook, words: Words) -> str:
    rounding = rulebook.rounding
    return words.say("rounded", places=rounding.places, mode=words.say(f"mode_{rounding.mode}"))


def _total_cap(rulebook: Rulebook, words: Words) -> str:
    cap = rulebook.adjustments.total_cap
    if cap is None or cap == "points":
        return words.say("total_uncapped" if cap is None else "total_points")
    return words.say("total_at", cap=words.by_group(rulebook, cap))


def _deduct_floor(rulebook: Rulebook, words: Words) -> str:
    floor = rulebook.adjustments.deduct_floor
    return words.say("deduct_no_floor") if floor is None else words.say("deduct_floor", floor=exact_text(floor))


def _prizes(rulebook: Rulebook, words: Words) -> str:
    found = {prize.handed_on for prize in rulebook.adjustments.prizes if prize.when is not None} or {False}
    return words.several(words.say("prize_handed_on" if way else "prize_not_handed_on") for way in sorted(found))


def _methods(rulebook: Rulebook) -> Iterator[Method]:
    return (method_of(rulebook, criterion) for criterion in rulebook.walk() if not criterion.criteria)


def _lower_end(rulebook: Rulebook, words: Words) -> str:
    """Return the lower end of leaves: zero, and those that have another by ``min`` or by a method that deducts."""
    own: dict[Fraction | None, list[str]] = {}
    for leaf in rulebook.walk():
        if not leaf.criteria:
            least = leaf.min if leaf.min is not None else method_of(rulebook, leaf).lowest
            own.setdefault(least, []).append(criterion_title(rulebook, leaf, words.lang))
    own.pop(Fraction(0), None)
    said = [words.say("lower_end_zero")]
    for least, titles in own.items():
        named = words.several(titles)
        said.append(
            words.say("lower_end_none", criteria=named)
            if least is None
            else words.say("lower_end_own", criteria=named, least=exact_text(least))
        )
    return words.clauses(said)


def _rankers(rulebook: Rulebook, words: Words) -> str:
    return words.clauses(words.say(f"rankers_{way}") for way in dict.fromkeys(_ranked(rulebook)) or ("points",))


def _ranked(rulebook: Rulebook) -> Iterator[str]:
    """Yield how each ballot and each measure with places of several rankers counts them."""
    rules: list[RankPoints | None] = [ballot.rank_points for ballot in rulebook.ballots.values()]
    rules += [measure.rank_points for measure in rulebook.measures.values()]
    yield from (rule.several for rule in rules if rule is not None)


def _each_way(settings: Iterator[str], default: str, words: Words) -> str:
    """Return a setting that stands at single criteria: those found, or the default where there is none."""
    found = sorted(set(settings)) or [default]
    return words.several(words.say(f"edge_{way}") for way in found)


def _best_zero(rulebook: Rulebook, words: Words) -> str:
    ways = (method.when_best_is_zero for method in _methods(rulebook) if isinstance(method, RatioToBest))
    return _each_way(ways, RatioToBest().when_best_is_zero, words)


def _flat(rulebook: Rulebook, words: Words) -> str:
    ways = (method.when_flat for method in _methods(rulebook) if isinstance(method, MinMax))
    return _each_way(ways, MinMax().when_flat, words)


def _clamp(rulebook: Rulebook, words: Words) -> str:
    found = [method.clamp for method in _methods(rulebook) if isinstance(method, Efficacy) and method.clamp]
    ends = dict.fromkeys(words.say("clamp_at", low=exact_text(clamp[0]), high=exact_text(clamp[1])) for clamp in found)
    return words.several(ends) if ends else words.say("clamp_none")


def _period(rulebook: Rulebook, words: Words) -> str:
    found = [criterion.missing_period or "reweight" for criterion in rulebook.walk() if criterion.each is not None]
    return words.clauses(words.say(f"gap_{gap}") for gap in dict.fromkeys(found or ["reweight"]))


def _lint(rulebook: Rulebook, words: Words) -> str:
    """Return the limits that the organiser set, each in words; they change no score."""
    said = []
    for name in type(rulebook.lint).model_fields:
        if name in rulebook.lint.model_fields_set:
            limit: Fraction = Fraction(getattr(rulebook.lint, name))
            said.append(words.say(f"lint_{name}", limit=percent_text(limit) if name in SHARES else exact_text(limit)))
    return words.clauses(said) or words.say("lint_usual")


SHARES = ("spread", "weight_gap")
"""Limits that are shares."""


def _uses(*kinds: type[Method]) -> Callable[[Rulebook], bool]:
    return lambda rulebook: any(isinstance(method, kinds) for method in _methods(rulebook))


def _trims(rulebook: Rulebook) -> bool:
    return any(panel.trim is not None for panel in rulebook.panels.values())


def _trim_setting(prefix: str, of: Callable[[Trim, str], str], default: str) -> Callable[[Rulebook, Words], str]:
    """Return a setting of the panels that trim: those found, or the default where none does."""

    def made(rulebook: Rulebook, words: Words) -> str:
        panels = rulebook.panels.values()
        found = dict.fromkeys(of(panel.trim, panel.by) for panel in panels if panel.trim is not None)
        return words.several(words.say(f"{prefix}_{way}") for way in found or (default,))

    return made


def _has_quota(rulebook: Rulebook) -> bool:
    return any(grade.has_quota for grade in rulebook.grades.values())


def _adjusts(rulebook: Rulebook) -> bool:
    return bool(rulebook.adjustments.bonus or rulebook.adjustments.deductions)


def _takes_off(rulebook: Rulebook) -> bool:
    return bool(rulebook.adjustments.deductions)


CHOICES: tuple[Choice, ...] = (
    Choice("choice_missing", lambda rulebook, words: missing_words(rulebook, rulebook.missing, words)),
    Choice("choice_rounding", _rounding),
    Choice("choice_negative", _setting("negative", lambda rulebook: _NEGATIVE[rulebook.rounding.mode])),
    Choice(
        "choice_details", lambda rulebook, words: words.say("choice_details_is", places=rulebook.rounding.detail_places)
    ),
    Choice("choice_fractions", _said("fractions_exact")),
    Choice("choice_lower_end", _lower_end),
    Choice("choice_rankers", _rankers, lambda rulebook: any(_ranked(rulebook))),
    Choice("choice_best_zero", _best_zero, _uses(RatioToBest)),
    Choice("choice_flat", _flat, _uses(MinMax)),
    Choice("choice_clamp", _clamp, _uses(Efficacy)),
    Choice("choice_period", _period, lambda rulebook: any(criterion.each for criterion in rulebook.walk())),
    Choice("choice_trim_count", _trim_setting("trim_count", lambda trim, by: trim.counts, "scored"), _trims),
    Choice("choice_trim_on", _trim_setting("trim_on", lambda trim, by: by, "form"), _trims),
    Choice("choice_order", _setting("order", lambda rulebook: order_name(rulebook.adjustments.order)), _adjusts),
    Choice("choice_total_cap", _total_cap, _adjusts),
    Choice("choice_deductions", _deduct_floor, _takes_off),
    Choice("choice_multiplied", _said("multiplied_after"), _takes_off),
    Choice("choice_prizes", _prizes, lambda rulebook: any(prize.when for prize in rulebook.adjustments.prizes)),
    Choice("choice_rank_on", _setting("rank_on", lambda rulebook: rulebook.rounding.rank_on)),
    Choice("choice_rank_style", _setting("rank", lambda rulebook: rulebook.rank_style)),
    Choice(
        "choice_thresholds",
        _setting("rank_on", lambda rulebook: rulebook.grading.thresholds_on),
        lambda rulebook: any(grade.min is not None for grade in rulebook.grades.values()),
    ),
    Choice("choice_quota_base", _setting("base", lambda rulebook: rulebook.grading.quota_base), _has_quota),
    Choice("choice_freed", _setting("freed", lambda rulebook: rulebook.grading.freed_slot), _has_quota),
    Choice("choice_unreached", _setting("unreached", lambda rulebook: rulebook.grading.unreached_slot), _has_quota),
    Choice("choice_edge", _setting("edge", lambda rulebook: rulebook.grading.tied_at_edge), _has_quota),
    Choice(
        "choice_unqualified",
        _setting("unqualified", lambda rulebook: rulebook.grading.unqualified),
        lambda rulebook: any(veto.effect == "unqualified" for veto in rulebook.adjustments.veto),
    ),
    Choice("choice_lint", _lint, lambda rulebook: bool(rulebook.lint.model_fields_set)),
    Choice("choice_veto", _said("veto_written"), lambda rulebook: bool(rulebook.adjustments.veto)),
)
"""In the order in which the points come up."""

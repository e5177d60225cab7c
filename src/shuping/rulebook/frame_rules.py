"""Which periods the figures of the comparison group come from, for every leaf and for outlier limits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shuping.methods import METHODS
from shuping.rulebook.frame_model import Frame
from shuping.rulebook.model import Criterion, Rulebook
from shuping.rulebook.preparing import Outliers
from shuping.values.periods import Period, parse_span

EACH = Frame(over="each_period")


def frames_of(rulebook: Rulebook) -> dict[str, Frame]:
    """Return the frame of every leaf that compares units: its own, else the nearest criterion's above, else the rule
    book's. Leaves scored by periods inside the one being scored, and those that compare nothing, are left out.
    """
    found: dict[str, Frame] = {}

    def below(criterion: Criterion, inherited: Frame) -> None:
        if criterion.each is not None:
            return
        frame = criterion.frame or inherited
        if not criterion.criteria and compares(criterion) != "nothing":
            found[criterion.id] = frame
        for child in criterion.criteria:
            below(child, frame)

    for criterion in rulebook.criteria:
        below(criterion, rulebook.frame)
    return found


def compares(criterion: Criterion) -> str:
    """Return what a leaf's method takes from the comparison group: ``nothing``, ``values`` or ``places``."""
    for name in criterion.method or {}:
        return METHODS[name].compares if name in METHODS else "nothing"
    return "nothing"


def treats_together(rulebook: Rulebook, rule: Outliers) -> Frame:
    """Return the frame of outlier limits: that of the rule, else the rule book's."""
    return rule.frame or rulebook.frame


def listed_periods(rulebook: Rulebook) -> tuple[Period, ...]:
    """Return every period of the rule book, spans written out; what is none is reported elsewhere."""
    found: list[Period] = []
    for text in rulebook.periods:
        try:
            found += parse_span(text, rulebook.year_starts)
        except ValueError:
            continue
    return tuple(found)


def periods_of_frame(rulebook: Rulebook, frame: Frame, period: str) -> tuple[str, ...]:
    """Return the periods whose figures count when ``period`` is scored, in order."""
    if frame.base is not None:
        return (frame.base,)
    if frame.over == "each_period":
        return (period,)
    own = Period.parse(period, rulebook.year_starts)
    alike = {own, *(one for one in listed_periods(rulebook) if one.kind == own.kind)}
    return tuple(one.name for one in sorted(alike))


def framing_periods(rulebook: Rulebook, scored: Sequence[str]) -> tuple[str, ...]:
    """Return the periods beside those scored whose figures are needed, each once, in order."""
    found = {
        name
        for frame in _frames(rulebook)
        for period in scored
        for name in periods_of_frame(rulebook, frame, period)
        if name not in scored
    }
    return tuple(sorted(found))


def _frames(rulebook: Rulebook) -> Iterable[Frame]:
    yield from dict.fromkeys(frame for frame in frames_of(rulebook).values() if frame.frozen)
    prepared = [rulebook.prepare, *(measure.prepare for measure in rulebook.measures.values())]
    for part in prepared:
        if part is not None and part.outliers is not None:
            frame = treats_together(rulebook, part.outliers)
            if frame.frozen:
                yield frame

"""How certain the ranks are: who cannot be told apart, and whose grade might well have come out otherwise.

Only sampling error is spoken of: what other weights would have given is a matter of choice, not of doubt.
"""

from __future__ import annotations

from collections.abc import Sequence

from shuping.documents import wording
from shuping.documents.certainty import GroupRanks, RankRange, certainty_of, level_text
from shuping.documents.commentary.best import MOST_NAMED
from shuping.documents.commentary.model import Figure, Quoted, Runs
from shuping.documents.commentary.phrases import Slot
from shuping.documents.commentary.view import View

MOST_BANDS = 6
"""So many bands of a group are told one by one; with more, the reader is sent to the intervals."""


def certainty(view: View) -> Runs:
    """Return the sentences on ranks and grades that are not certain; nothing where all are, or where nothing is known.

    A grade is spoken of where it came out less often than the rule book's level of intervals asks.
    """
    known = [ranks for ranks in certainty_of(view.result).values() if ranks.kind == "sampling"]
    said = [sentence for ranks in known if (sentence := _group(view, ranks))]
    said += _grades(view, known)
    return view.say.paragraph([view.say.fill("certainty.lead"), *said]) if said else ()


def _group(view: View, ranks: GroupRanks) -> Runs:
    bands = ranks.bands()
    if not bands:
        return ()
    if len(bands) > MOST_BANDS:
        told = view.say.fill("certainty.many")
    else:
        several = view.say.chain([_band(view, band) for band in bands])
        told = view.say.fill("certainty.apart", number=len(bands), bands=several)
    if view.alone:
        return view.say.sentence(told)
    return view.say.sentence(view.say.fill("certainty.in_group", group=view.group(ranks.group), text=told))


def _band(view: View, band: Sequence[RankRange]) -> Runs:
    first, last = (_rank(view, unit) for unit in (band[0], band[-1]))
    if len(band) > MOST_NAMED:
        return view.say.fill("certainty.long_band", first=first, last=last)
    if len(band) == 2 and first.text != last.text:
        one, other = (view.name(unit.unit) for unit in band)
        return view.say.fill("certainty.two", first=first, last=last, unit=one, other=other)
    units = view.say.join(view.names([unit.unit for unit in band]))
    if first.text == last.text:
        return view.say.fill("certainty.level_band", first=first, units=units)
    return view.say.fill("certainty.band", first=first, last=last, units=units)


def _rank(view: View, unit: RankRange) -> Figure:
    found = view.standing(unit.unit, "rank")
    assert found is not None
    return found


def _grades(view: View, known: Sequence[GroupRanks]) -> list[Runs]:
    """Return one sentence on the grades that came out less often than the level of intervals asks."""
    level = view.rulebook.uncertainty.interval
    doubtful = [
        unit
        for ranks in known
        for unit in ranks.units
        if unit.row["grade_holds"] is not None and unit.row["grade_holds"] < float(level)
    ]
    if not doubtful:
        return []
    share = Quoted(level_text(level))
    if len(doubtful) > MOST_NAMED:
        return [view.say.sentence(view.say.fill("certainty.grades_many", share=share))]
    said = [view.say.fill_with("certainty.grade", _grade(view, unit)) for unit in doubtful]
    return [
        view.say.sentence(view.say.fill("certainty.grades", number=len(said), units=view.say.join(said), share=share))
    ]


def _grade(view: View, unit: RankRange) -> dict[str, Slot]:
    holds = view.refs.figure("uncertainty", view.period, unit.unit, "", "grade_holds")
    assert holds is not None
    title = view.mid(wording.grade_title(view.rulebook, unit.row["grade"], view.lang))
    return {"unit": view.name(unit.unit), "grade": title, "holds": holds}

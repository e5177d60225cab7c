"""Two people wrote into one record: what stands now beside what was typed, and for each field the choice of one."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from shuping_web.cycles.adapters import Rulebook
from shuping_web.filing.forms import RecordForm
from shuping_web.filing.models import Record
from shuping_web.filing.reading import labelled

TAKE = "take_"
THEIRS = "theirs"


@dataclass(frozen=True)
class Difference:
    """A field of the form, what stands in it now and what was typed, both in words."""

    name: str
    title: str
    theirs: str
    mine: str

    @property
    def differs(self) -> bool:
        """Whether there is something to choose."""
        return self.theirs != self.mine


def side_by_side(book: Rulebook, now: Record, form: RecordForm) -> list[Difference]:
    """Return the fields of a record that somebody else has changed in the meantime. ``form`` was found valid."""
    mine = Record(dataset=now.dataset, values=form.values())
    fields = [f"f_{name}" for name in book.datasets[now.dataset].fields]
    pairs = zip(fields, labelled(book, now), labelled(book, mine), strict=True)
    found = [Difference(name, title, theirs, typed) for name, (title, theirs), (_title, typed) in pairs]
    if "period" in form.fields:
        found.insert(0, Difference("period", _("Period"), now.period, str(form.cleaned_data["period"])))
    return found


def as_chosen(posted: QueryDict, record: Record) -> QueryDict:
    """Return what was sent, with what stands in the record in those fields for which that was chosen. What stands may
    have changed once more since it was shown: then nothing is taken, and both are shown again.
    """
    chosen = [name.removeprefix(TAKE) for name, text in posted.items() if name.startswith(TAKE) and text == THEIRS]
    if not chosen or posted.get("version") != str(record.version):
        return posted
    found = posted.copy()
    for name in chosen:
        found[name] = record.period if name == "period" else record.values.get(name.removeprefix("f_"), "")
    return found

"""What must always hold of the files of evidence: quickly by their sizes, or each by its hash; what nobody names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from shuping_web.evidence.keeping import NEW, Unreadable, kept, read, size_of
from shuping_web.evidence.models import File, Upload
from shuping_web.filing.models import Evidence

GONE, DAMAGED = "gone", "damaged"
PIECE, WAITING, ORPHAN = "piece", "waiting", "orphan"
FAULTS = (GONE, DAMAGED)


@dataclass(frozen=True)
class Found:
    """A file to be told of: its name in the folder, its size, and what there is about it."""

    name: str
    bytes: int
    what: str


def files_kept() -> Iterator[str]:
    """Every file that evidence names is there, in its size."""
    rows = File.objects.order_by("pk").values_list("sha256", "bytes")
    for sha256, size in rows.iterator(2000):
        there = size_of(sha256)
        if there is None:
            yield f"file {sha256} is gone"
        elif there != size:
            yield f"file {sha256} has another size: {there}, not {size}"


def evidence_once() -> Iterator[str]:
    """What was found of a file was found by somebody other than who added it to its record."""
    own = Evidence.objects.filter(checked_by__isnull=False).exclude(proof="open").order_by("pk")
    for one in own.iterator(2000):
        if one.checked_by_id == one.added_by_id:
            yield f"evidence {one.pk} was judged by who added it"


def look_at_all() -> Iterator[Found]:
    """Look at every file whole: those that are gone or do not have their hash, and those that no record names. Nothing
    is removed: a file may wait on somebody's form, or belong to a copy of the database that is put back.
    """
    known = dict(File.objects.values_list("sha256", "bytes"))
    named = set(Evidence.objects.values_list("file__sha256", flat=True))
    waiting = set(Upload.objects.values_list("file__sha256", flat=True))
    there = dict(kept())
    for sha256, size in sorted(known.items()):
        if sha256 not in there:
            yield Found(sha256, size, GONE)
            continue
        try:
            read(sha256)
        except Unreadable:
            yield Found(sha256, size, DAMAGED)
    for name, size in sorted(there.items()):
        if name.startswith(NEW):
            yield Found(name, size, PIECE)
        elif name not in named:
            yield Found(name, size, WAITING if name in waiting else ORPHAN)


INVARIANTS = (files_kept, evidence_once)

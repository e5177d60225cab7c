"""A folder packed as a ZIP archive: only what belongs to a folder comes out, by its path."""

from __future__ import annotations

import re

from shuping.errors import InputError, Place, Problem
from shuping.records.zip_guard import LIMITS, Limits, contents

ALONE = ("targets", "decisions", "successors")
ROOMS = ("surveys", "marks", "items", "reviewers", "conflicts", "ballots", "turnout")
"""The tables beside the records: single files, and folders with a file for each survey, panel or ballot."""
_BELONGS = re.compile(
    rf"rulebook\.yaml|units\.csv|(?:{'|'.join(ALONE)})\.csv"
    rf"|(?:records|{'|'.join(ROOMS)})/(?:[^/]+/)?[^/]+\.(?:csv|xlsx)"
    r"|evidence\.csv|evidence/[0-9a-f]{64}\.(?:pdf|jpg|png|webp|docx|xlsx)"
)
_ALLOWED = (
    f"rulebook.yaml, units.csv, {', '.join(f'{name}.csv' for name in ALONE)}, evidence.csv, evidence/, records/, "
    f"{'/, '.join(ROOMS)}/"
)
_LEFT_ALONE = re.compile(r"(?:.*/)?(?:__MACOSX/.*|\..*|~\$.*|readme[^/]*|thumbs\.db|desktop\.ini)", re.IGNORECASE)


def packed_folder(raw: bytes, file: str, limits: Limits = LIMITS) -> dict[str, bytes]:
    """Return the files of a packed folder; it may have been packed with the folder around it. What programs leave
    behind is left out. ``sources.yaml`` is refused: it names files that lie elsewhere.

    Raises InputError as ``contents`` does, and for every file that does not belong to a folder.
    """
    kept = {name: body for name, body in contents(raw, file, limits).items() if not _LEFT_ALONE.fullmatch(name)}
    tops = {name.split("/")[0] for name in kept}
    if len(tops) == 1 and all("/" in name for name in kept) and not tops & {*ROOMS, "records", "evidence"}:
        kept = {name.split("/", 1)[1]: body for name, body in kept.items()}
    strange = [name for name in kept if not _BELONGS.fullmatch(name)]
    if strange:
        raise InputError(
            [Problem("records.zip-stranger", {"given": name, "allowed": _ALLOWED}, Place(file)) for name in strange]
        )
    return kept

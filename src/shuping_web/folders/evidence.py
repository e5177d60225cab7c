"""The evidence of a cycle as files of its folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from shuping_web.evidence.keeping import Unreadable, read
from shuping_web.evidence.kinds import MEGABYTE
from shuping_web.filing.adapters import Rulebook, criteria_of
from shuping_web.folders.adapters import FIRST_ROW, LIST, evidence_file, evidence_list

MOST_BYTES = 200_000_000
"""What goes into one archive: it is made in memory."""
Entry = tuple[str, int, str, str, Mapping[str, Any]]
"""Dataset, row, unit, period, and what is said of a file that goes with it."""


def entries_of(records: Mapping[str, Any]) -> Iterator[Entry]:
    """Yield the evidence of rows: dicts with ``unit``, ``period`` and ``evidence``, by dataset."""
    for dataset in sorted(records):
        for place, row in enumerate(records[dataset], FIRST_ROW):
            for one in row.get("evidence", ()):
                yield dataset, place, row["unit"], row["period"], one


def evidence_files(book: Rulebook, records: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the list of evidence and the files it names; nothing where there is none. Raises ValidationError for a
    file that is missing or damaged, and for more than ``MOST_BYTES`` together.
    """
    entries = list(entries_of(records))
    sizes = {one["sha256"]: one["bytes"] for *_row, one in entries}
    if sum(sizes.values()) > MOST_BYTES:
        given, most = (-(-number // MEGABYTE) for number in (sum(sizes.values()), MOST_BYTES))
        raise ValidationError(
            _("The files of evidence have %(given)d MB together; an archive takes %(most)d MB. Hand the folder out "
              "without them, and copy them from the site's data folder.") % {"given": given, "most": most}
        )  # fmt: skip
    found: dict[str, bytes] = {}
    lost = []
    for *_row, one in entries:
        try:
            found[evidence_file(one)] = read(one["sha256"])
        except Unreadable:
            lost.append(one["name"])
    if lost:
        raise ValidationError(
            _("Files are missing or damaged on the site: %s. Tell who looks after the site.") % ", ".join(lost[:20])
        )
    return {**found, LIST: evidence_list(list(_rows(book, entries)))} if entries else {}


def _rows(book: Rulebook, entries: list[Entry]) -> Iterator[dict[str, Any]]:
    titles = criteria_of(book, "zh")
    first: dict[tuple[str, str], int] = {}
    for number, (dataset, row, unit, period, one) in enumerate(entries, 1):
        before = first.setdefault((unit, one["sha256"]), number)
        yield {
            **{name: one[name] for name in ("title", "number", "issuer", "dated", "holds_from", "holds_to", "pages")},
            **{name: one[name] for name in ("kind", "bytes", "sha256", "name", "received_at")},
            "no": number, "dataset": dataset, "unit": unit, "period": period, "row": row, "file": evidence_file(one),
            "criteria": "; ".join(titles.get(dataset, ())), "reused_from": before if before != number else "",
            "confidentiality": "internal" if one["internal"] else "", "checked": CHECKED[one["proof"]],
            "why": one["reason"],
        }  # fmt: skip


CHECKED = {"open": "", "proves": "yes", "doubted": "no"}

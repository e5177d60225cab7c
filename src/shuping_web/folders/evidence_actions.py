"""The evidence of a folder taken in with its records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError

from shuping_web.evidence.actions import keep_file
from shuping_web.evidence.kinds import cleaned_name, look
from shuping_web.evidence.models import File
from shuping_web.filing.models import Evidence, Proof, Record
from shuping_web.folders.adapters import Listed

TEXTS = {"title": 200, "number": 100, "issuer": 200}
PROOFS = {"yes": Proof.PROVES, "no": Proof.DOUBTED}


def take_evidence(
    *, listed: Iterable[Listed], records: Mapping[tuple[str, int], Record], by: Any, at: datetime
) -> list[str]:
    """Put the files of a folder on the records that came with it, inside the action that takes it in; rows that the
    site had already keep what they have. Returns the hashes. Each file is looked into like one that is sent. Raises
    ValidationError for all that may not be kept.
    """
    made: list[Evidence] = []
    wrong: list[str] = []
    judged: dict[str, File] = {}
    for one in listed:
        record = records.get((one.dataset, one.row))
        if record is None:
            continue
        name = cleaned_name(one.columns.get("name") or one.columns["file"])
        try:
            file = judged.get(one.columns["sha256"])
            if file is None:
                limits = {"most_bytes": settings.EVIDENCE_BYTES, "most_pages": settings.EVIDENCE_PAGES}
                file = judged[one.columns["sha256"]] = keep_file(looked=look(one.content, name, **limits), at=at)
            made.append(_evidence(one.columns, record, name, by, at, file))
        except ValidationError as error:
            wrong += error.messages
    if wrong:
        raise ValidationError(wrong)
    Evidence.objects.bulk_create(made, batch_size=1000)
    return sorted({one.file.sha256 for one in made})


def _evidence(columns: Mapping[str, str], record: Record, name: str, by: Any, at: datetime, file: File) -> Evidence:
    texts = {key: columns.get(key, "")[:length] for key, length in TEXTS.items()}
    days = {key: _day(columns.get(key, "")) for key in ("dated", "holds_from", "holds_to")}
    why = columns.get("why", "")
    proof = PROOFS.get(columns.get("checked", ""), Proof.OPEN)
    return Evidence(
        record=record, file=file, name=name, internal=columns.get("confidentiality") == "internal", received_at=at,
        added_by=by, added_at=at, proof=Proof.OPEN if proof == Proof.DOUBTED and not why else proof, reason=why,
        **texts, **days,
    )  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

"""Opening a cycle."""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from django.db import transaction

from shuping_web.cycles.adapters import parsed
from shuping_web.cycles.models import Cycle, RulebookVersion
from shuping_web.ledger.actions import Actor, record


@transaction.atomic
def add_rulebook(*, text: str, reason: str, by: Actor, at: datetime) -> RulebookVersion:
    """Keep a version of a rule book; the same text is kept once. Raises the library's RulebookError."""
    book = parsed(text)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    known = RulebookVersion.objects.filter(sha256=sha256).first()
    if known is not None:
        return known
    version = RulebookVersion.objects.create(
        book=book.rulebook, version=book.version, title=book.title.zh, title_en=book.title.en, text=text, sha256=sha256,
        reason=reason, added_by=by.label, added_at=at,
    )  # fmt: skip
    data = {"sha256": sha256, "reason": reason}
    record(by=by, action="rulebook_added", subject=f"rulebook:{version.pk}", at=at, data=data)
    return version


@transaction.atomic
def open_cycle(*, rulebook: RulebookVersion, period: str, filing_until: date, by: Actor, at: datetime) -> Cycle:
    """Open a cycle for filing."""
    cycle = Cycle.objects.create(rulebook=rulebook, period=period, filing_until=filing_until, opened_at=at)
    data = {"rulebook": str(rulebook), "sha256": rulebook.sha256, "period": period, "until": filing_until.isoformat()}
    record(by=by, action="cycle_opened", subject=f"cycle:{cycle.pk}", at=at, data=data)
    return cycle

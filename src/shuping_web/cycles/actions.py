"""Keeping versions of rule books, opening cycles and moving them from stage to stage."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from shuping_web.cycles.adapters import parsed
from shuping_web.cycles.models import NEED_FROZEN, Cycle, RulebookVersion, Stage, StageDates, Step
from shuping_web.cycles.queries import last_version
from shuping_web.ledger.actions import Actor, in_turn, record


@dataclass(frozen=True)
class Span:
    """The days of a stage, both included."""

    first_day: date | None
    last_day: date


@in_turn
def add_rulebook(*, text: str, reason: str, by: Actor, at: datetime) -> RulebookVersion:
    """Keep a version of a rule book; the same text is kept once. Raises the library's RulebookError, and
    ValidationError for a new version of a known rule book without a reason or under a number that is taken.
    """
    book = parsed(text)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    known = RulebookVersion.objects.filter(sha256=sha256).first()
    if known is not None:
        return known
    before = last_version(book.rulebook)
    if RulebookVersion.objects.filter(book=book.rulebook, version=book.version).exists():
        raise ValidationError(
            {"text": _("Version %s of this rule book is kept with another text; give the new text a new version.")
             % book.version}
        )  # fmt: skip
    if before is not None and not reason.strip():
        raise ValidationError({"reason": _("Say why there is a new version: everybody who reads the rules sees it.")})
    version = RulebookVersion.objects.create(
        book=book.rulebook, version=book.version, title=book.title.zh, title_en=book.title.en, text=text, sha256=sha256,
        reason=reason.strip(), added_by=by.label, added_at=at,
    )  # fmt: skip
    data = {"sha256": sha256, "reason": reason.strip(), "before": before.sha256 if before is not None else None}
    record(by=by, action="rulebook_added", subject=f"rulebook:{version.pk}", at=at, data=data)
    return version


@in_turn
def open_cycle(
    *, rulebook: RulebookVersion, period: str, filing_until: date, by: Actor, at: datetime, name: str = "",
    dates: Mapping[Step, Span] | None = None,
) -> Cycle:  # fmt: skip
    """Open a cycle for filing, with the days of its other stages where they are known. Raises ValidationError for
    stages out of their order.
    """
    spans = {Step.FILING: Span(None, filing_until), **(dates or {})}
    check_order(spans)
    cycle = Cycle.objects.create(
        rulebook=rulebook, period=period, name=name.strip(), filing_until=spans[Step.FILING].last_day, opened_at=at
    )
    _keep(cycle, spans)
    data = {
        "rulebook": str(rulebook), "sha256": rulebook.sha256, "period": period, "until": cycle.filing_until.isoformat(),
        "dates": _shown(spans),
    }  # fmt: skip
    record(by=by, action="cycle_opened", subject=f"cycle:{cycle.pk}", at=at, data=data)
    return cycle


@in_turn
def set_dates(*, cycle: Cycle, dates: Mapping[Step, Span], reason: str, by: Actor, at: datetime) -> Cycle:
    """Give a cycle new days. Raises ValidationError without a reason, without the last day of filing, or for stages out
    of their order.
    """
    locked = _locked(cycle)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the days change: everybody who files sees them.")})
    if Step.FILING not in dates:
        raise ValidationError({"filing_last": _("Filing needs a last day.")})
    check_order(dates)
    old = {row.step: [_iso(row.first_day), row.last_day.isoformat()] for row in locked.dates.all()}
    locked.dates.all().delete()
    _keep(locked, dates)
    locked.filing_until = dates[Step.FILING].last_day
    locked.save(update_fields=["filing_until"])
    data = {"old": old, "new": _shown(dates), "reason": reason.strip()}
    record(by=by, action="cycle_dates_set", subject=f"cycle:{locked.pk}", at=at, data=data)
    return locked


@in_turn
def move_cycle(*, cycle: Cycle, step: Step, reason: str, by: Actor, at: datetime) -> Cycle:
    """Move a cycle to another stage. Raises ValidationError for the stage it is in, for going back without a reason,
    and for showing results (notice, appeals, final) before the records are frozen.
    """
    locked = _locked(cycle)
    old = Step(locked.step)
    if step == old:
        raise ValidationError(_("The cycle is in this stage already."))
    if step.place < old.place and not reason.strip():
        raise ValidationError({"reason": _("Say why the cycle goes back to an earlier stage.")})
    if step in NEED_FROZEN and locked.stage != Stage.FROZEN:
        raise ValidationError(_("Freeze the accepted records first: what is shown in this stage rests on them."))
    locked.step = step
    locked.save(update_fields=["step"])
    data = {"old": old.value, "new": step.value, "reason": reason.strip()}
    record(by=by, action="cycle_moved", subject=f"cycle:{locked.pk}", at=at, data=data)
    return locked


def check_order(dates: Mapping[Step, Span]) -> None:
    """Look at the order of stages. Raises ValidationError, at the field of each day, for a stage that ends before it
    starts, or starts before the stage before it does.
    """
    wrong: dict[str, str] = {}
    latest: date | None = None
    for step in Step:
        span = dates.get(step)
        if span is None:
            continue
        start = span.first_day or span.last_day
        if span.last_day < start:
            wrong[f"{step.value}_last"] = _("The last day lies before the first.")
        elif latest is not None and start < latest and (step != Step.FILING):
            wrong[f"{step.value}_first"] = _("This stage starts before the one before it; that one starts on %s.") % (
                latest.isoformat()
            )
        if span.first_day is not None:
            latest = span.first_day
    if wrong:
        raise ValidationError(wrong)


def _locked(cycle: Cycle) -> Cycle:
    return Cycle.objects.select_for_update(of=("self",)).select_related("rulebook").get(pk=cycle.pk)


def _keep(cycle: Cycle, dates: Mapping[Step, Span]) -> None:
    rows = [
        StageDates(cycle=cycle, step=step, first_day=span.first_day, last_day=span.last_day)
        for step, span in dates.items()
    ]
    StageDates.objects.bulk_create(rows)


def _shown(dates: Mapping[Step, Span]) -> dict[str, list[str | None]]:
    return {step.value: [_iso(span.first_day), span.last_day.isoformat()] for step, span in dates.items()}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None

"""Messages of the demonstration: a batch of reminders that went, one that waits for approval; slips and invitations."""

from __future__ import annotations

from datetime import datetime

from shuping_web.notices.actions import approve_batch, plan_batch
from shuping_web.notices.models import Batch, Kind
from shuping_web.people.models import Account
from shuping_web.reminding.letters import reminders
from shuping_web.reminding.queries import open_matters
from shuping_web.sign_in.models import Pass
from shuping_web.sign_in.pass_actions import make_passes
from shuping_web.site.demo_stage import County


def messages(county: County) -> None:
    """Write reminders for both cycles: those of the small one went, those of the annual one wait for the office."""
    office, times = county.people["office"], county.times
    went = _planned(county, "safety", "安全考核催报 / Reminders: safety", office, times.ago(3))
    approve_batch(batch=went, include=list(went.messages.values_list("pk", flat=True)), by=office, at=times.ago(3, 20))
    _planned(county, "year", "年度考核催报 / Reminders: annual appraisal", office, times.ago(0.05))
    new = [county.people[name] for name in ("yueling", "forestry")]
    make_passes(kind=Pass.Kind.INVITATION, accounts=new, days=14, by=county.people["admin"], at=times.ago(1))


def _planned(county: County, name: str, title: str, office: Account, at: datetime) -> Batch:
    cycle, today = county.cycles[name], county.times.day(0)
    found = open_matters(cycle, today, missing=True, returned=True)
    drafts = reminders(
        cycle,
        found,
        today,
        note_zh="如有困难请及时联系考核办。",
        note_en="Please call us if anything stands in the way.",
    )
    return plan_batch(kind=Kind.REMINDER, title=title, drafts=drafts, by=office, at=at)

"""Messages of the demonstration: a notice and reminders that went, reminders that wait for approval; invitations."""

from __future__ import annotations

from datetime import datetime

from shuping_web.notices.actions import Draft, approve_batch, plan_batch
from shuping_web.notices.models import Batch, Kind
from shuping_web.people.models import Account
from shuping_web.reminding.letters import reminders
from shuping_web.reminding.queries import open_matters
from shuping_web.sign_in.models import Pass
from shuping_web.sign_in.pass_actions import make_passes
from shuping_web.site.demo_stage import County

NOTICE = """各单位：

2025 年度综合考核今日开始填报。一项数据只报一次：安全考核采用的岗位、培训数据不再另报。

Dear colleagues,

filing for the annual appraisal of 2025 begins today. Each figure is asked once: posts and training sessions
serve the safety appraisal too and are not asked again.

县综合考核办公室 / The appraisal office"""


def messages(county: County) -> None:
    """Write to all that filing begins; remind of what is missing: one batch went, one waits for approval."""
    office, times = county.people["office"], county.times
    notice = plan_batch(
        kind=Kind.NOTICE, title="考核启动通知 / Notice: the appraisal begins", by=office, at=times.ago(29),
        drafts=[Draft(account, "2025 年度综合考核开始填报 / Filing for 2025 begins", NOTICE)
                for _name, account in sorted(county.people.items())],
    )  # fmt: skip
    _approved(notice, office, times.ago(29, 15))
    went = _planned(county, "safety", "安全考核催报 / Reminders: safety", office, times.ago(3))
    _approved(went, office, times.ago(3, 20))
    _planned(county, "year", "年度考核催报 / Reminders: annual appraisal", office, times.ago(0.05))
    new = [county.people[name] for name in ("yueling", "forestry")]
    make_passes(kind=Pass.Kind.INVITATION, accounts=new, days=14, by=county.people["admin"], at=times.ago(1))


def _approved(batch: Batch, office: Account, at: datetime) -> None:
    approve_batch(batch=batch, include=list(batch.messages.values_list("pk", flat=True)), by=office, at=at)


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

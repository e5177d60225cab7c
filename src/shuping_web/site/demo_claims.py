"""Claims of the demonstration in every state: bonuses with their documents, judged losses, vetoes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shuping_web.claims.actions import claim, decide, reply
from shuping_web.claims.models import Claim
from shuping_web.site.demo_records import named
from shuping_web.site.demo_stage import County

Steps = Sequence[tuple[str, str, str]]
"""What was decided: the decision, by whom, the reason."""
CITY = "市政府 / City government"
PASSED_ON, APPROVED = ("check", "checker", ""), ("approve", "office", "")
HONOURS: tuple[tuple[str, str, str, str, str, str, Steps], ...] = (
    ("baimao", "2025-11-20", "commendation", "city", "service", "市表〔2025〕96号", ()),
    ("zhuyuan", "2025-11-20", "commendation", "city", "service", "市表[2025]96号", ()),
    ("songlan", "2025-11-27", "pilot", "province", "governance", "省函〔2025〕41号", (PASSED_ON,)),
    ("qingya", "2025-10-15", "pilot", "city", "environment", "市函〔2025〕73号", (PASSED_ON, APPROVED)),
    ("agriculture", "2025-09-18", "commendation", "city", "business", "市农发〔2025〕9号",
     (("refuse", "checker", "协会颁发，不在认定范围 / Given by an association, which the rules do not count"),)),
    ("wanghe", "2025-12-02", "commendation", "city", "culture", "市表〔2025〕101号",
     (("return", "checker", "文号与附件不一致 / The number is not that of the document"),)),
    ("baimao", "2025-08-08", "pilot", "city", "safety", "市函〔2025〕50号", (PASSED_ON, APPROVED)),
    ("shuanghe", "2025-07-01", "commendation", "city", "safety", "市表〔2025〕77号", (("withdraw", "shuanghe", ""),)),
)  # fmt: skip
"""Unit, day, category, level, matter, document, and what was decided."""
SAFETY: tuple[tuple[str, str, str, str, Steps], ...] = (
    ("baimao", "2025-06-30", "安全生产月优秀单位", "市安委〔2025〕12号", (PASSED_ON, APPROVED)),
    ("heting", "2025-07-22", "防汛救援先进集体", "市防指〔2025〕8号", (PASSED_ON,)),
    ("transport", "2025-09-05", "道路运输安全示范", "市安委〔2025〕19号", ()),
)
"""Unit, day, matter, document of commendations for safety, and what was decided."""
LOSSES: tuple[tuple[str, str, str, str, str, Steps], ...] = (
    ("baimao", "2025-08-19", "1", "7 月 3 日塌方次日才报 / A landslide was reported a day late", "checker", ()),
    ("fengzhu", "2025-05-11", "1.5", "仓库火情漏报 / A fire in a store was not reported", "checker",
     (("confirm", "office", ""),)),
    ("tongwu", "2025-04-02", "0.5", "月报迟三天 / The monthly report came three days late", "office2",
     (("confirm", "checker2", ""), ("revoke", "office", "县里系统故障 / The county's system had failed"))),
)  # fmt: skip
"""Unit, day, points, reason, proposed by, and what was decided."""
ACCIDENTS: tuple[tuple[str, str, str, Steps], ...] = (
    ("shihong", "2025-09-27", "县政函〔2025〕66号", ()),
    ("housing", "2025-03-14", "县政函〔2025〕15号", (("confirm", "checker2", ""),)),
)
"""Unit, day, document, and what was decided."""


def claims_of_the_year(county: County) -> None:
    """Claim and propose, and decide on most of it; one unit answers."""
    for number, (code, day, category, tier, matter, document, steps) in enumerate(HONOURS):
        values = {"date": day, "category": category, "tier": tier, "matter": matter, "document": document}
        made = _claim(county, "year", "honour", code, values, code, number, document=document, issuer=CITY)
        _decided(county, made, steps, 10 - number / 4)
    for number, (code, day, matter, document, steps) in enumerate(SAFETY):
        values = {"date": day, "tier": "city", "matter": matter, "document": document}
        issuer = "市安委会 / City safety commission"
        made = _claim(county, "safety", "safety_honour", code, values, code, number, document=document, issuer=issuer)
        _decided(county, made, steps, 7)
    for number, (code, day, loss, reason, who, steps) in enumerate(LOSSES):
        values = {"date": day, "loss": loss, "reason": reason}
        made = _claim(county, "safety", "late_report", code, values, who, number, reason=reason)
        _decided(county, made, steps, 6)
        if code == "fengzhu":
            text = "已建立双人值班，今后零报告 / Two people are on duty now"
            reply(claim=made, text=text, by=county.filer(code), at=county.times.ago(4))
    for number, (code, day, document, steps) in enumerate(ACCIDENTS):
        values = {"date": day, "grade": "ordinary", "document": document}
        reason = "调查报告批复认定负有责任 / The inquiry found the unit responsible"
        made = _claim(county, "safety", "accident", code, values, "office", number, document=document, reason=reason,
                      issuer="县政府 / County government")  # fmt: skip
        _decided(county, made, steps, 5)


def _claim(
    county: County, cycle: str, dataset: str, code: str, values: Mapping[str, str], who: str, number: int,
    document: str = "", issuer: str = "", reason: str = "",
) -> Claim:  # fmt: skip
    by = county.people[who] if who in ("checker", "office", "office2") else county.filer(who)
    return claim(
        cycle=county.cycles[cycle], dataset=dataset, unit=county.units[code], period="", values=values,
        document=document, issuer=issuer, reason=reason, submission=named(f"{dataset} {number}"), by=by,
        at=county.times.ago(13, 9 * number),
    )  # fmt: skip


def _decided(county: County, made: Claim, steps: Steps, days: float) -> None:
    for number, (decision, who, reason) in enumerate(steps):
        made = decide(
            claim=made, decision=decision, reason=reason, version=made.version, by=county.people[who],
            at=county.times.ago(days, 30 * number),
        )  # fmt: skip

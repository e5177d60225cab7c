"""The cycles of the demonstration: last year's closed, this year's open, a smaller one beside it; dates, exceptions,
the calendar, and what changed in the tree of units.
"""

from __future__ import annotations

from datetime import timedelta

from shuping_web.cycles.actions import Span, add_rulebook, move_cycle, open_cycle, set_dates
from shuping_web.cycles.calendar_actions import allow_later, declare_day, end_later
from shuping_web.cycles.models import Step
from shuping_web.filing.actions import freeze
from shuping_web.folders.actions import take_in
from shuping_web.people.role_actions import appoint_deputy
from shuping_web.people.unit_actions import NewUnit, merge_units, rename_unit
from shuping_web.site.demo_stage import County

LAST, YEAR = "2024", "2025"


def beginning(county: County) -> None:
    """Declare the county's own days off and days of work."""
    office, times = county.people["office"], county.times
    off = times.day(12)
    make_up = off + timedelta(days=(5 - off.weekday()) % 7 or 7)  # the Saturday after
    notice = "县政办发〔2025〕31号：县运动会 / County notice no. 31: sports day"
    declare_day(day=off, works=False, reason=notice, by=office, at=times.ago(60))
    declare_day(day=make_up, works=True, reason=notice, by=office, at=times.ago(60, 1))
    declare_day(day=times.day(-45), works=False, reason="防汛停工 / Closed for flood", by=office, at=times.ago(46))


def last_year(county: County) -> None:
    """Take in what was filed last year, freeze it and bring its cycle to the end."""
    office, clerk, times = county.people["office"], county.people["office2"], county.times
    cycle = take_in(folder=county.last_folder, period=LAST, until=times.day(-320), by=clerk, at=times.ago(350))
    county.cycles["last"] = cycle
    dates = _dates(county, -350, -320, (Step.CHECKING, -335, -312), (Step.MEETING, -308, -308),
                   (Step.NOTICE, -300, -294), (Step.APPEALS, -293, -284), (Step.FINAL, -280, -280))  # fmt: skip
    reason = "日程经县政府常务会议审定 / The calendar as approved by the county government"
    set_dates(cycle=cycle, dates=dates, reason=reason, by=office, at=times.ago(349))
    for step, days in ((Step.CHECKING, 319), (Step.MEETING, 308)):
        move_cycle(cycle=cycle, step=step, reason="", by=office, at=times.ago(days))
    freeze(cycle=cycle, name="2024 年度终稿 / Final set of 2024", by=office, at=times.ago(304))
    for step, days in ((Step.NOTICE, 300), (Step.APPEALS, 293), (Step.FINAL, 280)):
        move_cycle(cycle=cycle, step=step, reason="", by=office, at=times.ago(days))


def safety_cycle(county: County, text: str) -> None:
    """Open the smaller appraisal of the same year."""
    office, times = county.people["office"], county.times
    before = text.replace('version: "2025.1"', 'version: "2024.1"').replace('["2025"]', '["2024"]')
    before = before.replace("measure: safety_honours, cap: 3", "measure: safety_honours, cap: 5")
    add_rulebook(text=before, reason="", by=office, at=times.ago(400))
    reason = "加分封顶由 5 分降为 3 分 / Bonuses are capped at 3 instead of 5"
    book = add_rulebook(text=text, reason=reason, by=office, at=times.ago(36))
    dates = _dates(county, -34, 20, (Step.CHECKING, -15, 30), (Step.MEETING, 36, 36), (Step.NOTICE, 40, 46))
    county.cycles["safety"] = open_cycle(
        rulebook=book, period=YEAR, filing_until=times.day(20), dates=dates, by=office, at=times.ago(34)
    )


def this_year(county: County) -> None:
    """Take in what was filed this year so far; every ninth record waits to be checked."""
    office, clerk, times = county.people["office"], county.people["office2"], county.times
    cycle = take_in(folder=county.folder, period=YEAR, until=times.day(26), waiting=9, by=clerk, at=times.ago(30))
    county.cycles["year"] = cycle
    dates = _dates(county, -30, 26, (Step.CHECKING, -20, 40), (Step.MEETING, 47, 47), (Step.NOTICE, 54, 60),
                   (Step.APPEALS, 61, 75), (Step.FINAL, 82, 82))  # fmt: skip
    reason = "按年度工作安排确定 / As laid down in the plan of work"
    set_dates(cycle=cycle, dates=dates, reason=reason, by=office, at=times.ago(29))


def exceptions(county: County) -> None:
    """Give three units a later day; one of the exceptions was ended again."""
    office, times, cycle = county.people["office"], county.times, county.cycles["year"]
    given = (
        ("yueling", 33, "山洪损坏档案室，延长一周 / A flood damaged the archive: a week longer"),
        ("forestry", 30, "合署办公搬迁 / The bureau moves house"),
        ("luwan", 29, "两村合并，重新核对台账 / Two villages merge and check their registers"),
    )
    made = [
        allow_later(cycle=cycle, unit=county.units[code], until=times.day(days), reason=reason, by=office,
                    at=times.ago(9, minutes))
        for minutes, (code, days, reason) in enumerate(given)
    ]  # fmt: skip
    end_later(exception=made[1], by=office, at=times.ago(5))
    reason = "驻村防汛抽调 / On flood duty in the villages"
    allow_later(cycle=county.cycles["safety"], unit=county.units["yueling"], until=times.day(27), reason=reason,
                by=office, at=times.ago(8))  # fmt: skip


def units_change(county: County) -> None:
    """Merge two villages, give an office its new name, and let somebody stand in for the filer of a town."""
    admin, times = county.people["admin"], county.times
    merge_units(
        shares={"luwan-01": "0.55", "luwan-02": "0.45"}, day=times.day(-14), by=admin, at=times.ago(13),
        into=NewUnit("luwan-09", "双溪口村", "Shuangxikou Village", "village"),
    )  # fmt: skip
    rename_unit(unit=county.units["media-centre"], name="县融媒体中心（广播电视台）", day=times.day(-20), by=admin,
                name_en="County Media Centre (Broadcasting)", at=times.ago(19))  # fmt: skip
    town, head = county.people["town"], county.people["townhead"]
    appoint_deputy(membership=town.memberships.get(), deputy=head, valid_from=times.day(7), until=times.day(14),
                   by=town, at=times.ago(2))  # fmt: skip


def _dates(county: County, first: int, last: int, *others: tuple[Step, int, int]) -> dict[Step, Span]:
    day = county.times.day
    return {Step.FILING: Span(day(first), day(last)), **{step: Span(day(a), day(b)) for step, a, b in others}}

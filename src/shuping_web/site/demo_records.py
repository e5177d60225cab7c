"""Records of the demonstration: filed, checked, returned, asked about, drawn; corrections; what is begun only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Protocol, cast
from uuid import UUID, uuid5

from django.http import FileResponse

from shuping_web.checking.actions import (
    accept_rest,
    answer,
    ask,
    confirm_correction,
    draw_sample,
    propose_correction,
    refuse_correction,
    state_plan,
)
from shuping_web.checking.evidence_actions import check_evidence
from shuping_web.checking.models import Correction, Draw, Kind
from shuping_web.cycles.models import Cycle
from shuping_web.cycles.queries import book_of
from shuping_web.evidence.actions import receive
from shuping_web.exports.table import write_table
from shuping_web.filing.actions import check_record, file_record, freeze
from shuping_web.filing.adapters import read_cells
from shuping_web.filing.attached_actions import Chosen
from shuping_web.filing.models import Evidence, Record, State
from shuping_web.filing.table_actions import NewRow, file_rows, keep_batch, keep_draft
from shuping_web.folders.adapters import FolderRead
from shuping_web.people.adapters import RegisteredUnit
from shuping_web.people.models import Account
from shuping_web.site.demo_stage import County

NAMES = UUID("5b0d1c52-6a43-4f1e-9d2f-1f1f3c5f7a10")
"""Submissions are named, not drawn: filled in twice, the demonstration says the same."""
TOO_HIGH = "参训人次超过该单位在编人数，请核对签到册 / More participants than staff; please check the attendance list"
RECEIVED = (
    ("baimao-03", "2025-11-05", "lecture", "64"),
    ("baimao-05", "2025-11-12", "culture", "310"),
    ("baimao-08", "2025-11-19", "sport", "95"),
    ("baimao-11", "2025-11-26", "volunteering", "42"),
)
"""Activities that Baimao filed on screen: village, day, form, participants."""


class SafetyRow(Protocol):
    """A record as the library's demonstration draws it."""

    @property
    def dataset(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def period(self) -> str: ...
    @property
    def values(self) -> Mapping[str, str]: ...


def registered(folder: FolderRead) -> Iterator[RegisteredUnit]:
    """Yield the units of a folder."""
    for code, unit in folder.units.items():
        yield RegisteredUnit(
            code, unit["name"], unit["name_en"], unit["kind"], unit["parent"], unit["valid_from"], unit["valid_to"],
            unit["attributes"],
        )  # fmt: skip


def named(text: str) -> UUID:
    """Return the submission of this name."""
    return uuid5(NAMES, text)


def filed(county: County, rows: Iterable[SafetyRow]) -> None:
    """File the safety records by each unit's own filer, and what Baimao filed on screen."""
    by_unit: dict[tuple[str, str], list[SafetyRow]] = defaultdict(list)
    for row in rows:
        by_unit[row.unit, row.dataset].append(row)
    for number, ((code, dataset), own) in enumerate(by_unit.items()):
        new = [NewRow(county.units[code], row.period, row.values) for row in own]
        file_rows(
            cycle=county.cycles["safety"], dataset=dataset, rows=new, submission=named(f"{code} {dataset}"),
            by=county.filer(code), at=county.times.ago(27, 7 * number),
        )  # fmt: skip
    town, at = county.people["town"], county.times.ago(8)
    for number, (village, day, form, people) in enumerate(RECEIVED):
        values = {"date": day, "form": form, "village": village, "participants": people}
        when, submission = at + timedelta(minutes=6 * number), named(f"activity {village}")
        scan = receive(
            raw=attendance(day, int(people)), name=f"签到册 {day}.xlsx", submission=submission, by=town, at=when
        )
        file_record(
            cycle=county.cycles["year"], dataset="activity", unit=county.units["baimao"], period="", values=values,
            submission=submission, by=town, at=when, evidence=[Chosen(scan.file, scan.name, scan.received_at)],
        )  # fmt: skip


def attendance(day: str, people: int) -> bytes:
    """Return an attendance list as a workbook: no names, how many came from each group of the village."""
    groups = [(f"第 {number} 组 / Group {number}", people // 3 + (number <= people % 3)) for number in (1, 2, 3)]
    answer = write_table(f"签到册 {day}", ("组 / Group", "到场人次 / Came"), groups, "xlsx")
    assert isinstance(answer, FileResponse)
    content = b"".join(cast(Iterable[bytes], answer.streaming_content))
    assert answer.file_to_stream is not None
    answer.file_to_stream.close()  # not the answer: that would end a request that there is none of
    return content


def checked(county: County) -> None:
    """Let the checkers accept, return and ask; the town answers one of two questions."""
    checker, second, times = county.people["checker"], county.people["checker2"], county.times
    safety, year = county.cycles["safety"], county.cycles["year"]
    waiting = Record.objects.filter(cycle=safety, state=State.FILED).select_related("unit").order_by("pk")
    for number, record in enumerate(waiting[:60]):
        _check(safety, record, (checker, second)[number % 2], "", times.ago(18, 4 * number))
    sessions = list(Record.objects.filter(dataset="training", cycle=year, state=State.FILED).order_by("pk")[:9])
    for record, reason in zip(
        sessions[::4], (TOO_HIGH, "缺签到册页码 / The page of the list is missing", TOO_HIGH), strict=True
    ):
        _check(year, record, checker, reason, times.ago(6))
    own = list(Record.objects.filter(filed_by=county.people["town"], dataset="activity").order_by("pk"))
    papers = {one.record_id: one for one in Evidence.objects.filter(record__in=own)}
    for record, doubt in (
        (own[0], ""),
        (own[1], "三个组合计与填报数不符 / The groups do not add up to what was filed"),
    ):
        check_evidence(cycle=year, evidence=papers[record.pk], proves=not doubt, reason=doubt, version=record.version,
                       by=second, at=times.ago(5.2))  # fmt: skip
    _check(year, own[0], second, "", times.ago(5))
    _check(year, own[1], second, "310 人次与活动照片、签到表不符，请核实 / 310 does not match the sign-in sheet",
           times.ago(5, 10))  # fmt: skip
    first = ask(record=own[2], text="体育活动在哪个场地举办？ / Where did the sports day take place?", by=checker,
                at=times.ago(4))  # fmt: skip
    answer(question=first, text="在村小学操场 / In the yard of the village school", by=county.people["town"],
           at=times.ago(3))  # fmt: skip
    ask(record=own[3], text="42 人次是否含外村志愿者？ / Does 42 include volunteers of other villages?", by=checker,
        at=times.ago(2))  # fmt: skip


def _check(cycle: Cycle, record: Record, by: Account, reason: str, at: object) -> None:
    check_record(cycle=cycle, record=record, accept=not reason, reason=reason, version=record.version, by=by, at=at)  # type: ignore[arg-type]


def sampled(county: County) -> None:
    """State two sampling plans and draw by them: one is half done, of the other the rest was accepted."""
    office, times, cycle = county.people["office"], county.times, county.cycles["year"]
    plan = state_plan(
        cycle=cycle, dataset="activity", share=Decimal("0.15"), number=None, least_each=1, accept_rest=True,
        most_returned=Decimal("0.05"), seed="公开抽取 1107-42-18 / drawn in public 1107-42-18",
        reason="每个乡镇至少抽 1 条，其余凭抽查结果通过 / One of each township at least", by=office, at=times.ago(15),
    )  # fmt: skip
    _half_checked(county, draw_sample(plan=plan, by=office, at=times.ago(14)), whole=False)
    plan = state_plan(
        cycle=cycle, dataset="plan", share=None, number=6, least_each=0, accept_rest=True, most_returned=Decimal(0),
        seed="公开抽取 0913-07-55 / drawn in public 0913-07-55", reason="数量少、差错少 / Few rows, few faults",
        by=office, at=times.ago(12),
    )  # fmt: skip
    drawn = draw_sample(plan=plan, by=office, at=times.ago(12, 5))
    _half_checked(county, drawn, whole=True)
    accept_rest(drawn=drawn, by=office, at=times.ago(10))


def _half_checked(county: County, drawn: Draw, *, whole: bool) -> None:
    chosen = Record.objects.filter(pk__in=drawn.chosen).select_related("unit").order_by("pk")
    for number, record in enumerate(chosen if whole else chosen[: len(drawn.chosen) // 2]):
        _check(county.cycles["year"], record, county.people["checker"], "", county.times.ago(11, 3 * number))


def corrections(county: County) -> None:
    """Correct last year's frozen records: one confirmed, one refused, one that waits for a second person."""
    times, cycle = county.times, Cycle.objects.get(pk=county.cycles["last"].pk)
    office = county.people["office"]

    def proposed(code: str, add: int, reason: str, days: float) -> Correction:
        rows = Record.objects.filter(cycle=cycle, dataset="training", unit__code=code, state=State.ACCEPTED)
        record = rows.select_related("unit").order_by("pk")[0]
        values = {**record.values, "participants": str(int(record.values["participants"]) + add)}
        return propose_correction(
            cycle=cycle, kind=Kind.CHANGE, record=record, dataset="training", unit=record.unit, period=record.period,
            values=values, reason=reason, submission=named(f"correction {code}"), by=county.filer(code),
            at=times.ago(days),
        )  # fmt: skip

    first = proposed("songlan", 12, "漏计分会场人数 / The second room was not counted", 24)
    confirm_correction(correction=first, by=office, at=times.ago(22))
    other = proposed("fengzhu", 30, "估算更新 / A new estimate", 20)
    refuse_correction(
        correction=other, reason="没有签到册佐证 / No attendance list says so", by=office, at=times.ago(17)
    )
    proposed("baimao", 4, "录入时看错一行 / Read from the wrong line", 3)


def kept(county: County) -> None:
    """Keep an interim set, a draft and an upload with a wrong cell."""
    times, town, year = county.times, county.people["town"], county.cycles["year"]
    freeze(
        cycle=year, name="第一次中期汇总 / First interim set", interim=True, by=county.people["office"], at=times.ago(2)
    )
    unit = county.units["baimao"]
    content = {
        "unit": str(unit.pk),
        "f_date": "2025-12-03",
        "f_form": "health_and_elder_care",
        "f_village": "baimao-02",
    }
    keep_draft(
        dataset="activity", unit=unit, record=None, grid=False, content=content, submission=named("draft"), by=town,
        at=times.ago(0.1),
    )  # fmt: skip
    lines = ["单位,日期,内容,参训人次", "白茅镇,2025-12-04,安全应急,38", "白茅镇,2025-12-11,为民服务,二十六"]
    raw = ("\n".join(lines) + "\n").encode()
    cells = read_cells(raw, "12月培训.csv", book_of(year), "training")
    keep_batch(cycle=year, dataset="training", cells=cells, by=town, at=times.ago(0.2))

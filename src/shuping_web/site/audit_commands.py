"""``shuping audit``: the chain of events and what must always hold, looked at by whoever has the site's data."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from shuping_web.site.commands import Data, prepare

WRONG = 1


class What(StrEnum):
    """What is looked at."""

    VERIFY = "verify"
    INVARIANTS = "invariants"
    HEAD = "head"
    EVIDENCE = "evidence"


def audit(
    what: Annotated[
        What,
        typer.Argument(
            help="verify：台账是否被改；invariants：应当始终成立的事；head：打印链头以便公布；"
            "evidence：逐个验证佐证材料 / "
            "the chain; what must always hold; the head, to be published; every file of evidence by its hash"
        ),
    ],
    data: Data = Path("shuping-data"),
    head: Annotated[
        str | None,
        typer.Option("--head", metavar="N:HASH", help="公布过的链头 / a head as it was published"),
    ] = None,
    day: Annotated[
        datetime | None,
        typer.Option("--day", formats=["%Y-%m-%d"], help="哪一天的链头（head） / of which day (head)"),
    ] = None,
) -> None:
    """查验网站的台账与数据，有问题时返回 1 / Look whether the site's ledger and data are as they must be."""
    published = _published(head)
    prepare(data)
    if what == What.HEAD:
        _print_head(day.date() if day is not None else None)
        return
    raise typer.Exit(_verify(published) if what == What.VERIFY else _invariants())


def _published(head: str | None) -> tuple[int, str] | None:
    if head is None:
        return None
    number, _colon, digest = head.strip().partition(":")
    if not number.isdigit() or len(digest) != 64:
        raise typer.BadParameter(f"链头应写成 N:HASH / a head is written N:HASH, given: {head}", param_hint="--head")
    return int(number), digest


def _print_head(day: date | None) -> None:
    from shuping_web.history.heads import head_of
    from shuping_web.ledger.queries import head

    if day is not None:
        of_day = head_of(day)
        typer.echo("这一天没有事件 / no event on this day" if of_day is None else of_day.line)
        return
    last = head()
    typer.echo("台账还没有事件 / the ledger has no event yet" if last is None else f"{last[0]}:{last[1]}")


def _verify(published: tuple[int, str] | None) -> int:
    from shuping_web.ledger.queries import head
    from shuping_web.site.audit import KINDS, faults

    found = faults(published)
    for fault in found:
        zh, en = KINDS[fault.kind]
        typer.echo(f"第 {fault.number} 条事件：{zh} / event {fault.number}: {en}", err=True)
    last = head()
    if not found:
        count = 0 if last is None else last[0]
        typer.echo(f"{count} 条事件，首尾相接，未被改动 / {count} events follow each other, unchanged")
        if published is None:
            typer.echo(
                "末尾被删除只有对照公布过的链头（--head）才能发现 / "
                "a removed tail shows only against a published head (--head)"
            )
    return WRONG if found else 0


def _invariants() -> int:
    from shuping_web.site.audit import invariants

    status = 0
    for one in invariants():
        typer.echo(f"{'✗' if one.wrong else '✓'} {one.zh} / {one.en}")
        for text in one.wrong:
            status = WRONG
            typer.echo(f"    {text}", err=True)
    return status


def _evidence() -> int:
    """Look at every file of evidence whole, and list those that no record names."""
    from shuping_web.filing.evidence_audit import FAULTS, look_at_all
    from shuping_web.site.audit import FILES

    status, count = 0, 0
    for one in look_at_all():
        zh, en = FILES[one.what]
        wrong = one.what in FAULTS
        status, count = WRONG if wrong else status, count + 1
        typer.echo(f"{one.name} ({one.bytes} B)：{zh} / {en}", err=wrong)
    if not count:
        typer.echo("文件都在，内容未变，都有记录使用 / every file is there, unchanged, and goes with a record")
    return status

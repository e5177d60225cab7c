"""What must always hold, in words, and the looking whether it does: the chain of events, and each room's invariants."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from shuping_web.checking.invariants import INVARIANTS as CHECKING
from shuping_web.claims.invariants import INVARIANTS as CLAIMS
from shuping_web.cycles.invariants import INVARIANTS as CYCLES
from shuping_web.filing.evidence_audit import INVARIANTS as EVIDENCE
from shuping_web.filing.invariants import INVARIANTS as FILING
from shuping_web.ledger.queries import Fault, verify
from shuping_web.notices.invariants import INVARIANTS as NOTICES
from shuping_web.people.invariants import INVARIANTS as PEOPLE

EVERY: tuple[Callable[[], Iterator[str]], ...] = (*PEOPLE, *CYCLES, *FILING, *EVIDENCE, *CLAIMS, *CHECKING, *NOTICES)
WORDS: dict[str, tuple[str, str]] = {
    "closure_as_the_tree": (
        "单位的上下级路径表与单位树一致。",
        "The table of paths tells what the tree of units tells.",
    ),
    "histories_whole": (
        "单位的名称和隶属前后相接，不重不漏，最后一段就是现状。",
        "Names and places of a unit follow each other without gap or overlap; the last are those of today.",
    ),
    "successors_whole": ("单位由哪些单位变来，份额合计为 1。", "What a unit was made of adds up to 1."),
    "duties_apart": (
        "同一天里，没有人既管理或审计网站又经手记录。",
        "Nobody administers or audits the site and handles records on one day.",
    ),
    "deputies_in_bounds": (
        "代理人只在期限内、在原角色所在的单位代行该角色，不得转托。",
        "A deputy has the role lent, where it is held, between two days, and does not lend on.",
    ),
    "erased_people_gone": (
        "已注销的人不再留名，也不再有角色。",
        "Nothing names an erased person, and no role is left.",
    ),
    "rulebooks_as_pinned": (
        "规则的文本与加入时的校验值相符，每个周期仍用开启时的那一版规则。",
        "The text of a rule book has the hash under which it was added; a cycle has the one that it was opened with.",
    ),
    "cycles_as_told": (
        "周期处在办公室最后一次移到的阶段；只有冻结的记录才出结果。",
        "A cycle is in the stage that it was moved to last; results are shown of frozen records alone.",
    ),
    "states_as_told": (
        "每条记录的状态和版本与台账上它最后经历的事一致。",
        "A record stands where its last event left it, at the version that its events come to.",
    ),
    "days_as_told": (
        "每条记录的日期与其内容或所属时段一致。",
        "The day of a record is the one that its values, or its period, name.",
    ),
    "superseded_once": (
        "被取代的行只被取代一次，取代它的只有一行。",
        "A row is superseded once, and one row stands in its place.",
    ),
    "sets_as_told": (
        "每个记录集的校验值与冻结时台账所记相同，一个不少。",
        "Every record set has the hash that the ledger told when it was frozen; none is gone.",
    ),
    "claims_by_others": (
        "没有人批准或确认自己申报、提出或核查过的事项，也没有人就本单位的事项作决定。",
        "Nobody approved what they claimed, proposed or checked themselves, or decided on their own unit's claims.",
    ),
    "claims_as_told": (
        "每项申报的状态与台账一致；批准了的就是一条内容相同的已通过记录，其余的不计。",
        "A claim stands where its last event left it; approved it is a record that says the same, and no other counts.",
    ),
    "claimed_alone": (
        "由申报而来的记录都有那项申报。",
        "A record that came of a claim belongs to that claim.",
    ),
    "nobody_checks_own": (
        "没有人审核过本单位的或自己填报的记录。",
        "Nobody decided on a record of their own unit, or on one that they had filed.",
    ),
    "sets_of_accepted": (
        "记录集里的每一行都是冻结那一刻已通过的记录：没有草稿，也没有待审、退回或撤回的。",
        "Every row of a record set was accepted when it was frozen: no draft, nothing waiting, returned or withdrawn.",
    ),
    "accepted_as_checked": (
        "已通过的记录由填报人以外的人在现版本上通过；其后任何改动都会使其失去通过。",
        "An accepted record was accepted at its version by somebody other than its filer; any later change drops it.",
    ),
    "records_as_told": ("记录的内容与台账最后一次所记相同。", "A record holds what the ledger last said of it."),
    "sets_in_order": (
        "记录集的校验值与内容相符，并依次取代同一周期的上一个。",
        "A record set has the hash of its content, and supersedes the one before it in its cycle.",
    ),
    "corrections_by_two": (
        "确认的更正有两个人；新行在新记录集中，旧行不在。",
        "A confirmed correction has two persons; its new row stands in the new set, its old one does not.",
    ),
    "draws_replayed": (
        "按留存的种子重抽，抽中的记录相同。",
        "A draw made again from what was kept gives the same records.",
    ),
    "files_kept": (
        "佐证材料所指的文件都在，大小相符（逐个验证内容用 audit evidence）。",
        "Every file that evidence names is there, in its size (`audit evidence` looks at each one's hash).",
    ),
    "evidence_once": (
        "佐证材料不由添加它的人核验。",
        "What was found of a file was found by somebody other than who added it.",
    ),
    "nothing_without_approval": (
        "发出或待发的信件都在经人批准的批次里。",
        "A message that went, or may go, stands in a batch that somebody approved.",
    ),
    "sent_means_sent": (
        "只有邮寄发出的信件才有发出时间。",
        "A message has a time of sending when it was sent by mail, and only then.",
    ),
    "work_ends_once": (
        "结束的后台工作无人占用，完成量不超过总量。",
        "Work that ended has no worker, and did no more than there was to do.",
    ),
}
"""Each invariant as a sentence, Chinese and English."""
FILES = {
    "gone": ("文件缺失", "it is gone"),
    "damaged": ("内容与校验值不符", "it does not have its hash"),
    "piece": ("写入中断留下的片段，可以删除", "a piece of an interrupted writing; it may be deleted"),
    "waiting": ("已上传，尚未填报", "sent with a form that was not filed yet"),
    "orphan": ("没有记录使用；网站不会删除它", "no record names it; the site does not delete it"),
}
"""What there is about a file of evidence, by ``filing.evidence_audit``."""
KINDS = {
    "changed": ("内容被改动", "its content was changed"),
    "broken": (
        "与前一条不相接：有事件被删除或插入",
        "it does not follow the one before: an event was removed or inserted",
    ),
    "head": (
        "链中已没有这个公布过的链头：末尾被删除或改写",
        "the published head is not in the chain: its tail was removed or rewritten",
    ),
}


@dataclass(frozen=True)
class Finding:
    """An invariant as a sentence, and what is wrong with it (nothing: it holds)."""

    zh: str
    en: str
    wrong: tuple[str, ...]


def invariants() -> Iterator[Finding]:
    """Look at every invariant, one after the other."""
    faults = tuple(f"{fault.number}: {KINDS[fault.kind][1]}" for fault in verify())
    yield Finding("台账的事件首尾相接，内容未变。", "The events of the ledger follow each other, unchanged.", faults)
    for look in EVERY:
        zh, en = WORDS[look.__name__]
        yield Finding(zh, en, tuple(look()))


def faults(head: tuple[int, str] | None) -> list[Fault]:
    """Return what is wrong with the chain of events, held against a published head if one is given."""
    return verify(head)

"""Claims that an account may read, what it may do with each, and claims of the same document or matter."""

from __future__ import annotations

import unicodedata
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import ngettext

from shuping_web.claims.models import GONE, WAITING, Claim, Kind, State
from shuping_web.cycles.adapters import claimed_as
from shuping_web.cycles.models import Cycle
from shuping_web.people.models import Account, Unit
from shuping_web.people.permissions import Permission
from shuping_web.people.queries import may, own_reach, reach, units_for


def claims_for(account: Account, today: date) -> QuerySet[Claim]:
    """Return the claims, deductions and vetoes that an account may read."""
    every = reach(account, Permission.SEE_ALL_RECORDS, today)
    seen = every.q("unit") | reach(account, Permission.SEE_OWN_RECORDS, today).q("unit")
    return Claim.objects.filter(seen).select_related("unit", "proposed_by", "checked_by", "decided_by", "replied_by")


def units_to_claim_for(account: Account, today: date, kind: str) -> QuerySet[Unit]:
    """Return the units for which an account may claim a bonus, or propose a deduction or veto: never its own there."""
    if kind == Kind.BONUS:
        return units_for(account, Permission.FILE_OWN_RECORDS, today)
    judged = units_for(account, Permission.PROPOSE_DEDUCTION, today)
    return judged.exclude(own_reach(account, today).q("pk"))


def may_claim(account: Account, today: date, kind: str) -> bool:
    """Tell whether an account claims (bonus) or proposes (deduction, veto) at all."""
    wanted = Permission.FILE_OWN_RECORDS if kind == Kind.BONUS else Permission.PROPOSE_DEDUCTION
    return may(account, wanted, today)


def _deciding(claim: Claim) -> Permission | None:
    """Return the permission that takes the claim a step further; None where nothing is left to decide."""
    if claim.state == State.CLAIMED and claim.kind == Kind.BONUS:
        return Permission.CHECK_RECORDS
    if claim.state in (State.CLAIMED, State.CHECKED, State.APPROVED):
        return Permission.APPROVE_CLAIMS if claim.kind == Kind.BONUS else Permission.PROPOSE_DEDUCTION
    return None


def decisions_for(account: Account, claim: Claim, today: date) -> tuple[str, ...]:
    """Return what an account may do with a claim: ``check``, ``approve``, ``confirm``, ``return``, ``refuse``,
    ``revoke``, ``withdraw``, ``change``, ``reply``. Nobody decides on the own unit, on what they proposed or, having
    checked it, approves it.
    """
    found: list[str] = []
    wanted = _deciding(claim)
    stranger = account.pk != claim.proposed_by_id and not own_reach(account, today).has(claim.unit_id)
    if wanted is not None and stranger and reach(account, wanted, today).has(claim.unit_id):
        if claim.state == State.APPROVED:
            found.append("revoke")
        elif claim.kind != Kind.BONUS:
            found += ["confirm", "refuse"]
        elif claim.state == State.CLAIMED:
            found += ["check", "return", "refuse"]
        elif claim.checked_by_id != account.pk:
            found += ["approve", "return", "refuse"]
    files = reach(account, Permission.FILE_OWN_RECORDS, today).has(claim.unit_id)
    if claim.kind == Kind.BONUS:
        found += ["change", "withdraw"] if files and claim.state in (*WAITING, State.RETURNED) else []
    else:
        found += ["withdraw"] if account.pk == claim.proposed_by_id and claim.state == State.CLAIMED else []
        found += ["reply"] if files and not claim.reply and claim.state in (State.CLAIMED, State.APPROVED) else []
    return tuple(found)


def to_decide(account: Account, today: date) -> QuerySet[Claim]:
    """Return the claims that wait for a decision by an account, the oldest first."""
    checks = reach(account, Permission.CHECK_RECORDS, today).q("unit")
    approves = reach(account, Permission.APPROVE_CLAIMS, today).q("unit")
    judges = reach(account, Permission.PROPOSE_DEDUCTION, today).q("unit")
    steps = Q(kind=Kind.BONUS, state=State.CLAIMED) & checks
    steps |= Q(kind=Kind.BONUS, state=State.CHECKED) & approves & ~Q(checked_by=account)
    steps |= Q(state=State.CLAIMED) & judges & ~Q(kind=Kind.BONUS)
    mine = own_reach(account, today).q("unit")
    waiting = claims_for(account, today).filter(steps).exclude(proposed_by=account).exclude(mine)
    return waiting.order_by("proposed_at", "pk")


def alike(claim: Claim, seen: QuerySet[Claim]) -> QuerySet[Claim]:
    """Return the other claims, among those seen, that name the same document or the same matter and are not gone."""
    same = Q(pk__in=[])
    if claim.document_key:
        same |= Q(document_key=claim.document_key)
    if claim.matter_key:
        same |= Q(dataset=claim.dataset, matter_key=claim.matter_key)
    return seen.filter(same, cycle=claim.cycle_id, kind=claim.kind).exclude(state__in=GONE).exclude(pk=claim.pk)


def key_of(text: str) -> str:
    """Return a document's number or a matter without differences of width, case, brackets and spaces."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    brackets = str.maketrans({"〔": "[", "〕": "]", "【": "[", "】": "]", "(": "[", ")": "]"})
    return "".join(plain.split()).translate(brackets)[:200]


def kinds_of(cycle: Cycle) -> dict[str, str]:
    """Return the datasets of a cycle that are claimed or proposed, each with its kind."""
    return claimed_as(cycle.rulebook.text)


def why_not_freeze(cycle: Cycle) -> str:
    """Return what of this room keeps a cycle from being frozen, in words; nothing where all is decided."""
    number = Claim.objects.filter(cycle=cycle, state__in=WAITING).count()
    text = ngettext(
        "%d claim, deduction or veto waits for a decision.", "%d claims, deductions or vetoes wait for a decision.",
        number,
    )  # fmt: skip
    return text % number if number else ""

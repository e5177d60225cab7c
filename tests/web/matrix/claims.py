"""Addresses of the room ``claims``."""

from __future__ import annotations

from uuid import uuid4

from shuping_web.claims.actions import claim
from shuping_web.claims.models import Claim
from shuping_web.cycles.actions import add_rulebook, open_cycle
from tests.web.conftest import BOOK, NOW, World
from tests.web.matrix import FILES, OF_EAST, READS_ALL

SEEN = {
    ("claims", "get"): READS_ALL | FILES | {"head"},
    ("new-claim", "get"): FILES,
    ("new-claim", "post"): FILES,
    ("claim", "get"): READS_ALL | OF_EAST,
    ("change-claim", "get"): frozenset({"east"}),
    ("change-claim", "post"): frozenset({"east"}),
    ("decide-claim", "post"): frozenset({"east", "checker"}),  # the office: once it is checked
    ("answer-claim", "post"): frozenset({"east"}),
}
ADJUSTED = (
    BOOK.replace('version: "1"', 'version: "1-adjusted"')
    .replace(
        "datasets:\n",
        """datasets:
  award:
    title: {zh: 荣誉, en: Awards}
    dated_by: issued
    no_records: zero
    fields:
      issued: {type: date, title: {zh: 发文日期, en: Date of issue}}
      matter: {type: text, title: {zh: 事项, en: Matter}}
      tier:
        type: category
        title: {zh: 级别, en: Level}
        options: {city: {zh: 市级, en: City}, county: {zh: 县级, en: County}}
      document: {type: text, title: {zh: 文号, en: Number of the document}}
  weak_report:
    title: {zh: 述职不实, en: Weak report}
    no_records: zero
    fields:
      date: {type: date, title: {zh: 日期, en: Date}}
      loss: {type: number, min: 5, max: 10, title: {zh: 扣分, en: Points off}}
      reason: {type: text, title: {zh: 理由, en: Why}}
  falsified:
    title: {zh: 弄虚作假, en: Falsified}
    no_records: zero
    fields: {date: {type: date, title: {zh: 日期, en: Date}}}
""",
    )
    .replace(
        "measures: {",
        """measures:
  honours:
    from: award
    tiers: {field: tier, points: {city: 3, county: 1}, same: matter, where: document is not missing}
  losses: {from: weak_report, value: sum(loss)}
  falsifications: {from: falsified, value: count()}
""",
    )
    .replace(
        """count()}, people: {from""",
        """count()}
  people: {from""",
    )
    .replace("value: sum(people)}}", "value: sum(people)}")
    .replace("events: {from: activity", "  events: {from: activity")
    .replace(
        "grades:",
        """adjustments:
  bonus: [{id: honours_bonus, title: {zh: 荣誉加分, en: Honours}, measure: honours, cap: 5}]
  deductions: [{id: weak, title: {zh: 述职不实, en: Weak report}, measure: losses}]
  veto: [{id: false_report, title: {zh: 弄虚作假, en: Falsified}, when: falsifications > 0, effect: bar_top}]
grades:""",
    )
)
"""The small county with honours, a judged loss and a veto."""
AWARD = {"issued": "2025-03-01", "matter": "Clean rivers 317", "tier": "city", "document": "S〔2025〕3"}


def adjusted(world: World) -> World:
    """Let the world's cycle be one of the rule book with adjustments."""
    if world.cycle.rulebook.text != ADJUSTED:
        by = world.people["office"]
        book = add_rulebook(text=ADJUSTED, reason="Adjustments.", by=by, at=NOW)
        world.cycle = open_cycle(rulebook=book, period="2025", filing_until=world.cycle.filing_until, by=by, at=NOW)
    return world


def claimed(world: World, unit: str = "east", **values: str) -> Claim:
    """Claim an honour for a town."""
    adjusted(world)
    given = {**AWARD, **values}
    return claim(
        cycle=world.cycle, dataset="award", unit=world.units[unit], period="", values=given,
        document=given["document"], issuer="City government", reason="", submission=uuid4(), by=world.people[unit],
        at=NOW,
    )  # fmt: skip


def form_of(world: World) -> str:
    """Return the address of the form of an award."""
    adjusted(world)
    return "/claims/new/award/"


PATHS = {
    "new-claim": form_of,
    "claim": lambda world: f"/claim/{claimed(world).pk}/",
    "change-claim": lambda world: f"/claim/{claimed(world).pk}/change/",
    "decide-claim": lambda world: f"/claim/{claimed(world).pk}/decide/",
    "answer-claim": lambda world: f"/claim/{claimed(world).pk}/answer/",
}
NOTHING = {
    "claim": "/claim/999999/",
    "change-claim": "/claim/999999/change/",
    "decide-claim": "/claim/999999/decide/",
    "answer-claim": "/claim/999999/answer/",
}

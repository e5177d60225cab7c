"""The demonstration: every page has something to show, every invariant holds, twice filled in it is the same."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html import unescape
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import timezone

from shuping_web.checking.models import Correction, Decision, Question
from shuping_web.claims.models import Claim, Kind
from shuping_web.claims.models import State as ClaimState
from shuping_web.cycles.models import Cycle, LaterDeadline
from shuping_web.filing.models import Record, RecordSet, State
from shuping_web.ledger.models import Event
from shuping_web.notices.models import Batch, BatchState
from shuping_web.people.models import Account
from shuping_web.people.permissions import Role
from shuping_web.results.queries import scoring_of
from shuping_web.site.audit import invariants
from shuping_web.site.demonstration import SIGN_INS, fill
from tests.web.conftest import PASSWORD
from tests.web.test_matrix import SEEN

pytestmark = pytest.mark.django_db
AT = datetime.now(UTC) - timedelta(minutes=5)
LINK = re.compile(r'<a [^>]*href="(/[^"#?]*)')
EACH = 2
"""Addresses of one kind that are looked at, for each person."""


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[list[tuple[str, str]]]:
    """The demonstration, filled in once for all tests of this file."""
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        yield fill(password=PASSWORD, at=AT)
        transaction.set_rollback(True)


def client_of(username: str, cycle: Cycle | None = None) -> Client:
    client = Client(headers={"host": "localhost", "accept-language": "en"})
    client.force_login(Account.objects.get(username=username))
    if cycle is not None:
        assert client.post(f"/cycles/{cycle.pk}/choose/").status_code == 302
    return client


def walked(client: Client) -> dict[str, list[tuple[str, str]]]:
    """Follow the links from the first page; return path and page of a few addresses of each kind."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    waiting, known = ["/"], {"/": ""}
    while waiting:
        path = waiting.pop(0)
        try:
            name = resolve(path).url_name or ""
        except Resolver404:
            continue
        if len(found[name]) >= EACH:
            continue
        answer = client.get(path)
        assert answer.status_code in (200, 302, 405), (client.session["_auth_user_id"], path, known[path])
        text = answer.content.decode() if answer.get("Content-Type", "").startswith("text/html") else ""
        found[name].append((path, text))
        fresh = [one for one in map(unescape, LINK.findall(text)) if one not in known]
        known.update(dict.fromkeys(fresh, path))
        waiting += fresh
    return found


EMPTY = re.compile(r'<p class="empty">\s*([^<]*)')
CYCLES = {"year": ("annual", "2025"), "safety": ("safety", "2025"), "last": ("annual", "2024")}
FORMS = {
    "start": "there is an account", "sign-in": "signed in already", "sign-in-code": "nobody has a second factor",
    "slip": "signed in already", "invitation": "its receiver alone has the address", "accept-invitation": "signed in",
    "deadlines": "its owner alone has the address", "job": "no mail server, nothing is sent in the background",
    "job-file": "no list is that long", "move-cycle": "a form on the cycle's page", "language": "a form",
}  # fmt: skip
"""Pages that nobody of the demonstration comes to by following links."""
NOT_YET = {"corrections": "nothing is frozen in mid-cycle", "questions": "asked of units alone",
           "evidence-list": "many units have sent no file"}  # fmt: skip
"""Lists that are empty in the open cycle for a reason; in last year's, or for others, they are not."""


def cycle(name: str) -> Cycle:
    book, period = CYCLES[name]
    return Cycle.objects.get(rulebook__book=f"chengchuan-{book}", period=period)


def test_every_page_has_something_to_show(demo: list[tuple[str, str]]) -> None:
    """Of every address somebody sees a page by following links, and of every list somebody sees it filled."""
    filled: set[str] = set()
    empty: dict[str, list[str]] = defaultdict(list)
    for username, _what, _role, _unit in SIGN_INS:
        for name in CYCLES if username in ("office", "town", "checker") else ("year",):
            for kind, pages in walked(client_of(username, cycle(name))).items():
                for path, text in pages:
                    found = EMPTY.findall(text)
                    filled.update([] if found else [kind])
                    empty[kind] += [f"{username} {name} {path}: {one}" for one in found]
                    if username in ("office", "town", "checker") and name == "year":
                        assert not found or kind in NOT_YET, (username, path, found)
    assert {kind: where for kind, where in empty.items() if kind not in filled} == {}
    assert {kind for kind, method in SEEN if method == "get"} - filled - set(empty) - set(FORMS) == set()


def test_the_empty_states_of_all_lists_are_marked() -> None:
    """Else the walk above would take an empty list for a filled one."""
    unmarked = re.compile(r"{% (?:else|empty)[^%]*%}<p>{% translate \"(?:No |Nothing|Nobody|None|There are no)[^\"]*")
    known = {
        "No row differs.", "Nothing but the writing.", "Nothing was found.", "No total, rank or grade changed.",
        "No record waits that was not drawn from already.", "None any more.", "Nobody has a role here.",
        "No role: after signing in there is nothing to see yet.", "Nothing was done to it on the site yet.",
    }  # fmt: skip
    found = {
        text.rpartition('"')[2]
        for path in Path("src/shuping_web").rglob("templates/**/*.html")
        for text in unmarked.findall(path.read_text(encoding="utf-8"))
    }
    assert found - known == set()


def test_all_that_must_hold_holds(demo: list[tuple[str, str]]) -> None:
    assert {finding.en: finding.wrong for finding in invariants() if finding.wrong} == {}
    assert Event.objects.filter(at__gt=AT).count() == 0


def test_there_is_somebody_for_each_role_and_something_in_each_state(demo: list[tuple[str, str]]) -> None:
    assert {role for _username, _what, role, _unit in SIGN_INS} == set(Role)
    assert {username for username, _what in demo} == {username for username, _what, _role, _unit in SIGN_INS}
    for username, _what in demo:
        assert Account.objects.get(username=username).check_password(PASSWORD)
    for kind, states in {
        Kind.BONUS: set(ClaimState) - {ClaimState.REVOKED},
        Kind.DEDUCTION: {ClaimState.CLAIMED, ClaimState.APPROVED, ClaimState.REVOKED},
        Kind.VETO: {ClaimState.CLAIMED, ClaimState.APPROVED},
    }.items():
        assert set(Claim.objects.filter(kind=kind).values_list("state", flat=True)) == states
    assert {*Record.objects.values_list("state", flat=True)} == set(State)
    decisions = {Decision.PROPOSED, Decision.CONFIRMED, Decision.REFUSED}
    assert {*Correction.objects.values_list("decision", flat=True)} == decisions
    assert {*Question.objects.values_list("answer", flat=True)} > {""}
    assert {*Batch.objects.values_list("state", flat=True)} == {BatchState.PLANNED, BatchState.APPROVED}
    assert [kept.interim for kept in RecordSet.objects.order_by("frozen_at")] == [False, False, True]


def test_days_are_counted_from_today(demo: list[tuple[str, str]]) -> None:
    today = timezone.localdate(AT)
    year, last = cycle("year"), cycle("last")
    assert (year.stage, last.stage, last.step) == ("filing", "frozen", "final")
    assert year.filing_until > today
    assert {one.until > today for one in LaterDeadline.objects.filter(ended_at__isnull=True)} == {True}
    assert year == Cycle.objects.first(), "it is the one that people see first"


def test_the_small_appraisal_is_scored_with_its_bonus_loss_and_veto(demo: list[tuple[str, str]]) -> None:
    rows = {row["unit"]: row for row in scoring_of(cycle("safety")).result.standing.to_dicts()}
    assert rows["baimao"]["bonus"] == Decimal(1)  # one city commendation that was approved; the loss is not confirmed
    assert rows["baimao"]["deduction"] == 0
    assert rows["fengzhu"]["deduction"] == Decimal("1.5")
    assert rows["tongwu"]["deduction"] == 0  # confirmed and revoked
    assert rows["housing"]["veto"]
    assert not rows["shihong"]["veto"]  # proposed alone


def test_what_was_filed_for_one_appraisal_is_there_for_the_other(demo: list[tuple[str, str]]) -> None:
    page = client_of("town", cycle("safety")).get("/records/training/").content.decode()
    assert re.search(r"Asked once: \d+ records here were filed for another appraisal and count for this one too", page)
    other = client_of("town", cycle("safety")).get("/records/hazard/").content.decode()
    assert "Asked once" not in other
    assert page.count("Asked once, for: Annual Appraisal of Chengchuan County 2025.1") > 3
    assert not Record.objects.filter(cycle=cycle("safety"), dataset__in=["training", "post"]).exists()


def test_a_draft_is_offered_where_its_dataset_is_asked(demo: list[tuple[str, str]]) -> None:
    assert "?draft=" in client_of("town", cycle("year")).get("/").content.decode()
    assert "?draft=" not in client_of("town", cycle("safety")).get("/").content.decode()


def test_a_record_of_another_appraisal_is_read_under_its_own_rules(demo: list[tuple[str, str]]) -> None:
    record = Record.objects.filter(dataset="activity", unit__code="baimao", cycle=cycle("year"))[0]
    town = client_of("town", cycle("safety"))
    assert "Village or community" in town.get(f"/record/{record.pk}/").content.decode()


def test_the_first_page_says_what_to_do_next(demo: list[tuple[str, str]]) -> None:
    town = client_of("town", cycle("year")).get("/").content.decode()
    assert "Public activities: 1 record was returned to be put right" in town
    assert 'href="/records/activity/?state=returned"' in town
    assert "1 question waits for your answer" in town
    office = client_of("office", cycle("year")).get("/").content.decode()
    assert "1 batch of messages waits for your approval" in office
    assert "returned to be put right" not in office
    assert "batch of messages" not in town


def test_what_a_bureau_filed_for_others_is_its_own_to_see(demo: list[tuple[str, str]]) -> None:
    page = client_of("hotline", cycle("year")).get("/records/request/").content.decode()
    assert 'class="empty"' not in page

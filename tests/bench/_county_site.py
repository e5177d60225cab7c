"""A site with the demonstration county in mid-cycle, or with so many counties of that size, for ``site_load``.

``python -m tests.bench._county_site DATA TIMES`` fills a new SQLite database in the folder DATA, and keeps in DATA who
is signed in with which cookie (``people.json``: name, role in tests/web/matrix, cookie).

The counties come in as a folder does. What makes a year of it is written past the actions: which account filed and
checked each record on which day, and the events that say so; claims, questions, drafts, messages, two record sets.
"""

from __future__ import annotations

import csv
import io
import json
import os
import random
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import uuid4

PERIOD = "2025"
SEED = 20251103
WAITING = 9
CAST = (
    *(("admin", 1), ("security", 1), ("office", 2), ("checker", 4), ("east", 7)),
    *(("head", 2), ("reviewer", 1), ("auditor", 1), ("observer", 1)),
)
"""Twenty people: the role's name in the matrix, and how many. "east" files for a unit, "head" is the head of one."""
PLACES = ("id", "parent", "unit", "village", "township")
"""Columns of the county's files that name units of the county."""


def main(data: Path, times: int) -> None:
    """Fill the database and keep the cookies."""
    os.environ["SHUPING_DATA"] = str(data)
    from shuping_web.site.commands import prepare

    prepare(data)
    from django.conf import settings
    from django.db import connection, transaction

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # nobody here has a password
    draws = random.Random(SEED)
    with tempfile.TemporaryDirectory() as folder:
        write_counties(Path(folder), times)
        cycle = take_in(Path(folder))
    with transaction.atomic():
        people = add_people()
        spread_over_the_year(cycle, people, draws)
        add_objects(cycle, people, draws)
    (data / "people.json").write_text(json.dumps(cookies(people)), encoding="utf-8")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def write_counties(folder: Path, times: int) -> None:
    """Write the demonstration county as a folder, with so many copies whose units have codes of their own."""
    from shuping.demo import write_county

    write_county(folder)
    with (folder / "units.csv").open(encoding="utf-8") as file:
        codes = {row["id"] for row in csv.DictReader(file)}
    for file in (folder / "units.csv", folder / "targets.csv", *folder.glob("*/*.csv")):
        rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8"))))
        places = [at for at, name in enumerate(rows[0]) if name in PLACES]
        if file.parent.name == "marks":  # each county's own reviewers
            places.append(rows[0].index("reviewer"))
            codes |= {row[rows[0].index("reviewer")] for row in rows[1:]}
        with file.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(rows[0])
            for number in range(1, times + 1):
                writer.writerows(_of_county(row, number, places, codes) for row in rows[1:])


def _of_county(row: list[str], number: int, places: list[int], codes: set[str]) -> list[str]:
    if number == 1:
        return row
    return [f"{text}-county{number}" if at in places and text in codes else text for at, text in enumerate(row)]


def take_in(folder: Path) -> Any:
    """Make a cycle of the folder, of which every ninth record waits."""
    from django.utils import timezone

    from shuping_web.people.actions import System, add_account
    from shuping_web.site.demonstration import import_folder

    now = timezone.now()
    taker = add_account(username="import", name="Import", password=None, by=System(), at=now)
    until = (now + timedelta(days=26)).date()
    return import_folder(folder, PERIOD, by=taker, at=now, until=until, waiting=WAITING)


def add_people() -> dict[str, list[Any]]:
    """Make the twenty, and a filer and a head for each unit; return the accounts by role in the matrix."""
    from django.utils import timezone

    from shuping_web.people.models import Account, Membership, Unit
    from shuping_web.people.permissions import Role

    roles = {"east": Role.FILER, "head": Role.UNIT_HEAD, "admin": Role.ADMINISTRATOR}
    ranked = list(Unit.objects.filter(kind__in=["township", "bureau", "zone"]).order_by("code"))
    others = list(Unit.objects.filter(kind__in=["office", "village", "community"]).order_by("code"))
    wanted = [(role, unit) for role in ("east", "head") for unit in ranked]
    wanted += [("east", unit) for unit in others]
    wanted += [(role, None) for role, number in CAST if role not in roles or role == "admin" for _ in range(number)]
    made = [
        Account(username=f"{role}-{unit.code if unit else number}", name=f"{role} {number}", password="!")
        for number, (role, unit) in enumerate(wanted)
    ]
    Account.objects.bulk_create(made, batch_size=500)
    Membership.objects.bulk_create(
        [
            Membership(account=account, unit=unit, role=roles[role] if role in roles else Role(role))
            for account, (role, unit) in zip(made, wanted, strict=True)
        ],
        batch_size=500,
    )
    found: dict[str, list[Any]] = {}
    for account, (role, _unit) in zip(made, wanted, strict=True):
        found.setdefault(role, []).append(account)
    assert timezone.now()
    return found


def spread_over_the_year(cycle: Any, people: dict[str, list[Any]], draws: random.Random) -> None:
    """Let each record have been filed by its unit and checked by a checker on some days of the year, with the events
    that this leaves.
    """
    from django.utils import timezone

    from shuping_web.filing.models import Record, State
    from shuping_web.ledger.actions import Entry, record_all
    from shuping_web.people.models import Membership, UnitPath

    now = timezone.now()
    filers = dict(Membership.objects.filter(role="filer").values_list("unit", "account"))
    above = {}
    for path in UnitPath.objects.order_by("below", "-depth"):  # ends with the nearest unit that has a filer
        if path.above_id in filers:
            above[path.below_id] = filers[path.above_id]
    records = list(Record.objects.select_related("unit").order_by("pk"))
    entries, taker = [], people["office"][0]
    for one in records:
        one.filed_by_id = above[one.filer_id or one.unit_id]
        one.filed_at = now - timedelta(days=draws.randrange(3, 365), seconds=draws.randrange(36000))
        data = {"dataset": one.dataset, "period": one.period, "new": one.values}
        entries.append(Entry("record_filed", f"record:{one.pk}", one.unit.code, data))
        if one.state == State.ACCEPTED:
            one.checked_by, one.checked_at = draws.choice(people["checker"]), one.filed_at + timedelta(days=2)
            told = {"reason": "", "version": 1}
            entries.append(Entry("record_accepted", f"record:{one.pk}", one.unit.code, told))
    Record.objects.bulk_update(records, ["filed_by", "filed_at", "checked_by", "checked_at"], batch_size=200)
    record_all(by=taker, at=now, entries=entries)


def add_objects(cycle: Any, people: dict[str, list[Any]], draws: random.Random) -> None:
    """Make some of everything else that a year has."""
    from django.utils import timezone

    from shuping_web.checking.actions import draw_sample, state_plan
    from shuping_web.checking.models import Correction, Kind, Question
    from shuping_web.cycles.actions import add_rulebook
    from shuping_web.filing.actions import freeze
    from shuping_web.filing.models import Draft, Record, State
    from shuping_web.notices import actions as notices
    from shuping_web.notices.models import Kind as Letter
    from shuping_web.people.actions import System

    now, office = timezone.now(), people["office"][0]
    waiting = list(Record.objects.filter(state=State.FILED).order_by("pk"))
    for one in draws.sample(waiting, len(waiting) // 20):
        Question.objects.create(record=one, text="?", asked_by=draws.choice(people["checker"]), asked_at=now)
    for one in waiting[: len(waiting) // 10 : 5]:
        one.state, one.reason, one.checked_at = State.RETURNED, "Which village?", now
        one.save(update_fields=["state", "reason", "checked_at"])
    plan = state_plan(
        cycle=cycle, dataset="request", share=None, number=40, least_each=0, accept_rest=True, most_returned=0,
        seed="dice: 4 2 6", reason="Forty.", by=office, at=now,
    )  # fmt: skip
    draw_sample(plan=plan, by=office, at=now)
    for _set in range(2):
        freeze(cycle=cycle, by=office, at=now, name="To look at", interim=True)
    for account in people["east"][:20]:
        unit = account.memberships.get().unit
        Draft.objects.create(
            account=account, place=f"plan:{unit.code}", dataset="plan", unit=unit, submission=uuid4(),
            content={"f_date": "2025-03-01"}, kept_at=now,
        )  # fmt: skip
    for one in Record.objects.filter(state=State.ACCEPTED, dataset="plan").select_related("unit")[:30]:
        Correction.objects.create(
            cycle=cycle, kind=Kind.REMOVE, record=one, dataset="plan", unit=one.unit, reason="Typed twice.",
            submission=uuid4(), proposed_by_id=one.filed_by_id, proposed_at=now,
        )  # fmt: skip
    for _batch in range(3):
        letters = [notices.Draft(account, "Soon", "Three datasets are empty.", "why") for account in people["east"]]
        notices.plan_batch(kind=Letter.NOTICE, title="Reminder", drafts=letters, by=office, at=now)
    text = cycle.rulebook.text.replace('version: "2025.1"', 'version: "2025.2"')
    add_rulebook(text=text, reason="The year after.", by=System(), at=now)


def cookies(people: dict[str, list[Any]]) -> list[dict[str, str]]:
    """Sign the twenty in; return name, role in the matrix and the session's cookie of each."""
    from django.conf import settings
    from django.test import Client

    found = []
    for role, number in CAST:
        for account in people[role][:number]:
            client = Client(headers={"host": "localhost"})
            client.force_login(account)
            cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
            found.append({"name": account.username, "role": role, "cookie": cookie})
    return found


def people_of(data: Path) -> Iterator[tuple[str, str, str]]:
    """Yield name, role and cookie of each of the twenty."""
    for one in json.loads((data / "people.json").read_text(encoding="utf-8")):
        yield one["name"], one["role"], one["cookie"]


if __name__ == "__main__":
    began = perf_counter()
    main(Path(sys.argv[1]), int(sys.argv[2]))
    print(f"filled in {perf_counter() - began:.0f} s")

"""``./dev pages [FOLDER [NAME]]``: pictures of every page of the site, to be looked at by people.

The demonstration county: the addresses come from the URL configuration, the object of each from the database, and each
page is taken by every one of its people who sees another page there, at three widths, light and dark, in both languages
by turns. The site answers in this process: no server, no port. NAME is how the names of the wanted pages begin;
README takes the pictures of docs/images anew.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.browser.answering import Answered

ROOT = Path(__file__).resolve().parents[1]
PEOPLE = ("office", "town", "checker", "townhead", "admin", "security", "auditor", "reviewer")
CRITERION, DATASET = "activity_points", "activity"
LOOKS = ((390, "light"), (1280, "dark"), (1920, "light"))
LONGEST = 3000
"""Pictures are cut there: what stands below looks like what stands above."""


def prepared(data: Path) -> None:
    """Set Django up on a folder with the demonstration county, which is made at the first time."""
    from shuping_web.site.commands import _demo, prepare

    prepare(data)
    _demo("http://localhost")


def objects() -> dict[str, Any]:
    """Return the object that an address begins with, by the part before it; what the county has not is None."""
    from django.apps import apps

    def first(label: str, **where: object) -> Any:
        return apps.get_model(label).objects.filter(**where).order_by("pk").values_list("pk", flat=True).first()

    town = apps.get_model("people.Membership").objects.filter(account__username="town").order_by("pk").first()
    return {
        "record": first("filing.Record", unit=town.unit, state="filed") or first("filing.Record", unit=town.unit),
        "unit": town.unit.code, "completeness": town.unit.code, "standing": town.unit.code,
        "records": DATASET, "claims": "award", "corrections": DATASET, "role": town.pk, "me": town.pk,
        "account": town.account.key, "cycles": first("cycles.Cycle"), "rulebooks": first("cycles.RulebookVersion"),
        "claim": first("claims.Claim"), "sampling": first("checking.SamplingPlan"), "draw": first("checking.Draw"),
        "correction": first("checking.Correction"), "frozen": first("filing.RecordSet"),
        "outbox": first("notices.Batch"), "history": "record", "import": first("filing.Batch"),
        "job": first("notices.Job"),
    }  # fmt: skip


def addresses() -> Iterator[tuple[str, str]]:
    """Yield name and path of each address whose object the county has."""
    from django.urls import URLPattern, get_resolver

    known = objects()
    for pattern in get_resolver().url_patterns:
        if not isinstance(pattern, URLPattern):
            continue
        path, room = "/" + str(pattern.pattern), str(pattern.pattern).partition("/")[0]
        if "<" in path:
            if known.get(room) is None:
                continue
            begin, end = path.index("<"), path.index(">") + 1
            path = path[:begin] + str(known[room]) + path[end:].replace("<str:criterion>", CRITERION)
            path = path.replace("<str:key>", str(known["record"]))
        if "<" not in path:
            yield str(pattern.name), path


def take(seen: Answered, path: str, name: str, out: Path) -> None:
    """Take a page at three widths, light and dark."""
    seen.go(path)
    for width, scheme in LOOKS:
        seen.page.set_viewport_size({"width": width, "height": 900})
        seen.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # light or dark
        height = min(LONGEST, seen.page.evaluate("document.documentElement.scrollHeight"))
        clip = {"x": 0, "y": 0, "width": width, "height": max(height, 600)}
        seen.page.screenshot(path=out / f"{name}-{width}-{scheme}.png", clip=clip, full_page=True)


def county(out: Path, wanted: str) -> None:
    """Take the demonstration county's pages whose name begins so; the language goes by turns."""
    from django.db import transaction
    from django.test import Client
    from playwright.sync_api import sync_playwright

    from shuping_web.people.models import Account
    from tests.browser.answering import answered, different
    from tests.browser.conftest import launched

    clients = {who: Client(headers={"host": "localhost"}) for who in (*PEOPLE, "nobody")}
    for who in PEOPLE:
        clients[who].force_login(Account.objects.get(username=who))
    with sync_playwright() as play:
        browser = launched(play)
        for number, (name, path) in enumerate(addresses()):
            if not name.startswith(wanted):
                continue
            with transaction.atomic():
                for who in different(path, clients):
                    with answered(browser, clients[who], ("zh-CN", "en-GB")[number % 2]) as seen:
                        take(seen, path, f"{name}-{who}", out)
                transaction.set_rollback(True)


def for_readme(folder: Path) -> None:
    """Take the pictures of the README: the standing, why one unit stands where it does, the queue on a phone."""
    from django.test import Client
    from playwright.sync_api import sync_playwright

    from shuping_web.people.models import Account
    from tests.browser.answering import answered
    from tests.browser.conftest import launched

    shots = (
        ("site-standing", "office", "/standing/", "en-GB", 1280, 800),
        ("site-why", "office", "/standing/songlan/", "zh-CN", 1120, 1040),
        ("site-phone", "checker", "/queue/", "zh-CN", 390, 780),
    )
    with sync_playwright() as play:
        browser = launched(play)
        for name, who, path, locale, width, height in shots:
            client = Client(headers={"host": "localhost"})
            client.force_login(Account.objects.get(username=who))
            size = {"width": width, "height": height}
            with answered(browser, client, locale, viewport=size, color_scheme="light") as seen:
                seen.go(path)
                for tree in seen.page.locator(".tree").all():
                    tree.locator("> details").nth(2).locator("> summary").click()
                    tree.locator("details[open] details > summary").first.click()
                    seen.page.mouse.move(0, 0)
                seen.page.screenshot(path=folder / f"{name}.png")


def main(folder: str = str(ROOT / "out" / "pages"), wanted: str = "") -> int:
    """Take the pictures."""
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    prepared(out / "site")
    if wanted == "README":
        for_readme(ROOT / "docs" / "images")
    else:
        county(out, wanted)
    print(out)
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main(*sys.argv[1:]))

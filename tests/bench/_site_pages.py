"""Every page of the site that reads: the addresses from the URL configuration, who reads them from the permission
matrix, and for an address that names an object one of a filled database. A route without an object ends the run.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.bench._county_site import people_of

ROOMS = Path(__file__).resolve().parents[1] / "web" / "matrix"
FILES = frozenset(
    {
        "form-file",
        "marked-import",
        "import-template",
        "account-data",
        "my-data",
        "rulebook-text",
        "evidence",
        "head-text",
        "job-file",
    }
)
"""What is handed out as a file and is no page."""
NOT_READ = {
    "deadlines": "a feed, for a token that is kept as a hash",
    "invitation": "a link that works once",
    "start": "gone once there is an account",
    "again": "for a dataset with periods: listed with the datasets",
}


def pages(data: Path) -> Iterator[tuple[str, str, str, list[tuple[str, str]]]]:
    """Yield name, role and cookie of each of the twenty, with the routes and addresses of the pages that they read."""
    seen = _seen()
    for name, role, cookie in people_of(data):
        yield name, role, cookie, sorted(set(_pages_of(name, role, seen)))


def _seen() -> dict[str, frozenset[str]]:
    """Return for each address that is read the roles that read it."""
    found: dict[str, frozenset[str]] = {}
    for file in sorted(ROOMS.glob("[!_]*.py")):
        room = import_module(f"tests.web.matrix.{file.stem}")
        found.update({name: roles for (name, method), roles in room.SEEN.items() if method == "get"})
    return found


def _pages_of(name: str, role: str, seen: dict[str, frozenset[str]]) -> Iterator[tuple[str, str]]:
    from shuping_web.people.models import Account
    from shuping_web.site.urls import urlpatterns

    account = Account.objects.get(username=name)
    for pattern in urlpatterns:
        route, path = str(pattern.name), "/" + str(pattern.pattern)
        if role not in seen.get(route, ()) or route in FILES or route in NOT_READ:
            continue
        if "<" not in path:
            yield route, path
            continue
        if route not in OBJECTS:
            raise SystemExit(f"tests/bench/_site_pages.py names no object for {route}: {path}")
        for parts in OBJECTS[route](account, role):
            yield route, _filled(path, parts)


def _filled(path: str, parts: Any) -> str:
    for part in parts if isinstance(parts, tuple) else (parts,):
        before, _, rest = path.partition("<")
        path = f"{before}{part}{rest.partition('>')[2]}"
    return path


Objects = Callable[[Any, str], Any]


def _first(query: Any, field: str = "pk", number: int = 1) -> list[Any]:
    return list(query.values_list(field, flat=True)[:number])


def _cycle() -> Any:
    from shuping_web.cycles.models import Cycle

    return Cycle.objects.get()


def _records(account: Any, role: str, **wanted: Any) -> Any:
    from django.utils import timezone

    from shuping_web.filing.queries import editable, visible

    found = visible if role != "east" else editable
    return found(account, timezone.localdate()).filter(**wanted).order_by("pk")


def _datasets(account: Any, role: str) -> list[str]:
    return sorted(set(_records(account, role).order_by().values_list("dataset", flat=True)))


def _filed_by(account: Any, role: str) -> list[str]:
    from django.utils import timezone

    from shuping_web.cycles.adapters import claimed_as
    from shuping_web.cycles.queries import book_of
    from shuping_web.filing.queries import files

    book, claimed = book_of(_cycle()), claimed_as(_cycle().rulebook.text)
    return [name for name in book.datasets if name not in claimed and files(account, timezone.localdate(), book, name)]


def _with_periods(account: Any, role: str) -> list[str]:
    from shuping_web.cycles.queries import book_of

    return [name for name in _filed_by(account, role) if book_of(_cycle()).datasets[name].period][:1]


def _units(account: Any, role: str) -> list[str]:
    from django.utils import timezone

    from shuping_web.checking.completeness import seen_units

    return _first(seen_units(account, timezone.localdate()), "code")


def _today() -> str:
    from django.utils import timezone

    return timezone.localdate().isoformat()


def _corrections(account: Any, role: str) -> list[int]:
    from django.utils import timezone

    from shuping_web.checking.queries import corrections_for

    return _first(corrections_for(account, timezone.localdate()).order_by("pk"))


def _own_role(account: Any, role: str) -> list[int]:
    from shuping_web.people.permissions import MAY_HAND_ON

    return _first(account.memberships.filter(role__in=[one.value for one in MAY_HAND_ON]))


def _of_kind(kind: str) -> Objects:
    """Return the first unit of a kind."""

    def found(account: Any, role: str) -> list[Any]:
        from shuping_web.people.models import Unit

        return _first(Unit.objects.filter(kind=kind).order_by("code"), "code")

    return found


def _of(model: str, *, field: str = "pk") -> Objects:
    """Return the first object of a model (``room.Model``) of everybody's."""

    def found(account: Any, role: str) -> list[Any]:
        from django.apps import apps

        return _first(apps.get_model(model).objects.order_by("pk"), field)

    return found


def _cycle_pk(account: Any, role: str) -> list[int]:
    return [_cycle().pk]


def _waiting(account: Any, role: str) -> list[int]:
    return _first(_records(account, role, state="filed"))


def _accepted(account: Any, role: str) -> list[int]:
    return _first(_records(account, role, state="accepted"))


def _records_of_each(account: Any, role: str) -> list[int]:
    return [*_waiting(account, role), *_accepted(account, role)]


def _stood_behind(account: Any, role: str) -> list[tuple[str, str]]:
    from shuping_web.people.models import Unit

    return [(code, "activity_number") for code in _first(Unit.objects.filter(kind="township").order_by("code"), "code")]


OBJECTS: dict[str, Objects] = {
    "record": _records_of_each,
    "correct-record": _accepted,
    "take-out": _accepted,
    "change-record": _waiting,
    "sampling-plan": _of("checking.SamplingPlan"),
    "correction": _corrections,
    "completeness-unit": _units,
    "record-set": lambda account, role: [1],
    "set-change": lambda account, role: [2],
    "add-row": _datasets,
    "claim": lambda account, role: [],
    "change-claim": lambda account, role: [],
    "new-claim": lambda account, role: [],
    "rulebook": _of("cycles.RulebookVersion"),
    "rulebook-changes": lambda account, role: [2],
    "open-cycle": lambda account, role: [2],
    **dict.fromkeys(("cycle", "cycle-dates", "move-cycle", "allow-later", "cycle-tables"), _cycle_pk),
    "cycle-table": lambda account, role: [(_cycle().pk, "targets", "targets")],
    "dataset": _datasets,
    "new-record": _filed_by,
    "grid": _filed_by,
    "again": _with_periods,
    "import-records": _filed_by,
    "import": lambda account, role: [],
    "batch": _of("notices.Batch"),
    "sheets": _of("notices.Batch"),
    "job": lambda account, role: [],
    **dict.fromkeys(
        ("unit", "rename-unit", "move-unit", "end-unit", "merge-units", "split-unit"), _of_kind("township")
    ),
    **dict.fromkeys(("account", "edit-account", "erase-account", "give-role"), _of("people.Account", field="key")),
    "deputy": _own_role,
    "hand-over": _own_role,
    "head": lambda account, role: [_today()],
    "describe-evidence": lambda account, role: [],
    "history": lambda account, role: [("record", number) for number in _first(_records(account, role))],
    "evidence-list": lambda account, role: _first(_records(account, role), "unit__code"),
    "standing-unit": _of_kind("township"),
    "standing-records": _stood_behind,
}


def main(data: Path) -> None:
    """Print as JSON what each of the twenty reads."""
    from shuping_web.site.commands import prepare

    prepare(data)
    print(json.dumps([{"name": name, "cookie": cookie, "pages": found} for name, _, cookie, found in pages(data)]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""What must always hold of units, accounts and roles. Each returns what is wrong, in words for the person who looks
after the site; nothing when all is well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from fractions import Fraction

from shuping_web.ledger.models import ActorName
from shuping_web.people.adapters import exact
from shuping_web.people.models import Account, Membership, Successor, Unit, UnitName, UnitPath, UnitPlace
from shuping_web.people.permissions import DUTIES, HANDLES_RECORDS
from shuping_web.people.tree import Path, Place, paths_of

Span = tuple[date | None, date | None]


def closure_as_the_tree() -> Iterator[str]:
    """The closure table tells what the places of the units tell."""
    places = UnitPlace.objects.values_list("unit", "parent", "valid_from", "valid_to")
    wanted = set(paths_of(Place(*row) for row in places.order_by("pk")))
    kept = {Path(*row) for row in UnitPath.objects.values_list("above", "below", "depth", "valid_from", "valid_to")}
    for path in sorted(wanted ^ kept, key=str):
        yield f"the path of unit {path.below} to unit {path.above} is {'lacking' if path in wanted else 'wrong'}"


def histories_whole() -> Iterator[str]:
    """Names and places of a unit follow each other without gap or overlap, and the last are those of today."""
    names = {unit: (name, name_en) for unit, name, name_en in Unit.objects.values_list("pk", "name", "name_en")}
    rows = UnitName.objects.values_list("unit", "name", "name_en", "valid_from", "valid_to")
    yield from _chains(
        "name", names, [(unit, (name, name_en), (start, end)) for unit, name, name_en, start, end in rows]
    )
    parents: dict[int, object] = dict(Unit.objects.values_list("pk", "parent"))
    places = UnitPlace.objects.values_list("unit", "parent", "valid_from", "valid_to")
    yield from _chains("place", parents, [(unit, parent, (start, end)) for unit, parent, start, end in places])


def _chains(
    what: str, today: dict[int, object] | dict[int, tuple[str, str]], rows: list[tuple[int, object, Span]]
) -> Iterator[str]:
    found: dict[int, list[tuple[object, Span]]] = {}
    for unit, value, span in rows:
        found.setdefault(unit, []).append((value, span))
    for unit, value in today.items():
        chain = sorted(found.get(unit, []), key=lambda one: one[1][0] or date.min)
        ends = [span[1] for _value, span in chain]
        follows = [end + timedelta(days=1) if end is not None else None for end in ends[:-1]]
        starts = [span[0] for _value, span in chain]
        if not chain or starts[0] is not None or ends[-1] is not None or follows != starts[1:]:
            yield f"the {what}s of unit {unit} do not follow each other"
        elif chain[-1][0] != value:
            yield f"the last {what} of unit {unit} is not the one it shows"


def successors_whole() -> Iterator[str]:
    """What a unit was made of adds up to 1."""
    sums: dict[int, Fraction] = {}
    for after, share in Successor.objects.order_by("pk").values_list("after", "share"):
        sums[after] = sums.get(after, Fraction(0)) + (exact(share) or 0)
    yield from (
        f"the shares that unit {unit} is made of add up to {total}" for unit, total in sums.items() if total != 1
    )


def duties_apart() -> Iterator[str]:
    """Nobody administers or audits the site and handles records on one day."""
    held: dict[int, list[tuple[str, Span]]] = {}
    rows = Membership.objects.filter(ended_at__isnull=True).values_list("account", "role", "valid_from", "valid_to")
    for account, role, start, end in rows.order_by("pk"):
        held.setdefault(account, []).append((role, (start, end)))
    for account, roles in held.items():
        duties = [span for role, span in roles if role in DUTIES]
        handling = [span for role, span in roles if role in HANDLES_RECORDS]
        if any(_meet(one, other) for one in duties for other in handling):
            yield f"account {account} has a duty of the site and handles records"


def _meet(one: Span, other: Span) -> bool:
    starts_in_time = one[0] is None or other[1] is None or one[0] <= other[1]
    return starts_in_time and (other[0] is None or one[1] is None or other[0] <= one[1])


def deputies_in_bounds() -> Iterator[str]:
    """A deputy has the role lent, at the unit where it is held, between two days, and no deputy lends on."""
    for lent in Membership.objects.filter(stands_for__isnull=False).select_related("stands_for").order_by("pk"):
        whole = lent.stands_for
        assert whole is not None
        if (lent.role, lent.unit_id) != (whole.role, whole.unit_id) or whole.stands_for_id is not None:
            yield f"membership {lent.pk} stands in for another role than {whole.pk}"
        elif lent.valid_from is None or lent.valid_to is None:
            yield f"membership {lent.pk} of a deputy has no two days"


def erased_people_gone() -> Iterator[str]:
    """Nothing names an erased person, and no role is left; the name beside events is the account's."""
    names = dict(ActorName.objects.values_list("label", "name"))
    for account in Account.objects.order_by("pk"):
        if names.get(account.label, account.shown) != account.shown:
            yield f"events of {account.label} show another name than the account's"
        if account.erased_at is None:
            continue
        left = account.memberships.filter(ended_at__isnull=True).exists()
        if account.is_active or account.has_usable_password() or account.email or left:
            yield f"{account.label} was erased and is not gone"


INVARIANTS: tuple[Callable[[], Iterator[str]], ...] = (
    closure_as_the_tree, histories_whole, successors_whole, duties_apart, deputies_in_bounds, erased_people_gone,
)  # fmt: skip

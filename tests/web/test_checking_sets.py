"""What a superseding set changes in the standing, by hand; each set is scored from nothing but what it holds."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from shuping_web.cycles.models import Table
from shuping_web.filing.models import RecordSet
from shuping_web.results.queries import scoring_of_set
from tests.web.conftest import World
from tests.web.test_checking_corrections import confirmed, frozen_world, proposed  # noqa: F401  # a fixture

SignedIn = Callable[[str], Client]


def test_what_a_correction_changed_in_totals_and_ranks(frozen_world: World, client_of: SignedIn) -> None:  # noqa: F811
    """Frozen: East 42 people, West 84, one event each: East 40 + 60 x 42/84 = 70, West 100. Corrected to West 21:
    East 100, West 40 + 60 x 21/42 = 70. Both units change places.
    """
    values = {"date": "2025-03-01", "form": "talk", "people": "21"}
    confirmed(frozen_world, proposed(frozen_world, values=values))
    page = client_of("office").get("/standing/set/2/")
    found = {
        one.unit: (one.total_before, one.total_after, one.change, one.rank_before, one.rank_after, one.causes)
        for one in page.context["moves"]
    }
    assert found == {
        "east": ("70.00", "100.00", "+30.00", 2, 1, (("People", "+30.0000"),)),
        "west": ("100.00", "70.00", "-30.00", 1, 2, (("People", "-30.0000"),)),
    }
    standing = client_of("office").get("/standing/").content.decode()
    assert "/frozen/2/" in standing
    assert "/standing/set/2/" in standing
    assert RecordSet.objects.get(number=2).sha256[:12] in standing


def test_old_and_new_sets_stay_readable(frozen_world: World, client_of: SignedIn) -> None:  # noqa: F811
    confirmed(frozen_world, proposed(frozen_world))
    for number in (1, 2):
        page = client_of("checker").get(f"/frozen/{number}/")
        assert page.context["same"]
        assert len(page.context["page"].object_list) == 2
    changes = client_of("checker").get("/frozen/2/").context["changes"]
    assert [(one.old is None, dict((one.old or one.new).fields)["People"]) for one in changes] == [
        (False, "84"), (True, "42")
    ]  # fmt: skip


def test_a_set_is_scored_without_what_came_after_it(frozen_world: World) -> None:  # noqa: F811
    kept = RecordSet.objects.get()
    before = scoring_of_set(kept).result.standing
    unit = frozen_world.units["east"]
    unit.kind = "village"
    unit.save()
    Table.objects.create(cycle=frozen_world.cycle, room="targets", name="targets", text="broken")
    from shuping_web.results import queries

    queries._scoring_of_set.cache_clear()
    assert scoring_of_set(kept).result.standing.equals(before)

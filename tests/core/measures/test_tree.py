"""Merging along the unit tree against plain loops."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from shuping.measures.tree import Segments, UnitTree
from shuping.records.register import Register, Unit
from shuping.values import Missing, Value
from shuping.values.rational import Rationals, ints


@st.composite
def registers(draw: st.DrawFn) -> Register:
    """Return a forest in which a parent may stand before or behind its children."""
    size = draw(st.integers(1, 12))
    parents = [
        None if number == 0 else draw(st.one_of(st.none(), st.integers(0, number - 1))) for number in range(size)
    ]
    order = draw(st.permutations(range(size)))
    made = {f"u{n}": Unit(f"u{n}", "", "", "k", None if parents[n] is None else f"u{parents[n]}") for n in order}
    return Register(made)


@given(registers())
def test_who_stands_below_whom(register: Register) -> None:
    tree = UnitTree.of(register)
    ends = tree.below.ends()
    for place, name in enumerate(tree.ids):
        members = [tree.ids[cell] for cell in tree.below.cells[tree.below.starts[place] : ends[place]]]
        assert members[0] == name
        assert sorted(members) == sorted(register.below(name))


NUMBERS = st.integers(-(2**62), 2**62)


@given(st.lists(st.tuples(st.integers(0, 3), NUMBERS), min_size=1))
def test_integers_merge_exactly(cells: list[tuple[int, int]]) -> None:
    segments = Segments.by(np.array([group for group, _ in cells]))
    values = ints(number for _, number in cells)
    groups = sorted({group for group, _ in cells})
    members = [[number for one, number in cells if one == group] for group in groups]
    assert segments.merge(values, "sum").tolist() == [sum(numbers) for numbers in members]
    assert segments.merge(values, "min").tolist() == [min(numbers) for numbers in members]
    assert segments.merge(values, "max").tolist() == [max(numbers) for numbers in members]


VALUES: st.SearchStrategy[Value] = st.one_of(
    st.fractions(max_denominator=50),
    st.integers(2**70, 2**80).map(lambda bottom: Fraction(1, bottom)),
    st.just(Missing("no_value")),
)


@given(st.lists(st.tuples(st.integers(0, 3), VALUES, st.integers(0, 2)), min_size=1))
def test_fractions_reduce_exactly(cells: list[tuple[int, Value, int]]) -> None:
    segments = Segments.by(np.array([group for group, _, _ in cells]))
    values = Rationals.of([value for _, value, _ in cells])
    order = np.array([place for _, _, place in cells])
    for place, group in enumerate(sorted({group for group, _, _ in cells})):
        known = [(at, value) for one, value, at in cells if one == group and not isinstance(value, Missing)]
        numbers = [value for _, value in known]
        found = {
            how: segments.reduce(values, how, order).values()[place] for how in ("sum", "mean", "min", "max", "last")
        }  # type: ignore[arg-type]
        if not known:
            assert set(found.values()) == {Missing("no_value")}
            continue
        newest = max(at for at, _ in known)
        assert found["sum"] == sum(numbers)
        assert found["mean"] == sum(numbers) / len(numbers)
        assert (found["min"], found["max"]) == (min(numbers), max(numbers))
        assert found["last"] == [value for at, value in known if at == newest][-1]


def test_more_than_a_common_denominator_can_bear() -> None:
    primes = [number for number in range(2, 8000) if all(number % small for small in range(2, int(number**0.5) + 1))]
    values = Rationals.of([Fraction(1, prime) for prime in primes])
    assert values.shared() is None
    segments = Segments.by(np.zeros(len(primes), dtype=np.int64))
    total = sum(Fraction(1, prime) for prime in primes)
    assert segments.reduce(values, "sum").values() == [total]
    assert segments.reduce(values, "mean").values() == [total / len(primes)]
    assert segments.reduce(values, "min").values() == [Fraction(1, primes[-1])]

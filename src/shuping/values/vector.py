"""A vector of exact numbers that numpy's operators and functions work on, as fast as integers.

``ExactVector`` stands in for an object array of Fractions: the same rule, written with numpy's operators, runs on it
and on float64 arrays. Inside it holds integers (``quotients``); what it cannot do with them, or holds none
for (the marked numbers of ``exact``), is done with Fractions one by one: slower, the same digits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin
from numpy.typing import NDArray

from shuping.values import quotients
from shuping.values.exact import decide
from shuping.values.integers import Ints, bits, compact, wide
from shuping.values.quotients import Quotient
from shuping.values.rounding import Mode

SHORT_BITS = 30
_ARITHMETIC: dict[Any, Callable[..., Quotient]] = {
    np.add: quotients.plus,
    np.subtract: quotients.minus,
    np.multiply: quotients.times,
    np.true_divide: quotients.over,
    np.negative: quotients.negative,
    np.absolute: quotients.absolute,
}
_COMPARISONS = (np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal)


class ExactVector(NDArrayOperatorsMixin):
    """Exact numbers, shape (n,). Elements read are Fractions; the dtype shown is object."""

    __slots__ = ("_bottom", "_cells", "_top")
    dtype = np.dtype(object)
    ndim = 1

    def __init__(self, top: NDArray[Any], bottom: Ints = 1) -> None:
        self._top: NDArray[Any] | None = top
        self._bottom: Ints = bottom
        self._cells: NDArray[Any] | None = None

    @classmethod
    def of(cls, numbers: Sequence[Any] | NDArray[Any] | ExactVector) -> ExactVector:
        """Return the vector of these numbers (Fractions, integers, or marked numbers); a vector as it is."""
        if isinstance(numbers, ExactVector):
            return numbers
        cells = np.empty(len(numbers), dtype=object)
        cells[:] = numbers
        pair = _integers_of(cells)
        found = cls(np.zeros(len(cells), dtype=np.int64))
        if pair is None:
            found._top, found._cells = None, cells
        else:
            found._hold(pair, len(cells))
        return found

    def _hold(self, value: Quotient, count: int) -> None:
        top, bottom = value
        self._top = np.full(count, top) if isinstance(top, int) else top
        self._bottom, self._cells = bottom, None

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        """Return the Fractions as a read-only object array, or as the dtype asked for."""
        if self._cells is None:
            assert self._top is not None
            tops = self._top.tolist()
            below = [self._bottom] * len(tops) if isinstance(self._bottom, int) else self._bottom.tolist()
            cells = np.empty(len(tops), dtype=object)
            cells[:] = [Fraction(top, bottom) for top, bottom in zip(tops, below, strict=True)]
            self._cells = cells
        if dtype is not None and np.dtype(dtype) != object:
            return self._cells.astype(dtype)
        if copy:
            return self._cells.copy()
        view = self._cells.view()
        view.flags.writeable = False
        return view

    @property
    def pair(self) -> Quotient | None:
        """Numerators and denominators; None where it holds numbers that have none."""
        return None if self._top is None else (self._top, self._bottom)

    @property
    def shape(self) -> tuple[int]:
        """(n,)."""
        return (len(self),)

    @property
    def size(self) -> int:
        """n."""
        return len(self)

    def __len__(self) -> int:
        return len(self._top if self._top is not None else self._cells if self._cells is not None else ())

    def __iter__(self) -> Iterator[Any]:
        return iter(np.asarray(self))

    def __repr__(self) -> str:
        return f"ExactVector({', '.join(map(str, np.asarray(self)))})"

    def __getattr__(self, name: str) -> Any:
        """Whatever else an array can be asked (``tolist``, ``sum``, ``astype`` …) is asked of the Fractions."""
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(np.asarray(self), name)

    def rounded(self, places: int, mode: Mode) -> ExactVector:
        """Return the numbers rounded to ``places``. Raises UndecidableRounding as ``exact.decide`` does."""
        if self.pair is not None:
            return _vector(quotients.rounded(self.pair, places, mode), len(self))
        return ExactVector.of([decide(cell, places, mode) for cell in self])

    def copy(self) -> ExactVector:
        """Return the same numbers; changing one vector leaves the other."""
        found = ExactVector(np.zeros(0, dtype=np.int64))
        found._top = None if self._top is None else self._top.copy()
        found._bottom = self._bottom if isinstance(self._bottom, int) else self._bottom.copy()
        found._cells = None if self._cells is None else self._cells.copy()
        return found

    def __getitem__(self, key: Any) -> Any:
        if self._top is None:
            return _boxed(np.asarray(self)[key])
        top = self._top[key]
        bottom = self._bottom if isinstance(self._bottom, int) else self._bottom[key]
        if not isinstance(top, np.ndarray):
            return Fraction(int(top), int(bottom))
        return ExactVector(top, bottom) if top.ndim == 1 else np.asarray(self)[key]

    def __setitem__(self, key: Any, given: Any) -> None:
        mine, theirs = self.pair, _pair_of(given)
        if mine is None or theirs is None:
            cells = np.asarray(self).copy()
            cells[key] = np.asarray(given) if isinstance(given, ExactVector) else given
            self._top, self._cells = None, cells
            return
        here = np.zeros(len(self), dtype=bool)
        here[key] = True
        spread = tuple(_placed(part, here, key) for part in theirs)
        self._hold(quotients.choose(here, (spread[0], spread[1]), mine), len(self))

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        """Work with integers where the rule is known, with Fractions elsewhere."""
        out = options.pop("out", None)
        found = None if options else _with_integers(ufunc, method, inputs)
        if found is None:
            found = _boxed(getattr(ufunc, method)(*map(_plain, inputs), **options))
        if out is None:
            return found
        (target,) = out
        target[:] = found
        return target

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        """The functions that rules use have a way with integers; all others get Fractions."""
        if function is np.where and len(args) == 3:
            condition, left, right = np.asarray(args[0], dtype=bool), _pair_of(args[1]), _pair_of(args[2])
            if left is not None and right is not None and condition.ndim == 1:
                return _vector(quotients.choose(condition, left, right), len(condition))
        if function is np.repeat and len(args) == 2 and isinstance(args[0], ExactVector):
            return args[0][np.repeat(np.arange(len(args[0])), args[1])]
        if function is np.unique and args[0].pair is not None:
            whole = quotients.shared(args[0].pair)
            if whole is not None:
                return _unique(whole, options)
        return _boxed(function(*_plain(args), **{name: _plain(option) for name, option in options.items()}))


def _unique(whole: tuple[NDArray[Any], int], options: Any) -> Any:
    found = np.unique(compact(whole[0]), **options)
    if isinstance(found, tuple):
        return (ExactVector(found[0], whole[1]), *found[1:])
    return ExactVector(found, whole[1])


def _with_integers(ufunc: Any, method: str, inputs: tuple[Any, ...]) -> Any:
    """Return what a ufunc gives, worked out in integers; None where there is no such way."""
    if method == "reduceat" and isinstance(inputs[0], ExactVector):
        return _reduced_at(ufunc, inputs[0], inputs[1])
    if method != "__call__":
        return None
    if ufunc is np.power:
        return _power(*inputs)
    pairs = [_pair_of(given) for given in inputs]
    operands = [pair for pair in pairs if pair is not None]
    if len(operands) < len(pairs):
        return None
    if ufunc in _COMPARISONS:
        return quotients.compare(operands[0], operands[1], ufunc)
    count = max(len(given) for given in inputs if isinstance(given, ExactVector | np.ndarray))
    if ufunc in _ARITHMETIC:
        return _vector(_ARITHMETIC[ufunc](*operands), count)
    if ufunc in (np.maximum, np.minimum):
        left, right = operands
        wins = np.greater_equal if ufunc is np.maximum else np.less_equal
        return _vector(quotients.choose(quotients.compare(left, right, wins), left, right), count)
    return None


def _power(base: Any, exponent: Any) -> Any:
    pair = base.pair if isinstance(base, ExactVector) else None
    if pair is None or not isinstance(exponent, int) or exponent < 0:
        return None
    top, bottom = (wide(part) ** exponent for part in pair)
    return _vector((compact(top), compact(bottom)), len(base))


def _reduced_at(ufunc: Any, values: ExactVector, starts: NDArray[np.int64]) -> Any:
    whole = quotients.shared(values.pair) if values.pair is not None else None
    if whole is None or ufunc not in (np.add, np.maximum, np.minimum):
        return None
    top: Any = whole[0]
    if ufunc is np.add and bits(top) + len(top).bit_length() > 62:
        top = wide(top)
    return ExactVector(ufunc.reduceat(top, starts), whole[1])


def _vector(value: Quotient, count: int) -> ExactVector:
    found = ExactVector(np.zeros(0, dtype=np.int64))
    found._hold(value, count)
    return found


def _pair_of(given: Any) -> Quotient | None:
    """Return an operand as numerators and denominators; None for what is not made of them."""
    if isinstance(given, ExactVector):
        return given.pair
    if type(given) is Fraction:
        return given.numerator, given.denominator
    if isinstance(given, int | np.integer):
        return int(given), 1
    if not isinstance(given, np.ndarray) or given.ndim != 1:
        return None
    if given.dtype == object:
        return _integers_of(given)
    return (given.astype(np.int64), 1) if given.dtype.kind in "iu" else None


def _integers_of(cells: NDArray[Any]) -> Quotient | None:
    kinds = set(map(type, cells.tolist()))
    if not kinds <= {Fraction, int}:
        return None
    shared = 1
    for bottom in {cell.denominator for cell in cells}:
        shared = math.lcm(shared, bottom)
        if shared.bit_length() > SHORT_BITS:  # one denominator for all would be longer than it is worth
            tops, bottoms = [cell.numerator for cell in cells], [cell.denominator for cell in cells]
            return compact(_array(tops)), compact(_array(bottoms))
    return compact(_array([cell.numerator * (shared // cell.denominator) for cell in cells])), shared


def _array(numbers: list[int]) -> NDArray[Any]:
    found = np.empty(len(numbers), dtype=object)
    found[:] = numbers
    return found


def _placed(part: Ints, here: NDArray[np.bool_], key: Any) -> Ints:
    """Return numbers given for some places as an array over all places, 1 elsewhere."""
    if isinstance(part, int):
        return part
    found = np.ones(len(here), dtype=part.dtype)
    found[key] = part
    return found


def _plain(given: Any) -> Any:
    if isinstance(given, ExactVector):
        return np.asarray(given)
    return type(given)(map(_plain, given)) if type(given) in (tuple, list) else given


def _boxed(found: Any) -> Any:
    """Return an object array of one dimension as a vector again; everything else as it is."""
    if isinstance(found, np.ndarray) and found.dtype == object and found.ndim == 1:
        return ExactVector.of(found)
    return found

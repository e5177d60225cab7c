"""How much of a simulation is held at once under a memory limit; what comes out does not depend on it."""

from __future__ import annotations

import re

CELL = 200
"""Bytes that one total takes at the most while it is made: points of the criteria, totals, ranks, and their copies."""
DRAWN = 32
"""Bytes that a drawn value takes: itself, the error behind it, and what is repeated of it."""
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([KMGT]?)(I?)B", re.IGNORECASE | re.ASCII)


def bytes_of(limit: str | None) -> int | None:
    """Return a limit (``2GB``, ``500MiB``) in bytes; None where there is none, or it is a share of the machine's."""
    found = _SIZE.fullmatch((limit or "").strip())
    if found is None:
        return None
    power = " KMGT".index(found[2].upper() or " ")
    return int(float(found[1]) * (1024 if found[3] else 1000) ** power)


def cells_within(memory: int | None, most: int) -> int:
    """Return how many totals are held at once: ``most``, or what half of the memory holds."""
    return most if memory is None else max(1, min(most, memory // 2 // CELL))


def units_within(memory: int | None, most: int, draws: int, columns: int) -> int:
    """Return how many units make a block: ``most``, or those whose drawn ``columns`` fit into half of the memory."""
    return most if memory is None else max(1, min(most, memory // 2 // (DRAWN * max(1, draws) * max(1, columns))))

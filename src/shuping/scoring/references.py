"""Units whose value serves others as a yardstick (``distance_to_reference``)."""

from __future__ import annotations

from collections.abc import Iterator

from shuping.errors import Place, Problem, nearest
from shuping.records.folder import Folder
from shuping.rulebook.model import Rulebook
from shuping.rulebook.rules import method_of
from shuping.scoring.grid import grid_of


def reference_units(rulebook: Rulebook) -> dict[str, str]:
    """Return every unit that a method refers to, with the criterion that does so first."""
    found: dict[str, str] = {}
    for criterion in rulebook.walk():
        if not criterion.criteria:
            for operand in method_of(rulebook, criterion).operands().values():
                if operand.unit is not None:
                    found.setdefault(operand.unit, criterion.id)
    return found


def reference_problems(folder: Folder) -> Iterator[Problem]:
    """Yield a problem for every unit referred to that is not appraised: it has no value to compare with."""
    references = reference_units(folder.rulebook)
    units = grid_of(folder.rulebook, folder.register).units if references else ()
    for unit, criterion in references.items():
        if unit not in units:
            params = {"given": unit, "where": criterion, "near": nearest(unit, units) or "∅"}
            yield Problem("scoring.unknown-reference", params, Place("units.csv"))

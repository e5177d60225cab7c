"""The front of ``shuping screen``: a folder's marks and ballots looked through for the organiser; nothing is scored."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from shuping.errors import InputError, Problem
from shuping.records import write_csv
from shuping.records.files_out import refuse_taken, unwritable
from shuping.records.folder import Folder
from shuping.screening import Screening, screen_ballot, screen_panel
from shuping.screening.finding import ALARMS, DRAWS

SEED = 2025


def screen(folder: Folder, *, seed: int = SEED, alarms: float = ALARMS, draws: int = DRAWS) -> Screening:
    """Screen every panel and ballot of a folder that has been read. Changes nothing and writes nothing.

    ``alarms``: the most false alarms that one check may be expected to raise on random marks; ``draws``: those of the
    simulated checks. The same folder and seed give the same result. Raises InputError for ``alarms`` not between 0 and
    1, for fewer than one draw and for a negative seed.
    """
    if not 0 < alarms < 1 or draws < 1 or seed < 0:
        raise InputError(Problem("screening.bad-bound", {"alarms": alarms, "draws": draws, "seed": seed}))
    panels = [
        found
        for name, table in folder.panels.items()
        if table.frame.height
        for found in screen_panel(
            table.frame, name, seed=seed, own_units=_own_units(folder, name), alarms=alarms, draws=draws
        )
    ]
    ballots = [
        found
        for name, table in folder.ballots.items()
        if table.frame.height
        for found in screen_ballot(table.frame, name, seed=seed, alarms=alarms, draws=draws)
    ]
    return Screening(seed, draws, alarms, tuple(panels), tuple(ballots))


def _own_units(folder: Folder, panel: str) -> Mapping[str, str]:
    table = folder.reviewers.get(panel)
    if table is None:
        return {}
    return {reviewer: unit for reviewer, unit in table.frame.select("reviewer", "unit").iter_rows() if unit is not None}


def unit_names(folder: Folder) -> dict[str, dict[str, str]]:
    """Return the name of each unit, by language."""
    return {lang: {unit.id: unit.label(lang) for unit in folder.register} for lang in ("zh", "en")}


def write_screening(screening: Screening, folder: Folder, out: str | Path, *, force: bool = False) -> None:
    """Write the findings as CSV that only its owner may read. Raises OutputError when ``out`` exists (unless
    ``force``) or cannot be written.
    """
    from shuping.documents.screening_text import screening_frame

    path = Path(out)
    refuse_taken([path], force=force)
    try:
        path.touch(mode=0o600)
        path.chmod(0o600)
    except OSError as error:
        raise unwritable(path, error) from error
    write_csv(screening_frame(screening, unit_names(folder)), path)

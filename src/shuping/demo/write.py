"""Writing the demonstration county as a folder that Shuping can score."""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources
from pathlib import Path

from shuping.demo import opinion, organisation, outreach, service
from shuping.demo.places import county
from shuping.demo.sheet import Sheet
from shuping.demo.strength import World
from shuping.errors import OutputError, Place, Problem

_SHEETS: dict[str, Callable[[World], Sheet]] = {
    "units.csv": organisation.units,
    "targets.csv": organisation.targets,
    "records/post.csv": organisation.posts,
    "records/plan.csv": organisation.plans,
    "records/training.csv": organisation.training,
    "records/activity.csv": outreach.activities,
    "records/station.csv": outreach.stations,
    "records/publicity.csv": outreach.publicity,
    "records/award.csv": outreach.awards,
    "records/honour.csv": outreach.honours,
    "records/verification.csv": outreach.verifications,
    "records/request.csv": service.requests,
    "records/task.csv": service.tasks,
    "records/figure.csv": service.figures,
    "records/village_check.csv": service.village_checks,
    "records/window.csv": service.windows,
    "records/reply.csv": service.replies,
    "surveys/residents.csv": opinion.residents,
    "marks/duty_report.csv": opinion.duty_report_marks,
}


def county_files(seed: int = 2025) -> dict[str, bytes]:
    """Return the folder's files by relative path; the same seed gives the same bytes."""
    world = World(seed, county(seed))
    files = {path: draw(world).to_csv() for path, draw in _SHEETS.items()}
    rulebook = resources.files("shuping.demo").joinpath("county.yaml").read_bytes()
    return {"rulebook.yaml": rulebook, **files}


def write_county(directory: Path, *, seed: int = 2025, force: bool = False) -> None:
    """Write the county's folder.

    Files that are there already with the same content stay as they are; where one differs, nothing is written and an
    OutputError names it, unless ``force`` is given. Other files in the directory are never touched.
    """
    files = county_files(seed)
    if not force:
        _refuse_changed(directory, files)
    try:
        for path, content in files.items():
            target = directory / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    except OSError as error:
        raise OutputError(_cannot_write(directory, error)) from error


def _refuse_changed(directory: Path, files: dict[str, bytes]) -> None:
    try:
        changed = [path for path, content in files.items() if _differs(directory / path, content)]
    except OSError as error:
        raise OutputError(_cannot_write(directory, error)) from error
    if changed:
        raise OutputError(
            Problem("demo.file-differs", {"path": path}, Place(file=(directory / path).as_posix())) for path in changed
        )


def _differs(path: Path, content: bytes) -> bool:
    return path.exists() and path.read_bytes() != content


def _cannot_write(directory: Path, error: OSError) -> Problem:
    return Problem("demo.cannot-write", {"reason": error.strerror or str(error)}, Place(file=directory.as_posix()))

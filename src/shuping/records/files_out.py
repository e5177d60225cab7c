"""Files that are made whole before any is written; one that stands already is refused, and named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from shuping.errors import OutputError, Place, Problem


def refuse_taken(paths: Iterable[Path], *, force: bool) -> None:
    """Raise OutputError with every path that exists, unless ``force``."""
    taken = [path for path in paths if path.exists()]
    if taken and not force:
        raise OutputError([Problem("records.exists", {}, Place(str(path))) for path in taken])


def write_files(files: Mapping[Path, bytes]) -> tuple[Path, ...]:
    """Write files, their folders made where they lack; return the paths. Raises OutputError for one that cannot be."""
    for path, content in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except OSError as error:
            raise unwritable(path, error) from error
    return tuple(files)


def unwritable(path: Path | str, error: OSError) -> OutputError:
    """Return the error that says why a file cannot be written."""
    return OutputError(Problem("records.unwritable", {"reason": error.strerror or str(error)}, Place(str(path))))

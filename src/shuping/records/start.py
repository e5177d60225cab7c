"""``shuping new``: a small folder of an invented office that scores at once, to be replaced piece by piece."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from shuping.errors import Lang, OutputError, Place, Problem


def starter_files(lang: Lang = "zh") -> dict[str, bytes]:
    """Return the files of a new folder by relative path; ``lang`` is the language of the rule book's comments."""
    base = resources.files("shuping.records.starter")
    names = {
        "README.txt": "README.txt",
        "rulebook.yaml": f"rulebook.{lang}.yaml",
        "units.csv": "units.csv",
        "records/activity.csv": "activity.csv",
        "records/request.csv": "request.csv",
    }
    return {path: base.joinpath(name).read_bytes() for path, name in names.items()}


def new_folder(directory: Path | str, lang: Lang = "zh") -> tuple[Path, ...]:
    """Write the files of a new folder and return their paths. The directory may exist, but must be empty.

    Raises OutputError when it holds anything, is a file, or cannot be written.
    """
    base = Path(directory)
    try:
        if base.exists() and (not base.is_dir() or any(base.iterdir())):
            raise OutputError(Problem("records.folder-not-empty", {}, Place(str(directory))))
        written = []
        for path, content in starter_files(lang).items():
            target = base / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            written.append(target)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = getattr(error, "strerror", None) or str(error)
        raise OutputError(Problem("records.unwritable", {"reason": reason}, Place(str(directory)))) from error
    return tuple(written)

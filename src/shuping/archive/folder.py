"""A result folder: written whole or not at all, with a manifest of every input and output, and read back."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from shuping.archive.uncertainty import FILES, read_uncertainty
from shuping.errors import InputError, OutputError, Place, Problem
from shuping.records.folder import SourceFile
from shuping.scoring.explain import Explanation, explain
from shuping.scoring.result import RankUncertainty
from shuping.values.unbroken import unbroken
from shuping.version import __version__

FORMAT = "1"
MANIFEST = "manifest.json"


@contextmanager
def whole_folder(out: Path, *, force: bool) -> Iterator[Path]:
    """Yield an empty folder beside ``out`` that takes its place when the block ends well, and vanishes otherwise.

    An existing ``out`` is replaced only with ``force``, and only when it is a result folder or empty. Raises
    OutputError when ``out`` exists, is something else, or cannot be written (a full disk included).
    """
    _refuse(out, force)
    fresh: Path | None = None
    made = [folder for folder in out.parents if not folder.exists()]
    try:
        with unbroken():
            out.parent.mkdir(parents=True, exist_ok=True)
            fresh = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
        yield fresh
        with unbroken():
            _swap(fresh, out)
    except OSError as error:
        where = Place(str(out))
        raise OutputError(Problem("archive.unwritable", {"reason": error.strerror or str(error)}, where)) from error
    finally:
        with unbroken():
            if fresh is not None:
                shutil.rmtree(fresh, ignore_errors=True)
            for folder in made:
                with suppress(OSError):  # what holds the result, or anything else by now, stays
                    folder.rmdir()


def _refuse(out: Path, force: bool) -> None:
    if not out.exists():
        return
    place = Place(str(out))
    if not out.is_dir():
        raise OutputError(Problem("archive.not-a-folder", {}, place))
    content = list(out.iterdir())
    if not content:
        return
    if not (out / MANIFEST).is_file():
        raise OutputError(Problem("archive.foreign-folder", {}, place))
    if not force:
        raise OutputError(Problem("archive.exists", {}, place))


def _swap(fresh: Path, out: Path) -> None:
    """Put the new folder in place; an old one is moved aside first and removed last: one of the two is there."""
    fresh.chmod(0o755)
    if not out.exists():
        fresh.rename(out)
        return
    aside = Path(tempfile.mkdtemp(prefix=f".{out.name}.old.", dir=out.parent))
    old = aside / out.name
    try:
        out.rename(old)
        fresh.rename(out)
    except BaseException:  # an interruption by the user included
        if old.exists() and not out.exists():
            old.rename(out)
        aside.rmdir()
        raise
    shutil.rmtree(aside, ignore_errors=True)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def write_manifest(
    folder: Path, *, rulebook: Mapping[str, str], periods: Sequence[str], inputs: Sequence[SourceFile]
) -> None:
    """Write manifest.json: what was scored, by which version, and the hash of every input and output."""
    outputs = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != MANIFEST]
    content = {
        "format": FORMAT,
        "shuping": __version__,
        "rulebook": dict(rulebook),
        "periods": list(periods),
        "inputs": [{"path": file.path, "sha256": file.sha256, "rows": file.rows} for file in inputs],
        "outputs": [
            {"path": path.relative_to(folder).as_posix(), "sha256": sha256_of(path), "bytes": path.stat().st_size}
            for path in outputs
        ],
    }
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8", newline="\n")


@dataclass(frozen=True)
class StoredResult:
    """A result read back from its folder: enough to explain it and to compare with it."""

    path: Path
    manifest: Mapping[str, Any]
    standing: pl.DataFrame
    trace: pl.DataFrame
    uncertainty: RankUncertainty = field(default_factory=RankUncertainty)
    """Intervals, probabilities and replicates of ranks; empty where there were none."""

    def explain(
        self, unit: str, criterion: str | None = None, period: str | None = None, *, lang: str = "zh"
    ) -> Explanation:
        """Explain a unit's score; see ``shuping.scoring.explain``."""
        return explain(self.trace, unit, criterion, period, lang=lang)


def open_result(path: Path | str) -> StoredResult:
    """Read a result folder. Raises InputError when it is none, or when a file differs from what the manifest says."""
    folder = Path(path)
    manifest = _manifest(folder)
    problems = []
    for entry in manifest["outputs"]:
        file = folder / str(entry["path"])
        if entry["path"] not in ("standing.csv", "trace.parquet", *FILES):
            continue
        if not file.is_file():
            problems.append(Problem("archive.file-missing", {"file": entry["path"]}, Place(str(folder))))
        elif sha256_of(file) != entry["sha256"]:
            problems.append(Problem("archive.changed", {"file": entry["path"]}, Place(str(folder))))
    if problems:
        raise InputError(problems)
    standing = pl.read_csv(folder / "standing.csv", infer_schema=False)
    uncertainty = read_uncertainty(folder, [str(entry["path"]) for entry in manifest["outputs"]])
    return StoredResult(folder, manifest, standing, pl.read_parquet(folder / "trace.parquet"), uncertainty)


def _manifest(folder: Path) -> dict[str, Any]:
    file = folder / MANIFEST
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        listed = {entry["path"]: entry["sha256"] for entry in content["outputs"]}
        complete = content["format"] == FORMAT and {"standing.csv", "trace.parquet"} <= set(listed)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(Problem("archive.not-a-result", {}, Place(str(folder)))) from error
    if not complete:
        raise InputError(Problem("archive.not-a-result", {}, Place(str(folder))))
    return dict(content)

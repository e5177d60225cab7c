"""Files on disk, under their SHA-256: written whole or not at all, never overwritten, never deleted."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

NEW = ".new-"
READ_ONLY = 0o440


class Unreadable(Exception):
    """What is kept under a hash is gone, or does not have that hash any more."""


def path_of(sha256: str) -> Path:
    """Return where a file is kept."""
    return Path(settings.EVIDENCE_FOLDER) / sha256[:2] / sha256


def keep(content: bytes) -> str:
    """Keep a file and return its hash. Whoever is interrupted leaves a piece that no hash names, never half a file.
    Raises Unreadable where the file that was kept under this hash before is damaged.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    target = path_of(sha256)
    if target.exists():
        read(sha256)
        return sha256
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, piece = tempfile.mkstemp(prefix=NEW, dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        Path(piece).chmod(READ_ONLY)
        with contextlib.suppress(FileExistsError):  # another request kept the same file meanwhile
            os.link(piece, target)
    finally:
        Path(piece).unlink()
    _settle(target.parent)
    _settle(target.parent.parent)
    return sha256


def _settle(folder: Path) -> None:
    """Make the names in a folder outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read(sha256: str) -> bytes:
    """Return what is kept under a hash. Raises Unreadable where it is gone or does not have that hash any more."""
    try:
        content = path_of(sha256).read_bytes()
    except OSError as error:
        raise Unreadable(sha256) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Unreadable(sha256)
    return content


def size_of(sha256: str) -> int | None:
    """Return the size of what is kept under a hash, None where there is nothing."""
    try:
        return path_of(sha256).stat().st_size
    except OSError:
        return None


def kept() -> Iterator[tuple[str, int]]:
    """Yield name and size of every file in the folder, pieces of interrupted writing too, in order of their names."""
    base = Path(settings.EVIDENCE_FOLDER)
    for folder in sorted(base.iterdir()) if base.is_dir() else ():
        for file in sorted(folder.iterdir()) if folder.is_dir() else ():
            yield file.name, file.stat().st_size

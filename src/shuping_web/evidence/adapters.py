"""The library's guard of archives, for documents that are archives inside."""

from __future__ import annotations

from shuping.errors import InputError
from shuping.records.zip_guard import Limits, contents

__all__ = ["InputError", "parts_of"]
UNPACKED = Limits(bytes=150_000_000)
"""What a Word document or a workbook may unpack to."""


def parts_of(raw: bytes, name: str) -> dict[str, bytes]:
    """Return the parts of a document by their paths. Raises InputError for one that is damaged, protected by a
    password, unpacks to more than ``UNPACKED``, or holds links or paths that lead out of it.
    """
    return contents(raw, name, UNPACKED)

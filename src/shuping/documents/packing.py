"""Office files with the same bytes each time, and the check that the library that writes them is there."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from importlib.util import find_spec
from io import BytesIO

from shuping.errors import MissingExtraError, Problem

_EPOCH = (1980, 1, 1, 0, 0, 0)


def need(module: str, package: str) -> None:
    """Raise MissingExtraError, naming the package and the extra, where ``module`` cannot be imported."""
    if find_spec(module) is None:
        raise MissingExtraError(Problem("documents.missing-package", {"package": package}))


def fixed_zip(content: bytes, replaced: Mapping[str, bytes] | None = None) -> bytes:
    """Return a ZIP file with the same members in sorted order and with fixed times; ``replaced`` gives new contents."""
    new = dict(replaced or {})
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as out:
        for name in sorted({*old.namelist(), *new}):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            out.writestr(info, new[name] if name in new else old.read(name), compresslevel=6)
    return stream.getvalue()

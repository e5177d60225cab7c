"""Workbooks worked out again by LibreOffice: without their stored results, and with other figures put in."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

Rows = list[list[Any]]
Sheets = dict[str, Rows]
Entries = Mapping[str, Mapping[str, float | str | None]]
"""Sheet file (``sheet3.xml``): cell: what is put there."""

# LibreOffice trusts the results stored by other programs unless it is told not to
RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item></oor:items>
"""
_STORED = re.compile(r'(<c r="[A-Z]+\d+"(?: s="\d+")?)(?: t="\w+")?>(<f>[^<]*</f>)<v>[^<]*</v></c>')
_FORMULA = re.compile(r'<c r="([A-Z]+\d+)"[^>]*><f>([^<]*)</f>')


def read(content: bytes) -> Sheets:
    """Return every sheet's cells, from the first row and column on."""
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def members(content: bytes) -> dict[str, str]:
    """Return the worksheets' XML by file name, in the order of the sheets."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        names = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        names.sort(key=lambda name: int(re.findall(r"\d+", name)[-1]))
        return {Path(name).name: archive.read(name).decode() for name in names}


def formulas(xml: str) -> dict[str, str]:
    """Return a worksheet's formulas by cell."""
    return dict(_FORMULA.findall(xml))


def forgotten(content: bytes, entries: Entries | None = None) -> bytes:
    """Return the workbook without any formula's stored result, and with other figures in some cells."""
    found = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as archive, zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as out:
        for name in archive.namelist():
            data = archive.read(name)
            if name.startswith("xl/worksheets/sheet"):
                text = _STORED.sub(r"\1>\2</c>", data.decode())
                assert "</f><v>" not in text, "a stored result is left"
                for cell, figure in (entries or {}).get(Path(name).name, {}).items():
                    text = _put(text, cell, figure)
                data = text.encode()
            out.writestr(name, data)
    return found.getvalue()


def _put(xml: str, cell: str, figure: float | str | None) -> str:
    pattern = re.compile(rf'<c r="{cell}"( s="\d+")(?: t="\w+")?(?:/>|><v>[^<]*</v></c>)')
    content = "/>" if figure is None else f"><v>{figure!r}</v></c>"
    if isinstance(figure, str):
        content = f' t="str"><v>{figure}</v></c>'
    changed, count = pattern.subn(lambda found: f'<c r="{cell}"{found[1]}{content}', xml)
    assert count == 1, f"{cell} is no plain cell"
    return changed


def recalculated(books: Mapping[str, bytes], folder: Path) -> dict[str, Sheets]:
    """Return the workbooks (by name) as LibreOffice works them out, all in one run of it."""
    given, taken = folder / "given", folder / "taken"
    settings = folder / "profile" / "user" / "registrymodifications.xcu"
    for path in (given, taken, settings.parent):
        path.mkdir(parents=True)
    settings.write_text(RECALCULATE, encoding="utf-8")
    for name, content in books.items():
        (given / f"{name}.xlsx").write_bytes(content)
    office = shutil.which("soffice") or "soffice"
    command = [office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "xlsx"]
    files = [str(given / f"{name}.xlsx") for name in books]
    subprocess.run([*command, "--outdir", str(taken), *files], check=True, capture_output=True, timeout=300)
    return {name: read((taken / f"{name}.xlsx").read_bytes()) for name in books}


def equal(found: object, wanted: object) -> bool:
    """Tell whether two cells hold the same: numbers within 1e-9, texts exactly; an empty cell is an empty text."""
    if isinstance(found, int | float) and isinstance(wanted, int | float):
        return abs(found - wanted) <= 1e-9 * max(1.0, abs(wanted))
    return found == wanted

"""PDF, Word and Excel files looked into: whole, without a password, and nothing in them that acts when opened."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from shuping_web.evidence.adapters import parts_of

MOST_OBJECTS = 200_000
ACTS = frozenset(("/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/RichMediaExecute"))
ACTIVE_KEYS = frozenset(("/JS", "/EmbeddedFiles", "/EF", "/RichMediaContent", "/XFA"))
TYPES = "[Content_Types].xml"
END_OF_ARCHIVE, END_BYTES = b"PK\x05\x06", 22
MAIN = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
ACTIVE_PARTS = re.compile(
    r"vbaproject|vbadata|activex|macrosheets|oleobject|customui|/embeddings/|\.(?:exe|dll|js|vbs|hta|html?|svg|scr|bat|cmd)$",
    re.IGNORECASE,
)
RELATION = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>")
HARMLESS = re.compile(r"relationships/(?:hyperlink|externalLinkPath|externalLinkLongPath)[\"']")
FAULTS = (
    PyPdfError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError, AssertionError,
    NotImplementedError, OSError, zlib.error,
)  # fmt: skip
"""What a damaged PDF makes the reader raise."""


class Damaged(Exception):
    """The file cannot be read as what it is."""


class Locked(Exception):
    """The file is protected by a password."""


class Active(Exception):
    """The file would do something when it is opened: a macro, a script, a file inside it, content fetched from afar."""


def pages_of_pdf(raw: bytes) -> int:
    """Return how many pages a PDF has. Raises Damaged, Locked or Active."""
    if zipfile.is_zipfile(io.BytesIO(raw)):  # two kinds at once: who opens it sees the one, who checked it the other
        raise Active
    try:
        reader = PdfReader(io.BytesIO(raw), strict=False)
        if reader.is_encrypted:
            raise Locked
        pages = len(reader.pages)
        _walk(reader.trailer["/Root"])
    except FAULTS as error:
        raise Damaged from error
    if not pages:
        raise Damaged
    return pages


def _walk(root: Any) -> None:
    """Look at every object that can be reached. Raises Active, and Damaged where there are too many to be looked at."""
    waiting, seen = [root], set()
    while waiting:
        found = waiting.pop()
        if isinstance(found, IndirectObject):
            if found.idnum in seen:
                continue
            seen.add(found.idnum)
            if len(seen) > MOST_OBJECTS:
                raise Damaged
            found = found.get_object()
        if isinstance(found, DictionaryObject):
            if ACTIVE_KEYS & found.keys() or found.get("/S") in ACTS:
                raise Active
            waiting += [found.raw_get(key) for key in found]
        elif isinstance(found, ArrayObject):
            waiting += list(found)


def kind_of_document(raw: bytes, name: str) -> str:
    """Return ``docx`` or ``xlsx``, or nothing for another archive. Raises Active, and InputError as ``parts_of``."""
    parts = parts_of(raw, name)
    kinds = [kind for kind, main in MAIN.items() if main in parts]
    if TYPES not in parts or not kinds:
        return ""
    behind = len(raw) != raw.rfind(END_OF_ARCHIVE) + END_BYTES
    if len(kinds) > 1 or behind or any(ACTIVE_PARTS.search(part) for part in parts):
        raise Active
    for part, body in parts.items():
        if part.endswith((".xml", ".rels")):
            _look_at_part(part, body)
    return kinds[0]


def _look_at_part(part: str, body: bytes) -> None:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Damaged from error
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise Active
    if part == TYPES and ("macroEnabled" in text or "vbaProject" in text):
        raise Active
    if part.endswith(".rels"):
        afar = [one for one in RELATION.findall(text) if "External" in one and not HARMLESS.search(one)]
        if afar:
            raise Active
    if "ddeLink" in text or "DDEAUTO" in text:
        raise Active

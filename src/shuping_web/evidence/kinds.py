"""What a file is, by its content and not by its name; and what of it is kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shuping_web.evidence.adapters import InputError
from shuping_web.evidence.documents import Active, Damaged, Locked, kind_of_document, pages_of_pdf
from shuping_web.evidence.models import Kind
from shuping_web.evidence.pictures import Broken, cleaned
from shuping_web.people.language import colon, page_lang, sentences

MIME: Mapping[str, str] = {
    Kind.PDF: "application/pdf",
    Kind.JPEG: "image/jpeg",
    Kind.PNG: "image/png",
    Kind.WEBP: "image/webp",
    Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ACCEPT = ",".join(f".{kind}" for kind in (*Kind.values, "jpeg"))
PICTURES = (Kind.JPEG, Kind.PNG, Kind.WEBP)
MEGABYTE = 1_000_000
LONGEST = 120
_STRANGE = re.compile(r"[\x00-\x1f\x7f<>:\"/\\|?*\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")


@dataclass(frozen=True)
class Looked:
    """A file that may be kept: its kind, its content as it is kept, pages of a PDF, what was taken out."""

    kind: Kind
    content: bytes
    pages: int | None
    removed: tuple[str, ...]


def look(raw: bytes, name: str, *, most_bytes: int, most_pages: int) -> Looked:
    """Look into a file that was sent. Raises ValidationError, in the language of the page and naming the file, for one
    that is empty, too large, of another kind, damaged, protected by a password, or does something when opened.
    """
    shown = cleaned_name(name)
    if not raw:
        raise ValidationError(_("%s is empty.") % shown)
    refuse_large(len(raw), shown, most_bytes)
    try:
        found = _looked(raw, shown)
    except (Broken, Damaged):
        raise ValidationError(_("%s is damaged or cut off: open it, save it anew and send it again.") % shown) from None
    except Locked:
        raise ValidationError(_("%s is protected by a password: save it without one.") % shown) from None
    except Active:
        raise ValidationError(
            _("%s holds a macro, a script, another file or something to be fetched from elsewhere. Print it as a PDF "
              "and send that.") % shown
        ) from None  # fmt: skip
    except InputError as error:
        said = sentences(problem.message(page_lang()) for problem in error.problems)
        raise ValidationError(f"{shown}{colon()}{said}") from None
    if found is None:
        raise ValidationError(_("%s is no PDF, JPEG, PNG, WebP, DOCX or XLSX file, whatever its name says.") % shown)
    if found.pages is not None and found.pages > most_pages:
        text = ngettext(
            "%(file)s has %(given)d page; a file may have %(most)d. Send the pages that prove it.",
            "%(file)s has %(given)d pages; a file may have %(most)d. Send the pages that prove it.",
            found.pages,
        )
        raise ValidationError(text % {"file": shown, "given": found.pages, "most": most_pages})
    return found


def refuse_large(size: int, name: str, most_bytes: int) -> None:
    """Raise ValidationError for a file with more bytes than are taken; asked before it is read."""
    if size > most_bytes:
        shown = {
            "file": cleaned_name(name), "given": f"{-(-size // (MEGABYTE // 10)) / 10:.1f}",
            "most": f"{most_bytes / MEGABYTE:g}",
        }  # fmt: skip
        raise ValidationError(_("%(file)s has %(given)s MB; a file may have %(most)s MB.") % shown)


def _looked(raw: bytes, name: str) -> Looked | None:
    if raw.startswith(b"%PDF-"):
        return Looked(Kind.PDF, raw, pages_of_pdf(raw), ())
    if raw.startswith(b"PK\x03\x04"):
        document = kind_of_document(raw, name)
        return Looked(Kind(document), raw, None, ()) if document else None
    kind = _picture(raw)
    if kind is None:
        return None
    found = cleaned(kind, raw)
    return Looked(kind, found.content, None, found.removed)


def _picture(raw: bytes) -> Kind | None:
    if raw.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if raw.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    return Kind.WEBP if raw.startswith(b"RIFF") and raw[8:12] == b"WEBP" else None


def cleaned_name(name: str) -> str:
    """Return the name of a file without folders, control characters and what some system reads otherwise, at most 120
    characters long; its ending is kept.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    plain = _STRANGE.sub("_", last).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    if dot and len(ending) <= 8:
        return f"{stem[: LONGEST - len(ending) - 1] or '_'}.{ending}"
    return plain[:LONGEST] or "_"


def name_to_hand_out(name: str, kind: str) -> str:
    """Return a name with the ending of what the file is."""
    _stem, dot, ending = name.rpartition(".")
    right = {"jpg": ("jpg", "jpeg")}.get(kind, (kind,))
    return name if dot and ending.lower() in right else f"{name}.{kind}"

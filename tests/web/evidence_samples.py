"""Files as other programs write them, and spoilt ones, for the tests of evidence."""

from __future__ import annotations

import io
import zipfile
import zlib

from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="8"><rect width="5" height="5" fill="red"/></svg>'
)
CAMERA = b"GPS 30.5N 114.3E, taken by a phone"
TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument'
    '.wordprocessingml.document.main+xml"/></Types>'
)


def pdf(pages: int = 1, *, title: str = "", script: str = "", inside: bytes = b"", password: str = "") -> bytes:
    """Return a PDF of blank pages, with a script, a file or a password in it where one is given."""
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(width=595, height=842)
    if title:
        writer.add_metadata({"/Title": title})
    if script:
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(
            {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject(script)}
        )
    if inside:
        writer.add_attachment("inside.exe", inside)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def png(width: int = 9) -> bytes:
    """Return a picture as a drawing program writes it."""
    import vl_convert

    return bytes(vl_convert.svg_to_png(PICTURE.format(width=width)))


def jpeg(width: int = 9) -> bytes:
    """Return a photo without anything but its points."""
    import vl_convert

    return bytes(vl_convert.svg_to_jpeg(PICTURE.format(width=width)))


def photo(width: int = 9, orientation: int = 6) -> bytes:
    """Return a photo as a phone writes it: with Exif (which side is up, place, device), XMP, a comment and a tail."""
    tag = b"\x12\x01\x03\x00\x01\x00\x00\x00" + bytes([orientation, 0, 0, 0])
    exif = b"Exif\x00\x00II\x2a\x00\x08\x00\x00\x00\x01\x00" + tag + b"\x00\x00\x00\x00" + CAMERA
    parts = [
        (0xE1, exif),
        (0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + CAMERA),
        (0xED, b"IPTC" + CAMERA),
        (0xFE, CAMERA),
    ]
    segments = b"".join(bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2) + body for marker, body in parts)
    plain = jpeg(width)
    return plain[:2] + segments + plain[2:] + b"PK\x03\x04<script>"


def webp() -> bytes:
    """Return a picture of the extended form with Exif and XMP."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return name + len(body).to_bytes(4, "little") + body + b"\x00" * (len(body) % 2)

    head = chunk(b"VP8X", bytes([0x0C, 0, 0, 0]) + (8).to_bytes(3, "little") + (7).to_bytes(3, "little"))
    body = b"WEBP" + head + chunk(b"VP8L", b"\x2f" + b"\x00" * 10) + chunk(b"EXIF", CAMERA) + chunk(b"XMP ", CAMERA)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def png_chunk(name: bytes, body: bytes) -> bytes:
    """Return a chunk of a PNG with its check sum."""
    return len(body).to_bytes(4) + name + body + zlib.crc32(name + body).to_bytes(4)


def docx(more: dict[str, str | bytes] | None = None) -> bytes:
    """Return a Word document with more parts."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES, "word/document.xml": "<w:document/>", **(more or {})
    }  # fmt: skip
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return out.getvalue()

"""Pictures freed of what they tell about place, time, device and people, without touching a single point of them.

A picture is a row of segments (JPEG: ISO/IEC 10918-1 annex B; PNG: ISO/IEC 15948; WebP: RFC 9649). Those that draw it
are kept byte by byte, all others are left out, and with them whatever hangs on behind its end: re-encoding would cost
quality and make another file each time, this makes the same one always.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

CAMERA, TEXT, TAIL = "camera", "text", "tail"
REMOVED = (CAMERA, TEXT, TAIL)
"""What is taken out: data of the camera (place, time, device: Exif, XMP, IPTC), other texts, bytes behind the end."""
MOST_POINTS = 120_000_000
"""The largest picture that is taken: a small file may unpack to an endless one in the reader's browser."""
PNG_SIGN = b"\x89PNG\r\n\x1a\n"
PNG_KEPT = frozenset(
    (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"sBIT", b"bKGD",
     b"pHYs", b"acTL", b"fcTL", b"fdAT")
)  # fmt: skip
WEBP_KEPT = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
WEBP_FLAGS = 0x08 | 0x04  # that there is Exif, that there is XMP
EXIF = b"Exif\x00\x00"
EOI, SOS, APP0, APP1, APP2, APP13, APP14, COM = 0xD9, 0xDA, 0xE0, 0xE1, 0xE2, 0xED, 0xEE, 0xFE
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
ALONE = frozenset((0x01, *range(0xD0, 0xD8)))
IN_SCAN = frozenset((0x00, *range(0xD0, 0xD8)))


class Broken(Exception):
    """The picture is not whole, or not what its first bytes say."""


@dataclass(frozen=True)
class Cleaned:
    """A picture as it is kept, and what was taken out of it."""

    content: bytes
    removed: tuple[str, ...]


def cleaned(kind: str, raw: bytes) -> Cleaned:
    """Return a picture (``jpg``, ``png`` or ``webp``) without what does not draw it; a cleaned one comes back as it is.

    Raises Broken for one that is cut off, damaged or larger than ``MOST_POINTS``.
    """
    clean = {"jpg": _jpeg, "png": _png, "webp": _webp}[kind]
    try:
        content, removed = clean(raw)
    except IndexError as error:
        raise Broken from error
    return Cleaned(content, tuple(one for one in REMOVED if one in removed))


def _jpeg(raw: bytes) -> tuple[bytes, set[str]]:
    out, removed, framed, scanned, turned = [raw[:2]], set(), False, False, b""
    for marker, segment in _segments(raw):
        if marker == EOI:
            removed |= {TAIL} if segment else set()
        elif marker == APP1 and segment[4:10] == EXIF and not turned:
            turned = _turned(segment[10:])
            out.append(turned)
            removed |= {CAMERA} if turned != segment else set()
        elif marker == COM or (APP0 <= marker <= 0xEF and not _draws(marker, segment)):
            removed.add(TEXT if marker == COM else CAMERA)
        else:
            if marker in FRAMES:
                framed = True
                _bound(int.from_bytes(segment[7:9]), int.from_bytes(segment[5:7]))
            scanned = scanned or marker == SOS
            out.append(segment)
    if not framed or not scanned:
        raise Broken
    return b"".join([*out, b"\xff\xd9"]), removed


def _segments(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield marker and bytes of each segment (a scan with its data); at last EOI, with what stands behind it."""
    at = 2
    while True:
        if raw[at] != 0xFF:
            raise Broken
        while raw[at + 1] == 0xFF:
            at += 1
        marker = raw[at + 1]
        if marker == EOI:
            yield marker, raw[at + 2 :]
            return
        end = at + 2 if marker in ALONE else at + 2 + int.from_bytes(raw[at + 2 : at + 4])
        if marker == 0x00 or end > len(raw) or (marker not in ALONE and end < at + 4):
            raise Broken
        if marker == SOS:
            end = _end_of_scan(raw, end)
        yield marker, raw[at:end]
        at = end


def _end_of_scan(raw: bytes, at: int) -> int:
    while True:
        at = raw.find(b"\xff", at)
        if at < 0 or at + 1 >= len(raw):
            raise Broken
        if raw[at + 1] not in IN_SCAN and raw[at + 1] != 0xFF:
            return at
        at += 1 if raw[at + 1] == 0xFF else 2


def _draws(marker: int, segment: bytes) -> bool:
    """Tell whether an application's segment is needed to draw: JFIF's density, colours (ICC), Adobe's transform."""
    if marker == APP2:
        return segment[4:16] == b"ICC_PROFILE\x00"
    return (marker == APP0 and segment[4:9] == b"JFIF\x00") or (marker == APP14 and segment[4:9] == b"Adobe")


def _turned(exif: bytes) -> bytes:
    """Return a segment that says only which side is up, of Exif data; nothing where it says nothing of that. Without it
    a photo taken upright would lie on its side.
    """
    order = {b"II": "little", b"MM": "big"}.get(exif[:2])
    if order is None:
        return b""

    def number(at: int, size: int) -> int:
        return int.from_bytes(exif[at : at + size], "little" if order == "little" else "big")

    start = number(4, 4)
    for entry in range(min(number(start, 2), 200)):
        at = start + 2 + 12 * entry
        if number(at, 2) == 0x0112 and 2 <= number(at + 8, 2) <= 8:
            tag = b"\x01\x12\x00\x03\x00\x00\x00\x01" + number(at + 8, 2).to_bytes(2) + b"\x00\x00"
            body = EXIF + b"MM\x00\x2a\x00\x00\x00\x08\x00\x01" + tag + b"\x00\x00\x00\x00"
            return b"\xff\xe1" + (len(body) + 2).to_bytes(2) + body
    return b""


def _png(raw: bytes) -> tuple[bytes, set[str]]:
    out, removed, seen, at = [PNG_SIGN], set(), [b""], len(PNG_SIGN)
    while seen[-1] != b"IEND":
        size, name = int.from_bytes(raw[at : at + 4]), raw[at + 4 : at + 8]
        end = at + 12 + size
        if end > len(raw) or zlib.crc32(raw[at + 4 : end - 4]) != int.from_bytes(raw[end - 4 : end]):
            raise Broken
        if name == b"IHDR":
            _bound(int.from_bytes(raw[at + 8 : at + 12]), int.from_bytes(raw[at + 12 : at + 16]))
        if name in PNG_KEPT:
            out.append(raw[at:end])
        else:
            removed.add(CAMERA if name == b"eXIf" else TEXT)
        seen.append(name)
        at = end
    if seen[1] != b"IHDR" or b"IDAT" not in seen:
        raise Broken
    return b"".join(out), removed | ({TAIL} if at < len(raw) else set())


def _webp(raw: bytes) -> tuple[bytes, set[str]]:
    end, at = 8 + int.from_bytes(raw[4:8], "little"), 12
    if end > len(raw):
        raise Broken
    out, removed, drawn = [], set(), False
    while at < end:
        name, size = raw[at : at + 4], int.from_bytes(raw[at + 4 : at + 8], "little")
        after = at + 8 + size + size % 2
        if after > end:
            raise Broken
        chunk = raw[at:after]
        if name == b"VP8X":
            _bound(1 + int.from_bytes(chunk[12:15], "little"), 1 + int.from_bytes(chunk[15:18], "little"))
            chunk = chunk[:8] + bytes([chunk[8] & ~WEBP_FLAGS]) + chunk[9:]
        if name in WEBP_KEPT:
            out.append(chunk)
        else:
            removed.add(CAMERA)
        drawn = drawn or name in (b"VP8 ", b"VP8L", b"ANMF")
        at = after
    if not drawn:
        raise Broken
    body = b"WEBP" + b"".join(out)
    return b"RIFF" + len(body).to_bytes(4, "little") + body, removed | ({TAIL} if end < len(raw) else set())


def _bound(width: int, height: int) -> None:
    if not width or not height or width * height > MOST_POINTS:
        raise Broken

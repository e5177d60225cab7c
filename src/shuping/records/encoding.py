"""From bytes to text: UTF-8 with or without BOM, UTF-16 with BOM, GB18030, tried strictly in this order."""

from __future__ import annotations

import codecs

from shuping.errors import InputError, Place, Problem

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "XLSX/ZIP"),
    (b"PAR1", "Parquet"),
    (b"\xd0\xcf\x11\xe0", "XLS"),
    (b"%PDF", "PDF"),
    (b"\x1f\x8b", "gzip"),
)
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def utf8_bytes(raw: bytes, file: str, encoding: str | None = None) -> bytes:
    """Return the file as UTF-8 bytes without BOM.

    ``encoding`` (from sources.yaml) is taken as said; without it the encoding is found out. Raises InputError for a
    binary file, an unknown encoding and bytes that fit none, naming byte offset and line.
    """
    _refuse_binary(raw, file)
    if encoding is not None:
        return _as_said(raw, file, encoding)
    if raw.startswith(_UTF16):
        return _strict(raw, file, "utf-16").encode("utf-8")
    body = raw.removeprefix(codecs.BOM_UTF8)
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        return _other(raw, file, error, len(raw) - len(body)).encode("utf-8")
    if b"\0" in body:
        raise InputError(Problem("records.nul-bytes", {}, Place(file, body[: body.index(0)].count(b"\n") + 1)))
    return body


def _refuse_binary(raw: bytes, file: str) -> None:
    for magic, name in _MAGIC:
        if raw.startswith(magic):
            raise InputError(Problem("records.binary-file", {"given": name}, Place(file)))


def _as_said(raw: bytes, file: str, encoding: str) -> bytes:
    try:
        codec = codecs.lookup(encoding)
    except (LookupError, ValueError) as error:
        raise InputError(Problem("records.unknown-encoding", {"given": encoding}, Place(file))) from error
    try:
        text, _ = codec.decode(raw, "strict")
        return str(text).removeprefix("\ufeff").encode("utf-8")
    except UnicodeError as error:
        raise InputError(_undecodable(raw, file, error, encoding)) from error
    except Exception as error:  # codecs such as zlib or rot13 raise what they like; they are not text encodings
        raise InputError(Problem("records.unknown-encoding", {"given": encoding}, Place(file))) from error


def _other(raw: bytes, file: str, failure: UnicodeDecodeError, skipped: int) -> str:
    try:
        text = raw.decode("gb18030")
    except UnicodeDecodeError as error:
        failure.start += skipped
        raise InputError(_undecodable(raw, file, failure, "UTF-8, UTF-16, GB18030")) from error
    if "\0" in text:
        raise InputError(Problem("records.nul-bytes", {}, Place(file, text[: text.index("\0")].count("\n") + 1)))
    return text


def _strict(raw: bytes, file: str, encoding: str) -> str:
    try:
        text = raw.decode(encoding)
        text.encode("utf-8")  # a lone surrogate is no text
        return text
    except UnicodeError as error:
        raise InputError(_undecodable(raw, file, error, encoding)) from error


def _undecodable(raw: bytes, file: str, error: UnicodeError, tried: str) -> Problem:
    start = error.start if isinstance(error, UnicodeDecodeError) else 0
    given = f"0x{raw[start]:02x}" if start < len(raw) else ""
    params = {"byte": given, "offset": start, "tried": tried}
    return Problem("records.undecodable", params, Place(file, raw[:start].count(b"\n") + 1))

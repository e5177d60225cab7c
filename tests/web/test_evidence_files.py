"""Files are known by their content, freed of what they tell about people, and kept whole or not at all."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import xlsxwriter
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from shuping_web.evidence.actions import receive
from shuping_web.evidence.keeping import NEW, Unreadable, keep, kept, path_of, read
from shuping_web.evidence.kinds import Looked, cleaned_name, look, name_to_hand_out
from shuping_web.evidence.models import File, Kind, Upload
from shuping_web.evidence.pictures import Broken, cleaned
from tests.web.conftest import NOW, World
from tests.web.evidence_samples import CAMERA, docx, jpeg, pdf, photo, png, png_chunk, webp


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Iterator[Path]:
    settings.EVIDENCE_FOLDER = tmp_path / "evidence"
    with translation.override("en"):
        yield tmp_path / "evidence"


def looked(raw: bytes, name: str = "scan.pdf") -> Looked:
    return look(raw, name, most_bytes=1_000_000, most_pages=3)


def refused(raw: bytes, name: str = "scan.pdf") -> str:
    with pytest.raises(ValidationError) as error:
        looked(raw, name)
    return " ".join(error.value.messages)


def word(text: str = "hello") -> bytes:
    out = io.BytesIO()
    document = Document()
    document.add_paragraph(text)
    document.save(out)
    return out.getvalue()


def excel() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_url("A1", "https://example.org/")
    return out.getvalue()


@pytest.mark.parametrize(
    ("raw", "kind", "pages"),
    [
        (pdf(2), Kind.PDF, 2), (jpeg(), Kind.JPEG, None), (png(), Kind.PNG, None), (webp(), Kind.WEBP, None),
        (word(), Kind.DOCX, None), (excel(), Kind.XLSX, None),
    ],
    ids=["pdf", "jpeg", "png", "webp", "docx", "xlsx"],
)  # fmt: skip
def test_what_real_programs_write_is_known_by_its_content(raw: bytes, kind: Kind, pages: int | None) -> None:
    found = looked(raw, "named.wrongly")
    assert (found.kind, found.pages) == (kind, pages)
    assert found.content == raw or kind in (Kind.WEBP, Kind.PNG, Kind.JPEG)


def test_a_photo_loses_place_and_device_and_not_a_point() -> None:
    plain = looked(jpeg()).content
    found = looked(photo())
    assert found.removed == ("camera", "text", "tail")
    assert CAMERA not in found.content
    assert b"<script>" not in found.content
    start = plain.index(b"\xff\xdb")  # from the quantisation tables on: all that the picture is drawn from
    assert found.content.endswith(plain[start:])
    again = looked(found.content)
    assert (again.content, again.removed) == (found.content, ())


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_keeps_its_right_side_up(orientation: int) -> None:
    """Read back with the one tag that is left: Exif 2.32, tag 0x0112."""
    content = looked(photo(orientation=orientation)).content
    tag = b"\x01\x12\x00\x03\x00\x00\x00\x01\x00" + bytes([orientation])
    assert (tag in content) == (orientation != 1)


def test_pictures_of_other_kinds_lose_it_too() -> None:
    found = looked(webp())
    assert CAMERA not in found.content
    assert found.removed == ("camera",)
    assert int.from_bytes(found.content[4:8], "little") == len(found.content) - 8
    assert found.content[20] == 0
    plain = png()
    spoilt = plain[:33] + png_chunk(b"tEXt", b"Author\x00" + CAMERA) + png_chunk(b"eXIf", CAMERA) + plain[33:] + b"tail"
    found = looked(spoilt)
    assert (found.content, found.removed) == (looked(plain).content, ("camera", "text", "tail"))


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_spoilt_picture_is_refused_or_cleaned_and_never_a_crash(data: st.DataObject) -> None:
    kind, raw = data.draw(st.sampled_from([("jpg", photo()), ("png", png()), ("webp", webp())]))
    at = data.draw(st.integers(0, len(raw) - 1))
    spoilt = raw[:at] + data.draw(st.binary(max_size=4)) + raw[at + data.draw(st.integers(0, 4)) :]
    try:
        once = cleaned(kind, spoilt).content
    except Broken:
        return
    assert cleaned(kind, once).content == once


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "is empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "no PDF, JPEG"),
        (b"<!doctype html><script>alert(1)</script>", "no PDF, JPEG"),
        (b"MZ\x90\x00", "no PDF, JPEG"),
        (b"GIF89a" + b"\x00" * 20, "no PDF, JPEG"),
        (b"\x00" * 1_000_001, "has 1.1 MB; a file may have 1 MB"),
        (pdf()[:200], "damaged"),
        (b"%PDF-1.7\n", "damaged"),
        (pdf(4), "has 4 pages; a file may have 3"),
        (pdf(password="secret"), "password"),
        (pdf(script="app.alert(1)"), "macro, a script"),
        (pdf(inside=b"MZ"), "macro, a script"),
        (pdf() + docx(), "macro, a script"),
        (jpeg()[:-40], "damaged"),
        (jpeg()[:100], "damaged"),
        (png()[:-10], "damaged"),
        (png().replace(b"IDAT", b"IDAX"), "damaged"),
        (b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", (60_000).to_bytes(4) * 2 + b"\x08\x02\0\0\0"), "damaged"),
        (webp()[:30], "damaged"),
        (docx({"word/vbaProject.bin": b"x"}), "macro, a script"),
        (docx({"word/embeddings/oleObject1.bin": b"x"}), "macro, a script"),
        (docx({"xl/workbook.xml": "<workbook/>"}), "macro, a script"),
        (docx({"word/settings.xml": '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}), "macro, a script"),
        (docx({"word/_rels/settings.xml.rels": '<Relationship Type="http://x/relationships/attachedTemplate" '
               'Target="http://evil.example/t.dotm" TargetMode="External"/>'}), "macro, a script"),
        (docx({"word/other.xml": "x".encode("utf-16")}), "damaged"),
        (docx({"../../etc/passwd": "x"}), "leads out of the folder"),
        (docx({"word/media/a.xml": b"0" * 151_000_000}), "unpack"),
        (docx()[:-30], "scan.pdf:"),
        (docx() + b"<script>", "macro, a script"),
        (docx({"[Content_Types].xml": ""}).replace(b"[Content_Types].xml", b"[Content_Typez].xml"), "no PDF, JPEG"),
    ],
    ids=["empty", "svg", "html", "program", "gif", "large", "cut-pdf", "no-pdf", "pages", "password", "script",
         "file-inside", "two-kinds", "cut-jpeg", "half-jpeg", "cut-png", "sum-png", "endless-png", "cut-webp", "macro",
         "ole", "two-documents", "entity", "template", "utf-16", "path-inside", "bomb", "cut-docx", "tail-docx",
         "other-zip"],
)  # fmt: skip
def test_what_is_not_taken_and_why(raw: bytes, says: str) -> None:
    found = refused(raw)
    assert found.startswith("scan.pdf")
    assert says in found


@pytest.mark.parametrize(
    ("given", "kept_as"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"), ("C:\\Users\\x\\证明.pdf", "证明.pdf"), ("a\x00b\r\n.pdf", "a_b_.pdf"),
        ("x\u202efdp.exe", "x_fdp.exe"), ("..", "_"), ("", "_"), ("长" * 300 + ".pdf", "长" * 116 + ".pdf"),
        ("a<b>\"c'.pdf", "a_b_c'.pdf"),
    ],
)  # fmt: skip
def test_names_are_only_names(given: str, kept_as: str) -> None:
    assert cleaned_name(given) == kept_as


def test_a_file_is_handed_out_with_the_ending_of_what_it_is() -> None:
    given = [("a.PDF", "pdf"), ("a.jpeg", "jpg"), ("a.exe", "pdf"), ("a", "png")]
    assert [name_to_hand_out(*one) for one in given] == ["a.PDF", "a.jpeg", "a.exe.pdf", "a.png"]


def test_a_file_is_kept_under_its_hash_once(folder: Path) -> None:
    first = keep(b"one")
    assert first == hashlib.sha256(b"one").hexdigest() == keep(b"one")
    assert read(first) == b"one"
    assert list(kept()) == [(first, 3)]
    assert path_of(first).parent.parent == folder
    assert not path_of(first).stat().st_mode & 0o222


def test_a_damaged_file_is_never_handed_out_nor_overwritten() -> None:
    sha256 = keep(b"one")
    path_of(sha256).chmod(0o640)
    path_of(sha256).write_bytes(b"two")
    for again in (lambda: read(sha256), lambda: keep(b"one")):
        with pytest.raises(Unreadable):
            again()
    assert path_of(sha256).read_bytes() == b"two"


def test_who_is_interrupted_while_writing_leaves_no_half_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        keep(b"one")
    assert list(kept()) == []


def test_a_file_without_a_row_is_harmless(world: World) -> None:
    """The server ends between keeping the content and the row that names it: sent again, it is received as ever."""
    with transaction.atomic():
        receive(raw=pdf(), name="a.pdf", submission=uuid4(), by=world.people["east"], at=NOW)
        transaction.set_rollback(True)
    assert (len(list(kept())), File.objects.count()) == (1, 0)
    upload = receive(raw=pdf(), name="a.pdf", submission=uuid4(), by=world.people["east"], at=NOW)
    assert read(upload.file.sha256) == pdf()
    assert len(list(kept())) == 1


def test_sent_twice_with_one_form_it_is_one(world: World) -> None:
    form = uuid4()
    first, second = (
        receive(raw=pdf(), name=name, submission=form, by=world.people["east"], at=NOW) for name in ("a.pdf", "b.pdf")
    )
    assert first == second
    assert (Upload.objects.count(), File.objects.count()) == (1, 1)


def test_what_was_refused_is_not_kept(world: World) -> None:
    with pytest.raises(ValidationError):
        receive(raw=b"<svg/>", name="a.pdf", submission=uuid4(), by=world.people["east"], at=NOW)
    assert list(kept()) == []


def test_a_piece_of_interrupted_writing_is_named_as_one(folder: Path) -> None:
    sha256 = keep(b"one")
    (path_of(sha256).parent / f"{NEW}abc").write_bytes(b"o")
    assert [name.startswith(NEW) for name, _size in kept()] == [True, False]


def test_the_same_archive_twice_is_the_same_document() -> None:
    assert zipfile.is_zipfile(io.BytesIO(docx()))
    assert looked(docx()).kind == Kind.DOCX

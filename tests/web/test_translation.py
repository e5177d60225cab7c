"""Chinese and English equally finished: every string of code and templates is in a room's catalogue, translated."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import polib
import pytest
from django.utils.translation.template import templatize

SITE = Path("src/shuping_web")
CATALOGUES = sorted(SITE.glob("*/locale/zh_Hans/LC_MESSAGES/django.po"))
MARKS = ("_", "gettext", "gettext_lazy", "ngettext:1,2", "ngettext_lazy:1,2", "pgettext:1c,2", "npgettext:1c,2,3")


def sources(folder: Path) -> list[Path]:
    """Write templates as the Python that xgettext reads; return them and the code."""
    found = [path for path in sorted(SITE.rglob("*.py")) if "migrations" not in path.parts]
    for number, path in enumerate(sorted(SITE.rglob("templates/**/*.*"))):
        written = folder / f"{number}_{path.name}.py"
        written.write_text(templatize(path.read_text(encoding="utf-8"), origin=str(path)), encoding="utf-8")
        found.append(written)
    return found


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str | None], str]:
    """Return every string that is marked for translation, with one place where it stands."""
    folder = tmp_path_factory.mktemp("strings")
    tool = shutil.which("xgettext")
    assert tool is not None, "xgettext is missing: install the package gettext"
    out = folder / "all.pot"
    command = [tool, "--language=Python", "--from-code=UTF-8", "--no-wrap", f"--output={out}"]
    subprocess.run([*command, *(f"--keyword={mark}" for mark in MARKS), *map(str, sources(folder))], check=True)
    return {(entry.msgid, entry.msgctxt): str(entry.occurrences[:1]) for entry in polib.pofile(str(out))}


def test_every_string_is_in_a_catalogue(used: dict[tuple[str, str | None], str]) -> None:
    known = {(entry.msgid, entry.msgctxt) for path in CATALOGUES for entry in polib.pofile(str(path))}
    assert len(used) > 100
    assert {text[0]: place for text, place in used.items() if text not in known} == {}


@pytest.mark.parametrize("path", CATALOGUES, ids=[path.parents[3].name for path in CATALOGUES])
def test_a_catalogue_is_translated_and_compiled(path: Path) -> None:
    catalogue = polib.pofile(str(path))
    assert [entry.msgid for entry in catalogue if not entry.translated() or entry.fuzzy] == []
    compiled = {(entry.msgid, entry.msgctxt) for entry in polib.mofile(str(path.with_suffix(".mo")))}
    assert {(entry.msgid, entry.msgctxt) for entry in catalogue} == compiled


def test_no_string_is_translated_in_two_ways() -> None:
    seen: dict[tuple[str, str | None], str] = {}
    for path in CATALOGUES:
        for entry in polib.pofile(str(path)):
            text = str(entry.msgstr or entry.msgstr_plural)
            assert seen.setdefault((entry.msgid, entry.msgctxt), text) == text, entry.msgid

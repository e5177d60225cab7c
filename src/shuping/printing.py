"""The front of ``shuping rules``: a rule book, or a folder's, as the document that people read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from shuping.documents.rules import compose, render_page, word_bytes
from shuping.records import read_units
from shuping.records.files_out import refuse_taken, write_files
from shuping.rulebook.load import load

if TYPE_CHECKING:
    from shuping.documents.rules.model import RulesDocument
    from shuping.records.register import Register
    from shuping.rulebook.model import Rulebook


def rules(path: str | Path, lang: str = "zh") -> RulesDocument:
    """Return the rules of a rule book, or of a folder (units then go by their names), in ``zh`` or ``en``.

    Raises RulebookError or InputError for a faulty rule book or register.
    """
    book, register = _opened(path)
    return compose(book, lang, register)


def write_rules(path: str | Path, out: str | Path, *, lang: str = "zh", force: bool = False) -> tuple[Path, ...]:
    """Write ``rules.zh.docx``, ``rules.en.docx`` and ``rules.html`` (``lang`` first) into ``out``; return their paths.

    Raises RulebookError or InputError as ``rules`` does, OutputError when one of the files exists (unless ``force``;
    nothing is written then) or cannot be written, MissingExtraError without the ``documents`` extra.
    """
    book, register = _opened(path)
    makers: dict[str, Callable[[], bytes]] = {
        "rules.zh.docx": lambda: word_bytes(compose(book, "zh", register)),
        "rules.en.docx": lambda: word_bytes(compose(book, "en", register)),
        "rules.html": lambda: render_page(book, lang, register).encode("utf-8"),
    }
    files = {Path(out) / name: make for name, make in makers.items()}
    refuse_taken(files, force=force)
    return write_files({file: make() for file, make in files.items()})


def _opened(path: str | Path) -> tuple[Rulebook, Register | None]:
    target = Path(path)
    if not target.is_dir():
        return load(target), None
    book = load(target / "rulebook.yaml")
    return book, read_units(target, book) if (target / "units.csv").is_file() else None

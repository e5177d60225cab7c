"""The pages of the linter's rules: a rule book that is reported and one that is not, and the files beside them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from shuping.checking import check
from shuping.review.limits import Limits
from shuping.review.lint import Review

PAGES = Path(__file__).resolve().parents[3] / "docs" / "lint"
MARK = "# <-"
BASE = {
    "format": "format: 1",
    "rulebook": "rulebook: example",
    "version": 'version: "1"',
    "title": "title: Example",
    "groups": "groups: {townships: {kind: township}}",
}
"""What a page leaves out: written behind its rule book, so that lines stay where they are."""
LIMITS = {"SH105": Limits(leaves=2), "SH203": Limits(minutes=Fraction(10))}
"""Thresholds that a page says it set."""


@dataclass(frozen=True)
class Page:
    """A page: its rule books, marked lines (from 1) of the first one, and the files that stand beside both."""

    code: str
    reported: str
    clean: str
    files: dict[str, str]

    @property
    def marked(self) -> list[int]:
        """The lines on which the page says that the remark stands."""
        return [number for number, line in enumerate(self.reported.splitlines(), 1) if MARK in line]


def page(code: str) -> Page:
    """Read a page. Raises FileNotFoundError where a rule has none."""
    text = (PAGES / f"{code}.md").read_text(encoding="utf-8")
    reported, clean = re.findall(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    files = re.findall(r"^```text\n(\S+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return Page(code, reported, clean, dict(files))


def whole(text: str) -> str:
    """Return a page's rule book with what it leaves out."""
    missing = [line for key, line in BASE.items() if not re.search(rf"^{key}:", text, re.MULTILINE)]
    return "\n".join([text.rstrip("\n"), *missing]) + "\n"


def checked(text: str, folder: Path, files: dict[str, str] | None = None, limits: Limits | None = None) -> Review:
    """Check a rule book, as a folder where there are files beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    book = folder / "rulebook.yaml"
    book.write_text(whole(text), encoding="utf-8")
    for name, content in (files or {}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    return check(folder if files else book, limits=limits)

"""A result -> ``result.xlsx``: the same result, the same bytes."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from pathlib import Path

from shuping.documents import wording
from shuping.documents.packing import fixed_zip, need
from shuping.documents.workbook.calculation import write_calculation
from shuping.documents.workbook.intervals import write_intervals
from shuping.documents.workbook.lists import write_findings, write_measures
from shuping.documents.workbook.notes import write_notes
from shuping.documents.workbook.scores import has_score_sheet, write_scores
from shuping.documents.workbook.sheet import Book
from shuping.documents.workbook.standing import write_standing
from shuping.scoring.result import Result

_FIXED = datetime(2000, 1, 1)
"""The date in the file's properties: none is given by the data, and the clock would change the bytes."""


def write_workbook(result: Result, path: str | Path, lang: str = "both") -> None:
    """Write the workbook of the result's last period to ``path``, headings in ``zh``, ``en`` or ``both``.

    Raises MissingExtraError where xlsxwriter is not installed, ValueError for another language, OSError where the path
    cannot be written.
    """
    Path(path).write_bytes(workbook_bytes(result, lang))


def workbook_bytes(result: Result, lang: str = "both") -> bytes:
    """Return the workbook as bytes (see ``write_workbook``)."""
    need("xlsxwriter", "xlsxwriter")
    import xlsxwriter

    stream = BytesIO()
    file = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    title = wording.title_of_document(result.rulebook, "en" if lang == "en" else "zh")
    file.set_properties({"title": title, "created": _FIXED})
    book = Book(result, file, lang)
    write_standing(book)
    write_intervals(book)
    if has_score_sheet(book):
        write_scores(book)
    write_calculation(book)
    write_measures(book)
    if result.rulebook.findings:
        write_findings(book)
    write_notes(book)
    file.close()
    return fixed_zip(stream.getvalue())

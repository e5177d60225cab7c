"""An upload as a workbook again, with the wrong cells coloured and a note on each that says what is wrong."""

from __future__ import annotations

import io
import re
from datetime import datetime

import xlsxwriter
from django.utils.translation import gettext as _

from shuping_web.filing.tables import Judged

_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?")
_CREATED = datetime(2000, 1, 1)  # a fixed day: the same faults are the same bytes


def marked_workbook(judged: Judged, title: str) -> bytes:
    """Return the table of an upload as XLSX: its own headings, order and texts, so that it can be put right and
    uploaded again. Texts are never formulas.
    """
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": title, "created": _CREATED})
    sheet = book.add_worksheet(title[:31])
    head = book.add_format({"bold": True, "bg_color": "#D9E2EC", "font_color": "#1F2933", "text_wrap": True})
    wrong = book.add_format({"bg_color": "#FFC7CE", "font_color": "#9C0006", "num_format": "@"})
    columns = list(judged.headings)
    for at, column in enumerate(columns):
        sheet.write_string(0, at, judged.headings[column], head)
        sheet.set_column(at, at, 18)
    for line, row in enumerate(judged.rows, 1):
        for at, column in enumerate(columns):
            text, said = row.cells.get(column, ""), list(row.errors.get(column, ()))
            if at == 0 and row.of_row:
                said = [*said, *(_("The row: %s") % text for text in row.of_row)]
            if said:
                sheet.write_string(line, at, text, wrong) if text else sheet.write_blank(line, at, None, wrong)
                sheet.write_comment(line, at, "\n".join(said), {"x_scale": 2.5, "y_scale": 1.5})
            elif _NUMBER.fullmatch(text):
                sheet.write_number(line, at, float(text))
            elif text:
                sheet.write_string(line, at, text)
    sheet.freeze_panes(1, 0)
    book.close()
    return stream.getvalue()

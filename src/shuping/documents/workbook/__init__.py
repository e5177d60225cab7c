"""The result as an Excel workbook: standing, score sheet, measures, findings, notes."""

from shuping.documents.workbook.write import workbook_bytes, write_workbook

__all__ = ["workbook_bytes", "write_workbook"]

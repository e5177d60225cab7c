"""What was observed: units, records, marks, survey answers, targets; readers, foreign files, forms.

Everything is read as its source text, judged against the rule book, and located when it is refused. See
``docs/architecture.md`` for the folder, ``sources.py`` for foreign files.
"""

from shuping.records.export import csv_bytes, neutral, rejected_frame, write_csv, write_rejected
from shuping.records.folder import Folder, Rejected, SourceFile, Table
from shuping.records.reading import folder_from_frames, read_folder, read_units
from shuping.records.register import Register, Unit
from shuping.records.register_reader import read_register
from shuping.records.start import new_folder
from shuping.records.template import write_template

__all__ = [
    "Folder",
    "Register",
    "Rejected",
    "SourceFile",
    "Table",
    "Unit",
    "csv_bytes",
    "folder_from_frames",
    "neutral",
    "new_folder",
    "read_folder",
    "read_register",
    "read_units",
    "rejected_frame",
    "write_csv",
    "write_rejected",
    "write_template",
]

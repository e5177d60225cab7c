"""A small rule book and a folder written from texts, shared by the tests of the readers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from shuping.errors import InputError
from shuping.records import Folder, read_folder
from shuping.rulebook.model import Rulebook

UNITS = """id,name,name_en,kind,parent,villages
t1,青石镇,Qingshi,township,,3
t2,白水镇,Baishui,township,,2
v1,石桥村,Shiqiao,village,t1,
v2,柳村,Liu,village,t1,
v3,柳村,Liu,village,t2,
b1,文化局,Culture,bureau,,
"""

ACTIVITY: dict[str, Any] = {
    "title": {"zh": "活动", "en": "Activities"},
    "fields": {
        "date": {"type": "date", "title": {"zh": "日期", "en": "Date"}},
        "form": {
            "type": "category",
            "title": {"zh": "形式", "en": "Form"},
            "options": {"lecture": {"zh": "讲座", "en": "Lecture"}, "sport": {"zh": "体育", "en": "Sport"}},
        },
        "village": {"type": "unit", "below": "filer", "title": {"zh": "村", "en": "Village"}},
        "people": {"type": "integer", "min": "1", "max": "500"},
        "cost": {"type": "number", "places": "2", "required": "false"},
        "done": {"type": "flag", "required": "false"},
        "note": {"type": "text", "required": "false"},
    },
}
HEADER = "unit,date,form,village,people,cost,done,note\n"
GOOD = HEADER + "t1,2025-01-05,lecture,v1,12,1.50,yes,a\nt2,2025-02-28,sport,v3,40,,,\n"


def rulebook(**more: Any) -> Rulebook:
    """Return a rule book with the dataset ``activity``; keywords replace or add top-level keys."""
    head = {
        "rulebook": "small",
        "version": "1",
        "title": "Small",
        "periods": ["2024", "2025"],
        "groups": {"townships": {"kind": "township"}},
        "datasets": {"activity": ACTIVITY},
    }
    return Rulebook.model_validate({**head, **more})


def activity(**changes: Any) -> Rulebook:
    """Return the rule book with keys of the dataset ``activity`` changed."""
    return rulebook(datasets={"activity": {**ACTIVITY, **changes}})


def write(base: Path, files: dict[str, str | bytes], units: str = UNITS) -> Path:
    """Write units.csv and files by relative path; return the folder."""
    for path, content in {"units.csv": units, **files}.items():
        target = base / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return base


def read(base: Path, content: str | bytes, book: Rulebook | None = None, **options: Any) -> Folder:
    """Read a folder whose only table is records/activity.csv with this content."""
    return read_folder(write(base, {"records/activity.csv": content}), book or rulebook(), **options)


def refusals(
    base: Path, content: str | bytes, book: Rulebook | None = None
) -> list[tuple[str, int | None, str | None]]:
    """Return code, line and field of every problem of records/activity.csv; an accepted file has none."""
    try:
        read(base, content, book)
    except InputError as error:
        for problem in error.problems:
            assert problem.place.file == "records/activity.csv"
            assert problem.message("zh")
            assert problem.message("en")
        return [(problem.code, problem.place.line, problem.place.field) for problem in error.problems]
    return []

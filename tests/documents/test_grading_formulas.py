"""Ranks and grades of the calculation sheet, worked out by LibreOffice: quotas, vetoes, ties, styles of ranks.

The rule books are those of the specs, whose standing is a hand calculation, and drawn ones: figures of one set are put
into the workbook of another, and must come to the ranks and grades that the library gives them.
"""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import shuping
from shuping.documents.workbook import workbook_bytes
from tests.documents.recalculation import Sheets, forgotten, read, recalculated
from tests.documents.test_calculation import FIRST, KINDS, OFFICE, apart, calculations, different, entries

SPECS = Path(__file__).resolve().parents[1] / "spec"
NAMED = ("ac9_quota_veto_tie", "quota_29_percent", "quota_base", "quota_rounding", "rank_style", "thresholds_on")
NAMED += ("tie_keys", "unreached_slot", "veto_strengths", "veto_unqualified")
FIXED = {
    ("ac9_quota_veto_tie", "rulebook.tied_decide"): {"Grade"},  # a person decides
    ("veto_unqualified", "rulebook.unranked"): {"Rank", "Grade"},
}
"""What has no formula in the specs."""
BOOKS = 24
UNITS = 12


def graded(sheets: Sheets) -> dict[str, tuple[Any, Any]]:
    """Return rank and grade of every unit by name, as the calculation sheet has them."""
    found = {}
    for rows in calculations(sheets).values():
        head = rows[KINDS - 1]
        grade = head.index("Grade") if "Grade" in head else None
        found |= {str(row[0]): (row[head.index("Rank")], None if grade is None else row[grade]) for row in rows[FIRST:]}
    return found


def fixed(sheets: Sheets) -> set[str]:
    """Return the columns that the notes call not live."""
    told = [str(row[1]) for row in sheets["Notes"] if "Not live" in str(row[0])]
    return {line.rpartition(": ")[2] for text in told for line in text.split("\n")}


@OFFICE
def test_the_standing_of_the_specs_is_worked_out_by_the_sheet(tmp_path: Path) -> None:
    results = {
        (name, path.stem): shuping.score(shuping.read(path.parent, rulebook=path))
        for name in NAMED
        for path in sorted((SPECS / name).glob("rulebook*.yaml"))
    }
    contents = {f"{name} {stem}": workbook_bytes(result, "en") for (name, stem), result in results.items()}
    found = recalculated({name: forgotten(content) for name, content in contents.items()}, tmp_path)
    assert len(found) > 25
    for (name, stem), result in results.items():
        stored, sheets = read(contents[f"{name} {stem}"]), found[f"{name} {stem}"]
        assert different(sheets, stored) == [], (name, stem)
        assert fixed(stored) == FIXED.get((name, stem), set()), (name, stem)
        grades = {key: grade.title.en if grade.title else key for key, grade in result.rulebook.grades.items()}
        assert graded(sheets) == {
            row["name_en"]: (
                "" if row["rank"] is None else row["rank"],
                None if not grades else "" if row["grade"] is None else grades[row["grade"]],
            )
            for row in result.standing.rows(named=True)
        }, (name, stem)


def grades_of(random: Random) -> dict[str, Any]:
    """Draw grades and what becomes of their places."""
    best = random.choice([{"share": "25%", "min": "70"}, {"share": "2/7", "min": "60"}, {"count": "3", "min": "60"}])
    good = random.choice([{"share": "1/3", "min": "50"}, {"share": "30%"}, {"min": "55"}])
    if "share" in best:
        best["round"] = random.choice(["floor", "half_up", "ceiling"])
    return {
        "grades": {"excellent": best, "good": good, "fair": {"share": "40%"}, "poor": {}},
        "grading": {
            "tied_at_edge": random.choice(["all_in", "all_out", "decide"]),
            "freed_slot": random.choice(["pass_down", "empty"]),
            "unreached_slot": random.choice(["empty", "next_grade"]),
            "quota_base": random.choice(["ranked", "group"]),
        },
    }


def book_of(random: Random) -> str:
    """Draw a rule book over unit attributes, as text (JSON is YAML)."""
    veto = {"id": "v", "title": "Accident", "when": "accidents > 0"}
    effects = [{"effect": "bar_top"}, {"effect": "cap_grade", "grade": "fair"}, {"effect": "unqualified"}]
    leaf = {"method": {"ratio_uncapped": {"target": "100"}}, "points": "50"}
    return json.dumps(
        {
            "format": "1", "rulebook": "drawn", "version": "1", "title": "Drawn", "periods": ["2025"],
            "groups": {"towns": {"kind": "town"}},
            "rank_style": random.choice(["competition", "dense", "ordinal"]),
            "measures": {name: {"value": f"unit.{name}"} for name in ("a", "b", "key", "accidents")},
            "criteria": [{"id": name, "measure": name, **leaf} for name in ("a", "b")],
            "tiebreak": random.choice([[], ["b"], ["key"]]),
            "adjustments": {"veto": [{**veto, **random.choice(effects)}]},
            **grades_of(random),
        }
    )  # fmt: skip


def scored(folder: Path, book: str, random: Random) -> shuping.Result:
    """Score one more set of figures: few different ones, so that there are ties; some missing."""
    folder.mkdir()
    (folder / "rulebook.yaml").write_text(book, encoding="utf-8")
    lines = ["id,name,kind,a,b,key,accidents"]
    for number in range(UNITS):
        a = random.choice(["", *map(str, range(40, 100, 10))]) if number % 5 == 0 else random.randrange(40, 100, 10)
        b, key, accidents = random.randrange(40, 100, 10), random.randrange(3), int(random.random() < 0.3)
        lines.append(f"u{number:02},Unit {number:02},town,{a},{b},{key},{accidents}")
    (folder / "units.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return shuping.score(shuping.read(folder))


@OFFICE
def test_other_figures_come_to_the_ranks_and_grades_that_the_library_gives(tmp_path: Path) -> None:
    books: dict[str, bytes] = {}
    wanted: dict[str, Sheets] = {}
    for seed in range(BOOKS):
        random = Random(seed)
        book = book_of(random)
        results = [scored(tmp_path / f"{seed}{letter}", book, random) for letter in "ab"]
        if any("open:" in (note or "") for result in results for note in result.standing["grade_note"]):
            continue  # a person decides: the sheet leaves open what depends on it
        first, second = (workbook_bytes(result, "en") for result in results)
        assert fixed(read(first)) == set()
        wanted[str(seed)] = read(second)
        books[str(seed)] = forgotten(first, entries(first, second))
    found = recalculated(books, tmp_path / "office")
    assert len(found) > BOOKS // 2
    assert {name: wrong for name, sheets in found.items() if (wrong := apart(sheets, wanted[name]))} == {}

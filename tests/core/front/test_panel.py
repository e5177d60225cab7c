"""``shuping panel`` on the example review meeting: tellers' counts, judges' means, refusals, nothing of a voter."""

from __future__ import annotations

import csv
import json
import random
import re
import shutil
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import shuping as library
from tests.core.front.conftest import Ran

Command = Callable[..., Ran]
EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "review_meeting"
POINTS = {"excellent": 100, "good": 80, "fair": 60, "poor": 40}


@pytest.fixture
def meeting(tmp_path: Path) -> Path:
    """A copy of the example that a test may change."""
    shutil.copytree(EXAMPLE, tmp_path / "meeting")
    return tmp_path / "meeting"


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def write(file: Path, content: Sequence[dict[str, str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(content[0]))
        writer.writeheader()
        writer.writerows(content)


def data(shuping: Command, folder: Path, *options: str) -> dict[str, Any]:
    done = shuping("panel", folder, "--json", *options)
    assert (done.code, done.err) == (0, "")
    found: dict[str, Any] = json.loads(done.out)
    return found


# --- the figures, by hand --------------------------------------------------------------------------------------------


def tellers() -> dict[tuple[str, str], Counter[str]]:
    """Count the papers as tellers do: put the void ones aside, then go through the rest unit by unit."""
    papers: dict[tuple[str, str], dict[str, str]] = {}
    for row in rows(EXAMPLE / "ballots/annual.csv"):
        papers.setdefault((row["group"], row["ballot"]), {})[row["unit"]] = row["mark"]
    found: dict[tuple[str, str], Counter[str]] = {}
    for (group, _), marks in papers.items():
        votes = [mark for mark in marks.values() if mark in POINTS]
        void = len(set(votes)) == 1 or Counter(votes)["excellent"] > Fraction(4, 10) * len(marks)
        for unit, mark in marks.items():
            said = "void" if void or ";" in mark else mark if mark in POINTS else "abstained"
            found.setdefault((unit, group), Counter())[said] += 1
    return found


def test_the_count_sheet_is_the_tellers(shuping: Command) -> None:
    (ballot,) = data(shuping, EXAMPLE, "--panel", "annual")["ballots"]
    votes = {(row["unit"], row["group"], row["option"]): row["count"] for row in ballot["grades"]}
    sheet = {(row["unit"], row["group"]): row for row in ballot["counts"] if row["group"] != "*"}
    counted = tellers()
    assert set(sheet) == set(counted)
    assert len(sheet) == 36
    for (unit, group), by_hand in counted.items():
        row, late = sheet[unit, group], group == "delegates"  # one ballot of the delegates was not entered
        assert {grade: votes[unit, group, grade] for grade in POINTS} == {grade: by_hand[grade] for grade in POINTS}
        assert (row["void"], row["abstained"]) == (by_hand["void"] + late, by_hand["abstained"])
        valid = sum(by_hand[grade] for grade in POINTS)
        points = Fraction(sum(by_hand[grade] * worth for grade, worth in POINTS.items()), valid)
        assert (row["valid"], row["returned"]) == (valid, by_hand.total() + late)
        assert abs(Fraction(row["points"]) - points) <= Fraction(1, 20000)


def test_the_ballots_score_is_the_weighted_mean(shuping: Command) -> None:
    (ballot,) = data(shuping, EXAMPLE, "--panel", "annual")["ballots"]
    counted, weights = tellers(), {"leaders": Fraction(4, 10), "cadres": Fraction(3, 10), "delegates": Fraction(3, 10)}
    for row in ballot["scores"]:
        mine = {group: counted[row["unit"], group] for group in weights}
        means = {
            group: Fraction(sum(votes[g] * w for g, w in POINTS.items()), sum(votes[g] for g in POINTS))
            for group, votes in mine.items()
        }
        total = sum((weight * means[group] for group, weight in weights.items()), Fraction(0))
        assert abs(Fraction(row["score"]) - total) <= Fraction(1, 20000), row["unit"]


def test_the_panels_score_is_the_trimmed_mean(shuping: Command) -> None:
    (panel,) = data(shuping, EXAMPLE, "--panel", "duty_report")["panels"]
    totals: dict[tuple[str, str, str], Fraction] = {}
    for row in rows(EXAMPLE / "marks/duty_report.csv"):
        if row["mark"] != "absent":
            key = row["unit"], row["group"], row["reviewer"]
            totals[key] = totals.get(key, Fraction(0)) + Fraction(row["mark"])
    for row in panel["scores"]:
        means = {}
        for group in ("leaders", "peers"):
            given = sorted(total for (unit, of, _), total in totals.items() if (unit, of) == (row["unit"], group))
            kept = given[1:-1] if len(given) > 5 else given
            means[group] = sum(kept, Fraction(0)) / len(kept)
        score = Fraction(6, 10) * means["leaders"] + Fraction(4, 10) * means["peers"]
        assert abs(Fraction(row["score"]) - score) <= Fraction(1, 20000), row["unit"]
        everybody = [total for (unit, _, _), total in totals.items() if unit == row["unit"]]
        spread = next(one for one in panel["spread"] if one["unit"] == row["unit"])
        assert (spread["marks"], spread["range"]) == (len(everybody), float(max(everybody) - min(everybody)))
        raw = next(one["raw"] for one in panel["severity"]["units"] if one["unit"] == row["unit"])
        assert raw == pytest.approx(float(sum(everybody) / len(everybody)))
    assert {row["unit"]: row["absent"] for row in panel["scores"] if row["absent"]} == {"t11": 1}


def test_agreement_of_a_complete_panel_is_that_of_the_paper(shuping: Command, tmp_path: Path) -> None:
    """Shrout and Fleiss's six targets and four judges as a folder."""
    table = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    book = """
format: 1
rulebook: six
version: "1"
title: {zh: 六个单位, en: Six units}
periods: ["2025"]
groups: {all: {kind: unit}}
panels: {judges: {items: {all: {points: 10}}, groups: {judges: 1}}}
"""
    (tmp_path / "marks").mkdir()
    (tmp_path / "rulebook.yaml").write_text(book, encoding="utf-8")
    (tmp_path / "units.csv").write_text("id,name,kind\n" + "".join(f"u{i},U{i},unit\n" for i in range(6)))
    marks = [f"J{j},judges,u{i},all,{mark}" for i, line in enumerate(table) for j, mark in enumerate(line)]
    (tmp_path / "marks/judges.csv").write_text("reviewer,group,unit,item,mark\n" + "\n".join(marks) + "\n")
    (panel,) = data(shuping, tmp_path)["panels"]
    shown = {row["figure"]: f"{row['value']:.2f}" for row in panel["agreement"]}
    six = {"ICC(1,1)": "0.17", "ICC(2,1)": "0.29", "ICC(3,1)": "0.71", "ICC(1,k)": "0.44", "ICC(2,k)": "0.62",
           "ICC(3,k)": "0.91"}  # fmt: skip
    assert {name: value for name, value in shown.items() if name.startswith("ICC")} == six
    printed = shuping("panel", tmp_path).out
    assert "0.29 (0.02 to 0.76)" in " ".join(printed.split())
    refused = shuping("panel", tmp_path, "--severity", "--lang", "zh").out
    assert "未估计评委宽严：" in refused
    assert "样本太小" in refused


# --- refusals --------------------------------------------------------------------------------------------------------


def test_islands_are_said_and_nothing_is_adjusted(shuping: Command, meeting: Path) -> None:
    """Half of the reviewers mark half of the townships, the others the rest."""
    marks = rows(meeting / "marks/duty_report.csv")
    first = {"t01", "t02", "t03", "t04", "t05", "t06"}
    kept = [row for row in marks if (row["unit"] in first) == (int(row["reviewer"][1:]) % 2 == 0)]
    write(meeting / "marks/duty_report.csv", kept)
    (panel,) = data(shuping, meeting, "--panel", "duty_report")["panels"]
    assert panel["severity"] is None
    assert "2 islands" in panel["severity_refused"]["en"][0]
    assert len(panel["severity_refused"]["zh"]) == 3
    printed = shuping("panel", meeting, "--panel", "duty_report").out
    assert "Severity is not estimated:" in printed
    assert "●" not in printed


def test_severity_is_off_unless_it_is_asked_for(shuping: Command, meeting: Path) -> None:
    file = meeting / "rulebook.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("    severity: {of: form}\n", ""), encoding="utf-8")
    (without,) = data(shuping, meeting, "--panel", "duty_report")["panels"]
    (asked,) = data(shuping, meeting, "--panel", "duty_report", "--severity")["panels"]
    assert (without["severity"], without["severity_refused"]) == (None, None)
    assert len(asked["severity"]["units"]) == 12
    assert without["scores"] == asked["scores"]


def test_an_unknown_panel_and_a_book_without_any(shuping: Command, folder: Path, meeting: Path) -> None:
    done = shuping("panel", meeting, "--panel", "dutyreport")
    assert done.code == 2
    assert "annual, duty_report" in done.err
    assert "没有名为“dutyreport”的" in shuping("panel", meeting, "--panel", "dutyreport", "--lang", "zh").err
    file = meeting / "rulebook.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text[: text.index("ballots:")], encoding="utf-8")
    for name in ("ballots", "turnout", "marks"):
        shutil.rmtree(meeting / name)
    assert "neither ballots nor panels" in shuping("panel", meeting).err
    assert "没有民主测评" in shuping("panel", meeting, "--lang", "zh").err


def test_a_folder_without_papers_yet_says_so(shuping: Command, meeting: Path) -> None:
    for name in ("ballots", "turnout", "marks"):
        shutil.rmtree(meeting / name)
    done = shuping("panel", meeting)
    assert (done.code, done.out.count("no papers or marks of this period yet")) == (0, 2)


# --- the same every time, and nothing of a voter ---------------------------------------------------------------------


def test_permuted_rows_change_no_byte(shuping: Command, meeting: Path, tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    assert shuping("panel", meeting, "--out", one).code == 0
    draw = random.Random(4)
    for name in ("ballots/annual.csv", "marks/duty_report.csv", "turnout/annual.csv"):
        content = rows(meeting / name)
        draw.shuffle(content)
        write(meeting / name, content)
    assert shuping("panel", meeting, "--out", other).code == 0
    assert {file.name: file.read_bytes() for file in one.iterdir()} == {
        file.name: file.read_bytes() for file in other.iterdir()
    }
    assert {file.name for file in one.iterdir()} == {
        "count-sheets.xlsx",
        "panel.html",
        *(f"caterpillar.duty_report.{what}.{kind}" for what in ("units", "reviewers") for kind in ("svg", "png")),
    }


def test_files_are_not_overwritten_unless_forced(shuping: Command, meeting: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert shuping("panel", meeting, "--out", out, "--panel", "annual").code == 0
    again = shuping("panel", meeting, "--out", out, "--panel", "annual")
    assert again.code == 4
    assert "panel.html" in again.err
    assert {file.name for file in out.iterdir()} == {"count-sheets.xlsx", "panel.html"}
    assert shuping("panel", meeting, "--out", out, "--panel", "annual", "--force").code == 0


def everything(shuping: Command, folder: Path, out: Path, *options: str) -> str:
    """All that the command prints and writes, in both languages, files unpacked."""
    texts = [shuping("panel", folder, "--lang", lang, *options).out for lang in ("zh", "en")]
    texts.append(shuping("panel", folder, "--json", "--out", out, *options).out)
    for file in sorted(out.iterdir()):
        if file.suffix == ".xlsx":
            with zipfile.ZipFile(file) as packed:
                texts += [packed.read(name).decode("utf-8") for name in packed.namelist()]
        elif file.suffix != ".png":
            texts.append(file.read_text(encoding="utf-8"))
    return "\n".join(texts)


def test_no_ballot_is_named_anywhere(shuping: Command, meeting: Path, tmp_path: Path) -> None:
    papers = rows(meeting / "ballots/annual.csv")
    write(meeting / "ballots/annual.csv", [{**row, "ballot": f"paper{row['ballot']}"} for row in papers])
    found = everything(shuping, meeting, tmp_path / "out", "--panel", "annual")
    assert "Annual ballot" in found
    assert "paper1" not in found
    assert "paper2" not in found
    assert "paper3" not in found


@pytest.mark.parametrize("islands", [False, True])
def test_a_secret_panel_names_no_reviewer(shuping: Command, meeting: Path, tmp_path: Path, islands: bool) -> None:
    """Neither in tables nor in a refusal; a named panel lists them, by code."""
    marks = [{**row, "reviewer": f"judge{row['reviewer']}"} for row in rows(meeting / "marks/duty_report.csv")]
    first = {"t01", "t02", "t03", "t04", "t05", "t06"}
    if islands:
        marks = [row for row in marks if (row["unit"] in first) == (int(row["reviewer"][6:]) % 2 == 0)]
    write(meeting / "marks/duty_report.csv", marks)
    assert "judgeL1" in everything(shuping, meeting, tmp_path / "named")
    file = meeting / "rulebook.yaml"
    text = file.read_text(encoding="utf-8").replace("severity: {of: form}", "severity: {of: form}\n    secret: true")
    file.write_text(text, encoding="utf-8")
    found = everything(shuping, meeting, tmp_path / "secret")
    assert "This panel is secret" in found
    assert "judge" not in found.replace("judges no reviewer", "").replace("judges", "").replace("Judges", "")


def test_a_small_group_of_a_secret_panel_hides_all_groups_of_the_unit(shuping: Command, meeting: Path) -> None:
    """With two leaders left for one township, their mean could be worked out from the score and the peers' mean."""
    marks = rows(meeting / "marks/duty_report.csv")
    leaders = sorted({row["reviewer"] for row in marks if row["unit"] == "t01" and row["group"] == "leaders"})
    gone = leaders[: len(leaders) - 2]
    write(
        meeting / "marks/duty_report.csv",
        [row for row in marks if not (row["unit"] == "t01" and row["reviewer"] in gone)],
    )
    file = meeting / "rulebook.yaml"
    text = file.read_text(encoding="utf-8").replace("severity: {of: form}", "severity: {of: form}\n    secret: true")
    file.write_text(text, encoding="utf-8")
    (panel,) = data(shuping, meeting, "--panel", "duty_report")["panels"]
    hidden = {row["unit"] for row in panel["groups"] if row["mean"] is None}
    assert hidden == {"t01"}
    assert all(row["mean"] is None for row in panel["groups"] if row["unit"] == "t01")
    assert {row["unit"] for row in panel["spread"] if row["mean"] is None} == {"t01"}  # 8 marks: 2 a + 6 b would tell
    assert "t01" not in {row["unit"] for row in panel["severity"]["units"]}
    trace = library.score(library.read(meeting)).trace.filter(pl.col("criterion") == "report")
    parts = dict(trace.select("unit", "parts").iter_rows())
    assert parts["t01"] == "leaders × 0.6: ··· (n = 2); peers × 0.4: ··· (n = 6)"
    assert "···" not in parts["t02"]


# --- from the files to the score, and back to the counts -------------------------------------------------------------


def test_explain_goes_down_to_counts_per_grade_and_no_further(shuping: Command, meeting: Path, tmp_path: Path) -> None:
    papers = rows(meeting / "ballots/annual.csv")
    write(meeting / "ballots/annual.csv", [{**row, "ballot": f"paper{row['ballot']}"} for row in papers])
    result = tmp_path / "result"
    assert shuping("score", meeting, "--out", result, "--no-documents").code == 0
    explained = " ".join(shuping("explain", result, "t09", "opinion").out.split())
    votes = tellers()["t09", "leaders"]
    counts = ", ".join(f"{grade} {votes[grade]}" for grade in POINTS)
    assert counts in explained
    whole = " ".join(shuping("explain", result, "t09").out.split()) + shuping("explain", result, "t09", "--json").out
    assert "paper" not in whole
    score = library.score(library.read(meeting)).scores.filter(unit="t09", criterion="opinion")["value"].item()
    (ballot,) = data(shuping, meeting, "--panel", "annual")["ballots"]
    panel_score = next(row["score"] for row in ballot["scores"] if row["unit"] == "t09")
    assert abs(Fraction(str(score)) - Fraction(panel_score)) <= Fraction(1, 10000)


def test_a_result_holds_no_ballot_and_no_reviewer(shuping: Command, meeting: Path, tmp_path: Path) -> None:
    """Every file of the result, unpacked, and every explanation."""
    papers = [{**row, "ballot": f"paper{row['ballot']}"} for row in rows(meeting / "ballots/annual.csv")]
    marks = [{**row, "reviewer": f"judge{row['reviewer']}"} for row in rows(meeting / "marks/duty_report.csv")]
    write(meeting / "ballots/annual.csv", papers)
    write(meeting / "marks/duty_report.csv", marks)
    result = tmp_path / "result"
    assert shuping("score", meeting, "--out", result).code == 0
    files = [file for file in result.rglob("*") if file.is_file()]
    assert {".csv", ".parquet", ".xlsx", ".docx", ".html", ".json"} <= {file.suffix for file in files}
    for file in files:
        if file.suffix == ".parquet":
            content = pl.read_parquet(file).write_ndjson().encode()
        elif file.suffix in (".xlsx", ".docx"):
            with zipfile.ZipFile(file) as packed:
                content = b"".join(packed.read(name) for name in packed.namelist())
        else:
            content = file.read_bytes()
        assert not re.search(rb"paper\d|judge[LP]\d", content), file.name
    for unit in ("t01", "t11"):
        for lang in ("zh", "en"):
            told = shuping("explain", result, unit, "--lang", lang).out
            assert not re.search(r"paper\d|judge[LP]\d", told)

"""``shuping screen``: what it prints in both languages, what it writes, and that no score knows of it."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import shuping as library
from shuping.errors import InputError, catalogue
from shuping.second_look import screen
from tests.core.front.conftest import Ran

Command = Callable[..., Ran]
BOOK = """
format: 1
rulebook: meeting
version: "1"
title: {zh: 述职评议, en: Review meeting}
periods: ["2025"]
groups: {towns: {kind: town}}
panels:
  jury: {title: {zh: 评审组, en: Jury}, items: {plan: {points: 40}, work: {points: 60}}, groups: {all: 1}}
ballots: {vote: {title: {zh: 测评, en: Vote}, options: {good: 10, fair: 7, poor: 5}, groups: {all: 1}}}
criteria:
  - {id: judged, points: 90, panel: {id: jury}}
  - {id: voted, points: 10, ballot: {id: vote, output: score}}
"""
UNITS, REVIEWERS, BALLOTS = 12, 18, 30


@pytest.fixture
def meeting(tmp_path: Path) -> Path:
    """A folder with a copy (r03, r04), a constant (r09), a late one (r07) and five ballots alike."""
    random = np.random.default_rng(3)
    worth = random.normal(0, 2, (1, UNITS, 1))
    marks = np.clip(np.round(random.normal(48, 5, (REVIEWERS, UNITS, 2)) * [0.66, 1] + worth), 0, [40, 60])
    marks[4], marks[9] = marks[3], [30, 50]
    nine, lines = datetime(2025, 12, 20, 9), ["reviewer,group,unit,item,mark,at"]
    for reviewer, unit in np.ndindex(REVIEWERS, UNITS):
        if reviewer != unit:  # nobody marks his own unit
            at = nine + timedelta(minutes=239 + unit / 20 if reviewer == 7 else float(random.uniform(0, 240)))
            for item, mark in zip(("plan", "work"), marks[reviewer, unit], strict=True):
                lines.append(f"r{reviewer:02d},all,u{unit:02d},{item},{mark:g},{at:%Y-%m-%d %H:%M:%S}")
    ballots = ["ballot,group,unit,mark"]
    for ballot, unit in np.ndindex(BALLOTS, UNITS):
        grade = "good" if ballot < 5 else random.choice(["good", "fair", "poor"], p=[0.5, 0.4, 0.1])
        ballots.append(f"secret{ballot},all,u{unit:02d},{grade}")
    own = [f"r{at:02d},all,{f'u{at:02d}' if at < UNITS else ''}" for at in range(REVIEWERS)]
    files = {
        "rulebook.yaml": [BOOK],
        "units.csv": ["id,name,name_en,kind", *(f"u{at:02d},乡{at:02d},Town {at:02d},town" for at in range(UNITS))],
        "marks/jury.csv": lines,
        "reviewers/jury.csv": ["reviewer,group,unit", *own],
        "ballots/vote.csv": ballots,
        "turnout/vote.csv": ["group,eligible,issued,returned", f"all,40,35,{BALLOTS}"],
    }
    for name, text in files.items():
        (tmp_path / "meeting" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "meeting" / name).write_text("\n".join(text), encoding="utf-8")
    return tmp_path / "meeting"


def words(code: str, lang: str) -> str:
    return catalogue()[f"screening.{code}"][lang].split("{")[0]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_says_whom_it_is_for_and_what_deserves_a_second_look(shuping: Command, meeting: Path, lang: str) -> None:
    ran = shuping("screen", meeting, "--lang", lang, "--draws", 39)
    assert ran.code == 0
    assert words("for-the-organiser", lang) in ran.out
    assert ran.out.count(words("second-look", lang)) >= 3
    seen = {
        "zh": ("r03、r04：共同评过的 10 个单位", "r09：给 11 个单位", "r07：11 份评分中有 11 份"),
        "en": ("r03, r04: identical marks for the 10 units", "r09: the same marks for all of 11", "r07: 11 of 11"),
    }
    for text in seen[lang]:
        assert text in ran.out
    assert "secret" not in ran.out.replace("secret: counts only", "")
    assert words("how", lang) in ran.out


ACCUSING = ("cheat", "fraud", "collu", "guilt", "suspect", "offen", "作弊", "舞弊", "串通", "嫌疑", "违规", "操纵")


def test_no_sentence_accuses() -> None:
    texts = {code: both for code, both in catalogue().items() if code.startswith("screening.")}
    assert len(texts) > 30
    said = {code: (both["zh"] + both["en"]).lower() for code, both in texts.items()}
    assert [code for code, text in said.items() for word in ACCUSING if word in text] == []
    assert "worth a second look" in texts["screening.second-look"]["en"]
    assert "值得再看一眼" in texts["screening.second-look"]["zh"]


def test_json_and_csv_say_the_same_and_repeat(shuping: Command, meeting: Path, tmp_path: Path) -> None:
    out = tmp_path / "look.csv"
    found = json.loads(shuping("screen", meeting, "--json", "--out", out, "--draws", 39).out)
    again = shuping("screen", meeting, "--json", "--draws", 39).out
    assert json.loads(again)["rows"] == found["rows"]
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    table = pl.read_csv(out)
    assert table["check"].to_list() == [row["check"] for row in found["rows"]]
    assert {row["state"] for row in found["rows"]} == {"looked"}
    assert found["found"] == 5
    by_check = {row["check"]: row for row in found["rows"] if row["source"] == "panel"}
    assert by_check["identical"]["reviewers"] == "r03; r04"
    assert (by_check["block"]["found"], by_check["block"]["draws"], by_check["identical"]["draws"]) == (0, 39, 0)
    assert [row["reviewers"] for row in found["rows"] if row["source"] == "ballot"] == [None, None]
    assert "secret" not in out.read_text(encoding="utf-8").replace("for secrecy", "")
    assert shuping("screen", meeting, "--out", out).code == 4
    assert shuping("screen", meeting, "--out", out, "--force", "--draws", 39, "-q").out == ""


def test_no_score_knows_of_it(shuping: Command, meeting: Path, tmp_path: Path) -> None:
    """Scored before and after screening, and without the times: the same tables, byte for byte."""
    tables = {}
    for name in ("before", "after", "timeless"):
        if name == "timeless":
            marks = pl.read_csv(meeting / "marks/jury.csv", infer_schema=False).drop("at")
            marks.write_csv(meeting / "marks/jury.csv")
        assert shuping("score", meeting, "--out", tmp_path / name, "--no-documents").code == 0
        tables[name] = {file: (tmp_path / name / file).read_bytes() for file in ("standing.csv", "scores.csv")}
        files = {path: path.read_bytes() for path in meeting.rglob("*") if path.is_file()}
        assert shuping("screen", meeting, "--draws", 39).code == 0
        assert files == {path: path.read_bytes() for path in meeting.rglob("*") if path.is_file()}
    assert tables["before"] == tables["after"] == tables["timeless"]
    assert tables["before"]["scores.csv"].count(b"\n") > UNITS


def test_without_panels_there_is_nothing_to_look_at(shuping: Command, folder: Path) -> None:
    for lang in ("zh", "en"):
        ran = shuping("screen", folder, "--lang", lang)
        assert (ran.code, words("neither", lang) in ran.out) == (0, True)


def test_bounds_without_meaning_are_the_users_mistake(shuping: Command, meeting: Path) -> None:
    for option, value in (("--alarms", "1.5"), ("--draws", "0"), ("--seed", "-1")):
        ran = shuping("screen", meeting, option, value, "--lang", "en")
        assert ran.code == 2
        assert "the bound on false alarms is between 0 and 1" in ran.err
    with pytest.raises(InputError):
        screen(library.read(meeting), alarms=0)


def test_what_was_not_looked_at_is_said(shuping: Command, meeting: Path) -> None:
    marks = pl.read_csv(meeting / "marks/jury.csv", infer_schema=False).drop("at")
    marks.filter(pl.col("unit").is_in(["u02", "u03"])).write_csv(meeting / "marks/jury.csv")
    (meeting / "reviewers/jury.csv").unlink()
    ballots = pl.read_csv(meeting / "ballots/vote.csv")
    ballots.head(UNITS * 5).write_csv(meeting / "ballots/vote.csv")
    (meeting / "turnout/vote.csv").write_text("group,eligible,issued,returned\nall,40,35,5\n", encoding="utf-8")
    for lang in ("zh", "en"):
        data = json.loads(shuping("screen", meeting, "--lang", lang, "--json").out)
        said = {row[lang] for row in data["rows"] if row["state"] != "looked"}
        assert {words(f"state-{what}", lang) for what in ("too-small", "no-times", "no-own-units")} <= said
        assert words("state-too-few-ballots", lang) in said
        printed = shuping("screen", meeting, "--lang", lang).out
        assert words("nothing", lang) in printed

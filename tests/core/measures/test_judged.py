"""Measures that are outputs of ballots and panels: the same figures as criteria take, wherever a measure can stand."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import shuping
from shuping.review.lint import lint
from shuping.rulebook.load import load, positions_of

BALLOT = """format: 1
rulebook: judged
version: "1"
title: {zh: 评议, en: Judged}
periods: ["2024", "2025"]
groups: {towns: {kind: town}, offices: {kind: office}}
ballots:
  vote:
    options: {good: 100, fair: 60, unfit: 0}
    items: {work: {}, style: {}}
    groups: {A: 0.4, B: 0.6}
    min_valid: 1
panels:
  review:
    items: {plan: {points: 60}, deed: {points: 40}}
    groups: {leaders: 0.4, peers: 0.6}
    by: item
measures:
"""
OUTPUTS = {
    "score": "ballot: {id: vote}",
    "share": "ballot: {id: vote, output: share, options: [unfit]}",
    "share_by_group": "ballot: {id: vote, output: share, options: [good, fair], over: groups}",
    "style": "ballot: {id: vote, output: item, item: style}",
    "panel": "panel: {id: review}",
    "deed": "panel: {id: review, output: item, item: deed}",
    "peers": "panel: {id: review, output: group, group: peers}",
    "place": "panel: {id: review, output: rank}",
}
UNITS = "id,name,kind,parent\nt,T,town,\nu,U,town,\nv,V,town,\no,O,office,\np,P,office,\nx,X,village,t\n"


def folder(base: Path, book: str) -> Path:
    """Write votes and marks: of two towns and two offices; v and the village x were judged by nobody."""
    for name in ("ballots", "marks"):
        (base / name).mkdir(parents=True)
    (base / "rulebook.yaml").write_text(book, encoding="utf-8")
    (base / "units.csv").write_text(UNITS, encoding="utf-8")
    votes = {"t": "good fair unfit fair unfit good", "u": "good good good fair fair good",
             "o": "fair fair unfit unfit unfit fair", "p": "good fair good unfit good good"}  # fmt: skip
    rows = ["ballot,group,unit,item,mark,period"]
    for unit, marks in votes.items():
        for paper, mark in enumerate(marks.split()):
            for item in ("work", "style"):
                said = "good" if item == "style" and paper == 3 else mark
                rows.append(f"{paper},{'A' if paper < 2 else 'B'},{unit},{item},{said},2025")
    rows += [f"{paper},{'AB'[paper]},t,{item},unfit,2024" for paper in (0, 1) for item in ("work", "style")]
    (base / "ballots/vote.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    marks_of = {"t": (50, 30, 40, 35), "u": (55, 38, 50, 20), "o": (33, 33, 44, 12), "p": (60, 40, 59, 39)}
    lines = ["reviewer,group,unit,item,mark,period"]
    for unit, (plan, deed, second, third) in marks_of.items():
        lines += [f"l,leaders,{unit},plan,{plan},2025", f"l,leaders,{unit},deed,{deed},2025"]
        lines += [f"m,peers,{unit},plan,{second},2025", f"m,peers,{unit},deed,{third},2025"]
    (base / "marks/review.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return base


def scored(base: Path, more: str, **measures: str) -> Any:
    text = "".join(f"  {name}: {{{source}}}\n" for name, source in measures.items())
    return shuping.score(shuping.read(folder(base, BALLOT + text + more)))


def exact(result: Any, criterion: str, period: str = "2025") -> dict[str, str | None]:
    rows = result.trace.filter((pl.col("criterion") == criterion) & (pl.col("period") == period))
    return dict(rows.select("unit", "value_exact").iter_rows())


@pytest.mark.parametrize("name", OUTPUTS)
def test_a_measure_is_what_a_criterion_takes(tmp_path: Path, name: str) -> None:
    scale = "method: {ratio_uncapped: {target: 100}}"
    more = f"criteria:\n  - {{id: own, points: 10, {OUTPUTS[name]}, {scale}, missing: zero}}\n" \
           f"  - {{id: measured, points: 10, measure: said, {scale}, missing: zero}}\n"  # fmt: skip
    result = scored(tmp_path / "f", more, said=OUTPUTS[name])
    assert exact(result, "measured") == exact(result, "own")
    assert sum(value is not None for value in exact(result, "measured").values()) == 4
    rows = result.trace.filter((pl.col("period") == "2025") & (pl.col("unit") == "t"))
    (own,), (measured,) = (rows.filter(criterion=id_).rows(named=True) for id_ in ("own", "measured"))
    assert (measured["parts"], measured["records"], measured["formula"], measured["files"]) == (
        own["parts"], own["records"], own["formula"], own["files"])  # fmt: skip


def test_by_hand_and_through_formulas_of_formulas(tmp_path: Path) -> None:
    """t: of 12 lines unfit are 4 (papers 2 and 4 at both items): exactly a third."""
    more = "criteria:\n  - {id: banded, points: 10, measure: band, method: {ratio_capped: {target: 1}}}\n"
    good = "ballot: {id: vote, output: share, options: [good]}"
    result = scored(tmp_path / "f", more, unfit=OUTPUTS["share"], good=good,
                    heavy='value: "if(unfit >= 1/3, 0, good)"', band='value: "heavy + 0"')  # fmt: skip
    assert exact(result, "banded")["t"] == "0/1"
    assert exact(result, "banded")["u"] == "3/4"  # good: 4 of 6 at work, 5 of 6 at style
    (parts,) = result.trace.filter(criterion="banded", unit="u", period="2025")["parts"]
    assert parts.startswith("heavy = 0.75; ")
    assert parts.count("unfit, good: A × 0.4: ") + parts.count("good, unfit: A × 0.4: ") == 1, "counts, told once"
    assert "[good 2, fair 0, unfit 0 / 2]" in parts


def test_findings_vetoes_adjustments_and_tie_keys(tmp_path: Path) -> None:
    more = """criteria:
  - {id: base, points: 100, measure: one, method: {ratio_capped: {target: 1}}, missing: zero}
adjustments:
  deductions: [{id: votes, measure: lost, title: {zh: 票, en: Votes}, each: 6}]
  veto: [{id: unfit, when: "unfit >= 1/3", effect: unqualified, title: {zh: 票, en: Votes}}]
grades: {good: {min: 50}, poor: {}}
tiebreak: [peers]
findings: [{id: many, when: "unfit > 40%", category: votes, title: {zh: 票, en: Votes}}]
"""
    result = scored(tmp_path / "f", more, unfit=OUTPUTS["share"], lost=OUTPUTS["share"], peers=OUTPUTS["peers"],
                    one='value: "if(unfit >= 0, 1, 0)"')  # fmt: skip
    rows = {row["unit"]: row for row in result.standing.filter(period="2025").iter_rows(named=True)}
    # o: unfit are papers 2, 3, 4 at work, 2, 4 at style, 5 of 12: 100 - 6 x 5/12 = 97.5; t: 4 of 12, 98; p: 1 of 12
    assert {unit: str(row["total"]) for unit, row in rows.items() if unit in "tuop"} == {
        "t": "98.00", "u": "100.00", "o": "97.50", "p": "99.50"}  # fmt: skip
    assert (rows["t"]["grade"], rows["o"]["grade"], rows["u"]["grade"]) == ("poor", "poor", "good")
    assert result.findings.filter(period="2025").select("unit", "value").rows() == [("o", "0.4167")]


def test_an_earlier_period_of_a_ballot(tmp_path: Path) -> None:
    more = "criteria:\n  - {id: up, points: 10, measure: change, method: {ratio_capped: {target: 1}}, missing: zero}\n"
    result = scored(tmp_path / "f", more, score=OUTPUTS["score"], change='value: "score - previous(score)"')
    # t: A (100 + 60)/2 = 80 at each item; B work (0 + 60 + 0 + 100)/4 = 40, style (0 + 100 + 0 + 100)/4 = 50:
    # 0.4 x 160 + 0.6 x 90 = 118, after 0
    assert exact(result, "up")["t"] == "118/1"
    assert exact(result, "up")["u"] is None, "nobody voted on u the year before"


def test_units_below_count_where_the_measure_says_so(tmp_path: Path) -> None:
    base = folder(
        tmp_path / "f", BALLOT + f"  own: {{{OUTPUTS['share']}}}\n  mean: {{{OUTPUTS['share']}, roll_up: mean}}\n"
    )
    votes = base / "ballots/vote.csv"
    more = "".join(
        f"9{n},A,x,{item},{mark},2025\n" for n, mark in enumerate(("unfit", "good")) for item in ("work", "style")
    )
    votes.write_text(votes.read_text(encoding="utf-8") + more, encoding="utf-8")
    found = shuping.measure(shuping.read(base), "2025").filter(unit="t")
    book = {name: round(value, 4) for name, value in found.select("measure", "value").iter_rows()}
    # x has a vote of one group only, and no result without the other
    assert book == {"own": Decimal("0.3333"), "mean": Decimal("0.3333")}
    others = more.replace(",A,", ",B,").replace("90,", "80,").replace("91,", "81,")
    votes.write_text(votes.read_text(encoding="utf-8") + others, encoding="utf-8")
    found = shuping.measure(shuping.read(base), "2025").filter(unit="t", measure="mean")
    assert round(found["value"][0], 4) == Decimal("0.4167")  # (4/12 + 4/8)/2


def test_what_is_hidden_stays_hidden(tmp_path: Path) -> None:
    more = "criteria:\n  - {id: shown, points: 10, measure: band, method: {ratio_capped: {target: 1}}, missing: zero}\n"
    book = BALLOT.replace("min_valid: 1", "min_valid: 3\n    too_few: hidden")
    text = f"  unfit: {{{OUTPUTS['share']}}}\n  band: {{value: unfit + 0}}\n"
    result = shuping.score(shuping.read(folder(tmp_path / "f", book + text + more)))
    (parts,) = result.trace.filter(criterion="shown", unit="u", period="2025")["parts"]
    assert parts == "unfit = 0; unfit: A × 0.4: ··· (n < 3); B × 0.6: ··· (n < 3)"


def test_a_ballot_that_only_a_measure_uses_is_used(tmp_path: Path) -> None:
    criteria = "criteria:\n  - {id: a, points: 10, measure: said, method: {ratio_capped: {target: 1}}}\n"
    base = folder(tmp_path / "f", BALLOT + f"  said: {{{OUTPUTS['share']}}}\n" + criteria)
    book = base / "rulebook.yaml"
    unused = [one for one in lint(load(book), positions_of(book)).remarks if one.rule.what == "dataset-unused"]
    assert [one.place.line for one in unused] == [1 + book.read_text(encoding="utf-8").splitlines().index("  review:")]

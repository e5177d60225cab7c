"""The spreadsheet formula of every method, worked out by LibreOffice, gives the points that the method gives."""

from __future__ import annotations

import csv
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from shuping.methods import METHODS, Cells, Method
from tests.core.methods.ways import method, scored

FULL = Fraction(12)
VALUES = [Fraction(text) for text in ("0.7", "1.9", "1.9", "3.25", "0.004", "6", "-1", "0")]
ABOVE_ZERO = [Fraction(text) for text in ("0.7", "1.9", "2.5", "3.25", "0.004", "6", "5", "11")]
CASES: list[tuple[Method, bool, list[Fraction]]] = [
    (method(name, **parameters), lower, values)
    for name, parameters, lowers, values in (
        ("ratio_capped", {"target": "2.5"}, (False, True), VALUES),
        ("ratio_uncapped", {"target": "2.5"}, (False,), VALUES),
        ("ratio_uncapped", {"target": "2.5"}, (True,), ABOVE_ZERO),
        ("ratio_uncapped", {"target": "2.5", "cap": "4/3"}, (False, True), VALUES),
        ("minmax", {}, (False, True), VALUES),
        ("minmax", {"floor": "0.6"}, (False, True), VALUES),
        ("minmax", {"floor": "0.6"}, (False,), [Fraction(3)] * 8),
        ("goalposts", {"low": "-0.5", "high": "4"}, (False,), VALUES),
        ("goalposts", {"low": "4", "high": "1/3", "clip": "false"}, (False,), VALUES),
        ("goalposts", {"low": "0.00001", "high": "10", "scale": "log"}, (False,), ABOVE_ZERO),
        (
            "band_table",
            {"bands": [{"from": "1.9", "points": "9.5"}, {"from": "-1", "points": "2"}, {"points": "0"}]},
            (False,),
            VALUES,
        ),
        ("pass_fail", {"target": "1.9"}, (False, True), VALUES),
        ("rank_step", {"step": "15%"}, (False, True), VALUES),
        ("ratio_to_best", {}, (False,), VALUES),
        ("ratio_to_best", {}, (True,), ABOVE_ZERO),
        ("deduct_to_zero", {"each": "1.5"}, (False,), VALUES),
    )
    for lower in lowers
]

# LibreOffice trusts the results stored by other programs unless it is told not to
RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item></oor:items>
"""


def write(path: Path) -> None:
    """One row a case: full points, target, then the values, then the formulas."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    for row, (rule, lower, values) in enumerate(CASES):
        line = row + 1
        sheet.write_number(row, 0, float(FULL))
        target: Any = rule.operands().get("target")
        sheet.write_number(row, 1, float(target.number) if target else 0)
        for index, value in enumerate(values):
            sheet.write_number(row, 2 + index, float(value))
        for index in range(len(values)):
            cell = f"{chr(ord('C') + index)}{line}"
            cells = Cells(cell, f"$A{line}", f"$C{line}:$J{line}", {"target": f"$B{line}"}, lower)
            sheet.write_formula(row, 10 + index, "=" + rule.spreadsheet(cells), None, "not worked out")
    book.close()


@pytest.mark.needs("soffice")
def test_libreoffice_comes_to_the_same_points(tmp_path: Path) -> None:
    assert {rule.name for rule, _, _ in CASES} == set(METHODS)
    write(tmp_path / "methods.xlsx")
    settings = tmp_path / "profile" / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(RECALCULATE, encoding="utf-8")
    office = shutil.which("soffice") or "soffice"
    command = [office, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to"]
    # token 9 of the filter options: false exports values at full precision, not as shown
    options = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false"
    subprocess.run([*command, options, "methods.xlsx"], cwd=tmp_path, check=True, capture_output=True, timeout=120)
    with (tmp_path / "methods.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    assert len(rows) == len(CASES)
    for (rule, lower, values), row in zip(CASES, rows, strict=True):
        operands = {name: [operand.number or Fraction(0)] * len(values) for name, operand in rule.operands().items()}
        mine = scored(rule, values, full=FULL, lower=lower, operands=operands)
        assert not any(mask.any() for mask in mine.missing.values())
        assert [float(cell) for cell in row[10:18]] == pytest.approx(
            [float(number) for number in mine.points], rel=1e-9, abs=1e-9
        ), (rule, lower)

"""The spreadsheet formula of every method, worked out by LibreOffice, gives the points that the method gives."""

from __future__ import annotations

import csv
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from shuping.methods import METHODS, Cells, Method
from tests.core.methods.ways import method, scored, told

FULL = Fraction(12)
VALUES = ["0.7", "1.9", "1.9", "3.25", "0.004", "6", "-1", "0"]
ABOVE_ZERO = ["0.7", "1.9", "2.5", "3.25", "0.004", "6", "5", "11"]
GAPS = ["0.7", None, "1.9", "-3", "1.9", None, "0", "6"]
EQUAL = ["3"] * 4
NONE_ABOVE_ZERO = ["-1", "0", "0", "-2"]
ALONE = ["3"]
BANDS = [{"from": "1.9", "points": "9.5"}, {"from": "-1", "points": "2"}, {"points": "0"}]
KNOTS = [{"at": "-0.5", "points": "1"}, {"at": "1.9", "share": "1/3"}, {"at": "4", "share": "1"}]
CLASSES = [{"code": "1.9", "points": "-0.5"}, {"code": "0", "points": "3"}]
BOTH = (False, True)


@dataclass(frozen=True)
class Case:
    """A method, the measure's direction, values (None: no value) and operands that differ by unit."""

    rule: Method
    lower: bool
    values: Sequence[str | None]
    operands: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def operand(self, name: str, index: int) -> Fraction:
        """Return a unit's figure for an operand: its own, or the constant."""
        number = self.rule.operands()[name].number
        return Fraction(self.operands[name][index]) if name in self.operands else Fraction(number or 0)

    def expected(self) -> list[Fraction | str | None]:
        """Return the points that the method gives, "" for none."""
        there = [index for index, value in enumerate(self.values) if value is not None]
        names = self.rule.operands()
        found = scored(
            self.rule,
            [Fraction(str(self.values[index])) for index in there],
            full=FULL,
            lower=self.lower,
            operands={name: [self.operand(name, index) for index in there] for name in names},
        )
        points = dict(zip(there, told(found), strict=True))
        return [points.get(index) for index in range(len(self.values))]


def cases() -> list[Case]:
    """Return every method with every setting that changes its formula."""
    table: list[tuple[str, dict[str, Any], Sequence[bool], Sequence[Sequence[str | None]]]] = [
        ("ratio_capped", {"target": "2.5"}, BOTH, [VALUES, GAPS]),
        ("ratio_uncapped", {"target": "2.5"}, (False,), [VALUES]),
        ("ratio_uncapped", {"target": "2.5"}, (True,), [ABOVE_ZERO]),
        ("ratio_uncapped", {"target": "2.5", "cap": "4/3"}, BOTH, [VALUES]),
        ("base_slope", {"target": "1.5", "base": "0.8", "slope": "2", "per": "1/3"}, BOTH, [VALUES]),
        ("base_slope", {"target": "1.5", "base": "0.8", "slope": "2", "cap": "1.2"}, BOTH, [VALUES]),
        ("pass_fail", {"target": "1.9"}, BOTH, [VALUES]),
        ("pass_then_rank", {"target": "0.7", "base": "4", "step": "15%"}, BOTH, [VALUES, GAPS]),
        ("efficacy", {"satisfactory": "3", "unacceptable": "-1"}, (False,), [VALUES]),
        ("efficacy", {"satisfactory": "-1", "unacceptable": "3", "clamp": ["50", "95"]}, (True,), [VALUES]),
        ("band_table", {"bands": BANDS}, (False,), [VALUES]),
        ("piecewise_linear", {"points": KNOTS}, (False,), [VALUES]),
        ("middle_best", {"low": "0.5", "high": "2", "worst_low": "-1", "worst_high": "5"}, (False,), [VALUES]),
        ("goalposts", {"low": "-0.5", "high": "4"}, (False,), [VALUES]),
        ("goalposts", {"low": "4", "high": "1/3", "clip": "false"}, (False,), [VALUES]),
        ("goalposts", {"low": "0.00001", "high": "10", "scale": "log"}, (False,), [ABOVE_ZERO]),
        ("minmax", {}, BOTH, [VALUES, GAPS]),
        ("minmax", {"floor": "0.6"}, BOTH, [VALUES, EQUAL]),
        ("minmax", {"floor": "0.6", "when_flat": "zero"}, BOTH, [GAPS, EQUAL]),
        ("minmax", {"when_flat": "missing"}, (False,), [EQUAL]),
        ("zscore", {"mean": "0.5", "sd": "0.1"}, BOTH, [VALUES, GAPS, EQUAL]),
        ("zscore", {"mean": "0.5", "sd": "0.1", "spread": "population"}, BOTH, [GAPS]),
        ("zscore", {"mean": "0.5", "sd": "0.1", "when_flat": "full"}, (False,), [EQUAL, ALONE]),
        ("ratio_to_best", {}, (False,), [VALUES, NONE_ABOVE_ZERO]),
        ("ratio_to_best", {}, (True,), [ABOVE_ZERO, NONE_ABOVE_ZERO]),
        ("ratio_to_best", {"when_best_is_zero": "full"}, BOTH, [GAPS, NONE_ABOVE_ZERO]),
        ("ratio_to_best", {"when_best_is_zero": "zero"}, BOTH, [NONE_ABOVE_ZERO]),
        ("distance_to_target", {"target": "3"}, (False,), [VALUES, GAPS]),
        ("distance_to_target", {"target": "0"}, (True,), [VALUES, GAPS]),
        ("distance_to_target", {"target": "3", "start": "0.5", "cap": "false"}, (False,), [VALUES]),
        ("rank_step", {"step": "15%"}, BOTH, [VALUES, GAPS]),
        *(("rank", {"ties": ties}, BOTH, [VALUES, GAPS]) for ties in ("better", "mean", "worse")),
        ("percentile_rank", {}, BOTH, [VALUES, GAPS, EQUAL]),
        ("percentile_rank", {"when_flat": "full"}, BOTH, [EQUAL, ALONE]),
        *(("borda", {"ties": ties}, BOTH, [VALUES, GAPS]) for ties in ("better", "mean", "worse")),
        ("borda", {"when_alone": "zero"}, (False,), [ALONE]),
        ("borda", {}, (False,), [ALONE]),
        ("tiered_points", {}, (False,), [VALUES, ["11.5", "12", "19"]]),
        ("tiered_points", {"cap": "1.5"}, (False,), [["11.5", "17.5", "19"]]),
        ("class_points", {"classes": CLASSES}, (False,), [VALUES]),
        ("deduct_to_zero", {"each": "1.5"}, (False,), [VALUES, ["100"]]),
        ("judged_deduction", {}, (False,), [VALUES, ["100"]]),
        ("judged_deduction", {"range": {"least": "1", "most": "3"}, "times": "2"}, (False,), [VALUES]),
        ("shortfall_multiple", {"factor": "2", "target": "1.9", "per": "0.5"}, BOTH, [VALUES]),
        ("constant", {"share": "1/3"}, (False,), [VALUES]),
        ("constant", {"points": "5"}, (False,), [VALUES]),
    ]
    found = [
        Case(method(name, **parameters), lower, values)
        for name, parameters, lowers, many in table
        for lower in lowers
        for values in many
    ]
    own = {"target": ["0.5", "0.5", "1.5", "4", "0", "9", "-2", "0"]}
    by_unit = method("pass_then_rank", target="target", base="4", step="15%")
    found += [Case(by_unit, lower, values, own) for lower in BOTH for values in (VALUES, GAPS)]
    reference = method("distance_to_reference", unit="T01")
    found += [Case(reference, lower, values, {"unit": ["1.9"] * 8}) for lower in BOTH for values in (VALUES, GAPS)]
    free = method("distance_to_reference", unit="T01", cap="false")
    found += [Case(free, lower, GAPS, {"unit": ["0.5"] * 8}) for lower in BOTH]
    return found


# LibreOffice trusts the results stored by other programs unless it is told not to
RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item></oor:items>
"""
OPERANDS = "CD"


def write(path: Path, tried: Sequence[Case]) -> None:
    """One row a unit, case below case: value, full points, up to two operands, the formula."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    start = 0
    for case in tried:
        end = start + len(case.values)
        names = dict(zip(case.rule.operands(), OPERANDS, strict=False))
        ranges = {name: f"${letter}${start + 1}:${letter}${end}" for name, letter in names.items()}
        for index, value in enumerate(case.values):
            row = start + index
            sheet.write_number(row, 1, float(FULL))
            for name, letter in names.items():
                sheet.write_number(row, ord(letter) - ord("A"), float(case.operand(name, index)))
            if value is None:
                sheet.write_string(row, 4, "none")
                continue
            sheet.write_number(row, 0, float(Fraction(value)))
            own = {name: f"{letter}{row + 1}" for name, letter in names.items()}
            group = f"$A${start + 1}:$A${end}"
            cells = Cells(f"A{row + 1}", f"B{row + 1}", group, own, case.lower, ranges)
            sheet.write_formula(row, 4, "=" + case.rule.spreadsheet(cells), None, "not worked out")
        start = end
    book.close()


def worked_out(folder: Path, name: str) -> list[list[str]]:
    """Return the cells of a workbook as LibreOffice works them out."""
    settings = folder / "profile" / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(RECALCULATE, encoding="utf-8")
    office = shutil.which("soffice") or "soffice"
    command = [office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to"]
    # token 9 of the filter options: false exports values at full precision, not as shown
    options = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false"
    subprocess.run([*command, options, name], cwd=folder, check=True, capture_output=True, timeout=240)
    with (folder / name).with_suffix(".csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


@pytest.mark.needs("soffice")
def test_libreoffice_comes_to_the_same_points(tmp_path: Path) -> None:
    tried = cases()
    assert {case.rule.name for case in tried} == set(METHODS)
    write(tmp_path / "methods.xlsx", tried)
    rows = worked_out(tmp_path, "methods.xlsx")
    assert len(rows) == sum(len(case.values) for case in tried)
    start = 0
    for case in tried:
        for row, points in zip(rows[start:], case.expected(), strict=False):
            if points is None:
                assert row[4] == "none"
            elif isinstance(points, str):
                assert row[4] == "", (case, points)
            else:
                assert float(row[4]) == pytest.approx(float(points), rel=1e-9, abs=1e-9), case
        start += len(case.values)

"""Small folders whose first level can be weighed: every way of rounding, missing policy, limit and tie-breaking key.

Values stand in units.csv, so that a share of full points is what is written there: 93.5 of 100.
"""

from __future__ import annotations

import random
from pathlib import Path

HEAD = """format: 1
rulebook: weighed
version: "1"
title: {{zh: 年度考核, en: Annual appraisal}}
periods: ["2025"]
groups: {{towns: {{kind: town, title: {{zh: 乡镇, en: Towns}}}}{groups}}}
measures:
  work: {{value: unit.work}}
  order: {{value: unit.order}}
  view: {{value: unit.view}}
  extra: {{value: unit.extra}}
  lapses: {{value: unit.lapses}}
  rain: {{value: unit.rain, direction: lower}}
"""
PLAIN = """rounding: {places: 2, mode: half_up}
criteria:
  - {id: work, title: {zh: 工作, en: Work}, points: 50, measure: work, method: {ratio_uncapped: {target: 100}}}
  - {id: order, title: {zh: 秩序, en: Order}, points: 30, measure: order, method: {ratio_uncapped: {target: 100}}}
  - {id: view, title: {zh: 评价, en: View}, points: 20, measure: view, method: {ratio_uncapped: {target: 100}}}
grades: {good: {min: 80, title: {zh: 好, en: Good}}, fair: {title: {zh: 中, en: Fair}}}
"""
SHARED = """rounding: {places: 2, mode: half_even}
weights: relative
missing: rescale
criteria:
  - {id: work, weight: 3, measure: work, method: {ratio_uncapped: {target: 100}}}
  - id: order
    weight: 2
    criteria:
      - {id: paper, weight: 1, measure: order, method: {ratio_uncapped: {target: 100}}}
      - {id: visits, weight: 3, measure: extra, missing: rescale_total, method: {ratio_uncapped: {target: 10}}}
  - {id: view, weight: 2, measure: view, missing: rescale_total, method: {ratio_uncapped: {target: 100}}}
tiebreak: [work, rain, unrounded_total]
"""
LIMITED = """rounding: {places: 2, mode: half_up_positive}
rank_style: dense
criteria:
  - {id: work, points: 50, measure: work, method: {ratio_uncapped: {target: 100}}}
  - {id: order, points: 30, missing: rescale, measure: order, method: {ratio_uncapped: {target: 100}}}
  - {id: view, points: 20, missing: zero, measure: view, method: {ratio_uncapped: {target: 100}}}
  - {id: slips, points: 0, missing: full, measure: rain, method: {shortfall_multiple: {factor: 1, target: 7}}}
adjustments:
  order: deductions_first
  categories: {honours: {cap: 4}}
  bonus: [{id: extras, measure: extra, category: honours}, {id: more, measure: extra, category: honours, each: 0.3}]
  bonus_cap: 3.5
  deductions: [{id: lapses, measure: lapses, each: 9, cap: 70}]
  deduct_floor: 40
  total_cap: points
tiebreak: [fewer_deductions]
"""
FREE = """rounding: {places: 1, mode: down, rank_on: unrounded}
combine: arithmetic
missing: rescale
criteria:
  - {id: work, measure: work, method: {ratio_uncapped: {target: 100}}}
  - {id: order, measure: order, method: {ratio_uncapped: {target: 100}}}
  - {id: view, measure: view, method: {ratio_uncapped: {target: 100}}}
adjustments:
  order: [bonus, round, deductions, bonus_cap, total_cap]
  bonus: [{id: extras, measure: extra, each: 0.05}]
  bonus_cap: 2
  deductions: [{id: lapses, measure: lapses, each: 30}]
  deduct_floor: none
tiebreak: [{key: rain, direction: higher}]
"""
ROOTS = """rounding: {places: 2, mode: half_up}
criteria:
  - id: work
    weight: 0.7
    combine: geometric
    criteria:
      - {id: deeds, measure: work, method: {ratio_uncapped: {target: 100}}}
      - {id: paper, measure: order, method: {ratio_uncapped: {target: 100}}}
  - {id: view, weight: 0.3, measure: view, method: {ratio_uncapped: {target: 100}}}
"""
TWO_GROUPS = """rounding: {places: 2, mode: half_up}
criteria:
  - {id: work, points: 50, measure: work, method: {ratio_uncapped: {target: 100}}}
  - {id: order, points: {towns: 30, bureaus: 150}, measure: order, method: {ratio_uncapped: {target: 100}}}
  - {id: view, points: 20, applies_to: [towns], measure: view, method: {ratio_uncapped: {target: 100}}}
"""
BOOKS = {"plain": PLAIN, "shared": SHARED, "limited": LIMITED, "free": FREE, "roots": ROOTS, "two_groups": TWO_GROUPS}
COLUMNS = ("work", "order", "view", "extra", "lapses", "rain")


def write_folder(path: Path, book: str, units: int = 14, seed: int = 5) -> Path:
    """Write a folder with one of ``BOOKS``; the same seed gives the same figures."""
    draw = random.Random(f"{book} {seed}")
    bureaus = ", bureaus: {kind: bureau, title: {zh: 部门, en: Bureaus}}" if book == "two_groups" else ""
    gaps = book in ("shared", "limited", "free")
    lines = ["id,name,name_en,kind," + ",".join(COLUMNS)]
    for number in range(1, units + 1):
        kind = "bureau" if bureaus and number % 3 == 0 else "town"
        cells = [f"{draw.randint(100, 199) / 2:g}" for _ in range(3)]
        if gaps:
            cells = ["" if draw.random() < 0.12 else cell for cell in cells]
        cells += [f"{draw.randint(0, 40) / 10:g}", f"{draw.randint(0, 4)}", f"{draw.randint(3, 9)}"]
        if gaps and number % 4 == 0:
            cells[3] = ""
        lines.append(f"u{number:02},第{number}镇,Town {number},{kind},{','.join(cells)}")
    path.mkdir(parents=True, exist_ok=True)
    (path / "rulebook.yaml").write_text(HEAD.format(groups=bureaus) + BOOKS[book], encoding="utf-8")
    (path / "units.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_units(path: Path, book: str, figures: dict[str, tuple[object, ...]]) -> Path:
    """Write a folder with these figures by unit: work, order, view, then extra, lapses, rain (0 unless given)."""
    lines = ["id,name,name_en,kind," + ",".join(COLUMNS)]
    for unit, given in figures.items():
        cells = [*given, *([0] * (len(COLUMNS) - len(given)))]
        lines.append(f"{unit},{unit},{unit},town,{','.join(map(str, cells))}")
    path.mkdir(parents=True, exist_ok=True)
    (path / "rulebook.yaml").write_text(HEAD.format(groups="") + BOOKS.get(book, book), encoding="utf-8")
    (path / "units.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path

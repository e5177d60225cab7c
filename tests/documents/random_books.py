"""Rule books and records drawn at random: every method, mean, policy, rounding and tie-break that a workbook meets."""

from __future__ import annotations

import csv
import json
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import shuping
from shuping.methods import METHODS

UNITS = ("u1", "u2", "u3", "u4", "u5", "u6", "u7", "u8", "u9")
FIGURES = (
    "0",
    "0.3",
    "0.45",
    "0.5",
    "0.62",
    "0.81",
    "0.87",
    "0.95",
    "1",
    "1.05",
    "1.3",
    "2",
    "3",
    "7",
    "13",
    "40",
    "85",
)
LIVE = ("rescale", "full", "zero", "group_mean", "group_median", "drop_unit")
OTHERS = (
    "rescale_total",
    "group_mean_points",
    {"policy": "peer", "nearest": 2},
    {"policy": "group_mean", "by": "unit.kind"},
)
Tables = list[dict[str, str]]


class Draw:
    """Draws one rule book; ``any_key``: also with keys that the workbook has no formulas for."""

    def __init__(self, seed: int, *, any_key: bool = False) -> None:
        self.random, self.any_key = Random(seed), any_key
        self.names: list[str] = []
        self.leaves = 0
        self.methods = list(METHODS)
        self.random.shuffle(self.methods)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def book(self) -> dict[str, Any]:
        """Return a rule book of two groups over one dataset with a figure for each leaf."""
        means = self.chance(0.4)
        criteria = self.level(0, None if means else Fraction(100))
        names = [f"m{number}" for number in range(self.leaves)]
        fields = {name: {"type": "number", "required": False, "places": 6} for name in names}
        measures = {
            name: {
                "from": "figure",
                "value": f"sum({name})",
                "places": 4,
                "direction": self.random.choice(("higher", "lower")),
            }
            for name in names
        }
        rounding = self.rounding()
        found = {
            "format": 1, "rulebook": "drawn", "version": "1", "title": {"zh": "抽取", "en": "Drawn"},
            "periods": ["2025"], "rounding": rounding, "missing": self.random.choice(LIVE),
            "groups": {"first": {"kind": "x"}, "second": {"kind": "y", "graded": self.chance(0.5)}},
            "datasets": {"figure": {"period": "year", "unique": ["unit"], "fields": fields}},
            "measures": measures, "criteria": criteria, "tiebreak": self.ties(names, rounding["rank_on"]),
            "grades": self.grades(),
        }  # fmt: skip
        if means and self.chance(0.6):
            found["combine"] = self.random.choice(("arithmetic", "geometric", "harmonic"))
        if self.chance(0.4):
            found["adjustments"] = self.adjustments(names)
        return found

    def level(self, depth: int, points: Fraction | None) -> list[dict[str, Any]]:
        parts = [Fraction(self.random.randint(1, 5)) for _ in range(self.random.randint(2, 4 - depth))]
        shares = [part / sum(parts) for part in parts]
        return [self.criterion(depth, share, points) for share in shares]

    def criterion(self, depth: int, share: Fraction, points: Fraction | None) -> dict[str, Any]:
        found: dict[str, Any] = {"id": f"c{len(self.names)}"}
        self.names.append(found["id"])
        own = None if points is None else points * share
        found |= {"weight": str(share)} if own is None else {"points": str(own)}
        if self.chance(0.6):
            found["missing"] = self.random.choice((*LIVE, *(OTHERS if self.any_key else ())))
        if self.chance(0.2):
            found |= self.random.choice(({"places": 1}, {"max": "8"}, {"min": "0.5"}, {"places": 2, "max": "9"}))
        if found.get("missing") != "rescale_total" and depth == 0 and self.chance(0.5):
            below = None if own is None or self.chance(0.3) else own
            found["criteria"] = self.level(1, below)
            if below is None and self.chance(0.5):
                found["combine"] = self.random.choice(("geometric", "harmonic"))
            if self.any_key and self.chance(0.3):
                found["min_share"] = "0.6"
            return found
        if found.get("missing") == "rescale_total" and points is None:  # below a mean that does not add up
            del found["missing"]
        found |= {"measure": f"m{self.leaves}", "method": self.method()}
        self.leaves += 1
        return found

    def method(self) -> dict[str, Any]:
        name = self.methods[self.leaves % len(self.methods)]
        parameters = dict(METHODS[name].example)
        for operand in METHODS[name].model_validate(parameters).operands():
            if operand == "target":
                parameters[operand] = self.random.choice(("0.9", "unit.goal", "target"))
        return {name: {**parameters, "unit": "u2"} if "unit" in parameters else parameters}

    def rounding(self) -> dict[str, Any]:
        choose = self.random.choice
        found = {
            "places": choose((0, 1, 2, 2, 3)),
            "mode": choose(("half_up", "half_even", "down", "half_up_positive")),
        }
        found["rank_on"] = choose(("published", "published", "unrounded"))
        stages = [name for name in ("leaf", "node", "component") if self.chance(0.2)]
        return {**found, **{name: choose((0, 1, 2)) for name in stages}}

    def ties(self, measures: list[str], rank_on: str) -> list[Any]:
        keys: list[Any] = self.random.sample(self.names, 2)
        extra = [{"key": self.random.choice(measures), "direction": "lower"}]
        extra += ["unrounded_total"] if rank_on == "published" else []
        return keys + [key for key in extra if self.chance(0.3)]

    def grades(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "a": {"min": "60"},
            "b": {"min": "45.5", "title": {"zh": '良"好"', "en": 'B "&" <b>'}},
            "c": {},
        }
        if self.any_key and self.chance(0.5):
            found["a"] = {"share": "0.3", "min": "60"}
        return found

    def adjustments(self, measures: list[str]) -> dict[str, Any]:
        choose = self.random.choice
        bonus = {"id": "plus", "measure": choose(measures), "each": "0.5", "cap": "3"}
        found = {
            "bonus": [{**bonus, "missing": choose(("nothing", "drop_unit"))}],
            "deductions": [{"id": "minus", "measure": choose(measures), "each": "2"}],
            "total_cap": choose(("none", "points", "70")),
        }
        floor = choose(("0", "30", "none"))
        order = choose(("bonus_first", "deductions_first"))
        return {**found, "deduct_floor": floor, **({} if floor == "none" else {"order": order})}

    def records(self, leaves: int) -> Tables:
        """Return figures of all units, some missing."""
        rows = []
        for unit in UNITS:
            row = {"unit": unit, "period": "2025"}
            for number in range(leaves):
                row[f"m{number}"] = "" if self.chance(0.12) else self.random.choice(FIGURES)
            rows.append(row)
        return rows


def result_of(folder: Path, book: dict[str, Any], records: Tables, goals: Tables) -> shuping.Result:
    """Write a folder and score it."""
    (folder / "records").mkdir(parents=True)
    (folder / "rulebook.yaml").write_text(json.dumps(book, ensure_ascii=False), encoding="utf-8")
    write(folder / "records" / "figure.csv", records)
    write(folder / "units.csv", goals)
    write(folder / "targets.csv", targets(records, goals))
    return shuping.score(shuping.read(folder))


def units(random: Random) -> Tables:
    """Return the register: six units in one group, three in the other, with a goal that one of them lacks."""
    lacking = random.choice(UNITS)
    return [
        {
            "id": unit, "name": f"单位{unit}", "name_en": unit, "kind": "x" if unit <= "u6" else "y", "parent": "",
            "goal": "" if unit == lacking else random.choice(("0.5", "0.9", "2", "10")),
        }
        for unit in UNITS
    ]  # fmt: skip


def targets(records: Tables, goals: Tables) -> Tables:
    """Return a target for every measure: the unit's goal; none where it has no goal."""
    names = [name for name in records[0] if name.startswith("m")]
    return [
        {"unit": row["id"], "period": "2025", "measure": name, "value": row["goal"]}
        for row in goals
        for name in names
        if row["goal"]
    ]


def write(path: Path, rows: Tables) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)

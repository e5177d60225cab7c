"""A small result made by hand for the report's tests: ties, missing figures, a long name and two hostile ones.

Five townships (graded) and two bureaus (not graded). By hand: T1 is 11.25 + 8 + 74 = 93.25; T2 and T3 tie at
9.5 + 6.3333 + 70 = 85.83; T4 is 6 + nothing (missing, counted as zero) + 61 = 67; T5's duty mark is missing, and by the
rule it has no total.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import polars as pl

from shuping.records.register import Register, Unit
from shuping.rulebook.model import Rulebook
from shuping.scoring.result import (
    FINDINGS_SCHEMA,
    MEASURES_SCHEMA,
    SCORES_SCHEMA,
    STANDING_SCHEMA,
    TRACE_SCHEMA,
    Result,
)

NASTY = ("<script>alert(1)</script>", "=1+1 {{7*7}} & \"quoted\" 'too'")

RULEBOOK: dict[str, Any] = {
    "rulebook": "county-annual",
    "version": "2025.1",
    "title": {"zh": "年度综合考核", "en": "Annual appraisal"},
    "groups": {
        "townships": {"kind": "township", "title": {"zh": "乡镇", "en": "Townships"}},
        "bureaus": {"kind": "bureau", "title": {"zh": "县直部门", "en": "County bureaus"}, "graded": "false"},
    },
    "datasets": {"activity": {"fields": {"village": {"type": "unit"}}, "period": "year"}},
    "measures": {
        "coverage": {"from": "activity", "value": "distinct(village) / unit.villages", "percent": "true"},
        "activities": {"from": "activity", "value": "count()"},
    },
    "panels": {"duty_report": {"items": {"all": {"points": "100"}}, "groups": {"leaders": "1"}}},
    "criteria": [
        {
            "id": "outreach",
            "title": {"zh": "宣传活动", "en": "Outreach"},
            "points": "20",
            "criteria": [
                {
                    "id": "coverage_points",
                    "title": {"zh": "村组覆盖", "en": "Village coverage"},
                    "points": "12",
                    "measure": "coverage",
                    "method": {"ratio_capped": {"target": "1"}},
                },
                {
                    "id": "activity_points",
                    "title": {"zh": "活动场次", "en": "Activities"},
                    "points": "8",
                    "measure": "activities",
                    "method": {"ratio_capped": {"target": "24"}},
                    "missing": "zero",
                },
            ],
        },
        {
            "id": "duty",
            "title": {"zh": "述职评议", "en": "Duty report"},
            "points": "80",
            "panel": {"id": "duty_report"},
        },
    ],
    "grades": {
        "excellent": {"min": "90", "title": {"zh": "优秀", "en": "Excellent"}},
        "good": {"min": "80", "title": {"zh": "良好", "en": "Good"}},
        "fair": {"title": {"zh": "一般", "en": "Fair"}},
    },
    "findings": [
        {
            "id": "low_coverage",
            "when": "coverage < 0.6",
            "category": "coverage",
            "title": {"zh": "村组覆盖率不高", "en": "Low village coverage"},
        }
    ],
    "publish": {
        "issuer": {"zh": "清源县考核办公室", "en": "Appraisal Office of Qingyuan County"},
        "categories": {"coverage": {"zh": "覆盖面", "en": "Coverage"}},
    },
}

UNITS: dict[str, tuple[str, str, str, str]] = {
    "T1": ("townships", "township", "清溪镇", "Qingxi Town"),
    "T2": ("townships", "township", "石桥乡", "Shiqiao Township"),
    "T3": ("townships", "township", *NASTY),
    "T4": ("townships", "township", "白鹭洲农业科技示范镇", "Bailuzhou Agricultural Demonstration Town"),
    "T5": ("townships", "township", "云台乡", "Yuntai Township"),
    "B 1": ("bureaus", "bureau", "农业农村局", "Agriculture Bureau"),
    "B 2": ("bureaus", "bureau", "水利局", ""),
}
# unit: coverage points, activity points, duty points, total, rank, grade, earlier total, earlier rank
FIGURES: dict[str, tuple[str | None, ...]] = {
    "T1": ("11.2500", "8.0000", "74.0000", "93.25", "1", "excellent", "90.10", "2"),
    "T2": ("9.5000", "6.3333", "70.0000", "85.83", "2", "good", "91.00", "1"),
    "T3": ("9.5000", "6.3333", "70.0000", "85.83", "2", "good", None, None),
    "T4": ("6.0000", None, "61.0000", "67.00", "4", "fair", "67.00", "3"),
    "T5": ("12.0000", "8.0000", None, None, None, None, "60.00", "4"),
    "B 1": ("12.0000", "7.0000", "71.5000", "90.50", "1", None, None, None),
    "B 2": ("10.0000", "7.0000", "71.5000", "88.50", "2", None, None, None),
}
PERIOD = "2025"
# unit, criterion, points, full points in the year before
EARLIER = (("T1", "outreach", "16.5000", "20"), ("T4", "duty", None, "80"))


def rulebook(**changed: Any) -> Rulebook:
    """Return the rule book above, some of its keys replaced."""
    return Rulebook.model_validate({**RULEBOOK, **changed})


def result(book: Rulebook | None = None) -> Result:
    """Return the hand-made result."""
    register = Register({key: Unit(key, zh, en, kind) for key, (_, kind, zh, en) in UNITS.items()})
    trace = [row for unit in UNITS for row in _trace(unit)] + [_earlier(*row) for row in EARLIER]
    return Result(
        rulebook=book or rulebook(),
        register=register,
        periods=("2024", PERIOD),
        standing=_frame([_standing(unit) for unit in UNITS], STANDING_SCHEMA, 2),
        scores=_frame([_score(row) for row in trace if row["criterion"] and row["period"] == PERIOD], SCORES_SCHEMA, 4),
        measures=_frame([], MEASURES_SCHEMA, 10),
        trace=_frame(trace, TRACE_SCHEMA, 0),
        findings=_frame([_finding("T4", "50%", 12)], FINDINGS_SCHEMA, 0),
        sources={"activity": ("records/activity.csv",)},
    )


def _frame(rows: Sequence[Mapping[str, Any]], schema: Mapping[str, Any], places: int) -> pl.DataFrame:
    types = {name: pl.Decimal(38, places) if kind is pl.Decimal else kind for name, kind in schema.items()}
    return pl.DataFrame(list(rows), schema=types)


def _standing(unit: str) -> dict[str, Any]:
    group, _, zh, en = UNITS[unit]
    *_, total, rank, grade, before, rank_before = FIGURES[unit]
    change = Decimal(total) - Decimal(before) if total and before else None
    return {
        "period": PERIOD,
        "group": group,
        "unit": unit,
        "name": zh,
        "name_en": en,
        "total": Decimal(total) if total else None,
        "rank": int(rank) if rank else None,
        "grade": grade,
        "missing": None if total else "children_missing",
        "previous_total": Decimal(before) if before else None,
        "previous_rank": int(rank_before) if rank_before else None,
        "change": change,
        "rank_change": int(rank_before) - int(rank) if rank and rank_before else None,
    }


def _trace(unit: str) -> list[dict[str, Any]]:
    coverage, activities, duty, total = FIGURES[unit][:4]
    outreach = str(Decimal(coverage or 0) + Decimal(activities or 0))
    blank = dict.fromkeys(TRACE_SCHEMA)
    group, _, zh, en = UNITS[unit]
    shared = {**blank, "period": PERIOD, "group": group, "unit": unit, "name": zh, "name_en": en}
    rows = [
        {"criterion": "", "order": 0, "depth": 0, "kind": "total", "title_zh": "总分", "title_en": "Total"},
        {"criterion": "outreach", "parent": "", "order": 1, "depth": 1, "kind": "node", "weight": "0.200000"},
        {"criterion": "coverage_points", "parent": "outreach", "order": 2, "depth": 2, "kind": "measure"},
        {"criterion": "activity_points", "parent": "outreach", "order": 3, "depth": 2, "kind": "measure"},
        {"criterion": "duty", "parent": "", "order": 4, "depth": 1, "kind": "panel", "weight": "0.800000"},
    ]
    points = (total, outreach, coverage, activities, duty)
    full = ("100", "20", "12", "8", "80")
    for row, earned, most in zip(rows, points, full, strict=True):
        row |= {"points": earned, "points_max": most, "contribution": earned}
    rows[0] |= {"missing": None if total else "children_missing", "missing_policy": None if total else "drop_unit"}
    rows[1] |= _titles("宣传活动", "Outreach") | {
        "rule_zh": "下级指标得分相加",
        "rule_en": "The points of the criteria below are added",
        "substituted": f"{coverage} + {activities or 0} = {outreach}",
    }
    rows[2] |= _titles("村组覆盖", "Village coverage") | _coverage(coverage or "0")
    rows[3] |= _titles("活动场次", "Activities") | {
        "source": "activities",
        "formula": "count()",
        "points": activities or "0.0000",
        "contribution": activities or "0.0000",
        "missing": None if activities else "no_records",
        "missing_policy": None if activities else "zero",
        "records": 1 if activities else 0,
    }
    rows[4] |= _titles("述职评议", "Duty report") | {
        "missing": None if duty else "no_records",
        "missing_policy": None if duty else "drop_unit",
    }
    return [{**shared, **row} for row in rows]


def _earlier(unit: str, criterion: str, points: str | None, full: str) -> dict[str, Any]:
    row = {"period": "2024", "group": UNITS[unit][0], "unit": unit, "criterion": criterion}
    return {**dict.fromkeys(TRACE_SCHEMA), **row, "points": points, "points_max": full}


def _titles(zh: str, en: str) -> dict[str, str]:
    return {"title_zh": zh, "title_en": en}


def _coverage(points: str) -> dict[str, Any]:
    villages = Decimal(points) / 12 * 16
    return {
        "source": "coverage",
        "source_title_zh": "有活动的村占比",
        "source_title_en": "Share of villages with activities",
        "formula": "distinct(village) / unit.villages",
        "parts": f"distinct(village) = {villages:g}; unit.villages = 16",
        "value": f"{villages / 16 * 100:g}%",
        "rule_zh": "达到目标得满分，未达到按比例得分",
        "rule_en": "Full points at the target, a proportion below it",
        "substituted": f"12 × min(1, {villages:g} / 16) = {points}",
        "records": 57,
        "files": "records/activity.csv; records/activity.2025.csv",
        "weight": "0.120000",
    }


def _score(row: Mapping[str, Any]) -> dict[str, Any]:
    numbers = {
        name: Decimal(row[name]) if row[name] else None for name in ("points", "points_max", "weight", "contribution")
    }
    return {**{name: row[name] for name in ("period", "unit", "criterion", "missing")}, **numbers, "value": None}


def _finding(unit: str, value: str, records: int) -> dict[str, Any]:
    return {
        "period": PERIOD,
        "unit": unit,
        "finding": "low_coverage",
        "category": "coverage",
        "measure": "coverage",
        "value": value,
        "records": records,
    }

"""A small result made by hand: three townships and two bureaus, two periods; every figure was worked out on paper.

Townships: coverage 12 points x share of villages reached; activities 8 points x min(1, n / 20); replies on time
30 points x share; duty report as marked (50). Bureaus: replies 50 points x share; duty report (50).
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

PLACES = {"total": 2, "previous_total": 2, "change": 2, "points": 4, "points_max": 4, "weight": 6, "contribution": 4}

RULEBOOK: dict[str, Any] = {
    "format": "1",
    "rulebook": "small",
    "version": "2025.1",
    "title": {"zh": "年度综合考核", "en": "Annual appraisal"},
    "periods": ["2024", "2025"],
    "groups": {
        "townships": {"kind": "township", "title": {"zh": "乡镇", "en": "Townships"}},
        "bureaus": {"kind": "bureau", "title": {"zh": "部门", "en": "Bureaus"}},
    },
    "datasets": {
        "activity": {"fields": {"date": {"type": "date"}, "village": {"type": "unit"}}},
        "request": {"fields": {"date": {"type": "date"}, "closed": {"type": "date"}, "due": {"type": "date"}}},
    },
    "measures": {
        "coverage": {
            "from": "activity",
            "value": "distinct(village) / unit.villages",
            "percent": "true",
            "places": "2",
            "title": {"zh": "村组覆盖率", "en": "village coverage"},
        },
        "activities": {
            "from": "activity",
            "value": "count()",
            "title": {"zh": "活动场次", "en": "activities held"},
            "unit": {"zh": "场", "en": "sessions"},
        },
        "on_time": {
            "from": "request",
            "value": "count(where closed <= due) / count()",
            "percent": "true",
            "places": "2",
            "title": {"zh": "诉求按期办结率", "en": "requests closed on time"},
        },
    },
    "panels": {
        "duty_report": {
            "title": {"zh": "述职评分", "en": "Duty-report marks"},
            "items": {"all": {"points": "50"}},
            "groups": {"leaders": "1"},
        }
    },
    "criteria": [
        {
            "id": "outreach",
            "title": {"zh": "宣传活动", "en": "Outreach"},
            "points": "20",
            "applies_to": ["townships"],
            "criteria": [
                {
                    "id": "coverage_points",
                    "points": "12",
                    "measure": "coverage",
                    "method": {"ratio_capped": {"target": "1"}},
                },
                {
                    "id": "activity_points",
                    "points": "8",
                    "measure": "activities",
                    "method": {"ratio_capped": {"target": "20"}},
                },
            ],
        },
        {
            "id": "service",
            "title": {"zh": "群众诉求办理", "en": "Residents' requests"},
            "points": {"townships": "30", "bureaus": "50"},
            "measure": "on_time",
            "method": {"ratio_capped": {"target": "1"}},
        },
        {
            "id": "duty",
            "title": {"zh": "述职评议", "en": "Duty report"},
            "points": "50",
            "panel": {"id": "duty_report"},
        },
    ],
    "grades": {
        "excellent": {"min": "90", "title": {"zh": "优秀", "en": "Excellent"}},
        "good": {"min": "80", "title": {"zh": "良好", "en": "Good"}},
        "fair": {"title": {"zh": "一般", "en": "Fair"}},
    },
    "tiebreak": ["service"],
    "findings": [
        {
            "id": "low_coverage",
            "when": "coverage < 0.6",
            "category": "reach",
            "title": {"zh": "村组覆盖率不高", "en": "Low village coverage"},
        },
        {
            "id": "slow_replies",
            "when": "on_time < 0.9",
            "category": "service",
            "title": {"zh": "诉求办理超期偏多", "en": "Requests closed late"},
        },
    ],
    "publish": {
        "issuer": {"zh": "县考核工作领导小组办公室", "en": "County Appraisal Office"},
        "title": {"zh": "年度述职评议点评", "en": "Commentary on the annual review"},
        "basis": {
            "zh": "根据县年度综合考核办法，现将考核情况点评如下",
            "en": "Under the county's appraisal rules, we comment as follows",
        },
        "parts": [
            {"title": {"zh": "宣传工作走深走实", "en": "Outreach reached the villages"}, "criteria": ["outreach"]},
            {"title": {"zh": "服务群众用心用力", "en": "Residents were served"}, "criteria": ["service", "duty"]},
        ],
        "categories": {
            "service": {"zh": "服务群众", "en": "Serving residents"},
            "reach": {"zh": "覆盖面", "en": "Reach"},
            "unused": {"zh": "其他", "en": "Other"},
        },
        "asks": [
            {"zh": "要把活动办到每一个村组", "en": "Take activities to every village", "category": "reach"},
            {"zh": "不应出现的要求", "en": "An ask that must not appear", "category": "unused"},
            {"zh": "各单位要认真总结经验", "en": "Every unit should draw its lessons"},
        ],
        "closing": {"zh": "望各单位再接再厉。", "en": "We look forward to next year."},
    },
}

UNITS = (
    Unit("T1", "青石镇", "Qingshi Town", "township"),
    Unit("T2", "柳溪镇", "Liuxi Town", "township"),
    Unit("T3", "云坪乡", "Yunping Township", "township"),
    Unit("B1", "民政局", "Civil Affairs Bureau", "bureau"),
    Unit("B2", "文旅局", "Culture Bureau", "bureau"),
)
# unit: group, total, rank, grade, previous total, previous rank, change, places moved up
TOTALS = {
    "T1": ("townships", "90.95", 2, "excellent", "88.10", 1, "2.85", -1),
    "T2": ("townships", "91.00", 1, "excellent", "87.00", 3, "4.00", 2),
    "T3": ("townships", "75.50", 3, "fair", "87.50", 2, "-12.00", -1),
    "B1": ("bureaus", "91.75", 1, "excellent", "90.00", 1, "1.75", 0),
    "B2": ("bureaus", "82.00", 2, "good", "84.50", 2, "-2.50", 0),
}
# unit: criterion: points, full points
POINTS = {
    "T1": {
        "outreach": ("18.45", "20"),
        "coverage_points": ("11.25", "12"),
        "activity_points": ("7.2", "8"),
        "service": ("27", "30"),
        "duty": ("45.5", "50"),
    },
    "T2": {
        "outreach": ("17", "20"),
        "coverage_points": ("9", "12"),
        "activity_points": ("8", "8"),
        "service": ("30", "30"),
        "duty": ("44", "50"),
    },
    "T3": {
        "outreach": ("10", "20"),
        "coverage_points": ("6", "12"),
        "activity_points": ("4", "8"),
        "service": ("25.5", "30"),
        "duty": ("40", "50"),
    },
    "B1": {"service": ("47.5", "50"), "duty": ("44.25", "50")},
    "B2": {"service": ("40", "50"), "duty": ("42", "50")},
}
# period: unit: measure: value, records
VALUES = {
    "2025": {
        "T1": {"coverage": ("0.9375", 18), "activities": ("18", 18), "on_time": ("0.9", 50)},
        "T2": {"coverage": ("0.75", 20), "activities": ("20", 20), "on_time": ("1", 40)},
        "T3": {"coverage": ("0.5", 10), "activities": ("10", 10), "on_time": ("0.85", 20)},
        "B1": {"on_time": ("0.95", 20)},
        "B2": {"on_time": ("0.8", 10)},
    },
    "2024": {
        "T1": {"coverage": ("0.875", 15), "activities": ("15", 15), "on_time": ("0.92", 25)},
        "T2": {"coverage": ("0.75", 16), "activities": ("16", 16), "on_time": ("0.96", 25)},
        "T3": {"coverage": ("0.625", 12), "activities": ("12", 12), "on_time": ("0.9", 10)},
        "B1": {"on_time": ("0.9", 20)},
        "B2": {"on_time": ("0.85", 20)},
    },
}
FINDINGS = (
    ("T3", "low_coverage", "reach", "coverage", "50%", 10),
    ("T3", "slow_replies", "service", "on_time", "85%", 20),
    ("B2", "slow_replies", "service", "on_time", "80%", 10),
)


def small_result(
    *,
    units: Sequence[Unit] = UNITS,
    findings: bool = True,
    totals: bool = True,
    changed: Mapping[str, Any] | None = None,
) -> Result:
    """Return the small result for some of its units; without findings or totals; with keys of the rule book changed."""
    rulebook = Rulebook.model_validate({**RULEBOOK, **(changed or {})})
    register = Register({unit.id: unit for unit in units})
    known = [unit for unit in units if unit.id in TOTALS]
    found = FINDINGS if findings else ()
    return Result(
        rulebook=rulebook,
        register=register,
        periods=("2024", "2025"),
        standing=frame(STANDING_SCHEMA, [_standing(unit, totals) for unit in known]),
        scores=frame(SCORES_SCHEMA, [row for unit in known for row in _scores(unit.id)]),
        measures=frame(MEASURES_SCHEMA, [row for unit in known for row in _measures(unit.id)]),
        trace=frame(TRACE_SCHEMA, [row for unit in known for row in _trace(rulebook, unit, totals)]),
        findings=frame(FINDINGS_SCHEMA, [_finding(row) for row in found if row[0] in register]),
        sources={"activity": ("records/activity.csv",), "request": ("records/request.csv",)},
    )


def frame(schema: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Return a frame with the contract's columns; Decimals with the places that the contract gives them."""
    types = {
        name: pl.Decimal(38, PLACES.get(name, 10)) if kind is pl.Decimal else kind for name, kind in schema.items()
    }
    full = [{name: row.get(name) for name in schema} for row in rows]
    return pl.DataFrame(full, schema=types)


def _standing(unit: Unit, totals: bool) -> dict[str, Any]:
    group, total, rank, grade, before, rank_before, change, moved = TOTALS[unit.id]
    row = {"period": "2025", "group": group, "unit": unit.id, "name": unit.name, "name_en": unit.name_en}
    if not totals:
        return {**row, "missing": "no_records"}
    row |= {"total": Decimal(total), "rank": rank, "grade": grade, "previous_total": Decimal(before)}
    return {**row, "previous_rank": rank_before, "change": Decimal(change), "rank_change": moved}


def _scores(unit: str) -> list[dict[str, Any]]:
    return [
        {
            "period": "2025",
            "unit": unit,
            "criterion": criterion,
            "value": _value_of(unit, criterion),
            "points": Decimal(points),
            "points_max": Decimal(full),
            "weight": Decimal(full) / 100,
            "contribution": Decimal(points),
        }
        for criterion, (points, full) in POINTS[unit].items()
    ]


def _value_of(unit: str, criterion: str) -> Decimal | None:
    measure = {"coverage_points": "coverage", "activity_points": "activities", "service": "on_time"}.get(criterion)
    return None if measure is None else Decimal(VALUES["2025"][unit][measure][0])


def _measures(unit: str) -> list[dict[str, Any]]:
    return [
        {"period": period, "unit": unit, "measure": measure, "value": Decimal(value), "records": records}
        for period, units in sorted(VALUES.items())
        for measure, (value, records) in units[unit].items()
    ]


def _finding(row: tuple[str, str, str, str, str, int]) -> dict[str, Any]:
    unit, finding, category, measure, value, records = row
    names = ("unit", "finding", "category", "measure", "value", "records")
    return {"period": "2025", **dict(zip(names, (unit, finding, category, measure, value, records), strict=True))}


def _trace(rulebook: Rulebook, unit: Unit, totals: bool) -> list[dict[str, Any]]:
    group, total, *_ = TOTALS[unit.id]
    common = {"period": "2025", "group": group, "unit": unit.id, "name": unit.name, "name_en": unit.name_en}
    first = {"criterion": "", "depth": 0, "order": 0, "title_zh": "总分", "title_en": "Total", "kind": "total"}
    exact = str(
        sum(Decimal(POINTS[unit.id][name][0]) for name in ("outreach", "service", "duty") if name in POINTS[unit.id])
    )
    shown = {"points": total, "points_exact": exact} if totals else {}
    rows = [{**common, **first, **shown, "points_max": "100.00"}]
    order = 0
    for criterion in rulebook.walk():
        if criterion.id not in POINTS[unit.id]:
            continue
        order += 1
        points, full = POINTS[unit.id][criterion.id]
        nested = criterion.id in ("coverage_points", "activity_points")
        kind = "node" if criterion.criteria else "measure" if criterion.measure else "panel"
        title = (
            rulebook.measures[criterion.measure].title
            if criterion.title is None and criterion.measure
            else criterion.title
        )
        assert title is not None
        rows.append(
            {
                **common,
                "criterion": criterion.id,
                "parent": "outreach" if nested else "",
                "depth": 2 if nested else 1,
                "order": order,
                "title_zh": title.zh,
                "title_en": title.en,
                "kind": kind,
                "source": criterion.measure or (criterion.panel.id if criterion.panel else None),
                "rule_zh": None if kind == "node" else "按比例计分，满分封顶",
                "rule_en": None if kind == "node" else "in proportion, capped at the full score",
                "value_exact": str(_value_of(unit.id, criterion.id) or points),
                "points": f"{Decimal(points):.4f}",
                "points_exact": points,
                "points_max": f"{Decimal(full):.4f}",
                "weight": f"{Decimal(full) / 100:.6f}",
                "contribution": f"{Decimal(points):.4f}",
                "records": 10,
            }
        )
    return rows

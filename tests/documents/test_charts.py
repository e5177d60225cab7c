"""Charts: what they print is the frame's own text, what they place is the frame's figure, and nothing is loaded."""

from __future__ import annotations

import re
from typing import Any

import pytest
from lxml import etree

from shuping.documents.charts import KINDS, chart, chart_png, chart_svg
from shuping.documents.notebook import standing_html
from shuping.errors import InputError
from shuping.scoring.result import Result
from tests.documents import report_case
from tests.documents.report_case import NASTY


@pytest.fixture(scope="module")
def case() -> Result:
    return report_case.result()


def data(specification: Any) -> list[dict[str, Any]]:
    """Return every row of data in a specification, named or in place."""
    found = [row for rows in specification.get("datasets", {}).values() for row in rows]

    def walk(part: Any) -> None:
        if isinstance(part, dict):
            if isinstance(part.get("data"), dict):
                found.extend(part["data"].get("values", ()))
            for inner in part.values():
                walk(inner)
        elif isinstance(part, list):
            for inner in part:
                walk(inner)

    walk({name: part for name, part in specification.items() if name != "datasets"})
    return found


def test_the_standing_places_and_prints_the_totals(case: Result) -> None:
    rows = {row["unit"]: row for row in data(chart(case, "standing").to_dict()) if "unit" in row}
    assert len(rows) == case.standing.height
    grades = {"excellent": "  优秀", "good": "  良好", "fair": "  一般", None: ""}
    for row in case.standing.iter_rows(named=True):
        shown = rows[row["name"]]
        assert shown["shown"] == ("缺值" if row["total"] is None else f"{row['total']}{grades[row['grade']]}")
        assert shown["total"] == (None if row["total"] is None else float(row["total"]))
        assert shown["previous"] == (None if row["previous_total"] is None else float(row["previous_total"]))


def test_thresholds_of_graded_groups_only(case: Result) -> None:
    lines = [
        row["label"] for row in data(chart(case, "standing", group="townships", lang="en").to_dict()) if "label" in row
    ]
    assert set(lines) == {"Excellent 90", "Good 80"}
    assert not [row for row in data(chart(case, "standing", group="bureaus").to_dict()) if "label" in row]


def test_a_profile_shows_points_of_full_points_and_the_range_of_the_group(case: Result) -> None:
    rows = {row["criterion"]: row for row in data(chart(case, "profile", unit="T2", lang="en").to_dict())}
    assert rows["Outreach"]["shown"] == "15.8333 / 20"
    assert (rows["Outreach"]["low"], rows["Outreach"]["high"]) == (6 / 20, 20 / 20)
    assert (rows["Duty report"]["low"], rows["Duty report"]["high"]) == (61 / 80, 74 / 80)


def test_the_highlighted_unit_is_bold_and_marked_in_every_panel_of_its_group(case: Result) -> None:
    specification = chart(case, "criteria", unit="T2").to_dict()
    marked = [row for row in data(specification) if row.get("marked")]
    assert {row["unit"] for row in marked} == {"石桥乡"}
    assert "datum.value === " in str(specification)


@pytest.mark.parametrize("kind", KINDS)
def test_drawn_with_nothing_loaded_and_the_same_each_time(case: Result, kind: Any) -> None:
    drawn = [chart_svg(chart(case, kind, unit="T3")) for _ in range(2)]
    assert drawn[0] == drawn[1]
    root = etree.fromstring(drawn[0].encode())
    texts = {text for text in root.itertext() if text.strip()}
    assert any("<script>" in text for text in texts), "the hostile name is there as text"
    assert not [element for element in root.iter() if str(element.tag).endswith(("script", "image", "foreignObject"))]
    assert not re.findall(r"https?://(?!www\.w3\.org/)", drawn[0])


def test_a_png_is_drawn(case: Result) -> None:
    assert chart_png(chart(case, "profile", unit="T1", dark=True), scale=1)[:8] == b"\x89PNG\r\n\x1a\n"


def test_wrong_arguments_are_named_all_at_once(case: Result) -> None:
    with pytest.raises(InputError) as caught:
        chart(case, "pie", period="1999", group="cities", unit="X9")  # type: ignore[arg-type]
    codes = [problem.code for problem in caught.value.problems]
    assert codes == [f"documents.unknown-{what}" for what in ("chart", "period", "group", "unit")]
    for problem in caught.value.problems:
        assert str(problem.params["given"]) in problem.message("zh")
        assert str(problem.params["given"]) in problem.message("en")


def test_a_profile_needs_a_unit(case: Result) -> None:
    with pytest.raises(InputError, match="unit="):
        chart(case, "profile")


def test_the_notebook_table_holds_the_standing_escaped(case: Result) -> None:
    text = standing_html(case, "en")
    assert "&lt;script" not in text  # the English name is the other hostile one
    assert "{{7*7}} &amp; &quot;quoted&quot;" in text
    for row in case.standing.iter_rows(named=True):
        assert row["total"] is None or f"<td>{row['total']}</td>" in text
    assert NASTY[0] not in standing_html(case, "zh")

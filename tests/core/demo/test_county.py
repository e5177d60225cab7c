"""What the county promises: so many units and records, plausible figures, nobody's person in it."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

from shuping.demo.opinion import ITEMS, NO_SURVEY, REVIEWERS
from shuping.demo.organisation import NO_TRAINING_RECORDS

Tables = dict[str, list[dict[str, str]]]
DATED = {
    "plan": "date", "training": "date", "activity": "date", "publicity": "date", "award": "date", "honour": "date",
    "request": "received", "task": "assigned", "reply": "asked",
}  # fmt: skip


def ranks(values: dict[str, float]) -> dict[str, int]:
    return {unit: 1 + sum(other > value for other in values.values()) for unit, value in values.items()}


def test_units_are_as_many_as_promised(tables: Tables) -> None:
    kinds = Counter(row["kind"] for row in tables["units"])
    assert kinds == {
        "county": 1, "township": 14, "village": 180, "community": 12, "bureau": 12, "zone": 2, "office": 4,
    }  # fmt: skip


def test_units_are_unique_named_in_both_languages_and_below_their_parents(tables: Tables) -> None:
    units = {row["id"]: row for row in tables["units"]}
    assert len(units) == len(tables["units"])
    assert len({row["name"] for row in units.values()}) == len(units)
    for row in units.values():
        assert re.search(r"[一-鿿]", row["name"])
        assert row["name_en"].isascii()
        assert row["name_en"]
        parent = "county" if row["kind"] not in ("village", "community", "county") else "township"
        assert row["parent"] == "" if row["kind"] == "county" else units[row["parent"]]["kind"] == parent


def test_township_attributes_agree_with_the_villages_below(tables: Tables) -> None:
    for township in (row for row in tables["units"] if row["kind"] == "township"):
        below = [row for row in tables["units"] if row["parent"] == township["id"]]
        assert int(township["villages"]) == len(below)
        assert int(township["population"]) == sum(int(row["population"]) for row in below)
        assert 8 <= len(below) <= 20
        assert 8_000 <= int(township["population"]) <= 60_000


def test_more_than_800_activities_in_each_year_in_all_forms_by_village(tables: Tables) -> None:
    per_year = Counter(row["date"][:4] for row in tables["activity"])
    assert per_year.keys() == {"2024", "2025"}
    assert all(count > 800 for count in per_year.values())
    assert {row["form"] for row in tables["activity"]} == {
        "lecture", "volunteering", "culture", "sport", "health_and_elder_care",
    }  # fmt: skip
    parents = {row["id"]: row["parent"] for row in tables["units"]}
    assert all(parents[row["village"]] == row["unit"] for row in tables["activity"])


def test_every_record_is_of_one_of_the_two_years(tables: Tables) -> None:
    for name, column in DATED.items():
        assert {date.fromisoformat(row[column]).year for row in tables[name]} == {2024, 2025}
    for name in ("post", "station", "figure", "village_check", "window", "residents", "duty_report", "targets"):
        assert {row["period"][:4] for row in tables[name]} == {"2024", "2025"}


def test_nothing_ends_before_it_began_and_something_is_still_open(tables: Tables) -> None:
    for name, start, due, end in (("request", "received", "due", "closed"), ("task", "assigned", "due", "done"),
                                  ("reply", "asked", "due", "replied")):  # fmt: skip
        rows = tables[name]
        assert all(row[start] <= row[due] for row in rows)
        assert all(row[start] <= row[end] for row in rows if row[end])
        assert any(not row[end] for row in rows)
        assert any(row[end] > row[due] for row in rows)


def test_what_is_filed_once_a_period_stands_once(tables: Tables) -> None:
    for name, key in (("post", ("unit", "period", "post", "state")), ("station", ("unit", "period", "village", "kind")),
                      ("figure", ("unit", "period")), ("window", ("unit", "period")),
                      ("village_check", ("unit", "period")), ("targets", ("unit", "period", "measure")),
                      ("duty_report", ("reviewer", "unit", "item", "period"))):  # fmt: skip
        keys = [tuple(row[column] for column in key) for row in tables[name]]
        assert len(keys) == len(set(keys)), name


def test_survey_has_60_to_100_answers_for_each_township_but_the_one_left_out(tables: Tables) -> None:
    townships = {row["id"] for row in tables["units"] if row["kind"] == "township"}
    answers = Counter((row["unit"], row["period"]) for row in tables["residents"])
    assert answers.keys() == {(unit, year) for unit in townships for year in ("2024", "2025")} - {
        (NO_SURVEY[0], str(NO_SURVEY[1]))
    }
    assert all(60 <= count <= 100 for count in answers.values())
    assert {row["stratum"] for row in tables["residents"]} == {"village", "community"}
    assert {row["weight"] for row in tables["residents"]} == {"1"}
    assert "unclear" in {row["aware"] for row in tables["residents"]}


def test_one_bureau_filed_no_training_in_2025_and_every_other_unit_did(tables: Tables) -> None:
    expected = {row["id"] for row in tables["units"] if row["kind"] in ("township", "bureau")}
    filed = {(row["unit"], int(row["date"][:4])) for row in tables["training"]}
    assert {(unit, year) for unit in expected for year in (2024, 2025)} - filed == {NO_TRAINING_RECORDS}


def test_marks_are_half_points_within_the_items_from_every_seat(tables: Tables) -> None:
    rows = tables["duty_report"]
    assert sum(ITEMS.values()) == 100
    assert all((2 * float(row["mark"])).is_integer() and 0 <= float(row["mark"]) <= ITEMS[row["item"]] for row in rows)
    seats = {(row["group"], row["reviewer"]) for row in rows}
    assert Counter(group for group, _ in seats) == REVIEWERS
    assert {row["unit"] for row in rows} == {
        row["id"] for row in tables["units"] if row["kind"] in ("township", "bureau", "zone")
    }


def test_a_strong_township_stays_strong_but_some_move(tables: Tables) -> None:
    def on_time(year: str) -> dict[str, float]:
        found: dict[str, list[bool]] = {}
        for row in tables["request"]:
            if row["received"].startswith(year):
                found.setdefault(row["unit"], []).append(bool(row["closed"]) and row["closed"] <= row["due"])
        kinds = {row["id"]: row["kind"] for row in tables["units"]}
        return {unit: sum(hits) / len(hits) for unit, hits in found.items() if kinds[unit] == "township"}

    before, after = ranks(on_time("2024")), ranks(on_time("2025"))
    moves = [abs(before[unit] - after[unit]) for unit in before]
    assert len(moves) == 14
    assert sum(moves) / 14 < 14 / 3  # two unrelated orders of 14 would differ by 4.64 places on average
    assert max(moves) >= 3


def test_no_column_and_no_cell_can_hold_a_person_or_what_somebody_said(files: dict[str, bytes], tables: Tables) -> None:
    forbidden = re.compile(
        r"person|surname|phone|mobile|telephone|id_?card|passport|birth|gender|address|email|"
        r"like|forward|comment|repost|speech|opinion|姓名|电话|手机|身份证|点赞|转发|评论"
    )
    for path, content in files.items():
        if path.endswith(".csv"):
            header = content.decode("utf-8").splitlines()[0]
            assert not forbidden.search(header), path
            assert "name" not in header.split(",") or path == "units.csv"
            assert not re.search(rb"\d{11}", content), path  # a telephone or identity number has eleven digits or more
    assert "text" not in {column for table in tables.values() for column in table[0]}

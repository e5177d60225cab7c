"""Intervals of ranks in the documents: what was simulated, the two kinds apart, and nothing where nothing was.

The case is small enough to know every figure by heart (see ``rank_case``).
"""

from __future__ import annotations

import re
from dataclasses import replace
from io import StringIO
from itertools import pairwise
from typing import Any

import polars as pl
import pytest
from lxml import html
from rich.console import Console

from shuping.documents.certainty import chance_text, interval_text, letters_of
from shuping.documents.commentary import Commentary, compose, resolve
from shuping.documents.commentary.certainty import certainty
from shuping.documents.commentary.model import Count, Figure, Quoted, Words, plain
from shuping.documents.commentary.view import View
from shuping.documents.console import standing_tables
from shuping.documents.notebook import standing_html
from shuping.documents.rank_drawing import labelled
from shuping.documents.report import render_report
from shuping.documents.workbook import workbook_bytes
from shuping.scoring.result import RankUncertainty, Result
from tests.documents.rank_case import AHEAD, GRADES, PLACES, uncertain_result
from tests.documents.small_case import small_result
from tests.documents.test_workbook import read, table

ENGLISH = {"T1": "Qingshi Town", "T2": "Liuxi Town", "T3": "Yunping Township"}


@pytest.fixture(scope="module")
def case() -> Result:
    return uncertain_result()


@pytest.fixture(scope="module")
def page(case: Result) -> Any:
    return html.document_fromstring(render_report(case, "en"))


def said(element: Any, lang: str = "en") -> str:
    """Return the text of one language, as it is read."""
    copy = html.fromstring(html.tostring(element))
    for other in copy.xpath(f".//*[@lang='{'zh' if lang == 'en' else 'en'}']"):
        other.drop_tree()
    return " ".join(copy.text_content().split())


def cells(found: Any) -> list[list[str]]:
    return [[said(cell) for cell in row] for row in found.xpath(".//tbody/tr")]


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "0%"), (0.001, "<1%"), (0.005, "1%"), (0.125, "13%"), (0.99, "99%"), (0.998, ">99%"), (1.0, "100%"),
     (None, "–")],
)  # fmt: skip
def test_what_came_out_at_times_is_never_printed_as_never_or_always(share: float | None, text: str) -> None:
    assert chance_text(share) == text


def test_an_interval_of_one_rank_is_that_rank() -> None:
    assert [interval_text(2, 5), interval_text(3, 3)] == ["2–5", "3"]
    assert [letters_of("bc"), letters_of("z,aa"), letters_of(None)] == [("b", "c"), ["z", "aa"], ()]


def test_the_report_has_a_table_for_each_kind_and_keeps_them_apart(page: Any) -> None:
    section = page.get_element_by_id("certainty")
    tables = section.xpath(".//table[contains(@class, 'spans')]")
    assert [table.get("aria-labelledby") for table in tables] == [
        "group-townships.sampling",
        "group-townships.choices",
    ]
    assert cells(tables[0]) == [
        ["1", "Liuxi Town", "1–2", "", "1", ">99%", "62%", "100%"],
        ["2", "Qingshi Town", "1–2", "", "2", "55%", "38%", "98%"],
        ["3", "Yunping Township", "3", "", "3", "100%", "0%", "2%"],
    ]
    assert [row[2] for row in cells(tables[1])] == ["1", "2", "3"]
    words = said(section)
    assert "covers the true rank about 90 times in 100; from 1000 replicates" in words
    assert "shows what choices do, and promises nothing" in words
    assert "平均每100次约有90次包含真实名次" in said(section, "zh")


def test_bands_are_in_words_with_the_rule(page: Any) -> None:
    section = page.get_element_by_id("certainty")
    assert [said(line) for line in section.xpath(".//ul[@class='bands']/li")] == [
        "ranks 1 to 2: Liuxi Town, Qingshi Town"
    ]
    assert "told apart where one of them is ahead with a probability of at least 90%" in said(section)


def test_the_matrices_hold_every_probability(page: Any) -> None:
    heat, pairs, other_heat, other_pairs = page.get_element_by_id("certainty").xpath(".//table[@class='heat']")
    assert cells(heat) == [
        ["1 Liuxi Town", "62", "38", ""],
        ["2 Qingshi Town", "38", "60", "2"],
        ["3 Yunping Township", "", "2", "98"],
    ]
    assert cells(pairs) == [
        ["1 Liuxi Town", "–", "62", "100"],
        ["2 Qingshi Town", "38", "–", "98"],
        ["3 Yunping Township", "", "2", "–"],
    ]
    near = [said(cell) for cell in pairs.xpath(".//td[contains(@class, 'near')]")]
    assert near == ["62", "38"]
    assert other_pairs.xpath(".//td[contains(@class, 'near')]") == []  # choices tell nobody apart, and nobody together
    assert cells(other_heat)[0] == ["1 Liuxi Town", "100", "", ""]
    for matrix in (heat, pairs):
        assert said(page.get_element_by_id(matrix.get("aria-labelledby"))).startswith("Probability")


def test_the_drawing_stands_where_the_figures_say(page: Any) -> None:
    """Three places: their middles lie at a sixth, a half and five sixths of the width."""
    first, _, third = (
        page.get_element_by_id("certainty").xpath(".//table[contains(@class, 'spans')]")[0].xpath(".//tbody//svg")
    )
    reach = first.xpath("./line[@class='reach']")[0]
    assert (reach.get("x1"), reach.get("x2")) == ("16.67%", "50%")
    assert [cap.get("x1") for cap in first.xpath("./line[@class='cap']")] == ["16.67%", "50%"]
    assert third.xpath("./circle")[0].get("cx") == "83.33%"
    assert {svg.get("aria-hidden") for svg in (first, third)} == {"true"}  # the interval stands beside it in figures


def test_the_standing_and_each_unit_s_page_tell_the_interval(page: Any) -> None:
    ranks = page.xpath("//table[@id='group-townships']/tbody/tr/td[1]")
    assert [cell.text.strip() for cell in ranks] == ["1", "2", "3"]
    assert [[small.text for small in cell.xpath("./small")] for cell in ranks] == [["1–2"], ["1–2"], []]
    unit = said(page.get_element_by_id("unit-T1"))
    assert (
        "Sampling error: rank 1 to 2 (90% interval), median 2; probability of each grade: Excellent 55%, Good 45%."
        in unit
    )
    assert "Other choices: mostly rank 2 to 2 (the middle 90%; it promises nothing), median 2." in unit
    assert "Sampling error" not in said(page.get_element_by_id("unit-B1"))


def test_without_simulation_there_is_no_word_of_it() -> None:
    text = render_report(small_result(), "en")
    assert "certainty" not in text
    assert "interval" not in said(html.document_fromstring(text).find("body")).lower()
    assert certainty(View(small_result(), "en")) == ()
    assert not [name for name in read(workbook_bytes(small_result(), "en")) if "interval" in name.lower()]
    assert "(" not in standing_html(small_result(), "en")


def test_draws_that_failed_and_unshrunk_ones_are_told() -> None:
    case = uncertain_result(("sampling",), failed=7, uncertainty={"shrink": "false", "interval": "0.8"})
    words = said(html.document_fromstring(render_report(case, "en")).get_element_by_id("certainty"))
    assert "In 7 of them the total of some unit could not be worked out; they are counted." in words
    assert "covers the true rank fewer than 80 times in 100" in words
    assert "Other choices" not in words.partition("Townships")[2]
    sheet = read(workbook_bytes(case, "en"))["Rank intervals"]
    assert any("In 7 replicates the total" in str(cell) for row in sheet for cell in row)
    assert "fewer than 80%" in sheet[1][0]


def test_a_large_group_is_drawn_and_a_huge_one_left_to_the_files(case: Result) -> None:
    for units, drawn in ((40, 2), (120, 0)):
        text = render_report(many(case, units), "en")
        section = html.document_fromstring(text).get_element_by_id("certainty")
        maps = section.xpath(".//svg[@class='map']")
        assert len(maps) == drawn
        for found in maps:
            label = html.document_fromstring(text).get_element_by_id(found.get("aria-labelledby"))
            assert "in the result folder" in said(label)
        assert section.xpath(".//table[@class='heat']") == []
        assert ("see places.csv" in said(section)) == (not drawn)


def test_the_page_stays_small(case: Result) -> None:
    """Forty units with all their probabilities add less than a kilobyte a unit to the page and 25 bytes a pair."""
    whole = many(case, 40)
    bare = replace(whole, uncertainty=RankUncertainty())
    added = len(render_report(whole).encode()) - len(render_report(bare).encode())
    assert added < 8000 + 40 * 1500 + 40 * 40 * 25


def many(case: Result, units: int) -> Result:
    """A group of many units, each as likely one place further up or down."""
    names = [f"N{number:03}" for number in range(1, units + 1)]
    rows = case.standing.filter(pl.col("unit") == "T2")
    standing = pl.concat(
        [rows.with_columns(unit=pl.lit(name), rank=pl.lit(rank, pl.Int64)) for rank, name in enumerate(names, 1)]
    )
    own = case.uncertainty.ranks.filter((pl.col("unit") == "T2") & (pl.col("kind") == "sampling"))
    ranks = pl.concat(
        [own.with_columns(unit=pl.lit(name), rank=pl.lit(rank, pl.Int64), low=pl.lit(max(1, rank - 1), pl.Int64),
                          high=pl.lit(min(units, rank + 1), pl.Int64), median=pl.lit(float(rank)))
         for rank, name in enumerate(names, 1)]
    )  # fmt: skip
    head = {"period": "2025", "group": "townships", "kind": "sampling"}
    places = [
        {**head, "unit": name, "place": place, "probability": 0.25 if place != rank else 0.5}
        for rank, name in enumerate(names, 1) for place in (rank - 1, rank, rank + 1) if 1 <= place <= units
    ]  # fmt: skip
    pairs = [
        {**head, "unit": one, "other": other, "ahead": 0.7 if abs(i - j) == 1 else float(i < j)}
        for i, one in enumerate(names) for j, other in enumerate(names) if one != other
    ]  # fmt: skip
    found = RankUncertainty(
        ranks, pl.DataFrame(places, schema=case.uncertainty.places.schema), case.uncertainty.grades.clear(),
        pl.DataFrame(pairs, schema=case.uncertainty.pairs.schema),
    )  # fmt: skip
    trace, keep = case.trace.clear(), case.findings.clear()
    return replace(case, standing=standing, uncertainty=found, trace=trace, findings=keep)


@pytest.mark.parametrize("places", [1, 2, 8, 14, 26, 51, 100, 2800])
def test_the_places_of_an_axis_are_in_order_and_apart(places: int) -> None:
    found = labelled(places)
    assert found[0] == 1
    assert found[-1] <= places
    assert len(found) <= 9
    assert all(after - before >= places / 20 for before, after in pairwise(found))


def test_the_workbook_s_sheets_equal_the_frames(case: Result) -> None:
    sheets = read(workbook_bytes(case, "en"))
    assert list(sheets)[:7] == [
        "Standing", "Rank intervals", "Places", "Who is ahead", "Other choices", "Places, choices", "Ahead, choices",
    ]  # fmt: skip
    for name, kind in (("Rank intervals", "sampling"), ("Other choices", "choices")):
        ends = ("Rank from", "Rank to") if kind == "sampling" else ("Range from", "Range to")
        rows = {row["Unit"]: row for row in table(sheets[name])}
        for row in case.uncertainty.ranks.filter(pl.col("kind") == kind).iter_rows(named=True):
            found = rows[ENGLISH[row["unit"]]]
            assert [found["Rank"], *(found[end] for end in ends)] == [row["rank"], row["low"], row["high"]]
            assert found["Grade holds"] == row["grade_holds"]
            assert found["Among the first 2"] == row["top_2"]
            assert found["Rank, 25% quantile"] == row["q_0.25"]
            assert found.get("Band") == row["band"]
    assert "covers the true rank in about 90% of cases" in sheets["Rank intervals"][1][0]
    assert "promises nothing" in sheets["Other choices"][1][0]


@pytest.mark.parametrize(("suffix", "kind"), [("", "sampling"), (", choices", "choices")])
def test_the_workbook_s_matrices_equal_the_frames(case: Result, suffix: str, kind: str) -> None:
    sheets = read(workbook_bytes(case, "en"))
    places = {row[1]: row[2:] for row in sheets[f"Places{suffix}"][3:]}
    names = {unit: ENGLISH[unit] for unit in ENGLISH}
    for unit, shares in PLACES[kind].items():
        assert [places[names[unit]][place - 1] for place in (1, 2, 3)] == [shares.get(place, "") for place in (1, 2, 3)]
    rows = sheets["Who is ahead" if kind == "sampling" else "Ahead, choices"]
    heads = next(row for row in rows[3:] if row[1] == "Published rank")
    by_rank = {1.0: "T2", 2.0: "T1", 3.0: "T3"}
    found = {row[1]: dict(zip(heads[2:], row[2:], strict=True)) for row in rows[4:]}
    for (one, other), share in AHEAD[kind].items():
        column = next(rank for rank, unit in by_rank.items() if unit == other)
        assert found[names[one]][column] == share


def test_bands_and_intervals_stand_in_the_standing_sheet(case: Result) -> None:
    rows = {row["Unit"]: row for row in table(read(workbook_bytes(case, "en"))["Standing"])}
    assert [rows["Liuxi Town"][name] for name in ("Rank from", "Rank to", "Band")] == [1, 2, "a"]
    assert [rows["Civil Affairs Bureau"][name] for name in ("Rank from", "Rank to", "Band")] == ["", "", ""]
    said = [str(row[0]) for row in read(workbook_bytes(case, "en"))["Rank intervals"]]
    assert "Townships, ranks 1 to 2: Liuxi Town, Qingshi Town" in said


def test_the_commentary_says_who_cannot_be_told_apart(case: Result) -> None:
    assert plain(certainty(View(case, "en"))) == (
        "The figures carry sampling or measurement error, so close ranks cannot always be told apart. Among townships, "
        "number 1 (Liuxi Town) and number 2 (Qingshi Town) cannot be told apart. This grade would come out again in "
        "fewer than 90% of cases: Qingshi Town (excellent, 55%)."
    )
    assert plain(certainty(View(case, "zh"))) == (
        "数据带有抽样或测量误差，相近的名次未必分得出先后。乡镇中，第1名柳溪镇和第2名青石镇分不出先后。"
        "若重新抽样或测量，等次不变的概率不足90%的有：青石镇（优秀，55%）。"
    )


def test_of_other_choices_the_commentary_does_not_speak() -> None:
    assert certainty(View(uncertain_result(("choices",)), "zh")) == ()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_figures_of_the_sentences_are_references(case: Result, lang: str) -> None:
    commentary: Commentary = compose(case, lang)
    levels = 0
    for run in commentary.runs():
        if isinstance(run, Figure | Count):
            assert resolve(case, run) == run.text
        if isinstance(run, Words):
            assert not re.search(r"\d", run.text)
        levels += isinstance(run, Quoted) and run.text == "90%"
    assert levels == 1
    figures = [run for run in commentary.runs() if isinstance(run, Figure) and run.column == "grade_holds"]
    assert [(run.unit, run.text) for run in figures] == [("T1", chance_text(GRADES["T1"]["excellent"]))]
    heads = [column.title for column in commentary.attachments[0].columns]
    assert heads[1] == {"zh": "名次区间", "en": "Interval"}[lang]
    shown = [plain(row.cells[1]) for row in commentary.attachments[0].rows if not row.band]
    none = {"zh": "—", "en": "–"}[lang]
    assert shown == ["1–2", "1–2", "3", none, none]


def test_many_bands_are_not_told_one_by_one(case: Result) -> None:
    crowd = many(case, 20)
    letters = ["a", *(chr(ord("a") + place - 1) + chr(ord("a") + place) for place in range(1, 20))]
    ranks = crowd.uncertainty.ranks.with_columns(pl.Series("band", letters), grade_holds=pl.lit(0.5))
    found = replace(crowd, uncertainty=replace(crowd.uncertainty, ranks=ranks))
    english = plain(certainty(View(found, "en")))
    assert "Many neighbouring ranks cannot be told apart, and the attached results" in english
    assert "Several grades would come out again in fewer than 90% of cases" in english


def test_the_terminal_table_has_the_interval_where_there_is_one(case: Result) -> None:
    console = Console(width=120, record=True, file=StringIO())
    for found in standing_tables(case, "en"):
        console.print(found)
    townships, bureaus = console.export_text().split("Bureaus")
    assert "Interval" in townships
    assert "Interval" not in bureaus
    assert re.search(r"1 │ +1–2 │ Liuxi Town", townships)


def test_a_notebook_shows_the_interval_behind_the_rank(case: Result) -> None:
    text = standing_html(case, "zh")
    assert "<td>1 (1–2)</td>" in text
    assert "<td>3 (3)</td>" in text

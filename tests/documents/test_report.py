"""The HTML report, read back without a browser: its figures are the frames', its texts are texts, its bytes repeat."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from lxml import etree, html

from shuping.documents.report import phrases, render_report, write_report
from shuping.scoring.result import Result
from tests.documents import report_case
from tests.documents.report_case import NASTY, UNITS

DOCUMENTS = Path(__file__).resolve().parents[2] / "src" / "shuping" / "documents"


@pytest.fixture(scope="module")
def case() -> Result:
    return report_case.result()


@pytest.fixture(scope="module")
def page(case: Result) -> Any:
    return html.document_fromstring(render_report(case))


def said(element: Any, lang: str = "zh") -> str:
    """Return what a reader of one language sees: the other language and what is hidden left out."""
    other = "en" if lang == "zh" else "zh"
    out = element.text or ""
    for child in element:
        if child.get("lang") != other and child.get("aria-hidden") != "true":
            out += said(child, lang)
        out += child.tail or ""
    return " ".join(out.split())


def pick(element: Any, selector: str) -> list[Any]:
    """Return the descendants that fit a small CSS selector (``tag.class``, ``tag[name=value]``, descendants)."""
    path = ""
    for step in selector.split():
        tag, attribute, value, name = re.fullmatch(r"(\w*)(?:\[(\w+)='?([^'\]]*)'?\])?(?:\.([\w-]+))?", step).groups()
        path += "//" + (tag or "*")
        path += f"[@{attribute}='{value}']" if attribute else ""
        path += f"[contains(concat(' ', @class, ' '), ' {name} ')]" if name else ""
    return list(element.xpath("." + path))


def number(text: str) -> Decimal:
    return Decimal(text.replace("−", "-"))


def test_the_standing_shows_every_figure_of_the_frame(case: Result, page: Any) -> None:
    grades = {name: grade.title.zh for name, grade in case.rulebook.grades.items() if grade.title}
    shown = {}
    for row in pick(page, "table.standing tbody tr"):
        rank, name, total, *rest = (cell for cell in row if "plot" not in cell.get("class", ""))
        shown[said(name)] = [said(rank), said(total), *map(said, rest)]
    for row in case.standing.iter_rows(named=True):
        rank, total, *rest = shown.pop(row["name"])
        assert rank == ("–" if row["rank"] is None else str(row["rank"]))
        assert total == (f"{row['total']}" if row["total"] is not None else "缺值下级指标缺值")
        if row["group"] == "townships":
            grade, change = rest
            assert grade == grades.get(row["grade"], "")
            figures = [number(part) for part in re.findall(r"[-−+]?\d+(?:\.\d+)?", change)]
            moved = [] if not row["rank_change"] else [Decimal(abs(row["rank_change"]))]
            assert figures == ([] if row["change"] is None else [row["change"], *moved])
            assert ("上升" in change) == (row["rank_change"] is not None and row["rank_change"] > 0)
    assert shown == {}


def test_units_stand_by_rank_and_those_without_a_total_last(page: Any) -> None:
    ranks = [said(row[0]) for row in pick(page.get_element_by_id("group-townships"), "tbody tr")]
    assert ranks == ["1", "2", "2", "4", "–"]


def test_panels_show_the_points_of_every_first_level_criterion(case: Result, page: Any) -> None:
    first = case.trace.filter((pl.col("depth") == 1) & (pl.col("period") == "2025"))
    wanted = Counter(
        (row["title_zh"], row["name"], None if row["points"] is None else Decimal(row["points"]))
        for row in first.iter_rows(named=True)
    )
    shown: Counter[Any] = Counter()
    for panel in pick(page, "table.panel"):
        title, _, full = said(panel.find("caption")).partition(" 满分 ")
        assert Decimal(full) == {"宣传活动": 20, "述职评议": 80}[title]
        points = [said(row[2]).lstrip("*") for row in pick(panel, "tr")]
        figures = [number(text) for text in points if text != "缺值"]
        assert figures == sorted(figures, reverse=True)
        assert "缺值" not in points[: len(figures)]
        for row in pick(panel, "tr"):
            shown[title, said(row[0]), None if said(row[2]) == "缺值" else number(said(row[2]).lstrip("*"))] += 1
    assert shown == wanted


def test_the_tree_explains_every_row_of_the_trace(case: Result, page: Any) -> None:
    """Title, points and full points, rule, calculation, value, formula, records and files: all on the unit's page."""
    for unit in UNITS:
        rows = case.trace.filter((pl.col("unit") == unit) & (pl.col("depth") > 0)).sort("order").rows(named=True)
        article = page.get_element_by_id("unit-" + unit.replace(" ", ".20."))
        details = pick(article, "details")
        assert len(details) == len(rows) == 4
        for row, item in zip(rows, details, strict=True):
            assert_explained(row, item)


def assert_explained(row: dict[str, Any], item: Any) -> None:
    summary = item.find("summary")
    assert said(pick(summary, ".title")[0]).startswith(row["title_zh"])
    assert said(pick(summary, ".title")[0], "en").startswith(row["title_en"])
    earned, _, most = said(pick(summary, ".points")[0]).partition(" / ")
    assert Decimal(most) == Decimal(row["points_max"])
    assert earned == "缺值" if row["points"] is None else number(earned) == Decimal(row["points"])
    own = " ".join(said(part) for part in item.find("div") if part.tag != "details")
    for key in ("rule_zh", "substituted", "value", "formula", "parts"):
        assert (row[key] or "") in own
    for file in (row["files"] or "").split("; "):
        assert file in own
    if row["records"] is not None:
        assert f"{row['records']} 条记录" in own
    if row["missing"]:
        assert "没有记录" in own
        assert {"zero": "计零分", "drop_unit": "没有总分"}[row["missing_policy"]] in own


def test_points_of_the_period_before_stand_beside_where_there_are_any(page: Any) -> None:
    first = page.get_element_by_id("unit-T1.outreach")
    assert "上期 16.50 / 20" in " ".join(said(part) for part in pick(first, "dl")[0])
    ring = pick(first.find("summary"), "circle.before")[0]
    assert float(ring.get("cx").rstrip("%")) == pytest.approx(1 + 98 * 16.5 / 20, abs=0.1)
    for name in ("unit-T4.duty", "unit-T2.outreach"):  # missing then; not there then
        assert "上期" not in said(page.get_element_by_id(name))


def test_nesting_of_the_tree_follows_the_criteria(page: Any) -> None:
    first = page.get_element_by_id("unit-T1.outreach")
    assert [said(item.find("summary")[0]) for item in pick(first, "details")] == ["村组覆盖", "活动场次"]


def test_findings_name_matter_unit_figure_and_records(page: Any) -> None:
    cells = [said(cell) for cell in pick(page, "table.findings tbody tr")[0]]
    assert cells == ["村组覆盖率不高覆盖面", "白鹭洲农业科技示范镇 50% 12 条记录"]
    assert "村组覆盖率不高 50%" in said(pick(page.get_element_by_id("unit-T4"), ".matters")[0])


def test_nothing_comes_from_outside(page: Any) -> None:
    for element in page.iter():
        for name, value in element.attrib.items():
            if name in ("href", "src", "srcset", "data", "action"):
                assert value.startswith("#")
            assert "://" not in value
    style = pick(page, "style")[0].text
    assert "url(" not in style
    assert "@import" not in style
    assert [element.tag for element in page.iter("link", "img", "iframe", "object", "embed", "base", "form")] == []


def test_the_policy_allows_this_style_and_this_script_and_nothing_else(case: Result) -> None:
    text = render_report(case)
    inline = re.findall(r"<(style|script)>(.*?)</\1>", text, re.DOTALL)
    assert [kind for kind, _ in inline] == ["style", "script"]
    policy = html.document_fromstring(text).xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    for kind, content in inline:
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}';" in policy
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy


def test_only_the_header_is_asked_for_what_it_contains(page: Any) -> None:
    """A ``:has()`` on the page is evaluated over every element of it: printing the county once took 30 seconds."""
    style = pick(page, "style")[0].text
    assert set(re.findall(r"([^\s,{}]*):has\(", re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL))) == {".top"}
    assert len(list(pick(page, "header.top")[0].iter())) < 60


def test_names_that_look_like_code_are_shown_as_text(page: Any) -> None:
    link = pick(page.get_element_by_id("group-townships"), "a[href='#unit-T3']")[0]
    assert (said(link), said(link, "en")) == NASTY
    assert len(pick(page, "script")) == 1
    assert not [name for element in page.iter(etree.Element) for name in element.attrib if name.startswith("on")]
    assert not page.xpath("//*[@style]")  # the policy would drop it


def test_every_id_is_one_and_every_link_arrives(page: Any) -> None:
    ids = Counter(page.xpath("//@id"))
    assert [name for name, count in ids.items() if count > 1] == []
    targets = {value[1:] for value in page.xpath("//@href")}
    targets |= {name for value in page.xpath("//@aria-labelledby | //@for") for name in value.split()}
    assert targets - set(ids) == set()
    assert not [name for name in ids if re.search(r"\s", name)]


def test_each_text_in_chinese_has_its_english_beside_it(page: Any) -> None:
    for kind in ("span", "text"):
        chinese, english = pick(page, f"{kind}[lang=zh]"), pick(page, f"{kind}[lang=en]")
        assert len(chinese) == len(english) > 0
        assert [item.getnext() for item in chinese] == english


def test_the_same_result_gives_the_same_bytes_in_any_order_of_rows(case: Result, tmp_path: Path) -> None:
    write_report(case, tmp_path / "a.html")
    frames = ("standing", "scores", "trace", "findings")
    turned = replace(case, **{name: getattr(case, name).reverse() for name in frames})
    write_report(turned, tmp_path / "b.html")
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_fixed_language_is_the_one_shown_first(case: Result, lang: str) -> None:
    root = html.document_fromstring(render_report(case, lang))  # type: ignore[arg-type]
    assert root.get("lang") == {"zh": "zh-CN", "en": "en"}[lang]
    assert root.get("data-fixed") is not None
    assert root.xpath("//input[@checked]/@value") == [lang]


def empty_of(case: Result, **frames: pl.DataFrame) -> str:
    return render_report(replace(case, **frames))


def test_sparse_results_read_sensibly(case: Result) -> None:
    no_findings = empty_of(case, findings=case.findings.clear())
    assert "没有触发任何条件" in no_findings
    lost = [pl.lit(None).cast(case.standing.schema[name]).alias(name) for name in ("total", "rank", "grade")]
    nothing = empty_of(case, standing=case.standing.with_columns(*lost, missing=pl.lit("children_missing")))
    one = empty_of(case, standing=case.standing.head(1), trace=case.trace.filter(pl.col("unit") == "T1"))
    assert "1 个单位" in one
    no_trace = empty_of(case, trace=case.trace.clear())
    for text in (no_findings, nothing, one, no_trace, empty_of(case, standing=case.standing.clear())):
        words = said(html.document_fromstring(text).find("body"))
        assert not re.search(r"\b(None|null|NaN|nan|Undefined)\b", words)
        assert len(words) > 100


def test_a_result_with_no_grades_has_no_grade_column(case: Result) -> None:
    root = html.document_fromstring(render_report(replace(case, rulebook=report_case.rulebook(grades={}))))
    assert pick(root, "th.graded") == []
    assert pick(root, ".standing line.threshold") == []


def test_a_long_group_is_framed_and_drawn_as_a_range(case: Result) -> None:
    """61 townships: the panels scroll by keyboard too, and bars show the group as a range instead of single ticks."""
    many = [f"N{number:02}" for number in range(61)]
    standing = pl.concat([case.standing.head(1).with_columns(unit=pl.lit(unit)) for unit in many])
    own = case.trace.filter((pl.col("unit") == "T1") & (pl.col("period") == "2025"))
    trace = pl.concat([own.with_columns(unit=pl.lit(unit)) for unit in many])
    lowest = (pl.col("unit") == "N00") & (pl.col("criterion") == "outreach")
    trace = trace.with_columns(points=pl.when(lowest).then(pl.lit("6.0000")).otherwise("points"))
    root = html.document_fromstring(render_report(replace(case, standing=standing, trace=trace)))
    frames = pick(root, "div.scroll")
    assert len(frames) == 2
    assert {frame.get("tabindex") for frame in frames} == {"0"}
    line = pick(root.get_element_by_id("unit-N05.outreach").find("summary"), "line.range")[0]
    assert (line.get("x1"), line.get("x2")) == ("30%", "96.25%")  # 6 / 20 and 19.25 / 20
    assert "最低到最高" in said(root.get_element_by_id("unit-N05"))


def test_a_rule_book_without_findings_has_no_such_section(case: Result) -> None:
    bare = replace(case, rulebook=report_case.rulebook(findings=[]), findings=case.findings.clear())
    assert "问题线索" not in render_report(bare)


def test_every_phrase_is_used_and_given_in_both_languages() -> None:
    used = "".join(path.read_text() for path in [*DOCUMENTS.rglob("*.j2"), *DOCUMENTS.glob("*.py")])
    dynamic = ("note_rounding_", "note_rank_", "policy_", "whatif_refused_")
    for key, words in phrases().items():
        assert set(words) == {"zh", "en"}
        assert all(words.values())
        assert f'"{key}"' in used or f"'{key}'" in used or key.startswith(dynamic), key
    policies = {"full", "zero", "rescale", "group_mean", "drop_unit"}
    assert {f"policy_{name}" for name in policies} <= set(phrases())

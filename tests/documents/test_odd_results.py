"""Results out of the ordinary: nasty names, one unit, one group, no findings, no totals, no publication texts."""

from __future__ import annotations

from io import BytesIO

import docx
import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from shuping.documents.commentary import Commentary, Count, Figure, compose, resolve
from shuping.documents.commentary.model import Section, plain
from shuping.documents.commentary.word import commentary_bytes
from shuping.documents.workbook import workbook_bytes
from shuping.errors import MissingExtraError
from shuping.records.register import Unit
from shuping.scoring.result import Result
from tests.documents.small_case import FINDINGS, UNITS, small_result

NASTY = ("=1+1", "<b>&amp;</b>", "{{x}} {n} %s", "🏔️村", "长" * 40)


def bare() -> Result:
    """No publication texts, no grades, no findings, nothing from before."""
    result = small_result(findings=False, changed={"publish": {}, "grades": {}, "findings": []})
    empty = [pl.lit(None).alias(name) for name in ("previous_total", "previous_rank", "change", "rank_change", "grade")]
    kept = {name: getattr(result, name) for name in result.__dataclass_fields__}
    types = dict(result.standing.schema)
    return Result(**{**kept, "standing": result.standing.with_columns(empty).cast(types), "periods": ("2025",)})  # type: ignore[arg-type]


RESULTS = {
    "nasty names": lambda: small_result(
        units=[Unit(unit.id, name, name, unit.kind) for unit, name in zip(UNITS, NASTY, strict=True)]
    ),
    "one group": lambda: small_result(units=UNITS[:3]),
    "one unit": lambda: small_result(units=UNITS[:1]),
    "two units": lambda: small_result(units=UNITS[3:]),
    "no findings": lambda: small_result(findings=False),
    "no totals": lambda: small_result(totals=False),
    "no totals, no findings": lambda: small_result(totals=False, findings=False),
    "bare": bare,
    "no English names": lambda: small_result(units=[Unit(unit.id, unit.name, "", unit.kind) for unit in UNITS]),
}


@pytest.fixture(params=sorted(RESULTS))
def odd(request: pytest.FixtureRequest) -> Result:
    return RESULTS[request.param]()


@pytest.fixture(params=["zh", "en"])
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def sections(commentary: Commentary) -> list[Section]:
    return [found for section in commentary.sections for found in (section, *section.sections)]


def test_the_commentary_is_whole(odd: Result, lang: str) -> None:
    commentary = compose(odd, lang)
    text = commentary.text()
    for wrong in ("None", "null", "  ", "。。", "..", "，。", ", .", "（）", "()", "、、", "；。", "{", "nan"):
        assert wrong not in without_names(odd, text), wrong
    for section in sections(commentary):
        assert plain(section.title)
        assert section.paragraphs or section.sections
        assert all(section.paragraphs)
    for run in commentary.runs():
        assert run.text
        if isinstance(run, Figure | Count):
            assert resolve(odd, run) == run.text


def without_names(result: Result, text: str) -> str:
    for unit in result.register:
        text = text.replace(unit.name, "某")
    return text


def test_the_word_file_opens_and_holds_the_names(odd: Result, lang: str) -> None:
    document = docx.Document(BytesIO(commentary_bytes(compose(odd, lang))))
    cells = {cell.text for row in document.tables[0].rows for cell in row.cells}
    assert {unit.label(lang) for unit in odd.register} <= cells
    assert "None" not in cells


def test_the_workbook_opens_and_holds_the_names(odd: Result) -> None:
    book = CalamineWorkbook.from_filelike(BytesIO(workbook_bytes(odd)))
    rows = book.get_sheet_by_index(0).to_python()
    names = {cell for row in rows for cell in row}
    assert {unit.name for unit in odd.register} <= names
    for sheet in book.sheet_names:
        assert not {"None", "nan"} & {str(cell) for row in book.get_sheet_by_name(sheet).to_python() for cell in row}


def test_without_findings_there_is_one_sentence_and_no_list() -> None:
    commentary = compose(small_result(findings=False), "zh")
    assert "未发现应当提出的问题" in commentary.text()
    assert [plain(attachment.title) for attachment in commentary.attachments] == ["考核结果一览表"]
    assert commentary.attachments[0].label == "附件"


def test_a_rule_book_without_findings_has_no_section_on_problems() -> None:
    headings = [plain(section.title) for section in compose(bare(), "zh").sections]
    assert headings == ["主要成效"]


def test_without_totals_the_reason_is_given_and_nobody_leads() -> None:
    text = compose(small_result(totals=False), "zh").text()
    assert "因没有记录，参加考核的单位本期均未形成总分" in text
    assert "总分居前" not in text
    assert "总分最高" not in text


def test_some_without_a_total_are_named_with_the_reason() -> None:
    result = small_result()
    lost = pl.col("unit") == "B2"
    emptied = [
        pl.when(lost).then(None).otherwise(pl.col(name)).alias(name) for name in ("total", "rank", "grade", "change")
    ]
    emptied += [pl.when(lost).then(pl.lit("no_records")).otherwise(pl.col("missing")).alias("missing")]
    kept = {name: getattr(result, name) for name in result.__dataclass_fields__}
    changed = Result(**{**kept, "standing": result.standing.with_columns(emptied)})
    assert "文旅局因没有记录未形成总分，不参加排名。" in compose(changed, "zh").text()
    assert "Culture Bureau has no total (no records) and is not ranked." in compose(changed, "en").text()
    rows = CalamineWorkbook.from_filelike(BytesIO(workbook_bytes(changed, "zh"))).get_sheet_by_index(0).to_python()
    assert "没有记录" in next(row for row in rows if "文旅局" in row)


@pytest.mark.parametrize(("towns", "figures"), [(8, 8), (9, 6), (12, 6)])
def test_many_units_under_one_problem_are_all_named(towns: int, figures: int) -> None:
    """Up to eight stand with their figures; of more, six do and the others are named."""
    result = small_result()
    extra = [Unit(f"T{number}", f"第{number}镇", f"Town {number}", "township") for number in range(4, towns + 3)]
    kept = {name: getattr(result, name) for name in result.__dataclass_fields__}
    units = [*(unit for unit in result.register), *extra]
    rows = result.measures.filter((pl.col("unit") == "T3") & (pl.col("measure") == "coverage"))
    findings = result.findings.filter((pl.col("unit") == "T3") & (pl.col("finding") == "low_coverage"))
    grown = Result(
        **{
            **kept,
            "register": type(result.register)({unit.id: unit for unit in units}),
            "measures": pl.concat([result.measures, *(rows.with_columns(pl.lit(u.id).alias("unit")) for u in extra)]),
            "findings": pl.concat([findings, *(findings.with_columns(pl.lit(u.id).alias("unit")) for u in extra)]),
        }
    )
    text = compose(grown, "zh").text()
    assert f"{towns}个单位" in text
    for unit in extra:
        assert unit.name in text
    assert text.count("50%（记录10条）") == figures
    assert len(FINDINGS) == 3


def test_without_the_library_the_package_and_the_extra_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shuping.documents.packing.find_spec", lambda name: None)
    for write in (lambda: workbook_bytes(small_result()), lambda: commentary_bytes(compose(small_result(), "zh"))):
        with pytest.raises(MissingExtraError, match=r"shuping\[documents\]") as raised:
            write()
        assert "shuping[documents]" in raised.value.problems[0].message("zh")


def test_a_very_long_standing_is_left_to_the_tables() -> None:
    """1,200 units: one line in the attachment says where they are; the text still counts them."""
    result = small_result()
    rows = result.standing.filter(pl.col("unit") == "T3")
    more = [rows.with_columns(pl.lit(f"X{number}").alias("unit")) for number in range(1195)]
    kept = {name: getattr(result, name) for name in result.__dataclass_fields__}
    commentary = compose(Result(**{**kept, "standing": pl.concat([result.standing, *more])}), "en")
    assert [plain(row.cells[0]) for row in commentary.attachments[0].rows] == [
        "1200 lines: see standing.csv in the result folder."
    ]
    assert "1200 units were appraised for 2025" in commentary.text()

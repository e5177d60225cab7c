"""The commentary: every figure a reference that resolves, no digit outside one, the text that the data ask for."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from shuping.documents.commentary import Commentary, compose, resolve
from shuping.documents.commentary.compose import chinese_ordinal
from shuping.documents.commentary.model import Condition, Count, Figure, Ordinal, Quoted, Words, plain
from shuping.documents.commentary.phrases import Phrases, _read
from shuping.rulebook.model import Text
from shuping.scoring.result import Result
from tests.documents.small_case import UNITS, small_result

LANGUAGES = ("zh", "en")


@pytest.fixture(params=LANGUAGES)
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def commentary(result: Result, lang: str) -> Commentary:
    return compose(result, lang)


def cell_of(result: Result, figure: Figure) -> Any:
    """Look a figure up in its frame, independently of the code under test."""
    frame: pl.DataFrame = getattr(result, figure.table)
    keys = {"period": figure.period, "unit": figure.unit}
    keys |= {"scores": {"criterion": figure.item}, "measures": {"measure": figure.item}}.get(figure.table, {})
    keys |= {"finding": figure.item} if figure.table == "findings" else {}
    return frame.row(by_predicate=pl.all_horizontal([pl.col(k) == v for k, v in keys.items()]), named=True)[
        figure.column
    ]


def test_every_figure_shows_the_number_of_its_cell(result: Result, commentary: Commentary) -> None:
    figures = [run for run in commentary.runs() if isinstance(run, Figure)]
    assert len(figures) > 40
    for figure in figures:
        value, text = cell_of(result, figure), figure.text
        number = Decimal(text.rstrip("%")) / (100 if text.endswith("%") else 1)
        assert number == (abs(value) if figure.form == "magnitude" else value), figure


def test_figures_come_from_scores_measures_and_standing(commentary: Commentary) -> None:
    tables = {run.table for run in commentary.runs() if isinstance(run, Figure)}
    assert tables == {"scores", "measures", "standing"}


def test_references_resolve_to_the_text_shown(result: Result, commentary: Commentary) -> None:
    for run in commentary.runs():
        if isinstance(run, Figure | Count):
            assert resolve(result, run) == run.text


def test_a_reference_to_nothing_does_not_resolve(result: Result) -> None:
    for figure in (
        Figure("standing", "2025", "nobody", "", "total", "1"),
        Figure("standing", "1999", "T1", "", "total", "1"),
        Figure("measures", "2025", "T1", "coverage", "se", "1"),
    ):
        with pytest.raises(LookupError):
            resolve(result, figure)


def test_a_changed_frame_changes_what_a_reference_resolves_to(result: Result) -> None:
    total = Figure("standing", "2025", "T1", "", "total", "90.95")
    changed = Result(
        **{
            **{name: getattr(result, name) for name in result.__dataclass_fields__},
            "standing": result.standing.with_columns(pl.col("total") + 1),
        }
    )
    assert resolve(result, total) == "90.95"
    assert resolve(changed, total) == "91.95"


def test_no_digit_stands_outside_a_reference_or_a_quotation(result: Result, commentary: Commentary, lang: str) -> None:
    for run in commentary.runs():
        if isinstance(run, Words):
            assert not re.search(r"\d", run.text), run
        if isinstance(run, Quoted):
            assert run.text.casefold().strip() in own_words(result, lang), run
        if isinstance(run, Ordinal):
            assert run.text.isdigit()


def own_words(result: Result, lang: str) -> set[str]:
    """Every text of the rule book and the register, and the labels of the periods."""
    found = {"2024年", "2025年", "2024", "2025"}
    found |= {unit.label(lang) for unit in result.register}

    def walk(value: Any) -> None:
        if isinstance(value, Text):
            found.add(value.get(lang))
        elif isinstance(value, dict):
            for item in value.values():
                walk(item)
        elif isinstance(value, list | tuple):
            for item in value:
                walk(item)
        elif hasattr(value, "model_fields_set"):
            for name in type(value).model_fields:
                walk(getattr(value, name))

    walk(result.rulebook)
    return {text.casefold() for text in found}


def test_no_phrase_holds_a_digit(lang: str) -> None:
    def texts(value: Any) -> list[str]:
        if isinstance(value, str):
            return [value]
        return [text for item in (value.values() if isinstance(value, dict) else value) for text in texts(item)]

    found = texts(_read(lang))
    assert len(found) > 60
    assert not [
        text
        for text in found
        if re.search(
            r"[\d〇一二三四五六七八九十]", text.replace("一览表", "").replace("上一期", "").replace("下一步", "")
        )
    ]


def test_both_languages_have_the_same_phrases() -> None:
    def keys(value: Any, name: str = "") -> set[str]:
        if not isinstance(value, dict) or set(value) == {"one", "many"}:
            return {name}
        return {key for item in value for key in keys(value[item], f"{name}.{item}")}

    assert keys(_read("zh")) - keys(_read("en")) == set()
    assert keys(_read("en")) - keys(_read("zh")) == {".shortfall.units"}  # Chinese counts units within the sentence


def test_every_phrase_fits_its_other_language() -> None:
    """A slot that one language knows and the other does not would be a figure lost in translation."""
    allowed = {"group", "n", "unit", "whose", "records", "up", "down"}
    for section, phrases in _read("zh").items():
        for key, phrase in phrases.items():
            slots = {lang: slots_of(_read(lang)[section][key]) for lang in LANGUAGES}
            assert slots["zh"] ^ slots["en"] <= allowed, (section, key, slots)
            assert phrase


def slots_of(phrase: Any) -> set[str]:
    variants = phrase.values() if isinstance(phrase, dict) else phrase if isinstance(phrase, list) else [phrase]
    return {slot for text in variants for slot in re.findall(r"\{(\w+)\}", text)}


def test_the_chinese_text_says_what_the_data_say(result: Result) -> None:
    text = compose(result, "zh").text()
    for sentence in (
        "2025年共有5个单位参加考核，其中乡镇3个、部门2个。",
        "乡镇总分最高为91.00分，最低为75.50分，优秀等次2个、一般等次1个。",
        "与2024年相比，3个单位总分上升，2个单位总分下降，其中柳溪镇提高4.00分，进步最大，并上升2个位次，居乡镇第1位。",
        "村组覆盖率由2024年的87.5%提高到93.75%",
        "文旅局80%（记录10条）、云坪乡85%（记录20条）",
        "要把活动办到每一个村组。",
    ):
        assert sentence in text
    assert text.splitlines()[-1] == "县考核工作领导小组办公室"


def test_the_english_text_says_what_the_data_say(result: Result) -> None:
    text = compose(result, "en").text()
    for sentence in (
        "5 units were appraised for 2025: townships (3) and bureaus (2).",
        "Among townships, totals run from 75.50 to 91.00; the grades are excellent (2) and fair (1).",
        "totals rose in 3 and fell in 2 units; Liuxi Town gained most, 4.00 points",
        "its village coverage rose from 87.5% in 2024 to 93.75%",
        "Culture Bureau 80% (10 records) and Yunping Township 85% (20 records)",
    ):
        assert sentence in text


def test_a_worse_measure_is_not_told_as_an_achievement(result: Result) -> None:
    """T1 leads in outreach; both its measures fell in this variant, so the earlier values are not set beside them."""
    before = pl.col("period") == "2024"
    worse = pl.when(before & (pl.col("measure") == "coverage")).then(Decimal("0.99"))
    worse = worse.when(before & (pl.col("measure") == "activities")).then(Decimal("33"))
    kept = {name: getattr(result, name) for name in result.__dataclass_fields__}
    measures = result.measures.with_columns(worse.otherwise(pl.col("value")).cast(pl.Decimal(38, 10)).alias("value"))
    text = compose(Result(**{**kept, "measures": measures}), "zh").text()
    assert "村组覆盖率为93.75%" in text
    assert "99%" not in text
    assert "33场" not in text


def test_of_good_results_the_improved_one_is_told(result: Result) -> None:
    """T1 earned 11.25 of 12 for coverage and 7.2 of 8 for activities: both close to full, only activities rose here."""
    fell = (pl.col("period") == "2024") & (pl.col("measure") == "coverage")
    kept = {name: getattr(result, name) for name in result.__dataclass_fields__}
    values = pl.when(fell).then(Decimal("0.99")).otherwise(pl.col("value")).cast(pl.Decimal(38, 10)).alias("value")
    text = compose(Result(**{**kept, "measures": result.measures.with_columns(values)}), "zh").text()
    assert "活动场次由2024年的15场提高到18场" in text


def test_only_asks_whose_category_occurred_are_printed(result: Result) -> None:
    text = compose(result, "zh").text()
    assert "要把活动办到每一个村组" in text
    assert "各单位要认真总结经验" in text
    assert "不应出现的要求" not in text


def test_categories_come_in_the_rule_books_order(result: Result) -> None:
    shortfall = compose(result, "zh").sections[1]
    assert [section.number + plain(section.title) for section in shortfall.sections] == [
        "（一）服务群众",
        "（二）覆盖面",
    ]


def test_the_furthest_off_comes_first_and_every_unit_is_named() -> None:
    text = compose(small_result(units=UNITS[::-1]), "zh").text()
    assert text.index("文旅局80%") < text.index("云坪乡85%")


def test_counts_count_rows(result: Result) -> None:
    count = Count("standing", (Condition("period", "is", "2025"), Condition("change", "under")), "2")
    assert resolve(result, count) == "2"
    assert resolve(result, Count("findings", (), "2", distinct="unit")) == "2"
    assert resolve(result, Count("standing", (Condition("grade", "missing"),), "0")) == "0"
    assert resolve(result, Count("standing", (Condition("grade", "given"), Condition("change", "over")), "3")) == "3"


def test_the_same_result_composes_the_same_commentary(result: Result, lang: str) -> None:
    assert compose(result, lang) == compose(small_result(), lang)


def test_the_order_of_the_frames_does_not_matter(result: Result, lang: str) -> None:
    frames = ("standing", "scores", "measures", "trace", "findings")
    kept = {name: getattr(result, name) for name in result.__dataclass_fields__}
    shuffled = {name: getattr(result, name).sample(fraction=1, shuffle=True, seed=7) for name in frames}
    assert compose(Result(**{**kept, **shuffled}), lang) == compose(result, lang)


@pytest.mark.parametrize(
    ("number", "words"), [(1, "一"), (9, "九"), (10, "十"), (12, "十二"), (20, "二十"), (35, "三十五")]
)
def test_chinese_ordinals(number: int, words: str) -> None:
    assert chinese_ordinal(number) == words


def test_one_and_many_are_chosen_by_the_number() -> None:
    say = Phrases("en")
    one = Count("standing", (), "1")
    assert plain(say.fill("shortfall.records", number=one, n=one)) == " (1 record)"
    two = Count("standing", (), "2")
    assert plain(say.fill("shortfall.records", number=two, n=two)) == " (2 records)"

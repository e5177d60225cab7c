"""The rules as a document: every figure is the rule book's, everything in the rule book is there, in both languages."""

from __future__ import annotations

import re
import tomllib
import zipfile
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html
from pydantic import BaseModel
from ruamel.yaml import YAML

from shuping.documents.rules import compose, render_page, word_bytes
from shuping.documents.rules.choices import CHOICES
from shuping.documents.rules.general import full_scores
from shuping.documents.rules.model import Paragraph, RulesDocument, Table
from shuping.documents.rules.remaining import SAID, unsaid
from shuping.documents.rules.words import Words, phrases
from shuping.methods import METHODS
from shuping.rulebook.load import load, loads
from shuping.rulebook.model import Rulebook
from shuping.rulebook.rules import points_of, weights_of
from shuping.values.rounding import parse_exact, show_short
from tests.core.test_reference import models

ROOT = Path(__file__).resolve().parents[2]
BOOKS = sorted([*ROOT.glob("examples/*/rulebook.yaml"), *ROOT.glob("tests/spec/**/rulebook*.yaml")])
NUMBER = re.compile(r"(?<![A-Za-z0-9_.])-?\d+(?:\.\d+)?(?:/\d+)?(?![A-Za-z0-9_])%?", re.ASCII)
SMALL = """
format: 1
rulebook: small
version: "1"
title: {zh: 小办法, en: Small rules}
periods: ["2025"]
groups: {towns: {kind: town, title: {zh: 乡镇, en: Towns}}, offices: {kind: office, title: {zh: 部门, en: Offices}}}
datasets: {visit: {title: {zh: 走访, en: Visits}, minutes: 7, fields: {date: {type: date}}}}
measures: {visits: {from: visit, value: count(), title: {zh: 走访次数, en: Number of visits}}}
criteria:
  - id: field_work
    title: {zh: 基层工作, en: Field work}
    points: 60
    criteria:
      - {id: many, points: 40, measure: visits, method: {ratio_capped: {target: 30}}}
      - {id: enough, points: {towns: 20}, measure: visits, method: {pass_fail: {target: 11}}}
      - {id: rest, points: {offices: 20}, measure: visits, method: {deduct_to_zero: {each: 0.5}}}
  - {id: best, points: 40, measure: visits, method: minmax}
"""


@cache
def book_of(path: Path) -> Rulebook:
    return load(path)


@cache
def rules_of(path: Path, lang: str) -> RulesDocument:
    return compose(book_of(path), lang)


def texts(rules: RulesDocument) -> str:
    return "\n".join(rules.texts())


def numbers_in(text: str) -> set[str]:
    """Return the figures of a text as they are printed."""
    return {found.group() for found in NUMBER.finditer(text)}


def forms(number: Fraction) -> set[str]:
    """Return the ways in which one number may be printed."""
    plain, percent = show_short(number), show_short(number * 100)
    return {plain, percent, f"{percent}%", f"{number.numerator}/{number.denominator}", show_short(number, 12)}


def scalars(node: Any) -> Iterator[str]:
    """Yield every scalar of a YAML file as it is written, keys of maps included; ``publish`` is no rule."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key != "publish":
                yield str(key)
                yield from scalars(value)
    elif isinstance(node, list):
        for value in node:
            yield from scalars(value)
    elif node is not None:
        yield str(node)


def written(path: Path) -> tuple[set[Fraction], set[str]]:
    """Return the numbers of a rule book's file, and the figures inside its other texts, read without the library."""
    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    found: set[Fraction] = set()
    inside: set[str] = set()
    for text in scalars(yaml.load(path.read_text(encoding="utf-8"))):
        try:
            found.add(parse_exact(text))
        except ValueError:
            inside |= numbers_in(text)
    return found, inside


def derived(book: Rulebook) -> set[Fraction]:
    """Return what follows from the file: sums of points and equal weights, defaults of rounding, full scores, marks."""
    found = {*full_scores(book).values(), Fraction(book.rounding.places), Fraction(book.rounding.detail_places)}
    for group in book.groups:
        for criterion in book.walk():
            found |= {points_of(criterion, group) or Fraction(0)}
            found |= set(weights_of(list(criterion.criteria), group)) if criterion.criteria else set()
        found |= set(weights_of(list(book.criteria), group)) if book.criteria else set()
    outputs = [(leaf.panel, book.panels[leaf.panel.id]) for leaf in book.walk() if leaf.panel is not None]
    found |= {panel.full_of(source) or Fraction(0) for source, panel in outputs}
    return found | {ballot.full_mark for ballot in book.ballots.values()}


def settings_of(node: Any) -> set[Fraction]:
    """Return every number of the models, defaults included."""
    if isinstance(node, Fraction | int) and not isinstance(node, bool):
        return {Fraction(node)}
    if isinstance(node, BaseModel):
        return {number for name in type(node).model_fields for number in settings_of(getattr(node, name))}
    if isinstance(node, dict):
        return {number for value in node.values() for number in settings_of(value)}
    if isinstance(node, list | tuple):
        return {number for value in node for number in settings_of(value)}
    return set()


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix().removesuffix(".yaml")


@pytest.mark.parametrize("path", BOOKS, ids=name_of)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_figure_is_the_rule_book_s(path: Path, lang: str) -> None:
    book = book_of(path)
    numbers, inside = written(path)
    methods = [method for name in METHODS for method in [METHODS[name]]]
    defaults = {
        number for method in methods for info in method.model_fields.values() for number in settings_of(info.default)
    }
    known = numbers | derived(book) | settings_of(book) | defaults
    allowed = inside | {form for number in known for form in forms(number)}
    allowed |= numbers_in(" ".join((*book.periods, book.version, book.year_starts)))
    table = {column.title for section in rules_of(path, lang).sections for block in section.blocks
             if isinstance(block, Table) for column in block.columns}  # fmt: skip
    headings = {figure for title in table if title.startswith("Level") for figure in numbers_in(title)}
    said = "\n".join(text for text in rules_of(path, lang).texts() if not text.startswith("Level "))
    assert numbers_in(said) - allowed == set()
    assert headings <= {"1", "2", "3", "4", "5", "6"}


@pytest.mark.parametrize("path", BOOKS, ids=name_of)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_number_of_the_file_is_printed(path: Path, lang: str) -> None:
    said = numbers_in(texts(rules_of(path, lang)))
    numbers, _ = written(path)
    unprinted = {number for number in numbers if not forms(number) & said}
    inside = {Fraction(place) for criterion in book_of(path).walk() for place in criterion.period_weights}
    unprinted -= inside  # the weights of periods are printed in their order
    assert unprinted - {Fraction(1)} == set()  # 1 is the format, a whole share, or a single thing


def test_nothing_is_left_out_of_the_sections() -> None:
    for model in models(Rulebook):
        assert set(SAID.get(model.__name__, ())) == set(model.model_fields), model.__name__
    for path in BOOKS:
        if "spec" not in path.parts:
            assert list(unsaid(book_of(path), "")) == []


def test_a_key_that_no_section_knows_is_printed_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shuping.documents.rules.remaining.SAID", {**SAID, "Dataset": SAID["Dataset"] - {"minutes"}})
    section = next(part for part in compose(loads(SMALL), "en").sections if part.title == "Further settings")
    (table,) = section.blocks
    assert isinstance(table, Table)
    assert [[cell.text for cell in row if cell] for row in table.rows] == [["datasets.visit.minutes", "7"]]


def test_levels_are_merged_and_a_group_that_does_not_count_has_a_dash() -> None:
    section = next(part for part in compose(loads(SMALL), "en").sections if part.title == "Criteria and standards")
    table = section.blocks[-1]
    assert isinstance(table, Table)
    assert [column.title for column in table.columns][:5] == ["No.", "Level 1", "Level 2", "Towns", "Offices"]
    shown = [[None if cell is None else cell.text for cell in row[:5]] for row in table.rows]
    assert shown == [
        ["1", "Field work\n60", "Number of visits", "40", "40"],
        [None, None, "Number of visits", "20", "—"],
        [None, None, "Number of visits", "—", "20"],
        ["2", "Number of visits", None, "40", "40"],
    ]
    first, last = table.rows[0], table.rows[-1]
    assert first[0] is not None
    assert last[1] is not None
    assert (first[0].rows, last[1].columns) == (3, 2)
    assert next(row[5].text for row in table.rows if row[5]) == (
        "in proportion to value divided by target (target: 30), full points at most"
    )


def test_a_branch_of_one_group_does_not_count_in_another() -> None:
    book = (
        SMALL.partition("criteria:")[0]
        + """criteria:
  - id: field_work
    points: 60
    applies_to: [towns]
    criteria:
      - {id: many, points: 40, measure: visits, method: {ratio_capped: {target: 30}}}
      - {id: enough, points: 20, measure: visits, method: {pass_fail: {target: 11}}}
  - {id: best, points: {towns: 40, offices: 100}, measure: visits, method: minmax}
"""
    )
    section = next(part for part in compose(loads(book), "en").sections if part.title == "Criteria and standards")
    table = section.blocks[-1]
    assert isinstance(table, Table)
    assert [[cell.text for cell in row[3:5] if cell] for row in table.rows] == [["40", "—"], ["20", "—"], ["40", "100"]]


def examples_of(rules: RulesDocument) -> list[list[str]]:
    return [
        [cell.text for cell in row if cell is not None]
        for section in rules.sections
        for block in section.blocks
        if isinstance(block, Table) and block.made_up
        for row in block.rows
    ]


def test_examples_by_hand() -> None:
    """Four fifths of 30 visits are 24 of 30: 32 of 40. At the target of 11: all 20. Two events cost 0.5 each: 19 of 20.
    Of 8, 10 and 5 visits, 8 stands three fifths of the way from 5 to 10: 24 of 40.
    """
    assert examples_of(compose(loads(SMALL), "en")) == [
        ["Number of visits", "a value of 24", "40 × min(1, 24 ÷ 30) = 32", "32.0000"],
        ["Number of visits", "a value of 11", "11 ≥ 11 → 20", "20.0000"],
        ["Number of visits", "a value of 8; the others of the group: 10, 5", "40 × (8 − 5) ÷ (10 − 5) = 24", "24.0000"],
        ["Number of visits", "a value of 2", "max(0, 20 − 2 × 0.5) = 19", "19.0000"],
    ]


@pytest.mark.parametrize("name", METHODS)
def test_every_method_has_an_example(name: str) -> None:
    shown = ", ".join(f"{key}: {flow(value)}" for key, value in METHODS[name].example.items())
    book = SMALL.replace("method: minmax", f"method: {{{name}: {{{shown}}}}}").replace(
        "value: count()", "value: count() * 1"
    )
    found = examples_of(compose(loads(book), "zh"))
    assert len(found) == 4
    assert all(parse_exact(points) >= 0 or name in ("class_points", "shortfall_multiple") for *_, points in found)


def flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    return str(value)


QUOTAS = "grades: {top: {share: 0.2, min: 90}, good: {min: 60}, fair: {}}\n"
EXTRA = (
    "adjustments: {deductions: [{id: d, measure: visits, each: 0.1, range: {least: 1, most: 3}, times: '2'}],"
    " bonus: [{id: b, measure: visits, cap: 2}], bonus_cap: 3%s}\n"
)


@pytest.mark.parametrize(
    ("key", "extra", "text"),
    [
        ("choice_missing", "", "the unit has no total and no rank"),
        ("choice_missing", "missing: zero\n", "zero points"),
        ("choice_rounding", "rounding: {places: 1, mode: half_even}\n", "to 1 decimal, half to even"),
        ("choice_rounding", "", "to 2 decimals, half up, of negative figures away from zero"),
        ("choice_negative", "", "away from zero"),
        ("choice_negative", "rounding: {mode: half_up_positive}\n", "upwards"),
        ("choice_details", "rounding: {detail_places: 6}\n", "6, for printing only; what is counted on is not rounded"),
        ("choice_rank_on", "", "the published total"),
        ("choice_rank_on", "rounding: {rank_on: unrounded}\n", "the total before rounding"),
        ("choice_rank_style", "", "the places shared are skipped"),
        ("choice_rank_style", "rank_style: dense\n", "the next rank follows"),
        ("choice_thresholds", QUOTAS, "the published total"),
        ("choice_thresholds", QUOTAS + "grading: {thresholds_on: unrounded}\n", "the total before rounding"),
        ("choice_quota_base", QUOTAS, "the units that are ranked"),
        ("choice_quota_base", QUOTAS + "grading: {quota_base: group}\n", "all units of the group"),
        ("choice_freed", QUOTAS, "goes to the next in order who meets the condition"),
        ("choice_freed", QUOTAS + "grading: {freed_slot: empty}\n", "stays empty"),
        ("choice_unreached", QUOTAS, "stays empty"),
        ("choice_unreached", QUOTAS + "grading: {unreached_slot: next_grade}\n", "passes to the next grade"),
        ("choice_edge", QUOTAS, "a person decides; their grade is left open"),
        ("choice_edge", QUOTAS + "grading: {tied_at_edge: all_in}\n", "all get the grade"),
        ("choice_total_cap", EXTRA % "", "allowed"),
        ("choice_order", EXTRA % "", "bonuses first, then deductions and the lowest total"),
        ("choice_order", EXTRA % ", order: deductions_first", "deductions and the lowest total first, then bonuses"),
        ("choice_total_cap", EXTRA % ", total_cap: points", "held to the sum of points"),
        ("choice_deductions", EXTRA % "", "0"),
        ("choice_deductions", EXTRA % ", deduct_floor: none", "no lower limit"),
        ("choice_deductions", EXTRA % ", deduct_floor: -5", "-5"),
        ("choice_multiplied", EXTRA % "", "first brought into the range, then multiplied"),
        ("choice_flat", "", "full points"),
        ("choice_clamp", "", "none (does not arise here)"),
        ("choice_freed", "", "goes to the next in order who meets the condition (does not arise here)"),
    ],
)
def test_a_choice_is_printed_as_it_is_in_force(key: str, extra: str, text: str) -> None:
    choice = next(choice for choice in CHOICES if choice.key == key)
    book = loads(SMALL + extra)
    assert choice.words(book, Words("en")) == text
    assert choice.words(book, Words("zh")) != text or text in ("0", "-5")
    rows = [
        [cell.text for cell in row if cell is not None]
        for section in compose(book, "en").sections
        if section.title == "Choices made"
        for block in section.blocks
        if isinstance(block, Table)
        for row in block.rows
    ]
    assert len(rows) == len(CHOICES)
    assert [cell.lower() for cell in rows[CHOICES.index(choice)]] == [phrases()[key]["en"].lower(), text.lower()]


@pytest.mark.parametrize("path", [path for path in BOOKS if "county" in str(path)], ids=name_of)
def test_each_language_stands_alone(path: Path) -> None:
    english = "\n".join(rules_of(path, "en").texts(made_up=True))
    assert not re.search("[\u4e00-\u9fff]", english)


def test_our_phrases_hold_no_figure_and_both_languages_the_same_slots() -> None:
    table = tomllib.loads((ROOT / "src/shuping/documents/phrases/rules.toml").read_text(encoding="utf-8"))
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src/shuping/documents/rules").glob("*.py"))
    stems = set(re.findall(r'f"(\w+)_\{', sources)) | set(re.findall(r'_setting\(\s*"(\w+)"', sources))
    settings = {"bar_top", "cap_grade", "unqualified"}  # the settings' own names
    for key, words in table.items():
        assert not any(re.search(r"\d", text) for text in words.values()), key
        if key.endswith("_one"):
            assert key.removesuffix("_one") in table
            continue
        slots = [set(re.findall(r"{(\w+)}", words[lang])) for lang in ("zh", "en")]
        assert slots[0] == slots[1], key
        used = f'"{key}"' in sources or any(key.startswith(f"{stem}_") for stem in stems)
        assert used or key in settings, f"{key} is never said"


def test_word_file_holds_every_text_and_the_same_bytes_each_time() -> None:
    rules = compose(load(ROOT / "examples/county/rulebook.yaml"), "zh")
    content = word_bytes(rules)
    assert content == word_bytes(compose(load(ROOT / "examples/county/rulebook.yaml"), "zh"))
    with zipfile.ZipFile(BytesIO(content)) as archive:
        tree = etree.fromstring(archive.read("word/document.xml"))
    space = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
    paragraphs = [
        "".join(part.xpath(".//w:t/text()", namespaces=space)) for part in tree.xpath("//w:p", namespaces=space)
    ]
    for text in rules.texts(made_up=True):
        for line in text.split("\n"):
            assert not line or any(line in paragraph for paragraph in paragraphs), line
    merged = tree.xpath("//w:vMerge[@w:val='restart']", namespaces=space)
    spans = sum(
        1 for section in rules.sections for block in section.blocks if isinstance(block, Table)
        for row in block.rows for cell in row if cell is not None and cell.rows > 1
    )  # fmt: skip
    assert len(merged) == spans > 0
    assert {found.get(f"{{{space['w']}}}orient") for found in tree.xpath("//w:pgSz", namespaces=space)} >= {"landscape"}


def test_page_is_escaped_speaks_both_languages_and_runs_nothing() -> None:
    evil = SMALL.replace("{zh: 走访, en: Visits}", "{zh: '<b>走访</b>', en: '<script>alert(1)</script>'}")
    page = render_page(loads(evil), "en")
    assert page == render_page(loads(evil), "en")
    tree = html.fromstring(page)
    assert tree.xpath("//script | //b[text()='走访'] | //@onclick | //link | //img") == []
    assert "<script>alert(1)</script>" in tree.text_content()
    assert [main.get("lang") for main in tree.xpath("//main")] == ["zh-CN", "en"]
    assert tree.xpath("//input[@checked]/@id") == ["lang-en"]
    for lang, main in zip(("zh", "en"), tree.xpath("//main"), strict=True):
        shown = " ".join(main.text_content().split())
        for text in compose(loads(evil), lang).texts(made_up=True):
            for line in text.split("\n"):
                assert " ".join(line.split()) in shown
    rows = tree.xpath("//td[@rowspan='3']")
    assert len(rows) == 4  # the number and the title of the first level, in two languages


def test_order_of_operations_names_the_stages_that_are_rounded() -> None:
    book = loads(SMALL + "rounding: {places: 2, leaf: 1, component: {places: 0, mode: down}}\n")
    steps = [
        block.text
        for section in compose(book, "en").sections
        if section.title == "Order of operations"
        for block in section.blocks
        if isinstance(block, Paragraph)
    ]
    assert "Points of single criteria are rounded: to 1 decimal, half up, of negative figures away from zero." in steps
    assert "Points of the first level are rounded: to 0 decimals, cut off." in steps
    assert not any("bonus" in step for step in steps)
    assert [step for step in steps if step.startswith("Bonuses")] == []
    extra = loads(SMALL + EXTRA % "")
    titles = [
        block.text
        for section in compose(extra, "en").sections
        for block in section.blocks
        if isinstance(block, Paragraph)
    ]
    assert any(step.startswith("Bonuses: each within its own cap") for step in titles)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_standard_says_nothing_twice(lang: str) -> None:
    """Periods, ties that make a leaf void and the share of data a branch needs stand once each."""
    book = loads(
        SMALL.partition("criteria:")[0]
        + """missing: rescale
criteria:
  - id: all
    points: 100
    min_share: 0.45
    criteria:
      - id: months
        points: 60
        each: quarter
        period_weights: {1: 0.1, 2: 0.2, 3: 0.3, 4: 0.4}
        measure: visits
        method: minmax
      - {id: apart, points: 40, must_differ: all, measure: visits, method: minmax}
"""
    )
    said = list(compose(book, lang).texts())
    standards = [text for text in said if "0.1" in text or "10%" in text]
    assert [text.count("0.4") + text.count("40%") for text in standards] == [1]
    assert sum(text.count("45%") for text in said) == 1
    void = {"zh": "作废", "en": "void"}[lang]
    assert [text.count(void) for text in said if void in text] == [1]

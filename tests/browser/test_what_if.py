"""The page of weights in a real browser: its totals and ranks are those of the exact engine, wherever sliders stand."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

import shuping
from shuping import appraisal
from shuping.documents.report import write_report
from shuping.standing.what_if.ground import Ground
from shuping.standing.what_if.weights import declared, factors_of, shared_out
from shuping.values.rounding import show
from tests.browser.test_report import WCAG
from tests.documents.what_if_case import BOOKS, PLAIN, write_folder, write_units

pytestmark = pytest.mark.needs("chromium")
Open = Callable[..., Page]
MOVE = """([box, at, value]) => {
  const slider = document.getElementById(box).querySelectorAll("input[type=range]")[at];
  slider.value = value;
  slider.dispatchEvent(new Event("input"));
}"""


@pytest.fixture
def opened(browser: Browser) -> Iterator[Open]:
    """Open a report of a folder; at the end of the test the browser had nothing to complain of."""
    seen: list[str] = []
    contexts = []

    def visit(folder: Path, *, width: int = 1280, locale: str = "en-GB", **options: object) -> Page:
        path = folder / "report.html"
        if not path.exists():
            write_report(shuping.score(shuping.read(folder)), path)
        context = browser.new_context(locale=locale, viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        context.route(lambda address: not address.startswith("file:"), lambda route: route.abort())
        page = context.new_page()
        page.on("console", lambda message: seen.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: seen.append(str(error)))
        page.on("requestfailed", lambda request: seen.append(request.url))
        page.goto(path.as_uri() + "#weights")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert seen == []


def shown(box: Locator) -> list[list[str]]:
    """Return what the table of a group shows: rank, name, total, in its order, read in one go."""
    rows: list[list[str]] = box.locator("tbody").evaluate(
        """body => [...body.rows].map((row) => [".weigh-rank", "th", ".weigh-total"].map((cell) => {
          const found = row.querySelector(cell);
          return (found.querySelector("[lang=en]") || found).textContent.trim();
        }))"""
    )
    return rows


def counted(ground: Ground, group: str, weights: dict[str, Fraction]) -> list[list[str]]:
    """Return the same from the exact engine."""
    places = ground.rulebook.rounding.places
    rows = ground.standing(factors_of(ground.rulebook, {group: weights}))
    return [
        [
            "–" if row.rank is None else str(row.rank),
            f"Town {int(row.unit[1:])}",
            "–" if row.total is None else show(row.total, places).replace("-", "−"),
        ]
        for row in rows
        if row.group == group
    ]


@pytest.mark.parametrize("name", BOOKS)
def test_totals_and_ranks_are_the_engines(opened: Open, tmp_path: Path, name: str) -> None:
    """Sliders are moved at random; many totals lie exactly half-way between two figures that can be shown."""
    folder = write_folder(tmp_path, name)
    page, (ground, _) = opened(folder), appraisal.ground_of(shuping.read(folder))
    draw, halves, compared = random.Random(name), 0, 0
    for group in ("towns", "bureaus")[: 2 if name == "two_groups" else 1]:
        own = declared(ground.rulebook, group)
        names = [one for one, weight in own.items() if weight]
        whole, anchor = sum(own.values()), f"weights-{group}"
        box = page.locator(f"#{anchor}")
        steps = int(box.locator("input").first.get_attribute("max") or 0)
        assert steps >= 200
        assert shown(box) == counted(ground, group, own)
        for _ in range(30):
            box.locator(".weigh-reset").click()
            mine: dict[str, Fraction] = {}
            for one in draw.sample(names, draw.randint(1, len(names) - 1)):
                left = int(steps - sum(mine.values()) * steps / whole)
                step = draw.randint(0, left)
                page.evaluate(MOVE, [anchor, names.index(one), step])
                mine[one] = whole * step / steps
            weights = shared_out(own, mine)
            assert shown(box) == counted(ground, group, weights), mine
            compared += 1
            scale = 10**ground.rulebook.rounding.places
            root = ground.scores(factors_of(ground.rulebook, {group: weights}))
            halves += sum((2 * scale * total) % 2 == 1 for total in root.points)
    assert compared >= 30
    assert halves > 20 or name not in ("plain",)


def test_the_half_that_floats_lose(opened: Open, tmp_path: Path) -> None:
    """.93 x 50 + .9441 x 50 = 93.705 is printed 93.71; .9301 x 50 + .9 x 50 = 91.505 is 91.51 (in floats: 91.50)."""
    page = opened(write_units(tmp_path, "plain", {"u01": (93, 94.41, 50), "u02": (93.01, 90, 90)}))
    for at in (0, 1):
        page.evaluate(MOVE, ["weights-towns", at, 100])  # half points: 50 of 100
    assert [row[1:] for row in shown(page.locator("#weights-towns"))] == [["u01", "93.71"], ["u02", "91.51"]]
    assert page.evaluate("(0.9301 * 50 + 0.9 * 50).toFixed(2)") == "91.50"


def test_by_keyboard_alone_and_back(opened: Open, tmp_path: Path) -> None:
    """Work from 50 to 25: a falls behind b (the figures by hand stand in the test of the first level)."""
    page = opened(write_units(tmp_path, "plain", {"u01": (90, 80, 70), "u02": (60, 90, 100)}))
    box = page.locator("#weights-towns")
    slider = page.get_by_role("slider", name="Work", exact=True)
    slider.focus()
    assert slider.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"
    for _ in range(50):
        page.keyboard.press("ArrowLeft")
    expect(slider).to_have_attribute("aria-valuetext", "25, 50 in the rule book, 100 in all")
    assert box.locator("tbody tr").all_inner_texts() == [
        "1\tu02\t85.50\t+8.50 ▲\nup\n1\t77.00 rank 2",
        "2\tu01\t79.50\t−3.50 ▼\ndown\n1\t83.00 rank 1",
    ]
    expect(box.get_by_role("status")).to_have_text("2 units change their rank, 2 their total.")
    assert box.locator(".weigh-weight").all_inner_texts() == ["25", "45", "30"]
    expect(box.locator(".weigh-command code")).to_have_text("shuping whatif … --weight work=25")
    page.keyboard.press("Home")
    expect(box.locator(".weigh-weight").first).to_have_text("0")
    reset = box.get_by_role("button", name="Back to the rule book's weights")
    reset.focus()
    page.keyboard.press("Enter")
    expect(box.get_by_role("status")).to_have_text("These are the rule book's weights.")
    assert [row[2] for row in shown(box)] == ["83.00", "77.00"]
    expect(box.locator(".weigh-command")).to_be_hidden()


def test_weights_never_come_to_more_than_the_whole(opened: Open, tmp_path: Path) -> None:
    page = opened(write_units(tmp_path, "plain", {"u01": (90, 80, 70), "u02": (60, 90, 100)}))
    outputs = page.locator("#weights-towns .weigh-weight")
    for at, value in ((0, 120), (1, 120)):  # 60 and 60 of 100: the second stops at 40
        page.evaluate(MOVE, ["weights-towns", at, value])
    assert outputs.all_inner_texts() == ["60", "40", "0"]
    page.evaluate(MOVE, ["weights-towns", 2, 20])  # all were moved: the one moved longest ago takes what is left
    assert outputs.all_inner_texts() == ["50", "40", "10"]


@pytest.mark.parametrize(("scheme", "locale"), [("light", "zh-CN"), ("dark", "en-GB")])
@pytest.mark.parametrize("width", [1280, 390])
def test_no_accessibility_rule_is_broken_and_nothing_runs_off(
    opened: Open, tmp_path: Path, width: int, scheme: str, locale: str
) -> None:
    page = opened(write_folder(tmp_path, "two_groups"), width=width, locale=locale, color_scheme=scheme)
    page.evaluate(MOVE, ["weights-towns", 0, 150])
    assert page.locator("#weights .moved").count() > 0
    page.evaluate("scrollTo(0, 0)")
    found = Axe().run(page, options=WCAG).response
    broken = [
        (rule["id"], node["target"], node["failureSummary"]) for rule in found["violations"] for node in rule["nodes"]
    ]
    assert broken == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_both_languages_and_what_is_said_to_whom_cannot_see(opened: Open, tmp_path: Path) -> None:
    page = opened(write_units(tmp_path, "plain", {"u01": (90, 80, 70), "u02": (60, 90, 100)}), locale="zh-CN")
    expect(page.get_by_role("heading", name="换一组权重会怎样")).to_be_visible()
    expect(page.get_by_role("slider", name="工作", exact=True)).to_be_visible()
    slider = page.locator("#weight-towns-work")
    expect(slider).to_have_attribute("aria-valuetext", "50，规则为 50，合计 100")
    page.get_by_role("radio", name="English").check()
    expect(slider).to_have_attribute("aria-valuetext", "50, 50 in the rule book, 100 in all")
    assert "权重" not in page.locator("#weights").inner_text()


def test_without_script_the_page_says_what_it_needs(opened: Open, tmp_path: Path) -> None:
    page = opened(write_units(tmp_path, "plain", {"u01": (90, 80, 70)}), java_script_enabled=False)
    expect(page.locator("#weights .without-script span[lang=zh]")).to_be_visible()
    expect(page.locator("#weights input")).to_have_count(3)
    expect(page.locator("#weights .weighed")).to_be_hidden()


def test_where_there_can_be_no_page_it_says_why(opened: Open, tmp_path: Path) -> None:
    text = PLAIN.replace("criteria:", "combine: geometric\ncriteria:", 1)
    for points in (50, 30, 20):
        text = text.replace(f"points: {points}", f"weight: 0.{points}")
    page = opened(write_units(tmp_path / "mean", text, {"u01": (90, 80, 70), "u02": (60, 90, 100)}))
    expect(page.locator("#weights")).to_contain_text("geometric or harmonic mean of the first level")
    expect(page.locator("#weights input")).to_have_count(0)
    text = PLAIN + "adjustments: {prizes: [{id: first, title: {zh: 奖, en: Prize}, points: [2, 1]}]}\n"
    page = opened(write_units(tmp_path / "prizes", text, {"u01": (90, 80, 70), "u02": (60, 90, 100)}))
    expect(page.locator("#weights")).to_contain_text("prizes for places")
    text = "\n".join(line for line in PLAIN.splitlines() if "id: order" not in line and "id: view" not in line)
    page = opened(write_units(tmp_path / "alone", text, {"u01": (90, 80, 70), "u02": (60, 90, 100)}))
    expect(page.locator("#weights")).to_have_count(0)

"""``shuping analyse``: whole or not at all, the same bytes each time, every figure of the page in a file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import polars as pl
import pytest

import shuping
from shuping import analysing
from shuping.cli import run
from shuping.errors import MissingExtraError, Problem
from tests.core.review.pages import whole
from tests.core.review.test_coherence_of_results import BOOK, HEAD, ROWS

FILES = {
    *("analysis.html", "manifest.json", "weights.csv", "correlations.csv", "nodes.csv", "components.csv"),
    *("redundancy.csv", "sobol.csv", "rank_change.csv", "removal.csv", "removal_moves.csv", "profile.csv"),
    "neighbours.csv",
}
NASTY = "<script>alert(1)</script>"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "folder"
    found.mkdir()
    (found / "rulebook.yaml").write_text(whole(BOOK), encoding="utf-8")
    lines = [f"t{place},Town {place},township," + ",".join(map(str, row)) for place, row in enumerate(ROWS, 1)]
    (found / "units.csv").write_text("\n".join([HEAD.strip(), *lines]) + "\n", encoding="utf-8")
    return found


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run ``shuping analyse`` with few points; return exit code, output and messages."""

    def made(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        given = ["analyse", *map(str, arguments)]
        code = run(given if "--points" in given else [*given, "--points", "16"], {"LANG": "en_GB.UTF-8"})
        return code, *capsys.readouterr()

    return made


def cells(page: str, caption: str) -> dict[str, list[str]]:
    """Return the rows of a table of the English half of the page by their headings."""
    english = page[page.index('<main lang="en"') :]
    table = english[english.index(f"<caption>{caption}</caption>") :].partition("</table>")[0]
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', table, re.DOTALL)
    clean = re.compile(r"<.*?>", re.DOTALL)
    return {
        unescape(title): [unescape(clean.sub("", cell)) for cell in re.findall(r"<td.*?>(.*?)</td>", row, re.DOTALL)]
        for title, row in rows
    }


def test_the_folder_holds_the_page_and_every_figure(
    folder: Path, tmp_path: Path, command: Callable[..., tuple]
) -> None:
    out = tmp_path / "out"
    code, printed, _ = command(folder, "--out", out)
    assert code == 0
    assert {file.name for file in out.iterdir()} == FILES
    assert "Townships" in printed or "townships" in printed
    page = (out / "analysis.html").read_text(encoding="utf-8")
    weights = pl.read_csv(out / "weights.csv").filter((pl.col("above") == "") & (pl.col("among") == "children"))
    shown = cells(page, "First level")
    names = {"work": "work", "view": "c", "lapses": "d"}  # a criterion without a title goes by its measure's
    assert list(shown) == list(names.values())
    for row in weights.iter_rows(named=True):
        found = shown[names[row["criterion"]]]
        assert found[:3] == [f"{100 * row[name]:.1f}%" for name in ("declared", "effective", "importance")]
        assert found[4].replace("\u2212", "-") == f"{row['pearson']:.2f}"
        assert found[5] == f"{100 * row['balanced']:.1f}%"


def test_the_page_needs_nothing_from_anywhere(folder: Path, tmp_path: Path, command: Callable[..., tuple]) -> None:
    assert command(folder, "--out", tmp_path / "out")[0] == 0
    page = (tmp_path / "out" / "analysis.html").read_text(encoding="utf-8")
    assert "default-src 'none'; style-src 'sha256-" in unescape(page)
    for word in ("<script", "http:", "https:", " style=", "url(", "@import", "src="):
        assert word not in page


def test_both_languages_hold_the_same_figures(folder: Path, tmp_path: Path, command: Callable[..., tuple]) -> None:
    assert command(folder, "--out", tmp_path / "out", "--lang", "zh")[0] == 0
    page = (tmp_path / "out" / "analysis.html").read_text(encoding="utf-8")
    chinese, english = page.split('<main lang="en"')
    figure = re.compile(r"<td[^>]*>([\u22120-9.%]+)(?:<svg|</td>)")
    assert figure.findall(chinese) == figure.findall(english)
    assert len(figure.findall(english)) > 100
    assert page.startswith('<!doctype html>\n<html lang="zh-CN">')


def test_two_runs_and_any_order_of_rows_give_the_same_bytes(
    folder: Path, tmp_path: Path, command: Callable[..., tuple]
) -> None:
    assert command(folder, "--out", tmp_path / "one")[0] == 0
    assert command(folder, "--out", tmp_path / "two")[0] == 0
    head, *lines = (folder / "units.csv").read_text(encoding="utf-8").splitlines()
    (folder / "units.csv").write_text("\n".join([head, *reversed(lines)]) + "\n", encoding="utf-8")
    assert command(folder, "--out", tmp_path / "three")[0] == 0
    for name in FILES - {"manifest.json"}:
        first = (tmp_path / "one" / name).read_bytes()
        assert first == (tmp_path / "two" / name).read_bytes()
        lines_of = [sorted((tmp_path / run / name).read_bytes().splitlines()) for run in ("one", "three")]
        assert lines_of[0] == lines_of[1] or name == "analysis.html"


def test_the_seed_is_the_one_asked_for(folder: Path, tmp_path: Path, command: Callable[..., tuple]) -> None:
    for seed in (1, 2):
        assert command(folder, "--out", tmp_path / str(seed), "--seed", seed)[0] == 0
    one, two = ((tmp_path / seed / "sobol.csv").read_bytes() for seed in ("1", "2"))
    assert one != two
    assert (tmp_path / "1" / "weights.csv").read_bytes() == (tmp_path / "2" / "weights.csv").read_bytes()


def test_neighbours_add_up_to_the_published_difference(folder: Path) -> None:
    found = analysing.analyse(shuping.read(folder), points=16)
    totals = dict(shuping.score(shuping.read(folder)).standing.select("unit", "total").iter_rows())
    pairs = found.neighbours.group_by("unit", "behind").agg(pl.col("difference").sum())
    assert pairs.height == len(ROWS) - 1
    for unit, behind, difference in pairs.iter_rows():
        assert difference == totals[unit] - totals[behind]
        assert difference >= 0


def test_declared_choices_take_the_place_of_the_assumed_ones(folder: Path) -> None:
    assumed = analysing.analyse(shuping.read(folder), points=16)
    assert assumed.assumed == 0.25
    assert set(assumed.indices["factor"]) == {"weights:work", "weights:view", "weights:lapses"}
    book = folder / "rulebook.yaml"
    told = "uncertainty: {vary: {weights: 10%, alternatives: [{id: mean, missing: [zero]}]}}\n"
    book.write_text(book.read_text(encoding="utf-8") + told, encoding="utf-8")
    found = analysing.analyse(shuping.read(folder), points=16)
    assert found.assumed is None
    assert set(found.indices["factor"]) == {"weights", "mean"}


def test_json_holds_the_figures(folder: Path, tmp_path: Path, command: Callable[..., tuple]) -> None:
    code, printed, _ = command(folder, "--out", tmp_path / "out", "--json")
    found = json.loads(printed)
    assert code == 0
    assert found["period"] == "2025"
    assert found["not_written"] == []
    assert {row["criterion"] for row in found["weights"]} == {"work", "view", "lapses", "first", "second"}


def test_nothing_is_left_when_it_fails_on_the_way(
    folder: Path, tmp_path: Path, command: Callable[..., tuple], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*given: object) -> None:
        raise KeyboardInterrupt

    before = sorted(tmp_path.iterdir())
    monkeypatch.setattr("shuping.analysing.write_csv", broken)
    assert command(folder, "--out", tmp_path / "out")[0] == 130
    assert sorted(tmp_path.iterdir()) == before


def test_an_analysis_is_replaced_only_when_asked(folder: Path, tmp_path: Path, command: Callable[..., tuple]) -> None:
    out = tmp_path / "out"
    assert command(folder, "--out", out)[0] == 0
    code, _, said = command(folder, "--out", out)
    assert (code, "--force" in said) == (4, True)
    assert command(folder, "--out", out, "--force")[0] == 0
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.txt").write_text("mine", encoding="utf-8")
    assert command(folder, "--out", tmp_path / "other", "--force")[0] == 4
    assert (tmp_path / "other" / "mine.txt").is_file()


def test_without_the_documents_extra_the_tables_are_written(
    folder: Path, tmp_path: Path, command: Callable[..., tuple], monkeypatch: pytest.MonkeyPatch
) -> None:
    def lacking(*given: object) -> None:
        raise MissingExtraError(Problem("documents.missing-package", {"package": "jinja2"}))

    monkeypatch.setattr("shuping.documents.analysis.page.need", lacking)
    code, _, said = command(folder, "--out", tmp_path / "out")
    assert (code, "analysis.html" in said) == (0, True)
    assert {file.name for file in (tmp_path / "out").iterdir()} == FILES - {"analysis.html"}


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [(["--points", "100"], 2, "128"), (["--period", "2019"], 2, "2019"), (["--period", "soon"], 2, "soon")],
)
def test_mistakes_are_told(
    folder: Path, tmp_path: Path, command: Callable[..., tuple], arguments: list[str], code: int, said: str
) -> None:
    found = command(folder, "--out", tmp_path / "out", *arguments)
    assert found[0] == code
    assert said in found[2]
    assert not (tmp_path / "out").exists()


def test_hostile_names_are_text(folder: Path, tmp_path: Path, command: Callable[..., tuple]) -> None:
    units = folder / "units.csv"
    units.write_text(units.read_text(encoding="utf-8").replace("Town 3", NASTY), encoding="utf-8")
    assert command(folder, "--out", tmp_path / "out")[0] == 0
    page = (tmp_path / "out" / "analysis.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_a_group_of_two_says_that_it_is_too_small(folder: Path, tmp_path: Path, command: Callable[..., tuple]) -> None:
    units = folder / "units.csv"
    units.write_text("\n".join(units.read_text(encoding="utf-8").splitlines()[:3]) + "\n", encoding="utf-8")
    assert command(folder, "--out", tmp_path / "out")[0] == 0
    page = (tmp_path / "out" / "analysis.html").read_text(encoding="utf-8")
    assert "Only 2 units have scores; with fewer than 3 nothing can be worked out." in page
    assert not pl.read_csv(tmp_path / "out" / "weights.csv")["pearson"].drop_nulls().len()


def test_the_rule_book_s_own_case_is_not_touched(folder: Path) -> None:
    """The weights that vary where no choice is declared are the analysis's: the rule book stays as it was read."""
    read = shuping.read(folder)
    found = analysing.analyse(read, points=16)
    assert found.rulebook.uncertainty.vary.weights is None
    assert read.rulebook.uncertainty.vary.weights is None

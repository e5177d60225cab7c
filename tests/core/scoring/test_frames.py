"""Units compared over several years: exact and in floats, in blocks, whatever is asked for and in what order."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

import shuping
from shuping.documents.rules.console import as_data
from shuping.methods import METHODS, Setting
from shuping.methods.arithmetic import EXACT, FLOAT
from shuping.panels.outputs import judge_panels
from shuping.preparation import prepare
from shuping.printing import rules
from shuping.scoring.evaluate import evaluate
from shuping.scoring.grid import Grid, grid_of, repeated_inputs, rows_of_inputs
from shuping.scoring.inputs import ready_inputs

SPEC = Path(__file__).resolve().parents[2] / "spec" / "frames_over_years"
METHOD = {
    "minmax": "{minmax: {floor: 0.2}}",
    "zscore": "{zscore: {mean: 50%, sd: 10%}}",
    "ratio_to_best": "ratio_to_best",
    "distance_to_reference": "{distance_to_reference: {unit: N07}}",
    "distance_to_target": "{distance_to_target: {target: unit.goal}}",
    "rank": "rank",
    "borda": "borda",
    "percentile_rank": "percentile_rank",
    "rank_step": "{rank_step: {step: 0.1}}",
    "pass_then_rank": "{pass_then_rank: {target: 30, base: 4, step: 0.1}}",
}
FRAMES = ("each_period", "pooled", '{base: "2021"}')


def folder_of(path: Path, frame: str, methods: dict[str, str], seed: int = 1) -> Path:
    """Write two groups of units with figures of three years, some of them missing."""
    drawn = random.Random(seed)
    names = [f"{'N' if number < 8 else 'S'}{number:02d}" for number in range(15)]
    criteria = "\n".join(
        f"  - {{id: c_{name}, weight: 1/{len(methods)}, measure: roads, method: {method}}}"
        for name, method in methods.items()
    )
    path.mkdir(parents=True)
    (path / "rulebook.yaml").write_text(
        f"""format: 1
rulebook: frames
version: "1"
title: Frames
periods: ["2021", "2022", "2023"]
missing: zero
frame: {frame}
groups: {{north: {{kind: N}}, south: {{kind: S}}}}
datasets: {{figure: {{period: year, unique: [unit], fields: {{roads: {{type: number}}}}}}}}
measures: {{roads: {{from: figure, value: sum(roads)}}}}
criteria:
{criteria}
""",
        encoding="utf-8",
    )
    rows = [f"{name},{name},{name[0]},{40 + number}" for number, name in enumerate(names)]
    (path / "units.csv").write_text("id,name,kind,goal\n" + "\n".join(rows) + "\n", encoding="utf-8")
    (path / "records").mkdir()
    lines = [
        f"{name},{year},{drawn.randint(1, 90)}"
        for year in (2021, 2022, 2023)
        for name in names
        if name == "N07" or drawn.random() < 0.9
    ]
    drawn.shuffle(lines)
    (path / "records" / "figure.csv").write_text("unit,period,roads\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def methods_for(frame: str) -> dict[str, str]:
    return {name: text for name, text in METHOD.items() if "base" not in frame or METHODS[name].compares == "values"}


def scored(folder: Path, **options: object) -> dict[tuple[str, str, str], object]:
    result = shuping.score(shuping.read(folder), **options)
    rows = result.scores.select("period", "unit", "criterion", "points").iter_rows()
    return {(period, unit, criterion): points for period, unit, criterion, points in rows}


def test_every_method_that_looks_at_its_group_is_tried() -> None:
    assert set(METHOD) == {name for name, method in METHODS.items() if method.compares != "nothing"}


class Untouched:
    """Stands for the groups of a method that has no business with them."""

    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"looked at the group: {name}")


@pytest.mark.parametrize("name", sorted(name for name, method in METHODS.items() if method.compares == "nothing"))
def test_no_other_method_looks_at_its_group(name: str) -> None:
    method = METHODS[name].model_validate(dict(METHODS[name].example))
    values = FLOAT.array([1, 2, 3])
    operands = {key: FLOAT.array([4, 5, 6]) for key in method.operands()}
    method.score(values, Setting(FLOAT, FLOAT.array([10, 10, 10]), Untouched(), operands))  # type: ignore[arg-type]


@pytest.mark.parametrize("frame", FRAMES)
def test_floats_blocks_and_replicates_agree_with_the_exact_path(tmp_path: Path, frame: str) -> None:
    folder = shuping.read(folder_of(tmp_path / "f", frame, methods_for(frame)))
    book, register = folder.rulebook, folder.register
    table = shuping.appraisal._measures(folder, ["2021", "2022", "2023"], (), None, None)
    whole = grid_of(book, register)
    ready = prepare(book, register, whole.group_of_unit(), table, ["2021", "2022", "2023"])
    panels = judge_panels(folder, whole.group_of_unit(), ["2022"])
    grid = grid_of(book, register, "2022")
    exact = evaluate(book, grid, ready_inputs(folder, grid, ready, panels, "2022", EXACT), EXACT)
    inputs = ready_inputs(folder, grid, ready, panels, "2022", FLOAT)
    floats = evaluate(book, grid, inputs, FLOAT)
    assert floats.points.tolist() == pytest.approx([float(one) for one in exact.points], abs=1e-9)
    again = evaluate(book, grid.repeated(3), repeated_inputs(inputs, 3), FLOAT)
    assert again.points.reshape(3, -1).tolist() == [floats.points.tolist()] * 3
    south = np.flatnonzero(grid.codes == 1)
    alone = Grid(tuple(grid.units[row] for row in south), ("south",), np.zeros(len(south), dtype=np.int64))
    block = rows_of_inputs(inputs, south)
    if "distance_to_reference" in methods_for(frame):  # leans on a unit of the other group: never in a block of its own
        book = book.model_copy(update={"criteria": tuple(c for c in book.criteria if "reference" not in c.id)})
        floats = evaluate(book.model_copy(update={"weights": "relative"}), grid, inputs, FLOAT)
        book = book.model_copy(update={"weights": "relative"})
    assert evaluate(book, alone, block, FLOAT).points.tolist() == pytest.approx(floats.points[south].tolist())


@pytest.mark.parametrize("frame", FRAMES)
def test_a_year_has_the_same_points_alone_and_among_the_others(tmp_path: Path, frame: str) -> None:
    folder = folder_of(tmp_path / "f", frame, methods_for(frame))
    together = scored(folder)
    alone = scored(folder, periods="2023")
    assert alone == {key: points for key, points in together.items() if key[0] == "2023"}
    assert shuping.score(shuping.read(folder), periods="2023").measures["period"].unique().to_list() == ["2023"]


@pytest.mark.parametrize("frame", FRAMES)
def test_the_order_of_rows_changes_nothing(tmp_path: Path, frame: str) -> None:
    folder = folder_of(tmp_path / "f", frame, methods_for(frame))
    before = scored(folder)
    file = folder / "records" / "figure.csv"
    head, *lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([head, *reversed(lines)]) + "\n", encoding="utf-8")
    assert scored(folder) == before


def test_the_base_year_is_scored_as_it_would_be_alone(tmp_path: Path) -> None:
    methods = methods_for("base")
    own = scored(folder_of(tmp_path / "own", "each_period", methods), periods="2021")
    assert scored(folder_of(tmp_path / "base", '{base: "2021"}', methods), periods="2021") == own


def test_against_a_base_what_others_do_later_changes_nothing(tmp_path: Path) -> None:
    methods = {"minmax": METHOD["minmax"], "zscore": METHOD["zscore"]}
    folder = folder_of(tmp_path / "f", '{base: "2021"}', methods)
    before = scored(folder, periods="2023")
    file = folder / "records" / "figure.csv"
    text = file.read_text(encoding="utf-8")
    changed = [f"{line.rsplit(',', 1)[0]},1000" if line.startswith("S09,2023") else line for line in text.splitlines()]
    assert "\n".join(changed) + "\n" != text
    file.write_text("\n".join(changed) + "\n", encoding="utf-8")
    after = scored(folder, periods="2023")
    assert {key[1] for key in after if after[key] != before[key]} == {"S09"}


def test_a_group_that_the_base_year_does_not_know_has_no_yardstick(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "f", '{base: "2021"}', {"minmax": METHOD["minmax"]})
    file = folder / "records" / "figure.csv"
    lines = [
        line
        for line in file.read_text(encoding="utf-8").splitlines()
        if not line.startswith("S") or ",2021," not in line
    ]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    result = shuping.score(shuping.read(folder), periods="2023")
    south = result.trace.filter((result.trace["criterion"] == "c_minmax") & (result.trace["group"] == "south"))
    assert set(south["missing"]) == {"no_reference"} | ({"no_records"} & set(south["missing"]))


def test_which_frame_is_said_wherever_the_rule_is_told() -> None:
    result = shuping.score(shuping.read(SPEC, rulebook=SPEC / "rulebook.pooled.yaml"))
    told = {lang: str(result.explain("B", "bounds", lang=lang)) for lang in ("zh", "en")}
    assert "all periods pooled" in told["en"]
    assert "各年度合并比较" in told["zh"]
    assert "pooled" not in str(result.explain("B", "standard", lang="en"))
    printed = str(as_data(rules(SPEC / "rulebook.base.yaml", "en")))
    assert printed.count("against 2023, held fixed") >= 2

"""Sobol indices of the ASEM example: 4 factors, N = 1024 (6,144 evaluations), 51 countries one by one; target 2 s.

Run with ``./dev bench drivers``; ``$SHUPING_CASES`` names the directory of the cases. The direct alternative scores one
evaluation after the other, as a rule book with that evaluation's weights and variants; it is timed on some of them, and
their rank changes must be equal.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path

import numpy as np

from shuping import appraisal
from shuping.methods.arithmetic import FLOAT
from shuping.scoring.evaluate import evaluate
from shuping.scoring.rounding import round_array
from shuping.standing.drivers.factors import factors_of
from shuping.standing.drivers.rank_change import Design, design_parameters, sensitivity
from shuping.standing.drivers.removal import removal
from shuping.standing.simulation.appraise import Case, setting_of
from shuping.standing.simulation.run import simulate
from shuping.standing.simulation.variants import variant_of

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "asem"
FACTORS = """
uncertainty:
  enabled: false
  vary:
    weights: 0.25
    alternatives:
      - {id: norm, method: [{zscore: {mean: 50%, sd: 15%}}]}
      - {id: means, combine: [geometric]}
      - {id: treat, outliers: [none]}
"""
CHECKED = 48


def asem_case() -> Case:
    """The ASEM example with four choices: weights, normalisation, ways to combine, treatment of outliers."""
    with tempfile.TemporaryDirectory() as base:
        file = Path(base) / "rulebook.yaml"
        file.write_text((EXAMPLE / "rulebook.yaml").read_text(encoding="utf-8") + FACTORS, encoding="utf-8")
        folder = appraisal.read(EXAMPLE, settings=dict(os.environ), rulebook=file)
    return appraisal.score_with_cases(folder)[1]("2018")


def one_by_one(case: Case, design: Design) -> tuple[float, int]:
    """Seconds for one evaluation on its own, and how many of those tried have other ranks than the library gives."""
    parameters = design_parameters(case, design, factors_of(case.rulebook))
    some = np.linspace(0, parameters.draws - 1, CHECKED).astype(np.int64)
    part = parameters.rows(some)
    ranks = np.zeros((len(case.grid), CHECKED), dtype=np.int32)

    def watch(_grid: object, _block: object, draws: np.ndarray, _totals: object, found: np.ndarray) -> None:
        ranks[:, draws] = found

    simulate(setting_of(case, "choices"), part, "choices", watch=watch)
    inputs = {}
    spent, differ = 0.0, 0
    for place in range(CHECKED):
        choices = {name: int(values[place]) for name, values in part.choices.items()}
        book = variant_of(case.rulebook, choices)
        if choices["treat"] not in inputs:  # preparing values is not what is timed
            inputs[choices["treat"]] = case.inputs_of(book)
        start = time.process_time()
        factors = {name: np.full(len(case.grid), values[place]) for name, values in part.factors.items()}
        points = evaluate(book, case.grid, inputs[choices["treat"]], FLOAT, factors).points
        totals = round_array(points, book.rounding.places, book.rounding.mode)
        own = 1 + (totals[None, :] > totals[:, None]).sum(axis=1)
        spent += time.process_time() - start
        differ += int((own != ranks[:, place]).any())
    return spent / CHECKED, differ


def main() -> int:
    """Print the medians of five runs, the ratio to the direct alternative, and whether the ranks agree."""
    if "SHUPING_CASES" not in os.environ:
        print("SHUPING_CASES is not set: no data", file=sys.stderr)
        return 2
    case, design = asem_case(), Design(1024)
    import_module("scipy.stats")  # half a second or more, once a process
    start = time.process_time()
    sensitivity(case, "2018", design)  # values are prepared under each variant of outliers once
    first = time.process_time() - start
    walls, seconds = [], []
    for _ in range(5):
        wall, start = time.perf_counter(), time.process_time()
        found = sensitivity(case, "2018", design)
        walls.append(time.perf_counter() - wall)
        seconds.append(time.process_time() - start)
    each, differ = one_by_one(case, design)
    start = time.process_time()
    removed = removal(case, "2018").criteria
    left_out = time.process_time() - start
    evaluations = found.changes["evaluations"][0]
    own = float(np.median(seconds))
    print(f"Sobol indices, 4 factors, N = 1024, {evaluations} evaluations, 51 countries each with intervals:")
    print(f"{own:.2f} s of CPU (target 2), {np.median(walls):.2f} s by the clock;")
    print(f"the first time, with values prepared exactly under either treatment: {first:.2f} s of CPU;")
    print(f"one by one {each * evaluations:.1f} s (from {CHECKED} of them), ratio {own / (each * evaluations):.3f};")
    print(f"evaluations with other ranks than one by one: {differ}")
    print(f"{removed.height} criteria left out one at a time: {left_out:.2f} s of CPU")
    print(found.indices.filter(found.indices["unit"].is_null()).select("factor", "first", "total"))
    return 1 if differ or max(own, first) > 2 else 0


if __name__ == "__main__":
    sys.exit(main())

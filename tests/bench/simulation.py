"""Rank intervals beside the same by hand in numpy, in one run; a process for each case, so that its memory is its own.

- ASEM: 51 countries, 49 indicators, 1,000 draws of weights and normalisation;
- 10,000 units in one comparison group, 50 indicators in 3 levels, 100 draws of weights;
- 40,000 units in 2,865 groups, 100 indicators in 3 levels, 1,000 draws of weights;
- Sobol indices of four choices on ASEM, 1,024 points: 6,144 evaluations.

By hand: loops and matrix products in numpy written for each case alone, from the same parameters; mean and quantiles of
the ranks must be equal. Published, not run here: what the R library COINr is said to take.

    python tests/bench/simulation.py [case]
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
import _simulated as made

from shuping.standing.drivers.rank_change import Design, sensitivity

GB = 1024**2


@dataclass(frozen=True)
class Target:
    """Seconds and, where there is one, memory in GB; ``said``: what the R library takes, as published."""

    title: str
    make: Callable[[], made.Work]
    seconds: float
    memory: float | None
    said: str
    rounds: int


CASES = {
    "asem": Target("ASEM, 1,000 draws", made.asem, 0.15, None, "about 90 s", 9),
    "national": Target("10,000 units x 50 x 3 levels, 100 draws", made.national, 0.25, None, "about 120 s", 7),
    "townships": Target(
        "40,000 units in 2,865 groups x 100 x 3 levels, 1,000 draws", made.townships, 2.0, 0.5, "not known", 5
    ),
    "sobol": Target("Sobol, 4 factors, N=1024, ASEM", lambda: made.asem(more=made.MORE_CHOICES), 2.0, None, "-", 3),
}


def peak() -> float:
    """Return the most memory that this process has held, in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / GB


def timed(function: Callable[[], Any]) -> tuple[float, float, Any]:
    """Return seconds, seconds of processor and what the function returned."""
    start, busy = time.perf_counter(), time.process_time()
    found = function()
    return time.perf_counter() - start, time.process_time() - busy, found


def measure(name: str) -> dict[str, Any]:
    """In a process of its own: the library first, whose memory is taken then, and the two in turn."""
    target = CASES[name]
    work = target.make()
    before = peak()
    if name == "sobol":
        return measure_sobol(work, target.rounds)
    timed(work.ours)  # what is loaded once is loaded
    found: dict[str, list[tuple[float, float, Any]]] = {"ours": [], "hand": [], "tables": []}
    found["ours"].append(timed(work.ours))
    memory = peak()
    found["tables"].append(timed(work.tables))
    with_tables, parameters = peak(), work.parameters()
    for _ in range(target.rounds):
        found["ours"].append(timed(work.ours))
        found["hand"].append(timed(lambda: work.hand(parameters)))
        found["tables"].append(timed(work.tables))
    differ = int((np.abs(found["ours"][-1][2] - found["hand"][-1][2]) > 1e-9).any(axis=1).sum())
    took = {side: [float(np.median([run[place] for run in runs])) for place in (0, 1)] for side, runs in found.items()}
    return {**took, "before": before, "memory": memory, "with_tables": with_tables, "differ": differ}


def measure_sobol(work: made.Work, rounds: int) -> dict[str, Any]:
    """Sobol indices by the library, beside ranks of as many replicates by hand (without the indices)."""
    design = Design(points=1024, each_unit=False)
    timed(lambda: sensitivity(work.case, "2025", design))
    ours, memory = [timed(lambda: sensitivity(work.case, "2025", design))], peak()
    ours += [timed(lambda: sensitivity(work.case, "2025", design)) for _ in range(rounds)]
    each = timed(lambda: sensitivity(work.case, "2025", Design(points=1024)))
    factors = [factor.id for factor in ours[0][2].factors]
    took = [float(np.median([run[place] for run in ours])) for place in (0, 1)]
    return {"ours": took, "each": each[:2], "memory": memory, "factors": factors}


def report(name: str, found: dict[str, Any]) -> bool:
    """Print one case; tell whether its targets are met."""
    target = CASES[name]
    wall, busy = found["ours"]
    met = wall <= target.seconds and (target.memory is None or found["memory"] <= target.memory)
    print(f"{target.title}: {wall:.3f} s (processor {busy:.3f}; target {target.seconds})")
    if name == "sobol":
        print(f"  factors {', '.join(found['factors'])}; peak {found['memory']:.2f} GB")
        print(f"  with indices of every country as well: {found['each'][0]:.2f} s (processor {found['each'][1]:.2f})")
        return met
    theirs, others = found["hand"]
    print(f"  by hand in numpy {theirs:.3f} s (processor {others:.3f}); ratio {wall / theirs:.2f}", end=" ")
    print(f"(processor {busy / others:.2f}); units with other figures: {found['differ']}")
    print(f"  with all tables of the result {found['tables'][0]:.3f} s (processor {found['tables'][1]:.3f})")
    limit = "" if target.memory is None else f"; target {target.memory}"
    print(
        f"  peak {found['memory']:.2f} GB, of which {found['before']:.2f} before it began{limit}; "
        f"with all tables {found['with_tables']:.2f} GB"
    )
    print(f"  the R library, as published and not run here: {target.said}")
    return met and found["differ"] == 0


def main(arguments: list[str]) -> int:
    """Measure the cases asked for, or all. Exit status 1 when a target is missed or figures differ."""
    if arguments[:1] == ["--child"]:
        print(json.dumps(measure(arguments[1])))
        return 0
    met = True
    for name in arguments or CASES:
        if name in ("asem", "sobol") and not (made.cases_folder() / "asem").is_dir():
            print(f"{CASES[name].title}: the case asem is not there: nothing was measured")
            met = False
            continue
        done = subprocess.run([sys.executable, __file__, "--child", name], capture_output=True, text=True, check=True)
        met &= report(name, json.loads(done.stdout.splitlines()[-1]))
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Reviewers' severity on InstEval beside the other Python libraries, memory, and growth with the ratings.

Both models of the case (73,421 ratings, 1,128 lecturers, 2,972 students; the second with dept:service and service):
wall time of one fit, estimates and criterion included. Target: at most 1.0 times mixedlm, peak memory under 0.5 GB.
The others are installed into an environment that is thrown away afterwards; without them nothing is compared and the
benchmark fails. statsmodels is given a limit, since its crossed effects are dense matrices with a row for each rating.

Growth: ratings doubled twice with the lecturers kept (more students), and with lecturers and students doubled as well.

    python tests/bench/severity.py [python of an environment that has mixedlm, statsmodels, pandas]
"""

from __future__ import annotations

import gzip
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from math import log
from pathlib import Path
from statistics import median

import numpy as np
import polars as pl

from shuping.panels.severity import SeverityModel, fit_severity

ROUNDS, LIMIT, TARGET, MOST_MEMORY = 3, 90, 1.0, 500
OTHERS = ("mixedlm==1.3.0", "statsmodels==0.15.0", "pandas", "polars")
MODELS = {
    "model 1": SeverityModel("d", "s", "y"),
    "model 2": SeverityModel("d", "s", "y", fixed=("service",), interactions=(("dept", "service"),)),
}
FORMULAS = {"model 1": "y ~ 1 + (1|s) + (1|d)", "model 2": "y ~ service + (1|s) + (1|d) + (1|ds)"}
READ = """
import json, sys, time
import pandas as pd
path, formula = sys.argv[1:]
data = pd.read_csv(path)
for name in ("s", "d", "dept"):
    data[name] = data[name].astype(str)
data["ds"] = data["dept"] + ":" + data["service"].astype(str)
data["service"] = data["service"].astype(float)
"""
MIXEDLM = (
    READ
    + """
import mixedlm
mixedlm.lmer("y ~ 1 + (1|d)", data.head(500))
start, cpu = time.perf_counter(), time.process_time()
fit = mixedlm.lmer(formula, data)
print(json.dumps([time.perf_counter() - start, time.process_time() - cpu, float(fit.REMLcrit())]))
"""
)
STATSMODELS = (
    READ
    + """
import statsmodels.formula.api as smf
parts = {"s": "0 + C(s)", "d": "0 + C(d)"} | ({"ds": "0 + C(ds)"} if "ds" in formula else {})
start, cpu = time.perf_counter(), time.process_time()
fixed = "y ~ service" if "service" in formula else "y ~ 1"
fit = smf.mixedlm(fixed, data, groups=[1] * len(data), vc_formula=parts).fit(reml=True)
print(json.dumps([time.perf_counter() - start, time.process_time() - cpu, -2 * float(fit.llf)]))
"""
)


def data_file() -> Path:
    """The case's file; where the cases are is known to the tests' conftest alone."""
    if "SHUPING_CASES" not in os.environ:
        sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
        import tests.conftest  # noqa: F401  (finds them, and says so in the environment)
    return Path(os.environ.get("SHUPING_CASES", "")) / "insteval" / "InstEval.csv.gz"


def ratings() -> pl.DataFrame:
    """The case's ratings."""
    return pl.read_csv(gzip.decompress(data_file().read_bytes()))


def ours(data: pl.DataFrame, model: SeverityModel) -> list[float]:
    """Return wall time, processor time and criterion of one fit."""
    start, cpu = time.perf_counter(), time.process_time()
    fit = fit_severity(data, model)
    return [time.perf_counter() - start, time.process_time() - cpu, fit.criterion]


def theirs(python: str, program: str, formula: str) -> list[float] | str:
    """Return the same of another library, or why there is nothing."""
    limit = 6 * 2**30
    try:
        done = subprocess.run(
            [python, "-W", "ignore", "-c", program, str(data_file()), formula],
            capture_output=True, text=True, timeout=LIMIT, check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return f"not done in {LIMIT} s"
    if done.returncode:
        return f"failed within 6 GB: {(done.stderr.strip().splitlines() or ['?'])[-1][:90]}"
    found: list[float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def environment(folder: Path) -> str | None:
    """Install the others into a folder that is thrown away; return its Python."""
    python = folder / "venv" / "bin" / "python"
    uv = [sys.executable, "-m", "uv"]
    for more in ([], ["--system-certs"]):
        made = subprocess.run(
            [*uv, "venv", "-q", "--clear", "--python", sys.executable, str(python.parents[1])], check=False
        )
        install = [*uv, "pip", "install", "-q", "--python", str(python), *OTHERS, *more]
        if made.returncode == 0 and subprocess.run(install, check=False).returncode == 0:
            return str(python)
    return None


def compare(python: str | None) -> bool:
    """Print the comparison; tell whether the target is met."""
    data, met = ratings(), python is not None
    fit_severity(data.filter(pl.col("d") < 400), MODELS["model 1"])  # what is loaded once is loaded
    for name, model in MODELS.items():
        mine: list[list[float]] = []
        other: list[list[float] | str] = []
        for _ in range(ROUNDS):  # in turn: a busy machine is busy for both
            mine.append(ours(data, model))
            if python is not None:
                other.append(theirs(python, MIXEDLM, FORMULAS[name]))
        wall, cpu = (median(run[place] for run in mine) for place in (0, 1))
        print(f"{name}: shuping {wall:.2f} s ({cpu:.2f} s of processor), criterion {mine[0][2]:.6f}")
        runs = [run for run in other if not isinstance(run, str)]
        if not runs:
            print(f"  mixedlm: {other[0] if other else 'not installed'}")
            met = False
            continue
        theirs_wall, theirs_cpu = (median(run[place] for run in runs) for place in (0, 1))
        print(f"  mixedlm {theirs_wall:.2f} s ({theirs_cpu:.2f} s of processor), criterion {runs[0][2]:.6f}")
        print(f"  ratio {wall / theirs_wall:.2f} (target {TARGET})")
        met &= wall <= TARGET * theirs_wall
        if python is not None:
            found = theirs(python, STATSMODELS, FORMULAS[name])
            print(
                f"  statsmodels: {found if isinstance(found, str) else f'{found[0]:.2f} s, criterion {found[2]:.6f}'}"
            )
    return met


def memory() -> bool:
    """Print the peak of a process that reads the ratings and fits both models; tell whether the target is met."""
    done = subprocess.run([sys.executable, __file__, "--memory"], capture_output=True, text=True, check=True)
    peak = int(done.stdout)
    print(f"memory: {peak} MB at the peak (target {MOST_MEMORY})")
    return peak <= MOST_MEMORY


def fit_both() -> None:
    """In a process of its own: fit, with the errors of every unit and reviewer, and print the peak in MB."""
    data = ratings()
    for model in MODELS.values():
        fit = fit_severity(data, model)
        assert fit.units.height == 1128
        assert fit.reviewers.height == 2972
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


def drawn(units: int, reviewers: int, each: int) -> pl.DataFrame:
    """Every reviewer marks ``each`` units, drawn."""
    random = np.random.default_rng(units + reviewers)
    who = np.repeat(np.arange(reviewers), each)
    what = random.integers(0, units, len(who))
    good, lenient = random.normal(0, 0.5, units), random.normal(0, 0.3, reviewers)
    marks = 3 + good[what] + lenient[who] + random.normal(0, 1.2, len(who))
    return pl.DataFrame({"unit": what, "reviewer": who, "mark": marks})


def growth() -> None:
    """Print times at three sizes and the exponent of their growth with the ratings."""
    for title, more_units in (("reviewers doubled, 500 units", 1), ("units and reviewers doubled", 2)):
        times, sizes = [], []
        for step in range(3):
            data = drawn(500 * more_units**step, 1500 * 2**step, 25)
            sizes.append(data.height)
            times.append(min(ours(data, SeverityModel())[0] for _ in range(2)))
        exponent = log(times[-1] / times[0]) / log(sizes[-1] / sizes[0])
        print(
            f"growth, {title}: " + ", ".join(f"{n} in {t:.2f} s" for n, t in zip(sizes, times, strict=True)), end="; "
        )
        print(f"exponent {exponent:.2f}")


def main(arguments: list[str]) -> int:
    """Run everything. Exit status 1 when a target is missed or nothing could be compared."""
    if arguments == ["--memory"]:
        fit_both()
        return 0
    if not data_file().exists():
        print("the case insteval is not there: nothing was measured")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        met = compare(arguments[0] if arguments else environment(Path(folder)))
    met &= memory()
    growth()
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

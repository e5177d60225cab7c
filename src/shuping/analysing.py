"""The front of ``shuping analyse``: a folder scored once, and its rule book looked at with these scores."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from shuping import appraisal
from shuping.archive.folder import whole_folder, write_manifest
from shuping.documents.analysis.view import NEIGHBOURS_SCHEMA, Analysis
from shuping.errors import MissingExtraError
from shuping.records import write_csv
from shuping.records.folder import Folder
from shuping.review.coherence import coherence
from shuping.review.coherence_limits import CoherenceLimits
from shuping.review.coherence_redundancy import redundancy
from shuping.review.contributions import parts_of
from shuping.review.difference import difference_rows
from shuping.rulebook.uncertainty import WeightVariation
from shuping.scoring.result import Result
from shuping.standing.drivers.gather import drivers_of
from shuping.standing.drivers.rank_change import Design
from shuping.standing.simulation.appraise import Case

if TYPE_CHECKING:
    from shuping.appraisal import Progress
    from shuping.errors import Lang

ASSUMED = Fraction(1, 4)
"""Where a rule book declares no choices, its weights are varied by this share: COINr's default for noisy weights."""
PAGE = "analysis.html"
STEPS = 3


def analyse(
    folder: Folder,
    period: str | None = None,
    *,
    seed: int | None = None,
    points: int = 1024,
    limits: CoherenceLimits | None = None,
    memory_limit: str | None = None,
    progress: Progress | None = None,
) -> Analysis:
    """Score a folder in one period (by default the rule book's last) and look at its rule book with these scores.

    ``seed`` (by default the rule book's) and ``points`` (a power of two) are those of the Sobol indices; nothing else
    is drawn by chance beyond what the rule book's ``uncertainty`` asks for. Raises InputError as ``score`` does, and
    where ``points`` is no power of two.
    """
    when = appraisal.periods_of(folder.rulebook, period)[-1]
    result, case_of = appraisal.score_with_cases(folder, when, memory_limit=memory_limit, progress=progress)
    told = progress or (lambda what, done, whole: None)
    told("analyse", 0, STEPS)
    found = coherence(result, when, limits)
    told("analyse", 1, STEPS)
    case, assumed = _with_choices(case_of(when))
    asked = folder.rulebook.uncertainty
    # weights alone: criterion by criterion; beside other choices they are one of them
    together = bool(asked.vary.alternatives)
    design = Design(
        points, float(asked.interval), seed=asked.seed if seed is None else seed,
        weights="together" if together else "by_criterion",
    )  # fmt: skip
    drivers = drivers_of(result.trace, case, when, design, partial(told, "sobol"))
    told("analyse", 2, STEPS)
    neighbours = pl.DataFrame(list(_neighbours(result, when)), schema=NEIGHBOURS_SCHEMA, orient="row")
    told("analyse", STEPS, STEPS)
    return Analysis(
        folder.rulebook, folder.register, found, redundancy(found, drivers.removed, _ranked(result, when)),
        drivers.indices, drivers.changes, drivers.removed, drivers.moves, drivers.profile, neighbours,
        points, design.level, design.seed, assumed,
    )  # fmt: skip


def _with_choices(case: Case) -> tuple[Case, float | None]:
    """Return the case with weights that vary where its rule book declares no choices at all, and by how much."""
    asked = case.rulebook.uncertainty
    if asked.vary.weights is not None or asked.vary.alternatives:
        return case, None
    varied = asked.vary.model_copy(update={"weights": WeightVariation(by=ASSUMED)})
    update = {"uncertainty": asked.model_copy(update={"vary": varied})}
    return replace(case, rulebook=case.rulebook.model_copy(update=update)), float(ASSUMED)


def _ranked(result: Result, period: str) -> dict[str, int]:
    """Return how many units of each comparison group have a rank."""
    mine = result.standing.filter((pl.col("period") == period) & pl.col("rank").is_not_null())
    return dict(mine.group_by("group").len().sort("group").iter_rows())


def _neighbours(result: Result, period: str) -> Iterator[dict[str, Any]]:
    """Yield what puts each unit ahead of the one that comes next in its group; the lines of a pair add up."""
    mine = (pl.col("period") == period) & pl.col("rank").is_not_null() & pl.col("total").is_not_null()
    ranked = result.standing.filter(mine).select("group", "unit", "rank", "total").sort("group", "rank", "unit")
    parts = parts_of(result.trace, period)
    rows = ranked.rows()
    for (group, unit, rank, total), (other_group, other, other_rank, other_total) in pairwise(rows):
        if group != other_group:
            continue
        head = {
            "period": period, "group": group, "unit": unit, "rank": rank, "behind": other, "behind_rank": other_rank
        }  # fmt: skip
        published = Fraction(other_total), Fraction(total)
        for line in difference_rows(parts[other], parts[unit], published, 10):
            if line["difference_exact"] != "0/1":
                yield head | {name: line[name] for name in NEIGHBOURS_SCHEMA if name not in head}


def write_analysis(
    found: Analysis, folder: Folder, out: str | Path, *, lang: Lang = "zh", force: bool = False
) -> tuple[str, ...]:
    """Write ``analysis.html`` (both languages, ``lang`` first), a CSV of every figure and a manifest into ``out``,
    whole or not at all; return what is missing for want of an extra.

    Raises OutputError when ``out`` exists (unless ``force``) or cannot be written.
    """
    skipped: list[str] = []
    with whole_folder(Path(out), force=force) as fresh:
        for name, frame in found.frames().items():
            write_csv(rounded(frame), fresh / f"{name}.csv")
        try:
            from shuping.documents.analysis.page import render_page

            (fresh / PAGE).write_text(render_page(found, lang), encoding="utf-8", newline="\n")
        except MissingExtraError:
            skipped.append(PAGE)
        book = found.rulebook
        told = {"id": book.rulebook, "version": book.version, "title_zh": book.title.zh}
        write_manifest(fresh, rulebook=told, periods=[found.period], inputs=folder.inputs)
    return tuple(skipped)


def rounded(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame with ten decimals: what lies beyond is float64's, and differs from machine to machine."""
    floats = [name for name, kind in frame.schema.items() if kind == pl.Float64]
    return frame.with_columns(pl.col(floats).round(10) + 0.0)  # + 0.0: no minus before a zero

"""The library's front: read a folder, score it, explain it, write it. The command line is a thin layer over exactly
this.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from shuping.archive.folder import StoredResult, open_result, sha256_of, whole_folder, write_manifest
from shuping.archive.tables import measures_text, write_tables
from shuping.errors import InputError, MissingExtraError, Problem
from shuping.measures import compute
from shuping.measures.remembered import Remembered, judged_of
from shuping.measures.table import MeasureTable
from shuping.methods.arithmetic import EXACT
from shuping.panels.ballots import count_ballots
from shuping.panels.judged import Judged
from shuping.panels.outputs import judge_panels
from shuping.preparation import Prepared, prepare
from shuping.preparation.frame import prepared_frame
from shuping.records import read_folder, read_units, write_csv, write_template
from shuping.records.folder import Folder, SourceFile
from shuping.rulebook.frame_rules import framing_periods
from shuping.rulebook.load import load
from shuping.rulebook.model import Rulebook
from shuping.rulebook.rules import missing_rules
from shuping.scoring.evaluate import evaluate
from shuping.scoring.grid import Grid, grid_of
from shuping.scoring.inputs import check_register, ready_inputs
from shuping.scoring.period_inputs import measures_inside, periods_inside
from shuping.scoring.policy import refuse_blocked
from shuping.scoring.provenance import Provenance, files_of, provenance_of
from shuping.scoring.result import Result
from shuping.scoring.rounding import UndecidableStage, undecided
from shuping.scoring.scores import Scores, walk
from shuping.scoring.trace import trace, trace_frame
from shuping.standing.decisions import decided_ranks, with_decisions
from shuping.standing.findings import finding_rows, with_findings
from shuping.standing.frames import findings_frame, measures_frame, scores_frame, standing_frame, with_intervals
from shuping.standing.grades import Effect
from shuping.standing.order import Evidence
from shuping.standing.place_words import put_places, with_intervals_in_words
from shuping.standing.restated import successions_of
from shuping.standing.simulation.appraise import Case
from shuping.standing.simulation.folder import Done, Material, case_of, rank_uncertainty
from shuping.standing.standing import Standing, stand
from shuping.standing.veto import deductions_of, effects_of, vetoes_of, with_adjustments, with_what_was_adjusted
from shuping.standing.what_if.closed import first_level
from shuping.standing.what_if.ground import Ground
from shuping.values.exact import UndecidableRounding
from shuping.values.periods import Period, parse_span

if TYPE_CHECKING:
    import altair as alt

    from shuping.documents.charts import Kind

Progress = Callable[[str, int, int], None]
"""Told what is being done (``read``, ``measures``, ``score``, ``simulate``, ``write``), how much of it, and how much
there is.
"""


class Scored(Result):
    """A result as the front hands it out: it shows itself in a notebook, draws its charts and writes its folder."""

    def chart(self, kind: Kind = "standing", **options: Any) -> alt.VConcatChart:
        """Draw a chart (``standing``, ``criteria``, ``profile``); needs ``shuping[documents]``."""
        from shuping.documents.charts import chart

        return chart(self, kind, **options)

    def write(self, out: str | Path, **options: Any) -> tuple[str, ...]:
        """Write the result folder; see ``shuping.write``."""
        return write(self, out, **options)

    def _repr_html_(self) -> str:
        from shuping.documents.notebook import standing_html

        return standing_html(self)


def read(
    path: str | Path,
    *,
    accept: str = "all",
    settings: Mapping[str, str] | None = None,
    rulebook: str | Path | None = None,
    progress: Progress | None = None,
) -> Folder:
    """Read a folder: its ``rulebook.yaml`` (or the one given), units, records, marks, surveys and targets.

    ``accept="valid"`` goes on with the good rows and keeps the others in ``Folder.rejected``. ``settings`` fill
    ``${NAME}`` in sources.yaml. Raises RulebookError or InputError with every problem found.
    """
    folder = Path(path)
    file = Path(rulebook) if rulebook is not None else folder / "rulebook.yaml"
    book = load(file)
    found = read_folder(
        folder, book, accept="valid" if accept == "valid" else "all", settings=settings or {}, progress=progress
    )
    shown = file.relative_to(folder).as_posix() if file.is_relative_to(folder) else str(rulebook)
    return replace(found, inputs=(SourceFile(shown, sha256_of(file), 0), *found.inputs))


def periods_of(rulebook: Rulebook, asked: str | Sequence[str] | None = None) -> tuple[str, ...]:
    """Return the periods to score: those asked for (spans allowed), else the rule book's. Raises InputError."""
    given = [asked] if isinstance(asked, str) else list(asked or rulebook.periods)
    if not given:
        raise InputError(Problem("scoring.no-period"))
    found: list[str] = []
    for text in given:
        try:
            found += [period.name for period in parse_span(text, rulebook.year_starts)]
        except ValueError as error:
            raise InputError(Problem("scoring.bad-period", {"given": text})) from error
    _refuse_outside(rulebook, found)
    return tuple(dict.fromkeys(found))


def _refuse_outside(rulebook: Rulebook, asked: Sequence[str]) -> None:
    """A period that lies in none of the rule book's is refused: no record can belong to it, and zeros are no scores."""
    own = [period for text in rulebook.periods for period in parse_span(text, rulebook.year_starts)]
    spans = [(period.start, period.end) for period in own]
    problems = []
    for name in asked if own else ():
        period = Period.parse(name, rulebook.year_starts)
        if not any(start <= period.end and period.start <= end for start, end in spans):
            problems.append(Problem("scoring.period-outside", {"given": name, "allowed": ", ".join(rulebook.periods)}))
    if problems:
        raise InputError(problems)


def measure(
    folder: Folder,
    periods: str | Sequence[str] | None = None,
    measures: Collection[str] | None = None,
    *,
    memory_limit: str | None = None,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Return the measures of a folder (``MEASURES_SCHEMA``), by default all of them in the rule book's periods."""
    check_register(folder)
    wanted = periods_of(folder.rulebook, periods)
    table = compute(folder, wanted, measures, memory_limit=memory_limit, progress=progress)
    return measures_frame(folder.rulebook, table)


def score(
    folder: Folder,
    periods: str | Sequence[str] | None = None,
    *,
    previous: StoredResult | Result | str | Path | None = None,
    memory_limit: str | None = None,
    progress: Progress | None = None,
    remembered: Remembered | None = None,
) -> Scored:
    """Score a folder: measures, points, totals, ranks, grades, trace and findings of every period.

    ``previous`` (a result or its folder) adds the change since then to the first period; later periods are compared
    with the one before. ``remembered`` keeps measures from one run to the next, for folders that take over tables from
    each other. Raises InputError when the rule book and the folder do not fit together.
    """
    return score_with_cases(
        folder, periods, previous=previous, memory_limit=memory_limit, progress=progress, remembered=remembered
    )[0]


def score_with_cases(
    folder: Folder,
    periods: str | Sequence[str] | None = None,
    *,
    previous: StoredResult | Result | str | Path | None = None,
    memory_limit: str | None = None,
    progress: Progress | None = None,
    remembered: Remembered | None = None,
) -> tuple[Scored, Callable[[str], Case]]:
    """Score a folder as ``score`` does; return besides what makes the case of a scored period, to be simulated again.

    Raises InputError as ``score`` does.
    """
    rulebook = folder.rulebook
    wanted = _wanted(folder, periods)
    before = _before(previous)
    grid, table, ready, provenance = _gathered(folder, wanted, memory_limit, progress, remembered)
    scored = [_score_period(folder, table, ready, provenance, period, progress, wanted) for period in wanted]
    traced = trace_frame([row for part in scored for row in part.trace])
    standings = [(part.period, part.standing) for part in scored]
    material = Material(folder, grid, table, ready, provenance.panels, memory_limit, remembered)
    told = None if progress is None else partial(progress, "simulate")
    done = {one.period: Done(one.period, one.standing, one.effects) for one in scored}
    uncertainty = rank_uncertainty(material, list(done.values()), told)
    placed = standing_frame(rulebook, folder.register, standings, before, successions_of(folder))
    result = Scored(
        rulebook=rulebook,
        register=folder.register,
        periods=wanted,
        standing=with_intervals(placed, uncertainty.ranks),
        scores=scores_frame(rulebook, traced),
        measures=measures_frame(rulebook, table.without(framing_periods(rulebook, wanted))),
        trace=with_intervals_in_words(traced, uncertainty.ranks),
        findings=findings_frame(rulebook, [row for part in scored for row in part.findings]),
        sources=files_of(folder),
        inputs=folder.inputs,
        prepared=prepared_frame(ready.changes),
        uncertainty=uncertainty,
        first_level=first_level(scored[-1].ground, scored[-1].standing),
    )
    return result, lambda period: case_of(material, done[period])


def ground_of(
    folder: Folder,
    period: str | None = None,
    *,
    memory_limit: str | None = None,
    progress: Progress | None = None,
) -> tuple[Ground, list[Standing]]:
    """Score one period of a folder, by default the last, and return what its standing rests on, with the standing.

    Raises InputError as ``score`` does.
    """
    when = _wanted(folder, period)[-1:]
    _, table, ready, provenance = _gathered(folder, when, memory_limit, progress)
    scored = _score_period(folder, table, ready, provenance, when[0], progress, when)
    return scored.ground, scored.standing


def _wanted(folder: Folder, periods: str | Sequence[str] | None) -> tuple[str, ...]:
    if not folder.rulebook.criteria:
        raise InputError(Problem("scoring.no-criteria"))
    check_register(folder)
    return periods_of(folder.rulebook, periods)


def _gathered(
    folder: Folder,
    wanted: Sequence[str],
    memory_limit: str | None,
    progress: Progress | None,
    remembered: Remembered | None = None,
) -> tuple[Grid, MeasureTable, Prepared, Provenance]:
    """Measure and judge what the periods rest on, and prepare it."""
    rulebook = folder.rulebook
    if remembered is not None:
        remembered.under(rulebook)
    grid = grid_of(rulebook, folder.register)
    framed = [*wanted, *framing_periods(rulebook, wanted)]
    inside = [period for period in periods_inside(rulebook, wanted) if period not in framed]
    table = _measures(folder, framed, inside, memory_limit, progress, remembered)
    judge = partial(_panels, folder, grid, [*framed, *inside])
    panels = judge() if remembered is None else remembered.get(tuple(framed), judged_of(folder), judge)
    ready = prepare(rulebook, folder.register, grid.group_of_unit(), table, wanted)
    return grid, table, ready, provenance_of(folder, table, panels).noting(ready.changes)


@dataclass(frozen=True, slots=True)
class _ScoredPeriod:
    period: str
    standing: list[Standing]
    ground: Ground
    effects: Mapping[str, tuple[Effect, ...]]
    trace: list[dict[str, Any]]
    findings: list[dict[str, Any]]


def _score_period(
    folder: Folder,
    table: MeasureTable,
    ready: Prepared,
    provenance: Provenance,
    period: str,
    progress: Progress | None,
    periods: Sequence[str],
) -> _ScoredPeriod:
    rulebook = folder.rulebook
    grid = grid_of(rulebook, folder.register, period)
    if progress is not None:
        progress("score", periods.index(period), len(periods))
    inputs = ready_inputs(folder, grid, ready, provenance.panels, period, EXACT)
    try:
        root = evaluate(rulebook, grid, inputs, EXACT)
    except UndecidableStage as error:  # a stage below the total is rounded
        given = {"unit": ", ".join(grid.units[place] for place in error.places[:10]), "criterion": error.criterion}
        raise InputError(Problem("scoring.undecidable-stage", {**given, "period": period})) from error
    refuse_blocked(root, missing_rules(rulebook), grid, period, provenance.files_of_criterion)
    try:
        vetoes, decided = vetoes_of(rulebook, grid, table, period), decided_ranks(folder, period)
        ground = Ground(period, rulebook, grid, inputs, root, partial(table.values, period), vetoes, decided)
        evidence = Evidence(ground.measured, deductions_of(grid, root.adjustments))
        standing = stand(rulebook, grid, root, evidence, effects_of(vetoes), decided)
        standing = with_what_was_adjusted(standing, grid, root.adjustments, vetoes)
        standing = with_decisions(folder, standing, period)
        rows = trace(rulebook, folder.register, grid, root, provenance, period, vetoes)
        put_places(rulebook, standing, rows)
    except UndecidableRounding as error:
        raise InputError(Problem("scoring.undecidable", {"unit": _undecided_units(rulebook, grid, root)})) from error
    if progress is not None:
        progress("score", periods.index(period) + 1, len(periods))
    found = finding_rows(rulebook, grid, table, provenance, period)
    return _ScoredPeriod(period, standing, ground, effects_of(vetoes), rows, found)


def _undecided_units(rulebook: Rulebook, grid: Grid, root: Scores) -> str:
    """Name the units with a total, else with points of a criterion, that cannot be rounded for printing."""
    rounding = rulebook.rounding
    found = undecided(root.points, rounding.places, rounding.mode) or sorted(
        {place for scores in walk(root) for place in undecided(scores.points, rounding.detail_places, rounding.mode)}
    )
    return ", ".join(grid.units[place] for place in found[:10])


def _measures(
    folder: Folder,
    periods: Sequence[str],
    inside: Sequence[str],
    memory_limit: str | None,
    progress: Progress | None,
    remembered: Remembered | None = None,
) -> MeasureTable:
    """Compute all measures in the periods scored, and those that are asked for in the periods inside them."""
    widened = replace(folder, rulebook=with_adjustments(with_findings(folder.rulebook)))
    table = compute(widened, periods, None, memory_limit=memory_limit, progress=progress, remembered=remembered)
    if not inside:
        return table
    asked = measures_inside(folder.rulebook)
    short = compute(widened, inside, asked, memory_limit=memory_limit, progress=progress, remembered=remembered)
    return MeasureTable(pl.concat([table.frame, short.frame]))


def _panels(folder: Folder, grid: Grid, periods: Sequence[str]) -> dict[tuple[str, str, str], Judged]:
    return {**dict(_ballots(folder, grid, periods)), **judge_panels(folder, grid.group_of_unit(), periods)}


def _ballots(folder: Folder, grid: Grid, periods: Sequence[str]) -> Iterator[tuple[tuple[str, str, str], Judged]]:
    """Count each ballot once a period, and take from it every output that some criterion asks for."""
    sources = {leaf.ballot.key: leaf.ballot for leaf in folder.rulebook.walk() if leaf.ballot is not None}
    used = {source.id for source in sources.values()}
    for period in periods:
        counted = count_ballots(folder, period, used)
        for key, source in sorted(sources.items()):
            scores = counted[source.id].values(source, grid.units)
            yield from (((period, key, unit), score) for unit, score in scores.items())


def _before(previous: StoredResult | Result | str | Path | None) -> dict[str, dict[str, Any]] | None:
    """Return an earlier result's last standing by unit."""
    if previous is None:
        return None
    earlier = open_result(previous) if isinstance(previous, str | Path) else previous
    frame = (
        earlier.standing.filter(pl.col("period") == earlier.standing["period"].to_list()[-1])
        if earlier.standing.height
        else earlier.standing
    )
    rows = frame.select("period", "unit", "group", "total", "rank").to_dicts()
    return {
        row["unit"]: {
            "period": row["period"],
            "group": row["group"],
            "total": None if row["total"] in (None, "") else Decimal(str(row["total"])),
            "rank": None if row["rank"] in (None, "") else int(row["rank"]),
        }
        for row in rows
    }


def write(
    result: Result, out: str | Path, *, force: bool = False, documents: bool = True, progress: Progress | None = None
) -> tuple[str, ...]:
    """Write a result folder, whole or not at all; return the names of what is missing for want of an extra.

    Tables, trace and manifest are always written; workbook, commentaries and report need ``shuping[documents]``:
    without it their names are returned. Raises OutputError when ``out`` exists (unless ``force``) or cannot be
    written.
    """
    skipped: list[str] = []
    with whole_folder(Path(out), force=force) as folder:
        write_tables(result, folder)
        steps = _document_steps() if documents else {}
        for done, (name, step) in enumerate(steps.items()):
            if progress is not None:
                progress("write", done, len(steps))
            try:
                step(result, folder / name)
            except MissingExtraError:
                skipped.append(name)
        if progress is not None and steps:
            progress("write", len(steps), len(steps))
        book = {
            "id": result.rulebook.rulebook,
            "version": result.rulebook.version,
            "title_zh": result.rulebook.title.zh,
        }
        write_manifest(folder, rulebook=book, periods=result.periods, inputs=result.inputs)
    return tuple(skipped)


def _document_steps() -> dict[str, Callable[[Result, Path], object]]:
    from shuping.documents.commentary import write_commentary
    from shuping.documents.report import write_report
    from shuping.documents.workbook import write_workbook

    return {
        "result.xlsx": write_workbook,
        "commentary.zh.docx": lambda result, path: write_commentary(result, path, "zh"),
        "commentary.en.docx": lambda result, path: write_commentary(result, path, "en"),
        "report.html": write_report,
    }


def write_measures(rulebook: Rulebook, measures: pl.DataFrame, path: str | Path) -> None:
    """Write measures as CSV, each with its own places. Raises OutputError when the file cannot be written."""
    write_csv(measures_text(rulebook, measures), Path(path))


def write_forms(path: str | Path, out: str | Path, settings: Mapping[str, str] | None = None) -> None:
    """Write the XLSX forms of a folder's rule book, with the units of its register.

    Raises RulebookError or InputError for a faulty rule book or register, OutputError when nothing can be written.
    """
    folder = Path(path)
    book = load(folder / "rulebook.yaml")
    write_template(book, read_units(folder, book, settings=settings or {}), Path(out))

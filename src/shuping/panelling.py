"""The front of ``shuping panel``: a folder's ballots counted and its panels judged, with agreement and severity."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from shuping import appraisal
from shuping.documents.panels.view import (
    AGREEMENT,
    COUNTS,
    EVERYBODY,
    GROUPS,
    REVIEWERS,
    SCORES,
    UNITS,
    BallotView,
    Judgement,
    PanelView,
    Sentences,
    SeverityView,
)
from shuping.errors import InputError, Problem
from shuping.panels.agreement import (
    METRICS,
    Agreement,
    Alpha,
    Concordance,
    Intraclass,
    Marks,
    Unmeasured,
    agreement_of,
    spread,
)
from shuping.panels.agreement_words import alpha_sentence, reason_words, sentences
from shuping.panels.ballot_agreement import voters_alpha
from shuping.panels.ballot_score import BallotScore
from shuping.panels.ballot_sheet import count_sheet, grade_table
from shuping.panels.ballots import count_ballots
from shuping.panels.form_marks import agreement_marks
from shuping.panels.outputs import judge_panel, no_marks, setting_of
from shuping.panels.score import PanelScore
from shuping.panels.severity import Assumed, SeverityFit, panel_severity, plan_severity
from shuping.panels.sheets import UnitSheets, sheets_of
from shuping.records.files_out import refuse_taken, write_files
from shuping.rulebook.ballot_model import BallotSource
from shuping.rulebook.panel_model import Panel
from shuping.scoring.grid import grid_of
from shuping.scoring.inputs import check_register
from shuping.values import Missing
from shuping.values.rounding import show

if TYPE_CHECKING:
    from shuping.errors import Lang
    from shuping.records.folder import Folder

NORMAL_95 = 1.959963984540054
"""The 97.5 % point of the normal distribution."""
ADVISED = 1000
"""With more reviewers than this nothing is said of whether adjusting helps: it takes the inverse of a full matrix."""
NONE: tuple[SeverityView | None, Sentences] = (None, {})
LANGUAGES: tuple[Lang, ...] = ("zh", "en")


def judge(
    folder: Folder, only: Sequence[str] | None = None, *, period: str | None = None, severity: bool = False
) -> Judgement:
    """Count every ballot and judge every panel of a folder (or ``only`` those named) in one period.

    The period is by default the last of the rule book. ``severity``: estimate the reviewers' severity of every panel,
    not only where the rule book asks for it. Raises InputError for an unknown name or period, and where there is
    neither ballot nor panel.
    """
    book = folder.rulebook
    check_register(folder)
    when = appraisal.periods_of(book, period)[-1]
    chosen = _chosen(folder, only)
    units = grid_of(book, folder.register).group_of_unit()
    ballots = tuple(_ballot(folder, name, sorted(units), when) for name in book.ballots if name in chosen)
    panels = tuple(_panel(folder, name, units, when, severity) for name in book.panels if name in chosen)
    return Judgement(book, folder.register, when, ballots, panels)


def _chosen(folder: Folder, only: Sequence[str] | None) -> list[str]:
    known = [*folder.rulebook.ballots, *folder.rulebook.panels]
    if not known:
        raise InputError(Problem("documents.nobody-judges", {}))
    unknown = [name for name in only or () if name not in known]
    if unknown:
        given = {"known": ", ".join(known)}
        raise InputError([Problem("documents.unknown-panel", {"given": name, **given}) for name in unknown])
    return list(only or known)


# --- ballots -------------------------------------------------------------------------------------------------------


def _ballot(folder: Folder, name: str, units: Sequence[str], period: str) -> BallotView:
    book = folder.rulebook
    ballot = book.ballots[name]
    counted = count_ballots(folder, period, [name])[name]
    there = [unit for unit in units if unit in counted.results]
    output = "borda" if ballot.kind == "ranks" and ballot.rank_points is None else "score"
    values = counted.values(BallotSource(id=name, output=output), there)
    found = voters_alpha(counted, set(there))
    said: Sentences = {} if found is None else {lang: (alpha_sentence(found, lang),) for lang in LANGUAGES}
    scores = pl.DataFrame(_score_rows(values, book.rounding.detail_places), schema=SCORES, orient="row")
    return BallotView(name, ballot, count_sheet(counted, there), grade_table(counted, there), scores, said)


def _score_rows(values: Mapping[str, BallotScore | PanelScore], places: int) -> Iterator[tuple[str, str | None, Any]]:
    for unit, score in values.items():
        value = score.value
        yield (unit, None, value.reason) if isinstance(value, Missing) else (unit, show(value, places), None)


# --- panels --------------------------------------------------------------------------------------------------------


def _panel(folder: Folder, name: str, units: Mapping[str, str], period: str, severity: bool) -> PanelView:
    book = folder.rulebook
    panel = book.panels[name]
    marks = folder.panels[name].frame if name in folder.panels else no_marks()
    scores = judge_panel(folder, name, units, period)
    judged = {unit: score for unit, score in sorted(scores.items()) if score.marks or score.absent or score.recused}
    sheets = sheets_of(panel, marks, period, setting_of(folder, name, units, period).recused)
    by_scope = agreement_marks(panel, {unit: sheets.get(unit, UnitSheets()) for unit in judged})
    found = {scope: agreement_of(marks) for scope, marks in by_scope.items()}
    hidden = _hidden(panel, judged)
    there = {unit: sheets[unit] for unit in judged if unit in sheets}
    asked = severity or panel.severity is not None
    fitted, refused = severity_view(panel, there, hidden) if asked else NONE
    return PanelView(
        name,
        panel,
        _panel_scores(judged, book.rounding.detail_places),
        pl.DataFrame(_group_rows(judged, hidden, book.rounding.detail_places), schema=GROUPS, orient="row"),
        pl.DataFrame(_agreement_rows(found), schema=AGREEMENT, orient="row"),
        _meaning(panel, found),
        _spread(next(iter(by_scope.values())), panel.min_shown if panel.secret else 1, hidden),
        fitted,
        refused,
    )


def _panel_scores(judged: Mapping[str, PanelScore], places: int) -> pl.DataFrame:
    rows = [(*row, *(getattr(judged[row[0]], count) for count in COUNTS)) for row in _score_rows(judged, places)]
    return pl.DataFrame(rows, schema={**SCORES, **dict.fromkeys(COUNTS, pl.Int64)}, orient="row")


def _hidden(panel: Panel, judged: Mapping[str, PanelScore]) -> frozenset[str]:
    """Return the units of a secret panel where some group has too few judges.

    Nothing but the score is shown of them: two means with other weights, such as that of all reviewers beside the
    score, are enough to work the small group's out.
    """
    few = (
        unit
        for unit, score in judged.items()
        if panel.secret and any(judges < panel.min_shown for _, judges in score.groups.values())
    )
    return frozenset(few)


def _group_rows(
    judged: Mapping[str, PanelScore], hidden: Collection[str], places: int
) -> Iterator[tuple[str, str, str | None, int]]:
    for unit, score in judged.items():
        for group, (mean, judges) in score.groups.items():
            yield unit, group, None if unit in hidden else show(mean, places), judges


def _spread(marks: Marks, fewest: int, hidden: Collection[str]) -> pl.DataFrame:
    found = spread(marks, fewest)
    figures = ("mean", "sd", "range")
    shown = ~pl.col("unit").is_in(list(hidden))
    return found.with_columns(pl.when(shown).then(pl.col(figure)).alias(figure) for figure in figures)


def _agreement_rows(found: Mapping[tuple[str, str], Agreement]) -> Iterator[tuple[Any, ...]]:
    for (item, group), agreement in found.items():
        for figure, value in _figures(agreement):
            yield item, group, agreement.units, agreement.reviewers, figure, *value


def _figures(found: Agreement) -> Iterator[tuple[str, tuple[Any, ...]]]:
    if isinstance(found.intraclass, Intraclass):
        for one in found.intraclass.coefficients:
            yield one.form, (one.value, one.low, one.high, None, None)
    else:
        yield "ICC", _no_figure(found.intraclass)
    for metric in METRICS:
        value = found.alpha[metric]
        yield f"alpha_{metric}", _one_figure(value)
    yield "W", _one_figure(found.concordance)


def _one_figure(found: Alpha | Concordance | Unmeasured) -> tuple[Any, ...]:
    return _no_figure(found) if isinstance(found, Unmeasured) else (float(found.value), None, None, None, None)


def _no_figure(found: Unmeasured) -> tuple[Any, ...]:
    return None, None, None, *(reason_words(found.reason, lang) for lang in LANGUAGES)


def _meaning(panel: Panel, found: Mapping[tuple[str, str], Agreement]) -> Sentences:
    """The sentences of the form and all reviewers; of the first item where the items differ from unit to unit."""
    first = next((agreement for (_, group), agreement in found.items() if group == EVERYBODY), None)
    return {lang: tuple(sentences(first, lang)) if first is not None else () for lang in LANGUAGES}


# --- severity ------------------------------------------------------------------------------------------------------


def severity_view(
    panel: Panel, sheets: Mapping[str, UnitSheets], hidden: Collection[str] = ()
) -> tuple[SeverityView | None, Sentences]:
    """Return the reviewers' severity, or why it is not estimated.

    Of a secret panel no reviewer is named, neither in a table nor in a refusal, and no unit with few marks or among
    those ``hidden`` is shown.
    """
    try:
        fit = panel_severity(panel, sheets)
    except InputError as error:
        problems = [one for one in error.problems if not (panel.secret and one.code == "panels.severity-island")]
        return None, {lang: tuple(problem.message(lang) for problem in problems) for lang in LANGUAGES}
    fewest = panel.min_shown if panel.secret else 1
    shown = fit.units.filter((pl.col("marks") >= fewest) & ~pl.col("unit").is_in(list(hidden)))
    units = _with_ends(shown, "adjusted").select(list(UNITS))
    reviewers = _with_ends(fit.reviewers, "effect").select(list(REVIEWERS))
    said = _advice(panel, sheets, fit)
    return SeverityView(units, reviewers.clear() if panel.secret else reviewers, fit.variances, said), {}


def _advice(panel: Panel, sheets: Mapping[str, UnitSheets], fit: SeverityFit) -> Sentences:
    """Say whether taking severity out brings units closer to the truth, by the variances estimated and who marked whom.

    Nothing is said of models that the advice does not know (reviewers fixed, or further terms), nor of panels of very
    many reviewers.
    """
    found = dict(fit.variances.select("term", "variance").iter_rows())
    known = set(found) == {"unit", "reviewer", "residual"} and min(found["unit"], found["residual"]) > 0
    if not known or fit.reviewers.height > ADVISED:
        return {}
    pairs = [
        (unit, reviewer)
        for unit, given in sheets.items()
        for group in panel.groups
        for reviewer, form in given.forms.get(group, {}).items()
        if len(form) == len(panel.items)
    ]
    design = pl.DataFrame(pairs, schema={"unit": pl.String, "reviewer": pl.String}, orient="row")
    plan = plan_severity(design, Assumed(found["unit"], found["reviewer"], found["residual"]))
    english = plan.sentence("en")
    return {"zh": (f"{plan.sentence('zh')}。",), "en": (f"{english[:1].upper()}{english[1:]}.",)}


def _with_ends(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """Add the ends of the 95 % interval of normally distributed errors."""
    half = NORMAL_95 * pl.col("se")
    return frame.with_columns(low=pl.col(column) - half, high=pl.col(column) + half)


# --- files ---------------------------------------------------------------------------------------------------------


def write(found: Judgement, out: str | Path, *, lang: Lang = "zh", force: bool = False) -> tuple[Path, ...]:
    """Write ``count-sheets.xlsx``, ``panel.html`` (both languages, ``lang`` first) and, where severity was estimated,
    ``caterpillar.<panel>.<units|reviewers>.svg`` and ``.png`` into ``out``; return their paths.

    Raises OutputError when one of the files exists (unless ``force``; nothing is written then) or cannot be written,
    MissingExtraError without the ``documents`` extra.
    """
    from shuping.documents.panels.book import panel_workbook
    from shuping.documents.panels.page import render_page

    made = {
        "count-sheets.xlsx": panel_workbook(found, lang),
        "panel.html": render_page(found, lang).encode("utf-8"),
        **dict(_pictures(found, lang)),
    }
    files = {Path(out) / name: content for name, content in made.items()}
    refuse_taken(files, force=force)
    return write_files(files)


def _pictures(found: Judgement, lang: Lang) -> Iterator[tuple[str, bytes]]:
    from shuping.documents.charts import chart_png, chart_svg
    from shuping.documents.panels.charts import caterpillar_chart
    from shuping.documents.panels.compose import compose
    from shuping.documents.panels.model import Caterpillar

    for section in compose(found, lang).sections:
        for block in section.blocks:
            if isinstance(block, Caterpillar):
                chart = caterpillar_chart(block)
                yield f"caterpillar.{block.key}.svg", chart_svg(chart).encode("utf-8")
                yield f"caterpillar.{block.key}.png", chart_png(chart)

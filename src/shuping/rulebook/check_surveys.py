"""Surveys and the measures made of them: names that exist, answers that have points, sizes that can be meant."""

from __future__ import annotations

from shuping.rulebook.check_names import RESERVED_COLUMNS
from shuping.rulebook.check_report import Report
from shuping.rulebook.model import Measure
from shuping.rulebook.survey_model import Survey, SurveyDesign
from shuping.rulebook.yaml_source import Path
from shuping.values.periods import Period

DRAWN_COLUMNS = ("fpc", "fpc2", "post_stratum")
"""What the answers' table may say of the draw, beside unit, stratum, cluster and weight."""


def check_surveys(report: Report) -> None:
    """Check questions, design and fieldwork of every survey, and the measures over surveys."""
    for name, survey in report.rulebook.surveys.items():
        _survey(report, ("surveys", name), survey)
    for name, measure in report.rulebook.measures.items():
        if measure.survey is not None:
            _measure(report, ("measures", name), measure)


def _survey(report: Report, path: Path, survey: Survey) -> None:
    reserved = (*RESERVED_COLUMNS, *DRAWN_COLUMNS)
    for kind in ("questions", "numbers"):
        for question in getattr(survey, kind):
            if question in reserved or (kind == "numbers" and question in survey.questions):
                allowed = ", ".join(reserved)
                report.add("reserved-name", (*path, kind, question), key=True, given=question, allowed=allowed)
    for period in survey.fieldwork:
        try:
            Period.parse(period, report.rulebook.year_starts)
        except ValueError:
            report.add("bad-period", (*path, "fieldwork", period), key=True, given=period)
    if survey.design is not None:
        _design(report, (*path, "design"), survey, survey.design)


def _design(report: Report, path: Path, survey: Survey, design: SurveyDesign) -> None:
    if design.sample == "unit":  # one number cannot be the population of every unit
        sizes: dict[Path, object] = {("population",): design.population}
        sizes |= {("strata", name, "population"): stratum.population for name, stratum in design.strata.items()}
        for key in (key for key, size in sizes.items() if size is not None and not isinstance(size, str)):
            report.add("survey-whole", (*path, *key))
    elif design.by_attribute:
        report.add("survey-attribute", (*path, "sample"))
    after = design.post_strata
    if after is None:
        return
    known = [*survey.questions, "stratum", "post_stratum"]
    if report.unknown("question", after.by, known, (*path, "post_strata", "by")):
        return
    options = survey.questions.get(after.by) or (design.strata if after.by == "stratum" else None)
    if options is None:
        return
    for option in after.population:
        where = (*path, "post_strata", "population", option)
        report.unknown("option", option, options, where, key=True)
    absent = [option for option in options if option not in after.population]
    if absent:
        report.add("post-strata-missing", (*path, "post_strata", "population"), given=", ".join(absent))


def _measure(report: Report, path: Path, measure: Measure) -> None:
    rulebook = report.rulebook
    assert measure.survey is not None
    if report.unknown("survey", measure.survey, rulebook.surveys, (*path, "survey"), lost_as="surveys"):
        return
    survey, question = rulebook.surveys[measure.survey], measure.question or ""
    if report.unknown("question", question, (*survey.questions, *survey.numbers), (*path, "question")):
        return
    if question not in survey.questions:
        if measure.share or measure.points or measure.exclude:
            report.add("survey-number", (*path, "question"), given=question)
        return
    options = survey.questions[question]
    for key in ("share", "exclude", "points"):
        for index, option in enumerate(getattr(measure, key)):
            where = (*path, key, option if key == "points" else index)
            report.unknown("option", option, options, where, key=key == "points")
    if not measure.share and not measure.points:
        report.add("survey-answers", path, given=question)
    unsaid = [name for name in options if name not in measure.points and name not in measure.exclude]
    if measure.points and unsaid:
        report.add("survey-points", (*path, "points"), given=", ".join(unsaid))

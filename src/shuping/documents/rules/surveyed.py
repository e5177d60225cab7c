"""Surveys in the rules: who is asked, how the sample is drawn, the questions, and which answers count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from shuping.documents.rules.model import Block, Column, Paragraph, Table, row
from shuping.documents.rules.words import Words, percent_text
from shuping.documents.wording import exact_text, period_label
from shuping.rulebook.model import Measure, Rulebook
from shuping.rulebook.survey_model import Fieldwork, NumberQuestion, Size, Survey, SurveyDesign


def surveys(rulebook: Rulebook, words: Words) -> Iterator[Block]:
    """Yield who is asked and how, and a table of questions and answers, for each survey."""
    for name, survey in rulebook.surveys.items():
        title = words.titled(survey.title, name)
        clauses = [*_asked(survey, words), *_drawn(survey, words)]
        clauses += [_fieldwork(rulebook, period, found, words) for period, found in survey.fieldwork.items()]
        yield Paragraph(title + words.say("colon") + words.ended(clauses))
        columns = (Column(words.say("question"), 25), Column(words.say("answers"), 75))
        rows = [
            row(question, words.several(words.titled(title, key) for key, title in options.items()))
            for question, options in survey.questions.items()
        ]
        rows += [row(words.titled(spec.title, key), _number(spec, words)) for key, spec in survey.numbers.items()]
        yield Table(columns, tuple(rows))


def _asked(survey: Survey, words: Words) -> Iterator[str]:
    for key in ("population", "frame", "mode"):
        text = getattr(survey, key)
        yield words.say(f"survey_{key}", text=words.text(text, "")) if text is not None else ""
    yield words.say("survey_min_cell", count=survey.min_cell)


def _drawn(survey: Survey, words: Words) -> Iterator[str]:
    design, say = survey.design, words.say
    if design is None:
        yield say("survey_no_design")
        return
    yield say(f"survey_sample_{design.sample}")
    if design.strata:
        yield say("survey_strata", strata=words.several(_strata(design, words)))
    if design.population is not None:
        yield say("survey_size", size=_size(design.population, words))
    yield say(f"survey_clusters_{design.clusters}")
    yield say("survey_finite") if design.finite else ""
    yield say("survey_inverse") if design.weights == "inverse" else ""
    if design.post_strata is not None:
        after = design.post_strata
        options = survey.questions.get(after.by, {})
        parts = (f"{words.text(options.get(key), key)} {exact_text(size)}" for key, size in after.population.items())
        yield say("survey_post_strata", by=after.by, parts=words.several(parts))
    yield say(f"survey_lonely_{design.lonely}")


def _strata(design: SurveyDesign, words: Words) -> Iterator[str]:
    for name, stratum in design.strata.items():
        title = words.text(stratum.title, name)
        if stratum.share is not None:
            yield f"{title} {percent_text(stratum.share)}"
        else:
            yield title if stratum.population is None else f"{title} {_size(stratum.population, words)}"


def _size(size: Size, words: Words) -> str:
    if isinstance(size, str):
        return words.say("survey_attribute", attribute=size.removeprefix("unit."))
    return exact_text(size)


def _number(spec: NumberQuestion, words: Words) -> str:
    say = words.say
    limits = [say("survey_number"), say("decimals", places=spec.places)]
    limits += [say("at_least", number=exact_text(spec.min))] if spec.min is not None else []
    limits += [say("at_most", number=exact_text(spec.max))] if spec.max is not None else []
    return words.clauses(limits)


def _fieldwork(rulebook: Rulebook, period: str, found: Fieldwork, words: Words) -> str:
    say = words.say
    parts = [words.text(found.dates, "")] if found.dates is not None else []
    parts += [say("survey_dialled", count=found.dialled)] if found.dialled is not None else []
    parts += [say("survey_contacted", count=found.contacted)] if found.contacted is not None else []
    parts.append(say("survey_completed", count=found.completed))
    when = period_label(rulebook, period, words.lang)
    return say("survey_fieldwork", period=when, parts=words.several(parts))


def counted(rulebook: Rulebook, measure: Measure, words: Words) -> tuple[str, str]:
    """Return which answers count for a survey measure, and how, and the survey they are given in."""
    assert measure.survey is not None
    survey, question = rulebook.surveys[measure.survey], measure.question or ""
    options = survey.questions.get(question, {})

    def titles(names: Iterable[str]) -> list[str]:
        return [words.text(options.get(name), name) for name in names]

    if measure.points:
        worth = zip(titles(measure.points), measure.points.values(), strict=True)
        parts = (words.say("tiers_point", option=title, points=exact_text(points)) for title, points in worth)
        asked = words.say("survey_points", question=question, points=words.several(parts))
    elif measure.share:
        key = "survey_share_total" if measure.is_total else "survey_share"
        asked = words.say(key, question=question, share=" + ".join(titles(measure.share)))
    else:
        title = words.text(survey.numbers[question].title, question) if question in survey.numbers else question
        asked = words.say("survey_total" if measure.is_total else "survey_mean", question=title)
    if measure.exclude:
        asked += words.say("survey_exclude", exclude=words.several(titles(measure.exclude)))
    return asked, words.text(survey.title, measure.survey)


def interval(measure: Measure, words: Words) -> str:
    """Return how a survey measure's interval is made."""
    kind = measure.interval or ("wilson" if measure.share and not measure.is_total else "t")
    return words.say(f"interval_{kind}", level=percent_text(measure.level))

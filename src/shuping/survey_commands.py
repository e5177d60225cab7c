"""The commands ``survey`` and ``plan-survey``; ``cli`` puts them on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from shuping.terminal import Terminal

if TYPE_CHECKING:
    import polars as pl

Lang = Annotated[Literal["zh", "en"] | None, typer.Option("--lang", help="help-lang")]
Json = Annotated[bool, typer.Option("--json", help="help-json")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="help-quiet")]


def survey_command(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="help-folder", metavar="FOLDER")],
    period: Annotated[str | None, typer.Option("--period", help="help-one-period", metavar="PERIOD")] = None,
    measure: Annotated[list[str] | None, typer.Option("--measure", help="help-measure", metavar="ID")] = None,
    by: Annotated[str | None, typer.Option("--by", help="help-survey-by", metavar="QUESTION|stratum")] = None,
    against: Annotated[str | None, typer.Option("--against", help="help-survey-against", metavar="UNIT")] = None,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Print what the surveys of a folder say, with their errors."""
    from shuping import appraisal, surveying
    from shuping.documents import survey_text

    terminal: Terminal = context.obj
    with terminal.progress() as progress:
        found = surveying.survey(appraisal.read(folder, progress=progress), period, measure, by=by, against=against)
    if terminal.as_json:
        going = {name: one.model_dump(mode="json", exclude_none=True) for name, one in found.fieldwork.items()}
        rows = {
            "estimates": _rows(found.estimates),
            "cells": _rows(found.cells),
            "differences": _rows(found.differences),
        }
        terminal.emit({"period": found.period, **rows, "fieldwork": going})
        return
    for table in survey_text.estimate_tables(found.folder, found.estimates, terminal.lang):
        terminal.print(table)
    for table in survey_text.cell_tables(found.folder, found.cells, terminal.lang):
        terminal.print(table)
    for table in survey_text.difference_tables(found.folder, found.differences, terminal.lang):
        terminal.print(table)
    if found.fieldwork and not terminal.quiet:
        typer.echo(survey_text.fieldwork_text(found.folder, found.period, found.fieldwork, terminal.lang))
    if not found.estimates.height:
        terminal.say("no-answers", period=found.period)


def _rows(frame: pl.DataFrame) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = json.loads(frame.write_json())
    return rows


def plan_survey_command(
    context: typer.Context,
    share: Annotated[str, typer.Option("--share", help="help-plan-share", metavar="P")] = "0.5",
    error: Annotated[str, typer.Option("--error", help="help-plan-error", metavar="E")] = "5%",
    level: Annotated[str, typer.Option("--level", help="help-plan-level", metavar="L")] = "95%",
    population: Annotated[int | None, typer.Option("--population", help="help-plan-population", metavar="N")] = None,
    deff: Annotated[str, typer.Option("--deff", help="help-plan-deff", metavar="D")] = "1",
    stratum: Annotated[
        list[str] | None, typer.Option("--stratum", help="help-plan-stratum", metavar="NAME=N[:P]")
    ] = None,
    allocation: Annotated[
        Literal["proportional", "neyman"], typer.Option("--allocation", help="help-plan-allocation")
    ] = "proportional",
    units: Annotated[int, typer.Option("--units", help="help-plan-units", metavar="K")] = 1,
    response: Annotated[str | None, typer.Option("--response", help="help-plan-response", metavar="R")] = None,
    answers: Annotated[int | None, typer.Option("--answers", help="help-plan-answers", metavar="N")] = None,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Say how many people a survey should ask."""
    from shuping import surveying
    from shuping.documents.survey_text import plan_text

    terminal: Terminal = context.obj
    found = surveying.plan_survey(
        share=share, error=error, level=level, population=population, deff=deff, strata=stratum or (),
        allocation=allocation, units=units, response=response, answers=answers,
    )  # fmt: skip
    data = surveying.plan_data(found, given=answers is not None)
    if terminal.as_json:
        terminal.emit(data)
    elif not terminal.quiet:
        typer.echo(plan_text(data, terminal.lang))

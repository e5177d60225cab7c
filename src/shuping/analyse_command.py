"""``shuping analyse``: the arguments and the printing; the work is ``shuping.analysing``'s."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from shuping.terminal import Terminal, named_values


def analyse_command(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="help-folder", metavar="FOLDER")],
    out: Annotated[Path, typer.Option("--out", help="help-analyse-out", metavar="DIR")],
    period: Annotated[str | None, typer.Option("--period", help="help-one-period", metavar="PERIOD")] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="help-analyse-seed", min=0)] = None,
    points: Annotated[int, typer.Option("--points", help="help-analyse-points", min=2)] = 1024,
    force: Annotated[bool, typer.Option("--force", help="help-force")] = False,
    accept: Annotated[Literal["all", "valid"], typer.Option("--accept", help="help-accept")] = "all",
    settings: Annotated[list[str] | None, typer.Option("--set", help="help-set", metavar="NAME=VALUE")] = None,
    memory_limit: Annotated[str | None, typer.Option("--memory-limit", help="help-memory", metavar="SIZE")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="help-quiet")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="help-json")] = False,
    lang: Annotated[Literal["zh", "en"] | None, typer.Option("--lang", help="help-lang")] = None,
) -> None:
    """Look at a rule book with the scores of one period."""
    from shuping import analysing, appraisal
    from shuping.documents.analysis.console import as_data, tables

    terminal: Terminal = context.obj
    given = {**terminal.environment, **named_values(settings, "--set")}
    with terminal.progress() as progress:
        read = appraisal.read(folder, accept=accept, settings=given, progress=progress)
        found = analysing.analyse(read, period, seed=seed, points=points, memory_limit=memory_limit, progress=progress)
        progress("write", 0, 1)
        skipped = analysing.write_analysis(found, read, out, lang=terminal.lang, force=force)
        progress("write", 1, 1)
    if terminal.as_json:
        terminal.emit(as_data(found) | {"out": str(out), "not_written": list(skipped)})
        return
    for table in () if quiet else tables(found, terminal.lang):
        terminal.print(table)
    terminal.say("made", out=out)
    if skipped:
        terminal.say_error("no-documents", files=", ".join(skipped))

"""``shuping screen``: the arguments and the printing; the work is ``shuping.second_look``'s."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from shuping.terminal import Terminal


def screen_command(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="help-folder", metavar="FOLDER")],
    seed: Annotated[int, typer.Option("--seed", help="help-screen-seed")] = 2025,
    alarms: Annotated[float, typer.Option("--alarms", help="help-screen-alarms")] = 0.05,
    draws: Annotated[int, typer.Option("--draws", help="help-screen-draws")] = 199,
    out: Annotated[Path | None, typer.Option("--out", help="help-screen-out", metavar="CSV")] = None,
    force: Annotated[bool, typer.Option("--force", help="help-force")] = False,
    accept: Annotated[Literal["all", "valid"], typer.Option("--accept", help="help-accept")] = "all",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="help-quiet")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="help-json")] = False,
    lang: Annotated[Literal["zh", "en"] | None, typer.Option("--lang", help="help-lang")] = None,
) -> None:
    """Look through marks and ballots for what deserves a second look."""
    from shuping import appraisal, second_look
    from shuping.documents.screening_text import screening_data, screening_parts

    terminal: Terminal = context.obj
    with terminal.progress() as progress:
        read = appraisal.read(folder, accept=accept, settings=terminal.environment, progress=progress)
        found = second_look.screen(read, seed=seed, alarms=alarms, draws=draws)
    names = second_look.unit_names(read)
    if out is not None:
        second_look.write_screening(found, read, out, force=force)
    if terminal.as_json:
        terminal.emit(screening_data(found, names, terminal.lang) | ({"out": str(out)} if out is not None else {}))
        return
    for part in () if quiet else screening_parts(found, read.rulebook, names, terminal.lang):
        if isinstance(part, str):  # rich would break Chinese lines in the middle of a sentence
            typer.echo(part)
        else:
            terminal.print(part)
    if out is not None:
        terminal.say("made", out=out)

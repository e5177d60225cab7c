"""``shuping whatif``: the arguments and the printing; the work is ``shuping.reweighing``'s."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from shuping.terminal import Terminal, named_values

if TYPE_CHECKING:
    from shuping.reweighing import WhatIf


def whatif_command(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="help-folder", metavar="FOLDER")],
    weight: Annotated[
        list[str] | None, typer.Option("--weight", help="help-whatif-weight", metavar="CRITERION=WEIGHT")
    ] = None,
    find: Annotated[str | None, typer.Option("--find", help="help-whatif-find", metavar="UNIT")] = None,
    period: Annotated[str | None, typer.Option("--period", help="help-one-period", metavar="PERIOD")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="help-whatif-out", metavar="CSV")] = None,
    force: Annotated[bool, typer.Option("--force", help="help-force")] = False,
    accept: Annotated[Literal["all", "valid"], typer.Option("--accept", help="help-accept")] = "all",
    settings: Annotated[list[str] | None, typer.Option("--set", help="help-set", metavar="NAME=VALUE")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="help-quiet")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="help-json")] = False,
    lang: Annotated[Literal["zh", "en"] | None, typer.Option("--lang", help="help-lang")] = None,
) -> None:
    """Show the standing under other weights of the first level."""
    from shuping import appraisal, reweighing
    from shuping.documents import what_if_text

    terminal: Terminal = context.obj
    weights = named_values(weight, "--weight")
    given = {**terminal.environment, **named_values(settings, "--set")}
    with terminal.progress() as progress:
        read = appraisal.read(folder, accept=accept, settings=given, progress=progress)
        found = reweighing.what_if(read, weights, period=period, find=find, progress=progress)
    if out is not None:
        reweighing.write_what_if(found, out, force=force)
    if terminal.as_json:
        data = what_if_text.what_if_data(found.period, found.moves, found.weights, found.ranges)
        terminal.emit(data | ({"out": str(out)} if out is not None else {}))
        return
    if not quiet:
        _print(terminal, found, bool(weights), find)
    if out is not None:
        terminal.say("made", out=out)


def _print(terminal: Terminal, found: WhatIf, weighed: bool, find: str | None) -> None:
    """Print what was asked for: the standing under the weights, the ranges of a unit, or both."""
    from shuping.documents import what_if_text as text

    book, lang = found.folder.rulebook, terminal.lang
    if weighed:
        for table in (
            *text.weights_tables(book, found.weights, lang),
            *text.moves_tables(book, found.period, found.moves, lang),
        ):
            terminal.print(table)
        if not found.moved.height:
            typer.echo(text.say("nobody", lang))
        typer.echo(text.say("note", lang))
    if find is None:
        return
    if not found.ranges.height:
        typer.echo(text.say("no_rank", lang, unit=find))
        return
    unit = found.folder.register[found.ranges["unit"][0]].label(lang)
    terminal.print(text.ranges_table(book, found.ranges, unit, lang))
    typer.echo(text.say("range_note", lang))

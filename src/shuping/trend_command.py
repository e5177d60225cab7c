"""``shuping trend``: the arguments and the printing; the work is ``shuping.trending``'s."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal

import typer

from shuping.terminal import Terminal


def trend_command(
    context: typer.Context,
    target: Annotated[Path, typer.Argument(help="help-trend-target", metavar="RESULT|FOLDER")],
    everything: Annotated[bool, typer.Option("--all", help="help-trend-all")] = False,
    level: Annotated[float, typer.Option("--level", help="help-trend-level")] = 0.95,
    out: Annotated[Path | None, typer.Option("--out", help="help-trend-out", metavar="CSV")] = None,
    force: Annotated[bool, typer.Option("--force", help="help-force")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="help-quiet")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="help-json")] = False,
    lang: Annotated[Literal["zh", "en"] | None, typer.Option("--lang", help="help-lang")] = None,
) -> None:
    """Show the trends of units over the periods of a result or folder."""
    from shuping import trending
    from shuping.documents.trend_text import trends_table

    terminal: Terminal = context.obj
    with terminal.progress() as progress:
        found = trending.trends(target, level=level, settings=terminal.environment, progress=progress)
    if out is not None:
        trending.write_trends(found, out, force=force)
    if terminal.as_json:
        terminal.emit({"trends": json.loads(found.write_json())} | ({"out": str(out)} if out is not None else {}))
        return
    terminal.print(trends_table(found, terminal.lang, level, everything=everything))
    if out is not None:
        terminal.say("made", out=out)

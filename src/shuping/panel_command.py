"""``shuping panel``: the arguments and the printing; the work is ``shuping.panelling``'s."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from shuping.terminal import Terminal


def panel_command(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="help-folder", metavar="FOLDER")],
    panel: Annotated[list[str] | None, typer.Option("--panel", help="help-panel-only", metavar="ID")] = None,
    period: Annotated[str | None, typer.Option("--period", help="help-one-period", metavar="PERIOD")] = None,
    severity: Annotated[bool, typer.Option("--severity", help="help-panel-severity")] = False,
    out: Annotated[Path | None, typer.Option("--out", help="help-panel-out", metavar="DIR")] = None,
    force: Annotated[bool, typer.Option("--force", help="help-force")] = False,
    limit: Annotated[int, typer.Option("--limit", help="help-panel-limit", min=2)] = 60,
    accept: Annotated[Literal["all", "valid"], typer.Option("--accept", help="help-accept")] = "all",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="help-quiet")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="help-json")] = False,
    lang: Annotated[Literal["zh", "en"] | None, typer.Option("--lang", help="help-lang")] = None,
) -> None:
    """Count ballots and judge panels, with agreement and severity."""
    from shuping import appraisal, panelling
    from shuping.documents.panels.compose import compose
    from shuping.documents.panels.console import as_data, printed

    terminal: Terminal = context.obj
    with terminal.progress() as progress:
        read = appraisal.read(folder, accept=accept, settings=terminal.environment, progress=progress)
    found = panelling.judge(read, panel, period=period, severity=severity)
    written = () if out is None else panelling.write(found, out, lang=terminal.lang, force=force)
    if terminal.as_json:
        terminal.emit(as_data(found) | ({"out": [str(file) for file in written]} if written else {}))
        return
    for part in printed(compose(found, terminal.lang, narrow=True), limit):
        terminal.print(part)
    if out is not None:
        terminal.say("made", out=out)

"""``shuping explain``: why a unit got its score, what separates it from another one, and what changed since."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from shuping.errors import InputError, Problem
from shuping.terminal import Terminal

if TYPE_CHECKING:
    from shuping.archive.folder import StoredResult
    from shuping.review.difference import Difference
    from shuping.scoring.explain import Explanation


def explain_command(
    context: typer.Context,
    result: Annotated[Path, typer.Argument(help="help-result", metavar="RESULT")],
    unit: Annotated[str, typer.Argument(help="help-unit", metavar="UNIT")],
    criterion: Annotated[str | None, typer.Argument(help="help-criterion", metavar="[CRITERION]")] = None,
    period: Annotated[str | None, typer.Option("--period", help="help-one-period", metavar="PERIOD")] = None,
    against: Annotated[str | None, typer.Option("--against", help="help-against", metavar="UNIT")] = None,
    since: Annotated[str | None, typer.Option("--since", help="help-since", metavar="PERIOD|RESULT")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="help-quiet")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="help-json")] = False,
    lang: Annotated[Literal["zh", "en"] | None, typer.Option("--lang", help="help-lang")] = None,
) -> None:
    """Explain a unit's score, or a difference of two."""
    from shuping.archive.folder import open_result

    terminal: Terminal = context.obj
    if sum(given is not None for given in (criterion, against, since)) > 1:
        raise InputError(Problem("cli.one-explanation"))
    opened = open_result(result)
    if against is not None or since is not None:
        _print_difference(terminal, _difference(opened, unit, against, since, period))
    else:
        _print(terminal, opened.explain(unit, criterion, period, lang=terminal.lang))


def _print(terminal: Terminal, explanation: Explanation) -> None:
    if terminal.as_json:
        steps = [dict(step.row) for step in explanation.top.walk()]
        terminal.emit({"unit": explanation.unit, "period": explanation.period, "steps": steps})
        return
    from shuping.documents.console import explanation_tree

    terminal.print(explanation_tree(explanation, terminal.lang))


def _difference(
    opened: StoredResult, unit: str, against: str | None, since: str | None, period: str | None
) -> Difference:
    from shuping.archive.folder import open_result
    from shuping.review import difference

    if against is not None:
        return difference.ahead_of(opened, unit, against, period)
    assert since is not None
    periods = opened.trace["period"].unique().sort().to_list()
    if since in periods:
        return difference.since(opened, unit, opened, since, period)
    if not Path(since).is_dir():
        raise InputError(Problem("cli.unknown-since", {"given": since, "allowed": ", ".join(periods)}))
    return difference.since(opened, unit, open_result(since), None, period)


def _print_difference(terminal: Terminal, found: Difference) -> None:
    from shuping.documents.difference_text import difference_data, difference_notes, difference_table

    if terminal.as_json:
        terminal.emit(difference_data(found))
        return
    terminal.print(difference_table(found, terminal.lang))
    for note in difference_notes(found, terminal.lang):
        terminal.print(note)

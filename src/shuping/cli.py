"""The command line: parse arguments, call ``shuping.appraisal``, map errors to exit codes.

Exit codes: 0 done; 1 something of Shuping's own kind; 2 the user's input or arguments; 3 the rule book; 4 the output;
5 a part that is not installed; 70 a fault of the program; 130 interrupted. Rooms are imported inside the commands, so
that ``shuping --help`` is quick.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from shuping.analyse_command import analyse_command
from shuping.errors import Lang, ShupingError, sentence
from shuping.explain_command import explain_command
from shuping.panel_command import panel_command
from shuping.screen_command import screen_command
from shuping.survey_commands import plan_survey_command, survey_command
from shuping.terminal import LocalisedCommand, LocalisedGroup, Terminal, named_values
from shuping.trend_command import trend_command
from shuping.values.unbroken import noticing
from shuping.version import __version__
from shuping.whatif_command import whatif_command

if TYPE_CHECKING:
    from shuping.records.folder import Folder
    from shuping.review.lint import Review
    from shuping.scoring.result import Result

INTERNAL, INTERRUPTED = 70, 130

app = typer.Typer(
    cls=LocalisedGroup, help="help-app", rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False
)

FolderArgument = Annotated[Path, typer.Argument(help="help-folder", metavar="FOLDER")]
Out = Annotated[Path, typer.Option("--out", help="help-out", metavar="DIR")]
Periods = Annotated[list[str] | None, typer.Option("--period", help="help-period", metavar="PERIOD")]
Settings = Annotated[list[str] | None, typer.Option("--set", help="help-set", metavar="NAME=VALUE")]
Accept = Annotated[Literal["all", "valid"], typer.Option("--accept", help="help-accept")]
Force = Annotated[bool, typer.Option("--force", help="help-force")]
Memory = Annotated[str | None, typer.Option("--memory-limit", help="help-memory", metavar="SIZE")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="help-quiet")]
Json = Annotated[bool, typer.Option("--json", help="help-json")]
LangOption = Annotated[Literal["zh", "en"] | None, typer.Option("--lang", help="help-lang")]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and end the process with its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = run(given, dict(os.environ))
    except KeyboardInterrupt:  # before, or after, a command that would say so
        code = INTERRUPTED
    sys.exit(code)


def run(arguments: Sequence[str], environment: dict[str, str]) -> int:
    """Run one command and return its exit code; messages go to the terminal, never a traceback for a user's mistake."""
    terminal = Terminal.of(arguments, environment)
    _plug_in()
    command = typer.main.get_command(app)
    _localise(command, terminal.lang)
    with noticing() as interruptions:
        try:
            outcome = command.main(list(arguments), prog_name="shuping", standalone_mode=False, obj=terminal)
            return outcome if isinstance(outcome, int) else 0
        except typer.TyperException as error:
            return terminal.usage(error)
        except (KeyboardInterrupt, typer.Abort):
            return _interrupted(terminal)
        except BrokenPipeError:
            return 0
        except Exception as error:
            if interruptions:  # what Polars makes of Ctrl-C inside a call is a SchemaError
                return _interrupted(terminal)
            if isinstance(error, ShupingError):
                return terminal.problems(error)
            if environment.get("SHUPING_DEBUG"):
                raise
            return terminal.internal(error, INTERNAL)


def _interrupted(terminal: Terminal) -> int:
    terminal.say_error("interrupted")
    return INTERRUPTED


def _plug_in() -> None:
    """Add the commands of other installed parts (entry point ``shuping.commands``); the library's own names stay."""
    known = {command.name for command in app.registered_commands}
    for point in entry_points(group="shuping.commands"):
        if point.name not in known:
            app.command(point.name, cls=LocalisedCommand)(point.load())


def _localise(command: Any, lang: Lang) -> None:
    """Put the catalogue's words in place of the help keys."""
    for holder in (command, *command.params):
        text = getattr(holder, "help", None)
        if isinstance(text, str) and text.startswith("help-"):
            holder.help = sentence(f"cli.{text}", lang)
        elif getattr(holder, "name", "") == "help":
            holder.help = sentence("cli.help-help", lang)
    for child in getattr(command, "commands", {}).values():
        child.short_help = None
        _localise(child, lang)


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="help-version", is_eager=True)] = False,
    lang: LangOption = None,
) -> None:
    if version:
        typer.echo(f"shuping {__version__}")
        raise typer.Exit(0)
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command("score", cls=LocalisedCommand, help="help-score")
def score_command(
    context: typer.Context,
    folder: FolderArgument,
    out: Out,
    period: Periods = None,
    previous: Annotated[Path | None, typer.Option("--previous", help="help-previous", metavar="RESULT")] = None,
    force: Force = False,
    accept: Accept = "all",
    rejected: Annotated[Path | None, typer.Option("--rejected", help="help-rejected", metavar="CSV")] = None,
    settings: Settings = None,
    memory_limit: Memory = None,
    no_documents: Annotated[bool, typer.Option("--no-documents", help="help-no-documents")] = False,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """Score a folder and write the result."""
    from shuping import appraisal

    terminal: Terminal = context.obj
    with terminal.progress() as progress:
        read = _read(terminal, folder, accept, settings, progress)
        result = appraisal.score(read, period, previous=previous, memory_limit=memory_limit, progress=progress)
        skipped = appraisal.write(result, out, force=force, documents=not no_documents, progress=progress)
    saved = _save_rejected(read, rejected or out.with_name(out.name + ".rejected.csv"))
    _report(terminal, result, out, skipped, saved, len(read.rejected))


def _read(terminal: Terminal, folder: Path, accept: str, settings: Sequence[str] | None, progress: Any) -> Folder:
    from shuping import appraisal

    found = appraisal.read(folder, accept=accept, settings=_settings(terminal, settings), progress=progress)
    tables = {**found.datasets, **found.surveys, **found.panels, **found.ballots}
    absent = sorted(name for name, table in tables.items() if not table.files)
    if absent and not terminal.quiet:
        terminal.say_error("no-file", names=", ".join(absent))
    return found


def _settings(terminal: Terminal, given: Sequence[str] | None) -> dict[str, str]:
    """The values for sources.yaml: the environment, then what --set says."""
    return {**terminal.environment, **named_values(given, "--set")}


def _save_rejected(folder: Folder, file: Path) -> Path | None:
    if not folder.rejected:
        return None
    from shuping.records import write_rejected

    write_rejected(folder.rejected, file)
    return file


def _report(
    terminal: Terminal, result: Result, out: Path, skipped: Sequence[str], saved: Path | None = None, count: int = 0
) -> None:
    if terminal.as_json:
        rows = json.loads(result.standing.write_json())
        rejected = {"rows": count, "file": str(saved)} if saved else None
        terminal.emit({"out": str(out), "standing": rows, "not_written": list(skipped), "rejected": rejected})
        return
    if not terminal.quiet:
        from shuping.documents.console import standing_tables

        for table in standing_tables(result, terminal.lang):
            terminal.print(table)
        terminal.say("written", out=out)
        if not skipped:
            terminal.say("look", out=out, unit=result.standing["unit"].to_list()[-1] if result.standing.height else "")
    if skipped:
        terminal.say_error("no-documents", files=", ".join(skipped))
    if saved is not None:
        terminal.say_error("rejected", count=count, file=saved)


app.command("explain", cls=LocalisedCommand, help="help-explain")(explain_command)


@app.command("measures", cls=LocalisedCommand, help="help-measures")
def measures_command(
    context: typer.Context,
    folder: FolderArgument,
    period: Periods = None,
    measure: Annotated[list[str] | None, typer.Option("--measure", help="help-measure", metavar="ID")] = None,
    sql: Annotated[bool, typer.Option("--sql", help="help-sql")] = False,
    dialect: Annotated[Literal["duckdb", "spark"], typer.Option("--dialect", help="help-dialect")] = "duckdb",
    out: Annotated[Path | None, typer.Option("--out", help="help-out", metavar="CSV")] = None,
    limit: Annotated[int, typer.Option("--limit", help="help-limit", min=1)] = 60,
    accept: Accept = "all",
    settings: Settings = None,
    memory_limit: Memory = None,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """Print measures, or the statements behind them."""
    from shuping import appraisal

    terminal: Terminal = context.obj
    if sql:
        _print_sql(terminal, folder, period, dialect)
        return
    with terminal.progress() as progress:
        read = _read(terminal, folder, accept, settings, progress)
        frame = appraisal.measure(read, period, measure, memory_limit=memory_limit, progress=progress)
    if out is not None:
        appraisal.write_measures(read.rulebook, frame, out)
        terminal.say("made", out=out)
    elif terminal.as_json:
        terminal.emit({"measures": json.loads(frame.write_json())})
    else:
        from shuping.documents.console import measures_table

        terminal.print(measures_table(read, frame, terminal.lang, limit))


def _print_sql(terminal: Terminal, folder: Path, periods: Sequence[str] | None, dialect: str) -> None:
    from shuping import appraisal
    from shuping.measures import statements
    from shuping.rulebook.load import load

    book = load(folder if folder.is_file() else folder / "rulebook.yaml")
    found = [
        part for period in appraisal.periods_of(book, periods) for part in statements(book, period, dialect=dialect)
    ]
    if terminal.as_json:
        terminal.emit(
            {"statements": [{"dataset": part.dataset, "period": str(part.period), "sql": part.sql} for part in found]}
        )
        return
    for part in found:
        typer.echo(f"-- {part.dataset}, {part.period}\n{part.sql};\n")


@app.command("check", cls=LocalisedCommand, help="help-check")
def check_command(
    context: typer.Context,
    target: Annotated[Path, typer.Argument(help="help-target", metavar="FOLDER|RULEBOOK")],
    period: Annotated[str | None, typer.Option("--period", help="help-check-period", metavar="PERIOD")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="help-strict")] = False,
    limit: Annotated[list[str] | None, typer.Option("--limit", help="help-limits", metavar="NAME=VALUE")] = None,
    settings: Settings = None,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: LangOption = None,
) -> int:
    """Check a rule book or a folder."""
    from shuping.checking import check
    from shuping.review.limits import Limits

    terminal: Terminal = context.obj
    limits = Limits.of(named_values(limit, "--limit"))
    given = _settings(terminal, settings)
    with terminal.progress() as progress:
        review = check(target, period=period, limits=limits, settings=given, progress=progress)
    _print_review(terminal, review, target)
    return 3 if review.of("error") or (strict and review.of("warning")) else 0


def _print_review(terminal: Terminal, review: Review, target: Path) -> None:
    from shuping.documents.review_text import burden_table, remarks_text, review_data, weights_table

    if terminal.as_json:
        terminal.emit({"problems": [], **review_data(review, terminal.lang)})
        return
    if remarks := review.of("error") if terminal.quiet else review.remarks:
        typer.echo(remarks_text(remarks, terminal.lang) + "\n")
    for table in (burden_table(review, terminal.lang), weights_table(review, terminal.lang)):
        if table is not None:
            terminal.print(table)
    if review.of("error", "warning"):
        counts = {f"{severity}s": len(review.of(severity)) for severity in ("error", "warning")}
        terminal.say("reviewed", what=target, advice=len(review.of("advice")), **counts)
    else:
        terminal.say("sound", what=target)


@app.command("rules", cls=LocalisedCommand, help="help-rules")
def rules_command(
    context: typer.Context,
    target: Annotated[Path, typer.Argument(help="help-target", metavar="RULEBOOK|FOLDER")],
    out: Annotated[Path | None, typer.Option("--out", help="help-rules-out", metavar="DIR")] = None,
    force: Force = False,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """Print a rule book as people read it."""
    from shuping import printing
    from shuping.documents.rules.console import as_data, printed

    terminal: Terminal = context.obj
    if out is not None:
        printing.write_rules(target, out, lang=terminal.lang, force=force)
        _made(terminal, out)
        return
    found = printing.rules(target, terminal.lang)
    if terminal.as_json:
        terminal.emit(as_data(found))
        return
    for part in printed(found):
        terminal.print(part)


@app.command("compare", cls=LocalisedCommand, help="help-compare")
def compare_command(
    context: typer.Context,
    first: Annotated[Path, typer.Argument(help="help-compare-a", metavar="RULEBOOK_A")],
    second: Annotated[Path, typer.Argument(help="help-compare-b", metavar="RULEBOOK_B")],
    folder: FolderArgument,
    period: Annotated[str | None, typer.Option("--period", help="help-compare-period", metavar="PERIOD")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="help-compare-out", metavar="DIR")] = None,
    force: Force = False,
    accept: Accept = "all",
    settings: Settings = None,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """Score a folder's records under two rule books and show who moves, and why."""
    from shuping import comparing
    from shuping.documents.compare_text import comparison_data, comparison_tables

    terminal: Terminal = context.obj
    given = _settings(terminal, settings)
    with terminal.progress() as progress:
        found = comparing.compare_rulebooks(
            first, second, folder, period=period, accept=accept, settings=given, progress=progress
        )
    if out is not None:
        comparing.write_comparison(found, out, force=force)
    if terminal.as_json:
        terminal.emit(comparison_data(found) | ({"out": str(out)} if out is not None else {}))
        return
    for table in comparison_tables(found, terminal.lang):
        terminal.print(table)
    terminal.say("compared", moved=found.moved.height, units=found.moves.height)
    if out is not None:
        terminal.say("written", out=out)


@app.command("schema", cls=LocalisedCommand, help="help-schema")
def schema_command(context: typer.Context, lang: LangOption = None) -> None:
    """Print the JSON Schema of the rule book."""
    from shuping.rulebook.schema import json_schema

    typer.echo(json.dumps(json_schema(), ensure_ascii=False, indent=2))


@app.command("new", cls=LocalisedCommand, help="help-new")
def new_command(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument(help="help-dir", metavar="DIR")],
    quiet: Quiet = False,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """Start a folder."""
    from shuping.records import new_folder

    terminal: Terminal = context.obj
    new_folder(directory, terminal.lang)
    _made(terminal, directory)


@app.command("template", cls=LocalisedCommand, help="help-template")
def template_command(
    context: typer.Context,
    folder: FolderArgument,
    out: Annotated[Path | None, typer.Option("--out", help="help-out", metavar="DIR")] = None,
    settings: Settings = None,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """Write the XLSX forms."""
    from shuping import appraisal

    target = out or folder / "forms"
    appraisal.write_forms(folder, target, _settings(context.obj, settings))
    _made(context.obj, target)


def _made(terminal: Terminal, path: Path) -> None:
    if terminal.as_json:
        terminal.emit({"made": str(path)})
    terminal.say("made", out=path)


@app.command("demo", cls=LocalisedCommand, help="help-demo")
def demo_command(
    context: typer.Context,
    directory: Annotated[Path, typer.Argument(help="help-dir", metavar="[DIR]")] = Path("shuping-demo"),
    seed: Annotated[int, typer.Option("--seed", help="help-seed")] = 2025,
    force: Force = False,
    quiet: Quiet = False,
    as_json: Json = False,
    lang: LangOption = None,
) -> None:
    """Make and score the demonstration county: the folder in DIR/county, the result in DIR/result."""
    from shuping import appraisal
    from shuping.demo import write_county

    terminal: Terminal = context.obj
    with terminal.progress() as progress:
        progress("generate", 0, 1)
        write_county(directory / "county", seed=seed, force=force)
        progress("generate", 1, 1)
        result = appraisal.score(_read(terminal, directory / "county", "all", None, progress), progress=progress)
        skipped = appraisal.write(result, directory / "result", force=force, progress=progress)
    _report(terminal, result, directory / "result", skipped)


app.command("panel", cls=LocalisedCommand, help="help-panel")(panel_command)
app.command("survey", cls=LocalisedCommand, help="help-survey")(survey_command)
app.command("plan-survey", cls=LocalisedCommand, help="help-plan-survey")(plan_survey_command)
app.command("trend", cls=LocalisedCommand, help="help-trend")(trend_command)
app.command("screen", cls=LocalisedCommand, help="help-screen")(screen_command)
app.command("analyse", cls=LocalisedCommand, help="help-analyse")(analyse_command)
app.command("whatif", cls=LocalisedCommand, help="help-whatif")(whatif_command)

if __name__ == "__main__":
    main()

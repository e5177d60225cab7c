"""How the command line speaks: language, progress, tables, JSON, and problems with their places."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import typer
from typer.core import TyperCommand, TyperGroup

from shuping.errors import InputError, Lang, Problem, ShupingError, sentence

SHOWN = 200


class Report(Protocol):
    """What long work calls to say how far it is."""

    def __call__(self, what: str, done: int, total: int) -> None:
        """Say that ``done`` of ``total`` parts of ``what`` are done."""


@dataclass(frozen=True)
class Terminal:
    """The settings that every command shares, read before the command is parsed so that its help is in the right
    language.
    """

    lang: Lang
    quiet: bool
    as_json: bool
    environment: Mapping[str, str]

    @classmethod
    def of(cls, arguments: Sequence[str], environment: Mapping[str, str]) -> Terminal:
        """Read the shared options from the arguments and the environment."""
        quiet = any(flag in arguments for flag in ("--quiet", "-q"))
        return cls(_language(arguments, environment), quiet, "--json" in arguments, environment)

    def say(self, code: str, **params: Any) -> None:
        """Print a sentence, unless the command is quiet or speaks JSON."""
        if not self.quiet and not self.as_json:
            typer.echo(self.words(code, **params))

    def say_error(self, code: str, **params: Any) -> None:
        """Print a sentence on the error stream."""
        typer.echo(self.words(code, **params), err=True)

    def words(self, code: str, **params: Any) -> str:
        """Return a sentence of the command line's catalogue."""
        return sentence(f"cli.{code}", self.lang).format_map(params)

    def print(self, thing: Any) -> None:
        """Print a table or tree, unless the command is quiet."""
        if not self.quiet:
            from rich.console import Console

            Console(highlight=False).print(thing)

    def emit(self, content: Mapping[str, Any]) -> None:
        """Print one JSON object."""
        typer.echo(json.dumps(content, ensure_ascii=False, indent=2, default=str))

    def problems(self, error: ShupingError) -> int:
        """Print every problem of an error; return its exit code."""
        if self.as_json:
            self.emit(
                {"error": type(error).__name__, "problems": [self._as_json(problem) for problem in error.problems]}
            )
            return error.exit_code
        for problem in error.problems[:SHOWN]:
            typer.echo(problem.show(self.lang), err=True)
        count = len(error.problems)
        if count > SHOWN:
            typer.echo("…", err=True)
        self.say_error("one-problem" if count == 1 else "problems", count=count)
        return error.exit_code

    def _as_json(self, problem: Problem) -> dict[str, Any]:
        place = problem.place
        found = {"code": problem.code, "message": problem.message(self.lang), "file": place.file, "line": place.line}
        found |= {"column": place.column, "sheet": place.sheet, "cell": place.cell, "field": place.field}
        return {key: value for key, value in found.items() if value is not None}

    def usage(self, error: typer.TyperException) -> int:
        """Print what is wrong with the arguments; return the exit code for that."""
        context = getattr(error, "ctx", None)
        command = "shuping" if context is None else context.command_path
        reason = error.format_message() if hasattr(error, "format_message") else str(error)
        if self.as_json:
            self.emit({"error": "UsageError", "problems": [{"code": "cli.usage", "message": reason}]})
        else:
            self.say_error("usage", reason=reason if self.lang == "en" else reason.rstrip("."), command=command)
        return 2

    def internal(self, error: Exception, code: int) -> int:
        """Print that the program is at fault; return ``code``."""
        if self.as_json:
            self.emit(
                {
                    "error": "internal",
                    "problems": [
                        {"code": "cli.internal", "message": self.words("internal", kind=type(error).__name__)}
                    ],
                }
            )
        else:
            self.say_error("internal", kind=type(error).__name__)
        return code

    @contextmanager
    def progress(self) -> Iterator[Report]:
        """Yield a function that long work calls; a bar is shown on a terminal only."""
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        console = Console(stderr=True)
        if self.quiet or self.as_json or not console.is_terminal:
            yield lambda what, done, total: None
            return
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed}/{task.total}"),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=console, transient=True) as bar:
            tasks: dict[str, Any] = {}

            def report(what: str, done: int, total: int) -> None:
                if what not in tasks:
                    tasks[what] = bar.add_task(self._step(what), total=total)
                bar.update(tasks[what], completed=done, total=total)

            yield report

    def _step(self, what: str) -> str:
        known = {
            "read": "step-read",
            "measures": "step-measures",
            "score": "step-score",
            "simulate": "step-simulate",
            "analyse": "step-analyse",
            "sobol": "step-sobol",
            "write": "step-write",
            "generate": "step-generate",
        }
        return self.words(known[what]) if what in known else what


_HEADINGS = {
    "Usage:": "用法：",
    "Options:": "选项：",
    "Arguments:": "参数：",
    "Commands:": "命令：",
    "Show this message and exit.": "打印这份说明。",
    "[OPTIONS]": "[选项]",
    "COMMAND [ARGS]...": "命令 [参数]...",
    "[required]": "[必填]",
    "[default: ": "[默认：",
}


def _in_language(context: typer.Context, text: str) -> str:
    """Put the library's own words of a help text into Chinese where that is the terminal's language."""
    if getattr(context.obj, "lang", "en") == "zh":
        for english, chinese in _HEADINGS.items():
            text = text.replace(english, chinese)
    return text


class LocalisedCommand(TyperCommand):
    """A command whose help is wholly in the terminal's language."""

    def get_help(self, ctx: Any) -> str:
        """Return the help text."""
        return _in_language(ctx, super().get_help(ctx))


class LocalisedGroup(TyperGroup):
    """The command line itself, likewise."""

    def get_help(self, ctx: Any) -> str:
        """Return the help text."""
        return _in_language(ctx, super().get_help(ctx))


def named_values(given: Sequence[str] | None, option: str) -> dict[str, str]:
    """Return what an option says that is given as NAME=VALUE, any number of times, by name. Raises InputError."""
    found = {}
    for text in given or ():
        name, sign, value = text.partition("=")
        if not sign or not name:
            raise InputError(Problem("cli.bad-setting", {"given": text, "option": option}))
        found[name] = value
    return found


def _language(arguments: Sequence[str], environment: Mapping[str, str]) -> Lang:
    """Return the language asked for by --lang, else the one of the environment's locale."""
    for place, text in enumerate(arguments):
        given = (
            text.partition("=")[2]
            if text.startswith("--lang=")
            else arguments[place + 1]
            if text == "--lang" and place + 1 < len(arguments)
            else ""
        )
        if given in ("zh", "en"):
            return "zh" if given == "zh" else "en"
    for name in ("SHUPING_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"

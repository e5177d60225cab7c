"""What holds of ballot papers and turnout: marks that a ballot prints, one code for one paper, counts that fit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from shuping.errors import Place, Problem
from shuping.records.conversion import Conversion, Converted, Fault, by_distinct
from shuping.records.folder import Table
from shuping.records.frame_rules import FrameRule, RowFault, unique_rows
from shuping.records.suggest import Hints, clip, listed
from shuping.rulebook.ballot_model import Ballot
from shuping.rulebook.model import Rulebook
from shuping.values.rounding import parse_exact, show_short

SEVERAL = re.compile(r"\s*[;；]\s*")
"""Between several marks that a voter made on one line."""


def vote_column(ballot: Ballot, options: Mapping[str, str]) -> Conversion:
    """What a voter put on a line: an option (``options``: accepted spelling -> id), a number, a place; several of them
    with ``;`` between. Under ``out_of_range: refused`` anything else is at fault, else it is kept to be counted void.
    """
    one = _reader(ballot, options)

    def read(text: str) -> str | None:
        parts = [one(part) for part in ([text] if one(text) else SEVERAL.split(text)) if part]
        known = list(dict.fromkeys(part for part in parts if part is not None))
        if len(known) < len(set(parts)) or not known:
            return None if ballot.void.out_of_range == "refused" else _unknown(text)
        return ";".join(known)

    def convert(column: pl.Series) -> Converted:
        values = by_distinct(column, read, pl.String)
        hints = Hints(options)
        allowed = listed(ballot.options) if ballot.kind == "grades" else _numbers(ballot)

        def params(cell: str) -> dict[str, Any]:
            return {"given": clip(cell), "allowed": allowed, **hints.of(cell)}

        refused = column.is_not_null() & values.is_null()
        return Converted(values, (Fault("records.not-on-the-ballot", column.name, refused, params),))

    return convert


def _unknown(text: str) -> str:
    """A mark that cannot be read stays as it was written; it never looks like several marks."""
    return SEVERAL.sub(" | ", text) if SEVERAL.search(text) else text


def _numbers(ballot: Ballot) -> str:
    if ballot.kind == "ranks":
        return "1, 2, 3 …"
    ranges = dict.fromkeys(ballot.range_of(item) for item in ballot.item_ids)
    return listed([f"{show_short(one.min)}..{show_short(one.max)}" for one in ranges])


def _reader(ballot: Ballot, options: Mapping[str, str]) -> Callable[[str], str | None]:
    if ballot.kind == "grades":
        return options.get
    return _place if ballot.kind == "ranks" else _number


def _place(text: str) -> str | None:
    found = re.fullmatch(r"0*([1-9][0-9]{0,5})(?:\.0*)?", text, re.ASCII)
    return found[1] if found else None


def _number(text: str) -> str | None:
    if not re.fullmatch(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)", text):
        return None
    number = parse_exact(text)
    return show_short(number, 12) if abs(number) < 10**12 else None


def mark_printed(ballot: Ballot) -> FrameRule:
    """A mark lies within what its item prints; each distinct pair of item and mark is looked at once."""

    def rule(frame: pl.DataFrame) -> list[RowFault]:
        pairs = frame.select(pl.col("item").fill_null(""), "mark").unique().drop_nulls("mark")
        wrong = [
            (item, mark)
            for item, mark in pairs.iter_rows()
            if not all(ballot.range_of(item).prints(part) for part in mark.split(";"))
        ]
        bad = pl.DataFrame(wrong, schema={"item": pl.String, "mark": pl.String}, orient="row")
        bad = bad.with_columns(bad=pl.lit(True))
        joined = frame.select(pl.col("item").fill_null(""), "mark").join(
            bad, on=["item", "mark"], how="left", maintain_order="left"
        )
        return [RowFault("records.mark-not-printed", "mark", joined["bad"].fill_null(False), params)]

    def params(_: int, row: Mapping[str, Any]) -> dict[str, Any]:
        printed = ballot.range_of(row["item"] or "")
        allowed = f"{show_short(printed.min)}..{show_short(printed.max)}"
        return {"given": row["mark"], "allowed": allowed, "places": printed.places}

    return rule


def one_paper(columns: Sequence[str]) -> FrameRule:
    """All rows with one code say the same in ``columns``: the code stands for one paper of one voter."""

    def rule(frame: pl.DataFrame) -> list[RowFault]:
        keys = ["ballot", "period"]
        firsts = (
            frame.with_row_index("_at")
            .group_by(keys, maintain_order=True)
            .agg(pl.col("_at").first(), *(pl.col(name).first().alias(f"_{name}") for name in columns))
        )
        joined = frame.select(*keys, *columns).join(
            firsts, on=keys, how="left", maintain_order="left", nulls_equal=True
        )
        where = joined["_at"]

        def params(name: str) -> Callable[[int, Mapping[str, Any]], dict[str, Any]]:
            return lambda at, row: {"given": row["ballot"], "value": row[name] or "∅", "column": name}

        masks = joined.select(
            (pl.col(name).ne_missing(pl.col(f"_{name}")) & pl.col("ballot").is_not_null()).alias(name)
            for name in columns
        )
        return [
            RowFault("records.two-ballots-one-code", name, masks[name], params(name), lambda at: int(where[at]))
            for name in columns
        ]

    return rule


def turnout_rules(ballot: Ballot) -> tuple[FrameRule, ...]:
    """One row a voter group (and unit); nobody votes who may not; a unit is named where each paper is about one."""
    unique = unique_rows(("group", "unit", "period"))
    about_one = ballot.form == "one"

    def once(frame: pl.DataFrame) -> list[RowFault]:
        return unique(frame.with_columns(pl.col("unit").fill_null("∗")))

    def fits(frame: pl.DataFrame) -> list[RowFault]:
        return [
            RowFault(
                "records.more-than-eligible",
                name,
                (frame[name] > frame["eligible"]).fill_null(False),
                lambda _, row, name=name: {"given": row[name], "allowed": row["eligible"]},  # type: ignore[misc]
            )
            for name in ("issued", "present")
        ]

    def named(frame: pl.DataFrame) -> list[RowFault]:
        mask = frame["unit"].is_null() if about_one else frame["unit"].is_not_null()
        code = "records.turnout-without-unit" if about_one else "records.turnout-with-unit"
        return [RowFault(code, "unit", mask, lambda _, row: {"group": row["group"]})]

    return once, fits, named


def turnout_problems(
    rulebook: Rulebook, ballots: Mapping[str, Table], turnout: Mapping[str, Table]
) -> Iterator[Problem]:
    """Yield where ballots and turnout contradict each other, or where the rules need a turnout that nobody stated."""
    for name, ballot in rulebook.ballots.items():
        votes = ballots[name].frame
        if votes.height:
            yield from _below_counted(ballot, votes, turnout[name])
            yield from _not_stated(name, ballot, votes, turnout[name])


def _below_counted(ballot: Ballot, votes: pl.DataFrame, turnout: Table) -> Iterator[Problem]:
    about = ["unit"] if ballot.form == "one" else []
    papers = votes.group_by("period", "group", *about).agg(pl.col("ballot").n_unique())
    counts = {tuple(key): number for *key, number in papers.iter_rows()}
    stated = turnout.frame.select("period", "group", "unit", "returned", "_file", "_row").iter_rows()
    for period, group, unit, returned, file, row in stated:
        rest = (group, *([unit] if about else []))
        same = [number for (when, *key), number in counts.items() if tuple(key) == rest and when is not None]
        always = counts.get((None, *rest), 0)
        counted = always + (counts.get((period, *rest), 0) if period is not None else max(same, default=0))
        if returned is not None and returned < counted:
            params = {"given": returned, "counted": counted, "group": group}
            yield Problem(
                "records.turnout-below-counted", params, Place(turnout.files[file].path, row, field="returned")
            )


def _not_stated(name: str, ballot: Ballot, votes: pl.DataFrame, turnout: Table) -> Iterator[Problem]:
    place = Place(turnout.files[0].path if turnout.files else f"turnout/{name}.csv")
    quorum, by_eligible = ballot.quorum, ballot.denominator == "eligible"
    if by_eligible and ballot.own_unit == "excluded" and votes["own_unit"].is_not_null().any():
        yield Problem("records.own-unit-eligible", {"given": name}, place)
    if quorum is None and not by_eligible:
        return
    about = ["unit"] if ballot.form == "one" else []
    stated = turnout.frame.with_columns(said=pl.lit(True)).select("group", *about, "said", "present")
    wanted = votes.select("group", *about).unique().sort("group", *about)
    found = wanted.join(stated, on=["group", *about], how="left", maintain_order="left").unique(maintain_order=True)
    for row in found.iter_rows(named=True):
        who = ", ".join(row[key] for key in ("group", *about))
        if row["said"] is None:
            yield Problem("records.turnout-not-stated", {"group": who, "given": name}, place)
        elif quorum is not None and quorum.base == "present" and row["present"] is None:
            yield Problem("records.presence-not-stated", {"group": who, "given": name}, place)

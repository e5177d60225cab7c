"""Ballot papers judged: what each line says, which lines and which ballots are void, and why (columns, never a loop).

A line is what one ballot says of one unit at one item. ``code`` of a line: the place of its grade among the ballot's
options, the place it gives (ranks), 0 for a mark; below 0 there is nothing to count: see ``BLANK`` and the others.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from shuping.rulebook.ballot_model import Ballot, Quota

SEPARATOR = ";"
"""Between several marks in one cell, as the reader hands them over."""
BLANK, SEVERAL, OUTSIDE, CONTRADICTED = -1, -2, -3, -4
LINE_REASONS = {SEVERAL: "several_marks", OUTSIDE: "out_of_range", CONTRADICTED: "overall"}
BALLOT_REASONS = ("out_of_range", "several_marks", "blank", "all_same", "quota", "ties", "gaps")
"""A ballot that is void for several reasons is counted under the first of them."""
REASONS = (*BALLOT_REASONS, "overall", "not_entered")


@dataclass(frozen=True)
class Papers:
    """The papers of one period: ``lines`` of all ballots (``ballot``, ``group``, ``own``, ``unit``, ``item``, ``code``,
    ``number``, ``counts``), one row per ballot in ``ballots`` (``ballot``, ``group``, ``own``, ``unit``, ``void``), and
    ``form``: the units on each group's form.

    Only for counting: nothing of it is kept, stored or shown.
    """

    lines: pl.DataFrame
    ballots: pl.DataFrame
    form: pl.DataFrame


def judge_papers(ballot: Ballot, votes: pl.DataFrame, period: str) -> Papers:
    """Return the judged papers of one period; rows without a period hold for all.

    ``votes`` has the columns of a ballot's table (see ``records.folder.Table``).
    """
    chosen = votes.lazy().filter(pl.col("period").is_null() | (pl.col("period") == period))
    words = pl.Categorical()  # small numbers in place of texts that repeat
    frame = chosen.select(
        pl.col("ballot").cast(words).to_physical().alias("ballot"),
        pl.col("group").cast(words),
        pl.col("own_unit").cast(words).alias("own"),
        pl.col("unit").cast(words),
        pl.col("item").fill_null("").cast(words),
        pl.col("mark").cast(words),
    ).collect()
    every = frame
    if ballot.own_unit == "excluded" and frame["own"].null_count() < frame.height:
        frame = frame.filter(pl.col("own").is_null() | (pl.col("own") != pl.col("unit")))
    lines = _coded(ballot, frame)
    form = lines.select("group", "unit").unique()
    ballots = _judged(ballot, lines, form, every if ballot.form == "all" and every is not frame else None)
    return Papers(lines, ballots, form)


def _coded(ballot: Ballot, frame: pl.DataFrame) -> pl.DataFrame:
    """Put a code in place of each line's text: every distinct text is looked at once."""
    texts = frame.select("item", "mark").unique()
    codes = [_code(ballot, item, mark) for item, mark in texts.iter_rows()]
    table = texts.with_columns(
        code=pl.Series([code for code, _ in codes], dtype=pl.Int32),
        counts=pl.Series([counts for _, counts in codes], dtype=pl.Boolean),
        number=pl.col("mark").cast(pl.String).cast(pl.Decimal(38, 4), strict=False)
        if ballot.kind == "marks"
        else pl.lit(None, dtype=pl.Decimal(38, 4)),
    )
    return frame.join(table, on=["item", "mark"], how="left", nulls_equal=True).drop("mark")


def _code(ballot: Ballot, item: str, mark: str | None) -> tuple[int, bool]:
    """Return a line's code, and whether it is a vote that counts (no abstention)."""
    if mark is None:
        return BLANK, False
    if ballot.kind == "grades":
        worth = ballot.worth(item)
        if mark in worth:
            return list(worth).index(mark), worth[mark] != "abstain"
        return (SEVERAL if SEPARATOR in mark else OUTSIDE), False
    if SEPARATOR in mark:
        return SEVERAL, False
    if ballot.kind == "ranks":
        return (int(mark), True) if mark.isdecimal() and 0 < int(mark) < 1_000_000 else (OUTSIDE, False)
    return (0, True) if ballot.range_of(item).prints(mark) else (OUTSIDE, False)


def _judged(ballot: Ballot, lines: pl.DataFrame, form: pl.DataFrame, every: pl.DataFrame | None) -> pl.DataFrame:
    """Return one row per ballot with the first reason for which it is void; ``every``: all rows, where some ballots may
    have no line left once those about the own unit are out.
    """
    heads = [pl.col(name).first() for name in ("group", "own", "unit")]
    counts = {**_line_facts(ballot), **_quota_facts(ballot)}
    facts = lines.group_by("ballot").agg(*heads, **counts)
    if every is not None:
        others = facts.drop("group", "own", "unit")
        facts = every.group_by("ballot").agg(*heads).join(others, on="ballot", how="left")
        facts = facts.with_columns(pl.col(name).fill_null(0) for name in counts if name not in ("least", "most"))
    facts = _with_form(ballot, facts, form)
    if ballot.kind == "ranks":
        facts = facts.join(_unlike_ranks(lines), on="ballot", how="left")
    broken = _broken(ballot)
    found = [pl.when(broken[name]).then(pl.lit(name)) for name in BALLOT_REASONS if name in broken]
    reason = pl.coalesce(*found, pl.lit(None, dtype=pl.String))
    return facts.select("ballot", "group", "own", "unit", void=reason)


def _line_facts(ballot: Ballot) -> dict[str, pl.Expr]:
    """Count of each ballot's lines what the rules need, and nothing else: every count takes a pass over the lines."""
    rules, votes = ballot.void, pl.col("counts")
    worth = pl.col("number") if ballot.kind == "marks" else pl.col("code")
    found = {}
    if rules.out_of_range == "ballot":
        found["outside"] = (pl.col("code") == OUTSIDE).sum()
    if rules.several_marks == "ballot":
        found["several"] = (pl.col("code") == SEVERAL).sum()
    if rules.blank == "ballot":
        found["filled"] = (pl.col("code") != BLANK).sum()
    if rules.all_same == "ballot":
        found |= {"least": worth.filter(votes).min(), "most": worth.filter(votes).max()}
        found["voted_units"] = votes.sum() if len(ballot.item_ids) == 1 else pl.col("unit").filter(votes).n_unique()
    if ballot.kind == "ranks" and rules.ties == "ballot":
        found |= {"places": pl.col("code").filter(votes).n_unique(), "votes": votes.sum()}
    return found


def _broken(ballot: Ballot) -> dict[str, pl.Expr]:
    """Return a test for each reason for which the rule book makes a whole ballot void."""
    rules, found = ballot.void, {}
    if rules.out_of_range == "ballot":
        found["out_of_range"] = pl.col("outside") > 0
    if rules.several_marks == "ballot":
        found["several_marks"] = pl.col("several") > 0
    if rules.blank == "ballot":
        found["blank"] = pl.col("filled") < pl.col("form_lines")
    if rules.all_same == "ballot":
        found["all_same"] = (pl.col("voted_units") > 1) & (pl.col("least") == pl.col("most"))
    if rules.quotas:
        found["quota"] = _quota_broken(ballot)
    if ballot.kind == "ranks" and rules.ties == "ballot":
        found["ties"] = pl.col("places") < pl.col("votes")
    if ballot.kind == "ranks" and rules.gaps == "ballot":
        found["gaps"] = pl.col("unlike").fill_null(False)
    return found


def _with_form(ballot: Ballot, facts: pl.DataFrame, form: pl.DataFrame) -> pl.DataFrame:
    """Add how many units, and how many lines, the form of each ballot has; the voter's own unit is not on it."""
    items = len(ballot.item_ids)
    if ballot.form == "one":
        return facts.with_columns(form_units=pl.lit(1), form_lines=pl.lit(items))
    sizes = form.group_by("group").agg(form_units=pl.len().cast(pl.Int64))
    found = facts.join(sizes, on="group", how="left")
    if ballot.own_unit == "excluded":
        own = form.rename({"unit": "own"}).with_columns(listed=pl.lit(1, dtype=pl.Int64))
        found = found.join(own, on=["group", "own"], how="left")
        found = found.with_columns(form_units=pl.col("form_units") - pl.col("listed").fill_null(0))
    return found.with_columns(form_lines=pl.col("form_units") * items)


def _quota_facts(ballot: Ballot) -> dict[str, pl.Expr]:
    """Count the lines that each quota speaks of, item by item."""
    found: dict[str, pl.Expr] = {}
    for number, quota in enumerate(ballot.void.quotas):
        for item in _quota_items(ballot, quota):
            here = (pl.col("item") == item) & pl.col("counts")
            found[f"hits_{number}_{item}"] = (here & _hit(ballot, quota, item)).sum().cast(pl.Int64)
            found[f"marked_{number}_{item}"] = here.sum().cast(pl.Int64)
    return found


def _quota_items(ballot: Ballot, quota: Quota) -> tuple[str, ...]:
    return ballot.item_ids if quota.item is None else (quota.item,)


def _hit(ballot: Ballot, quota: Quota, item: str) -> pl.Expr:
    if quota.options:
        names = list(ballot.worth(item))
        return pl.col("code").is_in([names.index(option) for option in quota.options])
    value = pl.col("number") if ballot.kind == "marks" else pl.col("code").cast(pl.Decimal(38, 4))
    hit = pl.lit(True)
    if quota.from_ is not None:  # as whole numbers: a fraction that no decimal is equal to keeps its side
        hit = hit & (value * quota.from_.denominator >= quota.from_.numerator)
    if quota.below is not None:
        hit = hit & (value * quota.below.denominator < quota.below.numerator)
    return hit


def _quota_broken(ballot: Ballot) -> pl.Expr:
    broken = pl.lit(False)
    for number, quota in enumerate(ballot.void.quotas):
        for item in _quota_items(ballot, quota):
            hits = pl.col(f"hits_{number}_{item}")
            whole = pl.col("form_units") if quota.of == "form" else pl.col(f"marked_{number}_{item}")
            if quota.at_most is not None:
                broken = broken | (hits > quota.at_most)
            if quota.at_least is not None:
                broken = broken | (hits < quota.at_least)
            if quota.max_share is not None:
                broken = broken | (hits * quota.max_share.denominator > whole * quota.max_share.numerator)
            if quota.min_share is not None:
                broken = broken | (hits * quota.min_share.denominator < whole * quota.min_share.numerator)
    return broken


def _unlike_ranks(lines: pl.DataFrame) -> pl.DataFrame:
    """Tell which ballots' places skip some: they are neither 1, 2, 2, 4 nor 1, 2, 2, 3."""
    votes = lines.filter(pl.col("counts")).select(
        "ballot",
        "code",
        competition=pl.col("code").rank("min").over("ballot").cast(pl.Int32),
        dense=pl.col("code").rank("dense").over("ballot").cast(pl.Int32),
    )
    same = [(pl.col(name) == pl.col("code")).all() for name in ("competition", "dense")]
    return votes.group_by("ballot").agg(unlike=~(same[0] | same[1]))

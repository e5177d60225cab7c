"""The overall item of a ballot against the others on the same paper: forced, refused, or taking their points away."""

from __future__ import annotations

from fractions import Fraction

import polars as pl

from shuping.panels.ballot_lines import CONTRADICTED
from shuping.rulebook.ballot_model import Ballot, Overall


def zero_code(ballot: Ballot) -> int:
    """The code of a line that counts with no points: one after the last grade."""
    return len(ballot.options)


def settle_overall(ballot: Ballot, lines: pl.DataFrame) -> pl.DataFrame:
    """Return the lines of the ballots that are not void after the rules of ``overall``: first ``forces``, then
    ``needs``, then ``zero``.
    """
    overall = ballot.overall
    if overall is None:
        return lines
    names = list(ballot.options)
    lines = _forced(overall, names, lines)
    lines = _needed(overall, names, lines)
    return _zeroed(ballot, overall, names, lines)


def _forced(overall: Overall, names: list[str], lines: pl.DataFrame) -> pl.DataFrame:
    here = pl.col("item") == overall.item
    for given, to in overall.forces.items():
        others = lines.filter(~here & (pl.col("code") == names.index(given))).select("ballot", "unit").unique()
        hit = lines.join(others.with_columns(hit=pl.lit(True)), on=["ballot", "unit"], how="left")
        change = here & pl.col("hit").fill_null(False) & (pl.col("code") >= 0)
        lines = hit.with_columns(
            code=pl.when(change).then(names.index(to)).otherwise(pl.col("code")).cast(pl.Int32),
            counts=pl.col("counts") | change,
        ).drop("hit")
    return lines


def _needed(overall: Overall, names: list[str], lines: pl.DataFrame) -> pl.DataFrame:
    here = pl.col("item") == overall.item
    for grade, share in overall.needs.items():
        code = names.index(grade)
        others = lines.filter(~here & pl.col("counts")).group_by("ballot", "unit")
        found = others.agg(same=(pl.col("code") == code).sum().cast(pl.Int64), among=pl.len().cast(pl.Int64))
        joined = lines.join(found, on=["ballot", "unit"], how="left")
        short = pl.col("same").fill_null(0) * share.denominator < pl.col("among").fill_null(0) * share.numerator
        change = here & (pl.col("code") == code) & short
        lines = joined.with_columns(
            code=pl.when(change).then(CONTRADICTED).otherwise(pl.col("code")).cast(pl.Int32),
            counts=pl.col("counts") & ~change,
        ).drop("same", "among")
    return lines


def _zeroed(ballot: Ballot, overall: Overall, names: list[str], lines: pl.DataFrame) -> pl.DataFrame:
    if not overall.zero:
        return lines
    here = pl.col("item") == overall.item
    against = lines.filter(here & pl.col("code").is_in([names.index(name) for name in overall.zero]))
    if not against.height:
        return lines
    kept = lines.join(against.select("ballot", "unit"), on=["ballot", "unit"], how="anti")
    others = pl.DataFrame(
        {"item": [item for item in ballot.item_ids if item != overall.item]}, schema={"item": pl.Categorical}
    )
    zeros = (
        against.drop("item")
        .join(others, how="cross")
        .with_columns(code=pl.lit(zero_code(ballot), dtype=pl.Int32), counts=pl.lit(True))
    )
    return pl.concat([kept, against, zeros.select(lines.columns)])


def points_of_code(ballot: Ballot, item: str, code: int) -> Fraction | None:
    """Return what a grade's code is worth at an item: None for an abstention."""
    worth = list(ballot.worth(item).values())
    found = worth[code] if code < len(worth) else Fraction(0)
    return found if isinstance(found, Fraction) else None

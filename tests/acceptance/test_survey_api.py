"""Californian schools, drawn in three ways: every figure as R's ``survey`` package prints it, under rule books.

Besides the figures of the case's README: the manual pages of the package print a total after post-stratification
(SE 406,293), totals of a category, a total in a part of a clustered sample and means by two questions at once.
"""

from __future__ import annotations

import csv
import math
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from statistics import mean
from typing import Any

import polars as pl
import pytest

from shuping.measures import compute
from shuping.records import folder_from_frames
from shuping.records.folder import Folder
from shuping.rulebook.model import Rulebook

pytestmark = pytest.mark.case("survey_api")
UNITS = pl.DataFrame(
    {
        "id": ["CA", "E", "H", "M"],
        "name": ["California", "Elementary", "High", "Middle"],
        "kind": ["state", "type", "type", "type"],
        "parent": [None, "CA", "CA", "CA"],
    }
)
TYPES = {"E": "4421", "H": "755", "M": "1018"}
MEASURES: dict[str, dict[str, Any]] = {
    "api00": {"question": "api00"},
    "enroll": {"question": "enroll", "estimate": "total"},
    "wide": {"question": "wide", "share": ["Yes"]},
    "elementary": {"question": "stype", "share": ["E"], "estimate": "total"},
}


def sample(case: Path, name: str, **columns: str) -> pl.DataFrame:
    """Read a sample; weights get the twelve decimals that the table holds."""
    with (case / f"{name}.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    asked = {"unit": "stype", "wide": "sch.wide", "imp": "comp.imp"} | {
        name: name for name in ("api00", "enroll", "stype")
    }
    known = [{key: None if cell == "NA" else cell for key, cell in row.items()} for row in rows]
    frame = pl.DataFrame({new: [row[old] for row in known] for new, old in (asked | columns).items()})
    if "weight" in columns:
        frame = frame.with_columns(pl.col("weight").map_elements(lambda text: f"{float(text):.12f}", pl.String))
    return frame


def schools(frame: pl.DataFrame, design: dict[str, Any], **measures: dict[str, Any]) -> Folder:
    """Return a folder with the sample as a survey of this design."""
    survey = {
        "questions": {"wide": ["Yes", "No"], "imp": ["Yes", "No"], "stype": list(TYPES)},
        "numbers": {"api00": {}, "enroll": {}},
        "design": {"sample": "whole", **design},
    }
    book = {
        "rulebook": "schools", "version": "1", "title": "Schools",
        "groups": {"state": {"kind": "state"}, "types": {"kind": "type"}},
        "surveys": {"schools": survey},
        "measures": {
            name: {"survey": "schools", "min_n": 1, **asked} for name, asked in {**MEASURES, **measures}.items()
        },
    }  # fmt: skip
    return folder_from_frames(Rulebook.model_validate(book), UNITS, surveys={"schools": frame})


def figures(folder: Folder) -> dict[tuple[str, str], dict[str, Any]]:
    """Return value, standard error and parts by measure and unit."""
    rows = compute(folder, ["2000"]).frame.iter_rows(named=True)
    return {
        (row["measure"], row["unit"]): {
            "value": int(row["numerator"]) / int(row["denominator"]) if row["numerator"] else None,
            "se": row["se"], "n": row["n"], "parts": row["parts"],
        }
        for row in rows
    }  # fmt: skip


def printed(found: dict[str, Any], places: int, se_places: int | None = None) -> tuple[str, str]:
    """Return value and standard error as R prints them."""
    return f"{found['value']:.{places}f}", f"{found['se']:.{places if se_places is None else se_places}f}"


STRATIFIED: dict[str, Any] = {"strata": {name: {} for name in TYPES}, "finite": True}
CLUSTERED: dict[str, Any] = {"clusters": "one_stage", "finite": True}


def stratified(case: Path, **more: Any) -> dict[tuple[str, str], dict[str, Any]]:
    frame = sample(case, "apistrat", stratum="stype", weight="pw", fpc="fpc")
    kinds = {kind: {**MEASURES["wide"], "interval": kind} for kind in ("normal", "logit", "wilson")}
    return figures(schools(frame, {**STRATIFIED, **more}, **kinds))


def test_stratified(case: Path) -> None:
    found = stratified(case)
    assert printed(found["api00", "CA"], 2, 4) == ("662.29", "9.4089")
    assert printed(found["enroll", "CA"], 0) == ("3687178", "114642")
    assert printed(found["wide", "CA"], 5, 4) == ("0.82795", "0.0243")
    assert found["api00", "CA"]["n"] == 200


def test_intervals_of_the_stratified_share(case: Path) -> None:
    from shuping.measures.survey_interval import Sampled, interval

    found = stratified(case)
    share = Sampled(found["wide", "CA"]["value"], found["wide", "CA"]["se"], 200, 197)
    normal, logit = (interval(share, kind) for kind in ("normal", "logit"))
    assert (round(normal.low, 7), round(normal.high, 7)) == (0.7802331, 0.8756629)
    assert (round(logit.low, 7), round(logit.high, 7)) == (0.7745397, 0.8708149)
    assert "interval(0.95) = 78.02%–87.57%" in found["normal", "CA"]["parts"]
    assert "interval(0.95) = 77.45%–87.08%" in found["logit", "CA"]["parts"]


def test_means_by_type(case: Path) -> None:
    found = stratified(case)
    assert [printed(found["api00", unit], 2, 5) for unit in TYPES] == [
        ("674.43", "12.38248"), ("625.82", "14.93713"), ("636.60", "16.21471"),
    ]  # fmt: skip


def test_sizes_of_strata_instead_of_weights(case: Path) -> None:
    frame = sample(case, "apistrat", stratum="stype")
    sizes = {name: {"population": size} for name, size in TYPES.items()}
    found = figures(schools(frame, {"strata": sizes, "finite": True}))
    assert printed(found["api00", "CA"], 2, 4) == ("662.29", "9.4089")
    assert printed(found["enroll", "CA"], 0) == ("3687178", "114642")


def test_one_stage_of_clusters(case: Path) -> None:
    frame = sample(case, "apiclus1", cluster="dnum", weight="pw", fpc="fpc")
    found = figures(schools(frame, CLUSTERED, logit={**MEASURES["wide"], "interval": "logit"}))
    assert printed(found["api00", "CA"], 2, 3) == ("644.17", "23.542")
    assert printed(found["enroll", "CA"], 0) == ("3404940", "932235")
    assert f"{found['wide', 'CA']['value']:.3f}" == "0.874"
    assert "interval(0.95) = 82.38%–91.19%" in found["logit", "CA"]["parts"]
    assert printed(found["elementary", "CA"], 2) == ("4873.97", "1333.32")


def test_part_of_a_clustered_sample(case: Path) -> None:
    # svytotal(~enroll, subset(dclus1, sch.wide == "Yes" & comp.imp == "Yes")): 2406420, SE 645444;
    # svyby(~api00, ~stype + sch.wide, dclus1, svymean): E.No 596.3333, SE 43.49010; H.No 659.3333, SE 27.00275
    frame = sample(case, "apiclus1", cluster="dnum", weight="pw", fpc="fpc")
    met = (pl.col("wide") == "Yes") & (pl.col("imp") == "Yes")
    part = figures(schools(frame.with_columns(enroll=pl.when(met).then("enroll")), CLUSTERED))
    assert printed(part["enroll", "CA"], 0) == ("2406420", "645444")
    unmet = figures(schools(frame.with_columns(api00=pl.when(wide="No").then("api00")), CLUSTERED))
    assert printed(unmet["api00", "E"], 4, 5) == ("596.3333", "43.49010")
    assert printed(unmet["api00", "H"], 4, 5) == ("659.3333", "27.00275")


def test_post_stratified(case: Path) -> None:
    frame = sample(case, "apiclus1", cluster="dnum", weight="pw", fpc="fpc")
    found = figures(schools(frame, {**CLUSTERED, "post_strata": {"by": "stype", "population": TYPES}}))
    assert printed(found["api00", "CA"], 2) == ("642.31", "23.92")
    assert found["api00", "CA"]["se"] == pytest.approx(by_hand(frame), rel=1e-12)
    assert found["api00", "CA"]["se"] == pytest.approx(23.9204864450904, rel=1e-12)  # R's survey 4.1.1, sqrt(vcov)
    # R prints it as 23.921: printCoefmat rounds to four places first, 23.9205, and that to three.
    first = quantize(found["api00", "CA"]["se"], 4)
    assert (str(first), str(quantize(first, 3))) == ("23.9205", "23.921")
    assert printed(found["enroll", "CA"], 0) == ("3680893", "406293")


def quantize(number: float | Decimal, places: int) -> Decimal:
    """Return a number rounded half up."""
    return Decimal(str(number)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def by_hand(frame: pl.DataFrame) -> float:
    """Return the standard error of the post-stratified mean in exact fractions, from its textbook formula."""
    columns = frame.select("stype", "cluster", "api00").iter_rows()
    rows = [(kind, district, Fraction(score)) for kind, district, score in columns]
    means = {kind: mean(score for other, _, score in rows if other == kind) for kind in TYPES}
    worth = {kind: Fraction(TYPES[kind]) / sum(other == kind for other, _, _ in rows) for kind in TYPES}
    clusters: dict[str, Fraction] = {}
    for kind, district, score in rows:
        clusters[district] = clusters.get(district, Fraction(0)) + worth[kind] * (score - means[kind])
    squares = sum(total**2 for total in clusters.values())
    return math.sqrt(Fraction(757 - 15, 757) * Fraction(15, 14) * squares / 6194**2)


@pytest.mark.parametrize("weights", ["given", "inverse"])
def test_two_stages(case: Path, weights: str) -> None:
    columns = {"cluster": "dnum", "fpc": "fpc1", "fpc2": "fpc2", "weight": "pw"}
    frame = sample(case, "apiclus2", **columns)
    found = figures(schools(frame, {"clusters": "two_stage", "finite": True, "weights": weights}))
    assert printed(found["api00", "CA"], 2, 3) == ("670.81", "30.099")


def test_the_order_of_the_rows_changes_nothing(case: Path) -> None:
    columns = {"cluster": "dnum", "fpc": "fpc1", "fpc2": "fpc2", "weight": "pw"}
    frame = sample(case, "apiclus2", **columns)
    design = {"clusters": "two_stage", "finite": True}
    mixed = frame.sample(fraction=1, shuffle=True, seed=4)
    one, other = (compute(schools(rows, design), ["2000"]).frame for rows in (frame, mixed))
    assert one.equals(other)

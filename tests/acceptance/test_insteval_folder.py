"""73,421 ratings as a folder: what ``shuping panel`` shows of them is what lme4 and the definition of alpha give."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from shuping import panelling, read

BOOK = """
format: 1
rulebook: teaching
version: "1"
title: {zh: 教学评价, en: Ratings of teaching}
periods: ["2025"]
groups: {lecturers: {kind: lecturer}}
panels: {ratings: {items: {rating: {points: 5, min: 1}}, groups: {students: 1}, severity: {of: form}}}
"""


@pytest.mark.case("insteval")
def test_the_folder_shows_severity_and_agreement(case: Path, tmp_path: Path) -> None:
    given = pl.read_csv(case / "InstEval.csv.gz")
    (tmp_path / "rulebook.yaml").write_text(BOOK, encoding="utf-8")
    lecturers = given.select(id=pl.format("d{}", "d"), name=pl.format("d{}", "d"), kind=pl.lit("lecturer"))
    lecturers.unique().sort("id").write_csv(tmp_path / "units.csv")
    (tmp_path / "marks").mkdir()
    marks = given.select(
        reviewer=pl.format("s{}", "s"), group=pl.lit("students"), unit=pl.format("d{}", "d"), item=pl.lit("rating"),
        mark="y",
    )  # fmt: skip
    marks.write_csv(tmp_path / "marks" / "ratings.csv")

    (panel,) = panelling.judge(read(tmp_path)).panels
    assert panel.severity is not None
    variances = dict(panel.severity.variances.select("term", "variance").iter_rows())
    stated = {"unit": 0.27373461615262201, "reviewer": 0.10621469798691636, "residual": 1.387179659608383}
    assert variances == pytest.approx(stated, rel=1e-5)
    published = pl.read_csv(case / "blup_d.csv").select(unit=pl.format("d{}", "level"), blup="blup")
    both = panel.severity.units.join(published, on="unit", how="inner")
    assert both.height == 1128
    assert (both["adjusted"] - 3.2541582877420607 - both["blup"]).abs().max() < 1e-6  # type: ignore[operator]
    alphas = dict(panel.agreement.select("figure", "value").iter_rows())
    assert alphas["alpha_interval"] == pytest.approx(0.1597687999151577, abs=1e-15)
    assert alphas["alpha_ordinal"] == pytest.approx(0.1578791329608461, abs=1e-15)
    assert alphas["alpha_nominal"] == pytest.approx(0.040361335282753874, abs=1e-15)

"""What COINr's documentation prints for its example (vignette Analysis, version 1.1): alpha, correlations, components.

Its tables: ``get_cronbach(coin, dset = "Raw", iCodes = "P2P", Level = 1)``; ``get_corr`` of the raw indicators of
``Environ`` with correlations of p > 0.05 left out; ``get_corr_flags`` of the normalised ones; ``get_PCA`` of the raw
ones. COINr's component weights are the raw loadings: of ``Environ`` three of the five are negative.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from shuping.review.coherence_alpha import cronbach
from shuping.review.coherence_components import principal_components
from shuping.review.coherence_correlations import correlations

pytestmark = pytest.mark.case("asem")


def rows(name: str) -> list[dict[str, str]]:
    path = Path(os.environ["SHUPING_CASES"]) / "asem" / name
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def table(stage: str, parent: str) -> tuple[list[str], np.ndarray]:
    """Return the indicators below an aggregate and their figures (51, k), NaN where missing."""
    ids = sorted(row["iCode"] for row in rows("ASEM_iMeta.csv") if row["Parent"] == parent)
    figures = [[row[name] for name in ids] for row in rows(f"stage_{stage}.csv")]
    return ids, np.array([[np.nan if text in ("", "NA") else float(text) for text in row] for row in figures])


def test_alpha_of_the_people_to_people_indicators() -> None:
    found = cronbach(table("Raw", "P2P")[1])
    assert found.value == pytest.approx(0.05126659, abs=5e-9)
    assert (found.items, found.n) == (8, 42)


def test_correlations_of_the_environment() -> None:
    ids, figures = table("Raw", "Environ")
    assert ids == ["CO2", "Forest", "MatCon", "PrimEner", "Renew"]
    found = correlations(figures)
    shown = np.where(found.pearson_p < 0.05, found.pearson, np.nan)
    nan = np.nan
    published = [
        [1.00, nan, 0.72, 0.33, -0.60],
        [nan, 1.00, nan, nan, 0.35],
        [0.72, nan, 1.00, 0.38, -0.42],
        [0.33, nan, 0.38, 1.00, nan],
        [-0.60, 0.35, -0.42, nan, 1.00],
    ]
    np.testing.assert_array_equal(np.round(shown, 2), published)
    np.testing.assert_allclose(shown[0, [2, 3, 4]], [0.7222051, 0.3268484, -0.5986338], atol=5e-8)


@pytest.mark.parametrize(
    ("parent", "pairs"),
    [
        ("Social", {("CPI", "FreePress"): 0.761, ("CPI", "NGOs"): 0.768}),
        ("Instit", {("CostImpEx", "TBTs"): -0.697, ("RTAs", "TBTs"): -0.752, ("TBTs", "TIRcon"): -0.623}),
    ],
)
def test_pairs_beyond_a_threshold(parent: str, pairs: dict[tuple[str, str], float]) -> None:
    ids, figures = table("Normalised", parent)
    r = correlations(figures).pearson
    beyond = {
        (ids[one], ids[other]): round(float(r[one, other]), 3)
        for one in range(len(ids))
        for other in range(one + 1, len(ids))
        if r[one, other] > 0.75 or r[one, other] < -0.5
    }
    assert beyond == pairs


def test_components_of_the_social_indicators() -> None:
    found = principal_components(table("Raw", "Social")[1])
    assert found.n == 51 - 14
    deviations = [2.2042, 1.1256, 0.9788, 0.78834, 0.77153, 0.56836, 0.42463, 0.36068, 0.25760]
    shares = [0.5398, 0.1408, 0.1065, 0.06905, 0.06614, 0.03589, 0.02003, 0.01445, 0.00737]
    np.testing.assert_allclose(np.sqrt(9 * found.share), deviations, atol=5.1e-5)
    np.testing.assert_allclose(found.share, shares, atol=5.6e-5)  # R rounds them to five decimals, then to four figures


@pytest.mark.parametrize(
    ("parent", "raw", "negative"),
    [
        ("Environ", [-0.581, 0.214, -0.543, -0.313, 0.473], ["Forest", "Renew"]),
        ("SusEcFin", [0.472, 0.451, -0.492, -0.227, -0.53], ["GDPGrow", "NEET"]),
    ],
)
def test_first_components_with_their_signs_set_right(parent: str, raw: list[float], negative: list[str]) -> None:
    """The loadings that COINr prints have the arbitrary sign of its library: ours is the one with a positive sum."""
    ids, figures = table("Raw", parent)
    found = principal_components(figures)
    first = found.loadings[:, 0] / np.linalg.norm(found.loadings[:, 0])
    sign = 1 if sum(raw) > 0 else -1
    np.testing.assert_allclose(first, sign * np.array(raw), atol=5.1e-4)
    assert [ids[place] for place in found.negative] == negative
    assert found.weights is None

"""The methods as the property tests use them: every method, and every setting that changes what it promises."""

from __future__ import annotations

from shuping.methods import Method
from tests.core.methods.ways import method

KNOTS = [{"at": "-2", "share": "0"}, {"at": "1", "share": "2/3"}, {"at": "4", "share": "1"}]
HILL = [{"at": "-2", "points": "0"}, {"at": "1", "points": "80"}, {"at": "4", "points": "30"}]
BANDS = [{"from": "5", "points": "109"}, {"from": "1", "points": "4"}, {"points": "0"}]
ODD_BANDS = [{"from": "5", "points": "9"}, {"from": "1", "points": "110"}, {"points": "0"}]
FALLING_BANDS = [{"from": "3", "points": "0"}, {"from": "1", "points": "4"}, {"points": "101"}]
CLASSES = [{"code": "1", "points": "0"}, {"code": "2", "points": "-0.3"}, {"code": "3", "points": "-0.5"}]
ODD_CLASSES = [{"code": "1", "points": "5"}, {"code": "2", "points": "105"}, {"code": "3", "points": "1"}]

RULES: dict[str, Method] = {
    "ratio_capped": method("ratio_capped", target="7/2"),
    "ratio_uncapped": method("ratio_uncapped", target="7/2"),
    "ratio_uncapped, cap above": method("ratio_uncapped", target="7/2", cap="1.2"),
    "ratio_uncapped, cap within": method("ratio_uncapped", target="7/2", cap="0.9"),
    "base_slope": method("base_slope", target="7/2", base="0.8", slope="4", per="1/2"),
    "base_slope, cap above": method("base_slope", target="1", base="0.8", slope="9", cap="1.2"),
    "pass_fail": method("pass_fail", target="2"),
    "pass_then_rank": method("pass_then_rank", target="2", base="40", step="30%"),
    "efficacy": method("efficacy", satisfactory="3", unacceptable="-1"),
    "efficacy, reverse": method("efficacy", satisfactory="-1", unacceptable="3"),
    "efficacy, clamped": method("efficacy", satisfactory="3", unacceptable="-1", clamp=["60", "100"]),
    "band_table": method("band_table", bands=BANDS),
    "band_table, odd": method("band_table", bands=ODD_BANDS),
    "band_table, falling": method("band_table", bands=FALLING_BANDS),
    "piecewise_linear": method("piecewise_linear", points=KNOTS),
    "piecewise_linear, hill": method("piecewise_linear", points=[*HILL, {"at": "5", "points": "120"}]),
    "middle_best": method("middle_best", low="1", high="2", worst_low="-3", worst_high="5/2"),
    "goalposts": method("goalposts", low="-3", high="5"),
    "goalposts, falling": method("goalposts", low="3", high="-3"),
    "goalposts, not held": method("goalposts", low="-3", high="3", clip="false"),
    "minmax": method("minmax", floor="0.6"),
    "minmax, flat zero": method("minmax", floor="0.6", when_flat="zero"),
    "minmax, no floor, flat zero": method("minmax", when_flat="zero"),
    "minmax, flat missing": method("minmax", floor="0.1", when_flat="missing"),
    "zscore": method("zscore", mean="0.9", sd="0.3"),
    "zscore, population": method("zscore", mean="0.9", sd="0.3", spread="population"),
    "zscore, flat full": method("zscore", mean="0.7", sd="0.3", when_flat="full"),
    "zscore, flat zero": method("zscore", mean="0.7", sd="0.3", when_flat="zero"),
    "ratio_to_best": method("ratio_to_best"),
    "ratio_to_best, zero full": method("ratio_to_best", when_best_is_zero="full"),
    "ratio_to_best, zero zero": method("ratio_to_best", when_best_is_zero="zero"),
    "distance_to_target": method("distance_to_target", target="3"),
    "distance_to_target, from a start": method("distance_to_target", target="3", start="-1"),
    "distance_to_target, without a cap": method("distance_to_target", target="3", start="-1", cap="false"),
    "distance_to_reference": method("distance_to_reference", unit="first"),
    "distance_to_reference, without a cap": method("distance_to_reference", unit="first", cap="false"),
    "rank_step": method("rank_step", step="30%"),
    "rank": method("rank"),
    "rank, mean": method("rank", ties="mean"),
    "rank, worse": method("rank", ties="worse"),
    "percentile_rank": method("percentile_rank"),
    "percentile_rank, flat full": method("percentile_rank", when_flat="full"),
    "percentile_rank, flat zero": method("percentile_rank", when_flat="zero"),
    "borda": method("borda"),
    "borda, worse, alone full": method("borda", ties="worse", when_alone="full"),
    "borda, better, alone zero": method("borda", ties="better", when_alone="zero"),
    "tiered_points": method("tiered_points"),
    "tiered_points, cap above": method("tiered_points", cap="1.2"),
    "class_points": method("class_points", classes=CLASSES),
    "class_points, odd": method("class_points", classes=ODD_CLASSES),
    "deduct_to_zero": method("deduct_to_zero", each="3/2"),
    "judged_deduction": method("judged_deduction"),
    "judged_deduction, within a range, doubled": method(
        "judged_deduction", range={"least": "2", "most": "5"}, times="2"
    ),
    "shortfall_multiple": method("shortfall_multiple", factor="2", target="3"),
    "constant": method("constant", share="0.7"),
    "constant, above": method("constant", points="150"),
}
"""Methods by a name that starts with their own; the reference unit of a distance is the first one."""

HIGHER_ONLY = {"distance_to_target, from a start", "distance_to_target, without a cap"}
"""Rules with parameters that make sense only where higher values are better."""

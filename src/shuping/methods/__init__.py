"""Scoring methods, one module each: parameters, one rule over arrays, a spreadsheet formula, a sentence for people."""

from shuping.methods.band_table import BandTable
from shuping.methods.base_slope import BaseSlope
from shuping.methods.borda import Borda
from shuping.methods.class_points import ClassPoints
from shuping.methods.constant import Constant
from shuping.methods.deduct_to_zero import DeductToZero
from shuping.methods.distance_to_reference import DistanceToReference
from shuping.methods.distance_to_target import DistanceToTarget
from shuping.methods.efficacy import Efficacy
from shuping.methods.goalposts import Goalposts
from shuping.methods.judged_deduction import JudgedDeduction
from shuping.methods.method import Cells, Method, Operand, Scored, Setting
from shuping.methods.middle_best import MiddleBest
from shuping.methods.minmax import MinMax
from shuping.methods.pass_fail import PassFail
from shuping.methods.pass_then_rank import PassThenRank
from shuping.methods.percentile_rank import PercentileRank
from shuping.methods.piecewise_linear import PiecewiseLinear
from shuping.methods.promises import PROMISES
from shuping.methods.rank import Rank
from shuping.methods.rank_step import RankStep
from shuping.methods.ratio_capped import RatioCapped
from shuping.methods.ratio_to_best import RatioToBest
from shuping.methods.ratio_uncapped import RatioUncapped
from shuping.methods.shortfall_multiple import ShortfallMultiple
from shuping.methods.tiered_points import TieredPoints
from shuping.methods.zscore import ZScore

METHODS: dict[str, type[Method]] = {
    method.name: method
    for method in (
        RatioCapped,
        RatioUncapped,
        BaseSlope,
        PassFail,
        PassThenRank,
        Efficacy,
        BandTable,
        PiecewiseLinear,
        MiddleBest,
        Goalposts,
        MinMax,
        ZScore,
        RatioToBest,
        DistanceToTarget,
        DistanceToReference,
        RankStep,
        Rank,
        PercentileRank,
        Borda,
        TieredPoints,
        ClassPoints,
        DeductToZero,
        JudgedDeduction,
        ShortfallMultiple,
        Constant,
    )
}
"""Every method by the name that the rule book uses."""

__all__ = ["METHODS", "PROMISES", "Cells", "Method", "Operand", "Scored", "Setting"]

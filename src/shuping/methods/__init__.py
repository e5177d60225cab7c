"""Scoring methods, one module each: parameters, one rule over arrays, a spreadsheet formula, a sentence for people."""

from shuping.methods.band_table import BandTable
from shuping.methods.deduct_to_zero import DeductToZero
from shuping.methods.goalposts import Goalposts
from shuping.methods.method import Cells, Method, Operand, Scored, Setting
from shuping.methods.minmax import MinMax
from shuping.methods.pass_fail import PassFail
from shuping.methods.rank_step import RankStep
from shuping.methods.ratio_capped import RatioCapped
from shuping.methods.ratio_to_best import RatioToBest
from shuping.methods.ratio_uncapped import RatioUncapped

METHODS: dict[str, type[Method]] = {
    method.name: method
    for method in (
        RatioCapped,
        RatioUncapped,
        MinMax,
        Goalposts,
        BandTable,
        PassFail,
        RankStep,
        RatioToBest,
        DeductToZero,
    )
}
"""Every method by the name that the rule book uses."""

__all__ = ["METHODS", "Cells", "Method", "Operand", "Scored", "Setting"]

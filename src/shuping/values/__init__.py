"""The small words of the language: exact numbers, missing values, rounding, periods, ranks."""

from shuping.values.missing import REASONS, Missing, Value
from shuping.values.rounding import Mode, parse_exact, round_exact, show, show_short, to_decimal

__all__ = ["REASONS", "Missing", "Mode", "Value", "parse_exact", "round_exact", "show", "show_short", "to_decimal"]

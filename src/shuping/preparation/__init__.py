"""Raw values made ready for scoring: denominators, screening, imputation, outliers; every changed point recorded."""

from shuping.preparation.one_period import Change
from shuping.preparation.prepare import Prepared, prepare

__all__ = ["Change", "Prepared", "prepare"]

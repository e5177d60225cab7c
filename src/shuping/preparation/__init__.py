"""Raw values made ready for scoring: denominators, screening, imputation, outliers; every changed point recorded."""

from shuping.preparation.prepare import Change, Prepared, prepare

__all__ = ["Change", "Prepared", "prepare"]

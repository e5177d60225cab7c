"""Reviewers' severity: how lenient or severe each reviewer is, and what units would score with an average one."""

from shuping.panels.severity.advice import Assumed, SeverityPlan, plan_severity
from shuping.panels.severity.fit import SeverityFit, SeverityModel, fit_severity
from shuping.panels.severity.islands import Island, islands
from shuping.panels.severity.panel import panel_severity
from shuping.panels.severity.sample import Sample

__all__ = [
    "Assumed",
    "Island",
    "Sample",
    "SeverityFit",
    "SeverityModel",
    "SeverityPlan",
    "fit_severity",
    "islands",
    "panel_severity",
    "plan_severity",
]

"""Records x rule book -> exact values per unit, period and measure.

SQL brings mergeable partials at the lowest unit (counts, exact sums, minima, maxima, masks of days, distinct pairs);
they are merged along the unit tree, and formulas are evaluated once on what comes out, with rational numbers.
"""

from shuping.measures.compute import compute
from shuping.measures.statements import Statement, statements
from shuping.measures.table import MeasureTable

__all__ = ["MeasureTable", "Statement", "compute", "statements"]

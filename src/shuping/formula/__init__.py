"""The users' formulas: grammar, typed tree, messages. Knows nothing of files or SQL.

``check(text, Scope(...))`` is what other rooms call; it raises ``FormulaError`` with every problem located in the text.
A comparison with a missing value is itself missing, and a record whose ``where`` is missing is not counted.
``days(a, b)`` is the number of days from ``a`` to ``b``; ``b - a`` means the same.
"""

from shuping.formula.check import check
from shuping.formula.parse import Tree, parse
from shuping.formula.problems import FormulaError
from shuping.formula.scope import AGGREGATES, FUNCTIONS, FieldType, Scope, TypedTree

__all__ = ["AGGREGATES", "FUNCTIONS", "FieldType", "FormulaError", "Scope", "Tree", "TypedTree", "check", "parse"]

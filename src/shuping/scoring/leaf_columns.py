"""The columns that a leaf looks at: its values, and each unit's figures for the parameters of its method."""

from __future__ import annotations

import numpy as np

from shuping.methods import Method, Operand
from shuping.methods.arithmetic import Arithmetic
from shuping.rulebook.model import Criterion
from shuping.scoring.grid import REASON_CODES, Column, Grid, Inputs, value_of_one


def operand_columns(
    grid: Grid, inputs: Inputs, arithmetic: Arithmetic, criterion: Criterion, method: Method
) -> dict[str, Column]:
    """Return the figures of every parameter that may differ by unit, by name."""
    return {
        name: _operand_column(grid, inputs, arithmetic, criterion, operand)
        for name, operand in method.operands().items()
    }


def value_column(inputs: Inputs, criterion: Criterion) -> Column:
    """Return the values that a leaf looks at."""
    if criterion.judged is not None:
        return inputs.panels[criterion.judged]
    assert criterion.measure is not None
    return inputs.measures[criterion.measure]


def _operand_column(
    grid: Grid, inputs: Inputs, arithmetic: Arithmetic, criterion: Criterion, operand: Operand
) -> Column:
    """Return each unit's figure for a parameter of a leaf's method."""
    if operand.number is not None:
        return Column(arithmetic.full(len(grid), operand.number), np.zeros(len(grid), dtype=np.int8))
    if operand.attribute is not None:
        return inputs.attributes[operand.attribute]
    if operand.unit is not None:
        value = value_column(inputs, criterion)
        if operand.unit not in grid.units:  # it does not exist in this period
            return Column(value.values, np.full(len(grid), REASON_CODES["no_reference"], dtype=np.int8))
        return value_of_one(value, grid.units.index(operand.unit), grid.repeats)
    assert criterion.measure is not None
    return inputs.targets[criterion.measure]

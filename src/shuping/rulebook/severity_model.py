"""The key ``severity`` of a panel: whether reviewers' severity is estimated, and how."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field as PField
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from shuping.values.scalars import Frozen, Int

With = Literal["reviewer_item", "group_item"]


class Severity(Frozen):
    """Reviewers' severity, shown beside the score: no score is ever changed by it. Without the key it is not estimated.

    ``of``: each reviewer's total for the ``form``, or each ``item``'s mark as a percentage of the item's full mark.
    ``reviewers``: as random draws from reviewers like these, or each ``fixed`` by itself. ``with`` adds that reviewers
    (``reviewer_item``) or reviewer groups (``group_item``) are severe on some items and not on others; it needs ``of:
    item``. Refused below ``min_units``, ``min_reviewers`` and ``min_comparisons``: pairs of unit and reviewer beyond
    those that tie each to the others once.
    """

    of: Literal["form", "item"] = "form"
    reviewers: Literal["random", "fixed"] = "random"
    with_: tuple[With, ...] = PField((), alias="with")
    min_units: Annotated[Int, PField(ge=3)] = 10
    min_reviewers: Annotated[Int, PField(ge=3)] = 5
    min_comparisons: Annotated[Int, PField(ge=1)] = 10

    @model_validator(mode="after")
    def _items_for_with(self) -> Severity:
        if self.with_ and self.of == "form":
            raise PydanticCustomError("severity_with", "with needs of: item")
        return self

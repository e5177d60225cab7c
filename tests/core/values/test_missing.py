"""A missing value is never a number and never true or false."""

from __future__ import annotations

import pytest

from shuping.values import REASONS, Missing


def test_missing_has_no_truth_and_no_arithmetic() -> None:
    missing = Missing("no_records")
    with pytest.raises(TypeError):
        bool(missing)
    with pytest.raises(TypeError):
        missing + 1  # type: ignore[operator]
    with pytest.raises(TypeError):
        sorted([missing, 1])  # type: ignore[list-item]
    assert missing != 0


def test_only_known_reasons_in_both_languages() -> None:
    with pytest.raises(ValueError, match="unknown reason"):
        Missing("lost")
    for reason in REASONS:
        assert Missing(reason).words("zh") != Missing(reason).words("en")

"""The small result, made by hand, that the documents are tested on."""

from __future__ import annotations

import pytest

from shuping.scoring.result import Result
from tests.documents.small_case import small_result


@pytest.fixture(scope="session")
def result() -> Result:
    """Three townships and two bureaus with findings and a period before."""
    return small_result()

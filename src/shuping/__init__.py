"""Shuping 述评: appraise an organisation's units by their work, from records to explained standings.

``read`` a folder (or make one of frames with ``folder_from_frames``), ``score`` it, look at the result's frames,
``explain`` a unit, ``write`` the documents. Names are loaded when first used, so that importing the package is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from shuping.version import __version__

if TYPE_CHECKING:
    from shuping.appraisal import measure, periods_of, read, score, write
    from shuping.archive.folder import StoredResult, open_result
    from shuping.checking import check
    from shuping.comparing import compare_rulebooks
    from shuping.documents.charts import chart
    from shuping.driving import drivers
    from shuping.errors import InputError, OutputError, RulebookError, ShupingError
    from shuping.printing import rules, write_rules
    from shuping.records import Folder, folder_from_frames
    from shuping.review.compare import Comparison, compare
    from shuping.review.difference import Difference, ahead_of, since
    from shuping.reweighing import WhatIf, what_if
    from shuping.rulebook.load import load as load_rulebook
    from shuping.rulebook.load import loads as load_rulebook_text
    from shuping.scoring.explain import Explanation
    from shuping.scoring.result import Result

_HOMES = {
    "ahead_of": "shuping.review.difference",
    "check": "shuping.checking",
    "chart": "shuping.documents.charts",
    "compare": "shuping.review.compare",
    "compare_rulebooks": "shuping.comparing",
    "Comparison": "shuping.review.compare",
    "Difference": "shuping.review.difference",
    "drivers": "shuping.driving",
    "Explanation": "shuping.scoring.explain",
    "Folder": "shuping.records",
    "folder_from_frames": "shuping.records",
    "InputError": "shuping.errors",
    "load_rulebook": "shuping.rulebook.load:load",
    "load_rulebook_text": "shuping.rulebook.load:loads",
    "measure": "shuping.appraisal",
    "open_result": "shuping.archive.folder",
    "OutputError": "shuping.errors",
    "periods_of": "shuping.appraisal",
    "read": "shuping.appraisal",
    "Result": "shuping.scoring.result",
    "RulebookError": "shuping.errors",
    "rules": "shuping.printing",
    "score": "shuping.appraisal",
    "ShupingError": "shuping.errors",
    "since": "shuping.review.difference",
    "StoredResult": "shuping.archive.folder",
    "what_if": "shuping.reweighing",
    "WhatIf": "shuping.reweighing",
    "write": "shuping.appraisal",
    "write_rules": "shuping.printing",
}

__all__ = [
    "__version__",
    "Comparison",
    "Difference",
    "Explanation",
    "Folder",
    "InputError",
    "OutputError",
    "Result",
    "RulebookError",
    "ShupingError",
    "StoredResult",
    "ahead_of",
    "WhatIf",
    "chart",
    "compare",
    "compare_rulebooks",
    "check",
    "drivers",
    "folder_from_frames",
    "load_rulebook",
    "load_rulebook_text",
    "measure",
    "open_result",
    "periods_of",
    "read",
    "rules",
    "score",
    "since",
    "what_if",
    "write",
    "write_rules",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'shuping' has no attribute {name!r}")
    module, _, attribute = home.partition(":")
    return getattr(import_module(module), attribute or name)


def __dir__() -> list[str]:
    return sorted(__all__)

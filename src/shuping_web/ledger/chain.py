"""The hash of an event, made from its content and the hash of the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

FIRST = "0" * 64
"""What stands before the first event."""


def hash_of(previous: str, content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of an event: canonical JSON of its content, after the hash of the event before it."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()
